//! Files in an unfinished merge: overwriting one is safe if no side contains an edit.
//!
//! Knows texts and seals. The caller passes the versions that Git has.

use std::collections::HashSet;

use super::State;
use crate::format::conflict_markers;
use crate::format::seal;
use crate::world::{Found, Side, Versions};

/// The edits that writing the file would lose.
pub(crate) enum Loss {
    Nothing,
    /// The text on disk, and nothing else.
    Disk,
    /// These texts; what is on disk is the first of them, if it would be lost.
    Edits(Vec<String>),
}

/// Weighs the sides of a file. `disk` is the text there, with its state; `body` is what is rendered,
/// if anything is.
pub(crate) fn loss(versions: &Versions, disk: Option<(&str, State)>, body: Option<&str>) -> Loss {
    let edited = versions.sides.iter().filter(|side| !nothing_to_lose(side, body));
    let mut edits: Vec<String> = edited.map(|side| side.text.clone()).collect();
    if let Some((text, state)) = disk
        && state.is_unlike_us()
        && !is_made_of(text, versions)
    {
        edits.insert(0, text.to_owned());
    }
    edits.dedup();
    match edits.as_slice() {
        [] => Loss::Nothing,
        [only] if disk.is_some_and(|(text, _)| text == only) => Loss::Disk,
        _ => Loss::Edits(edits),
    }
}

fn nothing_to_lose(side: &Side, body: Option<&str>) -> bool {
    let body = body.map(seal::unix);
    seal::read(&side.text).is_some_and(|sealed| {
        side.paths.iter().any(|path| sealed.fits(path))
            || body.is_some_and(|body| body == seal::unix(&sealed.body))
    })
}

/// Returns true if no side belongs to another project.
pub(crate) fn are_of(versions: &Versions, project: &Option<String>) -> bool {
    let mut sealed = versions.sides.iter().filter_map(|side| seal::read(&side.text));
    sealed.all(|sealed| sealed.owner.project == *project)
}

/// The owner of the file, from the first side with a seal.
pub(crate) fn owner(versions: &Versions) -> Option<seal::Owner> {
    versions.sides.iter().find_map(|side| Some(seal::read(&side.text)?.owner))
}

/// The text of what was found, with the state it is in.
pub(crate) fn text(found: &Found, state: State) -> Option<(&str, State)> {
    match found {
        Found::Text(text) => Some((text, state)),
        _ => None,
    }
}

/// Returns true if every line of a text is in one of the versions, or is a conflict marker of Git.
fn is_made_of(text: &str, versions: &Versions) -> bool {
    let texts = versions.sides.iter().map(|side| &side.text).chain(&versions.base);
    let known: HashSet<&str> = texts.flat_map(|text| text.lines()).collect();
    text.lines().all(|line| known.contains(line) || conflict_markers::is_marker(line))
}

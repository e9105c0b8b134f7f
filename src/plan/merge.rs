//! Files in the middle of a merge: nothing is lost where no side of it holds an edit.
//!
//! Knows texts and seals; what Git holds is told by the caller.

use std::collections::{BTreeMap, HashSet};

use super::State;
use crate::conflict;
use crate::name::RelativePath;
use crate::seal;

/// The versions of a file that Git holds while a merge of it is unfinished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    pub base: Option<String>,
    pub sides: Vec<Side>,
}

/// A file as one side of a merge has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub text: String,
    /// Where it stands on that side: Git follows a file that was moved on the other.
    pub paths: Vec<RelativePath>,
}

/// What Git has not finished merging.
pub type Unmerged = BTreeMap<RelativePath, Versions>;

/// What a person would lose if the file were written.
pub enum Loss {
    Nothing,
    /// What is on disk, and nothing else.
    Disk,
    /// These texts; what is on disk is the first of them, if it would be lost.
    Edits(Vec<String>),
}

/// Weighs the sides of a file. `disk` is the text there, with its state; `body` is what is rendered,
/// if anything is.
pub fn loss(versions: &Versions, disk: Option<(&str, State)>, body: Option<&str>) -> Loss {
    let edited = versions.sides.iter().filter(|side| !side.nothing_to_lose(body));
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

impl Side {
    fn nothing_to_lose(&self, body: Option<&str>) -> bool {
        let body = body.map(seal::unix);
        seal::read(&self.text).is_some_and(|sealed| {
            self.paths.iter().any(|path| sealed.fits(path))
                || body.is_some_and(|body| body == seal::unix(sealed.body))
        })
    }
}

impl Versions {
    /// Whether no side says that the file is another project's.
    pub fn are_of(&self, project: &Option<String>) -> bool {
        let mut sealed = self.sides.iter().filter_map(|side| seal::read(&side.text));
        sealed.all(|sealed| sealed.owner.project == *project)
    }

    /// Whose file it is, as the first side says that has a seal.
    pub fn owner(&self) -> Option<seal::Owner> {
        self.sides.iter().find_map(|side| Some(seal::read(&side.text)?.owner))
    }
}

/// Whether every line of a text is one of the versions', or a mark that Git sets between them.
fn is_made_of(text: &str, versions: &Versions) -> bool {
    let texts = versions.sides.iter().map(|side| &side.text).chain(&versions.base);
    let known: HashSet<&str> = texts.flat_map(|text| text.lines()).collect();
    text.lines().all(|line| known.contains(line) || conflict::is_marker(line))
}

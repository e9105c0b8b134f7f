//! Files that are sealed beside: what is on disk of a file and of its seal, as one text.
//!
//! Knows which paths belong together, and judges nothing.

use std::collections::{BTreeMap, HashSet};

use foldhash::fast::RandomState;

use crate::format::seal;
use crate::format::sealed_beside::{self, Joined, seal_path, sealed_path};
use crate::model::name::RelativePath;
use crate::world::{Found, Side, Unmerged, Versions};

/// What is at the path of a file, its seal beside it included.
pub(crate) struct OnDisk {
    pub(crate) found: Found,
    /// True if a file beside seals it.
    pub(crate) has_seal: bool,
    /// True if that seal is not in its final form.
    pub(crate) is_unfinished: bool,
}

/// The seals among the listed files.
pub(crate) struct Seals<'a>(HashSet<&'a RelativePath, RandomState>);

impl<'a> Seals<'a> {
    pub(crate) fn of(listed: &'a [RelativePath]) -> Seals<'a> {
        let is_seal = |path: &&RelativePath| sealed_path(path).is_some();
        Seals(listed.iter().filter(is_seal).collect())
    }

    /// What is at a path. `is_beside` is true if a file beside should seal it.
    pub(crate) fn read(
        &self,
        path: &RelativePath,
        is_beside: bool,
        read: impl Fn(&RelativePath) -> Found,
    ) -> OnDisk {
        let found = read(path);
        if !is_beside && self.0.is_empty() {
            return OnDisk { found, has_seal: false, is_unfinished: false };
        }
        let seal_path = seal_path(path);
        let seal = match is_beside || self.0.contains(&seal_path) {
            true => read(&seal_path),
            false => Found::Nothing,
        };
        let has_seal = seal != Found::Nothing;
        let Joined { text, is_unfinished } = match (found, seal) {
            (Found::Text(text), Found::Text(seal)) => sealed_beside::joined(path, &text, &seal),
            // Something else is in the place of the seal.
            (Found::Nothing, Found::Text(seal)) if !seal::is_near_the_top(&seal) => {
                Joined { text: seal, is_unfinished: false }
            }
            (Found::Text(_) | Found::Nothing, seal @ (Found::Failed(_) | Found::Other(_))) => {
                return OnDisk { found: seal, has_seal, is_unfinished: false };
            }
            (found, _) => return OnDisk { found, has_seal, is_unfinished: false },
        };
        OnDisk { found: Found::Text(text), has_seal, is_unfinished }
    }
}

/// The files that Git has not finished merging, each with its seal as one text. `read` returns what is
/// on disk.
pub(crate) fn unmerged(unmerged: &Unmerged, read: impl Fn(&RelativePath) -> Found) -> Unmerged {
    let (seals, mut files): (BTreeMap<_, _>, Unmerged) =
        unmerged.clone().into_iter().partition(|(path, _)| sealed_path(path).is_some());
    for (path, seal) in seals {
        let Some(path) = sealed_path(&path) else { continue };
        let versions = match (files.remove(&path), read(&path)) {
            (Some(versions), _) if !versions.is_merged => sealed(&path, versions, &seal),
            (versions, Found::Text(text)) => {
                merged(&path, &versions.unwrap_or_default(), &seal, &text)
            }
            _ => continue,
        };
        files.insert(path.clone(), versions);
    }
    for (path, versions) in &mut files {
        let has_seal = |side: &Side| seal::read(&side.text).is_some();
        if versions.sides.iter().any(has_seal) {
            continue;
        }
        if let Found::Text(seal) = read(&seal_path(path)) {
            let side = Side { text: seal, paths: Vec::new() };
            let seal = Versions { sides: vec![side], ..Versions::default() };
            *versions = sealed(path, std::mem::take(versions), &seal);
        }
    }
    files
}

/// The versions of a file together with those of its seal. Each side takes the seal that fits it.
fn sealed(path: &RelativePath, file: Versions, seal: &Versions) -> Versions {
    let side = |(number, side): (usize, Side)| {
        let from = seal.sides.iter().flat_map(|seal| &seal.paths).filter_map(sealed_path);
        let paths: Vec<RelativePath> = side.paths.iter().cloned().chain(from).collect();
        let joined = |seal: &Side| intact(&paths, &side.text, &seal.text);
        let own = seal.sides.get(number).or(seal.sides.first());
        let unfit = || Some(sealed_beside::joined(path, &side.text, &own?.text).text);
        let text = seal.sides.iter().find_map(joined).or_else(unfit);
        Side { text: text.unwrap_or(side.text), paths }
    };
    let base = match (file.base, &seal.base) {
        (Some(text), Some(seal)) => Some(sealed_beside::joined(path, &text, seal).text),
        (base, _) => base,
    };
    Versions {
        base,
        sides: file.sides.into_iter().enumerate().map(side).collect(),
        unreadable: file.unreadable.or(seal.unreadable.clone()),
        is_merged: false,
    }
}

/// A text with its seal, if the seal fits the text at one of some paths.
fn intact(paths: &[RelativePath], text: &str, seal: &str) -> Option<String> {
    let mut joined = paths.iter().map(|path| sealed_beside::joined(path, text, seal).text);
    joined.find(|text| paths.iter().any(|path| seal::is_intact(text, path)))
}

/// The sides of a file that Git has merged, by those of its seal: each with the text that it seals or,
/// if that is not known, with the text on disk.
fn merged(path: &RelativePath, file: &Versions, seal: &Versions, on_disk: &str) -> Versions {
    let side = |of: &Side| {
        let from = of.paths.iter().filter_map(sealed_path);
        let paths: Vec<RelativePath> = std::iter::once(path.clone()).chain(from).collect();
        let text = file.sides.iter().find_map(|side| intact(&paths, &side.text, &of.text));
        let text = text.unwrap_or_else(|| sealed_beside::joined(path, on_disk, &of.text).text);
        Side { text, paths }
    };
    Versions {
        sides: seal.sides.iter().map(side).collect(),
        unreadable: seal.unreadable.clone(),
        ..Versions::default()
    }
}

//! The paths from which a file with a broken seal may have been copied.
//!
//! A seal covers its path, so a copy is found only by trying paths. Trying all of them for each file
//! would take a time that grows with the square of the files, so the number of tries is limited. A
//! copy that is not found counts as an edit, which `gen` refuses as well.

use std::collections::HashMap;
use std::hash::Hash;

use foldhash::fast::RandomState;

use crate::format::seal::Sealed;
use crate::model::diagnostic::Target;
use crate::model::name::RelativePath;
use crate::render::File;

/// The number of paths that are tried for each reason.
const TRIES: usize = 64;

type PathsBy<'a, K> = HashMap<K, Vec<&'a RelativePath>, RandomState>;

/// The rendered paths by their target, and the paths on disk by name and by directory.
pub(crate) struct Origins<'a> {
    rendered: PathsBy<'a, &'a Target>,
    named: PathsBy<'a, &'a str>,
    inside: PathsBy<'a, &'a str>,
}

impl<'a> Origins<'a> {
    pub(crate) fn of(files: &'a [File], listed: &'a [RelativePath]) -> Origins<'a> {
        let rendered = files.iter().map(|file| (&file.owner.target, &file.path));
        Origins {
            rendered: grouped(rendered),
            named: grouped(listed.iter().map(|path| (path.file_name(), path))),
            inside: grouped(listed.iter().map(|path| (path.directory(), path))),
        }
    }

    /// Returns true if a broken seal is intact for another path: that of a file rendered for the same
    /// target, or of one on disk with the same name or in the same directory.
    pub(crate) fn has(&self, sealed: &Sealed<'_>, path: &RelativePath) -> bool {
        let candidates = [
            self.rendered.get(&sealed.owner.target),
            self.named.get(path.file_name()),
            self.inside.get(path.directory()),
        ];
        let tried = candidates.into_iter().flatten().flat_map(|paths| paths.iter().take(TRIES));
        tried.copied().any(|other| other != path && sealed.fits(other))
    }
}

fn grouped<'a, K: Eq + Hash>(paths: impl Iterator<Item = (K, &'a RelativePath)>) -> PathsBy<'a, K> {
    let mut groups = PathsBy::default();
    for (key, path) in paths {
        groups.entry(key).or_default().push(path);
    }
    groups
}

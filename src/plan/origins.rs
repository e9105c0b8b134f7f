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
        let mut tried = self.tried(&sealed.owner.target, path);
        tried.any(|other| other != path && sealed.fits(other))
    }

    /// The paths that are tried for a file.
    fn tried(
        &self,
        target: &Target,
        path: &RelativePath,
    ) -> impl Iterator<Item = &'a RelativePath> {
        let candidates = [
            self.rendered.get(target),
            self.named.get(path.file_name()),
            self.inside.get(path.directory()),
        ];
        candidates.into_iter().flatten().flat_map(|paths| paths.iter().take(TRIES).copied())
    }
}

fn grouped<'a, K: Eq + Hash>(paths: impl Iterator<Item = (K, &'a RelativePath)>) -> PathsBy<'a, K> {
    let mut groups = PathsBy::default();
    for (key, path) in paths {
        groups.entry(key).or_default().push(path);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tries_for_a_file_do_not_grow_with_the_files() {
        let path = |text: String| RelativePath::parse(&text).unwrap();
        for count in [1, 63, 64, 65, 1_000, 20_000] {
            let listed: Vec<RelativePath> = (0..count)
                .flat_map(|index| {
                    [path(format!("{index}/main.tf")), path(format!("all/{index}.tf"))]
                })
                .collect();
            let origins = Origins::of(&[], &listed);
            for (of, expected) in [("0/main.tf", count + 1), ("all/0.tf", count + 1), ("x/y.tf", 0)]
            {
                let tried = origins.tried(&Target::default(), &path(of.to_owned())).count();
                assert_eq!(tried, expected.min(TRIES + 1), "{count}: {of}");
            }
        }
    }
}

//! The files of the folders that envroot owns.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::model::name::RelativePath;
use crate::world::Unmerged;

/// The files below the folders that envroot owns.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files whose names may matter, and what is no file under such a name; in order.
    pub files: Vec<RelativePath>,
    /// Those of them that are no plain files.
    others: BTreeSet<RelativePath>,
    pub(super) drafts: BTreeSet<PathBuf>,
    /// The folders below the project that are Git repositories themselves.
    pub(super) repositories: BTreeSet<String>,
    /// Files whose names envroot never writes, such as one with a backslash, by the path that
    /// messages show.
    pub(super) unusual: BTreeSet<RelativePath>,
    /// The places on disk below which the files are not listed: links, and names as above.
    pub(super) unlisted: Vec<PathBuf>,
    /// Folders that cannot be listed, and why.
    pub unreadable: Vec<(String, String)>,
    /// The files that Git has not finished merging.
    pub unmerged: Unmerged,
}

impl Listing {
    pub(super) fn add(&mut self, path: RelativePath, plain: bool) {
        if !plain {
            self.others.insert(path.clone());
        }
        self.files.push(path);
    }

    /// Adds a file whose name envroot never writes.
    pub(super) fn add_unusual(&mut self, shown: &str) {
        let path = RelativePath::shown(shown);
        self.unusual.insert(path.clone());
        self.add(path, false);
    }

    /// The same listing in the order of its paths, each once.
    pub(super) fn sorted(mut self) -> Listing {
        self.files.sort();
        self.files.dedup();
        self
    }

    /// Returns true for a plain file that plain folders lead to.
    pub(crate) fn is_plain(&self, path: &RelativePath) -> bool {
        self.files.binary_search(path).is_ok() && !self.others.contains(path)
    }
}

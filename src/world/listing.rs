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
    /// The files that Git has not finished merging.
    pub unmerged: Unmerged,
}

impl Listing {
    /// Adds a file. Skips a name that envroot never writes, such as one with a backslash.
    pub(super) fn add(&mut self, path: &str, plain: bool) {
        if let Ok(path) = RelativePath::parse(path) {
            if !plain {
                self.others.insert(path.clone());
            }
            self.files.push(path);
        }
    }

    /// The same listing in the order of its paths, each once.
    pub(super) fn sorted(mut self) -> Listing {
        self.files.sort();
        self.files.dedup();
        self
    }

    /// Returns true for a plain file that plain folders lead to.
    pub(super) fn is_plain(&self, path: &RelativePath) -> bool {
        self.files.binary_search(path).is_ok() && !self.others.contains(path)
    }
}

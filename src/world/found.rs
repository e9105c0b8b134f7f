//! The contents of a path on disk, and the versions of a file that Git holds.

use std::collections::BTreeMap;

use crate::model::name::RelativePath;

/// The contents of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    Text(String),
    /// No text: bytes that are no UTF-8, a directory, a link.
    Other(&'static str),
    /// It could not be read, which is not the same as not being there.
    Failed(String),
}

/// The versions of a file that Git holds while a merge of it is unfinished.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versions {
    pub base: Option<String>,
    pub sides: Vec<Side>,
    /// The reason why a side is not known.
    pub unreadable: Option<String>,
    /// True if Git has finished merging the file itself, and only what belongs to it is unmerged. The
    /// sides are then the texts that it has in the commits, in no order.
    pub is_merged: bool,
}

/// A file as one side of a merge has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub text: String,
    /// Its paths on that side: Git follows a file that the other side moved.
    pub paths: Vec<RelativePath>,
}

/// The files that Git has not finished merging.
pub type Unmerged = BTreeMap<RelativePath, Versions>;

/// The words for what is at a path instead of a text file.
pub(super) const FOLDER: &str = "a directory";
pub(super) const FILE_FOR_FOLDER: &str = "a file instead of its directory";
pub(super) const UNUSUAL: &str = "a file whose name envroot never writes";
pub(super) const NOT_TEXT: &str = "a file that is not text";

//! The world outside the process: the file system and Git, behind one trait.
//!
//! Commands see a [`World`]. [`Disk`] is the real one; `MemoryWorld` keeps its files in a
//! map, for tests that start no process.

mod disk;
mod failure;
mod found;
mod git;
mod listing;
mod local;
#[cfg(test)]
pub(crate) mod memory;
mod skipped;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::model::name::RelativePath;
pub use crate::model::name::TEMPLATES;
use crate::model::printable::Printable;
pub use disk::{Disk, Lock};
pub use failure::{Failure, Result};
pub use found::{Found, Side, Unmerged, Versions};
pub use git::{BelongsTo, FitsPath};
pub use listing::Listing;

pub const CONFIG: &str = "environments.toml";
/// The folder for the patches of `gen --force`.
const PATCHES: &str = ".envroot";

/// What a scan for Terraform files of the repository looks for.
pub struct RootsScan<'a> {
    /// The folders and files that envroot owns, and the files there.
    pub owned: &'a [&'a str],
    pub listing: &'a Listing,
    /// Tells whether a file of this name matters.
    pub matters: fn(&str) -> bool,
    pub is_rendered: &'a dyn Fn(&RelativePath) -> bool,
}

/// Tells by its name whether a file matters.
#[derive(Clone, Copy)]
pub struct Matters {
    /// In a folder that holds generated files.
    pub inside: fn(&str) -> bool,
    /// In the folder of the project, if that holds them.
    pub anywhere: fn(&str) -> bool,
}

impl Matters {
    /// Tells it for the files of a folder that envroot owns.
    fn in_folder(self, folder: &str) -> fn(&str) -> bool {
        if folder.is_empty() { self.anywhere } else { self.inside }
    }
}

/// What such a scan finds, by path relative to the project.
#[derive(Debug, Default)]
pub struct Scanned {
    pub texts: Vec<(String, String)>,
    /// What could not be read, and why.
    pub unread: Vec<(String, String)>,
}

/// The files of a folder, by path below it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct FolderFiles {
    pub files: Vec<(String, Vec<u8>)>,
    pub unread: Vec<UnreadFile>,
}

/// A file or folder that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub struct UnreadFile {
    /// Its path below the folder.
    pub path: String,
    pub why: String,
    /// True for a link that leads nowhere, such as the lock of an editor.
    pub is_broken_link: bool,
}

/// Changes of `environments.toml` and of files that belong together.
#[derive(Debug, Default)]
pub struct FileChanges<'a> {
    /// The new text of `environments.toml`. A link remains a link: its target is replaced.
    pub config: Option<&'a str>,
    pub written: Vec<(&'a RelativePath, &'a str)>,
    pub removed: Vec<&'a RelativePath>,
}

/// A project's folder with the file system and the Git repository around it.
///
/// Paths are relative to the folder of `environments.toml`.
pub trait World: Sync {
    /// Waits until no `gen` writes; with `write`, until no command reads either. Calls `waiting`
    /// first if it has to wait.
    fn lock(&self, write: bool, waiting: &dyn Fn()) -> Result<Lock>;

    /// A path of the project, as messages show it.
    fn shown(&self, path: &str) -> PathBuf;

    /// The prefix of the project's paths in a patch: the project's folder relative to the Git
    /// repository around it with a slash, or nothing. `top` is the repository's folder if no `.git`
    /// shows it.
    fn below_repository(&self, top: Option<&Path>) -> String;

    /// Returns true if a path of the project leads to a file.
    fn has_file(&self, path: &str) -> bool;

    /// A file of the project; `None` if there is none. A pipe or a device is a failure.
    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>>;

    /// All files below a folder, by path below it; `None` if there is no such folder.
    fn folder(&self, path: &str) -> Result<Option<FolderFiles>>;

    /// The names of the folders in a folder, sorted.
    fn folders(&self, path: &str) -> Result<Vec<String>>;

    /// The texts of the project's files whose names `matters` accepts, in the order of their paths.
    /// Skips links, hidden folders and folders that tools fill.
    fn survey(&self, matters: fn(&str) -> bool) -> Result<Vec<(RelativePath, String)>>;

    /// The Terraform files in a folder of the repository, by name: none if there is no such folder,
    /// `None` if one of them is JSON or not text, or is out of the repository. The path is relative
    /// to the project, and may begin with `..`.
    fn terraform_texts(&self, folder: &str) -> Result<Option<Vec<(String, String)>>>;

    /// The texts of the repository's files whose names matter, by path relative to the project,
    /// without the plain files that were listed.
    ///
    /// Follows links within the repository. Skips the project's templates, other projects, and
    /// folders that tools fill.
    fn scan_roots(&self, scan: &RootsScan<'_>) -> Scanned;

    /// Lists the files below the output folder and the entries of `also` that matter, and the files of the project that Git has not finished merging.
    fn list(
        &self,
        owned: &[&str],
        matters: Matters,
        fits_path: FitsPath,
        belongs_to: BelongsTo,
    ) -> Result<Listing>;

    /// Returns true if a plain file at a path holds exactly a text.
    fn holds(&self, path: &RelativePath, text: &str, listing: &Listing) -> bool;

    /// The texts that Git's commits have of some files: for each the newest that `fits_path` accepts or,
    /// if there is none, that of the last commit. A file that it does not have is left out.
    fn committed(
        &self,
        wanted: &BTreeSet<&RelativePath>,
        fits_path: FitsPath,
        listing: &Listing,
    ) -> BTreeMap<RelativePath, String>;

    /// The contents of a path. Follows no link.
    fn found(&self, path: &RelativePath, listing: &Listing) -> Found;

    /// Replaces a file in one step, so that a crash leaves the old contents or the new.
    fn write(&self, path: &RelativePath, text: &str) -> Result<()>;

    /// Makes all changes or, if one fails, none.
    fn change_together(&self, changes: &FileChanges<'_>) -> Result<()>;

    /// Removes a file, and the folders it leaves empty.
    fn remove(&self, path: &RelativePath) -> Result<()>;

    /// Removes the files that a killed run left half written.
    fn clear_drafts(&self, listing: &Listing) -> Result<()>;

    /// Saves a patch in a folder that ignores itself, under the first free number, and returns its
    /// path.
    fn save_patch(&self, text: &str) -> Result<PathBuf>;

    /// Appends to a file outside the project, such as the summary page of a CI host.
    fn append(&self, path: &Path, text: &Printable) -> Result<()>;
}

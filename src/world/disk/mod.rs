//! The only module that touches the file system.
//!
//! Every failure names its path. What is read and written stays below the folder of
//! `environments.toml`, and no link is followed out of it. `clippy.toml` forbids `std::fs`
//! elsewhere.
#![expect(clippy::disallowed_methods, reason = "this module is the file system boundary")]

mod repository_scan;
mod roots_scan;
mod listing;
mod write;

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::world::{CONFIG, Failure, FolderFiles, Result, UnreadFile};
use listing::{NOT_A_FILE, read_bytes};
pub(crate) use repository_scan::repository;
pub use write::Lock;
pub(crate) use write::append;
#[cfg(test)]
pub(crate) use write::is_draft;

/// The folder of a Git repository, or the file that names it.
const GIT: &str = ".git";

/// Names the path an I/O result is about.
trait At<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| Failure { path: path.to_path_buf(), doing, source })
    }
}

/// A project's folder: that of its `environments.toml`.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
}

impl Disk {
    /// The nearest `environments.toml` at or above a folder: up to the top of its repository, and
    /// never across a mount or into the folder of another owner, who could decide what is written.
    pub fn find(start: &Path) -> Result<Option<Disk>> {
        let start = fs::canonicalize(start).at("open", start)?;
        let territory = territory(&start).at("open", &start)?;
        for folder in start.ancestors() {
            if territory != self::territory(folder).at("open", folder)? {
                return Ok(None);
            }
            let config = folder.join(CONFIG);
            if exists(&config).at("look for", &config)? {
                return Ok(Some(Disk { root: folder.to_path_buf() }));
            }
            if exists(&folder.join(GIT)).at("look for", folder)? {
                return Ok(None);
            }
        }
        Ok(None)
    }

    /// A folder that is to become a project's.
    pub fn at(folder: &Path) -> Result<Disk> {
        Ok(Disk { root: fs::canonicalize(folder).at("open", folder)? })
    }

    /// The path of something of the project, as messages show it.
    pub(super) fn shown(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    pub(super) fn below_repository(&self, top: Option<&Path>) -> String {
        let top = top.and_then(|top| fs::canonicalize(top).ok());
        let repository = repository(&self.root).or(top.as_deref());
        let repository = repository.unwrap_or(&self.root);
        let below = self.root.strip_prefix(repository).into_iter().flat_map(Path::components);
        below.map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
    }

    /// Returns true if a path of the project leads to a file.
    pub(super) fn has_file(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    /// A file of the project, `None` where there is none.
    pub(super) fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let path = self.root.join(path);
        match read_bytes(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) => absent(error, &path).map(|()| None).at("read", &path),
        }
    }

    /// All files below a folder, by path below it; `None` where there is no such folder.
    pub(super) fn folder(&self, path: &str) -> Result<Option<FolderFiles>> {
        let root = self.root.join(path);
        if !is_folder(&root)? {
            return Ok(None);
        }
        let mut found = FolderFiles::default();
        read_folder(&root, "", &mut found);
        found.files.sort_by(|a, b| a.0.cmp(&b.0));
        found.unread.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Some(found))
    }

    /// The names of the folders in a folder, sorted.
    pub(super) fn folders(&self, path: &str) -> Result<Vec<String>> {
        let root = self.root.join(path);
        if !is_folder(&root)? {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&root).at("list", &root)? {
            let entry = entry.at("list", &root)?;
            if is_folder(&entry.path())? {
                names.extend(entry.file_name().into_string());
            }
        }
        names.sort();
        Ok(names)
    }
}

/// The owner of a folder, and the file system that it is on.
#[cfg(unix)]
fn territory(folder: &Path) -> io::Result<(u32, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(folder).map(|metadata| (metadata.uid(), metadata.dev()))
}

#[cfg(not(unix))]
fn territory(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// A path with `/` between its parts and with no control characters, for messages.
fn shown_path(path: &Path) -> String {
    let parts = path.iter().map(shown_name);
    parts.collect::<Vec<_>>().join("/")
}

fn shown_name(name: &OsStr) -> String {
    let mut shown = String::with_capacity(name.len());
    for c in name.to_string_lossy().chars() {
        match c.is_control() {
            true => shown.extend(c.escape_debug()),
            false => shown.push(c),
        }
    }
    shown
}

/// Returns true if there is anything at a path, including a broken link.
fn exists(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if is_absence(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Tells what is not there from what cannot be read, such as a link that leads nowhere.
fn absent(error: io::Error, path: &Path) -> io::Result<()> {
    match is_absence(&error) {
        true if !exists(path)? => Ok(()),
        true => Err(io::Error::other("it is a broken link")),
        false => Err(error),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Returns true if a path leads to a folder.
fn is_folder(path: &Path) -> Result<bool> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.is_dir()),
        Err(error) => absent(error, path).map(|()| false).at("read", path),
    }
}

/// The limit for nested folders. Deeper ones are a cycle of links.
const DEPTH: usize = 40;

fn read_folder(folder: &Path, below: &str, found: &mut FolderFiles) {
    let too_deep = "its folders are nested too deeply, or its links form a cycle";
    let listed = match below.split('/').count() > DEPTH {
        true => Err(io::Error::other(too_deep)),
        false => fs::read_dir(folder),
    };
    let entries = match listed {
        Ok(entries) => entries.flatten(),
        Err(error) => return found.unread.push(unread(below, folder, &error)),
    };
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        // Links are followed, as Helm follows them in a chart.
        let read = fs::metadata(entry.path()).and_then(|kind| match kind.is_dir() {
            true => Ok(None),
            false if kind.is_file() => read_bytes(&entry.path()).map(Some),
            false => Err(io::Error::other(NOT_A_FILE)),
        });
        match read {
            Ok(None) => read_folder(&entry.path(), &path, found),
            Ok(Some(bytes)) => found.files.push((path, bytes)),
            Err(error) => found.unread.push(unread(&path, &entry.path(), &error)),
        }
    }
}

fn unread(path: &str, on_disk: &Path, error: &io::Error) -> UnreadFile {
    let is_broken_link = is_absence(error) && on_disk.is_symlink();
    let why = if is_broken_link { "it is a broken link".to_owned() } else { error.to_string() };
    UnreadFile { path: path.to_owned(), why, is_broken_link }
}

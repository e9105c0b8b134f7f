//! The files of this repository that tests read.

use std::fs;
use std::path::{Path, PathBuf};

/// The files below a folder in the order of their paths, or the file at the path.
pub(crate) fn files(path: impl AsRef<Path>) -> Vec<PathBuf> {
    let mut found = Vec::new();
    add(path.as_ref(), &mut found);
    found.sort();
    found
}

/// The Rust files below a folder, which has some.
pub(crate) fn rust_files(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let folder = folder.as_ref();
    let mut found = files(folder);
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    assert!(!found.is_empty(), "{} has no Rust files", folder.display());
    found
}

fn add(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_file() {
        return found.push(path.to_owned());
    }
    for entry in fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())) {
        add(&entry.unwrap().path(), found);
    }
}

//! An operation on the file system that failed.

use std::io;
use std::path::PathBuf;

use crate::model::printable;

/// An I/O error: a path, and the operation that failed.
#[derive(Debug)]
pub struct Failure {
    pub path: PathBuf,
    pub doing: &'static str,
    pub source: io::Error,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let path = self.path.to_string_lossy();
        write!(f, "cannot {} {}: {}", self.doing, printable::line(&path), self.source)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

pub type Result<T> = std::result::Result<T, Failure>;

//! The world outside the process: the file system and Git.

pub mod disk;
mod found;
pub mod git;

pub use found::{Found, Side, Unmerged, Versions};

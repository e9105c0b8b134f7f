//! A run: from the text of `environments.toml` to files on disk.

pub mod apply;
pub mod compare;
pub mod load;
pub mod outcome;
pub mod revise;

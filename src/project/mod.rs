//! A run: from the text of `environments.toml` to files on disk.

pub(crate) mod apply;
pub(crate) mod compare;
pub mod load;
pub(crate) mod outcome;
pub(crate) mod revise;

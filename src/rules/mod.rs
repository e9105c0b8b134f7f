//! The rules that a project must keep.

pub mod drift;
pub mod rendered;
pub mod settings;

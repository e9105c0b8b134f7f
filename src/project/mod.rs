//! A run: from the text of `environments.toml` to files on disk, in typed stages.
//!
//! `ParsedProject -> ResolvedProject -> RenderedProject` (in [`load`]) `-> PlannedProject ->
//! Changes -> Applied`. Each stage is a value, and only the one before it makes it.

pub(crate) mod abort;
mod apply;
pub(crate) mod edit;
mod kept;
pub mod load;
pub(crate) mod outcome;
pub(crate) mod planned;
mod read_back;
pub(crate) mod select;
mod typed;
pub(crate) mod workspace;

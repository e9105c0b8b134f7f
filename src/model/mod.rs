//! The values that every stage passes on: names, spans, problems, key paths, trees with provenance.

pub(crate) mod code;
pub mod name;
pub mod span;
pub(crate) mod cause;
pub mod diagnostic;
mod consequences;
pub mod key_path;
pub mod printable;
pub(crate) mod reference;
pub(crate) mod table;
pub mod tree;
pub(crate) mod secret;

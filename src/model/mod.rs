//! The values that every stage passes on: names, spans, problems, key paths, trees with provenance.

pub mod code;
pub mod name;
pub mod span;
pub mod cause;
pub mod diagnostic;
mod consequences;
pub mod key_path;
pub mod reference;
pub mod table;
pub mod tree;
pub mod secret;

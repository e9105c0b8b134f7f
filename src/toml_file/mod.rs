//! TOML files: parsing them into trees that know their places, and editing them in place.

pub(crate) mod edit;
mod parse;
mod reader;

pub use parse::{read, read_valid};
pub use reader::{Codes, TableReader};

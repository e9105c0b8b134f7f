//! Templates: Tera, made strict.
//!
//! Tera has no strict mode and escapes without knowing a value's position. This module therefore
//! also parses the tags of a template: it reports undeclared names, and wraps every printed value in
//! markers (see `format::markers`) that the file's format replaces by the value, escaped for its
//! position. Knows nothing of packs, layers or the disk.

mod account;
mod comments;
mod engine;
mod includes;
mod names;
mod other_engine;
mod prepare;
mod scan;
mod tera_error;
mod value;

pub(crate) use engine::{Engine, RenderFailure, Text};
pub(crate) use names::FILE;
pub(crate) use tera::{Context, Value};
pub(crate) use value::{map, value, value_beside, with, without};

//! Templates: Tera, made strict.
//!
//! Tera has no strict mode and escapes without knowing a value's place. So the tags of a template
//! are read here as well: for names that nobody declared, and to wrap every printed value in marks
//! (see `format::mark`) that the file's format turns into what its place asks for.
//! Knows nothing of packs, layers or the disk.

mod account;
mod engine;
mod includes;
mod names;
mod prepare;
mod reads;
mod scan;
mod value;

pub use engine::{Engine, Failure, Text};
pub use names::{FILE, Fault, Use};
pub use tera::{Context, Value};
pub use value::{map, value, value_beside, with, without};

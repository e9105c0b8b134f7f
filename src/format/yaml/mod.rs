//! YAML: printing from data, values in their places in text templates, and parsing again.
//!
//! Whatever is printed here reads the same under YAML 1.1 and 1.2: to Helm and kubectl, to PyYAML
//! and to Terraform's `yamldecode`. Knows nothing of charts or workflows.

mod block;
mod check;
mod document;
mod inline;
mod place;
mod print;
mod scalar;

pub use check::{check, read};
pub use document::{Document, Step, document, text};
pub use inline::inline;
pub use print::print;

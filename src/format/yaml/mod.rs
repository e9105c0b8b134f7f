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
pub use document::{Document, document};
pub use inline::inline;
pub use print::print;

use super::seal::Comment;
use super::{CodeFilter, DataPrinter, Fault, Format, TemplatePrinter};

/// Values files, manifests, workflows and the like.
pub struct Yaml;

impl Format for Yaml {
    fn name(&self) -> &'static str {
        "YAML"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.yaml", "*.yml"]
    }

    fn comment(&self) -> Comment {
        Comment::Hash
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        &[("yaml", |value| Ok(inline(value)))]
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }

    fn data_printer(&self) -> Option<DataPrinter> {
        Some(DataPrinter { text: document::text, line_paths: |value| document(value).lines })
    }

    fn read_back(&self, text: &str) -> Result<(), Fault> {
        check(text)
    }
}

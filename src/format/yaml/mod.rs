//! YAML: documents printed from data, the outputs of templates, and parsing.
//!
//! All that is printed here has one meaning in YAML 1.1 and 1.2: for Helm and kubectl, for PyYAML
//! and for Terraform's `yamldecode`. Knows nothing of charts or workflows.

mod block;
mod check;
mod context;
mod document;
mod filter;
mod inline;
pub(crate) mod lenient;
mod plain;
mod plain_scalars;
mod print;
mod printed_line;
mod scalar;
mod scanner;
mod scripts;

use block::Chomping;
pub use check::{check, read};
use context::YamlContexts;
pub use document::{YamlDocument, document};
pub use inline::inline;
pub use print::print;

use super::end_blanks::trimmed;
use super::identifier::identifier;
use super::seal::{self, Comment};
use super::{CodeFilter, DataPrinter, FilterStyle, Format, ParseError, TemplatePrinter};

/// Values files, manifests, workflows and the like.
pub struct Yaml;

impl Format for Yaml {
    fn name(&self) -> &'static str {
        "YAML"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.yaml", "*.yml"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        &[("yaml", filter::yaml), ("identifier", identifier)]
    }

    fn filter_styles(&self) -> &'static [FilterStyle] {
        &filter::STYLES
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }

    fn data_printer(&self) -> Option<DataPrinter> {
        Some(DataPrinter {
            text: |value| Ok(document::text(value)),
            line_paths: |value| document(value).lines,
        })
    }

    fn without_end_blanks(&self, text: &str) -> String {
        let text = seal::unix(text);
        let YamlContexts { kept_ends, open_block, .. } = scanner::contexts(&text);
        let keeps_end = matches!(open_block, Some(Chomping::Clip | Chomping::Keep));
        trimmed(&text, |line| kept_ends[line], keeps_end)
    }

    fn read_back(&self, text: &str) -> Result<(), ParseError> {
        check(text)
    }
}

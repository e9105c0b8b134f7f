//! HCL: values escaped for their position, and the layout of `terraform fmt`.
//!
//! Knows nothing of Terraform's blocks and arguments.

mod adapt;
mod escape;
mod expression;
mod keys;
mod label;
mod rewrite;
mod skeleton;
mod token;
mod tokenized;
mod layout;
mod lexer;
mod validate;
mod parse;
mod fill;
mod scan;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::end_blanks::trimmed;
use super::identifier::identifier;
use super::markers::{MarkedValue, Piece};
use super::placeholders::{self, PlaceholderText};
use super::seal::{self, Comment};
use super::{CodeFilter, Format, InvalidValue, LayoutMode, ParseError, Printed, TemplatePrinter};
use crate::base::cache::Cache;
use fill::{FilledText, fill};
use layout::Widths;
use rewrite::Tagged;
use skeleton::Skeleton;
use token::{HclToken, HclTokenKind};

pub(in crate::format) use escape::double_sign;
pub use escape::quoted;
pub use expression::expression;
pub use parse::parse;

/// Terraform files and files of variables.
pub struct Hcl;

impl Format for Hcl {
    fn name(&self) -> &'static str {
        "HCL"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.tf", "*.tfvars", "*.tofu", "*.hcl", "*.tfbackend"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        &[("hcl", |value| Ok(expression(value))), ("identifier", identifier)]
    }

    fn template_printer(&self) -> TemplatePrinter {
        let printer = HclPrinter::default();
        Box::new(move |pieces, layout| printer.print(pieces, layout))
    }

    fn without_end_blanks(&self, text: &str) -> String {
        let text = seal::unix(text);
        let tokens = lexer::tokens(&text);
        let heredocs = tokens.iter().filter(|token| token.kind == HclTokenKind::HeredocText);
        let heredocs: Vec<Range<usize>> = heredocs.map(HclToken::range).collect();
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let is_kept = |line: usize| {
            let Some(end) = ends.get(line) else { return false };
            let before = heredocs.partition_point(|heredoc| heredoc.start <= *end);
            heredocs[..before].last().is_some_and(|heredoc| heredoc.contains(end))
        };
        trimmed(&text, is_kept, false)
    }

    fn read_back(&self, text: &str) -> Result<(), ParseError> {
        parse(text).map(|_| ())
    }
}

/// Prints the outputs of templates. Keeps a skeleton of each template's text between outputs.
#[derive(Default)]
pub struct HclPrinter {
    skeletons: Cache<Skeleton>,
}

impl HclPrinter {
    /// Prints a template's output with every value escaped for its position.
    ///
    /// Inside quotes and heredocs Terraform reads back exactly the value, whatever text is beside
    /// it. Returns all values whose positions do not allow them.
    pub fn print(
        &self,
        pieces: &[Piece<'_>],
        layout: LayoutMode,
    ) -> Result<Printed, Vec<InvalidValue>> {
        let PlaceholderText { text, values } = PlaceholderText::verbatim(pieces);
        let skeleton = self
            .skeletons
            .get_or_insert_with(&text, |text| Skeleton::read(text, &placeholders::offsets(pieces)));
        let invalid = fill::invalid_values(&skeleton.original, &values);
        if !invalid.is_empty() {
            return Err(invalid);
        }
        if layout == LayoutMode::Keep {
            let FilledText { text, tags, .. } = fill(&skeleton.original, &values);
            return Ok(Printed { text, tags });
        }
        let (mut text, tags) = match skeleton.laid_out(&values) {
            Some(laid_out) => {
                let FilledText { text, tags, .. } = fill(&laid_out, &values);
                let filled = (text, tags);
                debug_assert_eq!(filled, laid_out_by_tokens(&skeleton, &values));
                filled
            }
            None => laid_out_by_tokens(&skeleton, &values),
        };
        text.truncate(text.trim_end_matches('\n').len());
        text.push('\n');
        Ok(Printed { text, tags })
    }
}

/// The layout of the text with its values, and its tags: right for all values, and slower.
fn laid_out_by_tokens(
    skeleton: &Skeleton,
    values: &[&MarkedValue<'_>],
) -> (String, Vec<(u32, u32)>) {
    let filled = fill(&skeleton.original, values);
    let tokens = fill::tokens(&skeleton.original, &filled);
    let FilledText { text, tags, .. } = filled;
    let Tagged { text, tokens, tags } = rewrite::rewritten(Tagged { text, tokens, tags });
    (layout::canonical(&text, tokens, &Widths::new()).text, tags)
}

/// A text after the rewrites of `terraform fmt`, in the layout that it has.
pub fn rewritten(text: &str) -> String {
    let (text, tokens) = (text.to_owned(), lexer::tokens(text));
    rewrite::rewritten(Tagged { text, tokens, tags: Vec::new() }).text
}

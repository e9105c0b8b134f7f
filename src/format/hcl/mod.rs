//! HCL: values written in the way their position asks for, laid out as `terraform fmt` does.
//!
//! Text in, text out: knows nothing of Terraform's blocks and arguments.

mod escape;
mod expression;
mod form;
mod frame;
mod layout;
mod lexer;
mod objection;
mod parse;
mod place;
mod scan;
#[cfg(test)]
mod tests;

use super::markers::{Piece, Value};
use super::placeholders::{self, Outline};
use super::seal::Comment;
use super::{CodeFilter, Fault, Format, LayoutMode, Misplaced, Printed, TemplatePrinter};
use crate::base::cache::Remembered;
use form::Form;
use layout::Widths;
use place::{Placed, place};

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
        &["*.tf", "*.tfvars", "*.tofu", "*.hcl"]
    }

    fn comment(&self) -> Comment {
        Comment::Hash
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        &[("hcl", |value| Ok(expression(value))), ("identifier", expression::identifier)]
    }

    fn template_printer(&self) -> TemplatePrinter {
        let printer = Printer::default();
        Box::new(move |pieces, layout| printer.print(pieces, layout))
    }

    fn read_back(&self, text: &str) -> Result<(), Fault> {
        parse(text).map(|_| ())
    }
}

/// Prints the outputs of templates.
#[derive(Default)]
pub struct Printer {
    forms: Remembered<Form>,
}

impl Printer {
    /// Prints a template's output, with every value escaped for the place it stands in.
    ///
    /// Inside quotes and heredocs Terraform reads back exactly the value, whatever stands beside
    /// it. All values that may not stand where they do are reported.
    pub fn print(
        &self,
        pieces: &[Piece<'_>],
        layout: LayoutMode,
    ) -> Result<Printed, Vec<Misplaced>> {
        let Outline { text, values } = Outline::verbatim(pieces);
        let form = self.forms.of(&text, |text| Form::read(text, &placeholders::places(pieces)));
        let misplaced = place::misplaced(&form.own, &values);
        if !misplaced.is_empty() {
            return Err(misplaced);
        }
        if layout == LayoutMode::Keep {
            let Placed { text, tags, .. } = place(&form.own, &values);
            return Ok(Printed { text, tags });
        }
        let (mut text, tags) = match form.laid_out(&values) {
            Some(frame) => {
                let Placed { text, tags, .. } = place(&frame, &values);
                let laid_out = (text, tags);
                debug_assert_eq!(laid_out, laid_out_by_tokens(&form, &values));
                laid_out
            }
            None => laid_out_by_tokens(&form, &values),
        };
        text.truncate(text.trim_end_matches('\n').len());
        text.push('\n');
        Ok(Printed { text, tags })
    }
}

/// A text laid out with all its values in it, and its tags.
fn laid_out_by_tokens(form: &Form, values: &[&Value<'_>]) -> (String, Vec<(u32, u32)>) {
    let placed = place(&form.own, values);
    let tokens = place::tokens(&form.own, &placed);
    (layout::canonical(&placed.text, tokens, &Widths::new()).text, placed.tags)
}

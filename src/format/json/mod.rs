//! JSON: values escaped for their position, and documents printed from data.
//!
//! In Terraform's own JSON, a string is a template, so that `${` and `%{` are escaped there as well.
//! JSON has no comments: its files are sealed beside.

mod document;

use serde_json::Value;

use super::hcl::{self, double_sign};
use super::markers::{MarkedValue, Piece, ValueKind};
use super::placeholders::PlaceholderText;
use super::quotes::{self, QuoteRules, QuotedPosition, Quoting};
use super::seal::{self, Comment};
use super::{
    AFTER_BACKSLASH, CodeFilter, DataPrinter, Format, InvalidValue, ParseError, Printed, Refusal,
    TemplatePrinter,
};

/// Files in JSON.
pub(super) struct JsonFormat {
    name: &'static str,
    file_names: &'static [&'static str],
    reader: StringReader,
    data_printer: DataPrinter,
}

/// Files of data.
pub(super) static JSON: JsonFormat = JsonFormat {
    name: "JSON",
    file_names: &["*.json"],
    reader: StringReader::Plain,
    data_printer: DataPrinter {
        text: |value| Ok(document::print(value, StringReader::Plain).text),
        line_paths: |value| document::print(value, StringReader::Plain).lines,
    },
};

/// Terraform's configuration.
pub(super) static TERRAFORM_JSON: JsonFormat = JsonFormat {
    name: "Terraform JSON",
    file_names: &["*.tf.json", "*.tofu.json"],
    reader: StringReader::Templates,
    data_printer: DataPrinter {
        text: |value| Ok(document::print(value, StringReader::Templates).text),
        line_paths: |value| document::print(value, StringReader::Templates).lines,
    },
};

const FILTERS: &[CodeFilter] = &[("json", |value| Ok(value.to_string()))];

impl Format for JsonFormat {
    fn name(&self) -> &'static str {
        self.name
    }

    fn file_names(&self) -> &'static [&'static str] {
        self.file_names
    }

    fn comment(&self) -> Option<Comment> {
        None
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        FILTERS
    }

    fn template_printer(&self) -> TemplatePrinter {
        let reader = self.reader;
        Box::new(move |pieces, _| print(pieces, reader))
    }

    fn data_printer(&self) -> Option<DataPrinter> {
        Some(self.data_printer)
    }

    fn read_back(&self, text: &str) -> Result<(), ParseError> {
        read_back(text)
    }
}

fn read_back(text: &str) -> Result<(), ParseError> {
    // A pack may put the head into the file, as a comment that its reader takes.
    let body = seal::read(text).map_or(text.into(), |sealed| sealed.body);
    let head = text.matches('\n').count() - body.matches('\n').count();
    let read = serde_json::from_str::<serde::de::IgnoredAny>(&body);
    let said = |error: &serde_json::Error| {
        let said = error.to_string();
        said.split(" at line ").next().unwrap_or_default().to_owned()
    };
    read.map(|_| ()).map_err(|error| (head + error.line(), error.column().max(1), said(&error)))
}

/// What reads a string.
#[derive(Clone, Copy)]
enum StringReader {
    /// It is text.
    Plain,
    /// It is a template of Terraform.
    Templates,
}

impl StringReader {
    /// Appends a text between quotes.
    fn push(self, out: &mut String, text: &str) {
        // Terraform drops a byte order mark at the start of a template.
        if matches!(self, StringReader::Templates) && text.starts_with('\u{feff}') {
            let expression = Value::from(format!("${{{}}}", hcl::quoted(text))).to_string();
            return out.push_str(&expression[1..expression.len() - 1]);
        }
        let quoted = Value::from(text).to_string();
        for c in quoted[1..quoted.len() - 1].chars() {
            if c == '{' {
                self.join(out, "{");
            }
            out.push(c);
        }
    }

    /// Keeps a sign at the end of a text from opening a sequence with the next text.
    fn join(self, out: &mut String, next: &str) {
        if matches!(self, StringReader::Templates) {
            double_sign(out, next);
        }
    }
}

const UNQUOTED: Refusal =
    Refusal { reason: "unquoted string", help: "quote it, or end the tag with `| json`" };
const FILTERED: Refusal =
    Refusal { reason: "the filter `json` cannot be used inside quotes", help: "remove the filter" };

fn print(pieces: &[Piece<'_>], reader: StringReader) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let rules = QuoteRules { escapes: true, ..QuoteRules::default() };
    let positions = quotes::positions(&source.text, rules);
    source.filled(|out, value, number| push(out, value, &positions[number], reader))
}

fn push(
    out: &mut String,
    value: &MarkedValue<'_>,
    position: &QuotedPosition<'_>,
    reader: StringReader,
) -> Result<(), Refusal> {
    match (value.kind, position.quoting) {
        _ if position.is_escaped => return Err(AFTER_BACKSLASH),
        (ValueKind::Text, Quoting::Bare) => return Err(UNQUOTED),
        (ValueKind::Code, Quoting::Bare) => {
            let read: Value = serde_json::from_str(&value.text).unwrap_or_default();
            document::push_inline(out, &read, reader);
        }
        (ValueKind::Bare, _) => out.push_str(&value.text),
        (ValueKind::Code, _) => return Err(FILTERED),
        (ValueKind::Text, _) => {
            reader.push(out, &value.text);
            reader.join(out, position.after);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;

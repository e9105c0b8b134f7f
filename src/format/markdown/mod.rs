//! The outputs of templates as Markdown, with every value escaped for its position.
//!
//! A Markdown parser finds the position of each value. After the values are inserted, it reads the
//! page again: a value that changes more than its own text is refused. In a block of shell code,
//! a value stays one word.

mod contexts;
mod escape;
mod html;
mod page;
mod structure;
mod value;
#[cfg(test)]
mod tests;

use std::ops::Range;

use super::markers::{Piece, ValueKind};
use super::placeholders::{PLACEHOLDER, PlaceholderText};
use super::seal::Comment;
use super::{Format, InvalidValue, Printed, Refusal, TemplatePrinter};
use crate::base::cache::Cache;
use page::Page;

/// Pages, such as runbooks.
pub struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "Markdown"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.md"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Html)
    }

    fn is_page(&self) -> bool {
        true
    }

    fn template_printer(&self) -> TemplatePrinter {
        let printer = MarkdownPrinter::default();
        Box::new(move |pieces, _| printer.print(pieces))
    }
}

/// Prints the outputs of templates. Keeps the positions in each text between outputs.
#[derive(Default)]
pub struct MarkdownPrinter {
    pages: Cache<Page>,
}

impl MarkdownPrinter {
    /// Prints a template's output, or returns all values whose positions do not allow them.
    pub fn print(&self, pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
        let PageText { text, strings, tags, code } = PageText::of(pieces);
        if !code.is_empty() {
            return Err(code.into_iter().map(|tag| FILTERED.of(tag)).collect());
        }
        if strings.is_empty() {
            return Ok(Printed { text: with_one_end(text), tags });
        }
        let reserved = text.chars().filter_map(index).count() != strings.len();
        if reserved {
            return Err(vec![RESERVED.of(strings[0].1)]);
        }
        let page = self.pages.get_or_insert_with(&text, Page::read);
        let texts: Vec<&str> = strings.iter().map(|(text, _)| *text).collect();
        let text = page.filled(&texts).map_err(|refused| {
            let invalid = |(index, refusal): (usize, Refusal)| refusal.of(strings[index].1);
            refused.into_iter().map(invalid).collect::<Vec<_>>()
        })?;
        Ok(Printed { text: with_one_end(text), tags })
    }
}

/// The text with one newline at its end.
fn with_one_end(mut text: String) -> String {
    text.truncate(text.trim_end_matches('\n').len());
    text.push('\n');
    text
}

/// A template's output with a character of its own for each string.
struct PageText<'a> {
    text: String,
    /// The strings with their tags.
    strings: Vec<(&'a str, u32)>,
    /// As in [`Printed`].
    tags: Vec<(u32, u32)>,
    /// The tags of values that a filter of another format printed.
    code: Vec<u32>,
}

impl<'a> PageText<'a> {
    fn of(pieces: &'a [Piece<'_>]) -> PageText<'a> {
        let source = PlaceholderText::of(pieces);
        let mut parts = source.text.split(PLACEHOLDER);
        let text = parts.next().unwrap_or_default().to_owned();
        let mut line = newlines(&text);
        let mut output = PageText { text, strings: Vec::new(), tags: Vec::new(), code: Vec::new() };
        for (value, literal) in source.values.iter().zip(parts) {
            output.tags.push((line, value.tag));
            match value.kind {
                ValueKind::Bare => output.text.push_str(&value.text),
                ValueKind::Code => output.code.push(value.tag),
                ValueKind::Text => {
                    output.text.push(placeholder(output.strings.len()));
                    output.strings.push((&value.text, value.tag));
                }
            }
            output.text.push_str(literal);
            line += newlines(literal);
        }
        output
    }
}

/// The characters that hold the places of strings: private ones, which Markdown reads as letters.
const PLACEHOLDERS: Range<u32> = 0xF_0000..0xF_FFFE;

/// The character of a string. Beyond sixty thousand, strings have none.
fn placeholder(index: usize) -> char {
    let code = PLACEHOLDERS.start.saturating_add(u32::try_from(index).unwrap_or(u32::MAX));
    char::from_u32(code.min(PLACEHOLDERS.end)).unwrap_or(PLACEHOLDER)
}

/// The string of a character.
fn index(c: char) -> Option<usize> {
    PLACEHOLDERS.contains(&u32::from(c)).then(|| (u32::from(c) - PLACEHOLDERS.start) as usize)
}

fn newlines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}

const FILTERED: Refusal = Refusal {
    reason: "filters of other formats are not allowed in Markdown",
    help: "remove the filter",
};
const RESERVED: Refusal = Refusal {
    reason: "a page with values cannot contain characters from U+F0000 to U+FFFFD, or 65,535 values",
    help: "remove these characters, or split the page",
};

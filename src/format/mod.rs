//! The formats of generated files: escaping by position, canonical layout, safe scalars and seals.
//!
//! Values in, text out: nothing here knows settings, packs or the disk. All that the rest of
//! envroot needs of a format is in the trait [`Format`]. A new format is a file in this folder, its
//! `mod` and an entry in [`FORMATS`].

pub mod conflict_markers;
mod dotenv;
mod end_blanks;
mod engine;
pub mod hcl;
mod identifier;
mod json;
mod make;
pub mod markdown;
pub mod markers;
pub mod placeholders;
mod properties;
mod quotes;
pub(crate) mod registry;
pub mod seal;
pub(crate) mod sealed_beside;
mod shell;
pub(crate) mod text;
mod toml;
#[cfg(test)]
mod trial;
pub(crate) mod words;
pub mod yaml;

use std::fmt;

use serde_json::Value;

use markers::Piece;
use seal::Comment;

/// All formats, each before those whose names include its own. Those of texts whose comments a pack
/// names are beside them.
pub const FORMATS: &[&dyn Format] = &[
    &hcl::Hcl,
    &yaml::Yaml,
    &markdown::Markdown,
    &words::Words,
    &json::TERRAFORM_JSON,
    &json::JSON,
    &toml::Toml,
    &dotenv::Dotenv,
    &properties::Properties,
    &shell::script::Shell,
    &make::Make,
    &engine::TERRAFORM_YAML,
    &engine::TERRAFORM_JSON,
    &engine::TERRAFORM_SHELL,
    &engine::TERRAFORM_ANY,
    &engine::GO_YAML,
    &engine::GO_ANY,
    &engine::EITHER_YAML,
    &engine::EITHER_JSON,
    &engine::EITHER_SHELL,
    &engine::EITHER_ANY,
    // Shows that the entry is all that the rest of envroot needs.
    #[cfg(test)]
    &registry::tests::Ini,
];

/// A format of generated files.
pub trait Format: Sync {
    /// The name in messages. No two formats share one.
    fn name(&self) -> &'static str;

    /// The files of this format: `*.yaml` for every name with that ending, `.env.*` for every name with
    /// that start, `CODEOWNERS` for one name.
    fn file_names(&self) -> &'static [&'static str];

    /// The comment that the lines of a seal are written in; `None` for a format without comments,
    /// whose files are sealed beside.
    fn comment(&self) -> Option<Comment>;

    /// Returns true if people read it as a page, so that a runbook can have this format.
    fn is_page(&self) -> bool {
        false
    }

    /// The filters of templates that print a value as code of this format.
    fn code_filters(&self) -> &'static [CodeFilter] {
        &[]
    }

    /// The styles of code filters, as `yaml(style="single")`.
    fn filter_styles(&self) -> &'static [FilterStyle] {
        &[]
    }

    /// A printer of templates' outputs. It may keep what several outputs have in common.
    fn template_printer(&self) -> TemplatePrinter;

    /// The printer of data, for a format that files without a template can have.
    fn data_printer(&self) -> Option<DataPrinter> {
        None
    }

    /// The text without the blanks that mean nothing in this format, at the ends of lines and of the
    /// file. Texts that differ in nothing else come to the same.
    fn without_end_blanks(&self, text: &str) -> String {
        end_blanks::without_last_lines(text)
    }

    /// Parses a printed file: the last proof that no value broke out of its position.
    fn read_back(&self, _text: &str) -> Result<(), ParseError> {
        Ok(())
    }
}

impl fmt::Debug for dyn Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The name of a filter, and the function that prints a value as code or says why it cannot.
pub type CodeFilter = (&'static str, fn(&Value) -> Result<String, String>);

/// A style of a code filter.
#[derive(Clone, Copy, Debug)]
pub struct FilterStyle {
    pub filter: &'static str,
    pub style: &'static str,
    pub print: fn(&Value) -> Result<String, String>,
}

/// Prints a template's output with every value escaped for its position, or lists all values that
/// their positions do not allow.
pub type TemplatePrinter =
    Box<dyn Fn(&[Piece<'_>], LayoutMode) -> Result<Printed, Vec<InvalidValue>> + Send + Sync>;

/// Prints data as a whole file.
#[derive(Clone, Copy)]
pub struct DataPrinter {
    /// The text, or the reason why the format has no form for the data.
    pub text: fn(&Value) -> Result<String, String>,
    /// For every line of the text, the path from the root to the innermost node that the line
    /// begins or continues.
    pub line_paths: for<'a> fn(&'a Value) -> Vec<Vec<DataStep<'a>>>,
}

/// One step down into data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataStep<'a> {
    Key(&'a str),
    /// Counted from 0.
    Index(usize),
}

/// The layout of a file that a template prints. Formats without a canonical layout keep the
/// template's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutMode {
    /// That of the format's own formatter, with one newline at the end.
    Canonical,
    /// That of the template.
    Keep,
}

/// The text of a file, and the lines on which template tags printed something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    pub text: String,
    /// Pairs of a line of `text`, counted from 0, and the number of a template tag, in line order.
    pub tags: Vec<(u32, u32)>,
}

/// A value whose position does not allow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue {
    /// The number of the template tag that printed it.
    pub tag: u32,
    pub refusal: Refusal,
    /// True if its position allows others, so that the setting may be what is wrong.
    pub is_of_setting: bool,
}

/// The reason why a position does not allow a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// One clause without a full stop.
    pub reason: &'static str,
    /// The next thing to do.
    pub help: &'static str,
}

/// A code filter of another format.
const OTHER_FILTER: Refusal =
    Refusal { reason: "filters of other formats are not allowed here", help: "remove the filter" };
/// A backslash before a value would escape its first character.
const AFTER_BACKSLASH: Refusal =
    Refusal { reason: "a value follows a backslash", help: "double the backslash or remove it" };

impl Refusal {
    /// Refuses a value that its position does not allow.
    fn unless(self, is_allowed: bool) -> Result<(), Refusal> {
        if is_allowed { Ok(()) } else { Err(self) }
    }

    fn of(self, tag: u32) -> InvalidValue {
        InvalidValue { tag, refusal: self, is_of_setting: false }
    }
}

/// A syntax error of a text: its line and column, both from 1, and a message.
pub type ParseError = (usize, usize, String);

/// A character for a comment: no line breaks and no control characters, which a terminal would
/// obey.
fn in_comment(c: char) -> char {
    if c.is_control() && c != '\t' { ' ' } else { c }
}

/// Appends blanks.
fn push_blanks(out: &mut String, mut count: usize) {
    const BLANKS: &str = "                                ";
    while count > BLANKS.len() {
        out.push_str(BLANKS);
        count -= BLANKS.len();
    }
    out.push_str(&BLANKS[..count]);
}

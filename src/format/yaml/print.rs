//! Text templates as YAML: every value written in the way its place asks for.
//!
//! The template's own text stays as it is, but for blanks at the ends of lines. Whether the whole
//! is valid YAML is not judged here.

use std::ops::Range;

use super::outline::{Outline, VALUE};
use super::place::{Edges, Place, places};
use super::scalar;
use crate::format::mark::{Kind, Piece, Value};
use crate::format::{Misplaced, Printed};

/// Prints a template's output, or names every value that may not stand where it does.
pub fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<Misplaced>> {
    let outline = Outline::of(pieces);
    let places = places(&outline.text);
    let mut values = outline.values.iter().zip(&places.values);

    let mut printer = Printer::default();
    for (number, line) in outline.text.split('\n').enumerate() {
        for (index, literal) in line.split(VALUE).enumerate() {
            if index > 0 {
                let (value, place) = values.next().expect("every value has a place");
                printer.tags.push((number as u32, value.tag));
                printer.value(value, *place);
            }
            printer.literal(literal);
        }
        printer.end_line(places.kept_ends[number]);
    }
    printer.finish()
}

#[derive(Default)]
struct Printer {
    text: String,
    tags: Vec<(u32, u32)>,
    misplaced: Vec<Misplaced>,
    /// Where the values outside comments stand in the text, with their tags.
    written: Vec<(Range<usize>, u32)>,
    /// Whether the template's own text has opened a `${{` and not closed it.
    in_expression: bool,
}

impl Printer {
    fn literal(&mut self, literal: &str) {
        self.text.push_str(literal);
        match (literal.rfind("${{"), literal.rfind("}}")) {
            (Some(open), close) => self.in_expression = close.is_none_or(|close| close < open),
            (None, Some(_)) => self.in_expression = false,
            (None, None) => {}
        }
    }

    fn value(&mut self, value: &Value<'_>, place: Place) {
        if let Some(problem) = problem(value, place, self.in_expression) {
            return self.refuse(value.tag, problem);
        }
        let begin = self.text.len();
        match (value.kind, place) {
            (Kind::Text, Place::Double(_)) => scalar::push_escaped(&mut self.text, &value.text),
            (Kind::Text, Place::Single(_)) => self.text.push_str(&value.text.replace('\'', "''")),
            (Kind::Text, Place::Comment) => self.text.extend(value.text.chars().map(visible)),
            _ => self.text.push_str(&value.text),
        }
        if place != Place::Comment {
            self.written.push((begin..self.text.len(), value.tag));
        }
    }

    fn end_line(&mut self, keep_end: bool) {
        if !keep_end {
            self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
        }
        self.text.push('\n');
    }

    fn finish(mut self) -> Result<Printed, Vec<Misplaced>> {
        for (range, tag) in std::mem::take(&mut self.written) {
            if forms_expression(self.text.as_bytes(), range) {
                self.refuse(tag, FORMS_EXPRESSION);
            }
        }
        if !self.misplaced.is_empty() {
            return Err(self.misplaced);
        }
        self.text.truncate(self.text.trim_end_matches('\n').len());
        self.text.push('\n');
        Ok(Printed { text: self.text, tags: self.tags })
    }

    fn refuse(&mut self, tag: u32, problem: Problem) {
        let (reason, help) = (problem.reason.to_owned(), problem.help.to_owned());
        self.misplaced.push(Misplaced { tag, reason, help });
    }
}

/// Why a value is misplaced.
struct Problem {
    reason: &'static str,
    help: &'static str,
}

const BARE: Problem = Problem {
    reason: "a string stands bare",
    help: "put it in quotes or write `{{ … | yaml }}`",
};
const AFTER_BACKSLASH: Problem = Problem {
    reason: "a string stands behind a backslash",
    help: "double the backslash or leave it out",
};
const AT_EDGE: Problem = Problem {
    reason: "a string that is empty or has a blank at its edge stands where a line begins or ends",
    help: "write `{{ … | yaml }}` in place of the whole text",
};
const NOT_IN_SINGLE: Problem = Problem {
    reason: "a string with a line break or an invisible character stands in single quotes",
    help: "put it in double quotes",
};
const NOT_IN_BLOCK: Problem = Problem {
    reason: "a string with a line break or an invisible character stands in a block of text",
    help: "put it in double quotes outside the block or write `{{ … | yaml }}` in its place",
};
const GLUED: Problem = Problem {
    reason: "what the filter `yaml` prints is not the whole of a value",
    help: "put the whole value in quotes and leave the filter out",
};
const FILTERED: Problem = Problem {
    reason: "what the filter `yaml` prints stands in quotes, in a block of text or in a comment",
    help: "leave the filter out",
};
const FORMS_EXPRESSION: Problem = Problem {
    reason: "a string makes up a `${{`, which GitHub would evaluate",
    help: "change the setting",
};
const IN_EXPRESSION: Problem = Problem {
    reason: "a string that is more than a name stands inside `${{ }}`, where GitHub would evaluate it",
    help: "hand it over in `env` and name the variable here",
};

fn problem(value: &Value<'_>, place: Place, in_expression: bool) -> Option<Problem> {
    match (value.kind, place) {
        (Kind::Bare, _) | (Kind::Code, Place::Bare { whole: true }) => None,
        (Kind::Code, Place::Bare { whole: false }) => Some(GLUED),
        (Kind::Code, _) => Some(FILTERED),
        (Kind::Text, Place::Comment) => None,
        (Kind::Text, _) if in_expression && !is_name(&value.text) => Some(IN_EXPRESSION),
        (Kind::Text, place) => text_problem(&value.text, place),
    }
}

fn text_problem(text: &str, place: Place) -> Option<Problem> {
    let is_visible = || text.chars().all(|c| scalar::is_visible(c) || c == '\t');
    match place {
        Place::Bare { .. } => Some(BARE),
        Place::AfterBackslash => Some(AFTER_BACKSLASH),
        Place::Double(edges) | Place::Single(edges) | Place::Block(edges)
            if is_lost(text, edges) =>
        {
            Some(AT_EDGE)
        }
        Place::Single(_) if !is_visible() => Some(NOT_IN_SINGLE),
        Place::Block(_) if !is_visible() => Some(NOT_IN_BLOCK),
        _ => None,
    }
}

/// Whether a reader would drop blanks of the text, or take an empty one for the end of a line.
fn is_lost(text: &str, edges: Edges) -> bool {
    let blanks = [' ', '\t'];
    edges.start && (text.is_empty() || text.starts_with(blanks))
        || edges.end && (text.is_empty() || text.ends_with(blanks))
}

/// Whether text means the same inside a GitHub expression as outside.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:@".contains(c))
}

/// Whether a `${{` is there because of what stands in the range.
fn forms_expression(text: &[u8], range: Range<usize>) -> bool {
    let around = range.start.saturating_sub(2)..text.len().min(range.end + 2);
    text[around].windows(3).any(|window| window == b"${{")
}

fn visible(c: char) -> char {
    if scalar::is_visible(c) { c } else { ' ' }
}

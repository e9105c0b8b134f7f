//! Properties of Java: every text has an escape, in keys and in values.
//!
//! Characters beyond ASCII are escaped, because older readers take the files for Latin-1.

use std::fmt::Write;

use serde_json::Value;

use super::markers::{MarkedValue, Piece, ValueKind};
use super::placeholders::{PLACEHOLDER, PlaceholderText};
use super::seal::Comment;
use super::{
    AFTER_BACKSLASH, DataPrinter, DataStep, Format, InvalidValue, OTHER_FILTER, Printed, Refusal,
    TemplatePrinter,
};

/// Files of properties.
pub(super) struct Properties;

impl Format for Properties {
    fn name(&self) -> &'static str {
        "properties"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.properties"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }

    fn data_printer(&self) -> Option<DataPrinter> {
        let text = |data: &Value| Ok(lines(data)?.into_iter().map(|(_, line)| line).collect());
        Some(DataPrinter { text, line_paths })
    }
}

/// The part of a line that a value is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PropertyPart {
    Comment,
    Key,
    Value,
    /// Behind a backslash.
    Escaped,
}

fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let parts = parts(&source.text);
    source.filled(|out, value, number| push(out, value, parts[number]))
}

/// The part that each value of a text is in.
fn parts(text: &str) -> Vec<PropertyPart> {
    let mut parts = Vec::new();
    let mut part = PropertyPart::Key;
    let mut is_continued = false;
    for line in text.split('\n') {
        let content = line.trim_start();
        if !is_continued {
            part = if content.starts_with(['#', '!']) {
                PropertyPart::Comment
            } else {
                PropertyPart::Key
            };
        }
        let (mut begun, mut is_escaped) = (is_continued && part == PropertyPart::Key, false);
        for c in content.chars() {
            match c {
                PLACEHOLDER if is_escaped && part != PropertyPart::Comment => {
                    parts.push(PropertyPart::Escaped);
                }
                PLACEHOLDER => parts.push(part),
                '=' | ':' | ' ' | '\t' if part == PropertyPart::Key && !is_escaped && begun => {
                    part = PropertyPart::Value;
                }
                '=' | ':' if part == PropertyPart::Key && !is_escaped => part = PropertyPart::Value,
                _ => {}
            }
            begun = true;
            is_escaped = c == '\\' && !is_escaped;
        }
        is_continued = is_escaped && part != PropertyPart::Comment;
    }
    parts
}

fn push(out: &mut String, value: &MarkedValue<'_>, part: PropertyPart) -> Result<(), Refusal> {
    match (value.kind, part) {
        (_, PropertyPart::Escaped) => return Err(AFTER_BACKSLASH),
        (ValueKind::Code, _) => return Err(OTHER_FILTER),
        (_, PropertyPart::Comment) => {
            out.extend(value.text.chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        (_, PropertyPart::Key) => push_escaped(out, &value.text, true),
        (_, PropertyPart::Value) => push_escaped(out, &value.text, false),
    }
    Ok(())
}

/// Appends a text. Blanks at both ends of a value are escaped: readers and editors drop them.
fn push_escaped(out: &mut String, text: &str, is_key: bool) {
    let last = text.chars().count().saturating_sub(1);
    for (index, c) in text.chars().enumerate() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' ' if is_key || index == 0 || index == last => out.push_str("\\u0020"),
            '=' | ':' | '#' | '!' if is_key || index == 0 => out.extend(['\\', c]),
            c if c.is_ascii() && !c.is_control() => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    write!(out, "\\u{unit:04x}").expect("a string takes any text");
                }
            }
        }
    }
}

/// A line for each property, with the path to its value.
type PropertyLine<'a> = (Vec<DataStep<'a>>, String);

fn lines(data: &Value) -> Result<Vec<PropertyLine<'_>>, String> {
    let mut lines = Vec::new();
    if !data.is_object() {
        return Err("a file of properties is a table".to_owned());
    }
    push_lines(&mut lines, data, &mut Vec::new())?;
    Ok(lines)
}

fn push_lines<'a>(
    lines: &mut Vec<PropertyLine<'a>>,
    data: &'a Value,
    path: &mut Vec<DataStep<'a>>,
) -> Result<(), String> {
    let value = match data {
        Value::Object(map) => {
            for (name, data) in map {
                path.push(DataStep::Key(name));
                push_lines(lines, data, path)?;
                path.pop();
            }
            return Ok(());
        }
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => data.to_string(),
        Value::Null | Value::Array(_) => {
            return Err("a property is a string, a number or a boolean".to_owned());
        }
    };
    let mut line = String::new();
    for (index, step) in path.iter().enumerate() {
        line.push_str(if index > 0 { "." } else { "" });
        if let DataStep::Key(name) = step {
            push_escaped(&mut line, name, true);
        }
    }
    line.push('=');
    push_escaped(&mut line, &value, false);
    line.push('\n');
    lines.push((path.clone(), line));
    Ok(())
}

fn line_paths(data: &Value) -> Vec<Vec<DataStep<'_>>> {
    lines(data).unwrap_or_default().into_iter().map(|(path, _)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::trial;

    #[track_caller]
    fn check(template: &str, value: &str, expected: &str) {
        let printed = trial::printed(print, template, ValueKind::Text, value);
        assert_eq!(printed, Ok(expected.to_owned()));
    }

    #[test]
    fn every_text_has_a_form_in_every_part_of_a_line() {
        check("a=@\n", "x = y: #z", "a=x = y: #z\n");
        check("a = @\n", " x ", "a = \\u0020x\\u0020\n");
        check("a=@\n", "=x", "a=\\=x\n");
        check("a: @\n", "c:\\d\n\te", "a: c:\\\\d\\n\\te\n");
        check("a @\n", "é😀", "a \\u00e9\\ud83d\\ude00\n");
        check("@=1\n", "a b:c=d#!", "a\\u0020b\\:c\\=d\\#\\!=1\n");
        check("a.@ b\n", "x", "a.x b\n");
        check("# @\n", "a\\\nb=c", "# a\\ b=c\n");
        check("a=b\\\n  @\n", " c", "a=b\\\n  \\u0020c\n");
        check("a\\=@=1\n", "=", "a\\=\\==1\n");
    }

    #[test]
    fn a_value_behind_a_backslash_or_through_a_filter_is_refused() {
        for (template, kind) in [("a=\\@\n", ValueKind::Text), ("a=@\n", ValueKind::Code)] {
            assert!(trial::printed(print, template, kind, "x").is_err(), "{template}");
        }
    }

    #[test]
    fn data_is_a_line_for_each_value_of_a_tree() {
        let data = serde_json::json!({ "a": { "b": "x", "c d": 1 }, "e": true, "f": "" });
        let text = (Properties.data_printer().unwrap().text)(&data);
        assert_eq!(text.unwrap(), "a.b=x\na.c\\u0020d=1\ne=true\nf=\n");
        assert_eq!(line_paths(&data).len(), 4);
        assert!(lines(&serde_json::json!({ "a": [1] })).is_err());
    }
}

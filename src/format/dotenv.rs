//! Files of environment variables, such as `.env`, as a shell, Docker and the libraries read them.
//!
//! The readers agree on little: text between single quotes means itself, and so does a plain word. A
//! value that they would read differently is refused.

use serde_json::Value;

use super::markers::{MarkedValue, Piece, ValueKind};
use super::placeholders::PlaceholderText;
use super::quotes::{self, QuoteRules, QuotedPosition, Quoting};
use super::seal::Comment;
use super::{
    CodeFilter, DataPrinter, DataStep, Format, InvalidValue, ParseError, Printed, Refusal,
    TemplatePrinter, in_comment,
};

/// Files of environment variables.
pub(super) struct Dotenv;

impl Format for Dotenv {
    fn name(&self) -> &'static str {
        "dotenv"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.env", ".env.*"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        &[("dotenv", value)]
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }

    fn data_printer(&self) -> Option<DataPrinter> {
        Some(DataPrinter { text, line_paths })
    }

    fn read_back(&self, text: &str) -> Result<(), ParseError> {
        match text.lines().position(|line| !is_line(line)) {
            Some(line) => Err((line + 1, 1, "this is no `NAME=value`".to_owned())),
            None => Ok(()),
        }
    }
}

const RULES: QuoteRules = QuoteRules {
    single: true,
    escapes: true,
    triple: false,
    wary: false,
    comments: &[("#", "")],
    comment_begins_word: true,
};

const UNQUOTED: Refusal = Refusal {
    reason: "unquoted string that is not a plain word",
    help: "put single quotes around it, or end the tag with `| dotenv`",
};
const FILTERED: Refusal = Refusal {
    reason: "the filter `dotenv` prints a whole value",
    help: "use it behind `=` alone, without quotes",
};
const IN_SINGLE: Refusal = Refusal {
    reason: "a quote, a backslash or a line break means something else to each reader of the file",
    help: "change the setting",
};
const IN_DOUBLE: Refusal = Refusal {
    reason: "between double quotes some readers would expand or unescape the value",
    help: "use single quotes",
};

fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let positions = quotes::positions(&source.text, RULES);
    source.filled(|out, value, number| {
        validate(value, &positions[number])?;
        match positions[number].quoting {
            Quoting::Comment(_) => out.extend(value.text.chars().map(in_comment)),
            _ => out.push_str(&value.text),
        }
        Ok(())
    })
}

fn validate(value: &MarkedValue<'_>, position: &QuotedPosition<'_>) -> Result<(), Refusal> {
    let text = &*value.text;
    let allowed = match (value.kind, position.quoting) {
        (ValueKind::Code, Quoting::Bare) => {
            let is_whole = position.before.ends_with('=') && position.after.trim().is_empty();
            return if is_whole { Ok(()) } else { Err(FILTERED) };
        }
        (ValueKind::Code, _) => return Err(FILTERED),
        (ValueKind::Bare, _) | (_, Quoting::Comment(_)) => Ok(()),
        (_, Quoting::Bare) if position.before.contains('=') => UNQUOTED.unless(is_plain(text)),
        (_, Quoting::Bare) => UNQUOTED.unless(is_name_part(text)),
        (_, Quoting::Single) => IN_SINGLE.unless(is_literal(text)),
        (..) => IN_DOUBLE.unless(is_literal(text) && !text.contains(['"', '$', '`', '!'])),
    };
    match position.is_escaped {
        true => Err(IN_DOUBLE),
        false => allowed,
    }
}

/// Returns true if every reader takes a text without quotes as itself.
fn is_plain(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    !text.is_empty() && text.chars().all(is_plain)
}

/// Returns true if every reader takes a text between single quotes as itself.
fn is_literal(text: &str) -> bool {
    !text.contains(|c: char| matches!(c, '\'' | '\\') || c.is_control() && c != '\t')
}

fn is_name_part(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_name(text: &str) -> bool {
    is_name_part(text) && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// A value with the quotes that it needs, or the reason why it has no form.
fn value(value: &Value) -> Result<String, String> {
    match value {
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::String(text) if is_plain(text) => Ok(text.clone()),
        Value::String(text) if is_literal(text) => Ok(format!("'{text}'")),
        Value::String(_) => Err(IN_SINGLE.reason.to_owned()),
        _ => Err("an environment variable is a string, a number or a boolean".to_owned()),
    }
}

fn text(data: &Value) -> Result<String, String> {
    let map = data.as_object().ok_or("a file of environment variables is a table")?;
    let mut text = String::new();
    for (name, data) in map {
        if !is_name(name) {
            return Err(format!("`{name}` is no name of an environment variable"));
        }
        let value = value(data).map_err(|why| format!("`{name}`: {why}"))?;
        text.push_str(&format!("{name}={value}\n"));
    }
    Ok(text)
}

fn line_paths(data: &Value) -> Vec<Vec<DataStep<'_>>> {
    data.as_object().into_iter().flatten().map(|(name, _)| vec![DataStep::Key(name)]).collect()
}

/// Returns true for a blank line, a comment or an assignment whose quotes are closed.
fn is_line(line: &str) -> bool {
    let line = line.trim();
    let Some((name, value)) = line.split_once('=') else {
        return line.is_empty() || line.starts_with('#');
    };
    let is_closed = |quote: char| value.len() > 1 && value[1..].contains(quote);
    let name = name.strip_prefix("export ").unwrap_or(name);
    line.starts_with('#')
        || is_name(name)
            && ['"', '\''].into_iter().all(|it| !value.starts_with(it) || is_closed(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::trial;

    fn printed(template: &str, kind: ValueKind, value: &str) -> Result<String, Refusal> {
        trial::printed(print, template, kind, value)
    }

    #[track_caller]
    fn check(template: &str, value: &str, expected: &str) {
        assert_eq!(printed(template, ValueKind::Text, value).unwrap(), expected);
    }

    #[test]
    fn each_position_takes_what_all_readers_take_as_text() {
        check("A=@\n", "v1.2:3/x=4", "A=v1.2:3/x=4\n");
        check("A='@'\n", "a $b \"c\" `d` # e!", "A='a $b \"c\" `d` # e!'\n");
        check("A=\"x @ y\"\n", "it's".trim_end_matches("'s"), "A=\"x it y\"\n");
        check("# @\n", "it's\n#x", "# it's #x\n");
        check("A=1 # @\n", "$x", "A=1 # $x\n");
        check("A_@=1\n", "b2", "A_b2=1\n");
        for value in ["a b", "", "#", "$x", "a'b", "a\nb", "a;b", "~", "a\"b"] {
            assert_eq!(printed("A=@\n", ValueKind::Text, value), Err(UNQUOTED), "{value}");
        }
        for value in ["'", "\\", "a\nb", "\r"] {
            assert_eq!(printed("A='@'\n", ValueKind::Text, value), Err(IN_SINGLE), "{value}");
        }
        for value in ["\"", "$x", "`x`", "\\", "!", "a\nb"] {
            assert_eq!(printed("A=\"@\"\n", ValueKind::Text, value), Err(IN_DOUBLE), "{value}");
        }
        assert_eq!(printed("A='@'\n", ValueKind::Code, "x"), Err(FILTERED));
        assert_eq!(printed("A=@x\n", ValueKind::Code, "x"), Err(FILTERED));
        assert_eq!(printed("A=@\n", ValueKind::Code, "'x y'"), Ok("A='x y'\n".to_owned()));
    }

    #[test]
    fn data_is_a_line_for_each_variable() {
        let data = serde_json::json!({ "A": "x", "B_2": "a b", "C": 1, "D": true, "E": "" });
        assert_eq!(text(&data).unwrap(), "A=x\nB_2='a b'\nC=1\nD=true\nE=''\n");
        for data in [
            serde_json::json!({ "a-b": "x" }),
            serde_json::json!({ "A": "it's" }),
            serde_json::json!({ "A": [1] }),
            serde_json::json!({ "A": null }),
            serde_json::json!("A"),
        ] {
            assert!(text(&data).is_err(), "{data}");
        }
    }

    #[test]
    fn what_is_no_assignment_is_found() {
        for text in ["A=1\n\n# x\nexport B='x'\nC=\"a\"\nD=\n", "a=b=c\n"] {
            assert_eq!(Dotenv.read_back(text), Ok(()));
        }
        for text in ["A\n", "A='x\n", "A=\"x\n", "1=x\n", "a b=c\n"] {
            assert!(Dotenv.read_back(text).is_err(), "{text}");
        }
    }
}

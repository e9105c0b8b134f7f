//! Text templates as lines of words, such as `CODEOWNERS`: a value is one word, or text in a comment.
//!
//! Such files know no quotes, so a value that would be more than a word is refused, never escaped.

use super::markers::{Kind, Piece, Value};
use super::placeholders::{Outline, VALUE};
use super::seal::Comment;
use super::{Format, Misplaced, Printed, TemplatePrinter};

/// Lines of words, with comments behind `#`.
pub struct Words;

impl Format for Words {
    fn name(&self) -> &'static str {
        "lines of words"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["CODEOWNERS", ".gitignore", ".dockerignore"]
    }

    fn comment(&self) -> Comment {
        Comment::Hash
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }
}

/// Prints a template's output, or names every value that may not stand where it does.
pub fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<Misplaced>> {
    let outline = Outline::of(pieces);
    let mut values = outline.values.iter();
    let mut printed = Printed::default();
    let mut misplaced = Vec::new();
    for (number, line) in outline.text.trim_end_matches('\n').split('\n').enumerate() {
        let in_comment = line.trim_start().starts_with('#');
        for (index, literal) in line.split(VALUE).enumerate() {
            if index > 0 {
                let value = values.next().expect("every placeholder has a value");
                printed.tags.push((number as u32, value.tag));
                printed.text.push_str(&value.text);
                if let Some((reason, help)) = objection(value, in_comment) {
                    let (reason, help) = (reason.to_owned(), help.to_owned());
                    misplaced.push(Misplaced { tag: value.tag, reason, help });
                }
            }
            printed.text.push_str(literal);
        }
        printed.text.push('\n');
    }
    if misplaced.is_empty() { Ok(printed) } else { Err(misplaced) }
}

/// Why a value may not stand in its place, and what to do about it.
fn objection(value: &Value<'_>, in_comment: bool) -> Option<(&'static str, &'static str)> {
    let is_word = !value.text.is_empty() && value.text.chars().all(is_of_a_word);
    match value.kind {
        Kind::Code => Some(("a filter of another format stands here", "leave it out")),
        _ if in_comment && value.text.contains(char::is_control) => {
            Some(("a string with a line break stands in a comment", "leave it out"))
        }
        _ if in_comment || is_word => None,
        _ => Some((
            "a string that is more than a word stands in a line of words",
            "a word is made of letters, digits and any of @ . _ - / + :",
        )),
    }
}

/// No character that any of these files gives a meaning of its own.
fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || "@._-/+:".contains(c)
}

#[cfg(test)]
mod tests {
    use super::super::markers::{marked, pieces};
    use super::*;

    fn printed(template: &str, kind: Kind, value: &str) -> Result<String, &'static str> {
        let output = template.replace('@', &marked(kind, 1, value));
        let printed = print(&pieces(&output)).map(|printed| printed.text);
        printed.map_err(|found| found[0].reason.clone().leak() as &str)
    }

    #[track_caller]
    fn check(template: &str, value: &str, expected: &str) {
        assert_eq!(printed(template, Kind::Text, value), Ok(expected.to_owned()));
    }

    #[track_caller]
    fn check_refused(template: &str, kind: Kind, value: &str, reason: &str) {
        assert_eq!(printed(template, kind, value), Err(reason));
    }

    #[test]
    fn a_word_stands_as_it_is() {
        check("* @\n", "@group/sub-group", "* @group/sub-group\n");
        check("/@/ x\n", "a.b_c", "/a.b_c/ x\n");
        check("* @\n", "ops+on-call@example.net", "* ops+on-call@example.net\n");
    }

    #[test]
    fn a_comment_is_free() {
        check("# @\n", "who may? #all [of us]", "# who may? #all [of us]\n");
        check("  # @\n", "", "  # \n");
        let reason = "a string with a line break stands in a comment";
        check_refused("# @\n", Kind::Text, "a\n* @b", reason);
    }

    #[test]
    fn nothing_is_more_than_a_word() {
        let reason = "a string that is more than a word stands in a line of words";
        for value in ["", "a b", "a\tb", "a\n* b", "a\u{2028}b", "#a", "!a", "[a]", "*", "a\\"] {
            check_refused("* @ # b\n", Kind::Text, value, reason);
        }
        check_refused("@\n", Kind::Code, "a", "a filter of another format stands here");
    }

    #[test]
    fn every_value_knows_its_line_and_the_text_ends_in_one_newline() {
        let output = format!("a\n{}\n\n\n", marked(Kind::Bare, 7, "1"));
        let printed = print(&pieces(&output)).unwrap();
        assert_eq!((&*printed.text, &*printed.tags), ("a\n1\n", &[(1, 7)][..]));
    }
}

//! Lines of words, such as `CODEOWNERS`: a value is one word, or text in a comment.
//!
//! These files have no quotes, so a value that is more than a word is an error.

use super::markers::{MarkedValue, Piece, ValueKind};
use super::placeholders::{PLACEHOLDER, PlaceholderText};
use super::seal::Comment;
use super::{Format, InvalidValue, OTHER_FILTER, Printed, Refusal, TemplatePrinter};

/// Lines of words, with comments behind `#`.
pub(super) struct Words;

impl Format for Words {
    fn name(&self) -> &'static str {
        "lines of words"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["CODEOWNERS", ".gitignore", ".dockerignore"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }
}

/// Prints a template's output, or returns all values whose positions do not allow them.
fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let lines = source.text.split('\n');
    let in_comment: Vec<bool> = lines
        .flat_map(|line| {
            let in_comment = line.trim_start().starts_with('#');
            line.matches(PLACEHOLDER).map(move |_| in_comment)
        })
        .collect();
    source.filled(|out, value, number| {
        out.push_str(&value.text);
        validate(value, in_comment[number])
    })
}

const LINE_BREAK: Refusal =
    Refusal { reason: "comments cannot contain line breaks", help: "remove the value" };
const NO_WORD: Refusal = Refusal {
    reason: "value is empty or contains characters that are not allowed here",
    help: "use letters, digits and `@`, `.`, `_`, `-`, `/`, `+`, `:`",
};

fn validate(value: &MarkedValue<'_>, in_comment: bool) -> Result<(), Refusal> {
    let is_word = !value.text.is_empty() && value.text.chars().all(is_word_character);
    match value.kind {
        ValueKind::Code => Err(OTHER_FILTER),
        _ if in_comment && value.text.contains(char::is_control) => Err(LINE_BREAK),
        _ if in_comment || is_word => Ok(()),
        _ => Err(NO_WORD),
    }
}

/// Returns true if a character has no special meaning in any file of this format.
fn is_word_character(c: char) -> bool {
    c.is_alphanumeric() || "@._-/+:".contains(c)
}

#[cfg(test)]
mod tests {
    use super::super::markers::{marked, pieces};
    use super::*;
    use crate::format::trial;

    fn printed(template: &str, kind: ValueKind, value: &str) -> Result<String, Refusal> {
        trial::printed(print, template, kind, value)
    }

    #[track_caller]
    fn check(template: &str, value: &str, expected: &str) {
        assert_eq!(printed(template, ValueKind::Text, value), Ok(expected.to_owned()));
    }

    #[track_caller]
    fn check_refused(template: &str, kind: ValueKind, value: &str, refusal: Refusal) {
        assert_eq!(printed(template, kind, value), Err(refusal));
    }

    #[test]
    fn a_word_stays_as_it_is() {
        check("* @\n", "@group/sub-group", "* @group/sub-group\n");
        check("/@/ x\n", "a.b_c", "/a.b_c/ x\n");
        check("* @\n", "ops+on-call@example.net", "* ops+on-call@example.net\n");
    }

    #[test]
    fn a_comment_contains_any_text() {
        check("# @\n", "who may? #all [of us]", "# who may? #all [of us]\n");
        check("  # @\n", "", "  # \n");
        check_refused("# @\n", ValueKind::Text, "a\n* @b", LINE_BREAK);
    }

    #[test]
    fn a_value_that_is_no_word_is_an_error() {
        for value in ["", "a b", "a\tb", "a\n* b", "a\u{2028}b", "#a", "!a", "[a]", "*", "a\\"] {
            check_refused("* @ # b\n", ValueKind::Text, value, NO_WORD);
        }
        check_refused("@\n", ValueKind::Code, "a", OTHER_FILTER);
    }

    #[test]
    fn every_value_knows_its_line_and_the_text_ends_in_one_newline() {
        let output = format!("a\n{}\n\n\n", marked(ValueKind::Bare, 7, "1"));
        let printed = print(&pieces(&output)).unwrap();
        assert_eq!((&*printed.text, &*printed.tags), ("a\n1\n", &[(1, 7)][..]));
    }
}

//! Any other text, with a style of comments that the pack names.
//!
//! Nothing is known of its syntax but comments and quotes. A value between quotes may not contain
//! what ends, escapes or expands in most formats; without quotes it is a plain word.

use super::markers::{MarkedValue, Piece, ValueKind};
use super::placeholders::PlaceholderText;
use super::quotes::{self, QuoteRules, QuotedPosition, Quoting};
use super::seal::Comment;
use super::{Format, InvalidValue, OTHER_FILTER, Printed, Refusal, TemplatePrinter};

/// CommentedText with a style of comments.
pub(super) struct CommentedText {
    name: &'static str,
    comment: Comment,
    comments: &'static [(&'static str, &'static str)],
}

/// The formats of texts, one for each style.
static TEXTS: [CommentedText; Comment::ALL.len()] = [
    CommentedText { name: "text with `#`", comment: Comment::Hash, comments: &[("#", "")] },
    CommentedText {
        name: "text with `<!-- -->`",
        comment: Comment::Html,
        comments: &[("<!--", "-->")],
    },
    CommentedText {
        name: "text with `//`",
        comment: Comment::Slashes,
        comments: &[("//", ""), ("/*", "*/")],
    },
    CommentedText { name: "text with `;`", comment: Comment::Semicolon, comments: &[(";", "")] },
    CommentedText { name: "text with `--`", comment: Comment::Dashes, comments: &[("--", "")] },
    CommentedText { name: "text with `%`", comment: Comment::Percent, comments: &[("%", "")] },
    CommentedText { name: "text with `/* */`", comment: Comment::Stars, comments: &[("/*", "*/")] },
    CommentedText {
        name: "text with `{{/* */}}`",
        comment: Comment::GoTemplate,
        comments: &[("{{/*", "*/}}"), ("{{- /*", "*/ -}}")],
    },
    CommentedText { name: "text with `{# #}`", comment: Comment::Jinja, comments: &[("{#", "#}")] },
];

/// The formats of texts.
pub(super) fn all() -> impl Iterator<Item = &'static dyn Format> {
    TEXTS.iter().map(|text| text as &dyn Format)
}

/// The format of a text with a style of comments.
pub(crate) fn with(comment: Comment) -> &'static dyn Format {
    TEXTS.iter().find(|text| text.comment == comment).expect("every style has a text")
}

impl Format for CommentedText {
    fn name(&self) -> &'static str {
        self.name
    }

    fn file_names(&self) -> &'static [&'static str] {
        &[]
    }

    fn comment(&self) -> Option<Comment> {
        Some(self.comment)
    }

    fn template_printer(&self) -> TemplatePrinter {
        let comments = self.comments;
        Box::new(move |pieces, _| print(pieces, comments, EXPANDED))
    }
}

const UNQUOTED: Refusal = Refusal {
    reason: "unquoted string that is not a plain word",
    help: "put quotes around it, or change the setting",
};
const IN_QUOTES: Refusal = Refusal {
    reason: "the value contains what may end or escape a quotation, or be expanded in it",
    help: "change the setting",
};
const ENDS_COMMENT: Refusal =
    Refusal { reason: "the value would end its comment", help: "remove the value" };

/// What may be expanded between quotes in a format that is not known.
const EXPANDED: &[char] = &['$', '`'];

/// Prints a text with some styles of comments. A value between quotes contains none of `expanded`.
pub(super) fn print(
    pieces: &[Piece<'_>],
    comments: &'static [(&'static str, &'static str)],
    expanded: &[char],
) -> Result<Printed, Vec<InvalidValue>> {
    let rules = QuoteRules {
        single: true,
        escapes: true,
        triple: false,
        wary: true,
        comments,
        comment_begins_word: true,
    };
    let source = PlaceholderText::of(pieces);
    let positions = quotes::positions(&source.text, rules);
    source.filled(|out, value, number| push(out, value, &positions[number], expanded))
}

fn push(
    out: &mut String,
    value: &MarkedValue<'_>,
    position: &QuotedPosition<'_>,
    expanded: &[char],
) -> Result<(), Refusal> {
    let text = &*value.text;
    let is_special = |quote: char| {
        text.contains(expanded)
            || text.contains(|c: char| c == quote || c == '\\' || c.is_control())
    };
    match (value.kind, position.quoting) {
        (ValueKind::Code, _) => return Err(OTHER_FILTER),
        (ValueKind::Bare, _) => {}
        (_, Quoting::Comment(end)) => {
            // Together with what is beside it, one sign of the end may be too much.
            let is_part = |c: char| end.contains(c);
            ENDS_COMMENT.unless(!text.contains(is_part) && !text.ends_with('\\'))?;
            out.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
            return Ok(());
        }
        (_, Quoting::Bare) => UNQUOTED.unless(is_word(text) && !position.is_escaped)?,
        (_, Quoting::Single | Quoting::TripleSingle) => IN_QUOTES.unless(!is_special('\''))?,
        (_, Quoting::Double | Quoting::TripleDouble) => {
            IN_QUOTES.unless(!is_special('"') && !position.is_escaped)?;
        }
    }
    out.push_str(text);
    Ok(())
}

/// Returns true if a text is a plain word, which means itself in any format.
fn is_word(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_@+./:-".contains(c);
    !text.is_empty() && text.chars().all(is_part) && !text.contains("//") && !text.contains("--")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{LayoutMode, trial};

    fn printed(comment: Comment, template: &str, value: &str) -> Result<String, Refusal> {
        let printer = with(comment).template_printer();
        let print = |pieces: &[Piece<'_>]| printer(pieces, LayoutMode::Canonical);
        trial::printed(print, template, ValueKind::Text, value)
    }

    #[test]
    fn every_style_has_a_text_that_knows_its_comments() {
        for comment in Comment::ALL {
            let (open, close) = comment.delimiters();
            let template = format!("a {open}@{close} b\n");
            let expected = Ok(template.replace('@', "it is $x `y` 'z'"));
            assert_eq!(printed(comment, &template, "it is $x `y` 'z'"), expected);
            if !close.is_empty() {
                let value = close.trim();
                assert_eq!(printed(comment, &template, value), Err(ENDS_COMMENT), "{value}");
            }
        }
    }

    #[test]
    fn a_value_between_quotes_can_neither_end_nor_escape_nor_expand() {
        let check = |template: &str, value: &str| printed(Comment::Hash, template, value);
        for (template, value) in [
            ("a \"@\";\n", "x 'y' #z"),
            ("a = '@'\n", "x \"y\""),
            ("a=\"b @\"\n", ""),
            ("(\"@\")\n", "{x}"),
        ] {
            assert_eq!(check(template, value), Ok(template.replace('@', value)));
        }
        for value in ["\"", "\\", "$x", "`x`", "a\nb", "\r", "\u{1b}"] {
            assert_eq!(check("a \"@\"\n", value), Err(IN_QUOTES), "{value}");
            let single = value.replace('"', "'");
            assert_eq!(check("a '@'\n", &single), Err(IN_QUOTES), "{single}");
        }
    }

    #[test]
    fn a_value_without_quotes_is_a_plain_word() {
        let check = |template: &str, value: &str| printed(Comment::Hash, template, value);
        for template in ["a @;\n", "it's @, isn't it\n", "say \"@\n", "a\"@\"\n"] {
            assert_eq!(check(template, "v1.2-x"), Ok(template.replace('@', "v1.2-x")));
            for value in ["x y", "", "x;", "#", "{", "<a>", "x=1", "'", "$x", "a\nb", "//", "--"] {
                assert_eq!(check(template, value), Err(UNQUOTED), "{template}: {value}");
            }
        }
    }
}

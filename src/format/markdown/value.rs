//! A value as its position needs it.

use super::contexts::MarkdownContext;
use super::escape::{self, EscapeStyle};
use crate::format::Refusal;
use crate::format::shell::{self, ShellContext};

/// A value as it is written, and as a reader of the page sees it.
pub(super) struct Written {
    pub(super) source: String,
    pub(super) seen: String,
}

impl MarkdownContext {
    pub(super) fn refusal(self) -> Refusal {
        match self {
            MarkdownContext::Code { .. } => NOT_IN_CODE,
            MarkdownContext::Block | MarkdownContext::Shell(_) => NOT_IN_BLOCK,
            _ => CHANGES_PAGE,
        }
    }
}

/// Writes a value for its position.
pub(super) fn write(
    text: &str,
    context: MarkdownContext,
    style: EscapeStyle,
) -> Result<Written, Refusal> {
    let mut source = String::with_capacity(text.len());
    let seen = escape::one_line(text);
    match context {
        MarkdownContext::Bracketed { .. } if is_address(text) => return Err(IN_BRACKETS),
        MarkdownContext::Text { start } | MarkdownContext::Bracketed { start } => {
            escape::push_text(&mut source, text, start, style);
        }
        MarkdownContext::Code { .. } if text.is_empty() || text.contains('`') => {
            return Err(NOT_IN_CODE);
        }
        // Readers disagree on whether the backslash or the bar is escaped.
        MarkdownContext::Code { table: true } if text.contains("\\|") => return Err(NOT_IN_CODE),
        MarkdownContext::Code { table: true } => source.push_str(&seen.replace('|', "\\|")),
        MarkdownContext::Code { table: false } => source.push_str(&seen),
        MarkdownContext::Block | MarkdownContext::Shell(_) if seen != text => {
            return Err(NOT_IN_BLOCK);
        }
        // It could not end the block here, but readers differ in what ends one.
        MarkdownContext::Block if text.contains("```") || text.contains("~~~") => {
            return Err(NOT_IN_BLOCK);
        }
        MarkdownContext::Block => source.push_str(text),
        MarkdownContext::Shell(ShellContext::Arithmetic) => return Err(IN_ARITHMETIC),
        MarkdownContext::Shell(context) => {
            shell::push(&mut source, text, context).ok_or(NOT_IN_SHELL)?;
            return Ok(Written { seen: source.clone(), source });
        }
        MarkdownContext::Comment { after_hyphen } => {
            escape::push_comment(&mut source, text, after_hyphen);
            return Ok(Written { seen: source.clone(), source });
        }
        MarkdownContext::Html => {
            escape::push_html(&mut source, text);
            return Ok(Written { seen: source.clone(), source });
        }
        MarkdownContext::Destination => {
            escape::push_destination(&mut source, text);
            return Ok(Written { source, seen: escape::address(text) });
        }
        MarkdownContext::Autolink => {
            let is_safe = |c: char| escape::is_word(c) || "/._~:?#@+,;=%-".contains(c);
            if !text.chars().all(is_safe) {
                return Err(NOT_IN_AUTOLINK);
            }
            source.push_str(text);
        }
        // GitHub reads a reference to a backslash as one that escapes what follows.
        MarkdownContext::Title if text.contains('\\') => return Err(NOT_IN_TITLE),
        MarkdownContext::Title => escape::push_title(&mut source, text),
        MarkdownContext::Refused(refusal) => return Err(refusal),
    }
    Ok(Written { source, seen })
}

const NOT_IN_CODE: Refusal = Refusal {
    reason: "a code span cannot contain a backtick or an empty string, or begin and end with blanks",
    help: "remove the backticks around the value",
};
const NOT_IN_BLOCK: Refusal = Refusal {
    reason: "a value in a code block cannot contain a line break, or end the block",
    help: "remove the value or use the other fence",
};
const NOT_IN_SHELL: Refusal = Refusal {
    reason: "the value cannot be quoted safely at this position in shell code",
    help: "assign it to a variable first, and use `\"$variable\"` here",
};
const IN_ARITHMETIC: Refusal = Refusal {
    reason: "a shell could run a string in arithmetic, a subscript or `[[ ]]`",
    help: "use a number, or compare strings in `[ ]`",
};
const NOT_IN_TITLE: Refusal = Refusal {
    reason: "the title of a link cannot contain a backslash",
    help: "put the value into the text of the link",
};
/// Returns true for an address with a scheme, and for one of mail.
fn is_address(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| escape::is_word(c) || "+.-".contains(c))
    };
    let has_scheme = text.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme));
    has_scheme || text.contains('@') && !text.contains(char::is_whitespace)
}

const IN_BRACKETS: Refusal = Refusal {
    reason: "an address between `<` and `>` would be shown as text, and not as a link",
    help: "write a link with a text: `[text]({{ … }})`",
};
const NOT_IN_AUTOLINK: Refusal = Refusal {
    reason: "an address between `<` and `>` cannot contain this value",
    help: "write a link with a text: `[text](address)`",
};
const CHANGES_PAGE: Refusal = Refusal {
    reason: "the value would change the structure of the page around it",
    help: "put it into a code span, or on a line of its own",
};

#[cfg(test)]
mod tests {
    use super::super::MarkdownPrinter;
    use crate::format::markers::{ValueKind, marked, pieces};

    /// The page with a value for `@`, or the reason why it is refused.
    fn printed(page: &str, value: &str) -> Result<String, &'static str> {
        let output = page.replace('@', &marked(ValueKind::Text, 1, value));
        let printed = MarkdownPrinter::default().print(&pieces(&output));
        printed.map(|it| it.text).map_err(|invalid| invalid[0].refusal.reason)
    }

    #[test]
    fn an_address_between_angle_brackets_is_refused() {
        for value in [
            "https://a.example.net/b",
            "http://a",
            "mailto:a@example.net",
            "a@example.net",
            "irc:a",
            "urn:isbn:1",
            "javascript:alert(1)",
            "s3://a/b c",
        ] {
            for page in ["<@>\n", "See <@>.\n", "- <@>\n", "| a |\n| --- |\n| <@> |\n", "# <@>\n"] {
                let reason = printed(page, value).expect_err(page);
                assert!(reason.contains("would be shown as text"), "{page}: {reason}");
            }
        }
        assert_eq!(printed("<@>\n", "1 b").unwrap(), "<1 b>\n");
        assert_eq!(printed("`<@>`\n", "https://a.b").unwrap(), "`<https://a.b>`\n");
        assert_eq!(printed("[a](<@>)\n", "https://a.b").unwrap(), "[a](<https://a.b>)\n");
        assert_eq!(printed("<https://a.b/@>\n", "c").unwrap(), "<https://a.b/c>\n");
    }
}

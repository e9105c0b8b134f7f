//! The outputs of templates as Markdown, with every value escaped for its position.
//!
//! Knows GitHub's Markdown as far as a value could break out of a sentence, a table cell, code, a
//! link or a comment, or out of its word in a block of shell code. A code span or an HTML tag must
//! end on the line on which it begins.

use super::markers::{MarkedValue, Piece, ValueKind};
use super::placeholders::{PLACEHOLDER, PlaceholderText};
use super::seal::Comment;
use super::shell::{self, ShellContext, ShellScanner};
use super::{Format, InvalidValue, Printed, Refusal, TemplatePrinter};

/// Pages, such as runbooks.
pub struct Markdown;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "Markdown"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.md"]
    }

    fn comment(&self) -> Comment {
        Comment::Html
    }

    fn is_page(&self) -> bool {
        true
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }
}

/// Prints a template's output, or returns all values whose positions do not allow them.
pub fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let mut values = source.values.iter();
    let mut scanner = MarkdownScanner::default();
    let mut printed = Printed::default();
    let mut invalid = Vec::new();

    for (number, line) in source.text.split('\n').enumerate() {
        let mut contexts = scanner.line(line).into_iter();
        for (index, literal) in line.split(PLACEHOLDER).enumerate() {
            if index > 0 {
                let (value, context) = (values.next(), contexts.next());
                let (value, context) = value.zip(context).expect("every value has a position");
                printed.tags.push((number as u32, value.tag));
                if let Err(refusal) = push_value(&mut printed.text, value, context) {
                    invalid.push(refusal.of(value.tag));
                }
            }
            printed.text.push_str(literal);
        }
        printed.text.push('\n');
    }
    if !invalid.is_empty() {
        return Err(invalid);
    }
    printed.text.truncate(printed.text.trim_end_matches('\n').len());
    printed.text.push('\n');
    Ok(printed)
}

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MarkdownContext {
    /// In running text or a table cell; `start` if it could begin a heading, a list or the like.
    Text {
        start: bool,
    },
    /// In a code span, whether or not on a line of a table.
    Code {
        table: bool,
    },
    /// In a block of code between fences of this character, or on the line that opens it.
    Fence(char),
    /// In a block of shell code between fences of this character.
    Shell(char, ShellContext),
    Comment,
    /// In the destination of a link.
    Link,
    /// In an HTML tag.
    Tag,
    /// After a backslash, which would escape the first character of the value.
    AfterBackslash,
}

#[derive(Default)]
struct MarkdownScanner {
    /// The character and the length of the fence that is open.
    fence: Option<(char, usize)>,
    /// The scanner of the open block, if it is shell code.
    shell: Option<ShellScanner>,
    in_comment: bool,
}

impl MarkdownScanner {
    /// The positions of the values on a line.
    fn line(&mut self, line: &str) -> Vec<MarkdownContext> {
        let mut contexts = Vec::new();
        let is_inside = self.fence.is_some();
        if let Some(context) = self.fence(line) {
            if let (true, MarkdownContext::Fence(c), Some(shell)) =
                (is_inside, context, &mut self.shell)
            {
                return shell
                    .line(line)
                    .into_iter()
                    .map(|it| MarkdownContext::Shell(c, it))
                    .collect();
            }
            contexts.extend(line.matches(PLACEHOLDER).map(|_| context));
            return contexts;
        }
        let mut at = 0;
        while at < line.len() {
            let (length, context) = self.span(line, at);
            contexts.extend(line[at..at + length].matches(PLACEHOLDER).map(|_| context));
            at += length;
        }
        contexts
    }

    /// The position of the values on a line that opens, fills or closes a block of code.
    fn fence(&mut self, line: &str) -> Option<MarkdownContext> {
        let text = line.trim_start_matches([' ', '\t', '>']);
        if let Some((c, length)) = self.fence {
            let is_end = run(text, c) >= length && text.trim_matches([c, ' ', '\t']).is_empty();
            self.fence = self.fence.filter(|_| !is_end);
            return Some(MarkdownContext::Fence(c));
        }
        let text = text.trim_start_matches(['-', '*', '+', ' ']);
        let c = text.chars().next().filter(|c| "`~".contains(*c))?;
        let length = run(text, c);
        let is_span = c == '`' && text[length..].contains('`');
        if length < 3 || is_span || self.in_comment {
            return None;
        }
        self.fence = Some((c, length));
        let language = text[length..].split_whitespace().next();
        let is_shell = language.is_some_and(|it| matches!(it, "sh" | "bash" | "shell"));
        self.shell = is_shell.then(ShellScanner::default);
        Some(MarkdownContext::Fence(c))
    }

    /// The length of the construct that begins at a byte of a line, and the position of a value in
    /// it.
    fn span(&mut self, line: &str, at: usize) -> (usize, MarkdownContext) {
        let rest = &line[at..];
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let second = rest[first..].chars().next();
        let both = first + second.map_or(0, char::len_utf8);
        let text = MarkdownContext::Text { start: line[..at].chars().all(opens_block) };

        if self.in_comment || rest.starts_with("<!--") {
            let end = rest.find("-->");
            self.in_comment = end.is_none();
            return (end.map_or(rest.len(), |end| end + 3), MarkdownContext::Comment);
        }
        match rest.as_bytes()[0] {
            b'\\' if second.is_some_and(|c| c == PLACEHOLDER || c.is_ascii_punctuation()) => {
                (both, MarkdownContext::AfterBackslash)
            }
            b'`' => match code_span(rest) {
                Some(length) => (length, MarkdownContext::Code { table: line.contains('|') }),
                None => (run(rest, '`'), text),
            },
            b']' if second == Some('(') => {
                (rest.find([')', ' ']).unwrap_or(rest.len()), MarkdownContext::Link)
            }
            b'<' if second.is_some_and(|c| c == '/' || c.is_ascii_alphabetic()) => {
                (rest.find('>').unwrap_or(first), MarkdownContext::Tag)
            }
            _ => (first, text),
        }
    }
}

const FILTERED: Refusal = Refusal {
    reason: "filters of other formats are not allowed in Markdown",
    help: "remove the filter",
};
const NOT_IN_CODE: Refusal = Refusal {
    reason: "a code span cannot contain a backtick or an empty string",
    help: "remove the backticks around the value",
};
const NOT_IN_FENCE: Refusal = Refusal {
    reason: "a value in a code block cannot contain a line break or the character of the fence",
    help: "remove the value or use the other fence",
};
const NOT_IN_SHELL: Refusal = Refusal {
    reason: "the value cannot be quoted safely at this position in shell code",
    help: "assign it to a variable first, and use the variable here",
};
const IN_TAG: Refusal = Refusal {
    reason: "HTML tags cannot contain template strings",
    help: "write Markdown instead of HTML",
};
const AFTER_BACKSLASH: Refusal =
    Refusal { reason: "a value follows a backslash", help: "double the backslash" };

fn push_value(
    out: &mut String,
    value: &MarkedValue<'_>,
    context: MarkdownContext,
) -> Result<(), Refusal> {
    match value.kind {
        ValueKind::Bare => out.push_str(&value.text),
        ValueKind::Code => return Err(FILTERED),
        ValueKind::Text => push_string(out, &value.text, context)?,
    }
    Ok(())
}

fn push_string(out: &mut String, text: &str, context: MarkdownContext) -> Result<(), Refusal> {
    match context {
        MarkdownContext::Text { start } => push_text(out, text, start),
        MarkdownContext::Code { .. } if text.is_empty() || text.contains('`') => {
            return Err(NOT_IN_CODE);
        }
        MarkdownContext::Code { table: true } => out.push_str(&one_line(text).replace('|', "\\|")),
        MarkdownContext::Code { table: false } => out.push_str(&one_line(text)),
        MarkdownContext::Fence(c) | MarkdownContext::Shell(c, _)
            if text.contains(c) || text != one_line(text) =>
        {
            return Err(NOT_IN_FENCE);
        }
        MarkdownContext::Fence(_) => out.push_str(text),
        MarkdownContext::Shell(_, context) => {
            shell::push(out, text, context).ok_or(NOT_IN_SHELL)?;
        }
        MarkdownContext::Comment => push_comment(out, &one_line(text)),
        MarkdownContext::Link => push_link(out, text),
        MarkdownContext::Tag => return Err(IN_TAG),
        MarkdownContext::AfterBackslash => return Err(AFTER_BACKSLASH),
    }
    Ok(())
}

/// Escapes characters that Markdown reads as more than text. Ordinary words stay as they are.
fn push_text(out: &mut String, text: &str, start: bool) {
    let text = one_line(text);
    let text = if start { text.trim_start() } else { &text };
    let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = text.len() - number.len();
    for (at, c) in text.char_indices() {
        let (before, behind) = (&text[..at], &text[at + c.len_utf8()..]);
        let is_special = match c {
            '\\' | '`' | '*' | '<' | '[' | ']' | '|' | '~' | '$' => true,
            '_' => !is_inside_word(before, behind),
            '&' => behind.is_empty() || behind.starts_with(|c: char| c == '#' || is_word(c)),
            '#' => behind.is_empty() || start && at == 0,
            '!' => behind.is_empty(),
            '-' | '+' | '=' | '>' | ':' => start && at == 0,
            '.' | ')' => start && at == number && number > 0 && !behind.starts_with(is_word),
            _ => false,
        };
        if is_special {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Separates the characters that could end a comment: two hyphens, or `>` after a hyphen.
fn push_comment(out: &mut String, text: &str) {
    for c in text.chars() {
        if matches!(c, '-' | '>') && out.ends_with('-') {
            out.push(' ');
        }
        out.push(c);
    }
    if text.ends_with('-') {
        out.push(' ');
    }
}

fn push_link(out: &mut String, text: &str) {
    for c in text.chars() {
        if c == '&' {
            out.push_str("&amp;");
        } else if is_word(c) || "/._~:?#@!$'*+,;=%-".contains(c) || c >= '\u{A0}' {
            out.push(c);
        } else {
            out.push_str(&format!("%{:02X}", c as u32));
        }
    }
}

/// The text with a blank for every line break and control character.
fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.replace(is_break, " ")
}

/// Returns true if a character can precede a value that begins a heading or a list item.
fn opens_block(c: char) -> bool {
    matches!(c, PLACEHOLDER | ' ' | '\t' | '>' | '-' | '+' | '*' | '#' | '.' | ')')
        || c.is_ascii_digit()
}

/// Returns true if underscores between two pieces of text are inside a word, where they are text.
fn is_inside_word(before: &str, behind: &str) -> bool {
    before.trim_end_matches('_').ends_with(is_word)
        && behind.trim_start_matches('_').starts_with(is_word)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// The number of times that a text begins with a character.
fn run(text: &str, c: char) -> usize {
    text.len() - text.trim_start_matches(c).len()
}

/// The length of the code span at the start of a text.
fn code_span(text: &str) -> Option<usize> {
    let ticks = run(text, '`');
    let mut at = ticks;
    while let Some(next) = text[at..].find('`') {
        at += next;
        let length = run(&text[at..], '`');
        at += length;
        if length == ticks {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::markers::{marked, pieces};
    use super::*;

    #[track_caller]
    fn check(template: &str, value: &str, expected: &str) {
        let output = template.replace('@', &marked(ValueKind::Text, 1, value));
        let printed = print(&pieces(&output)).map(|printed| printed.text);
        assert_eq!(printed, Ok(expected.to_owned()));
    }

    #[track_caller]
    fn check_refused(template: &str, kind: ValueKind, value: &str, refusal: Refusal) {
        let output = template.replace('@', &marked(kind, 1, value));
        let invalid = print(&pieces(&output)).expect_err(template);
        assert_eq!(invalid[0].refusal, refusal);
    }

    #[test]
    fn ordinary_words_stay_as_they_are() {
        for word in [
            "icepack",
            "charts/icepack",
            "main-deploy",
            "values-dev.yaml",
            "snake_case__name",
            "arn:aws:iam::411706531007:role/icepack",
            "https://icepack.example.net/?a=1",
            "a & b, (c); 2 > 1!?",
            "2026-11-20",
        ] {
            check("@ b\n", word, &format!("{word} b\n"));
        }
    }

    #[test]
    fn text_is_no_markup() {
        check("a @\n", "`*<[]|~$\\", "a \\`\\*\\<\\[\\]\\|\\~\\$\\\\\n");
        check("a @\n", "_b_ c_d", "a \\_b\\_ c_d\n");
        check("a @\n", "C#", "a C\\#\n");
        check("@[a](b)\n", "x!", "x\\![a](b)\n");
        check("\\`@`\n", "*", "\\`\\*`\n");
        check("a @\n", "&amp; & &", "a \\&amp; & \\&\n");
        check("| a | @ |\n", "b | c\nd", "| a | b \\| c d |\n");
    }

    #[test]
    fn text_begins_no_block() {
        for (value, expected) in [
            ("# a", "\\# a"),
            ("- a", "\\- a"),
            ("+ a", "\\+ a"),
            ("> a", "\\> a"),
            ("===", "\\==="),
            (":--", "\\:--"),
            ("1. a", "1\\. a"),
            ("12)", "12\\)"),
            ("1.5", "1.5"),
            ("    a", "a"),
        ] {
            check("@\n", value, &format!("{expected}\n"));
            check("- @\n", value, &format!("- {expected}\n"));
        }
        check("a @\n", "- # b", "a - # b\n");
    }

    #[test]
    fn code_is_left_alone() {
        check("a `@` b\n", "a*b_c <d> | \\", "a `a*b_c <d> | \\` b\n");
        check("``a ` @`` b\n", "*", "``a ` *`` b\n");
        check("`a @\n", "*", "`a \\*\n");
        check("```a``` @\n", "*", "```a``` \\*\n");
        check("| `@` |\n", "a | b", "| `a \\| b` |\n");
        check("```text\n@\n```\n@\n", "a * b", "```text\na * b\n```\na \\* b\n");
        check("~~~\n`@`\n~~~\n", "`a`", "~~~\n``a``\n~~~\n");
    }

    #[test]
    fn code_holds_its_value() {
        check_refused("`@`\n", ValueKind::Text, "a`b", NOT_IN_CODE);
        check_refused("`@`\n", ValueKind::Text, "", NOT_IN_CODE);
        check_refused("```\n@\n```\n", ValueKind::Text, "```", NOT_IN_FENCE);
        check_refused("~~~\n@\n~~~\n", ValueKind::Text, "a\nb", NOT_IN_FENCE);
    }

    #[test]
    fn a_value_in_shell_code_stays_one_word() {
        let hostile = "a'b\"$(c) \\!;#";
        check("```sh\na @\n```\n@\n", "a; b", "```sh\na 'a; b'\n```\na; b\n");
        check("~~~ bash\n@\n~~~\n", "`a`", "~~~ bash\n'`a`'\n~~~\n");
        check("```sh\na @\n```\n", hostile, "```sh\na 'a'\\''b\"$(c) \\!;#'\n```\n");
        check("```sh\na '@'\n```\n", hostile, "```sh\na 'a'\\''b\"$(c) \\!;#'\n```\n");
        let quoted = "```sh\na \"a'b\\\"\\$(c) \\\\\"'!'\";#\"\n```\n";
        check("```sh\na \"@\"\n```\n", hostile, quoted);
        check("```sh\n'a\n```\n```sh\n@\n```\n", "$b", "```sh\n'a\n```\n```sh\n'$b'\n```\n");
    }

    #[test]
    fn shell_code_holds_its_value() {
        check_refused("```sh\n'@'\n```\n", ValueKind::Text, "a`b", NOT_IN_FENCE);
        check_refused("```sh\n@\n```\n", ValueKind::Text, "a\nb", NOT_IN_FENCE);
        check_refused("```sh\na <<END\n@\nEND\n```\n", ValueKind::Text, "a", NOT_IN_SHELL);
        check_refused("```sh\na \"$@\"\n```\n", ValueKind::Text, "a", NOT_IN_SHELL);
    }

    #[test]
    fn a_comment_ends_where_the_template_ends_it() {
        check("<!-- @ -->\n", "a --> b", "<!-- a - - > b -->\n");
        check("<!--@-->\n", ">a-", "<!-- >a- -->\n");
        check("<!--\n```\n@\n-->\n@\n", "*", "<!--\n```\n*\n-->\n\\*\n");
        check("<!--\n@\n-->\n@\n", "---", "<!--\n- - - \n-->\n\\---\n");
    }

    #[test]
    fn a_link_leads_where_it_should() {
        check("[a](@)\n", "b c/(d)_e", "[a](b%20c/%28d%29_e)\n");
        check("[a](@)\n", "b&c", "[a](b&amp;c)\n");
        check("[@](b)\n", "a](c)", "[a\\](c)](b)\n");
    }

    #[test]
    fn some_positions_allow_no_string() {
        check_refused("<b id=\"@\">\n", ValueKind::Text, "a", IN_TAG);
        check_refused("\\@\n", ValueKind::Text, "a", AFTER_BACKSLASH);
        check_refused("@\n", ValueKind::Code, "a", FILTERED);
    }

    #[test]
    fn every_value_knows_its_line_and_the_text_ends_in_one_newline() {
        let output = format!("a\n{}\n\n\n", marked(ValueKind::Bare, 7, "1"));
        let printed = print(&pieces(&output)).unwrap();
        assert_eq!((&*printed.text, &*printed.tags), ("a\n1\n", &[(1, 7)][..]));
    }
}

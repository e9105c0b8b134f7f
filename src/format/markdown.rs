//! Text templates as Markdown: every value escaped for the place it stands in.
//!
//! Knows GitHub's Markdown as far as a value could break out of a sentence, a table cell, code, a
//! link or a comment; in a block of shell code also out of its word. Code spans and HTML tags are
//! expected to end on the line they begin on.

use super::markers::{Kind, Piece, Value};
use super::placeholders::{Outline, VALUE};
use super::seal::Comment;
use super::{Format, Misplaced, Printed, TemplatePrinter, shell};

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

/// Prints a template's output, or names every value that may not stand where it does.
pub fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<Misplaced>> {
    let outline = Outline::of(pieces);
    let mut values = outline.values.iter();
    let mut scanner = Scanner::default();
    let mut printed = Printed::default();
    let mut misplaced = Vec::new();

    for (number, line) in outline.text.split('\n').enumerate() {
        let mut places = scanner.line(line).into_iter();
        for (index, literal) in line.split(VALUE).enumerate() {
            if index > 0 {
                let (value, place) = (values.next(), places.next());
                let (value, place) = value.zip(place).expect("every value has a place");
                printed.tags.push((number as u32, value.tag));
                if let Err((reason, help)) = push_value(&mut printed.text, value, place) {
                    let (reason, help) = (reason.to_owned(), help.to_owned());
                    misplaced.push(Misplaced { tag: value.tag, reason, help });
                }
            }
            printed.text.push_str(literal);
        }
        printed.text.push('\n');
    }
    if !misplaced.is_empty() {
        return Err(misplaced);
    }
    printed.text.truncate(printed.text.trim_end_matches('\n').len());
    printed.text.push('\n');
    Ok(printed)
}

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In running text or a table cell; `start` where it could begin a heading, a list or the like.
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
    Shell(char, shell::Place),
    Comment,
    /// In the destination of a link.
    Link,
    /// In an HTML tag.
    Tag,
    /// Behind a backslash, which would take its first character with it.
    AfterBackslash,
}

#[derive(Default)]
struct Scanner {
    /// The character and the length of the fence that is open.
    fence: Option<(char, usize)>,
    /// What reads the open block, where it is shell code.
    shell: Option<shell::Scanner>,
    in_comment: bool,
}

impl Scanner {
    /// The places of a line's values.
    fn line(&mut self, line: &str) -> Vec<Place> {
        let mut places = Vec::new();
        let is_inside = self.fence.is_some();
        if let Some(place) = self.fence(line) {
            if let (true, Place::Fence(c), Some(shell)) = (is_inside, place, &mut self.shell) {
                return shell.line(line).into_iter().map(|it| Place::Shell(c, it)).collect();
            }
            places.extend(line.matches(VALUE).map(|_| place));
            return places;
        }
        let mut at = 0;
        while at < line.len() {
            let (length, place) = self.span(line, at);
            places.extend(line[at..at + length].matches(VALUE).map(|_| place));
            at += length;
        }
        places
    }

    /// The place of a line that opens, fills or closes a block of code.
    fn fence(&mut self, line: &str) -> Option<Place> {
        let text = line.trim_start_matches([' ', '\t', '>']);
        if let Some((c, length)) = self.fence {
            let is_end = run(text, c) >= length && text.trim_matches([c, ' ', '\t']).is_empty();
            self.fence = self.fence.filter(|_| !is_end);
            return Some(Place::Fence(c));
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
        self.shell = is_shell.then(shell::Scanner::default);
        Some(Place::Fence(c))
    }

    /// The length of what begins at a byte of a line, and the place of a value in it.
    fn span(&mut self, line: &str, at: usize) -> (usize, Place) {
        let rest = &line[at..];
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let second = rest[first..].chars().next();
        let both = first + second.map_or(0, char::len_utf8);
        let text = Place::Text { start: line[..at].chars().all(opens_block) };

        if self.in_comment || rest.starts_with("<!--") {
            let end = rest.find("-->");
            self.in_comment = end.is_none();
            return (end.map_or(rest.len(), |end| end + 3), Place::Comment);
        }
        match rest.as_bytes()[0] {
            b'\\' if second.is_some_and(|c| c == VALUE || c.is_ascii_punctuation()) => {
                (both, Place::AfterBackslash)
            }
            b'`' => match code_span(rest) {
                Some(length) => (length, Place::Code { table: line.contains('|') }),
                None => (run(rest, '`'), text),
            },
            b']' if second == Some('(') => {
                (rest.find([')', ' ']).unwrap_or(rest.len()), Place::Link)
            }
            b'<' if second.is_some_and(|c| c == '/' || c.is_ascii_alphabetic()) => {
                (rest.find('>').unwrap_or(first), Place::Tag)
            }
            _ => (first, text),
        }
    }
}

/// Why a value is misplaced, and what to do about it.
type Problem = (&'static str, &'static str);

fn push_value(out: &mut String, value: &Value<'_>, place: Place) -> Result<(), Problem> {
    match value.kind {
        Kind::Bare => out.push_str(&value.text),
        Kind::Code => {
            return Err(("a filter of another format stands in Markdown", "leave it out"));
        }
        Kind::Text => push_string(out, &value.text, place)?,
    }
    Ok(())
}

fn push_string(out: &mut String, text: &str, place: Place) -> Result<(), Problem> {
    match place {
        Place::Text { start } => push_text(out, text, start),
        Place::Code { .. } if text.is_empty() || text.contains('`') => {
            return Err((
                "an empty string or one with a backtick stands in code",
                "leave out the backticks around it",
            ));
        }
        Place::Code { table: true } => out.push_str(&one_line(text).replace('|', "\\|")),
        Place::Code { table: false } => out.push_str(&one_line(text)),
        Place::Fence(c) | Place::Shell(c, _) if text.contains(c) || text != one_line(text) => {
            return Err((
                "a string with a line break or the fence's character stands in a block of code",
                "leave it out or take the other fence",
            ));
        }
        Place::Fence(_) => out.push_str(text),
        Place::Shell(_, place) => shell::push(out, text, place).ok_or((
            "a string stands in shell code where quotes do not decide what it means",
            "give it to a variable before, and use that",
        ))?,
        Place::Comment => push_comment(out, &one_line(text)),
        Place::Link => push_link(out, text),
        Place::Tag => return Err(("a string stands in an HTML tag", "write it in Markdown")),
        Place::AfterBackslash => {
            return Err(("a string stands behind a backslash", "double the backslash"));
        }
    }
    Ok(())
}

/// Escapes what Markdown would take for more than text, and nothing in ordinary words.
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

/// Nothing in a comment may look like its end: two hyphens, or `>` behind a hyphen.
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

/// Whether only what may stand before a heading or a list item would stand before a value.
fn opens_block(c: char) -> bool {
    matches!(c, VALUE | ' ' | '\t' | '>' | '-' | '+' | '*' | '#' | '.' | ')') || c.is_ascii_digit()
}

/// Whether underscores between two pieces of text stand between letters, where they are text.
fn is_inside_word(before: &str, behind: &str) -> bool {
    before.trim_end_matches('_').ends_with(is_word)
        && behind.trim_start_matches('_').starts_with(is_word)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// How often a character stands at the beginning of a text.
fn run(text: &str, c: char) -> usize {
    text.len() - text.trim_start_matches(c).len()
}

/// The length of the code span that a text begins with.
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
        let output = template.replace('@', &marked(Kind::Text, 1, value));
        let printed = print(&pieces(&output)).map(|printed| printed.text);
        assert_eq!(printed, Ok(expected.to_owned()));
    }

    #[track_caller]
    fn check_refused(template: &str, kind: Kind, value: &str, reason: &str) {
        let output = template.replace('@', &marked(kind, 1, value));
        let misplaced = print(&pieces(&output)).expect_err(template);
        assert_eq!(misplaced[0].reason, reason);
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
        let span = "an empty string or one with a backtick stands in code";
        check_refused("`@`\n", Kind::Text, "a`b", span);
        check_refused("`@`\n", Kind::Text, "", span);
        let block = "a string with a line break or the fence's character stands in a block of code";
        check_refused("```\n@\n```\n", Kind::Text, "```", block);
        check_refused("~~~\n@\n~~~\n", Kind::Text, "a\nb", block);
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
        let block = "a string with a line break or the fence's character stands in a block of code";
        check_refused("```sh\n'@'\n```\n", Kind::Text, "a`b", block);
        check_refused("```sh\n@\n```\n", Kind::Text, "a\nb", block);
        let unclear = "a string stands in shell code where quotes do not decide what it means";
        check_refused("```sh\na <<END\n@\nEND\n```\n", Kind::Text, "a", unclear);
        check_refused("```sh\na \"$@\"\n```\n", Kind::Text, "a", unclear);
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
    fn some_places_are_for_no_value() {
        check_refused("<b id=\"@\">\n", Kind::Text, "a", "a string stands in an HTML tag");
        check_refused("\\@\n", Kind::Text, "a", "a string stands behind a backslash");
        let code = "a filter of another format stands in Markdown";
        check_refused("@\n", Kind::Code, "a", code);
    }

    #[test]
    fn every_value_knows_its_line_and_the_text_ends_in_one_newline() {
        let output = format!("a\n{}\n\n\n", marked(Kind::Bare, 7, "1"));
        let printed = print(&pieces(&output)).unwrap();
        assert_eq!((&*printed.text, &*printed.tags), ("a\n1\n", &[(1, 7)][..]));
    }
}

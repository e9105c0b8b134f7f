//! Parses HCL with a library, limited to texts that the library reads as Terraform does.
//!
//! Known differences are errors, or are rewritten before the library reads them.

use std::borrow::Cow;

use hcl_edit::structure::Body;

use super::lexer;
use super::scan;
use super::token::{HclToken, HclTokenKind};
use crate::format::ParseError;

/// Parses a file, or returns the position of its first syntax error.
pub fn parse(text: &str) -> Result<Body, ParseError> {
    let tokens = lexer::tokens(text);
    if let Some((at, message)) = misread(text, &tokens) {
        let line = text[..at].matches('\n').count() + 1;
        return Err((line, 1, message.to_owned()));
    }
    hcl_edit::parser::parse_body(&without_empty_heredocs(text, &tokens)).map_err(|error| {
        let location = error.location();
        (location.line(), location.column(), error.message().to_owned())
    })
}

/// The first construct that the library accepts and Terraform does not, or reads differently.
fn misread(text: &str, tokens: &[HclToken]) -> Option<(usize, &'static str)> {
    let in_quotes = |kind| {
        matches!(
            kind,
            HclTokenKind::OpenQuote | HclTokenKind::QuotedText | HclTokenKind::CloseTemplate
        )
    };
    let open_quote = tokens
        .windows(2)
        .find(|pair| in_quotes(pair[0].kind) && pair[1].kind == HclTokenKind::Newline);
    if let Some(pair) = open_quote {
        return Some((pair[1].start, "a quoted string must end on the line on which it begins"));
    }
    // `terraform fmt` turns `1 .5` into one number.
    let attribute = tokens.windows(3).find(|it| {
        it[0].kind != HclTokenKind::Dot
            && (it[1].kind, it[2].kind) == (HclTokenKind::Number, HclTokenKind::Dot)
    });
    if let Some([_, _, dot]) = attribute {
        return Some((dot.start, "a number has no attributes"));
    }
    if let Some(bracket) = too_deep(text, tokens) {
        return Some((bracket, "brackets after operators are nested too deeply"));
    }
    let mut delimiters = Vec::new();
    for token in tokens {
        let range = token.range();
        match token.kind {
            HclTokenKind::OpenHeredoc => {
                delimiters.push((token.start, lexer::delimiter(&text[range])));
            }
            HclTokenKind::CloseHeredoc => _ = delimiters.pop(),
            HclTokenKind::HeredocText => {
                let (_, delimiter) =
                    delimiters.last().expect("an opener precedes the text of a heredoc");
                let mut at = token.start;
                for line in text[range].split_inclusive('\n') {
                    if text[..at].ends_with('\n') && begins_with(line, delimiter) {
                        return Some((
                            at,
                            "a line inside a heredoc begins with the heredoc's delimiter",
                        ));
                    }
                    at += line.len();
                }
            }
            _ => {}
        }
    }
    let (start, _) = delimiters.pop()?;
    Some((start, "a heredoc must end on a line with nothing but its delimiter"))
}

/// The nesting limit for brackets after the second operator of a chain. The library reads an error
/// in such a bracket twice, so its time doubles with each level.
const DEEPEST: u32 = 8;

/// The first bracket beyond the limit.
fn too_deep(text: &str, tokens: &[HclToken]) -> Option<usize> {
    // For each open bracket, the number of operators before it in its chain.
    let mut open = Vec::new();
    let (mut operators, mut depth) = (0, 0);
    for token in tokens {
        match token.kind {
            HclTokenKind::Operator if matches!(&text[token.range()], "?" | ":" | "=>") => {
                operators = 0;
            }
            HclTokenKind::Operator | HclTokenKind::Minus => operators += 1,
            HclTokenKind::Comma | HclTokenKind::Equals => operators = 0,
            HclTokenKind::Open | HclTokenKind::OpenTemplate => {
                depth += u32::from(operators > 1);
                if depth > DEEPEST {
                    return Some(token.start);
                }
                open.push(operators);
                operators = 0;
            }
            HclTokenKind::Close | HclTokenKind::CloseTemplate => {
                operators = open.pop().unwrap_or(0);
                depth -= u32::from(operators > 1);
            }
            _ => {}
        }
    }
    None
}

fn begins_with(line: &str, delimiter: &str) -> bool {
    let rest = line.trim_start_matches([' ', '\t']).strip_prefix(delimiter);
    rest.is_some_and(|rest| !rest.bytes().next().is_some_and(scan::continues_name))
}

/// A text of the same length with `("")` in place of each empty heredoc, which the library would
/// read up to the next line with the same delimiter.
fn without_empty_heredocs<'t>(text: &'t str, tokens: &[HclToken]) -> Cow<'t, str> {
    let mut written = Cow::Borrowed(text);
    for pair in tokens.windows(2) {
        if (pair[0].kind, pair[1].kind) == (HclTokenKind::OpenHeredoc, HclTokenKind::CloseHeredoc) {
            let mut replace = |token: HclToken, with: &str| {
                let rest = text.as_bytes()[token.range()].iter().skip(with.len());
                let rest =
                    rest.map(|byte| if b"\r\n".contains(byte) { *byte as char } else { ' ' });
                let replaced: String = with.chars().chain(rest).collect();
                written.to_mut().replace_range(token.range(), &replaced);
            };
            replace(pair[0], "(\"\"");
            replace(pair[1], ")");
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn fails(text: &str, line: usize, column: usize, message: &str) {
        let (found_line, found_column, found) = parse(text).unwrap_err();
        assert_eq!((found_line, found_column), (line, column), "{found}");
        assert!(found.contains(message), "{found}");
    }

    #[test]
    fn invalid_text_is_reported_with_its_position() {
        assert!(parse("a = \"b\"\n").is_ok());
        assert!(parse("a = \"${\nb\n}c\"\nd = <<E\n${e}\nE\n").is_ok());
        fails("a = 1\nb = [é,, 2]\n", 2, 8, "");
        fails("a = 1\nb = \"c\nd\"\n", 2, 1, "a quoted string must end");
        fails("a = \"${b}\n\"\n", 1, 1, "a quoted string must end");
        fails("a = b.0.c.1.2\nd = 0. 1\n", 2, 1, "a number has no attributes");
    }

    #[test]
    fn nesting_that_takes_exponential_time_is_an_error() {
        let nested = |head: &str, depth| {
            let (open, close) = (head.repeat(depth), ")".repeat(depth));
            format!("x = 1\ny = {open}z{close}\n")
        };
        assert!(parse(&nested("(a + b - ", 9)).is_ok());
        fails(&nested("(a + b - ", 10), 2, 1, "nested too deeply");
        assert!(parse(&nested("(a == b ? c : ", 30)).is_ok());
        assert!(parse(&nested("f(a + b - c, ", 30)).is_ok());
    }

    #[test]
    fn a_heredoc_ends_where_terraform_ends_it() {
        for text in [
            "a = <<E\nE\nb = <<E\nc\nE\n",
            "a = <<-é\n\t é\nb = <<-é\n c\n é\n",
            "a = <<E\r\nE\r\nb = 1\r\nd = <<E\r\nE\r\n",
            "a = f(<<E\nE\n, 1)\nb = 1\n",
            "a = <<E\nEb\n-E\n${c}E\nE\nb = 1\n",
        ] {
            let body = parse(text).unwrap();
            assert!(body.has_attribute("b"), "{text:?}: {body:?}");
        }
        fails("a = 1\nb = <<E\nc\n E c\nE\n", 4, 1, "begins with the heredoc's delimiter");
        fails("a = 1\nb = <<E\nc\nE, d\n", 4, 1, "begins with the heredoc's delimiter");
        fails("a = 1\nb = <<E\n${c}\n", 2, 1, "must end on a line");
    }
}

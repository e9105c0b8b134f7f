//! HCL read by the library's parser, only where it reads what Terraform does.
//!
//! What is known to part the two is refused, or written so that the parser cannot go wrong.

use std::borrow::Cow;

use hcl_edit::structure::Body;

use super::lexer::{self, Kind, Token};
use super::scan;
use crate::format::Fault;

/// Parses a file, or says where it is no HCL.
pub fn parse(text: &str) -> Result<Body, Fault> {
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

/// What the parser takes and Terraform does not, or takes for something else.
fn misread(text: &str, tokens: &[Token]) -> Option<(usize, &'static str)> {
    let in_quotes = |kind| matches!(kind, Kind::OpenQuote | Kind::QuotedText | Kind::CloseTemplate);
    let open_quote =
        tokens.windows(2).find(|pair| in_quotes(pair[0].kind) && pair[1].kind == Kind::Newline);
    if let Some(pair) = open_quote {
        return Some((pair[1].start, "a string in quotes ends on the line it begins on"));
    }
    // `terraform fmt` would make one number of `1 .5`.
    let attribute = tokens.windows(3).find(|it| {
        it[0].kind != Kind::Dot && (it[1].kind, it[2].kind) == (Kind::Number, Kind::Dot)
    });
    if let Some([_, _, dot]) = attribute {
        return Some((dot.start, "a number has no attributes"));
    }
    if let Some(bracket) = too_deep(text, tokens) {
        return Some((bracket, "brackets behind operators lie too deep in each other"));
    }
    let mut markers = Vec::new();
    for token in tokens {
        let range = token.range();
        match token.kind {
            Kind::OpenHeredoc => markers.push((token.start, lexer::marker(&text[range]))),
            Kind::CloseHeredoc => _ = markers.pop(),
            Kind::HeredocText => {
                let (_, marker) = markers.last().expect("an opener stands before the text");
                let mut at = token.start;
                for line in text[range].split_inclusive('\n') {
                    if text[..at].ends_with('\n') && begins_with(line, marker) {
                        return Some((at, "a line of a heredoc begins with the heredoc's marker"));
                    }
                    at += line.len();
                }
            }
            _ => {}
        }
    }
    let (start, _) = markers.pop()?;
    Some((start, "a heredoc ends on a line with nothing but its marker"))
}

/// How many brackets may lie in each other behind the second operator of a chain: what is wrong in
/// one of them the parser reads twice, and so twice as often what is wrong one further in.
const DEEPEST: u32 = 8;

/// The bracket that is one too many.
fn too_deep(text: &str, tokens: &[Token]) -> Option<usize> {
    // For each open bracket, how many operators stand before it in its chain.
    let mut open = Vec::new();
    let (mut operators, mut depth) = (0, 0);
    for token in tokens {
        match token.kind {
            Kind::Operator if matches!(&text[token.range()], "?" | ":" | "=>") => operators = 0,
            Kind::Operator | Kind::Minus => operators += 1,
            Kind::Comma | Kind::Equals => operators = 0,
            Kind::Open | Kind::OpenTemplate => {
                depth += u32::from(operators > 1);
                if depth > DEEPEST {
                    return Some(token.start);
                }
                open.push(operators);
                operators = 0;
            }
            Kind::Close | Kind::CloseTemplate => {
                operators = open.pop().unwrap_or(0);
                depth -= u32::from(operators > 1);
            }
            _ => {}
        }
    }
    None
}

fn begins_with(line: &str, marker: &str) -> bool {
    let rest = line.trim_start_matches([' ', '\t']).strip_prefix(marker);
    rest.is_some_and(|rest| !rest.bytes().next().is_some_and(scan::continues_name))
}

/// A text of the same length with `("")` in place of heredocs without a line: the parser would read
/// on to the next line with their marker.
fn without_empty_heredocs<'t>(text: &'t str, tokens: &[Token]) -> Cow<'t, str> {
    let mut written = Cow::Borrowed(text);
    for pair in tokens.windows(2) {
        if (pair[0].kind, pair[1].kind) == (Kind::OpenHeredoc, Kind::CloseHeredoc) {
            let mut replace = |token: Token, with: &str| {
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
    fn invalid_text_is_named_with_its_place() {
        assert!(parse("a = \"b\"\n").is_ok());
        assert!(parse("a = \"${\nb\n}c\"\nd = <<E\n${e}\nE\n").is_ok());
        fails("a = 1\nb = [é,, 2]\n", 2, 8, "");
        fails("a = 1\nb = \"c\nd\"\n", 2, 1, "a string in quotes ends");
        fails("a = \"${b}\n\"\n", 1, 1, "a string in quotes ends");
        fails("a = b.0.c.1.2\nd = 0. 1\n", 2, 1, "a number has no attributes");
    }

    #[test]
    fn what_would_be_read_twice_at_every_depth_is_refused() {
        let nested = |head: &str, depth| {
            let (open, close) = (head.repeat(depth), ")".repeat(depth));
            format!("x = 1\ny = {open}z{close}\n")
        };
        assert!(parse(&nested("(a + b - ", 9)).is_ok());
        fails(&nested("(a + b - ", 10), 2, 1, "lie too deep");
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
        fails("a = 1\nb = <<E\nc\n E c\nE\n", 4, 1, "begins with the heredoc's marker");
        fails("a = 1\nb = <<E\nc\nE, d\n", 4, 1, "begins with the heredoc's marker");
        fails("a = 1\nb = <<E\n${c}\n", 2, 1, "ends on a line");
    }
}

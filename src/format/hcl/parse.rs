//! Parses HCL with a library, limited to texts that the library reads as Terraform does.
//!
//! Known differences are errors, or are rewritten before the library reads them.

use std::borrow::Cow;

use hcl_edit::structure::Body;

use super::adapt::adapted;
use super::keys;
use super::lexer;
use super::token::{HclToken, HclTokenKind};
use crate::format::ParseError;

/// Parses a file, or returns the position of its first syntax error.
pub fn parse(text: &str) -> Result<Body, ParseError> {
    let tokens = lexer::tokens(text);
    if let Some((at, message)) = misread(text, &tokens) {
        return Err((line_of(text, at), 1, message.to_owned()));
    }
    if let Some((at, key)) = keys::repeated(text, &tokens) {
        let message =
            format!("an object has the key `{key}` twice, and Terraform would take the last value");
        return Err((line_of(text, at), column_of(text, at), message));
    }
    let adapted = adapted(text, &tokens).map_err(|at| {
        let message = "lines of a heredoc begin with its delimiter: give it a longer one";
        (line_of(text, at), 1, message.to_owned())
    })?;
    hcl_edit::parser::parse_body(&adapted).map_err(|error| {
        let location = error.location();
        let (line, column) = match adapted {
            Cow::Borrowed(_) => (location.line(), location.column()),
            Cow::Owned(_) => (line_of(text, location.offset()), column_of(text, location.offset())),
        };
        (line, column, error.message().to_owned())
    })
}

/// The line of a place, counted from 1.
fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

/// The column of a place, counted in characters from 1.
fn column_of(text: &str, at: usize) -> usize {
    text[..at].chars().rev().take_while(|it| *it != '\n').count() + 1
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
    let mut openers = Vec::new();
    for token in tokens {
        match token.kind {
            HclTokenKind::OpenHeredoc => openers.push(token.start),
            HclTokenKind::CloseHeredoc => _ = openers.pop(),
            _ => {}
        }
    }
    let start = openers.pop()?;
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

    /// Loops over objects whose parts are on several lines, as Terraform takes them.
    #[test]
    fn a_loop_over_an_object_may_break_its_lines_anywhere() {
        for value in [
            "{ for k in l : k => k == \"x\" ? 1 :\n2 }",
            "{ for k in l : k =>\nk == 1\n? 1\n: 2 }",
            "{ for k in l : k => # why\n k == 1 # é\n ? 1\n : 2\n}",
            "{\n  // first\n  for k, v in l :\n  k => v\n  ...\n  if k != 1 &&\n v > 2\n}",
            "{ for k in l : k =>\n{\n a = 1\n b = 2\n}\n}",
            "{ for k in\r\nl\r\n:\r\nk\r\n=> k == 1\r\n? 1 : 2 }",
            "{ for k in l : k => { for m in k : m => m\n? 1\n: 2 } }",
            "{ for k in l : k =>\n!k\n|| k }",
            "{ for k in l : k => f(k)\n.a\n[0] }",
            "\"${a ?\n1\n:\n2}\"",
            "[for k in l : k ?\n1 :\n2]",
            "{ for k in { a = 1, b = 2 } : k => k\n== 1\n? 1 : 2 }",
        ] {
            let text = format!("a = {value}\nb = 1\n");
            let body = parse(&text).unwrap_or_else(|why| panic!("{text}: {why:?}"));
            assert!(body.has_attribute("b"), "{text}");
        }
        fails("a = { for k in l : k =>\n k ? 1\n : 2 }\nb = [,]\n", 4, 6, "");
    }

    #[test]
    fn a_key_that_an_object_has_twice_is_named() {
        for (value, key, line, column) in [
            ("{ x = 1, x = 2 }", "`x`", 1, 14),
            ("{\n  x = 1\n  y = 2\n  \"x\" = 3\n}", "`\"x\"`", 4, 3),
            ("{ \"a b\" : 1, \"a b\" : 2 }", "`\"a b\"`", 1, 18),
            ("f([{ x = { y = 1, y = 2 } }])", "`y`", 1, 23),
            ("{ (v.a) = 1, (v.a) = 2 }", "`(v.a)`", 1, 18),
            ("{ \"${v.a}\" = 1, \"${v.a}\" = 2 }", "`\"${v.a}\"`", 1, 21),
            ("[for k in { x = 1, x = 2 } : k]", "`x`", 1, 24),
            ("c ? { x = 1 # one\n x = 2 } : {}", "`x`", 2, 2),
        ] {
            fails(&format!("a = {value}\n"), line, column, &format!("the key {key} twice"));
        }
        for value in [
            "{ x = { x = 1 }, y = { x = 2 } }",
            "{ x = 1, y = a ? b : c, z = a ? b : c }",
            "{ \"${v.a}\" = 1, \"${v.b}\" = 2 }",
            "[{ x = 1 }, { x = 2 }]",
            "{ x = \"x = 1, x = 2\" }",
            "{ x = [for k in l : k], y = { for k in l : k => k } }",
            "{ x = a == b, y = a == b }",
        ] {
            assert!(parse(&format!("a = {value}\n")).is_ok(), "{value}");
        }
        // A repeated block or argument is Terraform's to judge.
        assert!(parse("a {\n  b {\n  }\n  b {\n  }\n}\n").is_ok());
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
            "b = <<EOF\nb << EOF\nEOF\"\nc\nEOF\n",
            "a = <<E\nc\n E c\nA\nB\nE\nb = 1\n",
            "a = <<-é\n\té c\n é, é\n é\nb = 1\n",
            "a = f(<<E\nE)\n${g(<<F\nF.\nF\n)}\nE\n, 1)\nb = 1\n",
        ] {
            let body = parse(text).unwrap();
            assert!(body.has_attribute("b"), "{text:?}: {body:?}");
        }
        fails("a = 1\nb = <<E\nc\nE, d\n", 2, 1, "must end on a line");
        fails("a = 1\nb = <<E\n${c}\n", 2, 1, "must end on a line");
    }
}

//! A text that the library reads as Terraform reads another one of the same length.
//!
//! Every token keeps its place, so that spans and offsets of one are those of the other.

use std::borrow::Cow;
use std::ops::Range;

use super::lexer;
use super::scan;
use super::token::{HclToken, HclTokenKind};

/// The text for the library, or the place of a heredoc for which there is none.
pub(super) fn adapted<'t>(text: &'t str, tokens: &[HclToken]) -> Result<Cow<'t, str>, usize> {
    let mut written = Cow::Borrowed(text);
    empty_heredocs(&mut written, tokens);
    other_delimiters(&mut written, text, tokens)?;
    lines_of_loops(&mut written, text, tokens);
    Ok(written)
}

/// Writes `("")` in place of each empty heredoc, which the library would read up to the next line with
/// the same delimiter.
fn empty_heredocs(written: &mut Cow<'_, str>, tokens: &[HclToken]) {
    for pair in tokens.windows(2) {
        if (pair[0].kind, pair[1].kind) == (HclTokenKind::OpenHeredoc, HclTokenKind::CloseHeredoc) {
            replace(written, pair[0].range(), "(\"\"");
            replace(written, pair[1].range(), ")");
        }
    }
}

/// Writes a text and blanks in place of a range, whose line ends remain.
fn replace(written: &mut Cow<'_, str>, range: Range<usize>, with: &str) {
    let rest = written.as_bytes()[range.clone()].iter().skip(with.len());
    let rest = rest.map(|byte| if b"\r\n".contains(byte) { *byte as char } else { ' ' });
    let replaced: String = with.chars().chain(rest).collect();
    written.to_mut().replace_range(range, &replaced);
}

/// Gives another delimiter to each heredoc with a line that begins with its delimiter. The library
/// ends a heredoc there, and Terraform at a line that is nothing but the delimiter.
fn other_delimiters(
    written: &mut Cow<'_, str>,
    text: &str,
    tokens: &[HclToken],
) -> Result<(), usize> {
    let mut openers: Vec<HclToken> = Vec::new();
    for token in tokens {
        match token.kind {
            HclTokenKind::OpenHeredoc => openers.push(*token),
            HclTokenKind::CloseHeredoc => {
                let Some(opener) = openers.pop() else { continue };
                let delimiter = lexer::delimiter(&text[opener.range()]);
                let inner = &text[opener.end..token.start];
                if inner.lines().any(|line| begins_with(line, delimiter)) {
                    let other = unused_delimiter(inner, delimiter.len()).ok_or(opener.start)?;
                    for place in [opener, *token] {
                        let name = place.start + text[place.range()].find(delimiter).unwrap_or(0);
                        written.to_mut().replace_range(name..name + other.len(), &other);
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn begins_with(line: &str, delimiter: &str) -> bool {
    let rest = line.trim_start_matches([' ', '\t']).strip_prefix(delimiter);
    rest.is_some_and(|rest| !rest.bytes().next().is_some_and(scan::continues_name))
}

/// A delimiter of a length that no line of a text begins with.
fn unused_delimiter(text: &str, length: usize) -> Option<String> {
    let letters = ('A'..='Z').chain('a'..='z');
    let mut delimiters = letters.map(|letter| String::from(letter).repeat(length));
    let begins = |line: &str, name: &str| line.trim_start().starts_with(name);
    delimiters.find(|name| !text.lines().any(|line| begins(line, name)))
}

/// Writes blanks in place of the line ends between the brackets of a loop over an object and in a template
/// sequence, where they mean nothing. The library refuses some of them.
fn lines_of_loops(written: &mut Cow<'_, str>, text: &str, tokens: &[HclToken]) {
    let mut are_blank = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            HclTokenKind::Open => are_blank.push(begins_loop(text, &tokens[index..])),
            HclTokenKind::OpenTemplate => are_blank.push(true),
            HclTokenKind::Close | HclTokenKind::CloseTemplate => _ = are_blank.pop(),
            HclTokenKind::Newline | HclTokenKind::LineComment
                if are_blank.last() == Some(&true) =>
            {
                written.to_mut().replace_range(token.range(), &" ".repeat(token.range().len()));
            }
            _ => {}
        }
    }
}

/// Returns true if tokens begin with `{ for x`.
pub(super) fn begins_loop(text: &str, tokens: &[HclToken]) -> bool {
    use HclTokenKind::*;
    let mut tokens =
        tokens.iter().filter(|it| !matches!(it.kind, Newline | LineComment | BlockComment));
    let mut next = || tokens.next().map(|it| (it.kind, &text[it.range()]));
    next() == Some((Open, "{"))
        && next() == Some((Name, "for"))
        && next().is_some_and(|(kind, _)| kind == Name)
}

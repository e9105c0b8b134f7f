//! The expressions of an engine in a template, taken out of its text and put back.

use super::{IN_EXPRESSION, LINE, Syntax, WORD};
use crate::format::markers::{MarkedValue, ValueKind};
use crate::format::placeholders::{PLACEHOLDER, PlaceholderText};
use crate::format::{InvalidValue, Printed};

/// A template without its expressions.
pub(super) struct SplitTemplate<'a> {
    /// The text with [`WORD`] or a comment with [`LINE`] for each expression.
    pub(super) text: String,
    /// The values outside expressions.
    pub(super) values: Vec<&'a MarkedValue<'a>>,
    /// The expressions with the values in them.
    expressions: Vec<Printed>,
    /// The values that no expression may hold.
    pub(super) invalid: Vec<InvalidValue>,
}

/// Takes the expressions out of a template.
pub(super) fn split<'a>(source: &PlaceholderText<'a>, syntax: Syntax) -> SplitTemplate<'a> {
    let mut split = SplitTemplate {
        text: String::with_capacity(source.text.len()),
        values: Vec::new(),
        expressions: Vec::new(),
        invalid: Vec::new(),
    };
    let mut values = source.values.iter();
    let mut rest = source.text.as_str();
    while let Some(c) = rest.chars().next() {
        let length = length(rest, syntax);
        if length == 0 {
            split.values.extend((c == PLACEHOLDER).then(|| values.next()).flatten());
            split.text.push(c);
            rest = &rest[c.len_utf8()..];
            continue;
        }
        let (expression, after) = rest.split_at(length);
        let before = split.text.rsplit('\n').next().unwrap_or_default();
        let is_alone =
            before.trim().is_empty() && after.trim_start_matches([' ', '\t']).starts_with('\n');
        split.text.push_str(if is_alone { "#" } else { "" });
        split.text.push(if is_alone { LINE } else { WORD });
        split.expression(expression, &mut values);
        rest = after;
    }
    split
}

impl<'a> SplitTemplate<'a> {
    fn expression(
        &mut self,
        expression: &str,
        values: &mut std::slice::Iter<'_, &'a MarkedValue<'a>>,
    ) {
        let mut printed = Printed::default();
        for (index, literal) in expression.split(PLACEHOLDER).enumerate() {
            if let Some(value) = (index > 0).then(|| values.next()).flatten() {
                let line = printed.text.matches('\n').count() as u32;
                printed.tags.push((line, value.tag));
                printed.text.push_str(&value.text);
                let is_allowed = value.kind == ValueKind::Bare
                    || value.kind == ValueKind::Text && is_word(&value.text);
                self.invalid.extend((!is_allowed).then(|| IN_EXPRESSION.of(value.tag)));
            }
            printed.text.push_str(literal);
        }
        self.expressions.push(printed);
    }

    /// A printed text with the expressions back in their places.
    pub(super) fn put_back(&self, printed: &Printed, syntax: Syntax) -> Printed {
        let mut whole = Printed::default();
        let mut expressions = self.expressions.iter();
        let (mut tags, mut line) = (printed.tags.iter().peekable(), 0);
        for (number, text) in printed.text.split_inclusive('\n').enumerate() {
            while let Some((_, tag)) = tags.next_if(|(at, _)| *at as usize <= number) {
                whole.tags.push((line, *tag));
            }
            let mut rest = text;
            while let Some(at) = rest.find([WORD, LINE]) {
                let (before, after) = rest.split_at(at);
                let is_line = after.starts_with(LINE);
                let before = before.strip_suffix('#').filter(|_| is_line).unwrap_or(before);
                whole.text.push_str(&syntax.escaped(before));
                if let Some(expression) = expressions.next() {
                    whole.text.push_str(&expression.text);
                    whole.tags.extend(expression.tags.iter().map(|(at, tag)| (line + at, *tag)));
                    line += expression.text.matches('\n').count() as u32;
                }
                rest = &after[WORD.len_utf8()..];
            }
            whole.text.push_str(&syntax.escaped(rest));
            line += u32::from(text.ends_with('\n'));
        }
        whole.tags.sort_unstable();
        whole
    }
}

fn is_word(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    !text.is_empty() && text.chars().all(is_part)
}

/// The length of the expression that a text begins with, or of an escape of the engine; 0 if there is
/// none.
fn length(text: &str, syntax: Syntax) -> usize {
    let terraform = || match text.as_bytes() {
        [a, b, b'{', ..] if a == b && matches!(a, b'$' | b'%') => 3,
        [b'$' | b'%', b'{', ..] => 1 + braces(&text[1..]),
        _ => 0,
    };
    let in_braces = || if text.starts_with("{{") { braced(text) } else { 0 };
    match syntax {
        Syntax::Go => in_braces(),
        Syntax::Terraform => terraform(),
        Syntax::Either => in_braces().max(terraform()),
    }
}

/// The length of `{{ … }}`, strings and comments in it taken whole.
fn braced(text: &str) -> usize {
    let inside = text[2..].trim_start_matches('-').trim_start();
    if inside.starts_with("/*") {
        return comment(text);
    }
    let mut quote = None;
    let mut chars = text.char_indices().skip(2);
    while let Some((at, c)) = chars.next() {
        match quote {
            Some('"') if c == '\\' => _ = chars.next(),
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if matches!(c, '"' | '`') => quote = Some(c),
            None if text[at..].starts_with("}}") => return at + 2,
            None => {}
        }
    }
    text.len()
}

fn comment(text: &str) -> usize {
    let end = text.find("*/").unwrap_or(text.len());
    text[end..].find("}}").map_or(text.len(), |at| end + at + 2)
}

/// The length of a text up to the brace that closes its first one.
fn braces(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(c) = text[at..].chars().next() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            '"' => at += string(&text[at..]) - 1,
            _ => {}
        }
        at += c.len_utf8();
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// The length of a string of Terraform, the expressions in it taken whole.
fn string(text: &str) -> usize {
    let mut at = 1;
    while let Some(c) = text[at..].chars().next() {
        match c {
            '"' => return at + 1,
            '\\' => at += text[at + 1..].chars().next().map_or(0, char::len_utf8),
            _ => {
                let length = length(&text[at..], Syntax::Terraform);
                if length > 0 {
                    at += length;
                    continue;
                }
            }
        }
        at += c.len_utf8();
    }
    text.len()
}

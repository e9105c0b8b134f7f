//! A template's text, its tags, and the tokens in them.
//!
//! Knows where tags begin and end, not what they mean.

use std::ops::Range;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagKind {
    /// `{{ … }}`
    Print,
    /// `{% … %}`
    Block,
    /// `{# … #}`
    Comment,
}

#[derive(Debug)]
pub(crate) struct Tag<'a> {
    pub kind: TagKind,
    /// Its bytes, delimiters included.
    pub range: Range<usize>,
    /// The tokens inside; none for a comment.
    pub tokens: Vec<Token<'a>>,
}

impl<'a> Tag<'a> {
    /// The text of the token at an index, empty beyond the last.
    pub(crate) fn text(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| token.text)
    }

    /// The bytes between its delimiters, blanks left out; of a comment all its bytes.
    pub(crate) fn inside(&self) -> Range<usize> {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => first.at..last.range().end,
            _ => self.range.clone(),
        }
    }

    /// The template that it includes, and where it names it.
    pub(crate) fn included(&self) -> Option<(Range<usize>, &'a str)> {
        let name = self.tokens.get(1).filter(|token| token.kind == TokenKind::String)?;
        let includes = self.kind == TagKind::Block && self.text(0) == "include";
        includes.then(|| (name.range(), &name.text[1..name.text.len() - 1]))
    }

    /// The index of the `|` before a filter that ends it and is one of these.
    pub(crate) fn code_filter(&self, filters: &[&str]) -> Option<usize> {
        let last = self.tokens.len().checked_sub(1)?;
        let name = match self.text(last) {
            ")" => self.opening(last)?.checked_sub(1)?,
            _ => last,
        };
        let pipe = name.checked_sub(1)?;
        (self.text(pipe) == "|" && filters.contains(&self.text(name))).then_some(pipe)
    }

    /// The index of the bracket that a closing one belongs to.
    fn opening(&self, closing: usize) -> Option<usize> {
        let mut depth = 0;
        (0..=closing).rev().find(|index| {
            match self.text(*index) {
                ")" | "]" | "}" => depth += 1,
                "(" | "[" | "?[" | "{" => depth -= 1,
                _ => {}
            }
            depth == 0
        })
    }

    /// Returns true if it calls a component: `{{<name … />}}`, or with a body `{% <name> %}`.
    pub(crate) fn calls_component(&self) -> bool {
        matches!(self.text(0), "<" | "</")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Word,
    String,
    Number,
    Symbol,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    pub kind: TokenKind,
    pub text: &'a str,
    /// Its start, in bytes of the template.
    pub at: usize,
}

impl Token<'_> {
    pub(crate) fn range(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }
}

/// A syntax error of a template: its range and message.
pub(crate) type SyntaxError = (Range<usize>, String);

/// The innermost tag that is opened and never closed.
pub(crate) fn unclosed<'a, 't>(tags: &'a [Tag<'t>]) -> Option<&'a Tag<'t>> {
    let mut open = Vec::new();
    for tag in tags.iter().filter(|tag| tag.kind == TagKind::Block) {
        match tag.text(0) {
            "if" | "for" | "component" | "<" => open.push(tag),
            "endif" | "endfor" | "endcomponent" | "</" => _ = open.pop(),
            _ => {}
        }
    }
    open.pop()
}

/// The limit for nested conditions. An `elif` is nested in the condition before it.
pub(crate) const DEEPEST: usize = 100;

/// The first tag in which conditions lie too deep for the engine.
pub(crate) fn too_deep<'a, 't>(tags: &'a [Tag<'t>]) -> Option<&'a Tag<'t>> {
    let mut open: Vec<usize> = Vec::new();
    tags.iter().filter(|tag| tag.kind == TagKind::Block).find(|tag| {
        match (tag.text(0), open.last_mut()) {
            ("if", _) => open.push(1),
            ("elif", Some(conditions)) => *conditions += 1,
            ("endif", _) => _ = open.pop(),
            _ => {}
        }
        open.iter().sum::<usize>() > DEEPEST
    })
}

/// All tags of a template, in order. `${{ … }}` and `${#…}` are text: the first belongs to GitHub's
/// workflows, and the second is the length of a variable in a shell.
pub(crate) fn tags(template: &str) -> Result<Vec<Tag<'_>>, SyntaxError> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = template[at..].find('{') {
        let start = at + found;
        let kind = match template.as_bytes().get(start + 1) {
            Some(b'{' | b'#') if template[..start].ends_with('$') => {
                at = start + 2;
                continue;
            }
            Some(b'{') => TagKind::Print,
            Some(b'%') => TagKind::Block,
            Some(b'#') => TagKind::Comment,
            _ => {
                at = start + 1;
                continue;
            }
        };
        let tag = tag(template, start, kind)?;
        at = tag.range.end;
        match tag.text(0) {
            "raw" if kind == TagKind::Block => {
                let end = end_of_raw(template, at)
                    .ok_or_else(|| (tag.range.clone(), "`raw` without `endraw`".to_owned()))?;
                at = end.range.end;
                tags.extend([tag, end]);
            }
            "endraw" if kind == TagKind::Block => {
                return Err((tag.range, "`endraw` without `raw`".to_owned()));
            }
            _ => tags.push(tag),
        }
    }
    Ok(tags)
}

/// The `endraw` that ends the text after a `raw`.
fn end_of_raw(template: &str, from: usize) -> Option<Tag<'_>> {
    let mut starts = template[from..].match_indices("{%").map(|(at, _)| from + at);
    starts.find_map(|start| {
        let inside = template[start + 2..].trim_start_matches('-').trim_start();
        inside.starts_with("endraw").then(|| tag(template, start, TagKind::Block).ok()).flatten()
    })
}

fn tag(template: &str, start: usize, kind: TagKind) -> Result<Tag<'_>, SyntaxError> {
    let close = match kind {
        TagKind::Print => "}}",
        TagKind::Block => "%}",
        TagKind::Comment => "#}",
    };
    let unclosed = || (start..start + 2, format!("this tag is not closed by `{close}`"));
    if kind == TagKind::Comment {
        let end = template[start..].find(close).ok_or_else(unclosed)?;
        return Ok(Tag { kind, range: start..start + end + 2, tokens: Vec::new() });
    }
    let mut tokens = Vec::new();
    let mut at = start + 2;
    // A minus right after the opening or before the closing delimiter trims the text beside it.
    at += usize::from(template[at..].starts_with('-'));
    let mut braces = 0;
    loop {
        at += template[at..].len() - template[at..].trim_start().len();
        let rest = &template[at..];
        let trims = rest.strip_prefix('-').is_some_and(|rest| rest.starts_with(close));
        if braces == 0 && (rest.starts_with(close) || trims) {
            let end = at + usize::from(trims) + close.len();
            return Ok(Tag { kind, range: start..end, tokens });
        }
        let token = token(rest, at).ok_or_else(unclosed)?;
        match token.text {
            "{" => braces += 1,
            "}" => braces -= 1,
            _ => {}
        }
        at = token.range().end;
        tokens.push(token);
    }
}

const SYMBOLS: [&str; 13] =
    ["...", "==", "!=", "<=", ">=", "?.", "?[", "**", "//", "</", "/>", "{", "}"];

fn token(rest: &str, at: usize) -> Option<Token<'_>> {
    let first = rest.chars().next()?;
    let (kind, length) = match first {
        '"' | '\'' | '`' => (TokenKind::String, string_length(rest, first)?),
        _ if first.is_ascii_digit() => (
            TokenKind::Number,
            length_while(rest, |c| c.is_ascii_alphanumeric() || c == '.' || c == '_'),
        ),
        _ if first.is_alphabetic() || first == '_' => {
            (TokenKind::Word, length_while(rest, |c| c.is_alphanumeric() || c == '_'))
        }
        _ => {
            let symbol = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
            (TokenKind::Symbol, symbol.map_or(first.len_utf8(), |symbol| symbol.len()))
        }
    };
    Some(Token { kind, text: &rest[..length], at })
}

fn length_while(rest: &str, inside: impl Fn(char) -> bool) -> usize {
    rest.find(|c| !inside(c)).unwrap_or(rest.len())
}

fn string_length(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tags are shown as their tokens with a blank between, a comment as `#`.
    #[track_caller]
    fn check(template: &str, expected: &[&str]) {
        let shown = |tag: &Tag<'_>| match tag.kind {
            TagKind::Comment => "#".to_owned(),
            _ => tag.tokens.iter().map(|token| token.text).collect::<Vec<_>>().join(" "),
        };
        assert_eq!(tags(template).unwrap().iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn tags_are_found_among_text() {
        check("a = { b }", &[]);
        check("{{ a.b }}-{{- c|d(e=1) -}}", &["a . b", "c | d ( e = 1 )"]);
        check("{% if a == \"}}%}\" %}{# {{ x }} #}", &["if a == \"}}%}\"", "#"]);
        check("{{ {\"a\": {\"b\": 1}} }}", &["{ \"a\" : { \"b\" : 1 } }"]);
        check("{{<provider name={env.name} />}}", &["< provider name = { env . name } />"]);
        check("${{ github.ref }} {{ x }}", &["x"]);
        check("${#A} {{ x }} #}", &["x"]);
        check("n=\"${#A[@]}\" # {# note #} ${#} $${#b} {{ x }}", &["#", "x"]);
        check("${ {# note #} }", &["#"]);
        check("{% raw %}{{ x }}{% endraw %}{{ y }}", &["raw", "endraw", "y"]);
        check("{% raw -%} endraw {% \" {# {%- endraw %}{{ y }}", &["raw", "endraw", "y"]);
        check("{{ a?.b[0] ~ 'it\\'s' }}", &["a ?. b [ 0 ] ~ 'it\\'s'"]);
    }

    #[test]
    fn a_tag_must_be_closed() {
        for template in [
            "{{ a",
            "{% if",
            "{# a",
            "{{ \"a }}",
            "{% raw %}",
            "{% raw %} endraw %}",
            "{% endraw %}",
        ] {
            assert!(tags(template).is_err(), "{template}");
        }
    }
}

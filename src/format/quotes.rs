//! The position of each value in a text with quotes and comments, whatever else its format has.
//!
//! Knows signs only. A format says which of them it has, and what a position allows.

use super::placeholders::PLACEHOLDER;

/// The signs of a format.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct QuoteRules {
    /// Whether text between `'` is quoted, beside that between `"`.
    pub single: bool,
    /// Whether a backslash between `"` escapes the next character.
    pub escapes: bool,
    /// Whether three quotes are quotes of their own, between which lines may end.
    pub triple: bool,
    /// Whether a sign is a quote only where a word begins, and its line has another one.
    pub wary: bool,
    /// The openers of comments, each with what closes it; nothing for the end of the line.
    pub comments: &'static [(&'static str, &'static str)],
    /// Whether a comment begins only where a word does.
    pub comment_begins_word: bool,
}

/// What is around a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    Bare,
    Double,
    Single,
    TripleDouble,
    TripleSingle,
    /// With the text that ends it, if it does not end with its line.
    Comment(&'static str),
}

/// The position of a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct QuotedPosition<'t> {
    pub quoting: Quoting,
    /// Whether a backslash that escapes what follows is before it.
    pub is_escaped: bool,
    /// The line before the position.
    pub before: &'t str,
    /// The rest of its line.
    pub after: &'t str,
    /// The open brackets where the line begins, and here.
    pub depths: (usize, usize),
}

/// The positions of the values of a text.
pub(super) fn positions(text: &str, rules: QuoteRules) -> Vec<QuotedPosition<'_>> {
    let mut scanner = QuoteScanner {
        text,
        rules,
        at: 0,
        line: 0,
        quoting: Quoting::Bare,
        depths: (0, 0),
        positions: Vec::new(),
    };
    while let Some(c) = text[scanner.at..].chars().next() {
        scanner.character(c);
    }
    scanner.positions
}

struct QuoteScanner<'t> {
    text: &'t str,
    rules: QuoteRules,
    at: usize,
    /// The start of the line.
    line: usize,
    quoting: Quoting,
    depths: (usize, usize),
    positions: Vec<QuotedPosition<'t>>,
}

impl QuoteScanner<'_> {
    fn character(&mut self, c: char) {
        let start = self.at;
        self.at += c.len_utf8();
        match (c, self.quoting) {
            (PLACEHOLDER, _) => self.value(start, false),
            ('\n', quoting) => self.end_line(quoting),
            ('\\', Quoting::Double | Quoting::TripleDouble) if self.rules.escapes => self.escape(),
            (_, Quoting::Bare) => self.bare(c, start),
            ('"', Quoting::Double) | ('\'', Quoting::Single) => self.quoting = Quoting::Bare,
            ('"', Quoting::TripleDouble) => self.close_triple("\"\"\"", start),
            ('\'', Quoting::TripleSingle) => self.close_triple("'''", start),
            (_, Quoting::Comment(end))
                if !end.is_empty() && self.text[start..].starts_with(end) =>
            {
                self.at = start + end.len();
                self.quoting = Quoting::Bare;
            }
            _ => {}
        }
    }

    fn value(&mut self, start: usize, is_escaped: bool) {
        let before = &self.text[self.line..start];
        let after = &self.text[start + PLACEHOLDER.len_utf8()..];
        let after = after.split('\n').next().unwrap_or_default();
        let (quoting, depths) = (self.quoting, self.depths);
        self.positions.push(QuotedPosition { quoting, is_escaped, before, after, depths });
    }

    fn end_line(&mut self, quoting: Quoting) {
        self.line = self.at;
        self.depths.0 = self.depths.1;
        if matches!(quoting, Quoting::Double | Quoting::Single | Quoting::Comment("")) {
            self.quoting = Quoting::Bare;
        }
    }

    /// Reads the character behind a backslash.
    fn escape(&mut self) {
        match self.text[self.at..].chars().next() {
            Some(PLACEHOLDER) => {
                self.value(self.at, true);
                self.at += PLACEHOLDER.len_utf8();
            }
            Some(c) if c != '\n' => self.at += c.len_utf8(),
            _ => {}
        }
    }

    fn bare(&mut self, c: char, start: usize) {
        let comment = self.rules.comments.iter().find(|(open, _)| {
            self.text[start..].starts_with(open)
                && (!self.rules.comment_begins_word || self.begins_word(start))
        });
        if let Some((open, close)) = comment {
            self.at = start + open.len();
            self.quoting = Quoting::Comment(close);
            return;
        }
        match c {
            '[' | '{' => self.depths.1 += 1,
            ']' | '}' => self.depths.1 = self.depths.1.saturating_sub(1),
            '"' if self.is_quote('"', start) => {
                self.open(Quoting::Double, Quoting::TripleDouble, "\"\"\"", start);
            }
            '\'' if self.rules.single && self.is_quote('\'', start) => {
                self.open(Quoting::Single, Quoting::TripleSingle, "'''", start);
            }
            _ => {}
        }
    }

    fn begins_word(&self, start: usize) -> bool {
        let before = self.text[self.line..start].chars().next_back();
        before.is_none_or(|c| c == ' ' || c == '\t')
    }

    /// Returns true if a sign opens a quotation.
    fn is_quote(&self, sign: char, start: usize) -> bool {
        let before = self.text[self.line..start].chars().next_back();
        let begins = before.is_none_or(|c| c.is_whitespace() || "=:([{,<>|&;".contains(c));
        let line = self.text[start + 1..].split('\n').next().unwrap_or_default();
        !self.rules.wary || begins && line.contains(sign)
    }

    fn open(&mut self, one: Quoting, three: Quoting, signs: &str, start: usize) {
        let is_triple = self.rules.triple && self.text[start..].starts_with(signs);
        self.quoting = if is_triple { three } else { one };
        self.at = start + if is_triple { signs.len() } else { 1 };
    }

    /// Closes a quotation of three signs; further signs before its end belong to it.
    fn close_triple(&mut self, signs: &str, start: usize) {
        if self.text[start..].starts_with(signs) && !self.text[start + 1..].starts_with(signs) {
            self.at = start + signs.len();
            self.quoting = Quoting::Bare;
        }
    }
}

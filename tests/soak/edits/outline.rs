//! The positions of values in a TOML text, found with another parser than the one that makes the changes.
//!
//! Changes nothing, and knows nothing of what the keys mean.

use std::ops::Range;

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

pub(crate) type Keys = Vec<String>;

/// A value that is no table, or an empty one, with the keys that lead to it.
#[derive(Debug)]
pub(crate) struct Leaf {
    pub keys: Keys,
    /// From its key to its end.
    range: Range<usize>,
    value: Range<usize>,
}

/// What a line of a text is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Blank,
    Comment,
    /// A header with its keys.
    Header(Keys),
    /// A part of these leaves, by number.
    Leaves(Vec<usize>),
}

/// A text without its byte-order mark, and what stands in it.
pub(crate) struct Outline<'a> {
    text: &'a str,
    pub table: Table,
    /// In the order of the text.
    pub leaves: Vec<Leaf>,
    /// Each line with what it is.
    pub lines: Vec<(&'a str, Line)>,
}

impl<'a> Outline<'a> {
    pub(crate) fn of(text: &'a str) -> Result<Outline<'a>, String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let wrong = |error| format!("it does not parse: {error}\n{text}");
        let read = DeTable::parse(text).map_err(wrong)?;
        let table = text.parse::<Table>().map_err(wrong)?;
        let mut outline = Outline { text, table, leaves: Vec::new(), lines: Vec::new() };
        let mut tables = Vec::new();
        outline.collect(read.get_ref(), &Keys::new(), &mut tables);
        outline.leaves.sort_by_key(|leaf| leaf.range.start);
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            let kind = outline.kind(start..end, &tables);
            outline.lines.push((line, kind?));
            start = end;
        }
        Ok(outline)
    }

    /// How the value of a leaf is written.
    pub(crate) fn value(&self, leaf: &Leaf) -> &'a str {
        &self.text[leaf.value.clone()]
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = &Keys> {
        self.lines.iter().filter_map(|(_, line)| match line {
            Line::Header(keys) => Some(keys),
            _ => None,
        })
    }

    /// The leaves below a table, and the ranges of inline tables.
    fn collect(&mut self, table: &DeTable<'_>, above: &Keys, tables: &mut Vec<Range<usize>>) {
        for (key, value) in table {
            let keys: Keys = above.iter().cloned().chain([key.get_ref().to_string()]).collect();
            // What headers make begins at the first of them, not behind its key.
            let is_header = value.span().start < key.span().end;
            match value.get_ref() {
                DeValue::Table(inner) if !inner.is_empty() => {
                    if !is_header && self.text[value.span()].starts_with('{') {
                        tables.push(value.span());
                    }
                    self.collect(inner, &keys, tables);
                }
                // An empty table with a header.
                DeValue::Table(_) if !self.text[value.span()].starts_with('{') => {}
                DeValue::Array(items) if is_header => {
                    for (index, item) in items.iter().enumerate() {
                        let DeValue::Table(inner) = item.get_ref() else { continue };
                        let keys = keys.iter().cloned().chain([index.to_string()]).collect();
                        self.collect(inner, &keys, tables);
                    }
                }
                _ => {
                    let range = key.span().start..value.span().end;
                    self.leaves.push(Leaf { keys, range, value: value.span() });
                }
            }
        }
    }

    fn kind(&self, line: Range<usize>, tables: &[Range<usize>]) -> Result<Line, String> {
        let meets = |range: &Range<usize>| range.start < line.end && line.start < range.end;
        let all = || self.leaves.iter().enumerate();
        let here: Vec<usize> = all().filter(|it| meets(&it.1.range)).map(|it| it.0).collect();
        Ok(match self.text[line.clone()].trim() {
            _ if !here.is_empty() => Line::Leaves(here),
            "" => Line::Blank,
            text if text.starts_with('#') => Line::Comment,
            text => match tables.iter().find(|table| meets(table)) {
                Some(table) => {
                    let inside = |leaf: &Leaf| {
                        table.start <= leaf.range.start && leaf.range.end <= table.end
                    };
                    Line::Leaves(all().filter(|it| inside(it.1)).map(|it| it.0).collect())
                }
                None => Line::Header(header(text).ok_or(format!("what is `{text}`?"))?),
            },
        })
    }
}

/// The keys of a header.
fn header(line: &str) -> Option<Keys> {
    let mut value = Value::Table(line.parse().ok()?);
    let mut keys = Keys::new();
    loop {
        value = match value {
            Value::Table(table) => match table.into_iter().next() {
                Some((key, value)) => {
                    keys.push(key);
                    value
                }
                None => return Some(keys),
            },
            Value::Array(items) => items.into_iter().next()?,
            _ => return None,
        };
    }
}

/// The comments of a text, in order.
pub(crate) fn comments(text: &str) -> Vec<&str> {
    let mut comments = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['#', '"', '\'']) {
        let (_, begun) = rest.split_at(at);
        rest = match begun.as_bytes()[0] {
            b'#' => {
                let end = begun.find('\n').unwrap_or(begun.len());
                comments.push(begun[..end].trim_end());
                &begun[end..]
            }
            quote => &begun[string(begun, char::from(quote))..],
        };
    }
    comments
}

/// The length of a string that a text begins with.
fn string(text: &str, quote: char) -> usize {
    let three: String = [quote; 3].iter().collect();
    let end = if text.starts_with(&three) { three } else { quote.to_string() };
    let mut at = end.len();
    while !text[at..].starts_with(&end) {
        let next = text[at..].chars().next().expect("a string has an end");
        at += next.len_utf8();
        if next == '\\' && quote == '"' {
            at += text[at..].chars().next().map_or(0, char::len_utf8);
        }
    }
    at += end.len();
    // Up to two quotes may stand before the three that end it.
    if end.len() == 3 {
        at += text[at..].chars().take(2).take_while(|c| *c == quote).count();
    }
    at
}

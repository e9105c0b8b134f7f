//! The byte ranges of headers, keys and values in a TOML text.
//!
//! Reads the text with TOML's own parser and changes nothing. The text must be TOML.

use std::borrow::Cow;
use std::ops::Range;

use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, parse_document};
use toml_parser::{Raw, Source, Span};

use crate::model::key_path::{Key, Path};

/// A header and the entries below it. The first section of a text has no header.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub path: Path,
    /// True for an item of a list: `[[…]]`.
    pub is_item: bool,
    /// The header, from bracket to bracket.
    pub header: Range<usize>,
    pub entries: Vec<Assignment>,
}

/// A key with its value, in a section or an inline table.
#[derive(Debug)]
pub(crate) struct Assignment {
    /// The keys, several where they are dotted.
    pub path: Path,
    pub key: Range<usize>,
    pub value: ItemValue,
}

#[derive(Debug)]
pub(crate) struct ItemValue {
    pub range: Range<usize>,
    pub content: ItemContent,
}

#[derive(Debug)]
pub(crate) enum ItemContent {
    Scalar,
    List(Vec<ItemValue>),
    Table(Vec<Assignment>),
}

/// The sections of a text, in its order. At least one.
pub(crate) fn sections(text: &str) -> Vec<Section> {
    // The parser takes a byte-order mark as part of the first key.
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let source = Source::new(&text[skipped..]);
    let tokens: Vec<_> = source.lex().collect();
    let mut builder = Builder {
        source,
        skipped,
        sections: vec![Section::default()],
        keys: Vec::new(),
        range: None,
        open: Vec::new(),
    };
    let mut receive = |event: Event| builder.receive(event);
    parse_document(&tokens, &mut receive, &mut ());
    builder.sections
}

/// The comments of a text, in its order.
pub(crate) fn comments(text: &str) -> Vec<Range<usize>> {
    let source = Source::new(text);
    let tokens: Vec<_> = source.lex().collect();
    let mut comments = Vec::new();
    let mut receive = |event: Event| {
        if event.kind() == EventKind::Comment {
            comments.push(event.span().start()..event.span().end());
        }
    };
    parse_document(&tokens, &mut receive, &mut ());
    comments
}

struct Builder<'a> {
    source: Source<'a>,
    skipped: usize,
    sections: Vec<Section>,
    /// The keys read since the last header, value or entry, and their range.
    keys: Vec<Key>,
    range: Option<Range<usize>>,
    /// Values that are open, the outermost first.
    open: Vec<Open>,
}

/// A list or an inline table of which the end has not been read, with the key it belongs to.
struct Open {
    start: usize,
    key: Option<(Path, Range<usize>)>,
    content: ItemContent,
}

impl Builder<'_> {
    fn receive(&mut self, event: Event) {
        let range = event.span().start() + self.skipped..event.span().end() + self.skipped;
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                let is_item = event.kind() == EventKind::ArrayTableOpen;
                self.sections.push(Section { is_item, header: range, ..Section::default() });
            }
            EventKind::StdTableClose | EventKind::ArrayTableClose => {
                let path = Path(std::mem::take(&mut self.keys));
                self.range = None;
                let section = self.section();
                section.path = path;
                section.header.end = range.end;
            }
            EventKind::SimpleKey => {
                let key = self.key(event.span(), event.encoding());
                self.keys.push(key);
                let start = self.range.as_ref().map_or(range.start, |known| known.start);
                self.range = Some(start..range.end);
            }
            EventKind::ArrayOpen => self.open(range.start, ItemContent::List(Vec::new())),
            EventKind::InlineTableOpen => self.open(range.start, ItemContent::Table(Vec::new())),
            EventKind::ArrayClose | EventKind::InlineTableClose => {
                if let Some(Open { start, key, content }) = self.open.pop() {
                    self.add(key, ItemValue { range: start..range.end, content });
                }
            }
            EventKind::Scalar => {
                let key = self.take_key();
                self.add(key, ItemValue { range, content: ItemContent::Scalar });
            }
            _ => {}
        }
    }

    fn key(&self, span: Span, encoding: Option<Encoding>) -> Key {
        let mut key = Cow::Borrowed("");
        let written = &self.source.input()[span.start()..span.end()];
        Raw::new_unchecked(written, encoding, span).decode_key(&mut key, &mut ());
        Key::from(&*key)
    }

    fn section(&mut self) -> &mut Section {
        self.sections.last_mut().expect("the first is there from the beginning")
    }

    fn take_key(&mut self) -> Option<(Path, Range<usize>)> {
        let range = self.range.take()?;
        Some((Path(std::mem::take(&mut self.keys)), range))
    }

    fn open(&mut self, start: usize, content: ItemContent) {
        let key = self.take_key();
        self.open.push(Open { start, key, content });
    }

    fn add(&mut self, key: Option<(Path, Range<usize>)>, value: ItemValue) {
        let entries = match self.open.last_mut().map(|open| &mut open.content) {
            Some(ItemContent::List(items)) => return items.push(value),
            Some(ItemContent::Table(entries)) => entries,
            _ => &mut self.section().entries,
        };
        if let Some((path, key)) = key {
            entries.push(Assignment { path, key, value });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\u{feff}a = 1 # one\nb.\"c d\" = [ 1, [\"x\"],\n  { y = 2 } ]\r\n\n\
        # Two.\n[t.u] # here\n'k' . l = { m.n = '''\n]''', o = {} }\n[[w]]\n";

    fn shown(entries: &[Assignment]) -> Vec<(String, &str, &str)> {
        let shown = |entry: &Assignment| {
            (entry.path.to_string(), &TEXT[entry.key.clone()], &TEXT[entry.value.range.clone()])
        };
        entries.iter().map(shown).collect()
    }

    #[test]
    fn every_part_has_its_byte_range() {
        let sections = sections(TEXT);
        let headers: Vec<_> = sections
            .iter()
            .map(|section| (section.path.to_string(), &TEXT[section.header.clone()]))
            .collect();
        assert_eq!(
            headers,
            [(String::new(), ""), ("t.u".into(), "[t.u]"), ("w".into(), "[[w]]")]
                .map(|(path, header): (String, _)| (path, header))
        );
        assert!(sections[2].is_item && !sections[1].is_item);
        assert_eq!(
            shown(&sections[0].entries),
            [
                ("a".into(), "a", "1"),
                ("b.\"c d\"".into(), "b.\"c d\"", "[ 1, [\"x\"],\n  { y = 2 } ]")
            ]
        );
        let ItemContent::List(items) = &sections[0].entries[1].value.content else { panic!() };
        let items: Vec<&str> = items.iter().map(|item| &TEXT[item.range.clone()]).collect();
        assert_eq!(items, ["1", "[\"x\"]", "{ y = 2 }"]);
        let [entry] = sections[1].entries.as_slice() else { panic!() };
        assert_eq!(entry.path, Path::of(&["k", "l"]));
        let ItemContent::Table(inner) = &entry.value.content else { panic!() };
        assert_eq!(shown(inner), [("m.n".into(), "m.n", "'''\n]'''"), ("o".into(), "o", "{}")]);
    }
}

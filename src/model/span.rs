//! SourceText texts, and spans in them.
//!
//! Stores texts, but never reads files.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::printable;

/// A span of one of the texts that were read, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// A part of this place: `length` bytes, `offset` bytes after its start.
    pub fn part(self, offset: usize, length: usize) -> Span {
        let start = self.start + offset as u32;
        Span { start, end: start + length as u32, ..self }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// The texts that problems point into, by the name a person knows them by.
#[derive(Debug, Default)]
pub struct Sources(Vec<SourceText>);

#[derive(Debug)]
struct SourceText {
    name: String,
    text: String,
    /// Ranges that are never shown.
    concealed: Vec<Range<usize>>,
    /// The starts of its lines.
    lines: Vec<u32>,
}

impl Sources {
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let breaks = text.match_indices('\n').map(|(at, _)| at as u32 + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        self.0.push(SourceText { name: name.into(), text, lines, concealed: Vec::new() });
        FileId(self.0.len() as u32 - 1)
    }

    pub fn name(&self, file: FileId) -> &str {
        &self.0[file.0 as usize].name
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|source| source.name.as_str())
    }

    pub fn text(&self, file: FileId) -> &str {
        &self.0[file.0 as usize].text
    }

    /// Conceals the text at a place.
    pub fn conceal(&mut self, place: Span) {
        self.0[place.file.0 as usize].concealed.push(place.start as usize..place.end as usize);
    }

    /// The text for display, with an asterisk for each concealed byte.
    pub fn shown(&self, file: FileId) -> Cow<'_, str> {
        let SourceText { text, concealed, .. } = &self.0[file.0 as usize];
        if concealed.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut bytes = text.as_bytes().to_vec();
        for at in concealed.iter().cloned().flatten() {
            if !matches!(bytes[at], b'\n' | b'\r') {
                bytes[at] = b'*';
            }
        }
        Cow::Owned(String::from_utf8(bytes).expect("whole characters are concealed"))
    }

    /// The text a place covers.
    pub fn slice(&self, place: Span) -> &str {
        &self.text(place.file)[place.start as usize..place.end as usize]
    }

    /// Line and column of a place's start, both counted from 1, the column in characters.
    pub fn position(&self, place: Span) -> (usize, usize) {
        self.position_of(place.file, place.start)
    }

    /// Line and column of a place's end.
    pub fn end_position(&self, place: Span) -> (usize, usize) {
        self.position_of(place.file, place.end)
    }

    /// The place of some characters, by line and column from 1; held within the text.
    pub fn locate(&self, file: FileId, line: usize, column: usize, characters: usize) -> Span {
        let text = self.text(file);
        let line_start = self.0[file.0 as usize].lines.get(line.saturating_sub(1));
        let line_start = line_start.map_or(text.len(), |at| *at as usize);
        let skip = |from: usize, characters: usize| {
            let rest = &text[from..];
            rest.char_indices().nth(characters).map_or(text.len(), |(at, _)| from + at)
        };
        let start = skip(line_start, column.saturating_sub(1));
        Span { file, start: start as u32, end: skip(start, characters) as u32 }
    }

    /// `environments.toml:12:14`, as editors and terminals link it.
    pub fn show(&self, place: Span) -> String {
        let (line, column) = self.position(place);
        format!("{}:{line}:{column}", printable::line(self.name(place.file)))
    }

    fn position_of(&self, file: FileId, at: u32) -> (usize, usize) {
        let SourceText { text, lines, .. } = &self.0[file.0 as usize];
        let line = lines.partition_point(|start| *start <= at);
        let before = &text[lines[line - 1] as usize..at as usize];
        (line, before.chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_by_line_and_column_in_characters() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "ä = 1\nbö = 2\n");
        let place = sources.locate(file, 2, 6, 1);
        assert_eq!(sources.slice(place), "2");
        assert_eq!(sources.show(place), "a.toml:2:6");
        assert_eq!(sources.end_position(place), (2, 7));
        let first = sources.locate(file, 1, 1, 1);
        assert_eq!(sources.slice(first), "ä");
        let beyond = sources.locate(file, 9, 9, 9);
        assert_eq!(sources.slice(beyond), "");
    }

    #[test]
    fn what_is_concealed_is_not_shown() {
        let mut sources = Sources::default();
        let file = sources.add("a.toml", "ä = 1\nbö = 2\n");
        assert_eq!(sources.shown(file), "ä = 1\nbö = 2\n");
        sources.conceal(sources.locate(file, 1, 1, 8));
        assert_eq!(sources.shown(file), "******\n*** = 2\n");
    }
}

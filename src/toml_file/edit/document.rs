//! A parsed text: its sections, the positions for new tables, and the text with changes applied.
//!
//! Each kind of change has its own file. None of them checks the meaning of the changed text:
//! `edit` parses each result again.

use std::ops::Range;

use super::lines::DocumentLines;
use super::outline::{self, Assignment, ItemContent, Section};
use crate::model::key_path::{Key, Path};

/// The position for a new table, relative to tables whose headers begin with a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InsertAt {
    Before(Path),
    After(Path),
}

/// A range of a text, and its replacement.
pub(crate) type Splice = (Range<usize>, String);

/// A parsed text to which one change can be applied.
pub(crate) struct Document<'a> {
    pub text: &'a str,
    pub sections: Vec<Section>,
}

impl<'a> Document<'a> {
    pub(crate) fn of(text: &'a str) -> Document<'a> {
        Document { text, sections: outline::sections(text) }
    }

    pub(crate) fn lines(&self) -> DocumentLines<'_> {
        DocumentLines { text: self.text, sections: &self.sections }
    }

    /// Sections that contain settings, with their indices: not the items of lists.
    pub(crate) fn tables(&self) -> impl DoubleEndedIterator<Item = (usize, &Section)> + Clone {
        let items: Vec<&Path> =
            self.sections.iter().filter(|it| it.is_item).map(|it| &it.path).collect();
        let is_table = move |section: &Section| !items.iter().any(|it| begins(&section.path, it));
        self.sections.iter().enumerate().filter(move |(_, section)| is_table(section))
    }

    /// The text of the value at a path, where it is written as one.
    pub(crate) fn value(&self, path: &Path) -> Option<&'a str> {
        self.entry(path).map(|entry| &self.text[entry.value.range.clone()])
    }

    pub(crate) fn entry(&self, path: &Path) -> Option<&Assignment> {
        self.tables().find_map(|(_, section)| {
            let rest = path.0.strip_prefix(section.path.0.as_slice())?;
            find(&section.entries, rest)
        })
    }

    /// DocumentLines that make a table, at the first place there is, or else at the end.
    pub(crate) fn new_section<'n>(
        &self,
        text: &str,
        near: impl Iterator<Item = &'n InsertAt>,
    ) -> Splice {
        for near in near {
            let position = match near {
                InsertAt::Before(path) => {
                    self.tables().find(|(_, it)| begins(&it.path, path)).map(|it| (it.0, true))
                }
                InsertAt::After(path) => {
                    self.tables().rfind(|(_, it)| begins(&it.path, path)).map(|it| (it.0, false))
                }
            };
            match position {
                Some((index, true)) => return self.section_before(index, text),
                Some((index, false)) => return self.section_after(index, text),
                None => {}
            }
        }
        self.section_after(self.sections.len() - 1, text)
    }

    pub(crate) fn section_before(&self, index: usize, text: &str) -> Splice {
        let start = self.lines().section(index).start;
        (start..start, format!("{text}\n"))
    }

    pub(crate) fn section_after(&self, index: usize, text: &str) -> Splice {
        let end = self.lines().section(index).end;
        let text = match self.text[..end].trim_start_matches('\u{feff}') {
            "" => text.to_owned(),
            above if above.ends_with('\n') => format!("\n{text}"),
            // The last line of the text has no end: neither has the new one.
            _ => format!("\n\n{}", text.trim_end()),
        };
        (end..end, text)
    }

    /// The text with its changes, new lines ending as the others do.
    pub(crate) fn spliced(&self, mut splices: Vec<Splice>) -> String {
        splices.sort_by_key(|(range, _)| (range.start, range.end));
        let line_end = self.lines().line_end();
        let mut text = String::with_capacity(self.text.len() + 256);
        let mut done = 0;
        for (range, new) in splices {
            text.push_str(&self.text[done..range.start.max(done)]);
            match line_end {
                "\n" => text.push_str(&new),
                // What was copied from the text has its line ends already.
                _ => text.push_str(&new.replace("\r\n", "\n").replace('\n', line_end)),
            }
            done = done.max(range.end);
        }
        text.push_str(&self.text[done..]);
        text
    }
}

/// A side of a neighbouring table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InsertSide {
    Before,
    After,
}

pub(crate) fn begins(path: &Path, with: &Path) -> bool {
    path.0.starts_with(&with.0)
}

pub(crate) fn joined(above: &Path, below: &Path) -> Path {
    Path(above.0.iter().chain(&below.0).cloned().collect())
}

fn find<'e>(entries: &'e [Assignment], path: &[Key]) -> Option<&'e Assignment> {
    entries.iter().find_map(|entry| {
        let rest = path.strip_prefix(entry.path.0.as_slice())?;
        match &entry.value.content {
            _ if rest.is_empty() => Some(entry),
            ItemContent::Table(inner) => find(inner, rest),
            _ => None,
        }
    })
}

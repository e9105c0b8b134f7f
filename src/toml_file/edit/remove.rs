//! Keys and tables taken out, with the lines that were theirs alone.

use std::ops::Range;

use super::document::{Document, Splice, begins};
use super::outline::{self, Assignment, ItemContent, ItemValue};
use crate::model::key_path::{Key, Path};

impl Document<'_> {
    /// The text without the value at a path, or `None` if there is none.
    pub(crate) fn remove(&self, path: &Path) -> Option<String> {
        let mut splices = Vec::new();
        for (index, section) in self.tables() {
            if begins(&section.path, path) {
                splices.push(self.section_gone(index));
            } else if let Some(rest) = path.0.strip_prefix(section.path.0.as_slice()) {
                splices.extend(self.entries_gone(&section.entries, rest));
                let all = !section.entries.is_empty()
                    && section.entries.iter().all(|it| it.path.0.starts_with(rest));
                // A table that was there for this key alone goes with it.
                if all && section.path.0.len() > 2 && !self.has_comment(index) {
                    splices.retain(|(range, _)| {
                        let gone = self.lines().section(index);
                        !(gone.start <= range.start && range.end <= gone.end)
                    });
                    splices.push(self.section_gone(index));
                }
            }
        }
        let is_there = !splices.is_empty();
        is_there.then(|| self.with_same_end(self.spliced(splices)))
    }

    /// Removes the last line end if the text before the change had none.
    fn with_same_end(&self, mut after: String) -> String {
        if !self.text.ends_with('\n') && after.ends_with('\n') {
            after.truncate(after.len() - if after.ends_with("\r\n") { 2 } else { 1 });
        }
        after
    }

    /// Returns true if there are comments in a section or directly around it.
    fn has_comment(&self, index: usize) -> bool {
        !outline::comments(&self.text[self.lines().section(index)]).is_empty()
    }

    fn section_gone(&self, index: usize) -> Splice {
        let lines = self.lines();
        let Range { start, end } = lines.section(index);
        let blank = lines.blank(start, end);
        (start.min(blank.start)..end.max(blank.end), String::new())
    }

    /// The entries of a section at or below a path.
    fn entries_gone(&self, entries: &[Assignment], path: &[Key]) -> Vec<Splice> {
        let lines = self.lines();
        let gone = |entry: &Assignment| {
            let line = lines.start(entry.key.start)..lines.end(entry.value.range.end);
            if entry.path.0.starts_with(path) {
                return Some((line, String::new()));
            }
            let rest = path.strip_prefix(entry.path.0.as_slice())?;
            match self.out_of_inline_table(&entry.value, rest)? {
                Inline::Without(splices) => splices,
                Inline::Empty => (line, String::new()),
            }
            .into()
        };
        entries.iter().filter_map(gone).collect()
    }

    fn out_of_inline_table(&self, table: &ItemValue, path: &[Key]) -> Option<Inline> {
        let ItemContent::Table(entries) = &table.content else { return None };
        let index = entries
            .iter()
            .position(|entry| entry.path.0.starts_with(path) || path.starts_with(&entry.path.0))?;
        let entry = &entries[index];
        if !entry.path.0.starts_with(path) {
            let rest = &path[entry.path.0.len()..];
            match self.out_of_inline_table(&entry.value, rest)? {
                Inline::Empty => {}
                without => return Some(without),
            }
        }
        let value = &entry.value.range;
        let range = match (index.checked_sub(1).map(|it| &entries[it]), entries.get(index + 1)) {
            (_, Some(next)) => entry.key.start..next.key.start,
            (Some(previous), None) => previous.value.range.end..value.end,
            (None, None) => return Some(Inline::Empty),
        };
        Some(Inline::Without((range, String::new())))
    }
}

/// The rest of an inline table after a removal.
enum Inline {
    Without(Splice),
    Empty,
}

//! A value put in place: where there is one already, or where a person would have written it.

use super::document::{Document, InsertAt, Splice, begins, joined};
use super::outline::{Assignment, ItemContent, Section};
use crate::model::key_path::Path;

impl Document<'_> {
    /// The text with a value at a path. A table that must be made for it has a header of `home`
    /// keys, and goes where `near` says first.
    pub(crate) fn assign(
        &self,
        path: &Path,
        value: &str,
        home: usize,
        near: &[InsertAt],
    ) -> Result<String, String> {
        if let Some(entry) = self.entry(path) {
            return Ok(self.spliced(vec![(entry.value.range.clone(), value.to_owned())]));
        }
        if let Some(splice) = self.in_inline_table(path, value)? {
            return Ok(self.spliced(vec![splice]));
        }
        // The longest part of the path that a header names, itself or with a longer one.
        let named = |length: &usize| {
            let part = Path(path.0[..*length].to_vec());
            self.tables().any(|(_, section)| begins(&section.path, &part))
        };
        let length = (home..path.0.len()).rev().find(named);
        let own =
            |length: usize| self.tables().find(|(_, section)| section.path.0 == path.0[..length]);
        let dotted = || {
            let part = Path(path.0[..home].to_vec());
            self.tables().find(|(_, section)| {
                let inside =
                    |entry: &Assignment| begins(&joined(&section.path, &entry.path), &part);
                section.entries.iter().any(inside)
            })
        };
        let section = match length {
            Some(length) => own(length),
            None => dotted(),
        };
        let splice = match section {
            Some((index, section)) => {
                self.entry_in(index, &Path(path.0[section.path.0.len()..].to_vec()), value)
            }
            None => {
                let length = length.unwrap_or(home);
                let header = Path(path.0[..length].to_vec());
                let rest = Path(path.0[length..].to_vec());
                let lines = format!("[{header}]\n{rest} = {value}\n");
                let before = [InsertAt::Before(header)];
                self.new_section(&lines, before.iter().chain(near))
            }
        };
        Ok(self.spliced(vec![splice]))
    }

    /// Puts a value into the inline table in which its path ends, if it does.
    fn in_inline_table(&self, path: &Path, value: &str) -> Result<Option<Splice>, String> {
        for (_, section) in self.tables() {
            let Some(rest) = path.0.strip_prefix(section.path.0.as_slice()) else { continue };
            let (mut entries, mut rest) = (&section.entries, rest);
            let mut table = None;
            while let Some(entry) = entries.iter().find(|it| rest.starts_with(&it.path.0)) {
                let ItemContent::Table(inner) = &entry.value.content else {
                    let above = Path(path.0[..path.0.len() - rest.len()].to_vec());
                    return Err(format!(
                        "`{}` is not a table, so it cannot contain keys",
                        joined(&above, &entry.path)
                    ));
                };
                rest = &rest[entry.path.0.len()..];
                entries = inner;
                table = Some(&entry.value);
            }
            let Some(table) = table else { continue };
            let key = Path(rest.to_vec());
            return Ok(Some(match entries.last() {
                Some(last) => {
                    let end = last.value.range.end;
                    (end..end, format!(", {key} = {value}"))
                }
                None => (table.range.clone(), format!("{{ {key} = {value} }}")),
            }));
        }
        Ok(None)
    }

    /// A line in a section: below the keys it is related to, or below the last one.
    fn entry_in(&self, index: usize, key: &Path, value: &str) -> Splice {
        let lines = self.lines();
        let section = &self.sections[index];
        let related = |entry: &&Assignment| entry.path.0.first() == key.0.first();
        let above = section.entries.iter().rfind(related).or(section.entries.last());
        let Some(above) = above else {
            let position = lines.end(section.header.end);
            return (position..position, self.whole_line(position, &format!("{key} = {value}")));
        };
        let start = lines.start(above.key.start);
        let indent = &self.text[start..above.key.start];
        let width = self.aligned(section, above).unwrap_or(0);
        let position = lines.end(above.value.range.end);
        let key = key.to_string();
        let line = self.whole_line(position, &format!("{indent}{key:<width$} = {value}"));
        (position..position, line)
    }

    /// The column of the values, if an entry and its neighbours align theirs.
    fn aligned(&self, section: &Section, entry: &Assignment) -> Option<usize> {
        let lines = self.lines();
        let width = |entry: &Assignment| {
            let equals = self.text[entry.key.end..entry.value.range.start].find('=')?;
            let key = &self.text[entry.key.start..entry.key.end];
            Some(key.chars().count() + equals.checked_sub(1)?)
        };
        let at = section.entries.iter().position(|it| it.key == entry.key)?;
        let adjacent = |pair: &[Assignment]| {
            lines.end(pair[0].value.range.end) == lines.start(pair[1].key.start)
        };
        let above = section.entries[..=at].windows(2).rev().take_while(|it| adjacent(it)).count();
        let below = section.entries[at..].windows(2).take_while(|it| adjacent(it)).count();
        let block = &section.entries[at - above..=at + below];
        let wide = width(entry)?;
        let agree = block.len() > 1 && block.iter().all(|entry| width(entry) == Some(wide));
        agree.then_some(wide)
    }

    /// A new line for a position at which a line begins or the text ends.
    fn whole_line(&self, position: usize, line: &str) -> String {
        if position > 0 && !self.text[..position].ends_with('\n') {
            format!("\n{line}")
        } else {
            format!("{line}\n")
        }
    }
}

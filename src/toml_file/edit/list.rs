//! Strings put into a list and taken out of it, in the layout that the list has.

use std::ops::Range;

use super::document::{Document, InsertSide, Splice};
use super::outline::{ItemContent, ItemValue};
use super::value::{read_string, written_value};
use crate::model::key_path::Path;

impl Document<'_> {
    /// The text with another item in the list at a path: beside an item with that text, or, where
    /// none is named or found, at the end.
    pub(crate) fn insert_item(
        &self,
        path: &Path,
        item: &str,
        beside: Option<(&str, InsertSide)>,
    ) -> Option<String> {
        let item = written_value(item);
        let entry = self.entry(path)?;
        let ItemContent::List(items) = &entry.value.content else { return None };
        let found = beside.and_then(|(text, side)| Some((self.position(items, text)?, side)));
        let (items, index) = match found {
            Some(((items, index), InsertSide::Before)) => (items, index),
            Some(((items, index), InsertSide::After)) => (items, index + 1),
            None => (items.as_slice(), items.len()),
        };
        let splice = match (items.get(index), items.last()) {
            (Some(next), _) => {
                let start = next.range.start;
                let line = self.lines().start(start);
                let gap = match self.text[line..start].trim().is_empty() {
                    true => format!(",\n{}", &self.text[line..start]),
                    false => ", ".to_owned(),
                };
                vec![(start..start, format!("{item}{gap}"))]
            }
            (None, Some(last)) => self.item_at_end(&entry.value, last, &item),
            (None, None) => vec![(entry.value.range.clone(), format!("[{item}]"))],
        };
        Some(self.spliced(splice))
    }

    /// An item after the last one of a list; on a line of its own if the last one has one.
    fn item_at_end(&self, list: &ItemValue, last: &ItemValue, item: &str) -> Vec<Splice> {
        let lines = self.lines();
        let (line, end) = (lines.start(last.range.start), last.range.end);
        let indent = &self.text[line..last.range.start];
        let below = lines.end(end);
        let has_own_line = indent.trim().is_empty() && list.range.start < line;
        if !has_own_line || list.range.end < below {
            return vec![(end..end, format!(", {item}"))];
        }
        let comma = self.text[end..list.range.end].trim_start().starts_with(',');
        let (added, comma) = if comma { ("", ",") } else { (",", "") };
        vec![(end..end, added.to_owned()), (below..below, format!("{indent}{item}{comma}\n"))]
    }

    /// The list, itself or one in it, that holds a string, and where in it.
    fn position<'v>(&self, items: &'v [ItemValue], text: &str) -> Option<(&'v [ItemValue], usize)> {
        let is_it = |item: &ItemValue| {
            read_string(&self.text[item.range.clone()]).is_some_and(|it| it == text)
        };
        if let Some(index) = items.iter().position(is_it) {
            return Some((items, index));
        }
        items.iter().find_map(|item| match &item.content {
            ItemContent::List(inner) => self.position(inner, text),
            _ => None,
        })
    }

    /// The text without an item of the list at a path; `None` where it has none of that text.
    pub(crate) fn remove_item(&self, path: &Path, item: &str) -> Option<String> {
        let entry = self.entry(path)?;
        let ItemContent::List(items) = &entry.value.content else { return None };
        let (inner, index) = self.position(items, item)?;
        // A step that held this item alone goes with it.
        let whole =
            |step: &ItemValue| matches!(&step.content, ItemContent::List(it) if it.len() == 1);
        let step = items.iter().position(|step| whole(step) && contains(step, &inner[index]));
        let (items, index) = step.map_or((inner, index), |step| (items.as_slice(), step));
        let lines = self.lines();
        let Range { start, end } = items[index].range.clone();
        let (line, below) = (lines.start(start), lines.end(end));
        let rest = self.text[end..below].trim_start();
        let rest = rest.strip_prefix(',').unwrap_or(rest).trim();
        let alone = self.text[line..start].trim().is_empty() && rest.is_empty();
        let splices = match (index.checked_sub(1).map(|it| &items[it]), items.get(index + 1)) {
            (_, Some(next)) if !alone => vec![(start..next.range.start, String::new())],
            (Some(previous), None) if !alone => vec![(previous.range.end..end, String::new())],
            (Some(previous), None) if !self.text[end..below].contains(',') => {
                let comma = previous.range.end..previous.range.end + 1;
                let has_comma = self.text[comma.clone()] == *",";
                let comma = if has_comma { comma } else { comma.start..comma.start };
                vec![(comma, String::new()), (line..below, String::new())]
            }
            (None, None) if !alone => vec![(start..end, String::new())],
            _ => vec![(line..below, String::new())],
        };
        Some(self.spliced(splices))
    }
}

fn contains(outer: &ItemValue, inner: &ItemValue) -> bool {
    outer.range.start <= inner.range.start && inner.range.end <= outer.range.end
}

//! What the templates of a chart read of its values.
//!
//! Walks the templates of a chart and of those below it as Helm's engine would, without values: an
//! expression is the set of things that it may be, and all branches are taken. A value that reaches
//! something whose reading is not known, such as `toYaml`, is read with all that is below it. All is
//! walked again and again until nothing new comes up.

mod calls;
mod expressions;
mod frame;
mod lookups;
mod marks;
mod store;
mod templates;
#[cfg(test)]
mod tests;
mod texts;
mod things;
mod uses;
mod walk;

use std::collections::BTreeMap;

use serde_json::Value as Json;

use walk::Interpreter;

/// What templates read at a path of the values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ValueReads {
    /// True if any key below is read.
    pub is_whole: bool,
    pub entries: BTreeMap<String, ValueReads>,
    /// What is read of every entry, whatever its name.
    pub each: Option<Box<ValueReads>>,
    /// What is read of an entry whose name is a text among the values.
    pub named: Option<Box<ValueReads>>,
}

impl ValueReads {
    /// Returns true if a key is read.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        let Some((first, rest)) = keys.split_first() else { return true };
        let below = [self.entries.get(*first), self.each.as_deref(), self.named.as_deref()];
        self.is_whole || below.into_iter().flatten().any(|it| it.has(rest))
    }
}

/// A chart of a release. Charts above come before those below.
pub(super) struct ChartPart<'c> {
    /// The position of the chart above, and the key of this one's values in those of that chart.
    pub key: Option<(u32, &'c str)>,
    /// Its files, by path.
    pub files: &'c [(String, Vec<u8>)],
    /// True if Helm renders none of its files.
    pub is_library: bool,
    /// True if values may switch it off.
    pub is_optional: bool,
}

impl ChartPart<'_> {
    fn text(&self, file: usize) -> Option<&str> {
        self.files.get(file).and_then(|(_, bytes)| std::str::from_utf8(bytes).ok())
    }
}

/// The most things that are looked at, several times as many as in the largest public charts.
const MOST_STEPS: usize = 10_000_000;

/// What the templates of the charts of a release read. The release is not complete if a chart is not
/// at hand.
pub(super) fn reads(parts: &[ChartPart<'_>], defaults: &Json, is_complete: bool) -> ValueReads {
    interpreter(parts, defaults, is_complete, MOST_STEPS).reads()
}

/// The interpreter of a release, before its first step.
fn interpreter<'c>(
    parts: &'c [ChartPart<'c>],
    defaults: &'c Json,
    is_complete: bool,
    most_steps: usize,
) -> Interpreter<'c> {
    let mut interpreter = Interpreter::new(parts, defaults, most_steps);
    interpreter.is_complete = is_complete;
    for (chart, path, bytes) in templates_in_order(parts) {
        interpreter.add_file(chart, path, std::str::from_utf8(bytes).unwrap_or_default());
    }
    interpreter.add_texts_in(defaults, &Vec::new());
    interpreter
}

/// The files of templates. Of definitions with the same name, Helm takes that of the first one here:
/// the one with the fewest folders around it.
fn templates_in_order<'c>(parts: &'c [ChartPart<'c>]) -> Vec<(u32, &'c str, &'c [u8])> {
    let mut folders: Vec<String> = Vec::new();
    let mut files = Vec::new();
    for (chart, part) in parts.iter().enumerate() {
        let above =
            part.key.map(|(above, key)| format!("{}charts/{key}/", folders[above as usize]));
        let folder = above.unwrap_or_default();
        for (path, bytes) in part.files.iter().filter(|(path, _)| path.starts_with("templates/")) {
            let whole = format!("{folder}{path}");
            let depth = whole.matches('/').count();
            files.push((depth, whole, chart as u32, path.as_str(), bytes.as_slice()));
        }
        folders.push(folder);
    }
    files.sort();
    files.into_iter().map(|(_, _, chart, path, bytes)| (chart, path, bytes)).collect()
}

/// What some texts read if the charts of a release render them.
pub(super) fn reads_of_texts(parts: &[ChartPart<'_>], texts: &[&str]) -> ValueReads {
    let mut interpreter = Interpreter::new(parts, &Json::Null, MOST_STEPS);
    interpreter.is_complete = false;
    for text in texts {
        interpreter.add_text_for_all(text);
    }
    interpreter.reads()
}

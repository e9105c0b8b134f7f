//! What the templates of a chart read of its values.
//!
//! Walks the templates of a chart and of those below it as Helm's engine would, without values: an
//! expression is the set of things that it may be, and all branches are taken. A value that reaches
//! something whose reading is not known, such as `toYaml`, is read with all that is below it. Each
//! template is walked once for all of its callers, again and again until nothing new comes up.

mod calls;
mod store;
#[cfg(test)]
mod tests;
mod texts;
mod things;
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
}

impl ValueReads {
    /// Returns true if a key is read.
    pub(super) fn has(&self, keys: &[&str]) -> bool {
        let Some((first, rest)) = keys.split_first() else { return true };
        let below = [self.entries.get(*first), self.each.as_deref()];
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
}

impl ChartPart<'_> {
    fn text(&self, file: usize) -> Option<&str> {
        self.files.get(file).and_then(|(_, bytes)| std::str::from_utf8(bytes).ok())
    }
}

/// What the templates of the charts of a release read.
pub(super) fn reads(parts: &[ChartPart<'_>], defaults: &Json) -> ValueReads {
    let mut interpreter = Interpreter::new(parts, defaults);
    for (chart, part) in parts.iter().enumerate() {
        for (path, bytes) in part.files.iter().filter(|(path, _)| path.starts_with("templates/")) {
            let text = std::str::from_utf8(bytes).unwrap_or_default();
            interpreter.add_file(chart as u32, path, text, part.is_library);
        }
    }
    interpreter.add_texts_in(defaults, &Vec::new());
    interpreter.reads()
}

/// What some texts read if the charts of a release render them.
pub(super) fn reads_of_texts(parts: &[ChartPart<'_>], texts: &[&str]) -> ValueReads {
    let mut interpreter = Interpreter::new(parts, &Json::Null);
    for text in texts {
        interpreter.add_text_for_all(text);
    }
    interpreter.reads()
}

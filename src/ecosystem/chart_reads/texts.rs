//! Texts that templates put together, take apart, or render as templates.

use serde_json::Value as Json;

use super::things::{GAP, Thing, Things};
use super::walk::{Argument, Interpreter, Place};

/// The most texts that an expression may be. A name that could be more is not known.
const MOST_TEXTS: usize = 64;

impl Interpreter<'_> {
    /// What a function that works on texts returns.
    pub(super) fn text(&mut self, name: &str, place: Place, arguments: &[Argument]) -> Things {
        arguments.iter().for_each(|argument| self.store.print(&argument.things));
        let is_file = |it: &Argument| it.things.contains(Thing::Template);
        match (name, arguments) {
            ("splitList", [separator, text]) => self.split(place, separator, text),
            _ if arguments.iter().any(is_file) => Things::of(Thing::Template),
            ("printf", [format, rest @ ..]) => self.formatted(format, rest),
            _ => self.put_together(&vec!["\0"; arguments.len()].concat(), arguments),
        }
    }

    /// The texts that a format makes.
    fn formatted(&mut self, format: &Argument, arguments: &[Argument]) -> Things {
        let mut found = Things::default();
        for format in format.things.iter() {
            match format {
                Thing::Text(word) => {
                    let format = with_gaps(&self.store.words.text(word));
                    found.join(&self.put_together(&format, arguments));
                }
                _ => _ = found.add(Thing::Other),
            }
        }
        found
    }

    /// Fills the gaps of a text with arguments, where they are known.
    fn put_together(&mut self, format: &str, arguments: &[Argument]) -> Things {
        let mut parts = format.split(GAP);
        let mut texts = vec![parts.next().unwrap_or_default().to_owned()];
        let mut arguments = arguments.iter();
        for part in parts {
            let fillings = self.fillings(arguments.next());
            if texts.len() * fillings.len() > MOST_TEXTS {
                return Things::of(Thing::Other);
            }
            let filled = texts.iter().flat_map(|text| {
                fillings.iter().map(move |filling| format!("{text}{filling}{part}"))
            });
            texts = filled.collect();
        }
        texts.iter().map(|text| Thing::Text(self.store.words.word(text))).collect()
    }

    /// The texts that an argument may be.
    fn fillings(&self, argument: Option<&Argument>) -> Vec<String> {
        let gap = || GAP.to_string();
        let Some(argument) = argument else { return vec![gap()] };
        let text = |thing| match thing {
            Thing::Text(word) => self.store.words.text(word).to_string(),
            _ => gap(),
        };
        let mut texts: Vec<String> = argument.things.iter().map(text).collect();
        texts.sort();
        texts.dedup();
        texts
    }

    fn split(&mut self, place: Place, separator: &Argument, text: &Argument) -> Things {
        let mut parts = Things::default();
        for text in text.things.iter() {
            match (separator.things.iter().next(), text) {
                (Some(Thing::Text(separator)), Thing::Text(text)) => {
                    let (separator, text) =
                        (self.store.words.text(separator), self.store.words.text(text));
                    for part in text.split(&*separator).filter(|part| !part.contains(GAP)) {
                        parts.add(Thing::Text(self.store.words.word(part)));
                    }
                    if text.contains(GAP) {
                        parts.add(Thing::Other);
                    }
                }
                _ => _ = parts.add(Thing::Other),
            }
        }
        self.made_list(place, &parts)
    }

    /// Renders what a value may be: texts, the defaults below a path, and files of the chart.
    pub(super) fn render_value(&mut self, value: &Things, dot: &Things) {
        self.store.whole(value);
        for thing in value.iter() {
            match thing {
                Thing::Text(word) => self.render(&self.store.words.text(word), dot),
                Thing::Value(node) => {
                    if let Some(default) = self.store.default(node) {
                        self.render_default(default, dot);
                    }
                }
                Thing::File(chart, file) => self.render_file(chart, file as usize, dot),
                Thing::AnyFile(chart) => {
                    let files = 0..self.parts[chart as usize].files.len();
                    files.for_each(|file| self.render_file(chart, file, dot));
                }
                _ => {}
            }
        }
    }

    fn render_default(&mut self, value: &Json, dot: &Things) {
        match value {
            Json::String(text) => self.render(text, dot),
            Json::Array(items) => items.iter().for_each(|item| self.render_default(item, dot)),
            Json::Object(table) => {
                table.values().for_each(|inner| self.render_default(inner, dot));
            }
            _ => {}
        }
    }

    fn render_file(&mut self, chart: u32, file: usize, dot: &Things) {
        let parts = self.parts;
        let part = &parts[chart as usize];
        let path = part.files.get(file).map_or("", |(path, _)| path);
        // Helm gives a chart neither its templates nor the charts below it as files.
        let is_own = !["templates/", "charts/"].iter().any(|folder| path.starts_with(folder));
        if let Some(text) = part.text(file).filter(|_| is_own) {
            self.render(text, dot);
        }
    }
}

/// A format with a gap for each of its verbs.
fn with_gaps(format: &str) -> String {
    let mut text = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('%') {
        text.push_str(before);
        let end = after.find(|c: char| c.is_alphabetic() || c == '%').unwrap_or(after.len());
        match after[end..].chars().next() {
            Some('%') => text.push('%'),
            _ => text.push(GAP),
        }
        rest = after.get(end + 1..).unwrap_or_default();
    }
    text + rest
}

//! Texts that templates put together, take apart, or render as templates.

use serde_json::Value as Json;

use super::expressions::Argument;
use super::frame::Place;
use super::things::{GAP, Thing, Things};
use super::walk::Interpreter;

/// The most texts that an expression may be. A name that could be more is not known.
const MOST_TEXTS: usize = 64;

/// The most parts of a text that may be unknown. A template that passes a longer text to itself each
/// time would never end.
const MOST_GAPS: usize = 4;

impl Interpreter<'_> {
    /// What a function that works on texts returns.
    pub(super) fn text(&mut self, name: &str, place: Place, arguments: &[Argument]) -> Things {
        for (nth, argument) in arguments.iter().enumerate() {
            self.store.print(place, nth, &argument.things);
        }
        match (name, arguments) {
            ("splitList", [separator, text]) => self.split(place, separator, text),
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
        let has_few = |text: &str| text.matches(GAP).count() <= MOST_GAPS;
        let thing = |text: &String| match has_few(text) {
            true => Thing::Text(self.store.words.word(text)),
            false => Thing::Other,
        };
        texts.iter().map(thing).collect()
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

    /// The parts of a text. Those of one that is known are in their order.
    fn split(&mut self, place: Place, separator: &Argument, text: &Argument) -> Things {
        let texts: Vec<Thing> = text.things.iter().collect();
        let separator = separator.things.iter().next();
        let known: Vec<Vec<Thing>> =
            texts.iter().map(|text| self.parts_of(separator, *text)).collect();
        match &known[..] {
            [parts] if !parts.contains(&Thing::Other) => {
                let parts: Vec<Things> = parts.iter().map(|part| Things::of(*part)).collect();
                self.list_of(place, parts.iter())
            }
            _ => self.made_list(place, &known.into_iter().flatten().collect()),
        }
    }

    fn parts_of(&mut self, separator: Option<Thing>, text: Thing) -> Vec<Thing> {
        let (Some(Thing::Text(separator)), Thing::Text(text)) = (separator, text) else {
            return vec![Thing::Other];
        };
        let (separator, text) = (self.store.words.text(separator), self.store.words.text(text));
        let parts = text.split(&*separator).map(|part| match part.contains(GAP) {
            true => Thing::Other,
            false => Thing::Text(self.store.words.word(part)),
        });
        parts.collect()
    }

    /// Renders what a value may be: texts, the defaults below a path, and files of the chart.
    pub(super) fn render_value(&mut self, value: &Things, dot: &Things, user: u32) {
        self.store.whole(value);
        for thing in value.iter() {
            match thing {
                Thing::Text(word) => self.render(&self.store.words.text(word), dot, user),
                Thing::Value(node) => {
                    if let Some(default) = self.store.default(node) {
                        self.render_default(default, dot, user);
                    }
                }
                Thing::File(chart, file) => self.render_file(chart, file as usize, dot, user),
                Thing::AnyFile(chart) => {
                    let files = 0..self.parts[chart as usize].files.len();
                    files.for_each(|file| self.render_file(chart, file, dot, user));
                }
                _ => {}
            }
        }
    }

    fn render_default(&mut self, value: &Json, dot: &Things, user: u32) {
        match value {
            Json::String(text) => self.render(text, dot, user),
            Json::Array(items) => {
                items.iter().for_each(|item| self.render_default(item, dot, user));
            }
            Json::Object(table) => {
                table.values().for_each(|inner| self.render_default(inner, dot, user));
            }
            _ => {}
        }
    }

    /// Renders a text as a template.
    fn render(&mut self, text: &str, dot: &Things, user: u32) {
        if let Some(template) = self.templates.add_rendered(text, &mut self.store.words) {
            self.pass(template, dot, Some(user));
        }
    }

    fn render_file(&mut self, chart: u32, file: usize, dot: &Things, user: u32) {
        let parts = self.parts;
        let part = &parts[chart as usize];
        let path = part.files.get(file).map_or("", |(path, _)| path);
        // Helm gives a chart neither its templates nor the charts below it as files.
        let is_own = !["templates/", "charts/"].iter().any(|folder| path.starts_with(folder));
        if let Some(text) = part.text(file).filter(|_| is_own) {
            self.render(text, dot, user);
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

//! What an expression of a template may be: a set of things, each one number.

use std::collections::BTreeMap;
use std::rc::Rc;

/// A text that a template names, such as a key.
pub(super) type TextId = u32;

/// One thing that an expression may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// The value at a path below `.Values`.
    Value(u32),
    /// A table or a list that the templates make.
    Record(u32),
    /// What Helm gives to the templates of a chart: `.Values`, `.Files` and so on.
    Chart(u32),
    /// `.Subcharts` of a chart.
    Below(u32),
    /// `.Files` of a chart, or a function of it.
    Files(u32),
    /// The text of a file of a chart, by its position in the folder.
    File(u32, u32),
    /// The text of any file of a chart.
    AnyFile(u32),
    /// A known text. It may hold a `GAP`.
    Text(TextId),
    /// `.Template` of a chart.
    Template(u32),
    /// Something that no value went into, such as a number, or a text that is not known.
    Other,
}

/// A part of a text that is not known.
pub(super) const GAP: char = '\0';

/// The things that an expression may be, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Things(Vec<Thing>);

impl Things {
    pub(super) fn of(thing: Thing) -> Things {
        Things(vec![thing])
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Thing> {
        self.0.iter().copied()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn contains(&self, thing: Thing) -> bool {
        self.0.binary_search(&thing).is_ok()
    }

    /// Adds a thing, and returns true if it is new.
    pub(super) fn add(&mut self, thing: Thing) -> bool {
        let place = self.0.binary_search(&thing);
        place.is_err_and(|place| {
            self.0.insert(place, thing);
            true
        })
    }

    /// Adds the things of another set, and returns true if one is new.
    pub(super) fn join(&mut self, other: &Things) -> bool {
        let before = self.0.len();
        let new = other.0.iter().filter(|thing| self.0.binary_search(thing).is_err());
        let new: Vec<Thing> = new.copied().collect();
        self.0.extend(new);
        if self.0.len() > before {
            self.0.sort_unstable();
        }
        self.0.len() > before
    }

    pub(super) fn with(mut self, thing: Thing) -> Things {
        self.add(thing);
        self
    }

    /// The things, with texts that are not told apart.
    pub(super) fn without_texts(self) -> Things {
        let is_text = |thing| matches!(thing, Thing::Text(_));
        let has_texts = self.0.iter().copied().any(is_text);
        let others = self.without(is_text);
        if has_texts { others.with(Thing::Other) } else { others }
    }

    pub(super) fn without(mut self, is_out: impl Fn(Thing) -> bool) -> Things {
        self.0.retain(|thing| !is_out(*thing));
        self
    }
}

impl FromIterator<Thing> for Things {
    fn from_iter<I: IntoIterator<Item = Thing>>(things: I) -> Things {
        let mut sorted: Vec<Thing> = things.into_iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        Things(sorted)
    }
}

/// The texts that the templates of a release name, each once.
#[derive(Default)]
pub(super) struct TextTable {
    numbers: BTreeMap<Rc<str>, TextId>,
    texts: Vec<Rc<str>>,
}

impl TextTable {
    pub(super) fn word(&mut self, text: &str) -> TextId {
        if let Some(word) = self.numbers.get(text) {
            return *word;
        }
        let text: Rc<str> = text.into();
        let word = self.texts.len() as TextId;
        self.numbers.insert(Rc::clone(&text), word);
        self.texts.push(text);
        word
    }

    pub(super) fn text(&self, word: TextId) -> Rc<str> {
        Rc::clone(&self.texts[word as usize])
    }
}

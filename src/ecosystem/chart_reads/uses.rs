//! The uses of templates: what each is given, and what it prints then.
//!
//! A template is walked once for each value that is passed to it, so that no caller opens the
//! tables of another. A template that uses itself is walked once for all values from the third use on.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::frame::Frame;
use super::things::{Thing, Things};
use super::walk::Interpreter;

/// The most values for which one template is walked. All further ones are walked together.
const MOST_VALUES: usize = 256;

/// The most templates that are on the way to one. From there on, values are not told apart.
const LONGEST_WAY: usize = 24;

/// The most nested structures on the way to a template that is walked at once. One that is further
/// down is walked after the others.
const DEEPEST: usize = 150;

/// A template with a value that is passed to it.
pub(super) struct TemplateUse {
    template: usize,
    dot: Things,
    /// The first use of another template that led to it.
    user: Option<u32>,
    /// What it prints, if that is one thing.
    output: Things,
    /// The last round in which it was walked.
    walked: usize,
}

#[derive(Default)]
pub(super) struct Uses {
    all: Vec<TemplateUse>,
    by_value: BTreeMap<(usize, Things), u32>,
    /// The uses for all values that are not told apart.
    mixed: BTreeMap<usize, u32>,
    /// The number of values of each template.
    values: BTreeMap<usize, usize>,
    /// Those that are too deep down to be walked at once.
    waiting: Vec<u32>,
    round: usize,
}

impl Uses {
    fn add(&mut self, template: usize, dot: Things, user: Option<u32>) -> u32 {
        let output = Things::default();
        self.all.push(TemplateUse { template, dot, user, output, walked: 0 });
        self.all.len() as u32 - 1
    }

    /// Returns true if a use of a template leads back to it, or is far down.
    fn is_far(&self, template: usize, user: Option<u32>) -> bool {
        let above = |number: &u32| self.all[*number as usize].user;
        let way: Vec<u32> = std::iter::successors(user, above).take(LONGEST_WAY).collect();
        let again = way.iter().filter(|number| self.all[**number as usize].template == template);
        way.len() == LONGEST_WAY || again.count() > 1
    }

    /// The use of a template with a value, apart from others if possible.
    fn with(&mut self, template: usize, value: &Things, user: Option<u32>) -> Option<u32> {
        let key = (template, value.clone());
        if let Some(known) = self.by_value.get(&key) {
            return Some(*known);
        }
        let values = self.values.entry(template).or_default();
        if *values >= MOST_VALUES {
            return None;
        }
        *values += 1;
        if self.is_far(template, user) {
            return None;
        }
        let number = self.add(template, value.clone(), user);
        self.by_value.insert(key, number);
        Some(number)
    }

    pub(super) fn begin(&mut self) {
        self.round += 1;
    }
}

impl Interpreter<'_> {
    /// Passes a value to templates, and returns what they print.
    pub(super) fn include(&mut self, names: &Things, value: &Things, user: u32) -> Things {
        let (mut named, mut others) = (BTreeSet::new(), BTreeSet::new());
        let mut output = Things::default();
        for name in names.iter() {
            match name {
                Thing::Text(word) => match self.templates.named(word, &self.store.words) {
                    found if found.is_empty() => {
                        self.pass_to_unknown(value);
                        output.add(Thing::Other);
                    }
                    found => named.extend(found),
                },
                _ => others.extend(self.templates.all_defined()),
            }
        }
        for template in named {
            output.join(&self.pass(template, value, Some(user)));
        }
        for template in others {
            output.join(&self.pass_mixed(template, value));
        }
        super::walk::few(output)
    }

    /// Passes a value to a template that is not there. Helm renders nothing then; what it is given
    /// by itself is read only where the template may be in a chart that is not at hand.
    fn pass_to_unknown(&mut self, value: &Things) {
        match self.is_complete {
            true => self.store.whole_values(value),
            false => self.store.whole(value),
        }
    }

    /// Walks a template with a value, and returns what it prints.
    pub(super) fn pass(&mut self, template: usize, value: &Things, user: Option<u32>) -> Things {
        match self.uses.with(template, value, user) {
            Some(number) => self.walk_once(number),
            None => self.pass_mixed(template, value),
        }
    }

    /// Walks a template with a value and all others of this kind.
    fn pass_mixed(&mut self, template: usize, value: &Things) -> Things {
        if self.store.is_exhausted() {
            return Things::default();
        }
        let known = self.uses.mixed.get(&template).copied();
        let number = known.unwrap_or_else(|| {
            let number = self.uses.add(template, Things::default(), None);
            self.uses.mixed.insert(template, number);
            number
        });
        self.store.grow(&mut self.uses.all[number as usize].dot, value);
        self.walk_once(number)
    }

    /// Walks a use, once in a round.
    fn walk_once(&mut self, number: u32) -> Things {
        let round = self.uses.round;
        let of = &mut self.uses.all[number as usize];
        if of.walked < round && !self.store.is_exhausted() {
            of.walked = round;
            match self.depth > DEEPEST {
                true => self.uses.waiting.push(number),
                false => self.walk(number),
            }
        }
        self.uses.all[number as usize].output.clone()
    }

    pub(super) fn walk_waiting(&mut self) {
        while let Some(number) = self.uses.waiting.pop().filter(|_| !self.store.is_exhausted()) {
            self.walk(number);
        }
    }

    fn walk(&mut self, number: u32) {
        let of = &self.uses.all[number as usize];
        let template = self.templates.get(of.template);
        let (nodes, dot) = (Rc::clone(&template.nodes), of.dot.clone());
        let is_in_text = std::mem::replace(&mut self.store.is_in_text, template.is_text);
        let mut frame = Frame::new(number, dot.clone());
        let output = self.list(&nodes, &mut frame, &dot).unwrap_or_default();
        self.store.is_in_text = is_in_text;
        self.store.grow(&mut self.uses.all[number as usize].output, &output);
    }
}

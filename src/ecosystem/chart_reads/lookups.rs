//! Where keys and loops lead to, in values and in tables that templates make.

use std::rc::Rc;

use super::store::Store;
use super::things::{GAP, TextId, Thing, Things};

/// The most items that a loop takes one by one.
pub(super) const MOST_IN_ORDER: usize = 64;

/// The name of the folder with the templates of a chart.
pub(super) fn base_path(chart: u32) -> String {
    format!("{chart}/templates")
}

impl Store<'_> {
    /// What a key leads to.
    pub(super) fn field(&mut self, of: &Things, word: TextId) -> Things {
        let mut found = Things::default();
        let mut seen = Vec::new();
        of.iter().for_each(|thing| self.add_field(thing, word, &mut found, &mut seen));
        self.spend(found.len());
        found
    }

    fn add_field(&mut self, of: Thing, word: TextId, found: &mut Things, seen: &mut Vec<u32>) {
        self.spend(1);
        match of {
            Thing::Value(node) => {
                if let Some(child) = self.child(node, word) {
                    found.add(Thing::Value(child));
                }
                if &*self.words.text(word) == "global"
                    && let Some(around) = self.around(node)
                {
                    self.add_field(Thing::Value(around), word, found, seen);
                }
            }
            Thing::Chart(chart) => {
                self.given(chart, word).into_iter().for_each(|it| _ = found.add(it));
            }
            Thing::Below(chart) => {
                let below = self.charts[chart as usize].below.get(&word).copied();
                _ = below.is_some_and(|below| found.add(Thing::Chart(below)));
            }
            Thing::Record(_) => {}
            Thing::Text(_) | Thing::Other => _ = found.add(Thing::Other),
            Thing::Files(_) | Thing::File(..) | Thing::AnyFile(_) => _ = found.add(of),
            Thing::Template(chart) => _ = found.add(self.of_template(chart, word)),
        }
        let Some(number) = self.record_of(of) else { return };
        let record = &self.records[number as usize];
        record.fields.get(&word).into_iter().for_each(|it| _ = found.join(it));
        found.join(&record.items);
        if !record.also.is_empty() && !seen.contains(&number) {
            seen.push(number);
            for thing in record.also.clone().iter() {
                self.add_field(thing, word, found, seen);
            }
        }
    }

    /// What Helm gives to the templates of a chart under a name. There are no other names.
    fn given(&self, chart: u32, word: TextId) -> Option<Thing> {
        Some(match &*self.words.text(word) {
            "Values" => Thing::Value(self.charts[chart as usize].values),
            "Subcharts" => Thing::Below(chart),
            "Files" => Thing::Files(chart),
            "Template" => Thing::Template(chart),
            "Chart" | "Release" | "Capabilities" => Thing::Other,
            _ => return None,
        })
    }

    /// What Helm says of a file of templates.
    fn of_template(&mut self, chart: u32, word: TextId) -> Thing {
        match &*self.words.text(word) {
            "BasePath" => Thing::Text(self.words.word(&base_path(chart))),
            _ => Thing::Other,
        }
    }

    /// What is at a position of lists.
    pub(super) fn item(&mut self, of: &Things, position: usize) -> Things {
        let word = self.words.word(&position.to_string());
        let (made, others): (Vec<Thing>, Vec<Thing>) =
            of.iter().partition(|thing| matches!(thing, Thing::Record(_)));
        let mut found = self.field(&made.into_iter().collect(), word);
        found.join(&self.any(&others.into_iter().collect()));
        found
    }

    /// The entries of tables and lists.
    pub(super) fn any(&mut self, of: &Things) -> Things {
        let mut found = Things::default();
        let mut seen = Vec::new();
        of.iter().for_each(|thing| self.add_any(thing, &mut found, &mut seen));
        self.spend(found.len());
        found
    }

    fn add_any(&mut self, of: Thing, found: &mut Things, seen: &mut Vec<u32>) {
        self.spend(1);
        match of {
            Thing::Value(node) => {
                _ = self.each(node).is_some_and(|each| found.add(Thing::Value(each)));
            }
            Thing::Chart(_) if self.is_in_text => _ = found.add(Thing::Other),
            Thing::Chart(chart) => {
                found.add(Thing::Value(self.charts[chart as usize].values));
                found.add(Thing::Other);
            }
            Thing::Below(chart) => {
                let below = self.charts[chart as usize].below.values();
                below.for_each(|below| _ = found.add(Thing::Chart(*below)));
            }
            Thing::Record(_) => {}
            Thing::Text(_) | Thing::Other => _ = found.add(Thing::Other),
            Thing::Files(chart) | Thing::File(chart, _) | Thing::AnyFile(chart) => {
                found.add(Thing::AnyFile(chart));
            }
            Thing::Template(_) => _ = found.add(Thing::Other),
        }
        let Some(number) = self.record_of(of) else { return };
        let record = &self.records[number as usize];
        record.fields.values().for_each(|it| _ = found.join(it));
        found.join(&record.items);
        if !record.also.is_empty() && !seen.contains(&number) {
            seen.push(number);
            for thing in record.also.clone().iter() {
                self.add_any(thing, found, seen);
            }
        }
    }

    /// What keys lead to that a template computes. A loop may put such keys together to paths that no
    /// chart has; a path that leads out of the defaults therefore goes no further.
    pub(super) fn entry(&mut self, of: &Things, keys: &Things) -> Things {
        let is_out =
            |thing: &Thing| matches!(thing, Thing::Value(node) if self.default(*node).is_none());
        let (out, of): (Vec<Thing>, Vec<Thing>) = of.iter().partition(is_out);
        self.whole(&out.into_iter().collect());
        let of: Things = of.into_iter().collect();
        let mut found = Things::default();
        let is_known = |thing: &Thing| match thing {
            Thing::Text(word) => !self.words.text(*word).contains(GAP),
            _ => false,
        };
        let (known, others): (Vec<Thing>, Vec<Thing>) = keys.iter().partition(is_known);
        for key in known {
            if let Thing::Text(word) = key {
                found.join(&self.field(&of, word));
            }
        }
        // A name that is a value is a text in `values.yaml` or among those that a user gives.
        let (values, of_values): (Vec<Thing>, Vec<Thing>) =
            of.iter().partition(|thing| matches!(thing, Thing::Value(_)));
        let are_values = others.iter().all(|key| matches!(key, Thing::Value(_)));
        if !others.is_empty() && are_values {
            found.join(&self.any(&of_values.into_iter().collect()));
            values.into_iter().for_each(|value| self.add_named(value, &mut found));
        } else if !others.is_empty() {
            found.join(&self.any(&of));
        }
        found
    }

    /// The entry of a value that another value names, and what templates write into that value.
    fn add_named(&mut self, of: Thing, found: &mut Things) {
        let Thing::Value(node) = of else { return };
        _ = self.named(node).is_some_and(|named| found.add(Thing::Value(named)));
        if let Some(record) = self.record_of(of) {
            found.join(&self.any(&Things::of(Thing::Record(record))));
        }
    }

    /// The names and values of the entries of a table or list of which all are known, in the order of
    /// a loop, and how many of them are there in any case.
    pub(super) fn items_in_order(&self, of: &Things) -> Option<(Vec<(Things, Things)>, usize)> {
        let mut all = of.iter();
        let (Some(Thing::Record(record)), None) = (all.next(), all.next()) else { return None };
        let record = &self.records[record as usize];
        let is_known = record.items.is_empty() && record.also.is_empty();
        if !is_known || record.fields.len() > MOST_IN_ORDER {
            return None;
        }
        let entry =
            |(word, item): (&TextId, &Things)| (self.words.text(*word), *word, item.clone());
        let mut entries: Vec<(Rc<str>, TextId, Things)> = record.fields.iter().map(entry).collect();
        entries.sort_by_cached_key(|(text, ..)| (text.parse::<usize>().ok(), Rc::clone(text)));
        let entries = entries.into_iter();
        let items = entries.map(|(_, word, item)| (Things::of(Thing::Text(word)), item));
        Some((items.collect(), record.least.unwrap_or_default()))
    }

    /// The names of the entries of tables.
    pub(super) fn names(&self, of: &Things) -> Things {
        let mut names = Things::default();
        let mut seen = Vec::new();
        of.iter().for_each(|thing| self.add_names(thing, &mut names, &mut seen));
        names
    }

    fn add_names(&self, of: Thing, names: &mut Things, seen: &mut Vec<u32>) {
        if !matches!(of, Thing::Record(_)) {
            names.add(Thing::Other);
        }
        let Some(number) = self.record_of(of).filter(|it| !seen.contains(it)) else { return };
        seen.push(number);
        let record = &self.records[number as usize];
        record.fields.keys().for_each(|word| _ = names.add(Thing::Text(*word)));
        if !record.items.is_empty() {
            names.add(Thing::Other);
        }
        record.also.iter().for_each(|thing| self.add_names(thing, names, seen));
    }
}

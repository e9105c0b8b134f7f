//! The values that templates have read so far, and the tables that they make.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::ValueReads;
use super::things::{GAP, Thing, Things, Word, Words};

/// The most keys that lead to a value. A loop over `$x = $x.next` would never end.
const DEEPEST: u32 = 32;

/// The most things that are looked at, more than ten times as many as in `kube-prometheus-stack`.
const MOST_STEPS: usize = 10_000_000;

/// A value below `.Values` that templates read.
struct ValueNode<'c> {
    children: BTreeMap<Word, u32>,
    /// What templates read of an entry whose name is not known.
    each: Option<u32>,
    is_whole: bool,
    parent: Option<u32>,
    depth: u32,
    default: Option<&'c Json>,
}

/// A table or a list that templates make, or what they write into another one.
#[derive(Default)]
struct Record {
    fields: BTreeMap<Word, Things>,
    /// The entries whose names are not known.
    items: Things,
    /// Tables whose entries it has as well.
    also: Things,
}

/// A chart of the release: where its values are, and the charts around it.
struct ChartScope {
    values: u32,
    above: Option<u32>,
    below: BTreeMap<Word, u32>,
}

pub(super) struct Store<'c> {
    pub words: Words,
    nodes: Vec<ValueNode<'c>>,
    records: Vec<Record>,
    /// What templates write into values and into what Helm gives them.
    written: BTreeMap<Thing, u32>,
    charts: Vec<ChartScope>,
    /// True if something came up that an earlier step did not know.
    pub grown: bool,
    /// True in a text from values, which may be a template of another program: what it does with
    /// the dot then says nothing of the chart.
    pub is_in_text: bool,
    /// What templates print, for the end: only then is it complete.
    printed: Vec<Things>,
    /// The number of things looked at.
    spent: usize,
}

impl<'c> Store<'c> {
    pub(super) fn new(defaults: &'c Json) -> Store<'c> {
        let (nodes, records, written) = (Vec::new(), Vec::new(), BTreeMap::new());
        let (words, charts) = (Words::default(), Vec::new());
        let mut store = Store {
            words,
            nodes,
            records,
            written,
            charts,
            grown: false,
            is_in_text: false,
            printed: Vec::new(),
            spent: 0,
        };
        store.node(None, 0, Some(defaults));
        store
    }

    fn node(&mut self, parent: Option<u32>, depth: u32, default: Option<&'c Json>) -> u32 {
        let children = BTreeMap::new();
        self.nodes.push(ValueNode {
            children,
            each: None,
            is_whole: false,
            parent,
            depth,
            default,
        });
        self.nodes.len() as u32 - 1
    }

    /// Adds a chart, after the one above it.
    pub(super) fn add_chart(&mut self, key: Option<(u32, &str)>) {
        let number = self.charts.len() as u32;
        let values = match key {
            None => 0,
            Some((above, key)) => {
                let word = self.words.word(key);
                let above = &mut self.charts[above as usize];
                above.below.insert(word, number);
                let around = above.values;
                self.child(around, word).unwrap_or(around)
            }
        };
        let above = key.map(|(above, _)| above);
        self.charts.push(ChartScope { values, above, below: BTreeMap::new() });
    }

    fn child(&mut self, node: u32, word: Word) -> Option<u32> {
        let parent = &self.nodes[node as usize];
        if let Some(child) = parent.children.get(&word) {
            return Some(*child);
        }
        let (depth, default) = (parent.depth + 1, parent.default);
        if depth > DEEPEST {
            self.nodes[node as usize].is_whole = true;
            return None;
        }
        let default = default.and_then(|it| it.get(&*self.words.text(word)));
        let child = self.node(Some(node), depth, default);
        self.nodes[node as usize].children.insert(word, child);
        Some(child)
    }

    fn each(&mut self, node: u32) -> Option<u32> {
        let parent = &self.nodes[node as usize];
        let depth = parent.depth + 1;
        if parent.each.is_some() || depth > DEEPEST {
            return parent.each;
        }
        let child = self.node(Some(node), depth, None);
        self.nodes[node as usize].each = Some(child);
        Some(child)
    }

    /// The default of a value.
    pub(super) fn default(&self, node: u32) -> Option<&'c Json> {
        self.nodes[node as usize].default
    }

    /// The values around a chart's own, from which Helm takes `global` as well.
    fn around(&self, node: u32) -> Option<u32> {
        let chart = self.charts.iter().find(|chart| chart.values == node)?;
        chart.above.map(|above| self.charts[above as usize].values)
    }

    fn record_of(&self, thing: Thing) -> Option<u32> {
        match thing {
            Thing::Record(record) => Some(record),
            _ => self.written.get(&thing).copied(),
        }
    }

    fn record_to_write(&mut self, thing: Thing) -> Option<u32> {
        match thing {
            Thing::Record(record) => Some(record),
            Thing::Value(_) | Thing::Chart(_) => {
                if let Some(record) = self.written.get(&thing) {
                    return Some(*record);
                }
                let record = self.new_record();
                self.written.insert(thing, record);
                Some(record)
            }
            _ => None,
        }
    }

    pub(super) fn new_record(&mut self) -> u32 {
        self.records.push(Record::default());
        self.records.len() as u32 - 1
    }

    /// Writes an entry into tables. Without a name, it may be any entry.
    pub(super) fn write(&mut self, tables: &Things, word: Option<Word>, value: &Things) {
        for table in tables.iter() {
            let Some(record) = self.record_to_write(table) else { continue };
            let record = &mut self.records[record as usize];
            let entry = match word {
                Some(word) => record.fields.entry(word).or_default(),
                None => &mut record.items,
            };
            self.grown |= entry.join(value);
        }
    }

    /// Adds the entries of other tables to tables.
    pub(super) fn write_all(&mut self, tables: &Things, others: &Things) {
        for table in tables.iter() {
            let others = others.clone().without(|it| it == table);
            let Some(record) = self.record_to_write(table) else { continue };
            self.grown |= self.records[record as usize].also.join(&others);
        }
    }

    /// What a key leads to.
    pub(super) fn field(&mut self, of: &Things, word: Word) -> Things {
        let mut found = Things::default();
        let mut seen = Vec::new();
        of.iter().for_each(|thing| self.add_field(thing, word, &mut found, &mut seen));
        found
    }

    fn add_field(&mut self, of: Thing, word: Word, found: &mut Things, seen: &mut Vec<u32>) {
        self.spent += 1;
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
            Thing::Chart(chart) => _ = found.add(self.given(chart, word)),
            Thing::Below(chart) => {
                let below = self.charts[chart as usize].below.get(&word).copied();
                _ = below.is_some_and(|below| found.add(Thing::Chart(below)));
            }
            Thing::Record(_) => {}
            Thing::Text(_) | Thing::Other => _ = found.add(Thing::Other),
            Thing::Files(_) | Thing::File(..) | Thing::AnyFile(_) | Thing::Template => {
                found.add(of);
            }
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

    /// What Helm gives to the templates of a chart under a name.
    fn given(&self, chart: u32, word: Word) -> Thing {
        match &*self.words.text(word) {
            "Values" => Thing::Value(self.charts[chart as usize].values),
            "Subcharts" => Thing::Below(chart),
            "Files" => Thing::Files(chart),
            "Template" => Thing::Template,
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
        found
    }

    fn add_any(&mut self, of: Thing, found: &mut Things, seen: &mut Vec<u32>) {
        self.spent += 1;
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
            Thing::Template => _ = found.add(of),
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
        if !others.is_empty() {
            found.join(&self.any(&of));
        }
        found
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

    /// Marks values as read with all that is below them.
    pub(super) fn whole(&mut self, things: &Things) {
        let mut seen = Vec::new();
        things.iter().for_each(|thing| self.mark_whole(thing, &mut seen));
    }

    fn mark_whole(&mut self, thing: Thing, seen: &mut Vec<u32>) {
        self.spent += 1;
        match thing {
            Thing::Value(node) => {
                self.nodes[node as usize].is_whole = true;
                if let Some(around) = self.around(node) {
                    let global = self.words.word("global");
                    self.child(around, global)
                        .into_iter()
                        .for_each(|global| self.mark_whole(Thing::Value(global), seen));
                }
            }
            Thing::Chart(_) if self.is_in_text => return,
            Thing::Chart(chart) => {
                self.mark_whole(Thing::Value(self.charts[chart as usize].values), seen);
            }
            Thing::Below(chart) => {
                let below: Vec<u32> = self.charts[chart as usize].below.values().copied().collect();
                below.into_iter().for_each(|below| self.mark_whole(Thing::Chart(below), seen));
            }
            _ => {}
        }
        let Some(number) = self.record_of(thing).filter(|it| !seen.contains(it)) else { return };
        seen.push(number);
        let record = &self.records[number as usize];
        let inner = record.fields.values().chain([&record.items, &record.also]);
        let inner: Things = inner.flat_map(Things::iter).collect();
        inner.iter().for_each(|thing| self.mark_whole(thing, seen));
    }

    /// Adds things to a set that later steps look at.
    pub(super) fn grow(&mut self, set: &mut Things, more: &Things) {
        self.spent += more.len();
        if set.join(more) {
            self.spent += set.len();
            self.grown = true;
        }
    }

    /// Begins a round over all templates.
    pub(super) fn begin(&mut self) {
        self.grown = false;
        self.printed.clear();
    }

    /// Notes what a template prints.
    pub(super) fn print(&mut self, things: &Things) {
        let holds_nothing = |thing| matches!(thing, Thing::Text(_) | Thing::Other);
        let things = things.clone().without(holds_nothing);
        if !things.is_empty() {
            self.printed.push(things);
        }
    }

    /// Marks printed values as read with all that is below them. A variable that descends in a loop
    /// may also be any table on its way: only the deepest values are printed.
    fn mark_printed(&mut self) {
        self.is_in_text = false;
        for things in std::mem::take(&mut self.printed) {
            let mut above = BTreeSet::new();
            for thing in things.iter() {
                let Thing::Value(node) = thing else { continue };
                let parent = |node: &u32| self.nodes[*node as usize].parent;
                above.extend(std::iter::successors(parent(&node), parent));
            }
            let is_above = |thing| matches!(thing, Thing::Value(node) if above.contains(&node));
            self.whole(&things.without(is_above));
        }
    }

    /// Returns true for a chart that makes more work than any real one.
    pub(super) fn is_exhausted(&self) -> bool {
        self.spent > MOST_STEPS
    }

    /// What the templates read.
    pub(super) fn reads(mut self) -> ValueReads {
        self.mark_printed();
        self.reads_at(0)
    }

    fn reads_at(&self, node: u32) -> ValueReads {
        let node = &self.nodes[node as usize];
        let entries = node.children.iter();
        ValueReads {
            is_whole: node.is_whole,
            entries: entries
                .map(|(word, child)| (self.words.text(*word).to_string(), self.reads_at(*child)))
                .collect(),
            each: node.each.map(|each| Box::new(self.reads_at(each))),
        }
    }
}

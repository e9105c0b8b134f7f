//! The values that templates have read so far, and the tables that they make.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::frame::Place;
use super::things::{TextId, TextTable, Thing, Things};

/// The most keys that lead to a value. A loop over `$x = $x.next` would never end.
const DEEPEST: u32 = 32;

/// A value below `.Values` that templates read.
pub(super) struct ValueNode<'c> {
    pub children: BTreeMap<TextId, u32>,
    /// What templates read of an entry whose name is not known.
    pub each: Option<u32>,
    /// What templates read of an entry that a value names.
    pub named: Option<u32>,
    pub is_whole: bool,
    pub parent: Option<u32>,
    depth: u32,
    default: Option<&'c Json>,
}

/// A table or a list that templates make, or what they write into another one.
#[derive(Default)]
pub(super) struct Record {
    pub fields: BTreeMap<TextId, Things>,
    /// The entries whose names are not known.
    pub items: Things,
    /// Tables whose entries it has as well.
    pub also: Things,
    /// The least number of items, of a list.
    pub least: Option<usize>,
}

/// A chart of the release: where its values are, and the charts around it.
pub(super) struct ChartScope {
    pub values: u32,
    above: Option<u32>,
    pub below: BTreeMap<TextId, u32>,
}

pub(super) struct Store<'c> {
    pub words: TextTable,
    pub nodes: Vec<ValueNode<'c>>,
    pub records: Vec<Record>,
    /// What templates write into values and into what Helm gives them.
    written: BTreeMap<Thing, u32>,
    pub charts: Vec<ChartScope>,
    /// True if something came up that an earlier step did not know.
    pub grown: bool,
    /// True in a text from values, which may be a template of another program: what it does with
    /// the dot then says nothing of the chart.
    pub is_in_text: bool,
    /// What each place prints, for the end: only then is it complete.
    pub printed: BTreeMap<(Place, usize), Things>,
    /// The number of things looked at, and the most of them.
    pub spent: usize,
    most: usize,
}

impl<'c> Store<'c> {
    pub(super) fn new(defaults: &'c Json, most: usize) -> Store<'c> {
        let (nodes, records, written) = (Vec::new(), Vec::new(), BTreeMap::new());
        let (words, charts) = (TextTable::default(), Vec::new());
        let mut store = Store {
            words,
            nodes,
            records,
            written,
            charts,
            grown: false,
            is_in_text: false,
            printed: BTreeMap::new(),
            spent: 0,
            most,
        };
        store.node(None, 0, Some(defaults));
        store
    }

    fn node(&mut self, parent: Option<u32>, depth: u32, default: Option<&'c Json>) -> u32 {
        let children = BTreeMap::new();
        self.nodes.push(ValueNode {
            children,
            each: None,
            named: None,
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

    pub(super) fn child(&mut self, node: u32, word: TextId) -> Option<u32> {
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

    pub(super) fn each(&mut self, node: u32) -> Option<u32> {
        let parent = &self.nodes[node as usize];
        let depth = parent.depth + 1;
        if parent.each.is_some() || depth > DEEPEST {
            return parent.each;
        }
        let child = self.node(Some(node), depth, None);
        self.nodes[node as usize].each = Some(child);
        Some(child)
    }

    pub(super) fn named(&mut self, node: u32) -> Option<u32> {
        let parent = &self.nodes[node as usize];
        let depth = parent.depth + 1;
        if parent.named.is_some() || depth > DEEPEST {
            return parent.named;
        }
        let child = self.node(Some(node), depth, None);
        self.nodes[node as usize].named = Some(child);
        Some(child)
    }

    /// The default of a value.
    pub(super) fn default(&self, node: u32) -> Option<&'c Json> {
        self.nodes[node as usize].default
    }

    /// The values around a chart's own, from which Helm takes `global` as well.
    pub(super) fn around(&self, node: u32) -> Option<u32> {
        let chart = self.charts.iter().find(|chart| chart.values == node)?;
        chart.above.map(|above| self.charts[above as usize].values)
    }

    pub(super) fn record_of(&self, thing: Thing) -> Option<u32> {
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
    pub(super) fn write(&mut self, tables: &Things, word: Option<TextId>, value: &Things) {
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

    /// Notes that a list may have no more than a number of items.
    pub(super) fn write_length(&mut self, lists: &Things, length: usize) {
        for list in lists.iter() {
            let Thing::Record(record) = list else { continue };
            let least = &mut self.records[record as usize].least;
            let shorter = least.map_or(length, |least| least.min(length));
            self.grown |= least.replace(shorter) != Some(shorter);
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

    /// Notes that things were looked at.
    pub(super) fn spend(&mut self, number: usize) {
        self.spent += number;
    }

    /// Returns true for a chart that makes more work than any real one.
    pub(super) fn is_exhausted(&self) -> bool {
        self.spent > self.most
    }
}

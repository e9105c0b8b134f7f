//! What templates read of the values.

use std::collections::BTreeSet;

use super::ValueReads;
use super::frame::Place;
use super::store::Store;
use super::things::{Thing, Things};

impl Store<'_> {
    /// Marks values as read with all that is below them.
    pub(super) fn whole(&mut self, things: &Things) {
        let mut seen = Vec::new();
        things.iter().for_each(|thing| self.mark_whole(thing, &mut seen));
    }

    /// Does so but for what Helm gives to templates.
    pub(super) fn whole_values(&mut self, things: &Things) {
        let is_in_text = std::mem::replace(&mut self.is_in_text, true);
        self.whole(things);
        self.is_in_text = is_in_text;
    }

    fn mark_whole(&mut self, thing: Thing, seen: &mut Vec<u32>) {
        self.spend(1);
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

    /// Notes what a template prints.
    pub(super) fn print(&mut self, place: Place, position: usize, things: &Things) {
        let holds_nothing = |thing| matches!(thing, Thing::Text(_) | Thing::Other);
        let things = things.clone().without(holds_nothing);
        if !things.is_empty() {
            self.printed.entry((place, position)).or_default().join(&things);
        }
    }

    /// Marks printed values as read with all that is below them. A variable that descends in a loop
    /// may also be any table on its way: only the deepest values are printed.
    fn mark_printed(&mut self) {
        self.is_in_text = false;
        for things in std::mem::take(&mut self.printed).into_values() {
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

    /// What the templates read.
    pub(super) fn reads(&mut self) -> ValueReads {
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
            named: node.named.map(|named| Box::new(self.reads_at(named))),
        }
    }
}

//! The keys of a Helm chart's values: those that `values.yaml` and `values.schema.json` list, and
//! those that the templates read, of the charts below it as well.
//!
//! Their values do not matter.

mod listed;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::chart_reads::ValueReads;
use super::chart_tree::ReleaseChart;
use crate::model::key_path::Key;
use listed::ListedKeys;

/// The keys that are allowed below a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Keys {
    /// Unknown: any value is allowed.
    #[default]
    Open,
    /// Keys are of the user's choice, such as labels.
    Free,
    Known(KnownKeys),
}

/// The keys of a table of which a chart takes no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KnownKeys {
    pub entries: BTreeMap<String, Keys>,
    /// What is known below any other key, where templates take keys of any name.
    pub rest: Option<Box<Keys>>,
    /// What is known below another key that is a text among the values.
    pub named: Option<Box<Keys>>,
    pub closed: Closed,
}

/// Why a table has no other keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// This schema allows no others.
    Schema(Arc<str>),
    /// This values file lists them, and templates read no others.
    Values(Arc<str>),
    /// Nothing lists them, and templates read no others.
    Templates,
}

impl Keys {
    /// Returns true if some keys lead to a key that the chart itself names.
    pub(crate) fn name(&self, keys: &[Key]) -> bool {
        let Some((first, rest)) = keys.split_first() else { return true };
        match self {
            Keys::Known(known) => known.entries.get(&**first).is_some_and(|inner| inner.name(rest)),
            Keys::Open | Keys::Free => false,
        }
    }
}

impl KnownKeys {
    pub(crate) fn get(&self, key: &str) -> Option<&Keys> {
        self.entries.get(key).or(self.rest.as_deref())
    }
}

/// The keys of the values of a chart.
pub(super) fn keys(chart: &ReleaseChart, reads: &ValueReads) -> Keys {
    if chart.lists_nothing() {
        return Keys::Open;
    }
    known(Some(&listed::of_release(chart)), &[reads])
}

/// The keys below a path that a chart lists, and that templates read by this path or by any.
fn known(listed: Option<&ListedKeys>, reads: &[&ValueReads]) -> Keys {
    let nothing = ListedKeys::default();
    let own = listed.unwrap_or(&nothing);
    let is_whole = own.is_chosen || reads.iter().any(|reads| reads.is_whole);
    if is_whole && own.closed.is_none() {
        return Keys::Free;
    }
    let each: Vec<&ValueReads> = reads.iter().filter_map(|reads| reads.each.as_deref()).collect();
    let named: Vec<&ValueReads> = reads.iter().filter_map(|reads| reads.named.as_deref()).collect();
    let any: Vec<&ValueReads> = each.iter().chain(&named).copied().collect();
    let names = reads.iter().flat_map(|reads| reads.entries.keys()).chain(own.entries.keys());
    let entry = |name: &String| {
        let named = reads.iter().filter_map(|reads| reads.entries.get(name));
        let below: Vec<&ValueReads> = named.chain(any.iter().copied()).collect();
        (name.clone(), known(own.entries.get(name), &below))
    };
    let entries: BTreeMap<String, Keys> = names.map(entry).collect();
    let has_names = !entries.is_empty() || !any.is_empty();
    match (&own.closed, &own.file) {
        (Some(file), _) => Keys::Known(KnownKeys {
            entries,
            rest: None,
            named: None,
            closed: Closed::Schema(file.clone()),
        }),
        (None, _) if own.is_open || !has_names => Keys::Open,
        (None, file) => {
            let below = |reads: &[&ValueReads]| Box::new(known(None, reads));
            let rest = (!each.is_empty()).then(|| below(&each));
            let named = (!named.is_empty()).then(|| below(&any));
            let closed = file.clone().map_or(Closed::Templates, Closed::Values);
            Keys::Known(KnownKeys { entries, rest, named, closed })
        }
    }
}

//! The values of a Helm chart: their keys, defaults and schemas, those of the charts below it included.

use std::sync::OnceLock;

use serde_json::{Map, Value as Json};

use super::chart_reads::{self, ChartPart};
use super::chart_tree::{self, ChartBelow, ReleaseChart, lay_over};
use super::helm_chart::{ChartFault, ChartFolder};
use super::helm_values::{self, Keys};

/// A `values.schema.json`, and the keys that lead to the values it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesSchema {
    pub path: Vec<String>,
    pub document: Json,
    /// The values that switch the chart on; it is off where one of them is false.
    pub conditions: Vec<Vec<String>>,
}

impl ValuesSchema {
    /// The schema of a chart below another one.
    fn below(mut self, below: &ChartBelow) -> ValuesSchema {
        for path in self.conditions.iter_mut().chain([&mut self.path]) {
            path.insert(0, below.key.clone());
        }
        self.conditions.extend(below.conditions.iter().cloned());
        self
    }
}

/// The values of a chart and of those below it.
pub(super) struct KnownValues {
    pub keys: ChartKeys,
    pub defaults: Json,
    pub schemas: Vec<ValuesSchema>,
    pub unknown: Vec<String>,
    pub scopes: Scopes,
}

/// Where the values of each chart are: the position of the chart above, and the key there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Option<(u32, String)>>);

impl Scopes {
    /// Returns true if one of some texts reads a value when a chart renders it.
    pub(crate) fn read(&self, texts: &[&str], keys: &[&str]) -> bool {
        let parts = self.0.iter().map(|key| ChartPart {
            key: key.as_ref().map(|(above, key)| (*above, key.as_str())),
            files: &[],
            is_library: false,
            is_optional: false,
        });
        let parts: Vec<ChartPart<'_>> = parts.collect();
        chart_reads::reads_of_texts(&parts, texts).has(keys)
    }
}

/// The keys of a chart's values, worked out when they are first needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChartKeys {
    chart: ReleaseChart,
    known: OnceLock<Keys>,
}

impl ChartKeys {
    pub(super) fn get(&self, defaults: &Json) -> &Keys {
        self.known.get_or_init(|| {
            let reads =
                chart_reads::reads(&parts(&self.chart), defaults, !self.chart.has_unknown());
            helm_values::keys(&self.chart, &reads)
        })
    }

    #[cfg(test)]
    pub(super) fn are_known(&self) -> bool {
        self.known.get().is_some()
    }
}

pub(super) fn values_of(
    chart: &ChartFolder,
    dependencies: &[ChartFolder],
) -> Result<KnownValues, ChartFault> {
    let chart = chart_tree::read(chart, dependencies)?;
    let defaults = defaults(&chart);
    let parts = parts(&chart);
    let scopes = parts.iter().map(|part| part.key.map(|(above, key)| (above, key.to_owned())));
    Ok(KnownValues {
        schemas: schemas(&chart),
        unknown: unknown(&chart),
        scopes: Scopes(scopes.collect()),
        defaults,
        keys: ChartKeys { chart, known: OnceLock::new() },
    })
}

/// The values that a chart has by itself, those of the charts below it included.
fn defaults(chart: &ReleaseChart) -> Json {
    let mut defaults = Json::Object(Map::new());
    for below in &chart.below {
        let Some(inner) = &below.chart else { continue };
        let inner = self::defaults(inner);
        for import in &below.imports {
            let imported = import.child.iter().try_fold(&inner, |value, key| value.get(key));
            let at = |value, key: &String| Json::Object(Map::from_iter([(key.clone(), value)]));
            if let Some(imported) = imported {
                lay_over(&mut defaults, import.parent.iter().rev().fold(imported.clone(), at));
            }
        }
        lay_over(&mut defaults, Json::Object(Map::from_iter([(below.key.clone(), inner)])));
    }
    lay_over(&mut defaults, chart.values.clone().unwrap_or_default());
    defaults
}

fn schemas(chart: &ReleaseChart) -> Vec<ValuesSchema> {
    let inner = chart.below.iter().filter_map(|below| Some((below, below.chart.as_ref()?)));
    let mut all: Vec<ValuesSchema> = inner
        .flat_map(|(below, inner)| schemas(inner).into_iter().map(|schema| schema.below(below)))
        .collect();
    let (path, conditions) = (Vec::new(), Vec::new());
    let own = chart.schema.clone();
    all.extend(own.map(|document| ValuesSchema { path, document, conditions }));
    all
}

/// The charts below that are not at hand, by the keys of their values.
fn unknown(chart: &ReleaseChart) -> Vec<String> {
    let of_below = |below: &ChartBelow| match &below.chart {
        None => vec![below.key.clone()],
        Some(inner) => unknown(inner).into_iter().map(|it| format!("{}.{it}", below.key)).collect(),
    };
    chart.below.iter().flat_map(of_below).collect()
}

/// A chart and those below it, in the order in which Helm goes down.
fn parts(chart: &ReleaseChart) -> Vec<ChartPart<'_>> {
    let mut parts = Vec::new();
    add_parts(chart, None, false, &mut parts);
    parts
}

fn add_parts<'c>(
    chart: &'c ReleaseChart,
    key: Option<(u32, &'c str)>,
    is_optional: bool,
    parts: &mut Vec<ChartPart<'c>>,
) {
    let position = parts.len() as u32;
    let (files, is_library) = (&chart.folder.files, chart.is_library);
    parts.push(ChartPart { key, files, is_library, is_optional });
    for below in &chart.below {
        if let Some(inner) = &below.chart {
            let is_optional = is_optional || below.is_optional();
            add_parts(inner, Some((position, &below.key)), is_optional, parts);
        }
    }
}

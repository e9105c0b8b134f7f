//! The values of a Helm chart: their keys, defaults and schemas, those of the charts below it included.

use serde_json::{Map, Value as Json};

use super::helm_chart::{ChartFault, ChartFolder, beside, list, metadata, text_at, text_of};
use super::helm_package;
use super::helm_values::{self, ChartTexts, Keys};
use crate::format::yaml::lenient;
use crate::model::name::RelativePath;

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
    fn below(mut self, key: &str, conditions: &[String]) -> ValuesSchema {
        for path in self.conditions.iter_mut().chain([&mut self.path]) {
            path.insert(0, key.to_owned());
        }
        let split = |path: &String| path.split('.').map(str::to_owned).collect();
        self.conditions.extend(conditions.iter().map(split));
        self
    }
}

/// The values of a chart and of those below it.
pub(super) struct KnownValues {
    pub keys: Keys,
    pub defaults: Json,
    pub schemas: Vec<ValuesSchema>,
    pub unknown: Vec<String>,
}

pub(super) fn values_of(
    chart: &ChartFolder,
    dependencies: &[ChartFolder],
) -> Result<KnownValues, ChartFault> {
    let metadata = metadata(chart)?;
    let mut below = Vec::new();
    let mut conditions = Vec::new();
    let mut libraries = Vec::new();
    let mut schemas = Vec::new();
    let mut unknown = Vec::new();
    let mut defaults = Json::Object(Map::new());
    for dependency in list(&metadata) {
        let Some(name) = text_at(dependency, "name") else { continue };
        let local = text_at(dependency, "repository");
        let local = local.as_deref().and_then(|it| it.strip_prefix("file://"));
        let local = local.and_then(|path| beside(&chart.path, path).ok());
        let folder = local.and_then(|path| dependencies.iter().find(|it| it.path == path));
        let packed = match folder {
            Some(_) => None,
            None => bundled(chart, &name)?,
        };
        let alias = text_at(dependency, "alias").unwrap_or(name);
        let paths = text_at(dependency, "condition").unwrap_or_default();
        let paths = paths.split(',').map(str::trim).filter(|path| !path.is_empty());
        let paths: Vec<String> = paths.map(str::to_owned).collect();
        let keys = match folder.or(packed.as_ref()) {
            Some(folder) => {
                let values = values_of(folder, dependencies)?;
                libraries.push(folder.clone());
                schemas.extend(values.schemas.into_iter().map(|it| it.below(&alias, &paths)));
                unknown.extend(values.unknown.into_iter().map(|it| format!("{alias}.{it}")));
                lay_over(
                    &mut defaults,
                    Json::Object(Map::from_iter([(alias.clone(), values.defaults)])),
                );
                values.keys
            }
            None => {
                unknown.push(alias.clone());
                Keys::Free
            }
        };
        below.push((alias, keys));
        conditions.extend(paths);
    }
    // A library speaks of the values of the chart that takes it.
    let libraries = libraries.iter().filter(|folder| is_library(folder));
    let templates = libraries.chain([chart]).flat_map(templates).collect();
    let own = own_values(chart)?;
    let schema = own_schema(chart)?;
    let texts =
        ChartTexts { values: own.as_ref(), schema: schema.as_ref(), templates, below, conditions };
    let keys = helm_values::keys(&texts);
    schemas.extend(schema.map(|document| ValuesSchema {
        path: Vec::new(),
        document,
        conditions: Vec::new(),
    }));
    lay_over(&mut defaults, own.unwrap_or(Json::Null));
    Ok(KnownValues { keys, defaults, schemas, unknown })
}

/// The content of `values.yaml`, all of its documents laid over each other.
fn own_values(chart: &ChartFolder) -> Result<Option<Json>, ChartFault> {
    let Some(text) = text_of(chart, "values.yaml") else { return Ok(None) };
    let fault = |error| ChartFault::at(chart, "values.yaml", text, error);
    let mut values = Json::Null;
    for document in lenient::documents(text).map_err(fault)? {
        match document {
            Json::Object(_) => lay_over(&mut values, document),
            Json::Null => {}
            _ => return Err(fault((1, 1, "the values of a chart are a table".to_owned()))),
        }
    }
    Ok(Some(values))
}

fn own_schema(chart: &ChartFolder) -> Result<Option<Json>, ChartFault> {
    let Some(text) = text_of(chart, "values.schema.json") else { return Ok(None) };
    let schema = serde_json::from_str(text).map_err(|error| {
        ChartFault::at(
            chart,
            "values.schema.json",
            text,
            (error.line(), error.column(), error.to_string()),
        )
    })?;
    Ok(Some(schema))
}

/// Objects merge by key, everything else replaces.
fn lay_over(below: &mut Json, above: Json) {
    match (below, above) {
        (Json::Object(below), Json::Object(above)) => {
            for (key, value) in above {
                lay_over(below.entry(key).or_insert(Json::Null), value);
            }
        }
        (Json::Object(_), Json::Null) => {}
        (below, above) => *below = above,
    }
}

fn templates(folder: &ChartFolder) -> impl Iterator<Item = &str> {
    let templates = folder.files.iter().filter(|(path, _)| path.starts_with("templates/"));
    templates.filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok())
}

fn is_library(folder: &ChartFolder) -> bool {
    metadata(folder).is_ok_and(|it| it.get("type").and_then(Json::as_str) == Some("library"))
}

/// A chart that another bundles below `charts/`, as a folder or packed.
fn bundled(chart: &ChartFolder, name: &str) -> Result<Option<ChartFolder>, ChartFault> {
    let prefix = format!("charts/{name}/");
    let path = RelativePath::parse(&format!("{}/charts/{name}", chart.path));
    let path = path.map_err(|message| ChartFault::whole(&chart.path, message))?;
    let files: Vec<(String, Vec<u8>)> = chart
        .files
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(&prefix)?.to_owned(), bytes.clone())))
        .collect();
    if files.iter().any(|(path, _)| path == "Chart.yaml") {
        return Ok(Some(ChartFolder { path, files }));
    }
    for (packed, bytes) in chart.files.iter().filter(|(path, _)| is_packed(path)) {
        let files = helm_package::files(bytes).map_err(|message| {
            ChartFault::whole(format_args!("{}/{packed}", chart.path), message)
        })?;
        let folder = ChartFolder { path: path.clone(), files };
        let metadata = metadata(&folder)?;
        if text_at(&metadata, "name").as_deref() == Some(name) {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

fn is_packed(path: &str) -> bool {
    path.strip_prefix("charts/").is_some_and(|name| !name.contains('/') && name.ends_with(".tgz"))
}

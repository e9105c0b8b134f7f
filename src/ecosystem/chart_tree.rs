//! A chart and the charts below it, as Helm takes them.
//!
//! A chart below is in `charts/`, as a folder or packed, whether the chart lists it or not; or in a
//! folder of the same repository (`file://…`).

use serde_json::Value as Json;

use super::chart_metadata::{beside, identity, list, metadata, text_at, text_of};
use super::helm_chart::{ChartFault, ChartFolder, left_out};
use super::helm_package;
use crate::format::yaml::lenient;
use crate::model::name::RelativePath;

/// A chart, with its values and the charts below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ReleaseChart {
    pub folder: ChartFolder,
    pub values: Option<Json>,
    pub schema: Option<Json>,
    /// True if Helm renders none of its files.
    pub is_library: bool,
    pub below: Vec<ChartBelow>,
}

/// A chart below another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ChartBelow {
    /// Its alias or its name: the key of its values in those of the chart above.
    pub key: String,
    /// The values that switch it on or off, from those of the chart above.
    pub conditions: Vec<Vec<String>>,
    pub tags: Vec<String>,
    pub imports: Vec<ImportedValues>,
    /// `None` if it is not at hand.
    pub chart: Option<ReleaseChart>,
}

/// Values of a chart that become values of the chart above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImportedValues {
    pub child: Vec<String>,
    pub parent: Vec<String>,
}

impl ChartBelow {
    /// Returns true if values may switch it off.
    pub(super) fn is_optional(&self) -> bool {
        !self.conditions.is_empty() || !self.tags.is_empty()
    }
}

impl ReleaseChart {
    pub(super) fn lists_nothing(&self) -> bool {
        self.values.is_none() && self.schema.is_none()
    }

    /// Returns true if a chart below is not at hand.
    pub(super) fn has_unknown(&self) -> bool {
        self.all_below().iter().any(|below| below.chart.is_none())
    }

    /// The charts below it, and those below them.
    pub(super) fn all_below(&self) -> Vec<&ChartBelow> {
        let further = self.below.iter().filter_map(|below| below.chart.as_ref());
        self.below.iter().chain(further.flat_map(ReleaseChart::all_below)).collect()
    }
}

/// Reads a chart and those below it.
pub(super) fn read(
    chart: &ChartFolder,
    dependencies: &[ChartFolder],
) -> Result<ReleaseChart, ChartFault> {
    read_below(chart, dependencies, &mut Vec::new())
}

fn read_below(
    chart: &ChartFolder,
    dependencies: &[ChartFolder],
    above: &mut Vec<RelativePath>,
) -> Result<ReleaseChart, ChartFault> {
    let metadata = metadata(chart)?;
    identity(chart, &metadata)?;
    let bundled = bundled(chart, &metadata)?;
    above.push(chart.path.clone());
    let mut below = Vec::new();
    for listed in list(&metadata) {
        let Some(name) = text_at(listed, "name") else { continue };
        let local = text_at(listed, "repository");
        let local = local.as_deref().and_then(|it| it.strip_prefix("file://"));
        let local = local.and_then(|path| beside(&chart.path, path).ok());
        let local = local.and_then(|path| dependencies.iter().find(|it| it.path == path));
        let packed = bundled.iter().find(|(it, _)| *it == name).map(|(_, folder)| folder);
        // A chart that is below itself cannot be loaded.
        let folder = local.or(packed).filter(|folder| !above.contains(&folder.path));
        let inner = folder.map(|folder| read_below(folder, dependencies, above)).transpose()?;
        below.push(below_of(listed, &name, inner));
    }
    let is_listed =
        |name: &str| list(&metadata).any(|it| text_at(it, "name").as_deref() == Some(name));
    for (name, folder) in bundled.iter().filter(|(name, _)| !is_listed(name)) {
        let inner = read_below(folder, dependencies, above)?;
        below.push(below_of(&Json::Null, name, Some(inner)));
    }
    above.pop();
    Ok(ReleaseChart {
        values: own_values(chart)?,
        schema: own_schema(chart)?,
        is_library: text_at(&metadata, "type").as_deref() == Some("library"),
        below,
        folder: chart.clone(),
    })
}

fn below_of(listed: &Json, name: &str, chart: Option<ReleaseChart>) -> ChartBelow {
    let conditions = text_at(listed, "condition").unwrap_or_default();
    let conditions = conditions.split(',').map(str::trim).filter(|path| !path.is_empty());
    let texts = |key: &str| listed.get(key).and_then(Json::as_array).into_iter().flatten();
    ChartBelow {
        key: text_at(listed, "alias").unwrap_or_else(|| name.to_owned()),
        conditions: conditions.map(path).collect(),
        tags: texts("tags").filter_map(Json::as_str).map(str::to_owned).collect(),
        imports: texts("import-values").filter_map(imported).collect(),
        chart,
    }
}

fn path(dotted: &str) -> Vec<String> {
    dotted.split('.').filter(|key| !key.is_empty()).map(str::to_owned).collect()
}

fn imported(item: &Json) -> Option<ImportedValues> {
    if let Json::String(name) = item {
        return Some(ImportedValues {
            child: path(&format!("exports.{name}")),
            parent: Vec::new(),
        });
    }
    let at = |key: &str| item.get(key).and_then(Json::as_str).map(path);
    Some(ImportedValues { child: at("child")?, parent: at("parent")? })
}

/// The content of `values.yaml`, all of its documents laid over each other.
fn own_values(chart: &ChartFolder) -> Result<Option<Json>, ChartFault> {
    let Some(text) = text_of(chart, "values.yaml")? else { return Ok(None) };
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
    let Some(text) = text_of(chart, "values.schema.json")? else { return Ok(None) };
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
pub(super) fn lay_over(below: &mut Json, above: Json) {
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

/// The charts in `charts/`, by name. Helm passes over names that begin with a dot or an underscore.
fn bundled(chart: &ChartFolder, metadata: &Json) -> Result<Vec<(String, ChartFolder)>, ChartFault> {
    let mut names: Vec<&str> = Vec::new();
    // What Helm packs of a chart in the same repository is read from there.
    let files = chart.files.iter().filter(|(path, bytes)| !left_out(path, bytes, metadata));
    for path in files.filter_map(|(path, _)| path.strip_prefix("charts/")) {
        let name = path.split('/').next().unwrap_or(path);
        if !name.starts_with(['.', '_']) && !names.contains(&name) {
            names.push(name);
        }
    }
    names.sort_unstable();
    let folders = names.iter().map(|name| bundled_at(chart, name));
    folders.filter_map(Result::transpose).collect()
}

/// The chart in an entry of `charts/`, if it is one.
fn bundled_at(
    chart: &ChartFolder,
    entry: &str,
) -> Result<Option<(String, ChartFolder)>, ChartFault> {
    let packed = format!("charts/{entry}");
    let path = RelativePath::parse(&format!("{}/{packed}", chart.path));
    let path = path.map_err(|message| ChartFault::whole(&chart.path, message))?;
    let file = chart.files.iter().find(|(path, _)| *path == packed);
    let files = match file {
        Some((_, bytes)) if entry.ends_with(".tgz") => {
            helm_package::files(bytes).map_err(|message| ChartFault::whole(&path, message))?
        }
        Some(_) => return Ok(None),
        None => below(chart, &format!("{packed}/")),
    };
    if !files.iter().any(|(path, _)| path == "Chart.yaml") {
        return Ok(None);
    }
    let folder = ChartFolder { path, files };
    let name = text_at(&metadata(&folder)?, "name");
    Ok(name.map(|name| (name, folder)))
}

fn below(chart: &ChartFolder, prefix: &str) -> Vec<(String, Vec<u8>)> {
    let files = chart.files.iter();
    let inner = files
        .filter_map(|(path, bytes)| Some((path.strip_prefix(prefix)?.to_owned(), bytes.clone())));
    inner.collect()
}

//! What a chart says of itself in `Chart.yaml`, and what Helm asks of that.

use semver::Version;
use serde_json::Value as Json;

use super::helm_chart::{ChartFault, ChartFolder};
use crate::format::yaml::lenient;
use crate::model::name::RelativePath;

/// A text of `Chart.yaml`. Helm takes a number for a text too, and prints `1.10` as `1.1`.
pub(super) fn text_at(metadata: &Json, key: &str) -> Option<String> {
    match metadata.get(key)? {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => {
            Some(number.as_f64().map_or(number.to_string(), |it| it.to_string()))
        }
        _ => None,
    }
}

/// A file of a chart that must be a text; `None` if the chart has no such file.
pub(super) fn text_of<'a>(
    folder: &'a ChartFolder,
    wanted: &str,
) -> Result<Option<&'a str>, ChartFault> {
    let Some((_, bytes)) = folder.files.iter().find(|(path, _)| path == wanted) else {
        return Ok(None);
    };
    let text = std::str::from_utf8(bytes);
    let fault = |_| ChartFault::whole(format_args!("{}/{wanted}", folder.path), "it is not UTF-8");
    text.map(Some).map_err(fault)
}

/// The content of `Chart.yaml`.
pub(super) fn metadata(chart: &ChartFolder) -> Result<Json, ChartFault> {
    let Some(mut metadata) = first_document(chart, "Chart.yaml")? else {
        return Err(ChartFault::whole(&chart.path, "it is not a chart: it has no Chart.yaml"));
    };
    // Charts of the first version list their dependencies in a file of their own.
    if let Some(mut requirements) = first_document(chart, "requirements.yaml")?
        && let Some(metadata) = metadata.as_object_mut()
        && let Some(dependencies) = requirements.get_mut("dependencies")
    {
        metadata.insert("dependencies".to_owned(), dependencies.take());
    }
    Ok(metadata)
}

fn first_document(chart: &ChartFolder, file: &str) -> Result<Option<Json>, ChartFault> {
    let Some(text) = text_of(chart, file)? else { return Ok(None) };
    let documents = lenient::documents(text);
    let documents = documents.map_err(|error| ChartFault::at(chart, file, text, error))?;
    Ok(Some(documents.into_iter().next().unwrap_or_default()))
}

/// The name and the version of a chart, which Helm refuses to load if one of them, or the type, is
/// not what it asks for.
pub(super) fn identity(
    chart: &ChartFolder,
    metadata: &Json,
) -> Result<(String, String), ChartFault> {
    let fault = |message| ChartFault::whole(format_args!("{}/Chart.yaml", chart.path), message);
    let given = |key| text_at(metadata, key).filter(|text| !text.is_empty());
    let text = |key| given(key).ok_or_else(|| fault(format!("it has no `{key}`")));
    let (name, version) = (text("name")?, text("version")?);
    if name.contains('/') {
        return Err(fault(format!("the `name` is `{name}`, and Helm takes no `/` in it")));
    }
    if !is_version(&version) {
        return Err(fault(format!("the `version` is `{version}`, which is no semantic version")));
    }
    match text_at(metadata, "type").as_deref().unwrap_or_default() {
        "" | "application" | "library" => Ok((name, version)),
        other => Err(fault(format!("the `type` is `{other}`, not `application` or `library`"))),
    }
}

/// Returns true for a version that Helm takes: fewer parts, zeros in front and a `v` are allowed.
fn is_version(text: &str) -> bool {
    let text = text.strip_prefix('v').unwrap_or(text);
    let (numbers, rest) = text.split_at(text.find(['-', '+']).unwrap_or(text.len()));
    let numbers: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    numbers.len() <= 3
        && numbers.iter().all(is_number)
        && Version::parse(&format!("0.0.0{rest}")).is_ok()
}

/// The entries of `dependencies`.
pub(super) fn list(metadata: &Json) -> impl Iterator<Item = &Json> {
    metadata.get("dependencies").and_then(Json::as_array).into_iter().flatten()
}

/// The name and repository of each dependency.
pub(super) fn dependencies(metadata: &Json) -> impl Iterator<Item = (&str, &str)> {
    list(metadata).filter_map(|dependency| {
        Some((dependency.get("name")?.as_str()?, dependency.get("repository")?.as_str()?))
    })
}

/// A path as Helm reads it from a chart: relative to the chart's own folder.
pub(super) fn beside(chart: &RelativePath, path: &str) -> Result<RelativePath, ChartFault> {
    let fault = |message: String| ChartFault::whole(format_args!("{chart}/Chart.yaml"), message);
    let mut parts: Vec<&str> = chart.as_str().split('/').collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_some() => {}
            ".." => return Err(fault(format!("file://{path} leaves the repository"))),
            part => parts.push(part),
        }
    }
    RelativePath::parse(&parts.join("/")).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: Result<&str, &str>) {
        let files = vec![("Chart.yaml".to_owned(), file.as_bytes().to_vec())];
        let chart = ChartFolder { path: RelativePath::parse("charts/c").unwrap(), files };
        let found = identity(&chart, &metadata(&chart).unwrap());
        let found = found.map(|(_, version)| version).map_err(|fault| fault.message);
        assert_eq!(found.as_deref().map_err(String::as_str), expected, "{file}");
    }

    /// Each was tried with `helm template` of Helm 3 and 4.
    #[test]
    fn a_chart_is_refused_for_what_helm_refuses() {
        for version in ["1.2.3", "v1.2", "01.1.0", "1", "1.2.3-rc.1+a.b", "1.2+7", "\"1.10\""] {
            let shown = version.trim_matches('"');
            check(&format!("name: c\nversion: {version}\n"), Ok(shown));
        }
        check("name: c\nversion: 1.10\n", Ok("1.1"));
        check("name: c\nversion: 1e3\n", Ok("1000"));
        check("name: c\nversion: 1.0.0\ntype: library\n", Ok("1.0.0"));
        for version in ["abc", "1.2.3.4", "1..2", "1.2.3-", "1.2.3-01", "^1.2.3", "1.x"] {
            let message = format!("the `version` is `{version}`, which is no semantic version");
            check(&format!("name: c\nversion: \"{version}\"\n"), Err(&message));
        }
        check("version: 1.0.0\n", Err("it has no `name`"));
        check("name: c\n", Err("it has no `version`"));
        check(
            "name: a/b\nversion: 1.0.0\n",
            Err("the `name` is `a/b`, and Helm takes no `/` in it"),
        );
        check(
            "name: c\nversion: 1.0.0\ntype: app\n",
            Err("the `type` is `app`, not `application` or `library`"),
        );
    }
}

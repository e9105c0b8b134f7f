//! A local Helm chart: its name, version and the digest of what Helm would package.
//!
//! Terraform sees a local chart by path, version and values only, so an edited template under an
//! unchanged version deploys nothing, silently (the helm provider's issue 515). The digest is what
//! makes such a change visible. Takes folders as they were read; nothing here touches the disk.

use sha2::{Digest, Sha256};

use crate::ecosystem::helm_values::{self, Keys};
use crate::format::seal;
use crate::format::yaml;
use crate::model::name::RelativePath;

/// The files of a chart's folder, by path below it.
#[derive(Clone, Debug)]
pub struct ChartFolder {
    pub path: RelativePath,
    pub files: Vec<(String, Vec<u8>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    pub path: RelativePath,
    pub name: String,
    pub version: String,
    pub digest: String,
    /// The keys that its values files may contain.
    pub keys: Keys,
    pub defaults: serde_json::Value,
}

/// Charts by the path of their folder, as settings name it.
pub type Charts = std::collections::BTreeMap<String, Chart>;

/// Reads a chart from its folder and those of the charts it takes from the same repository.
pub fn read(chart: &ChartFolder, dependencies: &[ChartFolder]) -> Result<Chart, String> {
    let metadata = metadata(chart)?;
    let text = |key: &str| metadata.get(key).and_then(serde_yaml::Value::as_str).map(str::to_owned);
    let missing = |key: &str| format!("{}/Chart.yaml has no `{key}`", chart.path);
    let mut hash = Sha256::new();
    for folder in std::iter::once(chart).chain(dependencies) {
        add(&mut hash, folder)?;
    }
    let digest: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let (keys, defaults) = values_of(chart, dependencies)?;
    Ok(Chart {
        path: chart.path.clone(),
        name: text("name").ok_or_else(|| missing("name"))?,
        version: text("version").ok_or_else(|| missing("version"))?,
        digest,
        keys,
        defaults,
    })
}

/// The keys of a chart's values and its own values, those of the charts below it included.
fn values_of(
    chart: &ChartFolder,
    dependencies: &[ChartFolder],
) -> Result<(Keys, serde_json::Value), String> {
    let metadata = metadata(chart)?;
    let mut below = Vec::new();
    let mut conditions = Vec::new();
    let mut libraries = Vec::new();
    let listed = metadata.get("dependencies").and_then(serde_yaml::Value::as_sequence);
    for dependency in listed.into_iter().flatten() {
        let text = |key: &str| dependency.get(key).and_then(serde_yaml::Value::as_str);
        let Some(name) = text("name") else { continue };
        let local = text("repository").and_then(|it| it.strip_prefix("file://"));
        let local = local.and_then(|path| beside(&chart.path, path).ok());
        let folder = local.and_then(|path| dependencies.iter().find(|it| it.path == path));
        let packed = folder.is_none().then(|| unpacked(chart, name)).flatten();
        let keys = match folder.or(packed.as_ref()) {
            Some(folder) => {
                libraries.push(folder.clone());
                values_of(folder, dependencies)?.0
            }
            None => Keys::Free,
        };
        below.push((text("alias").unwrap_or(name).to_owned(), keys));
        let paths = text("condition").into_iter().flat_map(|paths| paths.split(','));
        conditions.extend(paths.map(|path| path.trim().to_owned()));
    }
    let text = |path: &str| text_of(chart, path);
    // A library speaks of the values of the chart that takes it.
    let libraries = libraries.iter().filter(|folder| is_library(folder));
    let templates = libraries.chain([chart]).flat_map(templates).collect();
    let (values, schema) = (text("values.yaml"), text("values.schema.json"));
    let texts = helm_values::ChartTexts { values, schema, templates, below, conditions };
    helm_values::read(&texts).map_err(|error| format!("{}/{error}", chart.path))
}

fn text_of<'a>(folder: &'a ChartFolder, wanted: &str) -> Option<&'a str> {
    let (_, bytes) = folder.files.iter().find(|(path, _)| path == wanted)?;
    std::str::from_utf8(bytes).ok()
}

fn templates(folder: &ChartFolder) -> impl Iterator<Item = &str> {
    let templates = folder.files.iter().filter(|(path, _)| path.starts_with("templates/"));
    templates.filter_map(|(_, bytes)| std::str::from_utf8(bytes).ok())
}

fn is_library(folder: &ChartFolder) -> bool {
    let kind = metadata(folder).ok();
    kind.is_some_and(|it| it.get("type").and_then(serde_yaml::Value::as_str) == Some("library"))
}

/// A chart that lies unpacked below another, as `helm dependency update` may leave it.
fn unpacked(chart: &ChartFolder, name: &str) -> Option<ChartFolder> {
    let prefix = format!("charts/{name}/");
    let files: Vec<(String, Vec<u8>)> = chart
        .files
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix(&prefix)?.to_owned(), bytes.clone())))
        .collect();
    let path = RelativePath::parse(&format!("{}/charts/{name}", chart.path)).ok()?;
    files.iter().any(|(path, _)| path == "Chart.yaml").then_some(ChartFolder { path, files })
}

/// The folders of the charts that a chart takes from the same repository (`file://…`).
pub fn local_dependencies(chart: &ChartFolder) -> Result<Vec<RelativePath>, String> {
    let metadata = metadata(chart)?;
    let local =
        dependencies(&metadata).filter_map(|(_, repository)| repository.strip_prefix("file://"));
    local.map(|path| beside(&chart.path, path)).collect()
}

fn metadata(chart: &ChartFolder) -> Result<serde_yaml::Value, String> {
    let file = chart.files.iter().find(|(path, _)| path == "Chart.yaml");
    let Some((_, bytes)) = file else {
        return Err(format!("{} is not a chart: it has no Chart.yaml", chart.path));
    };
    let text = String::from_utf8_lossy(bytes);
    yaml::read(&text).map_err(|(line, column, message)| {
        format!("{}/Chart.yaml:{line}:{column}: {message}", chart.path)
    })
}

/// The name and repository of each dependency.
fn dependencies(metadata: &serde_yaml::Value) -> impl Iterator<Item = (&str, &str)> {
    let listed = metadata.get("dependencies").and_then(serde_yaml::Value::as_sequence);
    listed.into_iter().flatten().filter_map(|dependency| {
        Some((dependency.get("name")?.as_str()?, dependency.get("repository")?.as_str()?))
    })
}

/// A path as Helm reads it from a chart: relative to the chart's own folder.
fn beside(chart: &RelativePath, path: &str) -> Result<RelativePath, String> {
    let mut parts: Vec<&str> = chart.as_str().split('/').collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_some() => {}
            ".." => return Err(format!("{chart}/Chart.yaml: file://{path} leaves the repository")),
            part => parts.push(part),
        }
    }
    RelativePath::parse(&parts.join("/")).map_err(|error| format!("{chart}/Chart.yaml: {error}"))
}

fn add(hash: &mut Sha256, folder: &ChartFolder) -> Result<(), String> {
    let metadata = metadata(folder)?;
    let ignore = Ignore::read(folder);
    let mut files: Vec<&(String, Vec<u8>)> = folder
        .files
        .iter()
        .filter(|(path, bytes)| !left_out(path, bytes, &metadata, &ignore))
        .collect();
    files.sort_by(|a, b| a.0.cmp(&b.0));
    for (path, bytes) in files {
        let content = match std::str::from_utf8(bytes) {
            Ok(text) if path == "Chart.yaml" => without_version(&seal::unix(text)).into_bytes(),
            Ok(text) => seal::unix(text).into_owned().into_bytes(),
            Err(_) => bytes.clone(),
        };
        // Lengths in front, so that no two folders can hash alike by moving bytes between files.
        hash.update(format!("{path}\0{}\0", content.len()));
        hash.update(&content);
    }
    Ok(())
}

/// Returns true for files that the digest does not cover: those that `.helmignore` names, values
/// files that envroot generated, and what Helm writes when it packs dependencies that are covered.
fn left_out(path: &str, bytes: &[u8], metadata: &serde_yaml::Value, ignore: &Ignore) -> bool {
    if ignore.matches(path) {
        return true;
    }
    if std::str::from_utf8(bytes).is_ok_and(|text| seal::read(text).is_some()) {
        return true;
    }
    let local = |(_, repository): &(&str, &str)| repository.starts_with("file://");
    match path.strip_prefix("charts/") {
        Some(packed) => dependencies(metadata).filter(local).any(|(name, _)| {
            packed
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('-') && rest.ends_with(".tgz"))
        }),
        None => path == "Chart.lock" && dependencies(metadata).all(|dependency| local(&dependency)),
    }
}

/// `Chart.yaml` without its `version`: a version alone is no change of what is deployed.
fn without_version(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| !line.starts_with("version:")).collect()
}

/// The patterns of `.helmignore`, as far as Helm knows them: names, paths, directories, negation.
struct Ignore(Vec<(glob::Pattern, IgnoreRule)>);

#[derive(Clone, Copy)]
struct IgnoreRule {
    negated: bool,
    whole_path: bool,
    directory: bool,
}

impl Ignore {
    fn read(folder: &ChartFolder) -> Ignore {
        let file = folder.files.iter().find(|(path, _)| path == ".helmignore");
        let text = file.and_then(|(_, bytes)| std::str::from_utf8(bytes).ok()).unwrap_or_default();
        let lines =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Ignore(lines.filter_map(Ignore::rule).collect())
    }

    fn rule(line: &str) -> Option<(glob::Pattern, IgnoreRule)> {
        let (negated, line) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (directory, line) = line.strip_suffix('/').map_or((false, line), |rest| (true, rest));
        let whole_path = line.contains('/');
        let pattern = glob::Pattern::new(line.trim_start_matches('/')).ok()?;
        Some((pattern, IgnoreRule { negated, whole_path, directory }))
    }

    fn matches(&self, path: &str) -> bool {
        let ends =
            path.match_indices('/').map(|(at, _)| (&path[..at], true)).chain([(path, false)]);
        ends.into_iter().any(|(part, is_directory)| self.matches_part(part, is_directory))
    }

    fn matches_part(&self, part: &str, is_directory: bool) -> bool {
        let options = glob::MatchOptions { require_literal_separator: true, ..Default::default() };
        self.0.iter().fold(false, |ignored, (pattern, rule)| {
            let subject = match rule.whole_path {
                true => part,
                false => part.rsplit('/').next().unwrap_or(part),
            };
            let applies =
                (!rule.directory || is_directory) && pattern.matches_with(subject, options);
            if applies { !rule.negated } else { ignored }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHART: &str = "name: web\nversion: 1.0.0\ndependencies:\n- name: common\n  repository: file://../common\n  version: 1.0.0\n";

    fn folder(path: &str, files: &[(&str, &str)]) -> ChartFolder {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
        ChartFolder { path: RelativePath::parse(path).unwrap(), files: files.collect() }
    }

    fn base() -> Vec<(&'static str, &'static str)> {
        vec![
            ("Chart.yaml", CHART),
            ("templates/a.yaml", "a: 1\n"),
            (".helmignore", "# x\n*.md\n/ci/\n"),
        ]
    }

    fn digest(files: &[(&str, &str)], library: &str) -> String {
        let common = folder(
            "charts/common",
            &[("Chart.yaml", "name: common\nversion: 1.0.0\n"), ("templates/_a.tpl", library)],
        );
        read(&folder("charts/web", files), &[common]).unwrap().digest
    }

    #[track_caller]
    fn changes(edit: impl Fn(&mut Vec<(&'static str, &'static str)>), expected: bool) {
        let mut files = base();
        edit(&mut files);
        assert_eq!(digest(&files, "x") != digest(&base(), "x"), expected);
    }

    #[test]
    fn what_helm_would_package_changes_the_digest_and_nothing_else_does() {
        changes(|files| files[1].1 = "a: 2\n", true);
        changes(|files| files.push(("templates/b.yaml", "")), true);
        changes(|files| files[1].0 = "templates/c.yaml", true);
        changes(|files| files.push(("charts/remote-1.0.0.tgz", "x")), true);
        changes(|files| files.reverse(), false);
        changes(|files| files[1].1 = "a: 1\r\n", false);
        changes(|files| files.push(("README.md", "x")), false);
        changes(|files| files.push(("ci/values.yaml", "x")), false);
        changes(|files| files.push(("Chart.lock", "x")), false);
        changes(|files| files.push(("charts/common-1.0.0.tgz", "x")), false);
        assert_ne!(digest(&base(), "x"), digest(&base(), "y"));
    }

    #[test]
    fn the_version_and_generated_values_are_left_out() {
        let sealed = seal::seal(
            &RelativePath::parse("charts/web/values-dev.yaml").unwrap(),
            &seal::Owner::default(),
            seal::Comment::Hash,
            None,
            "a: 1\n",
        );
        let mut files = base();
        files.push(("values-dev.yaml", &sealed));
        let bumped = CHART.replace("version: 1.0.0\ndep", "version: 1.0.1\ndep");
        files[0].1 = &bumped;
        assert_eq!(digest(&files, "x"), digest(&base(), "x"));
    }

    #[test]
    fn a_dependency_is_found_beside_the_chart() {
        let paths = local_dependencies(&folder("charts/web", &base())).unwrap();
        assert_eq!(paths.iter().map(RelativePath::as_str).collect::<Vec<_>>(), ["charts/common"]);
        let outside = CHART.replace("../common", "../../../common");
        assert!(local_dependencies(&folder("charts/web", &[("Chart.yaml", &outside)])).is_err());
    }

    #[test]
    fn what_is_no_chart_is_refused() {
        for files in [&[][..], &[("Chart.yaml", "name: x\n")], &[("Chart.yaml", "a: [")]] {
            assert!(read(&folder("charts/web", files), &[]).is_err());
        }
    }
}

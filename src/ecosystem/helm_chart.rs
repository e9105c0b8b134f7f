//! A local Helm chart: its name, version and the digest of what Helm would package.
//!
//! Terraform sees a local chart by path, version and values only, so an edited template under an
//! unchanged version deploys nothing, silently (the helm provider's issue 515). The digest is what
//! makes such a change visible. Takes folders as they were read; nothing here touches the disk.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::chart_metadata::{beside, dependencies, identity, metadata, text_at, text_of};
use super::chart_values::{ChartKeys, KnownValues, Scopes, ValuesSchema, values_of};
use super::helm_ignore::Ignore;
use super::helm_values::Keys;
use crate::format::ParseError;
use crate::format::seal;
use crate::format::sealed_beside::sealed_path;
use crate::model::name::RelativePath;

/// The files of a chart's folder, by path below it.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Its own values, those of the charts below it included.
    pub defaults: Json,
    /// The schemas of its values, those of the charts below it included.
    pub schemas: Vec<ValuesSchema>,
    /// The charts below it that are not at hand, by the keys of their values.
    pub unknown: Vec<String>,
    pub scopes: Scopes,
    keys: ChartKeys,
}

impl Chart {
    /// The keys that its values files may contain. Works them out when first asked: that walks the
    /// templates of all charts below it.
    pub(crate) fn keys(&self) -> &Keys {
        self.keys.get(&self.defaults)
    }

    #[cfg(test)]
    pub(crate) fn has_read_templates(&self) -> bool {
        self.keys.are_known()
    }
}

/// Charts by the path of their folder, as settings name it.
pub type Charts = std::collections::BTreeMap<String, Chart>;

/// A mistake in a file of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartFault {
    /// The path of the file, relative to `environments.toml`.
    pub file: String,
    /// The text of the file, with the line and the column of the mistake.
    pub at: Option<(String, usize, usize)>,
    pub message: String,
}

impl ChartFault {
    /// A mistake of a chart as a whole.
    pub fn whole(path: impl fmt::Display, message: impl Into<String>) -> ChartFault {
        ChartFault { file: path.to_string(), at: None, message: message.into() }
    }

    pub(super) fn at(
        folder: &ChartFolder,
        file: &str,
        text: &str,
        (line, column, message): ParseError,
    ) -> ChartFault {
        let path = format!("{}/{file}", folder.path);
        ChartFault { file: path, at: Some((text.to_owned(), line, column)), message }
    }
}

/// Reads a chart from its folder and those of the charts it takes from the same repository.
pub fn read(chart: &ChartFolder, dependencies: &[ChartFolder]) -> Result<Chart, ChartFault> {
    let chart = &packaged(chart)?;
    let dependencies: Vec<ChartFolder> =
        dependencies.iter().map(packaged).collect::<Result<_, _>>()?;
    let metadata = metadata(chart)?;
    let (name, version) = identity(chart, &metadata)?;
    if text_at(&metadata, "type").as_deref() == Some("library") {
        let message = "it is a library for other charts, which Helm does not install";
        return Err(ChartFault::whole(&chart.path, message));
    }
    let mut hash = Sha256::new();
    for folder in std::iter::once(chart).chain(&dependencies) {
        add(&mut hash, folder)?;
    }
    let digest: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let KnownValues { keys, defaults, schemas, unknown, scopes } = values_of(chart, &dependencies)?;
    Ok(Chart {
        path: chart.path.clone(),
        name,
        version,
        digest,
        defaults,
        schemas,
        unknown,
        scopes,
        keys,
    })
}

/// The files of a chart that Helm would package.
fn packaged(chart: &ChartFolder) -> Result<ChartFolder, ChartFault> {
    let text = text_of(chart, ".helmignore")?.unwrap_or_default();
    let ignore = Ignore::parse(text).map_err(|(line, message)| {
        ChartFault::at(chart, ".helmignore", text, (line, 1, message))
    })?;
    let files = chart.files.iter().filter(|(path, _)| !ignore.leaves_out(path)).cloned();
    Ok(ChartFolder { path: chart.path.clone(), files: files.collect() })
}

/// The folders of the charts that a chart takes from the same repository (`file://…`).
pub fn local_dependencies(chart: &ChartFolder) -> Result<Vec<RelativePath>, ChartFault> {
    let metadata = metadata(chart)?;
    let local = dependencies(&metadata);
    let local = local.filter_map(|(_, repository)| repository.strip_prefix("file://"));
    local.map(|path| beside(&chart.path, path)).collect()
}

fn add(hash: &mut Sha256, folder: &ChartFolder) -> Result<(), ChartFault> {
    let metadata = metadata(folder)?;
    let mut files: Vec<&(String, Vec<u8>)> =
        folder.files.iter().filter(|(path, bytes)| !left_out(path, bytes, &metadata)).collect();
    let sealed = sealed_beside(folder);
    files.retain(|(path, _)| !sealed.contains(path.as_str()));
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

/// The files of a chart that a file beside them seals: envroot generated them as well.
fn sealed_beside(folder: &ChartFolder) -> BTreeSet<String> {
    let sealed = |(path, bytes): &(String, Vec<u8>)| {
        let path = sealed_path(&RelativePath::parse(path).ok()?)?;
        let is_seal = std::str::from_utf8(bytes).is_ok_and(seal::is_near_the_top);
        is_seal.then(|| path.to_string())
    };
    folder.files.iter().filter_map(sealed).collect()
}

/// Returns true for files that the digest does not cover: values files that envroot generated, and
/// what Helm writes when it packs dependencies that are covered.
pub(super) fn left_out(path: &str, bytes: &[u8], metadata: &Json) -> bool {
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
        changes(|files| files.push(("charts/remote-1.0.0.tar", "x")), true);
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
            Some(seal::Comment::Hash),
            None,
            "a: 1\n",
        );
        let beside = seal::seal(
            &RelativePath::parse("charts/web/values-dev.json").unwrap(),
            &seal::Owner::default(),
            None,
            None,
            "",
        );
        let mut files = base();
        files.push(("values-dev.yaml", &sealed));
        files.push(("values-dev.json", "{}\n"));
        assert_ne!(digest(&files, "x"), digest(&base(), "x"));
        files.push((".values-dev.json.seal", &beside));
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

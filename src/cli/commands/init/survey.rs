//! The parts of a repository that envroot could render: roots, values files, charts.
//!
//! Classifies names and texts. Reads no files.

use std::collections::BTreeSet;

use crate::model::name::{Name, RelativePath};

/// The findings, each in the order of its path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Survey {
    /// The folders of Terraform root modules: those with a backend or a provider of their own.
    pub roots: Vec<String>,
    /// Values files of one environment: `values-dev.yaml`.
    pub values: Vec<RelativePath>,
    /// The folders of Helm charts.
    pub charts: Vec<String>,
    /// The environments that their names speak of.
    pub environments: Vec<Name>,
}

/// Returns true if the survey needs a file of this name.
pub(crate) fn matters(name: &str) -> bool {
    name.ends_with(".tf") || name == "Chart.yaml" || values_of(name).is_some()
}

/// The environment in the name of a values file.
fn values_of(name: &str) -> Option<Name> {
    let stem = name.strip_suffix(".yaml").or(name.strip_suffix(".yml"))?;
    Name::parse(stem.strip_prefix("values-").or(stem.strip_prefix("values."))?).ok()
}

/// Surveys files that matter, in the order of their paths.
pub(crate) fn survey(files: &[(RelativePath, String)]) -> Survey {
    let mut survey = Survey::default();
    let mut named = BTreeSet::new();
    for (path, text) in files {
        let name = path.as_str().rsplit('/').next().unwrap_or_default();
        let folder = path.directory().to_owned();
        if let Some(environment) = values_of(name) {
            survey.values.push(path.clone());
            named.insert(environment);
        } else if name == "Chart.yaml" {
            survey.charts.push(folder);
        } else if is_root(text) && !survey.roots.contains(&folder) {
            survey.roots.push(folder);
        }
    }
    // The last folder of a root is an environment's where several roots share it, or values do.
    let last = |root: &String| Name::parse(root.rsplit('/').next().unwrap_or_default()).ok();
    for name in survey.roots.iter().filter_map(last) {
        let above = |root: &&String| last(root).as_ref() == Some(&name);
        if survey.roots.iter().filter(above).count() > 1 {
            named.insert(name);
        }
    }
    survey.environments = named.into_iter().collect();
    survey
}

/// Returns true for a module with a backend or an account, which is one that is applied.
fn is_root(text: &str) -> bool {
    text.lines().any(|line| {
        let mut words = line.split_whitespace();
        matches!(words.next(), Some("backend" | "cloud" | "provider"))
            && words.any(|word| word.contains('{'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_values_and_charts_are_found_by_what_they_are() {
        let file = |path: &str, text: &str| (RelativePath::parse(path).unwrap(), text.to_owned());
        let backend = "terraform {\n  backend \"s3\" {}\n}\n";
        let found = survey(&[
            file("charts/api/Chart.yaml", ""),
            file("charts/api/values-prod.yaml", ""),
            file("modules/api/main.tf", "resource \"x\" \"y\" {\n  provider = aws.east\n}\n"),
            file("terraform/api/dev/main.tf", backend),
            file("terraform/api/dev/providers.tf", "provider \"aws\" {\n}\n"),
            file("terraform/web/dev/main.tf", backend),
            file("terraform/network/main.tf", "provider \"aws\" {}\n"),
        ]);
        assert_eq!(found.roots, ["terraform/api/dev", "terraform/web/dev", "terraform/network"]);
        assert_eq!(found.charts, ["charts/api"]);
        assert_eq!(found.values, [RelativePath::parse("charts/api/values-prod.yaml").unwrap()]);
        let environments: Vec<&str> = found.environments.iter().map(Name::as_str).collect();
        assert_eq!(environments, ["dev", "prod"]);
    }
}

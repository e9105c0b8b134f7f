//! A chart from a repository has an exact version, so that no release is upgraded by accident.

use super::Settings;
use super::charts;
use crate::model::code::Code;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::ChartVersionRange,
    summary: "a chart from a repository has an exact version",
    waivable_at: Some("the path of the version"),
    checks: &[RuleCheck::Settings(check)],
};

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    for of in settings.deployed() {
        for remote in charts::remotes(of.deployment) {
            let Some(text) = remote.version.str().filter(|text| !is_exact(text)) else { continue };
            let message =
                format!("`{text}` is not an exact version of the chart `{}`", remote.name);
            let problem = findings.problem(message).at(remote.version.deciding_origin().value);
            let mend = "write one, such as `1.2.3`, so that nothing is upgraded by accident";
            let path = format!("{}.{}", of.path(), remote.version_path);
            findings.report_values(of.add_to(problem), mend, &[&path], &[remote.version]);
        }
    }
}

fn is_exact(version: &str) -> bool {
    semver::Version::parse(version.strip_prefix('v').unwrap_or(version)).is_ok()
}

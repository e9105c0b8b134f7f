//! A chart whose content changes gets a new version: under an unchanged one, Terraform sees no change
//! and deploys nothing.

use super::Drift;
use crate::format::seal;
use crate::model::code::Code;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::ChartVersion,
    summary: "a chart whose content changed has another version; `gen --same-version` accepts it",
    waivable_at: None,
    checks: &[RuleCheck::Drift(check)],
};

fn check(drift: &Drift<'_>, findings: &mut Findings<'_>) {
    for entry in drift.entries.iter().filter(|entry| !entry.outside) {
        let Some(file) = entry.file.map(|index| &drift.files[index]) else { continue };
        let Some((now, before)) = file.chart.as_ref().zip(entry.before.as_deref()) else {
            continue;
        };
        let Some(before) = seal::read(before).and_then(|sealed| sealed.chart) else { continue };
        let is_same = now.path == before.path && now.version == before.version;
        if !is_same || now.digest == before.digest {
            continue;
        }
        let message =
            format!("the chart `{}` changed, and its version is still {}", now.path, now.version);
        let mend = "raise `version` in its Chart.yaml; or, if that version was never released, run: envroot gen --same-version";
        let target = &file.owner.target;
        let problem = findings.problem(message);
        let problem = problem.for_target(target.service.as_ref(), target.environment.as_ref());
        findings.report(problem, mend, &[]);
    }
}

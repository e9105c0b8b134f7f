//! Settings that must differ between environments.
//!
//! The form of an opaque id does not show that it is wrong; comparison shows a swap.

use std::collections::HashMap;

use super::Settings;
use super::given::{self, GivenValue};
use crate::model::code::Code;
use crate::model::diagnostic::Problem;
use crate::model::key_path::Path;
use crate::resolve::Environment;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::Distinct,
    summary: "environments differ in `account_id`, except within one step of `order`, and in the settings that packs and services list as `distinct`",
    waivable_at: Some("the path of the value in one environment"),
    checks: &[RuleCheck::Settings(accounts), RuleCheck::Settings(settings)],
};

/// Account ids differ, except within one promotion step.
fn accounts(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let path = Path::of(&["account_id"]);
    let given = given::facts(settings, &path);
    let mend =
        "give each its own account, put environments that share one into one step of `order`";
    report_equal(&given, &path, |a, b| a.step != b.step, |problem| problem, mend, findings);
}

/// The settings that packs and services list as `distinct`.
fn settings(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    for service in &settings.resolved.services {
        let own = settings.config.services[&service.name].distinct.iter().map(|(path, _)| path);
        let mut paths: Vec<&Path> = service.pack.distinct.iter().chain(own).collect();
        paths.dedup();
        for path in paths {
            let given = given::settings(settings, service, path);
            let of_service = |problem| given::of_service(problem, service);
            let mend = "give each environment its own";
            report_equal(&given, path, |_, _| true, of_service, mend, findings);
        }
    }
}

/// Reports each environment whose value an earlier one already has.
fn report_equal(
    given: &[GivenValue<'_>],
    path: &Path,
    must_differ: impl Fn(&Environment, &Environment) -> bool,
    complete: impl Fn(Problem) -> Problem,
    mend: &str,
    findings: &mut Findings<'_>,
) {
    let mut first = HashMap::with_capacity(given.len());
    for item in given {
        let earlier: &GivenValue<'_> = first.entry(item.reading()).or_insert(item);
        if std::ptr::eq(earlier, item) || !must_differ(earlier.environment, item.environment) {
            continue;
        }
        let (a, b) = (&earlier.environment.name, &item.environment.name);
        let message = format!("`{a}` and `{b}` have the same `{path}`, which must differ");
        let mut problem = findings.problem(message).at(item.node.origin.value);
        if earlier.node.origin.value != item.node.origin.value {
            problem = problem.label(earlier.node.origin.value, format!("the one of `{a}`"));
        }
        let problem = complete(problem.for_target(None, Some(a)).for_target(None, Some(b)));
        findings.report_values(
            problem,
            mend,
            &[&item.path, &earlier.path],
            &[item.node, earlier.node],
        );
    }
}

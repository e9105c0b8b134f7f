//! Settings that must be equal in all environments of a service.

use super::Settings;
use super::given;
use crate::model::code::Code;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::Same,
    summary: "the settings that a service lists as `same` are equal in all its environments",
    waivable_at: Some("the path of the value that differs"),
    checks: &[RuleCheck::Settings(check)],
};

const MEND: &str = "give both the same value";

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    for service in &settings.resolved.services {
        for (path, place) in &settings.config.services[&service.name].same {
            let given = given::settings(settings, service, path);
            let Some((first, rest)) = given.split_first() else { continue };
            let expected = first.node.to_json();
            for other in rest.iter().filter(|other| other.node.to_json() != expected) {
                let (a, b) = (&first.environment.name, &other.environment.name);
                let message = format!(
                    "`{path}` differs between `{a}` and `{b}`, and must be the same everywhere"
                );
                let problem = findings
                    .problem(message)
                    .at(other.node.origin.value)
                    .label(first.node.origin.value, format!("the one of `{a}`"))
                    .for_target(None, Some(a))
                    .for_target(None, Some(b));
                let problem = given::of_service(problem, service).label(*place, "listed here");
                // One environment that differs is enough to show that the setting is not the same.
                if findings.report_values(problem, MEND, &[&other.path], &[other.node]) {
                    break;
                }
            }
        }
    }
}

//! Runs the rules of the registry, stage by stage.

use super::drift::Drift;
use super::findings::Findings;
use super::registry::RULES;
use super::rendered::{ModuleCall, RenderedFile};
use super::rule::RuleCheck;
use super::settings::Settings;
use super::waivers::Waivers;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::span::Span;
use crate::render::Collision;

/// The settings of a project, judged before anything is rendered.
pub fn settings(settings: &Settings<'_>, waivers: &Waivers) -> Problems {
    let mut problems = Problems::default();
    each(waivers, &mut problems, |check, findings| {
        if let RuleCheck::Settings(check) = check {
            check(settings, findings);
        }
    });
    problems
}

/// The paths of the files to render.
pub fn paths(collisions: &[Collision], waivers: &Waivers) -> Problems {
    let mut problems = Problems::default();
    each(waivers, &mut problems, |check, findings| {
        if let RuleCheck::Paths(check) = check {
            check(collisions, findings);
        }
    });
    problems
}

/// A rendered file.
pub(super) fn file(file: &RenderedFile<'_>, waivers: &Waivers, problems: &mut Problems) {
    each(waivers, problems, |check, findings| {
        if let RuleCheck::File(check) = check {
            check(file, findings);
        }
    });
}

/// The call of a module in a rendered file.
pub(super) fn call(call: &ModuleCall<'_>, waivers: &Waivers, problems: &mut Problems) {
    each(waivers, problems, |check, findings| {
        if let RuleCheck::Call(check) = check {
            check(call, findings);
        }
    });
}

/// Applies the rules of changes: the rendered files, compared with the disk. Rules in `accepted` are not applied.
pub fn drift(drift: &Drift<'_>, accepted: &[Code], waivers: &Waivers) -> Problems {
    let mut problems = Problems::default();
    each(waivers, &mut problems, |check, findings| {
        if let RuleCheck::Drift(check) = check
            && !accepted.contains(&findings.code)
        {
            check(drift, findings);
        }
    });
    problems
}

fn each(
    waivers: &Waivers,
    problems: &mut Problems,
    mut run: impl FnMut(&RuleCheck, &mut Findings<'_>),
) {
    for rule in RULES.iter() {
        let mut findings = Findings { code: rule.code, waivers, problems };
        rule.checks.iter().for_each(|check| run(check, &mut findings));
    }
}

/// The places of secrets, so that no other problem shows them either.
pub fn secrets(problems: &Problems) -> Vec<Span> {
    let found = problems.iter().filter(|problem| problem.code == Code::Secret);
    found.filter_map(|problem: &Problem| Some(problem.labels.first()?.place)).collect()
}

//! No two files are rendered to one place, also where a file system ignores case or the Unicode
//! normal form.

use crate::model::code::Code;
use crate::render::{Collision, CollisionKind};
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::PathCollision,
    summary: "no two files are rendered to one path, or to paths that differ only in case or Unicode normal form",
    waivable_at: None,
    checks: &[RuleCheck::Paths(check)],
};

fn check(collisions: &[Collision], findings: &mut Findings<'_>) {
    for Collision { kind, place, first } in collisions {
        let message = match kind {
            CollisionKind::SamePath(path) => format!("two files would be rendered to `{path}`"),
            CollisionKind::FileAndFolder { file, below } => {
                format!("`{file}` would be both a file and the folder of `{below}`")
            }
            CollisionKind::Case(a, b) if a.to_lowercase() == b.to_lowercase() => {
                format!("`{a}` and `{b}` differ only in case")
            }
            CollisionKind::Case(a, b) => {
                format!("`{a}` and `{b}` differ only in case or Unicode normal form")
            }
        };
        let mut problem = findings.problem(message).at(*place);
        if first != place {
            problem = problem.label(*first, "the other file");
        }
        let mend = "add a part to the path that differs, such as {{ service.name }}";
        findings.report(problem, mend, &[]);
    }
}

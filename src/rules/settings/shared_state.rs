//! No two roots keep their state in one place, and no rendered root shares one with a hand-written
//! root of the repository.
//!
//! Judges the `[state]` tables of packs; rendered text is not looked at.

use std::collections::HashMap;

use super::Settings;
use super::roots::{self, Root};
use crate::ecosystem::backend::Backend;
use crate::model::code::Code;
use crate::model::span::Span;
use crate::rules::drift::Drift;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::SharedState,
    summary: "no two roots store their state in one place, hand-written roots of the repository included",
    waivable_at: Some("`state` below `environments.E.services.S`"),
    checks: &[RuleCheck::Settings(among_rendered), RuleCheck::Drift(with_handwritten)],
};

/// The backend of a hand-written root, and the place of its block.
pub struct HandwrittenBackend {
    pub backend: Backend,
    pub place: Span,
    /// The path of the file, for messages.
    pub path: String,
    /// True if envroot wrote it, at this path or at another.
    pub is_sealed: bool,
}

fn among_rendered(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let roots = roots::of(settings.resolved);
    let mut known = HashMap::with_capacity(roots.len());
    for root in &roots {
        let first: &Root<'_> = known.entry(&root.location).or_insert(root);
        if std::ptr::eq(first, root) {
            continue;
        }
        let message = format!(
            "{} and {} would share one Terraform state: {}",
            first.of.shown(),
            root.of.shown(),
            roots::shown(&root.location)
        );
        let mut problem = findings.problem(message).at(root.place);
        if first.place != root.place {
            problem = problem.label(first.place, format!("that of {}", first.of.shown()));
        }
        let problem = root.of.add_to(first.of.add_to(problem));
        findings.report(
            problem,
            "give each root a state of its own",
            &[&waivable_at(root), &waivable_at(first)],
        );
    }
}

const HANDWRITTEN: &str =
    "give each root a state of its own, or remove the hand-written root that this one replaces";
const SEALED: &str = "remove the copy; a root whose place has changed is moved with its folder";

fn with_handwritten(drift: &Drift<'_>, findings: &mut Findings<'_>) {
    if drift.handwritten.is_empty() {
        return;
    }
    for root in roots::of(drift.resolved) {
        let Some(other) = drift.handwritten.iter().find(|other| is_same(&root, other)) else {
            continue;
        };
        let message = format!(
            "{} would share one Terraform state with the root of {}: {}",
            root.of.shown(),
            other.path,
            roots::shown(&root.location)
        );
        let problem = findings.problem(message).at(root.place);
        let (whose, mend) = match other.is_sealed {
            true => ("that of a generated root elsewhere", SEALED),
            false => ("the hand-written root's", HANDWRITTEN),
        };
        let problem = root.of.add_to(problem.label(other.place, whose));
        findings.report(problem, mend, &[&waivable_at(&root)]);
    }
}

fn is_same(root: &Root<'_>, other: &HandwrittenBackend) -> bool {
    let (kind, arguments) = &root.location;
    let given = |(name, value): (&&str, &String)| {
        other.backend.arguments.get(*name).is_some_and(|other| other == value)
    };
    other.backend.kind == *kind && arguments.iter().all(given)
}

fn waivable_at(root: &Root<'_>) -> String {
    format!("{}.state", root.of.path())
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::found_with;

    const MANIFEST: &str = r#"
        [state]
        backend = "s3"
        bucket  = "{{ service.bucket }}"
        key     = "{{ service.key }}"
        [defaults]
        bucket = "b"
        key    = "{{ env.name }}"
        [[files]]
        name = "values"
        data = "values"
        path = "{{ env.name }}.yaml"
        [[files]]
        template = "main.tf"
        path     = "{{ env.name }}/main.tf"
    "#;
    const SCHEMA: &str = r#"{ "properties": {
        "env": { "properties": { "account_id": {} } },
        "service": { "properties": { "bucket": {}, "key": {}, "hostname": {} } }
    } }"#;

    #[track_caller]
    fn check(more: &str, expected: &[&str]) {
        assert_eq!(found_with(more, MANIFEST, SCHEMA), expected, "{more}");
    }

    #[test]
    fn two_roots_never_share_a_state() {
        check("", &[]);
        check("[services.s]\nbucket = \"c\"", &[]);
        check(
            "[environments.prod.services.s]\nkey = \"dev\"",
            &["sibling \"dev\"", "shared-state \"dev\""],
        );
        check(
            "[environments.prod.services.s]\nkey = \"dev\"\nbucket = \"c\"",
            &["sibling \"dev\""],
        );
        check("[profiles.p.services.s]\nkey = \"dev\"", &["shared-state \"dev\""]);
        let shared = "[services.s]\nkey = \"k\"";
        check(shared, &["shared-state \"k\""; 3]);
        check(&format!("{shared}\nfiles = [\"values\"]"), &[]);
    }

    #[test]
    fn roots_with_a_state_in_their_own_folder_share_none() {
        let manifest = |place: &str| {
            let state = format!("backend = {place}\n");
            let (before, rest) = MANIFEST.split_once("backend").unwrap();
            before.to_owned() + &state + &rest[rest.find("[defaults]").unwrap()..]
        };
        assert_eq!(found_with("", &manifest("\"local\"\npath = \"one.tfstate\""), SCHEMA), [""; 0]);
        assert_eq!(found_with("", &manifest("\"local\"\npath = \"/states/one\""), SCHEMA).len(), 3);
    }
}

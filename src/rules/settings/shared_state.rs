//! Two roots never keep their state in one place, nor does one beside a hand-written root.
//!
//! Judges what packs say of the backends of their roots; rendered text is not looked at.

use crate::model::code::Code;
use std::collections::{BTreeMap, HashMap};

use super::waivers::{Waivers, or_waive};
use crate::ecosystem::terraform::Backend;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::name::Name;
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Span;
use crate::pack::StateRule;
use crate::resolve::{self, Deployment, Environment, Resolved, Service};

pub const RULE: Code = Code::SharedState;

/// Where a state is kept: the kind of its backend, and the arguments that say where.
type Location<'a> = (&'a str, BTreeMap<&'a str, String>);

/// The root of a service in an environment, and where it keeps its state.
struct Root<'a> {
    service: &'a Service,
    environment: &'a Environment,
    location: Location<'a>,
    place: Span,
}

/// A backend of a hand-written root, and the place of its block.
pub struct Foreign {
    pub backend: Backend,
    pub place: Span,
    /// The file as a person knows it.
    pub path: String,
}

/// No two rendered roots share a state.
pub fn check(resolved: &Resolved, waivers: &Waivers, problems: &mut Problems) {
    let roots = roots(resolved);
    let mut known = HashMap::with_capacity(roots.len());
    for root in &roots {
        let first: &Root<'_> = known.entry(&root.location).or_insert(root);
        if std::ptr::eq(first, root) {
            continue;
        }
        if waivers.cover(RULE, &root.at()) || waivers.cover(RULE, &first.at()) {
            continue;
        }
        let message = format!(
            "{} and {} would share one Terraform state: {}",
            first.shown(),
            root.shown(),
            location_shown(&root.location)
        );
        let mut problem = Problem::error(RULE, message).at(root.place);
        if first.place != root.place {
            problem = problem.label(first.place, format!("that of {}", first.shown()));
        }
        let problem = problem.help(or_waive("give each root a state of its own", RULE, &root.at()));
        let problem = problem.for_target(Some(&first.service.name), Some(&first.environment.name));
        problems.push(problem.for_target(Some(&root.service.name), Some(&root.environment.name)));
    }
}

/// No rendered root shares its state with a hand-written one.
pub fn beside(
    resolved: &Resolved,
    foreign: &[Foreign],
    waivers: &Waivers,
    problems: &mut Problems,
) {
    if foreign.is_empty() {
        return;
    }
    for root in roots(resolved) {
        let (kind, arguments) = &root.location;
        let is_same = |other: &&Foreign| {
            let given = |(name, value): (&&str, &String)| {
                other.backend.arguments.get(*name).is_some_and(|other| other == value)
            };
            other.backend.kind == *kind && arguments.iter().all(given)
        };
        let Some(other) = foreign.iter().find(is_same) else { continue };
        if waivers.cover(RULE, &root.at()) {
            continue;
        }
        let message = format!(
            "{} would share one Terraform state with the root of {}: {}",
            root.shown(),
            other.path,
            location_shown(&root.location)
        );
        let problem = Problem::error(RULE, message).at(root.place);
        let problem = problem.label(other.place, "the hand-written root's");
        let mend = "give each root a state of its own, or remove the hand-written root that this one replaces";
        let problem = problem.help(or_waive(mend, RULE, &root.at()));
        problems.push(problem.for_target(Some(&root.service.name), Some(&root.environment.name)));
    }
}

/// Where the place of a root's state was decided.
pub fn state_place(
    resolved: &Resolved,
    service: Option<&Name>,
    environment: Option<&Name>,
) -> Option<Span> {
    let roots = roots(resolved);
    let is_it = |root: &&Root<'_>| {
        Some(&root.service.name) == service && Some(&root.environment.name) == environment
    };
    Some(roots.iter().find(is_it)?.place)
}

fn roots(resolved: &Resolved) -> Vec<Root<'_>> {
    let mut roots = Vec::new();
    for service in &resolved.services {
        for deployment in service.deployments.iter().filter(|it| has_root(it)) {
            let environment = &resolved.environments[deployment.environment];
            let Some(rule) = &deployment.pack.state else { continue };
            let filled = rule.arguments.iter().map(|(name, text)| {
                let value = resolve::fill(text, &environment.facts, &deployment.settings).ok()?;
                Some((&**name, value))
            });
            // What nobody gives is reported where the backend is printed.
            let Some(arguments) = filled.collect() else { continue };
            let location = (rule.backend.as_str(), arguments);
            let place = place(rule, environment, deployment);
            roots.push(Root { service, environment, location, place });
        }
    }
    roots
}

/// Whether Terraform files are rendered for it at all.
fn has_root(deployment: &Deployment) -> bool {
    let is_terraform = |part: &Part| matches!(part, Part::Text(text) if text.ends_with(".tf"));
    deployment.files().any(|rule| rule.path.last().is_some_and(is_terraform))
}

/// Where the location was decided: at the last setting that the last argument names.
fn place(rule: &StateRule, environment: &Environment, deployment: &Deployment) -> Span {
    let parts = rule.arguments.iter().rev().flat_map(|(_, text)| text.iter().rev());
    let named = parts.filter_map(|part| match part {
        Part::Reference(Reference { scope: Scope::Env, path, .. }) => environment.facts.at(path),
        Part::Reference(Reference { path, .. }) => deployment.settings.at(path),
        _ => None,
    });
    let mut origins =
        named.map(|node| node.deciding_origin()).filter(|origin| origin.key != origin.value);
    origins.next().map_or(rule.place, |origin| origin.value)
}

fn location_shown((kind, arguments): &Location<'_>) -> String {
    let shown: Vec<String> =
        arguments.iter().map(|(name, value)| format!("{name} `{value}`")).collect();
    format!("{kind} {}", shown.join(", "))
}

impl Root<'_> {
    fn at(&self) -> String {
        format!("environments.{}.services.{}.state", self.environment.name, self.service.name)
    }

    fn shown(&self) -> String {
        format!("`{}` in `{}`", self.service.name, self.environment.name)
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::settings::tests::found_with;

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
}

//! The Terraform roots of a project, each with the location of its state.
//!
//! Reads the `[state]` tables of packs, not rendered text.

use std::collections::BTreeMap;

use super::{Deployed, deployed};
use crate::model::diagnostic::Target;
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Span;
use crate::pack::StateRule;
use crate::resolve::{self, Deployment, Resolved};

/// The location of a state: the kind of its backend, and the arguments that name the place.
pub(crate) type Location<'a> = (&'a str, BTreeMap<&'a str, String>);

/// The root of a service in an environment.
pub(crate) struct Root<'a> {
    pub of: Deployed<'a>,
    pub location: Location<'a>,
    /// The place of the setting that decides the location.
    pub place: Span,
}

pub(crate) fn of(resolved: &Resolved) -> Vec<Root<'_>> {
    deployed(resolved).filter(|of| has_root(of.deployment)).filter_map(root).collect()
}

fn root(of: Deployed<'_>) -> Option<Root<'_>> {
    let rule = of.deployment.pack.state.as_ref()?;
    let filled = rule.arguments.iter().map(|(name, text)| {
        let value = resolve::fill(text, &of.environment.facts, &of.deployment.settings).ok()?;
        Some((&**name, value))
    });
    // A missing setting is reported where the backend is printed.
    let location = (rule.backend.as_str(), filled.collect::<Option<_>>()?);
    Some(Root { of, location, place: place(rule, of) })
}

/// The place of the setting that decides the location of a root's state.
pub(crate) fn place_of(resolved: &Resolved, target: &Target) -> Option<Span> {
    let is_it = |root: &Root<'_>| {
        Some(&root.of.service.name) == target.service.as_ref()
            && Some(&root.of.environment.name) == target.environment.as_ref()
    };
    Some(of(resolved).into_iter().find(is_it)?.place)
}

/// Returns true if Terraform files are rendered for a deployment.
fn has_root(deployment: &Deployment) -> bool {
    let is_terraform = |part: &Part| matches!(part, Part::Text(text) if text.ends_with(".tf"));
    deployment.files().any(|rule| rule.path.last().is_some_and(is_terraform))
}

/// The last setting that the last argument names, or else the `[state]` table.
fn place(rule: &StateRule, of: Deployed<'_>) -> Span {
    let parts = rule.arguments.iter().rev().flat_map(|(_, text)| text.iter().rev());
    let named = parts.filter_map(|part| match part {
        Part::Reference(Reference { scope: Scope::Env, path, .. }) => of.environment.facts.at(path),
        Part::Reference(Reference { path, .. }) => of.deployment.settings.at(path),
        _ => None,
    });
    let mut origins =
        named.map(|node| node.deciding_origin()).filter(|origin| origin.key != origin.value);
    origins.next().map_or(rule.place, |origin| origin.value)
}

/// The location for messages, such as ``s3 bucket `b`, key `k` ``.
pub(crate) fn shown((kind, arguments): &Location<'_>) -> String {
    let shown: Vec<String> =
        arguments.iter().map(|(name, value)| format!("{name} `{value}`")).collect();
    format!("{kind} {}", shown.join(", "))
}

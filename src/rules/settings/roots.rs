//! The Terraform roots of a project, each with the location of its state.
//!
//! Reads the `[state]` tables of packs, not rendered text.

use std::collections::BTreeMap;

use super::{Deployed, deployed};
use crate::ecosystem::terraform;
use crate::model::diagnostic::Target;
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Span;
use crate::model::tree::Node;
use crate::pack::{StateArgument, StateRule};
use crate::resolve::{self, Deployment, Resolved};

/// The location of a state: the kind of its backend, and the arguments that name the place.
pub(crate) type Location<'a> = (&'a str, BTreeMap<&'a str, String>);

/// Arguments of a backend, by name.
type Arguments = BTreeMap<String, String>;

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
    let filled = rule.arguments.iter().map(|StateArgument { name, text, .. }| {
        let value = resolve::fill(text, &of.environment.facts, &of.deployment.settings).ok()?;
        Some((&**name, value))
    });
    // A missing setting is reported where the backend is printed.
    let location: Location<'_> = (rule.backend.as_str(), filled.collect::<Option<_>>()?);
    // Each folder has a state of its own.
    if location.0 == "local" && !location.1.get("path").is_some_and(|path| path.starts_with('/')) {
        return None;
    }
    Some(Root { of, location, place: place(rule, of, None) })
}

/// The place of what moved the state of a root. `before` holds the arguments that changed, with their
/// values before. A pack that describes no state has the place at the start of its manifest.
pub(crate) fn place_of_change(
    resolved: &Resolved,
    target: &Target,
    before: &Arguments,
) -> Option<Span> {
    let is_it = |of: &Deployed<'_>| {
        Some(&of.service.name) == target.service.as_ref()
            && Some(&of.environment.name) == target.environment.as_ref()
    };
    let of = deployed(resolved).find(is_it)?;
    let pack = &of.deployment.pack;
    let in_manifest = || pack.texts.first().map(|file| Span { file: *file, start: 0, end: 0 });
    pack.state.as_ref().map_or_else(in_manifest, |rule| Some(place(rule, of, Some(before))))
}

/// Returns true if the end of a path is that of a Terraform file.
fn ends_name_of_code(text: &str) -> bool {
    terraform::is_code(&format!("x{}", text.rsplit('/').next().unwrap_or(text)))
}

/// Returns true if Terraform files are rendered for a deployment.
fn has_root(deployment: &Deployment) -> bool {
    let is_terraform = |part: &Part| matches!(part, Part::Text(text) if ends_name_of_code(text));
    deployment.files().any(|rule| rule.path.last().is_some_and(is_terraform))
}

/// The place of what decides the location of a root's state: the last setting of `environments.toml`
/// that an argument names, or else the last default of the pack, or else the last argument of the
/// `[state]` table. `before` limits it to these arguments, and to what their old values do not hold.
fn place(rule: &StateRule, of: Deployed<'_>, before: Option<&Arguments>) -> Span {
    let is_meant = |name: &str| before.is_none_or(|before| before.contains_key(name));
    let arguments: Vec<_> = rule.arguments.iter().rev().filter(|it| is_meant(&it.name)).collect();
    let old = |argument: &StateArgument| before?.get(&*argument.name).map(String::as_str);
    if let Some(rewritten) = arguments.iter().find(|it| has_new_text(it, old(it))) {
        return rewritten.place;
    }
    let mut origins = Vec::new();
    for argument in &arguments {
        let nodes = argument.text.iter().rev().filter_map(|part| node(part, of));
        origins.extend(nodes.map(|node| (node.deciding_origin(), is_new(node, old(argument)))));
    }
    // The value of `name` is its own key, and explains nothing.
    origins.retain(|(origin, _)| origin.key != origin.value);
    if origins.iter().any(|(_, is_new)| *is_new) {
        origins.retain(|(_, is_new)| *is_new);
    }
    let written = origins.iter().find(|(origin, _)| origin.pack.is_none());
    match (written.or(origins.first()), arguments.first()) {
        (Some((origin, _)), _) => origin.value,
        (None, Some(argument)) => argument.place,
        (None, None) => rule.place,
    }
}

/// Returns true if the old value does not hold the text around the references of an argument.
fn has_new_text(argument: &StateArgument, old: Option<&str>) -> bool {
    let is_new = |part: &Part| matches!((part, old), (Part::Text(text), Some(old)) if !old.contains(text.as_str()));
    argument.text.iter().any(is_new)
}

/// The setting that a part of a text names.
fn node<'a>(part: &Part, of: Deployed<'a>) -> Option<&'a Node> {
    match part {
        Part::Reference(Reference { scope: Scope::Env, path, .. }) => of.environment.facts.at(path),
        Part::Reference(Reference { path, .. }) => of.deployment.settings.at(path),
        _ => None,
    }
}

/// Returns true if the old text does not hold the value of a setting.
fn is_new(node: &Node, old: Option<&str>) -> bool {
    old.zip(resolve::plain(&node.value)).is_some_and(|(old, value)| !old.contains(&*value))
}

/// The location for messages, such as ``s3 bucket `b`, key `k` ``.
pub(crate) fn shown((kind, arguments): &Location<'_>) -> String {
    let shown: Vec<String> =
        arguments.iter().map(|(name, value)| format!("{name} `{value}`")).collect();
    format!("{kind} {}", shown.join(", "))
}

//! The annotations of a pack's schema that rules use: `format` names the kind of a string, `names` what
//! it is the name of, and `ascending` pairs of numbers of which the first may not exceed the second.
//!
//! Reads schemas and finds annotated settings; judges no value.

use std::sync::Arc;

use serde_json::Value as Json;

use super::Settings;
use crate::model::diagnostic::Problem;
use crate::model::key_path::Key;
use crate::model::name::Name;
use crate::model::reference::Scope;
use crate::model::tree::{Node, Value};
use crate::pack::Pack;
use crate::schema::Shape;

/// An annotation of the settings at a path.
#[derive(Debug, PartialEq, Eq)]
struct Annotation {
    path: Vec<Step>,
    kind: AnnotationKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(Key),
    /// Every entry of a table with free keys, or every item of a list.
    Each,
}

/// The value of `names` for the name of an environment.
pub(crate) const ENVIRONMENT: &str = "environment";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AnnotationKind {
    Format(String),
    /// What a string is the name of.
    Names(String),
    /// The value of the first key may not exceed that of the second.
    Ascending(Key, Key),
}

/// An annotated fact or setting.
pub(crate) struct Annotated<'a> {
    pub kind: &'a AnnotationKind,
    pub node: &'a Node,
    /// The keys that lead to it, from the facts or the settings.
    pub keys: &'a [&'a str],
    service: Option<&'a Name>,
    environment: &'a Name,
}

impl Annotated<'_> {
    /// The path of the facts or settings that hold it, as a waiver names it.
    pub(crate) fn above(&self) -> String {
        match self.service {
            Some(service) => format!("environments.{}.services.{service}", self.environment),
            None => format!("environments.{}", self.environment),
        }
    }

    pub(crate) fn add_to(&self, problem: Problem) -> Problem {
        problem.for_target(self.service, Some(self.environment))
    }
}

/// The annotations that a rule wants, for facts and for settings, of each pack.
type OfPacks<'a> = Vec<(&'a Arc<Pack>, [Vec<Annotation>; 2])>;

/// Calls `visit` with each fact and setting whose annotation a rule wants, in every environment.
pub(crate) fn each(
    settings: &Settings<'_>,
    wanted: fn(&AnnotationKind) -> bool,
    mut visit: impl FnMut(&Annotated<'_>),
) {
    let mut packs: OfPacks<'_> = Vec::new();
    for deployed in settings.deployed() {
        let pack = &deployed.deployment.pack;
        if !packs.iter().any(|(known, _)| Arc::ptr_eq(known, pack)) {
            packs.push((pack, [Scope::Env, Scope::Service].map(|scope| by(pack, scope, wanted))));
        }
        let known = packs.iter().find(|(known, _)| Arc::ptr_eq(known, pack));
        let [of_facts, of_settings] = known.map(|(_, it)| it).expect("it was added above");
        let environment = &deployed.environment.name;
        let service = Some(&deployed.service.name);
        annotated(of_facts, &deployed.environment.facts, &mut |kind, keys, node| {
            visit(&Annotated { kind, node, keys, service: None, environment });
        });
        annotated(of_settings, &deployed.deployment.settings, &mut |kind, keys, node| {
            visit(&Annotated { kind, node, keys, service, environment });
        });
    }
}

/// The depth to which a schema is read: deeper, its references form a cycle.
const DEPTH: usize = 16;

/// The annotations of a pack's facts or settings that are wanted.
fn by(pack: &Pack, scope: Scope, wanted: fn(&AnnotationKind) -> bool) -> Vec<Annotation> {
    let mut annotations = Vec::new();
    walk(pack.schema.shape(scope), &mut Vec::new(), &mut annotations);
    annotations.retain(|annotation| wanted(&annotation.kind));
    annotations
}

fn walk(shape: Shape<'_>, path: &mut Vec<Step>, annotations: &mut Vec<Annotation>) {
    let Some(node) = shape.node().filter(|_| path.len() < DEPTH) else { return };
    let mut add = |kind| annotations.push(Annotation { path: path.clone(), kind });
    if let Some(format) = node.get("format").and_then(Json::as_str) {
        add(AnnotationKind::Format(format.to_owned()));
    }
    if let Some(named) = node.get("names").and_then(Json::as_str) {
        add(AnnotationKind::Names(named.to_owned()));
    }
    for pair in node.get("ascending").and_then(Json::as_array).into_iter().flatten() {
        if let (Some(low), Some(high)) = (pair.get(0), pair.get(1))
            && let (Some(low), Some(high)) = (low.as_str(), high.as_str())
        {
            add(AnnotationKind::Ascending(low.into(), high.into()));
        }
    }
    for key in shape.keys() {
        if let Some(inner) = shape.key(key) {
            path.push(Step::Key(key.into()));
            walk(inner, path, annotations);
            path.pop();
        }
    }
    if ["items", "additionalProperties"].iter().any(|it| node.get(it).is_some_and(Json::is_object))
    {
        path.push(Step::Each);
        walk(shape.item(), path, annotations);
        path.pop();
    }
}

/// Calls `visit` with each annotated node below a root, and the keys that lead to it.
fn annotated<'a>(
    annotations: &[Annotation],
    root: &'a Node,
    visit: &mut dyn FnMut(&AnnotationKind, &[&'a str], &'a Node),
) {
    let mut at = Vec::new();
    for Annotation { path, kind } in annotations {
        follow(root, path, &mut at, &mut |at, node| visit(kind, at, node));
    }
}

fn follow<'a>(
    node: &'a Node,
    path: &[Step],
    at: &mut Vec<&'a str>,
    visit: &mut dyn FnMut(&[&'a str], &'a Node),
) {
    let Some((first, rest)) = path.split_first() else { return visit(at, node) };
    match (&node.value, first) {
        (Value::Table(table), Step::Key(key)) => {
            if let Some((_, key, inner)) = table.get_full(key) {
                at.push(key);
                follow(inner, rest, at, visit);
                at.pop();
            }
        }
        (Value::Table(table), Step::Each) => {
            for (key, inner) in table {
                at.push(key);
                follow(inner, rest, at, visit);
                at.pop();
            }
        }
        (Value::List(items), Step::Each) => {
            items.iter().for_each(|item| follow(item, rest, at, visit));
        }
        _ => {}
    }
}

//! Facts and settings held against what packs declare.
//!
//! Finds problems, changes nothing.

use super::{Environment, Packs};
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::model::reference::Scope;
use crate::model::span::Span;
use crate::model::tree::{Node, Origin, Value};
use crate::pack::Pack;
use crate::schema::{Shape, Violation};

/// The owner of settings that are validated.
pub struct Owner<'a> {
    pub service: &'a Name,
    pub environment: &'a Environment,
    /// The place of the service's name.
    pub place: Span,
}

/// Every setting must be declared by the pack's schema.
pub fn settings_declared(settings: &Node, pack: &Pack, problems: &mut Problems) {
    let shape = pack.schema.shape(Scope::Service);
    walk(settings, &[shape], &Path::default(), problems, &|path| {
        let problem = format!("the pack `{}` has no setting `{path}`", pack.name);
        (problem, None)
    });
}

/// Every fact must be declared by a pack in use.
pub fn facts_declared(facts: &Node, packs: &Packs, problems: &mut Problems) {
    let shapes: Vec<Shape<'_>> = packs.values().map(|pack| pack.schema.shape(Scope::Env)).collect();
    walk(facts, &shapes, &Path::default(), problems, &|path| {
        let help = "values of your own stand below `vars`, in an environment or in [defaults]";
        (format!("no pack in use has a fact `{path}`"), Some(help))
    });
}

type Message<'a> = &'a dyn Fn(&Path) -> (String, Option<&'static str>);

fn walk(
    node: &Node,
    shapes: &[Shape<'_>],
    at: &Path,
    problems: &mut Problems,
    message: Message<'_>,
) {
    match &node.value {
        Value::Table(table) => {
            for (key, item) in table {
                let path = at.join(key);
                let inner: Vec<Shape<'_>> =
                    shapes.iter().filter_map(|shape| shape.key(key)).collect();
                if inner.is_empty() {
                    problems.push(undeclared(key, &path, &item.origin, shapes, message));
                } else {
                    walk(item, &inner, &path, problems, message);
                }
            }
        }
        Value::List(items) => {
            let inner: Vec<Shape<'_>> = shapes.iter().map(|shape| shape.item()).collect();
            for item in items {
                walk(item, &inner, at, problems, message);
            }
        }
        _ => {}
    }
}

fn undeclared(
    key: &str,
    path: &Path,
    origin: &Origin,
    shapes: &[Shape<'_>],
    message: Message<'_>,
) -> Problem {
    let (message, help) = message(path);
    let known: Vec<&str> = shapes.iter().flat_map(|shape| shape.keys()).collect();
    let problem = Problem::error(Code::UnknownKey, message).note(format!("in {}", origin.table()));
    let problem = problem.unknown_word(origin.key, key, &known);
    match (&problem.meant, help) {
        (None, Some(help)) => problem.help(help),
        _ => problem,
    }
}

/// Validates values against the pack's schema.
pub fn against_schema(
    pack: &Pack,
    owner: &Owner<'_>,
    facts: &Node,
    settings: &Node,
    problems: &mut Problems,
) {
    for violation in pack.schema.violations(facts, settings) {
        problems.push(problem(&violation, owner, facts, settings));
    }
}

fn problem(violation: &Violation, owner: &Owner<'_>, facts: &Node, settings: &Node) -> Problem {
    let (root, owner_place) = match violation.scope {
        Scope::Env => (facts, owner.environment.place),
        Scope::Service => (settings, owner.place),
    };
    let mut problem = Problem::error(violation.code, violation.message.clone());
    match root.at(&violation.path) {
        Some(node) => {
            problem = problem.at(node.origin.value).note(format!("in {}", node.origin.table()));
            if let Some(named) = &node.referenced_origin {
                problem = problem.label(named.value, "the value comes from here");
            }
        }
        None => problem = problem.at(owner_place),
    }
    if let Some(description) = &violation.description {
        problem = problem.note(format!("{}: {description}", violation.path));
    }
    match (&violation.help, violation.code) {
        (Some(help), _) => problem.help(help.clone()),
        (None, Code::MissingSetting) => {
            let environment = &owner.environment.name;
            let service = owner.service;
            problem.help(match violation.scope {
                Scope::Env => format!("give it in [environments.{environment}], or in [defaults]"),
                Scope::Service => format!(
                    "give it in [services.{service}], or in [environments.{environment}.services.{service}]"
                ),
            })
        }
        (None, _) => problem,
    }
}

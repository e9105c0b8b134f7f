//! Facts and settings held against what packs declare.
//!
//! Finds problems, changes nothing.

use std::collections::BTreeSet;

use super::{Environment, Packs};
use crate::model::cause::{Cause, Subject};
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{Key, Path};
use crate::model::name::Name;
use crate::model::reference::Scope;
use crate::model::span::Span;
use crate::model::tree::{Node, Origin, Value};
use crate::pack::{Content, Pack, path_of_item};
use crate::schema::{Shape, Violation};

/// The owner of settings that are validated.
pub(crate) struct SettingsOwner<'a> {
    pub service: &'a Name,
    pub environment: &'a Environment,
    /// The place of the service's name.
    pub place: Span,
}

/// Every setting must be declared by the pack's schema.
pub(crate) fn settings_declared(settings: &Node, pack: &Pack, problems: &mut Problems) {
    let shapes = [pack.schema.shape(Scope::Service)];
    let message = |path: &Path| format!("the pack `{}` has no setting `{path}`", pack.name);
    let walk = Undeclared { scope: Scope::Service, message: &message, help: None };
    walk.node(settings, &shapes, &Path::default(), problems);
}

/// Every fact must be declared by a pack in use.
pub(crate) fn facts_declared(facts: &Node, packs: &Packs, problems: &mut Problems) {
    let shapes: Vec<Shape<'_>> = packs.values().map(|pack| pack.schema.shape(Scope::Env)).collect();
    let message = |path: &Path| format!("no pack in use has a fact `{path}`");
    let help = "put your own values below `vars`, in an environment or in [defaults]";
    let walk = Undeclared { scope: Scope::Env, message: &message, help: Some(help) };
    walk.node(facts, &shapes, &Path::default(), problems);
}

/// A search for keys that no schema declares.
struct Undeclared<'a> {
    scope: Scope,
    message: &'a dyn Fn(&Path) -> String,
    /// The next step where no declared key is near.
    help: Option<&'static str>,
}

impl Undeclared<'_> {
    fn node(&self, node: &Node, shapes: &[Shape<'_>], at: &Path, problems: &mut Problems) {
        match &node.value {
            Value::Table(table) => {
                for (key, item) in table {
                    let path = at.join(key);
                    let inner: Vec<Shape<'_>> =
                        shapes.iter().filter_map(|shape| shape.key(key)).collect();
                    if inner.is_empty() {
                        problems.push(self.problem(at, key, &item.origin, shapes));
                    } else {
                        self.node(item, &inner, &path, problems);
                    }
                }
            }
            Value::List(items) => {
                let inner: Vec<Shape<'_>> = shapes.iter().map(|shape| shape.item()).collect();
                for (index, item) in items.iter().enumerate() {
                    self.node(item, &inner, &at.join(&Key::from(index.to_string())), problems);
                }
            }
            _ => {}
        }
    }

    fn problem(&self, at: &Path, key: &Key, origin: &Origin, shapes: &[Shape<'_>]) -> Problem {
        let known: Vec<&str> = shapes.iter().flat_map(|shape| shape.keys()).collect();
        let message = (self.message)(&at.join(key));
        let problem = Problem::error(Code::UnknownKey, message).in_table(origin);
        let problem = problem.unknown_word(origin.key, key, &known);
        match (&problem.meant, self.help) {
            (Some(meant), _) => {
                let meant = at.join(&Key::from(meant.as_str()));
                problem.about([Subject::Setting(self.scope, meant)])
            }
            (None, Some(help)) => problem.help(help),
            (None, None) => problem,
        }
    }
}

/// Validates values against the pack's schema.
pub(crate) fn against_schema(
    pack: &Pack,
    owner: &SettingsOwner<'_>,
    facts: &Node,
    settings: &Node,
    problems: &mut Problems,
) {
    for violation in pack.schema.violations(facts, settings) {
        let problem = problem(&violation, owner, facts, settings);
        problems.push(match violation.code {
            Code::MissingSetting => {
                let (scope, path) = (violation.scope, &violation.path);
                let lacking = Subject::with_references(scope, path, &pack.defaults);
                problem.caused_by(Cause::Required(lacking))
            }
            _ => problem,
        });
    }
}

/// Values that are given to a chart are tables: Helm reads no other.
pub(crate) fn values_are_tables(pack: &Pack, settings: &Node, problems: &mut Problems) {
    for path in values_paths(pack, settings) {
        // A null here is misplaced, and reported as that.
        let is_wrong = |node: &&Node| !matches!(node.value, Value::Table(_) | Value::Null);
        let Some(node) = settings.at(&path).filter(is_wrong) else { continue };
        let message = format!("`{path}` must be a table, not {}", node.value.kind());
        let problem = Problem::error(Code::WrongType, message).at(node.origin.value);
        let problem = problem.in_table(&node.origin);
        problems.push(match &node.referenced_origin {
            Some(named) => problem.label(named.value, "the value comes from here"),
            None => problem.help("write the keys below it, such as `values.replicas = 2`"),
        });
    }
}

/// The paths of the settings that are given to charts as values, and `values` in any case.
fn values_paths(pack: &Pack, settings: &Node) -> BTreeSet<Path> {
    let printed = pack.files.iter().filter_map(|rule| match (&rule.content, &rule.items) {
        (Content::Data(path), None) if pack.chart.is_some() => Some(path.clone()),
        _ => None,
    });
    let given = pack.charts.iter().filter_map(|rule| Some((rule, rule.values.as_ref()?)));
    let given = given.flat_map(|(rule, path)| match &rule.items {
        None => vec![path.clone()],
        Some(items) => {
            let table = settings.at(items).and_then(Node::table).into_iter().flatten();
            table.map(|(item, _)| path_of_item(Some(items), path, Some(item))).collect()
        }
    });
    [Path::of(&["values"])].into_iter().chain(printed).chain(given).collect()
}

fn problem(
    violation: &Violation,
    owner: &SettingsOwner<'_>,
    facts: &Node,
    settings: &Node,
) -> Problem {
    let (root, owner_place) = match violation.scope {
        Scope::Env => (facts, owner.environment.place),
        Scope::Service => (settings, owner.place),
    };
    let subject = Subject::Setting(violation.scope, violation.path.clone());
    let mut problem = Problem::error(violation.code, violation.message.clone()).about([subject]);
    match root.at(&violation.path) {
        Some(node) => {
            problem = problem.at(node.origin.value).in_table(&node.origin);
            if let Some(named) = &node.referenced_origin {
                problem = problem.label(named.value, "the value comes from here");
                if violation.code == Code::WrongValue {
                    problem = problem.caused_by(Cause::Value(named.value));
                }
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
                Scope::Env => format!("set it in [environments.{environment}], or in [defaults]"),
                Scope::Service => format!(
                    "set it in [services.{service}], or in [environments.{environment}.services.{service}]"
                ),
            })
        }
        (None, _) => problem,
    }
}

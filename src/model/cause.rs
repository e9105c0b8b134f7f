//! The subject of a problem, and the cause that it may follow from.
//!
//! Data only: `consequences` compares them.

use crate::model::key_path::{Key, Path};
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Span;
use crate::model::tree::{Node, Value};

/// A part of the configuration that has no right value until a problem is mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A table of `environments.toml`.
    Table(Path),
    /// A fact of an environment, or a setting of a service.
    Setting(Scope, Path),
}

/// What a problem may follow from: another problem about the same thing. In the order of the
/// stages that find them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// A reference brought this value.
    Value(Span),
    /// This table is missing.
    Table(Path),
    /// A schema requires one of these settings, which has no value.
    Required(Vec<Subject>),
    /// A reference names one of these settings, which has no value.
    Referenced(Vec<Subject>),
    /// A template reads one of these settings; any of its target's, where the list is empty.
    Rendered(Vec<Subject>),
}

impl Subject {
    /// The setting that a name in a template leads to, such as `service.image`.
    pub fn of_name(keys: &[Key]) -> Option<Subject> {
        let (first, rest) = keys.split_first()?;
        let scope = [Scope::Env, Scope::Service].into_iter().find(|it| it.word() == &**first)?;
        Some(Subject::Setting(scope, Path(rest.to_vec())))
    }

    /// The setting, and all that its default refers to: without one of them it has no value.
    pub fn with_references(scope: Scope, path: &Path, defaults: &Node) -> Vec<Subject> {
        let mut found = vec![Subject::Setting(scope, path.clone())];
        let mut next = 0;
        while let Some(subject) = found.get(next) {
            let mut named = Vec::new();
            if let Subject::Setting(Scope::Service, path) = subject {
                references(defaults, &path.0, &mut named);
            }
            named.retain(|subject| !found.contains(subject));
            found.extend(named);
            next += 1;
        }
        found
    }

    /// Returns true if one contains the other, or both are the same.
    pub fn overlaps(&self, other: &Subject) -> bool {
        let (mine, others) = match (self, other) {
            (Subject::Table(a), Subject::Table(b)) => (a, b),
            (Subject::Setting(scope, a), Subject::Setting(other, b)) if scope == other => (a, b),
            _ => return false,
        };
        mine.0.iter().zip(&others.0).all(|(a, b)| a == b)
    }
}

/// The settings that strings at a path, above or below it refer to.
fn references(node: &Node, path: &[Key], found: &mut Vec<Subject>) {
    for part in node.segments.iter().flat_map(|parts| parts.iter()) {
        if let Part::Reference(Reference { scope, path, .. }) = part {
            found.push(Subject::Setting(*scope, Path::clone(path)));
        }
    }
    match (path.split_first(), &node.value) {
        (Some((key, rest)), _) => {
            node.get(key).into_iter().for_each(|item| references(item, rest, found));
        }
        (None, Value::Table(table)) => {
            table.values().for_each(|item| references(item, path, found));
        }
        (None, Value::List(items)) => items.iter().for_each(|item| references(item, path, found)),
        _ => {}
    }
}

impl Cause {
    /// The position of the stage that finds such a problem, from 1.
    pub fn stage(&self) -> usize {
        match self {
            Cause::Value(_) => 1,
            Cause::Table(_) => 2,
            Cause::Required(_) => 3,
            Cause::Referenced(_) => 4,
            Cause::Rendered(_) => 5,
        }
    }
}

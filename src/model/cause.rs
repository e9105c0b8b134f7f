//! Causes of problems: which problem only follows from another, so that a report leaves it out.
//!
//! Compares subjects and targets, never texts.

use std::collections::HashMap;

use crate::model::diagnostic::{Problem, Target};
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

    /// Whether one holds the other, or both are the same.
    fn overlaps(&self, other: &Subject) -> bool {
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
    fn stage(&self) -> usize {
        match self {
            Cause::Value(_) => 1,
            Cause::Table(_) => 2,
            Cause::Required(_) => 3,
            Cause::Referenced(_) => 4,
            Cause::Rendered(_) => 5,
        }
    }
}

impl Problem {
    /// The stage that finds it: 0 for a problem that follows from no other.
    pub fn stage(&self) -> usize {
        self.cause.as_ref().map_or(0, Cause::stage)
    }
}

/// The problems without those that only follow from another; where that holds for some of a
/// problem's targets, it keeps the others.
pub fn without_consequences(mut problems: Vec<Problem>) -> Vec<Problem> {
    // In a circle, which only wrong causes can form, the problem that is found first is the cause.
    problems.sort_by_key(Problem::stage);
    let (mut kept, mut waiting) = (Vec::new(), Vec::new());
    let mut known = KnownSubjects::default();
    for (index, problem) in problems.iter().enumerate() {
        match &problem.cause {
            None => {
                known.add(index, problem, &problem.targets);
                kept.push(problem.clone());
            }
            Some(cause) => {
                waiting.push(Waiting { index, problem, cause, targets: targets(problem) });
            }
        }
    }
    while !waiting.is_empty() {
        if drop_explained(&mut waiting, &mut known) {
            continue;
        }
        for root in take_roots(&mut waiting) {
            known.add(root.index, root.problem, &root.targets);
            let targets = if root.problem.targets.is_empty() { Vec::new() } else { root.targets };
            kept.push(Problem { targets, ..root.problem.clone() });
        }
    }
    kept
}

/// A problem that may follow from another, with the targets for which that is open.
struct Waiting<'a> {
    index: usize,
    problem: &'a Problem,
    cause: &'a Cause,
    targets: Vec<Target>,
}

/// The targets of a problem, where everything is one target.
fn targets(problem: &Problem) -> Vec<Target> {
    match problem.targets.is_empty() {
        true => vec![Target::default()],
        false => problem.targets.clone(),
    }
}

/// Drops what follows from known problems, and says whether there was any.
fn drop_explained<'a>(waiting: &mut Vec<Waiting<'a>>, known: &mut KnownSubjects<'a>) -> bool {
    let mut has_dropped = false;
    waiting.retain_mut(|it| {
        let is_explained = |target: &Target| known.explains(it.cause, target, it.index);
        let (explained, open) = std::mem::take(&mut it.targets).into_iter().partition(is_explained);
        it.targets = open;
        if !explained.is_empty() {
            has_dropped = true;
            // What follows from a problem has consequences of its own.
            known.add(it.index, it.problem, &explained);
        }
        !it.targets.is_empty()
    });
    has_dropped
}

/// Takes the problems that follow from none of those that wait.
fn take_roots<'a>(waiting: &mut Vec<Waiting<'a>>) -> Vec<Waiting<'a>> {
    let mut open = KnownSubjects::default();
    waiting.iter().for_each(|it| open.add(it.index, it.problem, &it.targets));
    let is_root = |it: &mut Waiting<'_>| {
        !it.targets.iter().any(|target| open.explains(it.cause, target, it.index))
    };
    let roots: Vec<Waiting<'a>> = waiting.extract_if(.., is_root).collect();
    match roots.is_empty() {
        true => vec![waiting.remove(0)],
        false => roots,
    }
}

/// A subject of the problem at an index, for some targets.
type About<'a> = (usize, &'a Subject, Vec<Target>);

/// The subjects of some problems, and the values at which these problems lie.
#[derive(Default)]
struct KnownSubjects<'a> {
    subjects: HashMap<(Option<Scope>, &'a str), Vec<About<'a>>>,
    values: HashMap<Span, Vec<(usize, Vec<Target>)>>,
}

impl<'a> KnownSubjects<'a> {
    fn add(&mut self, index: usize, problem: &'a Problem, targets: &[Target]) {
        for subject in &problem.subjects {
            let known = self.subjects.entry(head(subject)).or_default();
            known.push((index, subject, targets.to_vec()));
        }
        let first = problem.labels.first().filter(|_| !problem.subjects.is_empty());
        if let Some(label) = first {
            self.values.entry(label.place).or_default().push((index, targets.to_vec()));
        }
    }

    /// Whether a problem other than the one at an index is about a cause, for a target.
    fn explains(&self, cause: &Cause, target: &Target, index: usize) -> bool {
        match cause {
            Cause::Value(span) => {
                let mut known = self.values.get(span).into_iter().flatten();
                known.any(|(other, targets)| *other != index && concerns(targets, target))
            }
            Cause::Table(path) => self.is_about(&Subject::Table(path.clone()), target, index),
            Cause::Rendered(subjects) if subjects.is_empty() => {
                let mut all = self.subjects.values().flatten();
                all.any(|(other, _, targets)| *other != index && concerns(targets, target))
            }
            Cause::Required(subjects) | Cause::Referenced(subjects) | Cause::Rendered(subjects) => {
                subjects.iter().any(|subject| self.is_about(subject, target, index))
                    || self.is_layer_missing(target, index)
            }
        }
    }

    fn is_about(&self, subject: &Subject, target: &Target, index: usize) -> bool {
        let mut known = self.subjects.get(&head(subject)).into_iter().flatten();
        known.any(|(other, known, targets)| {
            *other != index && known.overlaps(subject) && concerns(targets, target)
        })
    }

    /// Whether a problem is about the whole table of a target's environment.
    fn is_layer_missing(&self, target: &Target, index: usize) -> bool {
        let Some(name) = &target.environment else { return false };
        let table = Subject::Table(Path::of(&["environments", name.as_str()]));
        self.is_about(&table, target, index)
    }
}

/// The first key of a subject, by which those that may overlap are found.
fn head(subject: &Subject) -> (Option<Scope>, &str) {
    let (scope, path) = match subject {
        Subject::Table(path) => (None, path),
        Subject::Setting(scope, path) => (Some(*scope), path),
    };
    (scope, path.0.first().map_or("", |key| key))
}

fn concerns(targets: &[Target], target: &Target) -> bool {
    targets.is_empty() || targets.iter().any(|it| it.overlaps(target))
}

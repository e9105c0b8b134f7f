//! Leaves out the problems that only follow from others, and sorts the rest.
//!
//! Compares subjects and targets, never texts.

use std::collections::HashMap;

use crate::model::cause::{Cause, Subject};
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::key_path::Path;
use crate::model::reference::Scope;
use crate::model::span::Span;

impl Problems {
    /// The problems to report: none that only follows from another, and causes before what may
    /// follow from them, each kind in the order of places.
    pub fn sorted(self) -> Vec<Problem> {
        let mut problems = without_consequences(self.into_iter().collect());
        problems
            .sort_by_cached_key(|it| (stage(it), it.labels.clone(), it.code, it.message.clone()));
        problems
    }
}

/// The stage that finds a problem: 0 for one that follows from no other.
fn stage(problem: &Problem) -> usize {
    problem.cause.as_ref().map_or(0, Cause::stage)
}

/// The problems without those that only follow from another; where that holds for some of a
/// problem's targets, it keeps the others.
fn without_consequences(mut problems: Vec<Problem>) -> Vec<Problem> {
    // In a circle, which only wrong causes can form, the problem that is found first is the cause.
    problems.sort_by_key(stage);
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

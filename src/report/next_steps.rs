//! The next step for each state of a file that a report shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use indexmap::IndexMap;

use super::View;
use super::states::{NOT_REPLACED, STATES, text_of};
use crate::base::english;
use crate::format::seal;
use crate::model::diagnostic::Target;
use crate::model::printable;
use crate::plan::{Entry, State};

/// The number of moved roots that a step names.
const NAMED: usize = 3;

/// Appends the next step for each state that occurs; states with the same step share a line.
pub(crate) fn push(out: &mut String, view: &View<'_>, entries: &[&Entry]) {
    let stranded = Stranded::of(view, entries);
    let of_stranded = stranded.steps();
    let mut steps: IndexMap<&str, Vec<&str>> = IndexMap::new();
    for row in &STATES {
        let of_state = entries.iter().filter(|entry| entry.state == row.state);
        let texts: BTreeSet<&str> =
            of_state.map(|entry| step(entry, &stranded, &of_stranded)).collect();
        for text in texts {
            steps.entry(text).or_default().push(row.state.word());
        }
    }
    for (step, words) in &steps {
        _ = writeln!(out, "  {}: {step}", english::list(words));
    }
    push_taken_over(out, view);
    if entries.iter().any(|entry| entry.merging.is_some()) {
        _ = writeln!(out, "  edited in a merge: then `git add` the file, which ends its conflict");
    }
}

/// Appends how many files by hand are what is rendered, so that one that is not hides no other.
fn push_taken_over(out: &mut String, view: &View<'_>) {
    let is_by_hand = |entry: &&Entry| {
        entry.state == State::Outdated
            && entry.before.as_deref().is_some_and(|text| seal::read(text).is_none())
    };
    let by_hand = view.plan.selected().filter(is_by_hand).count();
    if by_hand == 0 {
        return;
    }
    let is_refused = view.plan.selected().any(|entry| entry.is_edit());
    let (are, them) = if by_hand == 1 { ("is", "it") } else { ("are", "them") };
    let when = if is_refused { ", as soon as it refuses no file" } else { "" };
    let files = english::count(by_hand, "hand-written file");
    _ = writeln!(out, "  {files} {are} what is rendered: `envroot gen` takes {them} over{when}");
}

/// The stranded roots of a report: those that are rendered in another folder now, and the others.
struct Stranded<'a> {
    /// The folders in which the roots of these are rendered, by the name of a file there.
    rendered: BTreeMap<(&'a Target, &'a str), &'a str>,
    elsewhere: StrandedRoots<'a>,
    nowhere: StrandedRoots<'a>,
}

/// The targets of some roots, and the folders of those that moved: the old one and the new one.
#[derive(Default)]
struct StrandedRoots<'a> {
    targets: BTreeSet<&'a Target>,
    moves: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Stranded<'a> {
    fn of(view: &'a View<'_>, entries: &[&'a Entry]) -> Stranded<'a> {
        let (rendered, elsewhere, nowhere) = Default::default();
        let mut stranded = Stranded { rendered, elsewhere, nowhere };
        let entries: Vec<&Entry> =
            entries.iter().copied().filter(|entry| entry.state == State::Stranded).collect();
        let targets: BTreeSet<&Target> = entries.iter().map(|entry| &entry.target).collect();
        let files = view.files.iter().filter(|file| targets.contains(&file.owner.target));
        let rendered =
            files.map(|file| ((&file.owner.target, file.path.file_name()), file.path.directory()));
        stranded.rendered = rendered.collect();
        for entry in entries {
            let moved_to = stranded.moved_to(entry);
            let roots = match moved_to {
                Some(_) => &mut stranded.elsewhere,
                None => &mut stranded.nowhere,
            };
            roots.targets.insert(&entry.target);
            roots.moves.extend(moved_to.map(|folder| (entry.path.directory(), folder)));
        }
        // One file of a root may be rendered nowhere.
        let Stranded { elsewhere, nowhere, .. } = &mut stranded;
        nowhere.targets.retain(|target| !elsewhere.targets.contains(target));
        stranded
    }

    fn moved_to(&self, entry: &Entry) -> Option<&'a str> {
        self.rendered.get(&(&entry.target, entry.path.file_name())).copied()
    }

    /// The step for those that are rendered elsewhere now, and that for the others.
    fn steps(&self) -> [String; 2] {
        // `gen` goes on only if all of them are destroyed.
        let targets = self.elsewhere.targets.union(&self.nowhere.targets);
        let targets: Vec<String> = targets.map(|target| target.to_string()).collect();
        let destroyed = targets.join(" --destroyed ");
        let moves = &self.elsewhere.moves;
        let named = moves.iter().take(NAMED).map(|(from, to)| format!("{from} to {to}"));
        let mut named: Vec<String> =
            named.map(|text| printable::line(&text).into_owned()).collect();
        if moves.len() > NAMED {
            named.push("…".to_owned());
        }
        let elsewhere = format!(
            "move its folder, with all that Terraform keeps there, to where the root is rendered now ({}), then run `envroot gen`; or run `terraform destroy` in it, then `envroot gen --destroyed {destroyed}`",
            named.join(", ")
        );
        let nowhere = text_of(State::Stranded).next_step.replace("SERVICE/ENV", &destroyed);
        [elsewhere, nowhere]
    }
}

/// The step for an entry.
fn step<'s>(
    entry: &Entry,
    stranded: &Stranded<'_>,
    [elsewhere, nowhere]: &'s [String; 2],
) -> &'s str {
    match entry.state {
        _ if entry.blocked.is_some() => NOT_REPLACED,
        State::Stranded if stranded.elsewhere.targets.contains(&entry.target) => elsewhere,
        State::Stranded => nowhere,
        state => text_of(state).next_step,
    }
}

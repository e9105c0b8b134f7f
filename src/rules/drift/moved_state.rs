//! The state of a root does not move, except on purpose.
//!
//! With a backend in another place, Terraform finds no state and creates everything again.
//! Compares the files on disk with the rendered ones, whatever the cause of the change. Where a file was
//! deleted or edited by hand, the last commit in which it is as envroot wrote it counts as well.

use std::collections::{BTreeMap, BTreeSet};

use super::Drift;
use crate::ecosystem::backend::{self, Backend};
use crate::ecosystem::damaged_backend;
use crate::ecosystem::terraform;
use crate::format::seal;
use crate::model::code::Code;
use crate::model::diagnostic::Target;
use crate::model::name::{Name, RelativePath};
use crate::plan::{Entry, State};
use crate::render::{File, Source};
use crate::rules::settings::roots;
use crate::rules::{Findings, Rule, RuleCheck};

pub const RULE: Rule = Rule {
    code: Code::MovedState,
    summary: "the state of a root stays where it is; `gen --move-state` accepts a move",
    waivable_at: None,
    checks: &[RuleCheck::Drift(check)],
};

/// A root whose state moves.
#[derive(Debug)]
pub struct Moved {
    pub target: Target,
    /// Its folder as it was, and as it is rendered.
    pub before: String,
    pub after: String,
    pub from: Backend,
    pub to: Backend,
}

impl Moved {
    /// Returns true if an argument of the backend is another one, or that of another kind of backend.
    fn differs(&self, name: &str) -> bool {
        self.from.kind != self.to.kind
            || self.from.arguments.get(name) != self.to.arguments.get(name)
    }
}

/// The rendered file with the backend of a root.
struct RenderedBackend {
    file: usize,
    backend: Backend,
    /// True if nothing is at its path yet.
    is_new: bool,
}

/// The files among some entries that do not show what envroot rendered before: it is deleted, or edited by hand.
pub fn unlike_before(entries: &[Entry], force: bool) -> BTreeSet<&RelativePath> {
    let judged = entries.iter().filter(|entry| is_judged(entry, force) && is_code(entry));
    judged.filter(|entry| !is_whole(entry)).map(|entry| &entry.path).collect()
}

fn is_whole(entry: &Entry) -> bool {
    entry.before.as_deref().is_some_and(|text| seal::is_intact(text, &entry.path))
}

/// Returns true if a file may show where the state of its root is. A copy shows where that of another
/// one is, and a file with a hand edit is only replaced by force.
fn is_judged(entry: &Entry, force: bool) -> bool {
    let is_kept = match entry.state {
        State::Copied | State::Stranded | State::Unmanaged => true,
        State::Edited => !force,
        _ => false,
    };
    !entry.outside && !is_kept
}

fn is_code(entry: &Entry) -> bool {
    terraform::is_code(entry.path.as_str())
}

/// The roots among some entries whose state moves. `committed` holds what Git's commits have of the files that do not show what
/// was rendered before. `force` is true if hand edits are overwritten.
pub fn moved(
    files: &[File],
    entries: &[Entry],
    committed: &BTreeMap<RelativePath, String>,
    force: bool,
) -> Vec<Moved> {
    let rendered = rendered(files, entries);
    let new_roots = rendered.values().filter(|root| root.is_new);
    let new_roots = new_roots.map(|root| (&files[root.file].owner.target, root));
    let new_roots: BTreeMap<&Target, &RenderedBackend> =
        new_roots.filter(|(target, _)| target.environment.is_some()).collect();
    let mut moved = Vec::new();
    for entry in entries.iter().filter(|entry| is_judged(entry, force) && is_code(entry)) {
        // Terraform may have looked for the state where an edit says, too.
        let path = entry.path.as_str();
        let on_disk = entry.on_disk().and_then(|text| backend_in(path, text));
        let before = committed.get(&entry.path).and_then(|text| backend_in(path, text));
        let directory = entry.path.directory();
        // The root may be rendered to another folder now.
        let elsewhere = || new_roots.get(&entry.target).copied();
        let root = rendered.get(directory).or_else(elsewhere);
        let root = root.map(|root| (root.file, root.backend.clone()));
        let local = || entry.file.filter(|file| files[*file].text().is_some()).zip(Some(local()));
        let Some((file, to)) = root.or_else(local) else { continue };
        let file = &files[file];
        let mut places = [before, on_disk].into_iter().flatten();
        if let Some(from) = places.find(|from| is_elsewhere(from, &to, file)) {
            moved.push(Moved {
                target: file.owner.target.clone(),
                before: directory.to_owned(),
                after: file.path.directory().to_owned(),
                from,
                to,
            });
        }
    }
    moved
}

/// The backends that are rendered, by the folders of their roots.
fn rendered<'f>(files: &'f [File], entries: &[Entry]) -> BTreeMap<&'f str, RenderedBackend> {
    let mut rendered = BTreeMap::new();
    for entry in entries.iter().filter(|entry| !entry.outside) {
        let Some(file) = entry.file else { continue };
        let path = files[file].path.as_str();
        let backends =
            files[file].text().map(|text| backend::read_backends_of(path, text.as_str()));
        if let Some(backend) = backends.and_then(|found| found.ok()?.pop()) {
            let is_new = entry.state == State::Missing;
            rendered
                .insert(files[file].path.directory(), RenderedBackend { file, backend, is_new });
        }
    }
    rendered
}

/// The backend of a root as a file has it, also where a hand edit left no valid HCL.
fn backend_in(path: &str, text: &str) -> Option<Backend> {
    backend::read_backends_of(path, text).unwrap_or_else(|_| damaged_backend::read(text)).pop()
}

/// Where Terraform keeps the state of a root without a backend: in its folder.
fn local() -> Backend {
    Backend { kind: "local".to_owned(), arguments: BTreeMap::new(), head: 0..0 }
}

/// Returns true if a backend is in another place. The pack lists the arguments that identify it; one that
/// is not a plain string on both sides is not compared.
fn is_elsewhere(from: &Backend, to: &Backend, file: &File) -> bool {
    if from.kind != to.kind {
        return true;
    }
    let rule = match &file.source {
        Source::Template { pack, .. } => pack.state.as_ref(),
        _ => None,
    };
    let (_, place) = from.place();
    let names_place = |name: &str| match rule {
        Some(rule) => rule.arguments.iter().any(|it| &*it.name == name),
        None => place.contains_key(name),
    };
    let mut both =
        from.arguments.iter().filter_map(|(name, old)| Some((name, old, to.arguments.get(name)?)));
    both.any(|(name, old, new)| names_place(name) && old != new)
}

fn check(drift: &Drift<'_>, findings: &mut Findings<'_>) {
    for moved in drift.moved {
        let Target { service, environment } = &moved.target;
        let [service_name, environment_name] =
            [service, environment].map(|name| name.as_ref().map_or("", Name::as_str));
        let message = format!(
            "the state of `{service_name}` in `{environment_name}` would move from {} to {}",
            shown(moved, &moved.from),
            shown(moved, &moved.to)
        );
        let mut problem = findings.problem(message);
        let mut changed = moved.from.arguments.clone();
        changed.retain(|name, _| moved.from.kind == moved.to.kind && moved.differs(name));
        if let Some(place) = roots::place_of_change(drift.resolved, &moved.target, &changed) {
            problem = problem.at(place);
        }
        let problem = problem
            .note("Terraform would find no state there, and create everything anew")
            .for_target(service.as_ref(), environment.as_ref());
        let mend = "undo the change, or run `envroot gen --move-state`, which prints the steps that move the state";
        findings.report(problem, mend, &[]);
    }
}

/// The kind of a backend, and the arguments that differ.
fn shown(moved: &Moved, backend: &Backend) -> String {
    let shown = backend.arguments.iter().filter(|(name, _)| moved.differs(name));
    let shown: Vec<String> = shown.map(|(name, value)| format!("{name} `{value}`")).collect();
    format!("{} {}", backend.kind, shown.join(", ")).trim_end().to_owned()
}

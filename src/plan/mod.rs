//! The difference between the tree there is and the tree there should be.
//!
//! `check` shows a [`Plan`] and `gen` carries the same one out, so the two cannot disagree. Pure:
//! what is on disk comes in file by file and is kept only where it differs. Knows neither how trees
//! are made nor how they are shown.

pub(crate) mod beside;
mod judge;
mod merge;
mod origins;
mod selection;
mod stranded;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use foldhash::fast::RandomState;

use crate::base::parallel;
use crate::ecosystem::terraform::is_code;
use crate::format::sealed_beside;
use crate::model::diagnostic::Target;
use crate::model::name::{RelativePath, folded};
use crate::render::{Contents, File, FileText};
use crate::world::{Found, Unmerged};
use beside::Seals;
use judge::{Judge, Stray, StrayFile};
pub use judge::{may_matter, may_matter_inside};
use origins::Origins;
pub use selection::Selection;

/// The state of a file compared with the rendered one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Equal to what is rendered.
    Current,
    /// The seal is intact, but the rendered text has changed; or only the seal differs.
    Outdated,
    /// Rendered, not on disk.
    Missing,
    /// Changed since envroot wrote it.
    Edited,
    /// At the path of a generated file, but without a seal.
    Foreign,
    /// A generated file of another place.
    Copied,
    /// Sealed and intact, but nothing renders it any more.
    Orphaned,
    /// Orphaned, and Terraform may still hold resources of its root.
    Stranded,
    /// Terraform would load it, and no `keep` declares it.
    Unmanaged,
}

impl State {
    pub fn word(self) -> &'static str {
        match self {
            State::Current => "current",
            State::Outdated => "outdated",
            State::Missing => "missing",
            State::Edited => "edited",
            State::Foreign => "foreign",
            State::Copied => "copied",
            State::Orphaned => "orphaned",
            State::Stranded => "stranded",
            State::Unmanaged => "unmanaged",
        }
    }

    /// Returns true if the file is not as envroot wrote it.
    fn is_unlike_us(self) -> bool {
        matches!(self, State::Edited | State::Foreign | State::Copied)
    }
}

/// A file that is not current.
#[derive(Debug)]
pub struct Entry {
    pub path: RelativePath,
    pub state: State,
    pub target: Target,
    /// The text on disk, or the edit of it that one side of a merge contains.
    pub before: Option<String>,
    /// In an unfinished merge: the edits that writing would lose beside `before`.
    pub merging: Option<Vec<String>>,
    /// The kind of a non-text file, such as a directory, which envroot does not replace.
    pub blocked: Option<&'static str>,
    /// The index of what is rendered there in the list of rendered files.
    pub file: Option<usize>,
    /// True if it is outside the selection.
    pub outside: bool,
    /// True if a file beside it, on disk or as rendered, holds its head.
    pub is_beside: bool,
    /// True if such a file is on disk.
    pub has_seal: bool,
}

/// The action of `gen` for an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Write,
    Remove,
    Leave,
    Refuse,
}

impl Entry {
    /// The same, with the edits that an unfinished merge holds, if any.
    fn with_edits(mut self, mut edits: Vec<String>) -> Entry {
        if !edits.is_empty() {
            self.before = Some(edits.remove(0));
            self.merging = Some(edits);
        }
        self
    }

    /// The text of the file itself on disk.
    pub fn on_disk(&self) -> Option<&str> {
        let text = self.before.as_deref()?;
        Some(if self.is_beside { sealed_beside::split(text).1 } else { text })
    }

    /// Returns true if a person may have changed the file, so that replacing it may lose an edit.
    pub fn is_edit(&self) -> bool {
        self.state.is_unlike_us()
    }

    /// The action of `gen`, with or without `--force`.
    pub fn action(&self, force: bool) -> Action {
        match self.state {
            State::Current | State::Unmanaged => Action::Leave,
            State::Outdated | State::Missing => Action::Write,
            State::Orphaned => Action::Remove,
            State::Stranded => Action::Refuse,
            State::Edited | State::Foreign | State::Copied => {
                match (force, self.blocked, self.file) {
                    (false, _, _) | (_, Some(_), _) => Action::Refuse,
                    (true, None, Some(_)) => Action::Write,
                    (true, None, None) => Action::Remove,
                }
            }
        }
    }
}

/// The options of the comparison.
#[derive(Default)]
pub struct Options {
    pub selection: Selection,
    /// The roots whose resources were destroyed, so that their files may go.
    pub destroyed: BTreeSet<Target>,
    /// Hand-written files that are allowed in the root of a service in an environment.
    pub allowed: BTreeMap<Target, Vec<String>>,
    pub project: Option<String>,
    /// The folders of roots at which the project rendered them before, outside what it owns now.
    pub old_places: BTreeSet<String>,
    /// The files that Git has not finished merging.
    pub unmerged: Unmerged,
    /// Restricts the plan to these paths; `None` uses the selection.
    pub only: Option<BTreeSet<RelativePath>>,
}

impl Options {
    fn includes(&self, path: &RelativePath, target: &Target) -> bool {
        match &self.only {
            Some(only) => only.contains(path),
            None => self.selection.includes(target),
        }
    }
}

#[derive(Debug, Default)]
pub struct Plan {
    /// In the order of their paths.
    pub entries: Vec<Entry>,
    /// The number of rendered files in the selection, and the number of current ones.
    pub rendered: usize,
    pub current: usize,
    pub roots: usize,
    /// Current files whose every line ends in CRLF.
    pub with_crlf: usize,
    /// Paths that could not be read, and why.
    pub failures: Vec<(RelativePath, String)>,
    /// The same outside the selection.
    pub failures_outside: Vec<(RelativePath, String)>,
}

impl Plan {
    /// Entries that were selected.
    pub fn selected(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.outside)
    }

    fn add_failure(&mut self, path: &RelativePath, why: Option<String>, outside: bool) {
        let failures = if outside { &mut self.failures_outside } else { &mut self.failures };
        failures.extend(why.map(|why| (path.clone(), why)));
    }
}

/// Compares rendered files, in the order of their paths, with what is on disk.
///
/// `listed` are the files below the folders envroot owns, in the order of their paths too; `read`
/// returns the content of a path.
pub fn plan(
    files: &[File],
    listed: &[RelativePath],
    options: &Options,
    read: impl Fn(&RelativePath) -> Found + Sync,
) -> Plan {
    let seals = Seals::of(listed);
    let mut strays: Vec<&RelativePath> = strays(files, listed).collect();
    let (origins, roots) = (Origins::of(files, listed), roots(files));
    let targets = roots.values().copied().collect();
    let judge = Judge { files, origins, roots, targets, options };
    let mut plan = Plan::default();
    let is_outside = |file: &File| !options.includes(&file.path, &file.owner.target);
    let mut texts: Vec<(usize, &File, &FileText)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        plan.rendered += usize::from(!is_outside(file));
        match &file.contents {
            Contents::Unchanged => plan.current += usize::from(!is_outside(file)),
            Contents::Text(text) => texts.push((index, file, text)),
        }
    }
    let judged = parallel::map(&texts, |(_, file, text)| {
        let on_disk = seals.read(&file.path, text.is_beside(), &read);
        (on_disk.has_seal, judge.rendered(file, text, on_disk))
    });
    // A path that is there and not listed is listed by another name, on a disk that ignores case.
    let mut twins: HashSet<Cow<'_, str>> = HashSet::new();
    for ((index, file, text), (has_seal, judged)) in texts.into_iter().zip(judged) {
        let outside = is_outside(file);
        let is_there = judged.state.as_ref().is_some_and(|(state, _)| *state != State::Missing);
        if is_there && listed.binary_search(&file.path).is_err() {
            twins.insert(folded(file.path.as_str()));
        }
        match judged.state {
            Some((State::Current, _)) => {
                plan.current += usize::from(!outside);
                plan.with_crlf += usize::from(judged.crlf && !outside);
            }
            Some((state, found)) => {
                let entry = entry(file.path.clone(), state, file.owner.target.clone(), found);
                let is_beside = text.is_beside();
                let entry = Entry { file: Some(index), outside, is_beside, has_seal, ..entry };
                plan.entries.push(entry.with_edits(judged.edits));
            }
            None => plan.add_failure(&file.path, judged.failure, outside),
        }
    }
    strays.retain(|path| !is_judged_with_its_file(path, files, listed));
    if !twins.is_empty() {
        strays.retain(|path| !twins.contains(&folded(path.as_str())));
    }
    let judged = parallel::map(&strays, |path| judge.stray_or_seal(path, &seals, &read));
    for StrayFile { path, has_seal, stray } in judged {
        let path = &path;
        match stray {
            Stray::Ignored => {}
            Stray::Failed(why) => {
                let target = judge.roots.get(path.directory()).copied();
                let outside = !options.includes(path, target.unwrap_or(&Target::default()));
                plan.add_failure(path, Some(why), outside);
            }
            Stray::Found(state, target, found, edits) => {
                let outside = !options.includes(path, &target);
                let entry = entry(path.clone(), state, target, found);
                let is_beside = has_seal;
                let entry = Entry { outside, is_beside, has_seal, ..entry };
                plan.entries.push(entry.with_edits(edits));
            }
        }
    }
    plan.entries.sort_by(|a, b| a.path.cmp(&b.path));
    stranded::mark(&mut plan.entries, files, options);
    plan.roots = judge.roots.values().filter(|target| options.selection.includes(target)).count();
    plan
}

/// The listed files at whose paths nothing is rendered; both lists are in the order of their paths.
pub fn strays<'a>(
    files: &'a [File],
    listed: &'a [RelativePath],
) -> impl Iterator<Item = &'a RelativePath> {
    let mut rendered = files.iter().map(|file| &file.path).peekable();
    listed.iter().filter(move |path| {
        loop {
            match rendered.peek().map(|rendered| rendered.cmp(path)) {
                Some(Ordering::Less) => _ = rendered.next(),
                found => return found != Some(Ordering::Equal),
            }
        }
    })
}

/// Returns true for the seal of a file that is judged at its own path.
fn is_judged_with_its_file(path: &RelativePath, files: &[File], listed: &[RelativePath]) -> bool {
    let Some(sealed) = sealed_beside::sealed_path(path) else { return false };
    match files.binary_search_by(|file| file.path.cmp(&sealed)) {
        Ok(index) => files[index].is_beside,
        Err(_) => listed.binary_search(&sealed).is_ok(),
    }
}

fn entry(path: RelativePath, state: State, target: Target, found: Found) -> Entry {
    let (before, blocked) = match found {
        Found::Text(text) => (Some(text), None),
        Found::Other(what) => (None, Some(what)),
        Found::Nothing | Found::Failed(_) => (None, None),
    };
    Entry {
        path,
        state,
        target,
        before,
        merging: None,
        blocked,
        file: None,
        outside: false,
        is_beside: false,
        has_seal: false,
    }
}

/// The directories of rendered Terraform files, and their owners. A file of a whole service or
/// project in the root of an environment does not change the owner of that root.
type Roots<'a> = HashMap<&'a str, &'a Target, RandomState>;

fn roots(files: &[File]) -> Roots<'_> {
    let mut roots = Roots::default();
    for file in files.iter().filter(|file| is_code(file.path.as_str())) {
        let target = &file.owner.target;
        let root = roots.entry(file.path.directory()).or_insert(target);
        *root = target.max(*root);
    }
    roots
}

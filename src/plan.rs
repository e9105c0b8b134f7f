//! The difference between the tree there is and the tree there should be.
//!
//! `check` shows a [`Plan`] and `gen` carries the same one out, so the two cannot disagree. Pure:
//! what is on disk comes in file by file and is kept only where it differs. Knows neither how trees
//! are made nor how they are shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::conflict;
use crate::diagnostic::{Concern, Problem, Problems};
use crate::name::{Name, RelativePath};
use crate::parallel;
use crate::render::File;
use crate::seal::{self, Sealed};

/// How a file stands to what is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Equal to what is rendered.
    Current,
    /// The seal is intact, but what is rendered has moved on; or only the seal differs.
    Outdated,
    /// Rendered, not on disk.
    Missing,
    /// Changed since envroot wrote it.
    Edited,
    /// Stands where a generated file belongs, and is not one.
    Foreign,
    /// A generated file of another place.
    Copied,
    /// Sealed and intact, but nothing renders it any more.
    Orphaned,
    /// Orphaned, and Terraform may still hold resources of its root.
    Stranded,
    /// Terraform would load it, and nobody declared it.
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
}

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Nothing,
    Text(String),
    /// No text: bytes that are no UTF-8, a directory, a link.
    Other(&'static str),
    /// It could not be read, which is not the same as not being there.
    Failed(String),
}

/// A file that is not current.
#[derive(Debug)]
pub struct Entry {
    pub path: RelativePath,
    pub state: State,
    pub concern: Concern,
    /// What is on disk, where it is text.
    pub before: Option<String>,
    /// What stands there that is no text, such as a directory: nothing replaces it.
    pub blocked: Option<&'static str>,
    /// The index of what is rendered there in the list of rendered files.
    pub file: Option<usize>,
    /// Whether it lies outside what was selected.
    pub outside: bool,
}

/// What `gen` is to do with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Write,
    Remove,
    Leave,
    Refuse,
}

impl Entry {
    /// What `gen` does, with or without `--force`.
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

/// The part of a project that a command is about.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub service: Option<Name>,
    pub environment: Option<Name>,
}

impl Selection {
    pub fn is_everything(&self) -> bool {
        self.service.is_none() && self.environment.is_none()
    }

    /// Whether a file of an owner is selected. With an environment alone, the files of a whole
    /// service or project are not; with a service alone, its own are.
    pub fn includes(&self, concern: &Concern) -> bool {
        let fits = |wanted: &Option<Name>, has: &Option<Name>| wanted.is_none() || wanted == has;
        fits(&self.service, &concern.service) && fits(&self.environment, &concern.environment)
    }

    /// Whether a problem touches what is selected. One that concerns nobody in particular does.
    pub fn touches(&self, problem: &Problem) -> bool {
        let touched = |concern: &Concern| match (&concern.service, &concern.environment) {
            // Facts of an environment hold for every service there.
            (None, Some(name)) => self.environment.as_ref().is_none_or(|wanted| wanted == name),
            _ => self.includes(concern),
        };
        problem.concerns.is_empty() || problem.concerns.iter().any(touched)
    }
}

/// What the comparison may take into account beside the trees.
#[derive(Default)]
pub struct Options {
    pub selection: Selection,
    /// The roots whose resources were destroyed, so that their files may go.
    pub destroyed: BTreeSet<(Name, Name)>,
    /// Hand-written files that may stand in the root of a service in an environment.
    pub allowed: BTreeMap<Concern, Vec<String>>,
    /// Whether a chart's content may change under its version.
    pub same_version: bool,
    pub project: Option<String>,
}

#[derive(Debug, Default)]
pub struct Plan {
    /// In the order of their paths.
    pub entries: Vec<Entry>,
    /// How many files are rendered in what was selected, and how many of them are current.
    pub rendered: usize,
    pub current: usize,
    pub roots: usize,
    /// Current files whose every line ends in CRLF.
    pub with_crlf: usize,
    /// Paths that could not be read, and why.
    pub failures: Vec<(RelativePath, String)>,
    /// Charts that changed under an unchanged version.
    pub problems: Problems,
}

impl Plan {
    /// Entries that were selected.
    pub fn selected(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| !entry.outside)
    }
}

/// Compares rendered files, in the order of their paths, with what is on disk.
///
/// `listed` are the files below the folders envroot owns; `read` tells what stands at a path.
pub fn plan(
    files: &[File],
    listed: &[RelativePath],
    options: &Options,
    read: impl Fn(&RelativePath) -> Found + Sync,
) -> Plan {
    let rendered: BTreeSet<&RelativePath> = files.iter().map(|file| &file.path).collect();
    let strays: Vec<&RelativePath> =
        listed.iter().filter(|path| !rendered.contains(path)).collect();
    let judge = Judge { files, listed, roots: roots(files), options };
    let mut plan = Plan::default();
    for (index, (file, judged)) in files
        .iter()
        .zip(parallel::map(files, |file| judge.rendered(file, read(&file.path))))
        .enumerate()
    {
        let outside = !options.selection.includes(&file.owner.concern);
        if !outside {
            plan.rendered += 1;
            plan.problems.extend(judged.problem.filter(|_| !options.same_version));
        }
        match judged.state {
            Some((State::Current, _)) => {
                plan.current += usize::from(!outside);
                plan.with_crlf += usize::from(judged.crlf && !outside);
            }
            Some((state, found)) => {
                let entry = entry(file.path.clone(), state, file.owner.concern.clone(), found);
                plan.entries.push(Entry { file: Some(index), outside, ..entry });
            }
            None => plan.failures.extend(judged.failure.map(|why| (file.path.clone(), why))),
        }
    }
    for (path, judged) in
        strays.iter().zip(parallel::map(&strays, |path| judge.stray(path, read(path))))
    {
        match judged {
            Stray::Ignored => {}
            Stray::Failed(why) => plan.failures.push(((*path).clone(), why)),
            Stray::Found(state, concern, found) => {
                let outside = !options.selection.includes(&concern);
                let entry = entry((*path).clone(), state, concern, found);
                plan.entries.push(Entry { outside, ..entry });
            }
        }
    }
    plan.entries.sort_by(|a, b| a.path.cmp(&b.path));
    plan.roots = judge.roots.values().filter(|concern| options.selection.includes(concern)).count();
    plan
}

fn entry(path: RelativePath, state: State, concern: Concern, found: Found) -> Entry {
    let (before, blocked) = match found {
        Found::Text(text) => (Some(text), None),
        Found::Other(what) => (None, Some(what)),
        Found::Nothing | Found::Failed(_) => (None, None),
    };
    Entry { path, state, concern, before, blocked, file: None, outside: false }
}

/// The directories in which Terraform files are rendered, and whose they are.
fn roots(files: &[File]) -> BTreeMap<String, Concern> {
    let terraform = files.iter().filter(|file| file.path.as_str().ends_with(".tf"));
    terraform.map(|file| (file.path.directory().to_owned(), file.owner.concern.clone())).collect()
}

/// Whether Terraform would load a file of this name.
pub fn terraform_loads(name: &str) -> bool {
    let name = name.strip_suffix(".json").unwrap_or(name);
    name.ends_with(".tf")
        || name.ends_with(".tofu")
        || name == "terraform.tfvars"
        || name.ends_with(".auto.tfvars")
}

/// Whether a file of this name can carry a seal or would be loaded by Terraform: all others, such
/// as lock files, plans and state, are never looked at.
pub fn may_matter(name: &str) -> bool {
    terraform_loads(name)
        || name == ".gitattributes"
        || crate::pack::Format::of(name).is_some() && name != ".terraform.lock.hcl"
}

struct Judge<'a> {
    files: &'a [File],
    listed: &'a [RelativePath],
    roots: BTreeMap<String, Concern>,
    options: &'a Options,
}

#[derive(Default)]
struct Judged {
    /// `None`: it could not be read.
    state: Option<(State, Found)>,
    failure: Option<String>,
    crlf: bool,
    problem: Option<Problem>,
}

impl Judged {
    fn of(state: State, found: Found) -> Judged {
        Judged { state: Some((state, found)), ..Default::default() }
    }
}

enum Stray {
    Ignored,
    Failed(String),
    Found(State, Concern, Found),
}

impl Judge<'_> {
    fn rendered(&self, file: &File, found: Found) -> Judged {
        match found {
            Found::Failed(why) => Judged { failure: Some(why), ..Default::default() },
            Found::Nothing => Judged::of(State::Missing, found),
            Found::Other(_) => Judged::of(State::Foreign, found),
            Found::Text(text) => self.text(file, text),
        }
    }

    fn text(&self, file: &File, text: String) -> Judged {
        if text == file.text {
            return Judged::of(State::Current, Found::Nothing);
        }
        if only_line_ends_differ(&text, &file.text) {
            return Judged { crlf: true, ..Judged::of(State::Current, Found::Nothing) };
        }
        let sealed = seal::read(&text);
        let problem = sealed.as_ref().and_then(|sealed| changed_under_its_version(file, sealed));
        let body = sealed.as_ref().map_or(text.as_str(), |sealed| sealed.body);
        let state = if seal::unix(body) == file.body() {
            // Nothing can be lost, whatever the seal says.
            State::Outdated
        } else {
            match &sealed {
                Some(sealed) if self.is_anothers(sealed) => State::Foreign,
                Some(sealed) if sealed.fits(&file.path) => State::Outdated,
                _ if is_unedited_merge(&text, &file.path, Some(file.body())) => State::Outdated,
                Some(sealed) if self.fits_another_path(sealed, &file.path) => State::Copied,
                Some(_) => State::Edited,
                None if seal::is_near_the_top(&text) => State::Edited,
                None => State::Foreign,
            }
        };
        Judged { problem, ..Judged::of(state, Found::Text(text)) }
    }

    fn stray(&self, path: &RelativePath, found: Found) -> Stray {
        let text = match found {
            Found::Failed(why) => return Stray::Failed(why),
            Found::Nothing => return Stray::Ignored,
            Found::Other(_) => return self.unmanaged(path, found),
            Found::Text(text) => text,
        };
        let Some(sealed) = seal::read(&text) else {
            let slipped = seal::is_near_the_top(&text);
            let concern = self.roots.get(path.directory()).cloned().unwrap_or_default();
            return match slipped {
                true => Stray::Found(State::Edited, concern, Found::Text(text)),
                false => self.unmanaged(path, Found::Text(text)),
            };
        };
        if self.is_anothers(&sealed) {
            return self.unmanaged(path, Found::Text(text));
        }
        let concern = sealed.owner.concern.clone();
        let state = match () {
            () if sealed.fits(path) || is_unedited_merge(&text, path, None) => {
                self.abandoned(&concern)
            }
            () if self.fits_another_path(&sealed, path) => State::Copied,
            () => State::Edited,
        };
        Stray::Found(state, concern, Found::Text(text))
    }

    /// A file that nothing renders any more: its root's resources may still be there.
    fn abandoned(&self, concern: &Concern) -> State {
        let Concern { service: Some(service), environment: Some(environment) } = concern else {
            return State::Orphaned;
        };
        let destroyed = self.options.destroyed.contains(&(service.clone(), environment.clone()));
        let rendered = self.roots.values().any(|root| root == concern);
        if destroyed || rendered { State::Orphaned } else { State::Stranded }
    }

    fn unmanaged(&self, path: &RelativePath, found: Found) -> Stray {
        let Some(concern) = self.roots.get(path.directory()) else { return Stray::Ignored };
        let name = path.file_name();
        let allowed = self.options.allowed.get(concern);
        let allowed = allowed.is_some_and(|names| names.iter().any(|known| known == name));
        match terraform_loads(name) && !allowed {
            true => Stray::Found(State::Unmanaged, concern.clone(), found),
            false => Stray::Ignored,
        }
    }

    fn is_anothers(&self, sealed: &Sealed<'_>) -> bool {
        sealed.owner.project != self.options.project
    }

    /// Whether a broken seal is whole at another path: that of a file rendered for the same owner,
    /// or of a file of the same name on disk.
    fn fits_another_path(&self, sealed: &Sealed<'_>, path: &RelativePath) -> bool {
        let of_owner =
            self.files.iter().filter(|file| file.owner == sealed.owner).map(|file| &file.path);
        let of_name = self.listed.iter().filter(|other| other.file_name() == path.file_name());
        of_owner.chain(of_name).any(|other| other != path && sealed.fits(other))
    }
}

fn only_line_ends_differ(disk: &str, rendered: &str) -> bool {
    disk.len() > rendered.len()
        && disk.matches('\n').count() == disk.matches("\r\n").count()
        && seal::unix(disk) == rendered
}

/// Whether a text is a merge of two versions of a file, from neither of which anything of a
/// person's can be lost: its seal is intact, or what Git made of the rest is what is rendered.
fn is_unedited_merge(text: &str, path: &RelativePath, rendered: Option<&str>) -> bool {
    let nothing_to_lose = |side: &String| {
        seal::read(side)
            .is_some_and(|sealed| sealed.fits(path) || rendered == Some(&*seal::unix(sealed.body)))
    };
    conflict::sides(text).is_some_and(|sides| sides.iter().all(nothing_to_lose))
}

/// Terraform would see no change where a chart's content changes under an unchanged version.
fn changed_under_its_version(file: &File, disk: &Sealed<'_>) -> Option<Problem> {
    let (now, before) = (file.chart.as_ref()?, disk.chart.as_ref()?);
    if now.path != before.path || now.version != before.version || now.digest == before.digest {
        return None;
    }
    let message =
        format!("the chart `{}` changed, and its version is still {}", now.path, now.version);
    let help = "raise `version` in its Chart.yaml; or, if that version was never released, run: envroot gen --same-version";
    let Concern { service, environment } = &file.owner.concern;
    let problem = Problem::error("chart-version", message).help(help);
    Some(problem.concerns(service.as_ref(), environment.as_ref()))
}

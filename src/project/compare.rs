//! A project read and rendered, compared with the disk: what every command begins with.
//!
//! Finds its folder and holds it, picks what was selected, and sorts the problems.

use crate::model::code::Code;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use super::outcome::{Common, Exit, Outcome};
use crate::base::english;
use crate::base::parallel;
use crate::config::Config;
use crate::format::seal;
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::name::{Name, RelativePath};
use crate::model::span::Sources;
use crate::model::tree::Node;
use crate::plan::{self, Options, Plan, Selection};
use crate::project::load::{self, RenderedProject, Unreadable};
use crate::render::{self, ContextCache, File};
use crate::report::{self, View};
use crate::resolve::Resolved;
use crate::rules::drift::Drift;
use crate::rules::drift::moved_state::{self, Moved};
use crate::rules::runner;
use crate::world::{CONFIG, Failure, Listing, Lock, World};

/// The options of a command for the plan.
#[derive(Default)]
pub(crate) struct Request {
    pub destroyed: BTreeSet<(Name, Name)>,
    /// Rules that are not applied, because the command line accepts what they report.
    pub accepted: Vec<Code>,
    /// Restricts writing to these paths; `None` uses the selection.
    pub only: Option<BTreeSet<RelativePath>>,
}

/// A project's folder, held against other runs.
pub(crate) struct Workspace<'w> {
    pub world: &'w dyn World,
    _lock: Lock,
}

/// Its large parts are never freed, because the process ends soon after and returns all memory at
/// once.
pub(crate) struct Project<'w> {
    pub workspace: Workspace<'w>,
    pub sources: Sources,
    pub resolved: ManuallyDrop<Resolved>,
    pub files: ManuallyDrop<Vec<File>>,
    _read: ManuallyDrop<(Arc<Node>, Config, ContextCache)>,
    pub listing: ManuallyDrop<Listing>,
    pub plan: Plan,
    /// The roots whose state moves.
    pub moved: Vec<Moved>,
    pub unknown_charts: usize,
    pub selection: Selection,
    /// Problems that touch what was selected, and the number of those that do not.
    pub problems: Vec<Problem>,
    pub problems_outside: usize,
}

/// The reason why a project could not be compared with the disk.
pub(crate) enum Abort {
    /// The command line or the world is to blame, and all is said.
    Reported(Outcome),
    /// `environments.toml` is no TOML.
    Unreadable(Unreadable),
}

impl Abort {
    pub(crate) fn outcome(self, common: &Common, consequence: &str) -> Outcome {
        match self {
            Abort::Reported(outcome) => outcome,
            Abort::Unreadable(Unreadable { problems, sources }) => Outcome {
                err: shown(&problems, &sources, common, consequence),
                exit: Exit::WrongInput,
                ..Default::default()
            },
        }
    }
}

impl From<Outcome> for Abort {
    fn from(outcome: Outcome) -> Abort {
        Abort::Reported(outcome)
    }
}

impl From<Failure> for Abort {
    fn from(failure: Failure) -> Abort {
        Abort::Reported(failure.into())
    }
}

impl From<Unreadable> for Abort {
    fn from(unreadable: Unreadable) -> Abort {
        Abort::Unreadable(unreadable)
    }
}

pub(crate) fn shown(
    problems: &[Problem],
    sources: &Sources,
    common: &Common,
    consequence: &str,
) -> String {
    report::problem::show(problems, sources, common.style)
        + &report::problem::summary(problems, consequence)
}

/// Reads, resolves, renders and compares. `Err`: it did not come that far.
pub(crate) fn open<'w>(
    world: &'w dyn World,
    common: &Common,
    writes: bool,
    request: Request,
) -> Result<Project<'w>, Abort> {
    let workspace = Workspace::enter(world, common, writes)?;
    let read = load::read(workspace.text()?)?;
    let selection = selection(common, &read.config)?;
    let owned: Vec<String> = owned(&read.config).into_iter().map(str::to_owned).collect();
    let owned: Vec<&str> = owned.iter().map(String::as_str).collect();
    let (resolved_project, listing) =
        parallel::join(|| read.resolve_in(world), || world.list(&owned, plan::may_matter));
    let ((resolved_project, charts), listing) = (resolved_project?, listing?);
    // In the middle of a merge a file may be current and its other side hold an edit.
    let is_merging = world.is_merging();
    let is_current =
        |path: &RelativePath, text: &str| !is_merging && world.holds(path, text, &listing);
    let loaded =
        resolved_project.render(&charts, is_current, |folder| world.terraform_texts(folder))?;
    Ok(workspace.compare(loaded, listing, selection, request)?)
}

/// The folders and files that a configuration lets envroot own.
pub(crate) fn owned(config: &Config) -> Vec<&str> {
    let also = config.project.also.iter().map(RelativePath::as_str);
    [config.project.output()].into_iter().chain(also).collect()
}

impl<'w> Workspace<'w> {
    /// Locks the project. With `writes`, no other command may read or write until this is dropped.
    pub(crate) fn enter(
        world: &'w dyn World,
        common: &Common,
        writes: bool,
    ) -> Result<Workspace<'w>, Failure> {
        let waiting = || {
            if let Some(tell) = common.tell {
                tell("waiting for another envroot in this project\n");
            }
        };
        let lock = world.lock(writes, &waiting)?;
        Ok(Workspace { world, _lock: lock })
    }

    /// The text of `environments.toml`.
    pub(crate) fn text(&self) -> Result<String, Failure> {
        Ok(self.world.text(CONFIG)?.unwrap_or_default())
    }

    /// Compares what was rendered with what is on disk.
    pub(crate) fn compare(
        self,
        loaded: RenderedProject,
        listing: Listing,
        selection: Selection,
        request: Request,
    ) -> Result<Project<'w>, Failure> {
        let RenderedProject { mut sources, config, resolved, files, waivers, .. } = loaded;
        let mut problems = loaded.problems;
        let mut options = Options {
            selection: selection.clone(),
            destroyed: request.destroyed,
            allowed: allowed(&resolved),
            only: request.only,
            project: config.project.name.clone(),
            unmerged: Default::default(),
        };
        let read = |path: &RelativePath| self.world.found(path, &listing);
        let mut plan = plan::plan(&files, &listing.files, &options, read);
        // Git is asked only where it may have something to say.
        if plan.has_broken_seals() || self.world.is_merging() {
            options.unmerged = self.world.unmerged(seal::fits_path);
            if !options.unmerged.is_empty() {
                plan = plan::plan(&files, &listing.files, &options, read);
            }
        }
        problems.extend(unreadable(&files, &plan));
        let moved = moved_state::moved(&files, &plan.entries);
        let handwritten = load::handwritten_backends::read(
            self.world,
            &owned(&config),
            &listing,
            &files,
            &mut sources,
        )?;
        let drift = Drift {
            resolved: &resolved,
            files: &files,
            entries: &plan.entries,
            moved: &moved,
            handwritten: &handwritten,
        };
        problems.extend(runner::drift(&drift, &request.accepted, &waivers));
        problems.extend(waivers.unused());
        let mut problems = problems.sorted();
        for problem in &mut problems {
            problem.targets.sort_by_key(|target| rank(&config, target));
        }
        let (inside, outside): (Vec<Problem>, Vec<Problem>) =
            problems.into_iter().partition(|problem| selection.touches(problem));
        Ok(Project {
            workspace: self,
            sources,
            resolved: ManuallyDrop::new(resolved),
            files: ManuallyDrop::new(files),
            _read: ManuallyDrop::new((loaded.tree, config, loaded.cache)),
            listing: ManuallyDrop::new(listing),
            plan,
            moved,
            unknown_charts: loaded.unknown_charts,
            selection,
            problems: inside,
            problems_outside: outside.len(),
        })
    }
}

/// Services as they are written, environments in promotion order.
fn rank(config: &Config, target: &Target) -> (Option<usize>, Option<usize>) {
    let service = target.service.as_ref().and_then(|name| config.services.get_index_of(name));
    let environment = target.environment.as_ref();
    (service, environment.and_then(|name| config.environments.get_index_of(name)))
}

impl Project<'_> {
    pub(crate) fn view(&self) -> View<'_> {
        View {
            plan: &self.plan,
            unknown_charts: self.unknown_charts,
            files: &self.files,
            resolved: &self.resolved,
            sources: &self.sources,
            selection: &self.selection,
        }
    }

    /// The outcome that problems or an unreadable disk decide, whatever else there is.
    pub(crate) fn failed(&self, common: &Common, consequence: &str) -> Option<Outcome> {
        let mut err = String::new();
        let mut exit = Exit::Done;
        if !self.problems.is_empty() {
            err.push_str(&shown(&self.problems, &self.sources, common, consequence));
            exit = Exit::WrongInput;
        }
        for (path, why) in &self.plan.failures {
            err.push_str(&format!(
                "error: cannot read {}: {why}\n",
                self.workspace.world.shown(path.as_str()).display()
            ));
            exit = Exit::WorldFailed;
        }
        (exit != Exit::Done).then_some(Outcome { out: String::new(), err, exit })
    }

    /// The note at the end of a partial run.
    pub(crate) fn partial_note(&self) -> String {
        if self.selection.is_everything() {
            return String::new();
        }
        let Selection { service, environment } = &self.selection;
        let service = service.as_ref().map(|name| format!("service {name}"));
        let environment = environment.as_ref().map(|name| format!("environment {name}"));
        let parts: Vec<String> = service.into_iter().chain(environment).collect();
        let parts = parts.join(" in ");
        let outside = report::text::outside(&self.view(), self.problems_outside);
        format!("partial: only {parts} was looked at\n{outside}")
    }
}

/// The selection of `--env` and `--service`. An unknown name is an invalid command line.
pub(crate) fn selection(common: &Common, config: &Config) -> Result<Selection, Abort> {
    let environments = config.environments.keys();
    let services = config.services.keys();
    Ok(Selection {
        environment: named("environment", common.environment.as_deref(), environments)?,
        service: named("service", common.service.as_deref(), services)?,
    })
}

pub(crate) fn named<'a>(
    what: &str,
    wanted: Option<&str>,
    known: impl Iterator<Item = &'a Name> + Clone,
) -> Result<Option<Name>, Abort> {
    let Some(wanted) = wanted else { return Ok(None) };
    if let Some(name) = known.clone().find(|name| name.as_str() == wanted) {
        return Ok(Some(name.clone()));
    }
    let known: Vec<&str> = known.map(Name::as_str).collect();
    let hint = match english::nearest(wanted, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => english::there_are(&known),
    };
    Err(wrong_command_line(format_args!("there is no {what} `{wanted}`: {hint}")))
}

pub(crate) fn wrong_command_line(message: impl Display) -> Abort {
    let err = format!("error: {message}\n");
    Abort::Reported(Outcome { err, exit: Exit::WrongCommandLine, ..Default::default() })
}

/// The hand-written files that are allowed in each root.
fn allowed(resolved: &Resolved) -> BTreeMap<Target, Vec<String>> {
    let mut allowed = BTreeMap::new();
    for service in &resolved.services {
        for deployment in &service.deployments {
            let environment = &resolved.environments[deployment.environment];
            let target = Target {
                service: Some(service.name.clone()),
                environment: Some(environment.name.clone()),
            };
            let kept = deployment.keep.iter().map(|kept| kept.file.clone());
            allowed.insert(target, kept.chain(deployment.pack.allow.iter().cloned()).collect());
        }
    }
    allowed
}

/// As much of a line as helps to recognise it.
fn shortened(line: &str) -> String {
    match line.char_indices().nth(160) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

/// Reads back every file that is to be written, as its format does.
fn unreadable(files: &[File], plan: &Plan) -> Problems {
    let mut problems = Problems::default();
    let found = parallel::map(&plan.entries, |entry| unread(&files[entry.file?]));
    problems.extend(found.into_iter().flatten());
    problems
}

/// The problem of a file that cannot be parsed again.
fn unread(file: &File) -> Option<Problem> {
    let (line, column, message) = render::check(file).err()?;
    let message = format!("the rendered {}:{line}:{column} is invalid: {message}", file.path);
    let rendered = file.text()?.as_str().lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let problem = Problem::error(Code::UnreadableOutput, message)
        .note(format!("line {line} would be: {}", shortened(rendered.trim())))
        .help("fix the pack's template");
    let Target { service, environment } = &file.owner.target;
    Some(problem.for_target(service.as_ref(), environment.as_ref()))
}

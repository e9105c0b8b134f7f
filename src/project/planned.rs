//! A rendered project compared with the disk: the plan, and every problem that touches the selection.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::ManuallyDrop;

use super::abort::Abort;
use super::kept;
use super::load::{self, RenderedProject, handwritten_backends};
use super::outcome::{Common, Exit, Outcome};
use super::read_back;
use super::select::selection;
use super::workspace::{Workspace, owned};
use crate::base::english;
use crate::base::parallel;
use crate::config::Config;
use crate::format::{seal, sealed_beside};
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::name::RelativePath;
use crate::model::printable::{self, Printable};
use crate::plan::{self, Options, Plan, Selection, State};
use crate::render::FileText;
use crate::report::{self, View};
use crate::resolve::Resolved;
use crate::rules::drift::Drift;
use crate::rules::drift::moved_state::{self, Moved};
use crate::rules::rendered::Unjudged;
use crate::rules::runner;
use crate::rules::settings::shared_state::HandwrittenBackend;
use crate::world::{Failure, Listing, World};

/// The options of a command for the plan.
#[derive(Default)]
pub(crate) struct Request {
    pub destroyed: BTreeSet<Target>,
    /// Rules that are not applied, because the command line accepts what they report.
    pub accepted: Vec<Code>,
    /// Restricts writing to these paths; `None` uses the selection.
    pub only: Option<BTreeSet<RelativePath>>,
    /// The targets whose problems count although they are outside the selection.
    pub judged: BTreeSet<Target>,
    /// Whole services, and the project, of which a file that cannot be rendered is reached. If only the
    /// cause of its problem is reported, that counts.
    pub broken: BTreeSet<Target>,
    /// True if hand edits are overwritten.
    pub force: bool,
}

pub(crate) struct PlannedProject<'w> {
    pub workspace: Workspace<'w>,
    /// Never freed: the process ends soon after, and returns all memory at once.
    pub rendered: ManuallyDrop<RenderedProject>,
    pub listing: Listing,
    pub plan: Plan,
    /// The roots whose state moves.
    pub moved: Vec<Moved>,
    pub selection: Selection,
    /// Problems that touch the selection, and the number of those that do not.
    pub problems: Vec<Problem>,
    pub problems_outside: usize,
    /// Files and folders of the repository that could not be compared with the roots, and why.
    pub unread: Vec<(String, String)>,
}

/// Reads, resolves, renders and compares. With `writes`, no other command may run meanwhile.
pub(crate) fn open<'w>(
    world: &'w dyn World,
    common: &Common,
    writes: bool,
    request: Request,
) -> Result<PlannedProject<'w>, Abort> {
    let workspace = Workspace::enter(world, common, writes)?;
    let parsed = load::read(workspace.text()?)?;
    let selection = selection(common, &parsed.config)?;
    let owned = owned(&parsed.config);
    let (resolved, listing) =
        parallel::join(|| parsed.resolve_in(world), || workspace.listing(&owned));
    let ((resolved, charts), listing) = (resolved?, listing?);
    // A file that is not merged may be current and its other side hold an edit.
    let holds = |path: &RelativePath, text: &str| {
        !listing.unmerged.contains_key(path) && world.holds(path, text, &listing)
    };
    let is_unchanged = |path: &RelativePath, text: &FileText| {
        holds(path, text.as_str())
            && text.seal().is_none_or(|seal| holds(&sealed_beside::seal_path(path), seal))
    };
    let rendered = resolved.render(charts, is_unchanged, |folder| world.terraform_texts(folder))?;
    Ok(rendered.plan(workspace, listing, selection, request)?)
}

impl RenderedProject {
    /// Compares the rendered files with the disk, and applies the rules of what changes there.
    pub(crate) fn plan(
        mut self,
        workspace: Workspace<'_>,
        mut listing: Listing,
        selection: Selection,
        request: Request,
    ) -> Result<PlannedProject<'_>, Failure> {
        let (accepted, judged) = (request.accepted.clone(), request.judged.clone());
        let broken = request.broken.clone();
        let force = request.force;
        let mut owned = owned(&self.config);
        let known: Vec<&str> = owned.iter().map(String::as_str).collect();
        let scanned = handwritten_backends::scan(workspace.world, &known, &listing, &self.files);
        let old_places = handwritten_backends::old_places(&scanned, &self.config.project.name);
        if !old_places.is_empty() {
            owned.extend(old_places.iter().cloned());
            listing = workspace.listing(&owned)?;
        }
        let mut plan = self.compare(workspace.world, &listing, &selection, old_places, request);
        let moved = self.moved(workspace.world, &listing, &plan, force);
        let mut problems = std::mem::take(&mut self.problems);
        problems.extend(read_back::problems(&self.files, &plan));
        problems.extend(kept::problems(workspace.world, &self.resolved, &self.files));
        let backends = handwritten_backends::read(
            workspace.world,
            &listing,
            &self.files,
            &plan,
            scanned,
            &mut self.sources,
        );
        let (handwritten, mut unread) = backends;
        let found = self.drift(&plan, &moved, &handwritten, &accepted);
        problems.extend(found);
        let folders = listing.unreadable.iter().cloned();
        if selection.is_everything() {
            plan.failures.extend(folders.map(|(path, why)| (RelativePath::shown(&path), why)));
        } else {
            let files = plan.failures_outside.iter();
            unread.extend(files.map(|(path, why)| (path.to_string(), why.clone())).chain(folders));
        }
        problems.extend(self.waivers.unused());
        let mut problems = problems.sorted();
        for problem in &mut problems {
            problem.targets.sort_by_key(|target| rank(&self.config, target));
        }
        let broken = causes_of(broken, &problems);
        let (problems, outside): (Vec<Problem>, Vec<Problem>) =
            problems.into_iter().partition(|problem| {
                let is_judged = problem.targets.iter().any(|target| {
                    judged.contains(target) || broken.iter().any(|it| it.overlaps(target))
                });
                is_judged || selection.touches(problem)
            });
        Ok(PlannedProject {
            workspace,
            rendered: ManuallyDrop::new(self),
            listing,
            plan,
            moved,
            selection,
            problems,
            problems_outside: outside.len(),
            unread,
        })
    }

    fn compare(
        &self,
        world: &dyn World,
        listing: &Listing,
        selection: &Selection,
        old_places: BTreeSet<String>,
        request: Request,
    ) -> Plan {
        let read = |path: &RelativePath| world.found(path, listing);
        let options = Options {
            selection: selection.clone(),
            destroyed: request.destroyed,
            allowed: allowed(&self.resolved),
            only: request.only,
            project: self.config.project.name.clone(),
            old_places,
            unmerged: plan::beside::unmerged(&listing.unmerged, read),
        };
        plan::plan(&self.files, &listing.files, &options, read)
    }

    fn moved(&self, world: &dyn World, listing: &Listing, plan: &Plan, force: bool) -> Vec<Moved> {
        let wanted = moved_state::unlike_before(&plan.entries, force);
        let committed = match wanted.is_empty() {
            true => BTreeMap::new(),
            false => world.committed(&wanted, seal::is_intact, listing),
        };
        moved_state::moved(&self.files, &plan.entries, &committed, force)
    }

    /// The problems of a plan.
    fn drift(
        &self,
        plan: &Plan,
        moved: &[Moved],
        handwritten: &[HandwrittenBackend],
        accepted: &[Code],
    ) -> Problems {
        let RenderedProject { resolved, files, waivers, .. } = self;
        let drift = Drift { resolved, files, entries: &plan.entries, moved, handwritten };
        runner::drift(&drift, accepted, waivers)
    }
}

/// The targets among some whose own problems are not reported, because another one is their cause.
fn causes_of(mut broken: BTreeSet<Target>, problems: &[Problem]) -> BTreeSet<Target> {
    let reported: BTreeSet<&Target> = problems.iter().flat_map(|it| &it.targets).collect();
    broken.retain(|target| !reported.contains(target));
    broken
}

/// Services as they are written, environments in promotion order.
fn rank(config: &Config, target: &Target) -> (Option<usize>, Option<usize>) {
    let service = target.service.as_ref().and_then(|name| config.services.get_index_of(name));
    let environment = target.environment.as_ref();
    (service, environment.and_then(|name| config.environments.get_index_of(name)))
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
            let kept = deployment.keep.iter().map(|kept| kept.file.to_string());
            allowed.insert(target, kept.chain(deployment.pack.allow.iter().cloned()).collect());
        }
    }
    allowed
}

impl PlannedProject<'_> {
    pub(crate) fn view(&self) -> View<'_> {
        let RenderedProject { sources, resolved, files, unknown_charts, waivers, unjudged, .. } =
            &*self.rendered;
        let mut selected = Unjudged::default();
        let included = unjudged.iter().filter(|(target, _)| self.selection.includes(target));
        included.for_each(|(_, number)| selected.add(*number));
        View {
            plan: &self.plan,
            unknown_charts: *unknown_charts,
            unjudged: selected,
            waivers,
            files,
            resolved,
            sources,
            selection: &self.selection,
        }
    }

    /// The outcome if there are problems or files that cannot be read. `consequence` says what did
    /// not happen.
    pub(crate) fn failed(&self, common: &Common, consequence: &str) -> Option<Outcome> {
        let mut err = Printable::default();
        let mut exit = Exit::Done;
        if !self.problems.is_empty() {
            let sources = &self.rendered.sources;
            err = report::problem::report(&self.problems, sources, common.style, consequence);
            exit = Exit::of(&self.problems);
        }
        for (path, why) in &self.plan.failures {
            let path = self.workspace.world.shown(path.as_str());
            let path = path.to_string_lossy();
            err.push_str(&format!("error: cannot read {}: {why}\n", printable::line(&path)));
            exit = Exit::WorldFailed;
        }
        (exit != Exit::Done).then_some(Outcome { err, exit, ..Outcome::default() })
    }

    /// The notes at the end of a run: what was not looked at.
    pub(crate) fn notes(&self) -> String {
        self.partial_note() + &report::text::unread(&self.unread)
    }

    /// Confirms that generated files of a root are left that nothing renders any more.
    pub(crate) fn has_left(&self, target: &Target) -> Result<(), String> {
        let entries = self.plan.entries.iter();
        let left = entries.filter(|it| it.file.is_none() && it.state != State::Unmanaged);
        let left: BTreeSet<&Target> = left.map(|entry| &entry.target).collect();
        if left.contains(target) {
            return Ok(());
        }
        let name = target.to_string();
        if self.rendered.files.iter().any(|file| file.owner.target == *target) {
            let next_step = match target.environment {
                Some(_) => "`envroot retire` takes it down",
                None => "remove what renders it first",
            };
            return Err(format!("`{name}` is still rendered: {next_step}"));
        }
        let known: Vec<String> = left.into_iter().map(Target::to_string).collect();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        let hint = match english::nearest(&name, known.iter().copied()) {
            Some(meant) => format!(": did you mean `{meant}`?"),
            None if known.is_empty() => String::new(),
            None => format!(": {}", english::there_are(&known)),
        };
        Err(format!("no generated files of `{name}` are left{hint}"))
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

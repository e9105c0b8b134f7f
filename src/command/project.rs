//! A project read and rendered, compared with the disk: what every command begins with.
//!
//! Collects problems from all stages, so that one run reports them all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Common, Exit, Outcome};
use crate::chart;
use crate::config::{self, Config};
use crate::diagnostic::{Concern, Problem, Problems};
use crate::disk::{CONFIG, Disk, Failure, Listing, Lock};
use crate::invariant;
use crate::name::{Name, RelativePath};
use crate::pack::{self, embedded};
use crate::place::{Place, Sources};
use crate::plan::{self, Options, Plan, Selection};
use crate::render::{self, Charts, File};
use crate::report::{self, View};
use crate::resolve::{self, Packs, Resolved};
use crate::source;
use crate::words;

/// How a command differs in what it asks of the plan.
#[derive(Default)]
pub struct Request {
    /// Whether files will be written: then nobody else may read or write meanwhile.
    pub writes: bool,
    pub destroyed: BTreeSet<(Name, Name)>,
    pub same_version: bool,
}

pub struct Project {
    pub disk: Disk,
    pub sources: Sources,
    pub resolved: Resolved,
    pub files: Vec<File>,
    pub listing: Listing,
    pub plan: Plan,
    pub selection: Selection,
    /// Problems that touch what was selected, and the number of those that do not.
    pub problems: Vec<Problem>,
    pub problems_outside: usize,
    /// What there is to say before anything else.
    pub notice: String,
    _lock: Lock,
}

/// Why a project could not be compared with the disk.
pub enum Stopped {
    /// The command line or the world is to blame, and all is said.
    Said(Outcome),
    /// `environments.toml` is no TOML.
    Unreadable(Vec<Problem>, Sources),
}

impl Stopped {
    pub fn outcome(self, common: &Common, consequence: &str) -> Outcome {
        match self {
            Stopped::Said(outcome) => outcome,
            Stopped::Unreadable(problems, sources) => Outcome {
                err: shown(&problems, &sources, common, consequence),
                exit: Exit::WrongInput,
                ..Default::default()
            },
        }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Stopped {
        Stopped::Said(failure.into())
    }
}

fn shown(problems: &[Problem], sources: &Sources, common: &Common, consequence: &str) -> String {
    report::problem::show(problems, sources, common.style)
        + &report::problem::summary(problems, consequence)
}

/// Reads, resolves, renders and compares. `Err`: it did not come that far.
pub fn open(common: &Common, request: Request) -> Result<Project, Stopped> {
    let Some(disk) = Disk::find(&common.directory)? else {
        let folder = match common.directory.to_str() {
            Some(".") => "this folder".to_owned(),
            _ => common.directory.display().to_string(),
        };
        let err = format!(
            "error: there is no {CONFIG} in {folder} or above it: say with -C DIR where it is\n"
        );
        return Err(wrong_command_line(err));
    };
    let mut notice = String::new();
    let waiting = || notice.push_str("waited for another envroot in this project\n");
    let lock = disk.lock(request.writes, waiting)?;
    let mut sources = Sources::default();
    let (config, mut problems) = read_config(&disk, &mut sources)?;
    let selection = selection(common, &config)?;
    let packs = read_packs(&disk, &config, &mut sources, &mut problems)?;
    let (resolved, found) = resolve::resolve(&config, &packs, &sources);
    problems.extend(found);
    let charts = read_charts(&disk, &resolved, &mut problems)?;
    problems.extend(invariant::check(&config, &resolved));
    let input = render::Input {
        project: &config.project,
        resolved: &resolved,
        charts: &charts,
        sources: &sources,
    };
    let (files, found) = render::render(&input);
    let found = found.into_iter().filter(|problem| !follows(problem, &problems));
    let found: Vec<Problem> = found.collect();
    problems.extend(found);
    let owned: Vec<&str> = [config.project.output()]
        .into_iter()
        .chain(config.project.also.iter().map(RelativePath::as_str))
        .collect();
    let listing = disk.list(&owned)?;
    let options = Options {
        selection: selection.clone(),
        destroyed: request.destroyed,
        allowed: allowed(&resolved),
        same_version: request.same_version,
        project: config.project.name.clone(),
    };
    let mut plan = plan::plan(&files, &listing.files, &options, |path| disk.found(path, &listing));
    problems.extend(std::mem::take(&mut plan.problems));
    problems.extend(unreadable(&files, &plan));
    let mut problems = problems.sorted();
    for problem in &mut problems {
        problem.concerns.sort_by_key(|concern| rank(&config, concern));
    }
    let (inside, outside): (Vec<Problem>, Vec<Problem>) =
        problems.into_iter().partition(|problem| selection.touches(problem));
    Ok(Project {
        disk,
        sources,
        resolved,
        files,
        listing,
        plan,
        selection,
        problems: inside,
        problems_outside: outside.len(),
        notice,
        _lock: lock,
    })
}

/// Whether a template only misses what is wrong with the settings it is rendered for. It must be
/// those: a filter may leave out what is wrong elsewhere, and a missing file has to have a reason.
fn follows(problem: &Problem, causes: &Problems) -> bool {
    let of = |concern: &Concern| Selection {
        service: concern.service.clone(),
        environment: concern.environment.clone(),
    };
    let explained = |concern| causes.iter().any(|cause| of(concern).touches(cause));
    problem.code == "not-given" && problem.concerns.iter().all(explained)
}

/// Services as they are written, environments in promotion order.
fn rank(config: &Config, concern: &Concern) -> (Option<usize>, Option<usize>) {
    let service = concern.service.as_ref().and_then(|name| config.services.get_index_of(name));
    let environment = concern.environment.as_ref();
    (service, environment.and_then(|name| config.environments.get_index_of(name)))
}

impl Project {
    pub fn view(&self) -> View<'_> {
        View {
            plan: &self.plan,
            files: &self.files,
            resolved: &self.resolved,
            sources: &self.sources,
            selection: &self.selection,
        }
    }

    /// The outcome that problems or an unreadable disk decide, whatever else there is.
    pub fn failed(&self, common: &Common, consequence: &str) -> Option<Outcome> {
        let mut err = self.notice.clone();
        let mut exit = Exit::Done;
        if !self.problems.is_empty() {
            err.push_str(&shown(&self.problems, &self.sources, common, consequence));
            exit = Exit::WrongInput;
        }
        for (path, why) in &self.plan.failures {
            err.push_str(&format!(
                "error: cannot read {}: {why}\n",
                self.disk.shown(path.as_str()).display()
            ));
            exit = Exit::WorldFailed;
        }
        (exit != Exit::Done).then_some(Outcome { out: String::new(), err, exit })
    }

    /// What a partial run says at its end.
    pub fn partial_note(&self) -> String {
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

fn read_config(disk: &Disk, sources: &mut Sources) -> Result<(Config, Problems), Stopped> {
    let text = disk.text(CONFIG)?.unwrap_or_default();
    let file = sources.add(CONFIG, text);
    let (tree, mut problems) = source::read(sources, file, None);
    if !problems.is_empty() {
        // What was meant cannot be known before the text can be read.
        return Err(Stopped::Unreadable(problems.sorted(), std::mem::take(sources)));
    }
    let version = env!("CARGO_PKG_VERSION").parse().expect("Cargo has checked the version");
    let (config, found) = config::read(&tree, &version);
    problems.extend(found);
    Ok((config, problems))
}

/// What `--env` and `--service` select. A name that nothing has is a mistake of the command line.
fn selection(common: &Common, config: &Config) -> Result<Selection, Stopped> {
    let environments = config.environments.keys();
    let services = config.services.keys();
    Ok(Selection {
        environment: named("environment", common.environment.as_deref(), environments)?,
        service: named("service", common.service.as_deref(), services)?,
    })
}

fn named<'a>(
    what: &str,
    wanted: Option<&str>,
    known: impl Iterator<Item = &'a Name> + Clone,
) -> Result<Option<Name>, Stopped> {
    let Some(wanted) = wanted else { return Ok(None) };
    if let Some(name) = known.clone().find(|name| name.as_str() == wanted) {
        return Ok(Some(name.clone()));
    }
    let known: Vec<&str> = known.map(Name::as_str).collect();
    let hint = match words::nearest(wanted, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => words::there_are(&known),
    };
    let err = format!("error: there is no {what} `{wanted}`: {hint}\n");
    Err(wrong_command_line(err))
}

fn wrong_command_line(err: String) -> Stopped {
    Stopped::Said(Outcome { err, exit: Exit::WrongCommandLine, ..Default::default() })
}

fn read_packs(
    disk: &Disk,
    config: &Config,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Result<Packs, Failure> {
    let mut packs = Packs::default();
    let components = components(disk)?;
    for (name, place) in resolve::packs_in_use(config) {
        let Some(chain) = pack_chain(disk, &name, place, problems)? else { continue };
        let (pack, found) = pack::load(sources, chain, components.clone());
        problems.extend(found);
        packs.extend(pack.map(|pack| (name, Arc::new(pack))));
    }
    Ok(packs)
}

/// The folders of a pack and of those it extends, the lowest first.
fn pack_chain(
    disk: &Disk,
    name: &str,
    place: Place,
    problems: &mut Problems,
) -> Result<Option<Vec<pack::Folder>>, Failure> {
    let mut chain: Vec<pack::Folder> = Vec::new();
    let mut wanted = Some(name.to_owned());
    while let Some(name) = wanted {
        let is_known = |folder: &pack::Folder| folder.name == name;
        let found = match chain.iter().any(is_known) {
            false => pack_folder(disk, &name)?,
            // A pack that extends one of its own name extends the one that comes with envroot.
            true if chain.len() == 1 => embedded::folder(&name),
            true => {
                let message = format!("packs extend each other in a circle, by way of `{name}`");
                problems.push(Problem::error("pack-cycle", message).at(place));
                return Ok(None);
            }
        };
        let Some(folder) = found else {
            problems.push(unknown_pack(disk, &name, place)?);
            return Ok(None);
        };
        wanted = pack::extends(&folder);
        chain.push(folder);
    }
    chain.reverse();
    Ok(Some(chain))
}

/// A pack of the project's own stands before one that comes with envroot.
fn pack_folder(disk: &Disk, name: &str) -> Result<Option<pack::Folder>, Failure> {
    if RelativePath::parse(name).is_err() || name.contains('/') {
        return Ok(None);
    }
    let Some(files) = disk.folder(&format!("templates/{name}"))? else {
        return Ok(embedded::folder(name));
    };
    Ok(Some(pack::Folder::new(name, files)))
}

/// What all packs may use: the components that come with envroot, and over them the project's own.
fn components(disk: &Disk) -> Result<pack::Folder, Failure> {
    let mut folder = embedded::components();
    let own = disk.folder(&folder.shown)?.unwrap_or_default();
    for (path, text) in pack::Folder::new(&folder.name, own).files {
        folder.files.retain(|(known, _)| *known != path);
        folder.files.push((path, text));
    }
    Ok(folder)
}

fn unknown_pack(disk: &Disk, name: &str, place: Place) -> Result<Problem, Failure> {
    let own = disk.folders("templates")?;
    let known: Vec<&str> = own.iter().map(String::as_str).chain(embedded::names()).collect();
    let problem = Problem::error("unknown-pack", format!("there is no pack `{name}`"));
    Ok(problem.unknown_word(place, name, &known))
}

/// The charts that settings name, each read once.
fn read_charts(
    disk: &Disk,
    resolved: &Resolved,
    problems: &mut Problems,
) -> Result<Charts, Failure> {
    let mut charts = Charts::new();
    let mut failed = BTreeSet::new();
    for service in &resolved.services {
        for deployment in &service.deployments {
            let setting =
                deployment.pack.chart.as_ref().and_then(|path| deployment.settings.at(path));
            let Some((node, path)) = setting.and_then(|node| Some((node, node.str()?))) else {
                continue;
            };
            if charts.contains_key(path) {
                continue;
            }
            match read_chart(disk, path)? {
                Ok(chart) => _ = charts.insert(path.to_owned(), chart),
                Err(message) => {
                    if failed.insert(path.to_owned()) {
                        let problem = Problem::error("chart", message).at(node.origin.value);
                        problems.push(problem.help(
                            "a chart is a folder with a Chart.yaml, relative to environments.toml",
                        ));
                    }
                }
            }
        }
    }
    Ok(charts)
}

fn read_chart(disk: &Disk, path: &str) -> Result<Result<chart::Chart, String>, Failure> {
    let mut folders: BTreeMap<RelativePath, chart::Folder> = BTreeMap::new();
    let chart = match RelativePath::parse(path) {
        Ok(path) => path,
        Err(message) => return Ok(Err(message)),
    };
    let mut wanted = vec![chart.clone()];
    while let Some(path) = wanted.pop() {
        if folders.contains_key(&path) {
            continue;
        }
        let Some(files) = disk.folder(path.as_str())? else {
            return Ok(Err(format!("there is no chart in `{path}`")));
        };
        let folder = chart::Folder { path: path.clone(), files };
        match chart::local_dependencies(&folder) {
            Ok(dependencies) => wanted.extend(dependencies),
            Err(message) => return Ok(Err(message)),
        }
        folders.insert(path, folder);
    }
    let whole = folders.remove(&chart).expect("it was read first");
    let dependencies: Vec<chart::Folder> = folders.into_values().collect();
    Ok(chart::read(&whole, &dependencies))
}

/// The hand-written files that may stand in each root.
fn allowed(resolved: &Resolved) -> BTreeMap<Concern, Vec<String>> {
    let mut allowed = BTreeMap::new();
    for service in &resolved.services {
        for deployment in &service.deployments {
            let environment = &resolved.environments[deployment.environment];
            let concern = Concern {
                service: Some(service.name.clone()),
                environment: Some(environment.name.clone()),
            };
            let kept = deployment.keep.iter().map(|kept| kept.file.clone());
            allowed.insert(concern, kept.chain(deployment.pack.allow.iter().cloned()).collect());
        }
    }
    allowed
}

/// Reads back every file that is to be written, as its format does.
fn unreadable(files: &[File], plan: &Plan) -> Problems {
    let mut problems = Problems::default();
    for entry in &plan.entries {
        let Some(file) = entry.file.map(|index| &files[index]) else { continue };
        if let Err((line, column, message)) = render::check(file) {
            let message = format!(
                "what the pack renders to {}:{line}:{column} cannot be read back: {message}",
                file.path
            );
            let rendered = file.text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
            let problem = Problem::error("unreadable-output", message)
                .note(format!("line {line} would be: {}", rendered.trim()))
                .help("mend the pack's template");
            let Concern { service, environment } = &file.owner.concern;
            problems.push(problem.concerns(service.as_ref(), environment.as_ref()));
        }
    }
    problems
}

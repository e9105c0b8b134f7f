//! A project from the text of its `environments.toml` to the bytes of every file.
//!
//! Reads packs and charts, and collects the problems of all stages, so that one run reports them
//! all. Knows nothing of the output folder or of the command that runs.

mod charts;
pub(crate) mod handwritten_backends;
mod packs;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::base::parallel;
use crate::config::{self, Config};
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::name::RelativePath;
use crate::model::span::{Sources, Span};
use crate::model::tree::Node;
use crate::render::{self, Charts, ContextCache, File, FileText, Rendered};
use crate::resolve::{self, Packs, Resolved};
use crate::rules::rendered::{FileJudge, ModuleFiles, Unjudged};
use crate::rules::settings::{self, Settings};
use crate::rules::{Waivers, runner};
use crate::toml_file;
use crate::world::{CONFIG, Failure, World};
pub use packs::known as known_packs;

/// A parsed configuration, before its packs are read.
pub struct ParsedProject {
    pub sources: Sources,
    /// The tree of the text.
    pub tree: Arc<Node>,
    pub config: Config,
    problems: Problems,
}

/// A resolved configuration, before rendering.
pub struct ResolvedProject {
    pub sources: Sources,
    tree: Arc<Node>,
    config: Config,
    pub resolved: Resolved,
    pub problems: Problems,
}

/// A project as it would be on world.
pub struct RenderedProject {
    pub sources: Sources,
    pub tree: Arc<Node>,
    pub config: Config,
    pub resolved: Resolved,
    pub charts: Charts,
    pub files: Vec<File>,
    /// Large, and slow to free.
    pub cache: ContextCache,
    /// Those that nothing needed are a problem when every rule has been held against the project.
    pub waivers: Waivers,
    /// The number of charts from repositories without a copy whose keys could be checked.
    pub unknown_charts: usize,
    /// The targets of the files that cannot be rendered.
    pub broken: BTreeSet<Target>,
    /// What rules of rendered files could not judge, by what it belongs to.
    pub unjudged: Vec<(Target, Unjudged)>,
    pub problems: Problems,
}

/// The text of `environments.toml` is no TOML, or no text.
pub struct Unreadable {
    pub problems: Vec<Problem>,
    pub sources: Sources,
}

/// Takes the text of `environments.toml` from its bytes.
pub fn decode(bytes: Vec<u8>) -> Result<String, Unreadable> {
    String::from_utf8(bytes).map_err(|error| {
        let mut sources = Sources::default();
        let problem = not_utf8(&mut sources, CONFIG, error.as_bytes());
        Unreadable { problems: vec![problem], sources }
    })
}

/// The problem of a file that is not text in UTF-8, at the first wrong byte.
fn not_utf8(sources: &mut Sources, name: &str, bytes: &[u8]) -> Problem {
    let at = str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let text = String::from_utf8_lossy(bytes).into_owned();
    // A replacement character is in the place of the byte.
    let length = text[at..].chars().next().map_or(0, char::len_utf8);
    let file = sources.add(name, text);
    let place = Span { file, start: at as u32, end: (at + length) as u32 };
    let byte = bytes.get(at).map_or(String::new(), |byte| format!("the byte {byte:#04X}"));
    let problem = Problem::error(Code::NotUtf8, format!("`{name}` is not text in UTF-8"));
    problem.label(place, byte).help("save the file as UTF-8")
}

/// Reads a text of `environments.toml`.
pub fn read(text: String) -> Result<ParsedProject, Unreadable> {
    let mut sources = Sources::default();
    let file = sources.add(CONFIG, text);
    let (tree, mut problems) = toml_file::read(&sources, file, None);
    if !problems.is_empty() {
        // Nothing can be resolved from a text that is not TOML.
        return Err(Unreadable { problems: problems.sorted(), sources });
    }
    let version = env!("CARGO_PKG_VERSION").parse().expect("Cargo has checked the version");
    let (config, found) = config::read(&tree, &version);
    problems.extend(found);
    Ok(ParsedProject { sources, tree, config, problems })
}

impl ParsedProject {
    /// The packs that it uses, with what is wrong with them.
    pub fn packs(&mut self, world: &dyn World) -> Result<(Packs, Problems), Failure> {
        let mut problems = Problems::default();
        let packs = packs::read(world, &self.config, &mut self.sources, &mut problems)?;
        Ok((packs, problems))
    }

    /// Resolves and renders it as the project in a world; every file keeps its text.
    pub fn load(self, world: &dyn World) -> Result<RenderedProject, Failure> {
        let (resolved_project, charts) = self.resolve_in(world)?;
        resolved_project.render(charts, |_, _| false, |folder| world.terraform_texts(folder))
    }

    /// Resolves it with the packs and the charts of the project on a world.
    pub fn resolve_in(mut self, world: &dyn World) -> Result<(ResolvedProject, Charts), Failure> {
        let packs = self.packs(world)?;
        let mut resolved_project = self.resolve(packs);
        let charts = {
            let ResolvedProject { sources, resolved, problems, .. } = &mut resolved_project;
            charts::read(world, resolved, sources, problems)?
        };
        Ok((resolved_project, charts))
    }

    /// Resolves it with its packs. Touches no world.
    pub fn resolve(self, (packs, found): (Packs, Problems)) -> ResolvedProject {
        let ParsedProject { sources, tree, config, mut problems } = self;
        problems.extend(found);
        let (resolved, found) = resolve::resolve(&config, &packs, &sources);
        problems.extend(found);
        ResolvedProject { sources, tree, config, resolved, problems }
    }
}

impl ResolvedProject {
    /// Applies the rules and renders the project, with its charts. A file keeps its text unless
    /// `is_current` finds the same text on disk and it calls no module. `module` reads the Terraform
    /// files of a folder on world.
    pub fn render<E>(
        self,
        charts: Charts,
        is_current: impl Fn(&RelativePath, &FileText) -> bool + Sync,
        module: impl Fn(&str) -> Result<ModuleFiles, E>,
    ) -> Result<RenderedProject, E> {
        let ResolvedProject { mut sources, tree, config, resolved, mut problems } = self;
        let waivers = Waivers::of(&config);
        let settings =
            Settings { config: &config, resolved: &resolved, charts: &charts, sources: &sources };
        let input = render::Input {
            project: &config.project,
            resolved: &resolved,
            charts: &charts,
            sources: &sources,
        };
        let judge = FileJudge::new(&resolved, &waivers);
        let is_unchanged = |file: &File, problems: &mut Problems| {
            let calls_modules = judge.check(file, problems);
            !calls_modules && file.text().is_some_and(|text| is_current(&file.path, text))
        };
        let (found_in_settings, rendered) = parallel::join(
            || runner::settings(&settings, &waivers),
            || render::render_each(&input, is_unchanged),
        );
        let unknown_charts = settings::charts::count_without_copy(&resolved, &charts);
        let Rendered { files, problems: found, collisions, cache } = rendered;
        problems.extend(found_in_settings);
        problems.extend(runner::paths(&collisions, &waivers));
        runner::secrets(&problems).into_iter().for_each(|place| sources.conceal(place));
        let broken = found.iter().flat_map(|problem| problem.targets.iter().cloned()).collect();
        problems.extend(found);
        problems.extend(judge.check_calls(&files, module)?);
        let unjudged = judge.into_unjudged();
        Ok(RenderedProject {
            sources,
            tree,
            config,
            resolved,
            charts,
            files,
            cache,
            waivers,
            unknown_charts,
            broken,
            unjudged,
            problems,
        })
    }
}

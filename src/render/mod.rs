//! From resolved settings and packs to the exact bytes that belong on disk.
//!
//! Pure: the same input always gives the same files. Nothing here may look at the clock, the
//! process environment or the disk. The list of files is made here and nowhere else.

mod contents;
mod context;
mod paths;
mod problems;
pub mod trace;

use crate::model::code::Code;
use std::borrow::Cow;
use std::sync::Arc;

use crate::base::parallel;
use crate::config::ProjectConfig;
use crate::ecosystem::helm_chart::Chart;
pub use crate::ecosystem::helm_chart::Charts;
use crate::format::markers::pieces;
use crate::format::registry::Printers;
use crate::format::seal::{self, ChartRecord, Comment, Owner};
use crate::format::{Format, InvalidValue, ParseError, Printed};
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::key_path::{Key, Path};
use crate::model::name::RelativePath;
use crate::model::span::Sources;
use crate::model::tree::Node;
use crate::pack::{Content, FileRule, Pack};
use crate::resolve::{Deployment, Resolved, Service};
use crate::template::{Context, FILE, RenderFailure, value};
pub use contents::{Contents, FileText};
pub use context::ContextCache;
pub use paths::{Collision, CollisionKind};

/// A file as it belongs on disk.
pub struct File {
    /// Relative to `environments.toml`.
    pub path: RelativePath,
    pub owner: Owner,
    pub contents: Contents,
    /// The format to read it back by; `None` for files that have none.
    pub format: Option<&'static dyn Format>,
    pub chart: Option<Arc<ChartRecord>>,
    /// True if a file beside it holds its head.
    pub is_beside: bool,
    /// True for the runbook of an environment.
    pub runbook: bool,
    pub source: Source,
}

impl File {
    /// The text, its header included; `None` if the file on disk has the same and it was dropped.
    pub fn text(&self) -> Option<&FileText> {
        match &self.contents {
            Contents::Unchanged => None,
            Contents::Text(text) => Some(text),
        }
    }
}

/// The origin of a file, which traces its lines back to settings.
pub enum Source {
    /// envroot's own.
    Own,
    Template {
        pack: Arc<Pack>,
        template: Arc<str>,
        deployment: Option<(usize, usize)>,
        /// For a file for each entry of a table: the entry.
        item: Option<Key>,
    },
    /// A setting of a deployment, printed as data.
    Data { deployment: (usize, usize), path: Path },
}

/// A project with everything that its files are rendered from.
pub struct Input<'a> {
    pub project: &'a ProjectConfig,
    pub resolved: &'a Resolved,
    pub charts: &'a Charts,
    pub sources: &'a Sources,
}

/// A file of a pack whose path is known.
pub struct Planned<'a> {
    pub rule: &'a FileRule,
    pub path: RelativePath,
    /// For a file for each entry of a table: the entry's name, and the settings with it.
    pub item: Option<(Key, Arc<Node>)>,
}

/// All files of a project, in the order of their paths. What cannot be rendered is missing and in
/// the problems.
pub fn render(input: &Input<'_>) -> (Vec<File>, Problems) {
    let Rendered { files, problems, .. } = render_each(input, |_, _| false);
    (files, problems)
}

/// All files of a project, in the order of their paths. What cannot be rendered is missing and in
/// the problems.
pub struct Rendered {
    pub files: Vec<File>,
    pub problems: Problems,
    /// Files that cannot both be on disk.
    pub collisions: Vec<Collision>,
    /// The values that templates saw: large, and slow to free.
    pub cache: ContextCache,
}

/// Renders all files of a project. `is_unchanged` receives each file as soon as it is rendered, may
/// report problems of it, and returns true if the disk has its text, which is then dropped.
pub fn render_each(
    input: &Input<'_>,
    is_unchanged: impl Fn(&File, &mut Problems) -> bool + Sync,
) -> Rendered {
    let mut problems = Problems::default();
    let layout = paths::plan(input, &mut problems);
    let cache = ContextCache::new(input, &layout);
    let renderer =
        Renderer { input, layout: &layout, cache: &cache, printers: Printers::default() };
    // The longest first, so that none of them keeps one processor busy when the others are done.
    let mut jobs: Vec<Job> = (0..layout.project.len()).map(Job::Project).collect();
    for (index, service) in input.resolved.services.iter().enumerate() {
        if !layout.services[index].is_empty() {
            jobs.push(Job::Service(index));
        }
        let deployments = 0..service.deployments.len();
        jobs.extend(deployments.map(|deployment| Job::Deployment(index, deployment)));
    }
    let each = |file: &mut File, problems: &mut Problems| {
        if is_unchanged(file, problems) {
            file.contents = Contents::Unchanged;
        }
    };
    let job = |job: &Job| {
        let (mut files, mut problems) = renderer.job(job);
        files.iter_mut().for_each(|file| each(file, &mut problems));
        (files, problems)
    };
    let (collisions, rendered) =
        parallel::join(|| paths::collisions(&layout), || parallel::map(&jobs, job));
    let mut files = own_files(input.project);
    files.iter_mut().for_each(|file| each(file, &mut problems));
    // Growing the list step by step would need twice its memory at the end.
    files.reserve_exact(rendered.iter().map(|(files, _)| files.len()).sum());
    for (rendered, found) in rendered {
        files.extend(rendered);
        problems.extend(found);
    }
    parallel::sort(&mut files, |a, b| a.path.cmp(&b.path));
    Rendered { files, problems, collisions, cache }
}

/// Files that no pack gives. Git leaves one side of a merged file whole, so that a seal is never
/// broken by a merge and plain `gen` mends the rest.
fn own_files(project: &ProjectConfig) -> Vec<File> {
    let Some(output) = &project.output else { return Vec::new() };
    let path = RelativePath::parse(&format!("{output}/.gitattributes"));
    let path = path.expect("a path below a path that was parsed");
    let owner = Owner { project: project.name.clone(), target: Target::default() };
    let text = seal::seal(&path, &owner, Some(Comment::Hash), None, "* -merge text eol=lf\n");
    let contents = Contents::Text(FileText::new(text, Vec::new()));
    let (format, chart, source) = (None, None, Source::Own);
    let (is_beside, runbook) = (false, false);
    vec![File { path, owner, contents, format, chart, is_beside, runbook, source }]
}

/// The text below the head of a file, the tags on its lines, and its origin.
type Body = (String, Vec<(u32, u32)>, Source);

/// A unit of parallel rendering: indices into the layout.
enum Job {
    Deployment(usize, usize),
    Service(usize),
    Project(usize),
}

struct Renderer<'a> {
    input: &'a Input<'a>,
    layout: &'a paths::Layout<'a>,
    cache: &'a ContextCache,
    printers: Printers,
}

/// The target of a file, and the variables of its template.
struct FileContext<'a> {
    pack: &'a Arc<Pack>,
    target: Target,
    context: Context,
    deployment: Option<(usize, usize)>,
    settings: Option<&'a Node>,
    chart: Option<Arc<ChartRecord>>,
}

impl Renderer<'_> {
    fn job(&self, job: &Job) -> (Vec<File>, Problems) {
        let mut problems = Problems::default();
        let resolved = self.input.resolved;
        let files = match job {
            Job::Deployment(service, deployment) => {
                let planned = &self.layout.deployments[*service][*deployment];
                let mut subject = self.deployment(*service, *deployment);
                self.files(&mut subject, planned, &mut problems)
            }
            Job::Service(index) => {
                let service = &resolved.services[*index];
                let mut subject = FileContext {
                    pack: &service.pack,
                    target: Target { service: Some(service.name.clone()), environment: None },
                    context: context::service(self.input, self.layout, self.cache, *index),
                    deployment: None,
                    settings: Some(&service.settings),
                    chart: None,
                };
                self.files(&mut subject, &self.layout.services[*index], &mut problems)
            }
            Job::Project(index) => {
                let (pack, planned) = &self.layout.project[*index];
                let mut subject = FileContext {
                    pack,
                    target: Target::default(),
                    context: context::project(self.input, self.layout, self.cache, pack, planned),
                    deployment: None,
                    settings: None,
                    chart: None,
                };
                self.files(&mut subject, planned, &mut problems)
            }
        };
        (files, problems)
    }

    fn deployment(&self, service: usize, deployment: usize) -> FileContext<'_> {
        let (Service { name, deployments, .. }, index) =
            (&self.input.resolved.services[service], deployment);
        let deployment = &deployments[index];
        let environment = &self.input.resolved.environments[deployment.environment];
        let chart = chart_of(deployment, self.input.charts).map(|chart| {
            let (version, digest) = (chart.version.clone(), chart.digest.clone());
            Arc::new(ChartRecord { path: chart.path.to_string(), version, digest })
        });
        FileContext {
            pack: &deployment.pack,
            target: Target {
                service: Some(name.clone()),
                environment: Some(environment.name.clone()),
            },
            context: context::deployment(self.input, self.layout, self.cache, service, index),
            deployment: Some((service, index)),
            settings: Some(&deployment.settings),
            chart,
        }
    }

    fn files(
        &self,
        subject: &mut FileContext<'_>,
        planned: &[Planned<'_>],
        problems: &mut Problems,
    ) -> Vec<File> {
        let files = planned.iter().filter_map(|planned| self.file(subject, planned, problems));
        files.collect()
    }

    fn file(
        &self,
        subject: &mut FileContext<'_>,
        planned: &Planned<'_>,
        problems: &mut Problems,
    ) -> Option<File> {
        let Planned { rule, path, .. } = planned;
        let (body, tags, source) = match &rule.content {
            Content::Data(setting) => match data(subject, planned, setting)? {
                Ok(body) => body,
                Err(why) => {
                    problems.push(subject.no_form(planned, &why));
                    return None;
                }
            },
            // The pack reported why it could not load the template.
            Content::Template(template) if !subject.pack.engine.contains(template) => return None,
            Content::Template(template) => self
                .template(subject, planned, template)
                .map_err(|found| problems.extend(found))
                .ok()?,
        };
        let chart = subject.chart.clone().filter(|_| rule.records_chart);
        let owner =
            Owner { project: self.input.project.name.clone(), target: subject.target.clone() };
        let text = seal::seal(path, &owner, rule.comment, chart.as_deref(), &body);
        let text = match rule.comment {
            Some(_) => FileText::new(text, tags),
            None => FileText::beside(text, tags),
        };
        let contents = Contents::Text(text);
        let (path, format) = (path.clone(), Some(rule.format));
        let (is_beside, runbook) = (rule.comment.is_none(), rule.runbook);
        Some(File { path, owner, contents, format, chart, is_beside, runbook, source })
    }

    /// The text that a template prints for a file, or the problems of the template.
    fn template(
        &self,
        subject: &mut FileContext<'_>,
        planned: &Planned<'_>,
        template: &Arc<str>,
    ) -> Result<Body, Vec<Problem>> {
        let Planned { rule, path, item } = planned;
        subject.context.insert_value(FILE, context::file(path));
        let context = match item {
            Some((_, settings)) => {
                let mut context = subject.context.clone();
                context.insert_value("service", value(settings));
                Cow::Owned(context)
            }
            None => Cow::Borrowed(&subject.context),
        };
        let output = subject.pack.engine.render(template, &context);
        let output = output.map_err(|failure| vec![self.failed(subject, planned, &failure)])?;
        let printed = self.printers.print(rule.format, &pieces(&output), rule.layout);
        let resolved = self.input.resolved;
        let problems = |invalid: Vec<InvalidValue>| {
            invalid
                .into_iter()
                .map(|value| subject.invalid_value(resolved, planned, value))
                .collect::<Vec<_>>()
        };
        let Printed { text, tags } = printed.map_err(problems)?;
        let source = Source::Template {
            pack: Arc::clone(subject.pack),
            template: Arc::clone(template),
            deployment: subject.deployment,
            item: item.as_ref().map(|(name, _)| Key::clone(name)),
        };
        Ok((text, tags, source))
    }

    fn failed(
        &self,
        subject: &FileContext<'_>,
        planned: &Planned<'_>,
        failure: &RenderFailure,
    ) -> Problem {
        let place = failure.place.unwrap_or(planned.rule.path_place);
        let problem = if failure.not_given {
            let tag = self.input.sources.slice(place);
            let name = tag.split('|').next().unwrap_or(tag).trim();
            let (message, way_out) = match name.strip_prefix("files.") {
                Some(file) => (
                    format!("the template prints `{name}`, and no file `{file}` is rendered here"),
                    "give the pack that file and its settings",
                ),
                None => (
                    format!("the template prints `{name}`, which is not set"),
                    "set it in environments.toml",
                ),
            };
            Problem::error(Code::NotGiven, message)
                .help(format!("{way_out}, or print it inside {{% if {name} %}}"))
        } else {
            Problem::error(Code::Template, failure.message.clone())
        };
        let cause = failure.tag.map(|tag| subject.cause(planned, tag));
        subject.concern(Problem { cause, ..problem.at(place) })
    }
}

/// The chart that a deployment's pack says its setting names.
pub fn chart_of<'a>(deployment: &Deployment, charts: &'a Charts) -> Option<&'a Chart> {
    charts.get(deployment.chart()?)
}

/// The text of a file that is printed from data, or why its format has none; `None` if its setting is
/// not set.
fn data(
    subject: &FileContext<'_>,
    planned: &Planned<'_>,
    setting: &Path,
) -> Option<Result<Body, String>> {
    let Planned { rule, item, .. } = planned;
    let path = rule.path_of(setting, item.as_ref().map(|(name, _)| name));
    let value = subject.settings?.at(&path)?.to_json();
    let text = (rule.format.data_printer()?.text)(&value);
    let source = Source::Data { deployment: subject.deployment?, path };
    Some(text.map(|text| (text, Vec::new(), source)))
}

fn concerned(problem: Problem, target: &Target) -> Problem {
    problem.for_target(target.service.as_ref(), target.environment.as_ref())
}

/// Parses a rendered file: the last proof that no value broke out of its position.
///
/// An error has its line and column in the file, and its cause in the template.
pub fn check(file: &File) -> Result<(), ParseError> {
    match (file.format, file.text()) {
        (Some(format), Some(text)) => format.read_back(text.as_str()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;

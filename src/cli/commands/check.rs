//! `envroot check`: fails when anything differs, or an invariant is broken.
//!
//! Takes what was found to the report that was asked for; no report is written here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum, ValueHint};

use crate::cli::filter::Filter;
use crate::model::span::Sources;
use crate::project::abort::Abort;
use crate::project::load::Unreadable;
use crate::project::outcome::{Common, Exit, Outcome};
use crate::project::planned::{self, PlannedProject, Request};
use crate::report::{self, Checked, Style, finding, github, json, sarif, summary};
use crate::world::World;

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub filter: Filter,
    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// With --format json, list current files too
    #[arg(long)]
    all: bool,
    /// Append a Markdown summary to FILE, such as "$GITHUB_STEP_SUMMARY"
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    summary: Option<PathBuf>,
    /// The folder of the repository, for paths in reports if there is no .git
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    repository: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ReportFormat {
    /// For people
    #[default]
    Text,
    /// For scripts
    Json,
    /// Annotations of a pull request on GitHub
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

/// The content of a report, in any format.
struct ReportContent<'a> {
    checked: Checked<'a>,
    exit: Exit,
    partial: bool,
    /// The report for people, and the line of it that says how it went.
    text: &'a dyn Fn(Style) -> String,
    verdict: &'a dyn Fn() -> String,
    /// The note after the report.
    note: String,
}

const CONSEQUENCE: &str = "nothing was compared";

/// Compares and reports; writes nothing in the project.
pub fn check(world: &dyn World, common: &Common, options: &Check) -> Outcome {
    match planned::open(world, common, false, Request::default()) {
        Ok(project) => compared(&project, common, options),
        Err(Abort::Unreadable(unreadable)) => stopped(world, &unreadable, common, options),
        Err(Abort::Reported(outcome)) => outcome,
    }
}

fn compared(project: &PlannedProject<'_>, common: &Common, options: &Check) -> Outcome {
    let PlannedProject { workspace, rendered, plan, problems, .. } = project;
    let sources = &rendered.sources;
    let view = project.view();
    let failed = |style| project.failed(&Common { style, ..common.clone() }, CONSEQUENCE);
    let failure = failed(Style::default());
    let drift = if plan.selected().next().is_some() { Exit::Drift } else { Exit::Done };
    let verdict = || match failure {
        Some(_) if problems.is_empty() => "some files cannot be read\n".to_owned(),
        Some(_) => report::problem::summary(problems, CONSEQUENCE),
        None => report::text::verdict(&view),
    };
    let (prefix, here) = location(workspace.world, sources, options.repository.as_deref());
    let found = ReportContent {
        checked: Checked {
            view: failure.is_none().then_some(&view),
            problems,
            failures: &plan.failures,
            sources,
            prefix: &prefix,
            here: &here,
        },
        exit: failure.as_ref().map_or(drift, |outcome| outcome.exit),
        partial: !project.selection.is_everything(),
        text: &|style| {
            failed(style).map_or_else(|| report::text::check(&view, style), |outcome| outcome.err)
        },
        verdict: &verdict,
        note: project.partial_note(),
    };
    outcome(workspace.world, &found, common, options)
}

fn stopped(
    world: &dyn World,
    unreadable: &Unreadable,
    common: &Common,
    options: &Check,
) -> Outcome {
    let Unreadable { problems, sources } = unreadable;
    let (prefix, here) = location(world, sources, options.repository.as_deref());
    let (prefix, here) = (&prefix, &here);
    let verdict = || report::problem::summary(problems, CONSEQUENCE);
    let found = ReportContent {
        checked: Checked { view: None, problems, failures: &[], sources, prefix, here },
        exit: Exit::WrongInput,
        partial: false,
        text: &|style| report::problem::report(problems, sources, style, CONSEQUENCE),
        verdict: &verdict,
        note: String::new(),
    };
    outcome(world, &found, common, options)
}

/// The path of the project in its repository, and the sources that are files of it.
fn location(
    world: &dyn World,
    sources: &Sources,
    top: Option<&Path>,
) -> (String, BTreeSet<String>) {
    let here = sources.names().filter(|name| world.has_file(name)).map(str::to_owned).collect();
    (world.below_repository(top), here)
}

fn outcome(
    world: &dyn World,
    found: &ReportContent<'_>,
    common: &Common,
    options: &Check,
) -> Outcome {
    let ReportContent { checked, exit, partial, text, verdict, note } = found;
    let exit = *exit;
    let findings = finding::findings(checked);
    let (out, err) = match options.format {
        ReportFormat::Text if checked.view.is_some() => (text(common.style), note.clone()),
        ReportFormat::Text => (String::new(), text(common.style)),
        ReportFormat::Json => {
            (json::check(checked, *partial, exit as u8, options.all), String::new())
        }
        ReportFormat::Github => (github::commands(&findings), format!("{}{note}", verdict())),
        ReportFormat::Sarif => (sarif::document(&findings, exit as u8), String::new()),
    };
    if let Some(path) = &options.summary {
        let (verdict, whole) = (format!("{}{note}", verdict()), text(Style::default()));
        if let Err(failure) = world.append(path, &summary::markdown(&findings, &verdict, &whole)) {
            let Outcome { err: failed, exit, .. } = failure.into();
            return Outcome { out, err: err + &failed, exit };
        }
    }
    Outcome { out, err, exit }
}

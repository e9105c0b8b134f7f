//! `envroot check`: fails when anything differs, or an invariant is broken.
//!
//! Takes what was found to the report that was asked for; no report is written here.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};

use crate::cli::filter::Filter;
use crate::model::span::Sources;
use crate::project::abort::Abort;
use crate::project::load::Unreadable;
use crate::project::outcome::{Common, Exit, Outcome};
use crate::project::planned::{self, PlannedProject, Request};
use crate::report::{self, CheckReport, Checked, ReportFormat, Style, finding, summary};
use crate::world::World;

#[derive(Debug, Args)]
pub(crate) struct Check {
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

const CONSEQUENCE: &str = "nothing was compared";

/// Compares and reports; writes nothing in the project.
pub(crate) fn check(world: &dyn World, common: &Common, options: &Check) -> Outcome {
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
    let exit = failure.as_ref().map_or(drift, |outcome| outcome.exit);
    let found = CheckReport {
        checked: Checked {
            view: failure.is_none().then_some(&view),
            problems,
            failures: &plan.failures,
            sources,
            prefix: &prefix,
            here: &here,
        },
        exit: exit as u8,
        partial: !project.selection.is_everything(),
        text: &|style| {
            let compared = || report::text::check(&view, style).into();
            failed(style).map_or_else(compared, |outcome| outcome.err)
        },
        verdict: &verdict,
        note: project.partial_note(),
    };
    let mut outcome = outcome(workspace.world, &found, exit, common, options);
    outcome.err.push_str(&report::text::unread(&project.unread));
    outcome
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
    let found = CheckReport {
        checked: Checked { view: None, problems, failures: &[], sources, prefix, here },
        exit: Exit::WrongInput as u8,
        partial: false,
        text: &|style| report::problem::report(problems, sources, style, CONSEQUENCE),
        verdict: &verdict,
        note: String::new(),
    };
    outcome(world, &found, Exit::WrongInput, common, options)
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
    found: &CheckReport<'_>,
    exit: Exit,
    common: &Common,
    options: &Check,
) -> Outcome {
    let findings = finding::findings(&found.checked);
    let (out, mut err) = options.format.report(found, &findings, common.style, options.all);
    if let Some(path) = &options.summary {
        let verdict = format!("{}{}", (found.verdict)(), found.note);
        let whole = (found.text)(Style::default());
        if let Err(failure) = world.append(path, &summary::markdown(&findings, &verdict, &whole)) {
            let Outcome { err: failed, exit, .. } = failure.into();
            err.push(&failed);
            return Outcome { out, err, exit };
        }
    }
    Outcome { out, err, exit }
}

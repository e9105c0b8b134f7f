//! The same plan and the same problems in different clothes.
//!
//! Values in, text out: touches neither disk nor terminal and decides nothing.

pub mod diff;
pub(crate) mod explanation;
pub mod finding;
pub mod github;
pub mod json;
pub mod migration;
mod next_steps;
pub mod problem;
pub(crate) mod revision;
pub(crate) mod rules;
pub(crate) mod runbook;
pub(crate) mod sarif;
pub(crate) mod states;
pub(crate) mod summary;
pub mod text;

use std::borrow::Cow;
use std::collections::BTreeSet;

use clap::ValueEnum;

use crate::format::seal;
use crate::model::diagnostic::Problem;
use crate::model::name::RelativePath;
use crate::model::printable::Printable;
use crate::model::span::{Sources, Span};
use crate::plan::{Entry, Plan, Selection};
use crate::render::{File, FileText, trace};
use crate::resolve::Resolved;
use crate::rules::Waivers;
use crate::rules::rendered::Unjudged;
use diff::Hunk;
use finding::{Finding, Spot};

/// The style of a report.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// True if long reports are folded.
    pub fold: bool,
    pub colour: bool,
}

/// A plan with everything that is needed to show it.
pub struct View<'a> {
    pub plan: &'a Plan,
    /// The number of charts whose keys could not be checked.
    pub unknown_charts: usize,
    pub waivers: &'a Waivers,
    /// What rules of rendered files could not judge.
    pub unjudged: Unjudged,
    pub files: &'a [File],
    pub resolved: &'a Resolved,
    pub sources: &'a Sources,
    pub selection: &'a Selection,
}

/// The origin of a line of a rendered file: the place and the name of a setting.
pub type Decision = (Span, String);

impl View<'_> {
    /// The text that is rendered at the path of an entry.
    pub fn rendered(&self, entry: &Entry) -> Option<&FileText> {
        self.files[entry.file?].text()
    }

    /// The hunks `gen` would make of an entry. The seal line is left out, unless it alone differs.
    pub fn hunks(&self, entry: &Entry) -> Vec<Hunk> {
        entry.before.as_ref().map_or_else(Vec::new, |before| self.hunks_from(entry, before))
    }

    /// The hunks that lead from a text to what is rendered in an entry's place.
    pub fn hunks_from(&self, entry: &Entry, before: &str) -> Vec<Hunk> {
        let Some(text) = self.rendered(entry) else { return Vec::new() };
        let before = seal::unix(before);
        let body = seal::read(&before).map_or(Cow::Borrowed(&*before), |sealed| sealed.body);
        let skipped = match entry.is_beside {
            true => 0,
            false => before.matches('\n').count() - body.matches('\n').count(),
        };
        let hunks = diff::hunks(&body, &text.body(), (skipped, text.head_lines()));
        if !hunks.is_empty() {
            return hunks;
        }
        let mut whole = diff::hunks(&before, text.sealed(), (0, 0));
        for line in whole.iter_mut().flat_map(|hunk| &mut hunk.lines) {
            line.rendered = line.rendered.and_then(|index| index.checked_sub(text.head_lines()));
        }
        whole
    }

    /// The setting that decides a line of a hunk, if the line is rendered and it is known.
    pub fn decision(&self, entry: &Entry, line: &diff::Line) -> Option<Decision> {
        let file = &self.files[entry.file?];
        let decided = trace::decided(file, line.rendered?, self.resolved)?;
        Some((decided.place, decided.name))
    }
}

/// The code of what says that a file cannot be read.
const UNREADABLE: &str = "unreadable";

/// All that a check found, as the reports for machines take it.
pub struct Checked<'a> {
    /// `None` where nothing was compared.
    pub view: Option<&'a View<'a>>,
    pub problems: &'a [Problem],
    /// Paths that could not be read, and why.
    pub failures: &'a [(RelativePath, String)],
    pub sources: &'a Sources,
    /// The project's folder as seen from the repository's top, with a slash, or nothing.
    pub prefix: &'a str,
    /// The names of those sources that are files of the project.
    pub here: &'a BTreeSet<String>,
}

impl Checked<'_> {
    /// The paths that could not be read, each with the reason.
    fn unreadable(&self) -> impl Iterator<Item = (&RelativePath, String)> {
        let said = |path: &RelativePath, why: &str| format!("cannot read {path}: {why}");
        self.failures.iter().map(move |(path, why)| (path, said(path, why)))
    }

    /// A path of the project, as seen from the repository's top.
    pub fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Returns true if a place is in a file of the project.
    pub fn is_here(&self, place: Span) -> bool {
        self.here.contains(self.sources.name(place.file))
    }

    pub fn show(&self, place: Span) -> String {
        match self.is_here(place) {
            true => self.path(&self.sources.show(place)),
            false => self.sources.show(place),
        }
    }

    pub fn spot(&self, place: Span) -> Spot {
        let (line, column) = self.sources.position(place);
        let (end_line, end_column) = self.sources.end_position(place);
        let file = self.path(self.sources.name(place.file));
        Spot { file, line, end_line, columns: Some((column, end_column)) }
    }

    /// The spot for findings without a place.
    pub fn top(&self) -> Spot {
        Spot::line(self.path("environments.toml"), 1)
    }

    /// The place of the name of the environment or service of a file.
    pub fn owner(&self, view: &View<'_>, entry: &Entry) -> Spot {
        let Resolved { environments, services } = view.resolved;
        let environment =
            entry.target.environment.as_ref().and_then(|name| {
                environments.iter().find(|it| it.name == *name).map(|it| it.place)
            });
        let service = entry.target.service.as_ref();
        let service =
            service.and_then(|name| services.iter().find(|it| it.name == *name).map(|it| it.place));
        environment.or(service).map_or(self.top(), |place| self.spot(place))
    }
}

/// The format of the report of `check`.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum ReportFormat {
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

/// The content of the report of `check`, in any format.
pub struct CheckReport<'a> {
    pub checked: Checked<'a>,
    pub exit: u8,
    /// True if only a part of the project was selected.
    pub partial: bool,
    /// The report for people, and the line of it with the verdict.
    pub text: &'a dyn Fn(Style) -> Printable,
    pub verdict: &'a dyn Fn() -> String,
    /// The note after the report.
    pub note: String,
}

impl ReportFormat {
    /// The texts for standard output and standard error. With `all`, JSON lists current files too.
    pub fn report(
        self,
        found: &CheckReport<'_>,
        findings: &[Finding],
        style: Style,
        all: bool,
    ) -> (Printable, Printable) {
        let CheckReport { checked, exit, partial, text, verdict, note } = found;
        let nothing = Printable::default;
        match self {
            ReportFormat::Text if checked.view.is_some() => (text(style), note.clone().into()),
            ReportFormat::Text => (nothing(), text(style)),
            ReportFormat::Json => (json::check(checked, *partial, *exit, all).into(), nothing()),
            ReportFormat::Github => {
                (github::commands(findings), format!("{}{note}", verdict()).into())
            }
            ReportFormat::Sarif => (sarif::document(findings, *exit).into(), nothing()),
        }
    }
}

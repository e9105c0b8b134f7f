//! The report of `check` for scripts.
//!
//! The format is fixed: `{"version": 1, "partial", "exit", "files": […], "problems": […]}`. Its strings are safe to print one by one.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::diff;
use super::{Checked, UNREADABLE, View};
use crate::model::diagnostic::{Problem, Target};
use crate::model::name::RelativePath;
use crate::model::printable;
use crate::model::secret;
use crate::model::span::Sources;
use crate::plan::{Entry, State};
use crate::render::{File, FileText};

/// Every problem stops a run.
const SEVERITY: &str = "error";

/// The report as one JSON document. `files` holds what is not current, and all files with `all`.
pub fn check(checked: &Checked<'_>, partial: bool, exit: u8, all: bool) -> String {
    let mut files: Vec<(String, Value)> = Vec::new();
    if let Some(view) = checked.view {
        let entries = view.plan.selected();
        files.extend(entries.map(|entry| (entry.path.to_string(), changed(view, entry))));
        if all {
            files.extend(current(view));
        }
    }
    files.sort_by(|a, b| a.0.cmp(&b.0));
    let files: Vec<Value> = files.into_iter().map(|(_, file)| file).collect();
    let problems = checked.problems.iter().map(|it| problem(it, checked.sources));
    let failures = checked.unreadable().map(|(path, message)| failure(path, &message));
    let problems: Vec<Value> = problems.chain(failures).collect();
    let report = json!({
        "version": 1,
        "partial": partial,
        "exit": exit,
        "files": files,
        "problems": problems,
    });
    format!("{:#}\n", printable::document(report))
}

fn changed(view: &View<'_>, entry: &Entry) -> Value {
    let after = view.rendered(entry).map(FileText::as_str);
    let shown = entry.before.is_some() && (entry.file.is_some() || entry.state == State::Orphaned);
    let diff = shown.then(|| diff::unified(entry.path.as_str(), entry.on_disk(), after));
    file(entry.path.as_str(), entry.state, &entry.target, diff)
}

fn current<'a>(view: &'a View<'_>) -> impl Iterator<Item = (String, Value)> + 'a {
    let changed: HashSet<usize> = view.plan.entries.iter().filter_map(|entry| entry.file).collect();
    let files = view.files.iter().enumerate();
    let selected = |file: &File| view.selection.includes(&file.owner.target);
    files.filter(move |(index, file)| selected(file) && !changed.contains(index)).map(|(_, it)| {
        (it.path.to_string(), file(it.path.as_str(), State::Current, &it.owner.target, None))
    })
}

fn file(path: &str, state: State, target: &Target, diff: Option<String>) -> Value {
    json!({
        "path": printable::line(path),
        "state": state.word(),
        "service": target.service.as_ref().map(|name| name.as_str()),
        "environment": target.environment.as_ref().map(|name| name.as_str()),
        "diff": diff,
    })
}

/// A path that could not be read.
fn failure(path: &RelativePath, message: &str) -> Value {
    json!({
        "code": UNREADABLE,
        "severity": SEVERITY,
        "message": secret::masked(message),
        "help": null,
        "places": [{ "file": printable::line(path.as_str()), "line": 1, "column": 1, "end_column": 1 }],
    })
}

fn problem(problem: &Problem, sources: &Sources) -> Value {
    let places: Vec<Value> = problem
        .labels
        .iter()
        .map(|label| {
            let (line, column) = sources.position(label.place);
            let (end_line, end_column) = sources.end_position(label.place);
            // A place of several lines is shown to the end of its first.
            let end_column = if end_line == line { end_column } else { column };
            json!({
                "file": printable::line(sources.name(label.place.file)),
                "line": line,
                "column": column,
                "end_column": end_column,
            })
        })
        .collect();
    // What a person reads beside the caret has no other place here.
    let meant = problem.meant.as_ref().map(|meant| format!("did you mean `{meant}`?"));
    let help = problem.help.clone().or(meant);
    json!({
        "code": problem.code.as_str(),
        "severity": SEVERITY,
        "message": secret::masked(&problem.message),
        "help": help.as_ref().map(|help| secret::masked(help).into_owned()),
        "places": places,
    })
}

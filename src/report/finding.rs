//! Problems and drift as single findings, each at one place of the repository.
//!
//! What annotations of a pull request and scanners' reports have in common. Chooses places and
//! words; how either is written down is decided by the report that shows them.

use std::collections::BTreeMap;

use super::diff::{Hunk, Line};
use super::problem;
use super::states::{NOT_REPLACED, StateText, text_of};
use super::{Checked, UNREADABLE, View};
use crate::base::english::count;
use crate::model::diagnostic::{Label, Problem};
use crate::model::secret;
use crate::model::span::Span;
use crate::plan::{Entry, State};

/// The number of lines of a change in a message.
const SHOWN_LINES: usize = 12;

/// Something to be said at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A problem's code, or the state of a file.
    pub code: &'static str,
    pub level: Level,
    /// The problem and the next step; may be several lines.
    pub message: String,
    pub spot: Spot,
    /// Other places that it has to do with, and why.
    pub related: Vec<(Spot, String)>,
    /// The number of earlier findings in the same file.
    pub rank: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    Error,
    /// No complaint: it leads from a cause to what it brings about.
    Note,
}

/// Some characters or lines of a file. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Relative to the repository's top.
    pub file: String,
    pub line: usize,
    pub end_line: usize,
    /// The first column, and the one behind the last; `None` is whole lines.
    pub columns: Option<(usize, usize)>,
}

impl Spot {
    pub fn line(file: String, line: usize) -> Spot {
        Spot { file, line, end_line: line, columns: None }
    }
}

/// Everything that `check` has to say: problems or, where there are none, what differs.
pub fn findings(checked: &Checked<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        checked.problems.iter().map(|problem| of_problem(checked, problem)).collect();
    for (path, message) in checked.unreadable() {
        let spot = Spot::line(checked.path(path.as_str()), 1);
        findings.push(finding(UNREADABLE, message, spot));
    }
    if let Some(view) = checked.view {
        findings.extend(view.plan.selected().flat_map(|entry| of_entry(checked, view, entry)));
        findings.extend(causes(checked, view));
    }
    findings
}

fn finding(code: &'static str, message: String, spot: Spot) -> Finding {
    let message = secret::masked(&message).into_owned();
    Finding { code, level: Level::Error, message, spot, related: Vec::new(), rank: 0 }
}

fn of_problem(checked: &Checked<'_>, problem: &Problem) -> Finding {
    // A built-in pack is in no file of the repository.
    let (here, elsewhere): (Vec<&Label>, Vec<&Label>) =
        problem.labels.iter().partition(|label| checked.is_here(label.place));
    let mut message = problem.message.clone();
    if let Some(text) = here.first().map(|label| &label.text).filter(|text| !text.is_empty()) {
        message.push_str(&format!(": {text}"));
    }
    for label in elsewhere {
        message.push_str(&format!("\nat {}, which comes with envroot", checked.show(label.place)));
    }
    for line in problem::notes(problem).iter().chain(&problem.help) {
        message.push_str(&format!("\n{line}"));
    }
    let spot = here.first().map_or(checked.top(), |label| checked.spot(label.place));
    let related = here
        .iter()
        .skip(1)
        .map(|label| (checked.spot(label.place), secret::masked(&label.text).into_owned()));
    Finding { related: related.collect(), ..finding(problem.code.as_str(), message, spot) }
}

fn of_entry(checked: &Checked<'_>, view: &View<'_>, entry: &Entry) -> Vec<Finding> {
    let code = entry.state.word();
    let of_file = |line| Spot::line(checked.path(entry.path.as_str()), line);
    let changes: Vec<LineChange> = match entry.state {
        State::Edited | State::Outdated => view.hunks(entry).iter().flat_map(changes).collect(),
        _ => Vec::new(),
    };
    let about = about(entry);
    if changes.is_empty() {
        let spot = match entry.state {
            State::Missing => checked.owner(view, entry),
            _ => of_file(1),
        };
        return vec![finding(code, about, spot)];
    }
    let of_change = |(rank, change): (usize, &LineChange)| {
        let mut message = format!("{about}\n{}", shown(&change.lines));
        let mut related = Vec::new();
        for (place, name) in change.lines.iter().filter_map(|line| view.decision(entry, line)) {
            let known = |(spot, _): &(Spot, String)| *spot == checked.spot(place);
            if related.iter().any(known) {
                continue;
            }
            message.push_str(&format!("\ndecided at {} ({name})", checked.show(place)));
            if checked.is_here(place) {
                related.push((checked.spot(place), format!("decided by {name}")));
            }
        }
        let spot = Spot { end_line: change.end_line, ..of_file(change.line) };
        Finding { related, rank, ..finding(code, message, spot) }
    };
    changes.iter().enumerate().map(of_change).collect()
}

/// The meaning of an entry's state and the next step.
fn about(entry: &Entry) -> String {
    let StateText { meaning, next_step, .. } = text_of(entry.state);
    match (entry.state, entry.blocked) {
        (_, Some(what)) => format!("{what} is in the place of a generated file: {NOT_REPLACED}"),
        (State::Missing, None) => format!("{} is missing: {next_step}", entry.path),
        (_, None) => format!("{meaning}: {next_step}"),
    }
}

/// Lines of a hunk that change together.
struct LineChange {
    /// Its range on disk.
    line: usize,
    end_line: usize,
    lines: Vec<Line>,
}

/// The changes of a hunk. Where lines are only added, it is the line behind which they come.
fn changes(hunk: &Hunk) -> Vec<LineChange> {
    let mut changes: Vec<LineChange> = Vec::new();
    let mut disk = hunk.old.0;
    let mut open = false;
    for line in &hunk.lines {
        if line.sign != ' ' {
            if !open {
                let before = disk.saturating_sub(1).max(1);
                changes.push(LineChange { line: before, end_line: before, lines: Vec::new() });
            }
            let change = changes.last_mut().expect("one was pushed");
            if line.sign == '-' {
                let first = change.lines.iter().all(|line| line.sign == '+');
                change.line = if first { disk } else { change.line };
                change.end_line = disk;
            }
            change.lines.push(line.clone());
        }
        open = line.sign != ' ';
        disk += usize::from(line.sign != '+');
    }
    changes
}

fn shown(lines: &[Line]) -> String {
    let shown = lines.iter().take(SHOWN_LINES).map(|line| format!("{}{}", line.sign, line.text));
    let mut text = shown.collect::<Vec<_>>().join("\n");
    if lines.len() > SHOWN_LINES {
        text.push_str(&format!("\n… and {} more", count(lines.len() - SHOWN_LINES, "line")));
    }
    text
}

/// The settings behind outdated files: their lines are in the pull request, those of the files that
/// were not regenerated are not.
fn causes(checked: &Checked<'_>, view: &View<'_>) -> Vec<Finding> {
    let mut causes: BTreeMap<Span, (String, Vec<String>)> = BTreeMap::new();
    for entry in view.plan.selected().filter(|entry| entry.state == State::Outdated) {
        for line in view.hunks(entry).iter().flat_map(|hunk| &hunk.lines) {
            let decided = (line.sign == '+').then(|| view.decision(entry, line)).flatten();
            let Some((place, name)) = decided.filter(|(place, _)| checked.is_here(*place)) else {
                continue;
            };
            let (_, files) = causes.entry(place).or_insert_with(|| (name, Vec::new()));
            let path = entry.path.to_string();
            if !files.contains(&path) {
                files.push(path);
            }
        }
    }
    let note = |(place, (name, files)): (Span, (String, Vec<String>))| {
        let reached = count(files.len(), "generated file");
        let message = format!(
            "{name} reaches {reached} that {} out of date: run `envroot gen`\n{}",
            if files.len() == 1 { "is" } else { "are" },
            files.join("\n")
        );
        Finding { level: Level::Note, ..finding("outdated", message, checked.spot(place)) }
    };
    causes.into_iter().map(note).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::diff;

    /// The changes between two texts, as `line-end_line` and the lines themselves.
    #[track_caller]
    fn check(old: &str, new: &str, expected: &[&str]) {
        let hunks = diff::hunks(old, new, (2, 2));
        let changes = hunks.iter().flat_map(changes);
        let shown = changes.map(|it| format!("{}-{} {}", it.line, it.end_line, shown(&it.lines)));
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_change_is_on_the_lines_of_the_disk() {
        check("a\nb\nc\n", "a\nB\nc\n", &["4-4 -b\n+B"]);
        check("a\nb\nc\n", "a\nX\nY\nb\nc\n", &["3-3 +X\n+Y"]);
        check("a\nb\nc\nd\n", "a\nd\n", &["4-5 -b\n-c"]);
        check("a\nb\nc\nd\n", "A\nb\nc\nD\n", &["3-3 -a\n+A", "6-6 -d\n+D"]);
        check("a\n", "X\na\n", &["2-2 +X"]);
    }
}

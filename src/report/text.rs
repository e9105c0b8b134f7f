//! The output of `gen`, `check` and `diff` for people.
//!
//! Formats what the plan decided and decides nothing itself.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::diff::{Hunk, Line};
use super::states::text_of;
use super::{Style, View, next_steps};
use crate::base::english::count;
use crate::format::seal;
use crate::model::diagnostic::Target;
use crate::model::name::Name;
use crate::model::printable;
use crate::plan::{Entry, Plan, State};
use crate::render::FileText;
use crate::rules::rendered::Unjudged;

/// The number of lines of one file's hunks, and the number of files, in a folded report.
const FOLDED_LINES: usize = 40;
const FOLDED_FILES: usize = 20;

/// The report of `check`.
pub fn check(view: &View<'_>, style: Style) -> String {
    let entries: Vec<&Entry> = view.plan.selected().collect();
    let mut out = if style.fold { String::new() } else { waivers(view) };
    out.push_str(&entries_shown(view, &entries, style));
    out.push_str(&verdict(view));
    next_steps::push(&mut out, view, &entries);
    out
}

/// The one line that says how it went: `1 of 69 files differs: 1 edited`.
pub fn verdict(view: &View<'_>) -> String {
    let entries: Vec<&Entry> = view.plan.selected().collect();
    if entries.is_empty() {
        return in_sync(view);
    }
    let total = view.plan.rendered + entries.iter().filter(|entry| entry.file.is_none()).count();
    let verb = if entries.len() == 1 { "differs" } else { "differ" };
    let files = count(total, "file");
    let differ = format!("{} of {files} {verb}: {}\n", entries.len(), by_state(&entries));
    differ + &waived(view)
}

/// What is waived, and why.
fn waivers(view: &View<'_>) -> String {
    let mut out = String::new();
    for (waiver, used) in view.waivers.used() {
        let (check, problems) = (&waiver.check, count(used, "problem"));
        let [at, reason] = [&waiver.at, &waiver.reason].map(|text| printable::line(text));
        _ = writeln!(out, "waived    {check} at {at}, {problems}: {reason}");
    }
    out
}

/// The number of problems that are waived.
fn waived(view: &View<'_>) -> String {
    match view.waivers.used().map(|(_, used)| used).sum() {
        0 => String::new(),
        problems => format!("{} waived: `envroot check -v` says why\n", count(problems, "problem")),
    }
}

/// Files with their states, what these mean, and what `gen` would make of them.
fn entries_shown(view: &View<'_>, entries: &[&Entry], style: Style) -> String {
    let mut out = String::new();
    let shown = if style.fold { FOLDED_FILES } else { usize::MAX };
    for entry in entries.iter().take(shown) {
        _ = writeln!(out, "{:<9} {}", entry.state.word(), entry.path);
        push_explanation(&mut out, entry);
        push_hunks(&mut out, view, entry, view.hunks(entry), style);
        for edit in entry.merging.iter().flatten() {
            out.push_str("    and on the other side:\n");
            push_hunks(&mut out, view, entry, view.hunks_from(entry, edit), style);
        }
    }
    push_folded(&mut out, entries.len(), shown, "file");
    out
}

fn in_sync(view: &View<'_>) -> String {
    let Plan { rendered, roots, with_crlf, .. } = view.plan;
    let selected = view.files.iter().map(|file| &file.owner.target);
    let selected = selected.filter(|target| view.selection.includes(target));
    let environments: HashSet<&Name, RandomState> =
        selected.filter_map(|target| target.environment.as_ref()).collect();
    let mut out = format!(
        "in sync: {}, {}, {}\n",
        count(*rendered, "file"),
        count(*roots, "root"),
        count(environments.len(), "environment")
    );
    if *with_crlf > 0 {
        let files = count(*with_crlf, "file");
        _ = writeln!(out, "{files} with Windows line ends: equal otherwise, and left as they are");
    }
    out + &not_judged(view) + &waived(view)
}

/// The notes about what the rules could not judge.
fn not_judged(view: &View<'_>) -> String {
    let Unjudged { trusts, accounts, json_files } = view.unjudged;
    let mut out = String::new();
    if view.unknown_charts > 0 {
        let charts = count(view.unknown_charts, "chart");
        _ = writeln!(out, "values of {charts} not checked: no copy or no usable schema");
    }
    if json_files > 0 {
        let files = count(json_files, "Terraform file");
        _ = writeln!(
            out,
            "{files} in JSON not judged: guards of accounts, trust policies and module calls are read in HCL only"
        );
    }
    let of_files = [
        (trusts, "statement of trust policies", "statements of trust policies"),
        (accounts, "guard of an account", "guards of accounts"),
    ];
    for (number, one, many) in of_files.into_iter().filter(|(number, ..)| *number > 0) {
        let what = if number == 1 { one } else { many };
        _ = writeln!(
            out,
            "{number} {what} not judged: only Terraform knows the values of references"
        );
    }
    out
}

/// The report of `gen`: what was done or, in a dry run, what would be.
pub fn generated(view: &View<'_>, changes: &[&Entry], dry_run: bool, style: Style) -> String {
    written(view, changes, dry_run, style) + &totals(view, changes, dry_run) + &not_judged(view)
}

/// The files that were written and removed, by whose they are.
pub fn written(view: &View<'_>, changes: &[&Entry], dry_run: bool, style: Style) -> String {
    let mut groups: IndexMap<(&str, String), Vec<&Entry>> = IndexMap::new();
    for state in [State::Missing, State::Outdated, State::Orphaned] {
        for entry in changes.iter().filter(|entry| change(entry).0 == state) {
            let key = (change(entry).1, owner(entry));
            groups.entry(key).or_default().push(entry);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, entries)| (change(entries[0]).0, rank(view, entries[0])));
    let mut out = String::new();
    let shown = if style.fold { FOLDED_FILES } else { usize::MAX };
    let width = groups.iter().map(|((_, owner), _)| owner.len()).max().unwrap_or(0);
    for ((verb, owner), entries) in groups.iter().take(shown) {
        let files = count(entries.len(), "file");
        // Every one of the verbs ends in an e.
        let past = if dry_run { "" } else { "d" };
        _ = writeln!(out, "{verb}{past}  {owner:<width$}  {files:<8}  {}", places(entries));
    }
    push_folded(&mut out, groups.len(), shown, "group");
    out
}

/// Services as they are written, environments in promotion order; what belongs to all comes last.
fn rank(view: &View<'_>, entry: &Entry) -> (usize, usize) {
    let services = view.resolved.services.iter().map(|service| &service.name);
    let environments = view.resolved.environments.iter().map(|environment| &environment.name);
    let place = |name: &Option<Name>, mut known: Box<dyn Iterator<Item = &Name> + '_>| {
        name.as_ref().and_then(|name| known.position(|it| it == name)).unwrap_or(usize::MAX)
    };
    let Target { service, environment } = &entry.target;
    (place(service, Box::new(services)), place(environment, Box::new(environments)))
}

/// The change that writing an entry makes, and its verb.
fn change(entry: &Entry) -> (State, &'static str) {
    match (entry.file, entry.state) {
        (None, _) => (State::Orphaned, "remove"),
        (Some(_), State::Missing) => (State::Missing, "create"),
        (Some(_), _) => (State::Outdated, "update"),
    }
}

fn owner(entry: &Entry) -> String {
    let service = entry.target.service.as_ref().map(|name| name.as_str());
    let environment = entry.target.environment.as_ref().map(|name| name.as_str());
    match (service, environment) {
        (Some(service), Some(environment)) => format!("{service}/{environment}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "project".to_owned(),
    }
}

/// The directories of some files; a file that is alone in its directory by its own path.
fn places(entries: &[&Entry]) -> String {
    let mut directories: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        directories.entry(entry.path.directory()).or_default().push(entry);
    }
    let place = |(directory, entries): (&&str, &Vec<&Entry>)| match entries.as_slice() {
        [only] => only.path.to_string(),
        _ if directory.is_empty() => ".".to_owned(),
        _ => (*directory).to_owned(),
    };
    let mut places: Vec<(usize, String)> =
        directories.iter().map(|it| (usize::MAX - it.1.len(), place(it))).collect();
    places.sort();
    places.into_iter().map(|(_, place)| place).collect::<Vec<_>>().join(", ")
}

fn totals(view: &View<'_>, changes: &[&Entry], dry_run: bool) -> String {
    let removed = changes.iter().filter(|entry| entry.file.is_none()).count();
    let written = changes.len() - removed;
    let (write, remove) = if dry_run { ("to write", "to remove") } else { ("written", "removed") };
    let mut parts = Vec::new();
    if written > 0 {
        parts.push(format!("{written} {write}"));
    }
    if removed > 0 {
        parts.push(format!("{removed} {remove}"));
    }
    parts.push(format!("{} already current", view.plan.current));
    let mut out = format!("{}: {}\n", count(view.plan.rendered, "file"), parts.join(", "));
    for entry in view.plan.selected().filter(|entry| entry.state == State::Unmanaged) {
        _ = writeln!(
            out,
            "unmanaged {}: {}; {}",
            entry.path,
            text_of(State::Unmanaged).meaning,
            text_of(State::Unmanaged).next_step
        );
    }
    out
}

/// The reason why `gen` wrote nothing: every refused file, with the edit that it would lose.
pub fn refused(view: &View<'_>, refused: &[&Entry], style: Style) -> String {
    let mut out = entries_shown(view, refused, style);
    _ = writeln!(
        out,
        "{} refused: {}; nothing was written",
        count(refused.len(), "file"),
        by_state(refused)
    );
    next_steps::push(&mut out, view, refused);
    out
}

/// The part of a line by which hunks of several files are compared.
type SignedLine = (char, String);

/// The report of `diff`: a hunk that several files share is shown once, with their names.
pub fn diff(view: &View<'_>) -> String {
    let mut out = String::new();
    let mut shared: IndexMap<Vec<SignedLine>, Vec<(&Entry, Hunk)>> = IndexMap::new();
    for entry in view.plan.selected() {
        for hunk in all_hunks(view, entry) {
            let key = hunk.lines.iter().map(|line| (line.sign, line.text.clone())).collect();
            shared.entry(key).or_default().push((entry, hunk));
        }
    }
    for uses in shared.values() {
        for (entry, hunk) in uses {
            let (old, new) = sides(entry);
            _ = writeln!(out, "--- {old}\n+++ {new}\n{}", hunk.header());
        }
        for line in &uses[0].1.lines {
            push_line(&mut out, "", line, None);
        }
    }
    out
}

/// The names of both sides as `diff` writes them.
fn sides(entry: &Entry) -> (String, String) {
    let old = entry.before.as_ref().map_or("/dev/null".to_owned(), |_| format!("a/{}", entry.path));
    let new = entry.file.map_or("/dev/null".to_owned(), |_| format!("b/{}", entry.path));
    (old, new)
}

fn all_hunks(view: &View<'_>, entry: &Entry) -> Vec<Hunk> {
    match (&entry.before, entry.file) {
        _ if entry.blocked.is_some() => Vec::new(),
        (Some(_), Some(_)) => view.hunks(entry),
        (None, Some(_)) => {
            let text = view.rendered(entry).map_or("", FileText::as_str);
            super::diff::hunks("", text, (0, 0))
        }
        (Some(_), None) if entry.state == State::Orphaned => {
            super::diff::hunks(entry.on_disk().unwrap_or_default(), "", (0, 0))
        }
        _ => Vec::new(),
    }
}

/// The meaning of the state of a file without a diff.
fn push_explanation(out: &mut String, entry: &Entry) {
    let text = match (entry.state, entry.blocked, entry.file) {
        (_, Some(what), _) => format!("{what} is in the place of a generated file"),
        (State::Foreign, _, _) if entry.before.as_deref().is_some_and(is_sealed) => {
            "a generated file of another project".to_owned()
        }
        (State::Edited, _, _) if entry.merging.is_some() => {
            "one side of an unfinished merge holds an edit of it".to_owned()
        }
        (State::Edited, _, None) => "changed by hand, and nothing renders it any more".to_owned(),
        (State::Stranded, _, _) => format!(
            "nothing renders the root {} any more, and Terraform may still hold its resources",
            owner(entry)
        ),
        _ => return,
    };
    _ = writeln!(out, "    {text}");
}

fn is_sealed(text: &str) -> bool {
    seal::read(text).is_some()
}

fn push_hunks(out: &mut String, view: &View<'_>, entry: &Entry, hunks: Vec<Hunk>, style: Style) {
    let total: usize = hunks.iter().map(|hunk| hunk.lines.len()).sum();
    let mut left = if style.fold { FOLDED_LINES } else { usize::MAX };
    for hunk in hunks.iter().take_while(|_| left > 0).collect::<Vec<_>>() {
        _ = writeln!(out, "    {}", hunk.header());
        let lines = hunk.lines.iter().take(left);
        let width =
            hunk.lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0).min(60);
        for line in lines {
            let decision = (line.sign == '+').then(|| view.decision(entry, line)).flatten();
            let note = decision.map(|(place, name)| {
                let pad = width.saturating_sub(line.text.chars().count());
                format!("{:pad$}    from {} ({name})", "", view.sources.show(place))
            });
            push_line(out, "    ", line, note.as_deref());
        }
        left = left.saturating_sub(hunk.lines.len());
    }
    if total > FOLDED_LINES && style.fold {
        _ = writeln!(out, "    … and {} more; -v shows all", count(total - FOLDED_LINES, "line"));
    }
}

fn push_line(out: &mut String, indent: &str, line: &Line, note: Option<&str>) {
    let whole = format!("{indent}{}{}{}", line.sign, line.text, note.unwrap_or_default());
    _ = writeln!(
        out,
        "{}",
        if line.text.is_empty() && note.is_none() { whole.trim_end() } else { &whole }
    );
    if line.unterminated {
        _ = writeln!(out, "{indent}\\ No newline at end of file");
    }
}

fn push_folded(out: &mut String, total: usize, shown: usize, noun: &str) {
    if total > shown {
        _ = writeln!(out, "… and {} more; -v shows all", count(total - shown, noun));
    }
}

/// `1 edited, 2 outdated`
fn by_state(entries: &[&Entry]) -> String {
    let mut counts: BTreeMap<State, usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.state).or_default() += 1;
    }
    let parts = counts.iter().map(|(state, number)| format!("{number} {}", state.word()));
    parts.collect::<Vec<_>>().join(", ")
}

/// The one line about what a filter left out, empty where it left out nothing.
pub fn outside(view: &View<'_>, problems_outside: usize) -> String {
    let refused = |entry: &&Entry| {
        entry.outside && !matches!(entry.state, State::Outdated | State::Missing | State::Unmanaged)
    };
    let files = view.plan.entries.iter().filter(refused).count();
    let mut parts = Vec::new();
    if problems_outside > 0 {
        parts.push(count(problems_outside, "problem"));
    }
    if files > 0 {
        parts.push(format!("{} that `gen` would refuse or remove", count(files, "file")));
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!("outside the selection: {}\n", parts.join(", ")),
    }
}

/// The note about files and folders that could not be compared with the roots.
pub fn unread(unread: &[(String, String)]) -> String {
    let lines = unread.iter().take(FOLDED_FILES);
    let mut out: String = lines.map(|(path, why)| format!("not read: {path}: {why}\n")).collect();
    push_folded(&mut out, unread.len(), FOLDED_FILES, "path");
    out
}

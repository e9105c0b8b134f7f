//! Problems as rustc shows its own: code, place, source line, caret, and what to do.
//!
//! Shows what a problem says and adds nothing to it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Style;
use crate::base::english;
use crate::model::diagnostic::{Note, Problem, Target};
use crate::model::printable::{self, Printable};
use crate::model::secret;
use crate::model::span::{FileId, Sources};

/// The number of problems in a folded report.
const FOLDED: usize = 100;

/// All problems, one after the other, with a blank line between.
pub fn show(problems: &[Problem], sources: &Sources, style: Style) -> Printable {
    let shown = if style.fold { FOLDED } else { usize::MAX };
    let mut texts = BTreeMap::new();
    for file in problems.iter().take(shown).flat_map(files) {
        texts.entry(file).or_insert_with(|| masked(sources, file));
    }
    let show = |problem| one(problem, sources, &texts, style);
    let mut shown: Vec<String> = problems.iter().take(shown).map(show).collect();
    if shown.len() < problems.len() {
        let more = english::count(problems.len() - shown.len(), "problem");
        shown.push(format!("… and {more} more; -v shows all"));
    }
    let text = shown.join("\n\n") + "\n";
    match style.colour {
        true => Printable::with_colours(&text),
        false => Printable::new(&text),
    }
}

/// The texts that problems point into, without what looks like a secret.
type Texts<'a> = BTreeMap<FileId, Cow<'a, str>>;

fn masked(sources: &Sources, file: FileId) -> Cow<'_, str> {
    match sources.shown(file) {
        Cow::Borrowed(text) => secret::masked_file(text),
        Cow::Owned(text) => Cow::Owned(secret::masked_file(&text).into_owned()),
    }
}

/// All problems and the summary.
pub(crate) fn report(
    problems: &[Problem],
    sources: &Sources,
    style: Style,
    consequence: &str,
) -> Printable {
    let mut text = show(problems, sources, style);
    text.push_str(&summary(problems, consequence));
    text
}

/// `3 problems; nothing was written`
pub fn summary(problems: &[Problem], consequence: &str) -> String {
    format!("{}; {consequence}\n", english::count(problems.len(), "problem"))
}

fn one(problem: &Problem, sources: &Sources, texts: &Texts<'_>, style: Style) -> String {
    let message = said(&problem.message);
    let title = Level::ERROR.primary_title(message).id(problem.code.as_str());
    let mut group = Group::with_title(title);
    for file in files(problem) {
        group = match snippet(problem, file, sources, &texts[&file]) {
            Ok(snippet) => group.element(snippet),
            Err(place) => group.element(place),
        };
    }
    for note in notes(problem) {
        group = group.element(Level::NOTE.message(said(&note)));
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(said(help)));
    }
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// A text of a problem without secrets, and without colours that are not the report's.
fn said(text: &str) -> String {
    printable::lines(&secret::masked(text)).into_owned()
}

/// The files that a problem points into, that of its first label first.
fn files(problem: &Problem) -> Vec<FileId> {
    let mut files = Vec::new();
    for label in &problem.labels {
        if !files.contains(&label.place.file) {
            files.push(label.place.file);
        }
    }
    files
}

/// The limit for a file whose lines are shown, in bytes.
const LARGEST: usize = 256 << 10;

/// The lines of a file that a problem points at, or their places, if they are too many or too long to
/// be useful.
fn snippet<'a>(
    problem: &'a Problem,
    file: FileId,
    sources: &'a Sources,
    text: &'a str,
) -> Result<Snippet<'a, annotate_snippets::Annotation<'a>>, Origin<'a>> {
    let first = problem.labels.first().map(|label| label.place);
    let labels = || problem.labels.iter().filter(|label| label.place.file == file);
    let start = labels().map(|label| label.place).min().expect("it points into this file");
    let end = labels().map(|label| label.place.end as usize).max().unwrap_or_default();
    let from = text[..start.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
    let to = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
    let (line, column) = sources.position(start);
    if to - from > LARGEST {
        return Err(Origin::path(printable::line(sources.name(file)))
            .line(line)
            .char_column(column));
    }
    let mut snippet =
        Snippet::source(&text[from..to]).line_start(line).path(printable::line(sources.name(file)));
    for label in labels() {
        let kind = match Some(label.place) == first {
            true => AnnotationKind::Primary,
            false => AnnotationKind::Context,
        };
        let annotation =
            kind.span(label.place.start as usize - from..label.place.end as usize - from);
        snippet = snippet.annotation(match label.text.as_str() {
            "" => annotation,
            text => annotation.label(said(text)),
        });
    }
    Ok(snippet)
}

/// The problem's own notes, and the services and environments it affects.
pub fn notes(problem: &Problem) -> Vec<String> {
    let mut notes: Vec<String> = problem.notes.iter().map(Note::to_string).collect();
    match (users(&problem.targets), problem.notes.first()) {
        (Some(users), Some(Note::Table(_))) => notes[0] = format!("{}, {users}", notes[0]),
        (users, _) => notes.extend(users),
    }
    notes
}

/// `used by a and b in dev`; `None` where a problem affects everything.
fn users(targets: &[Target]) -> Option<String> {
    let mut services: Vec<&str> = Vec::new();
    let mut environments: Vec<&str> = Vec::new();
    for target in targets {
        let service = target.service.as_ref().map(|name| name.as_str());
        let environment = target.environment.as_ref().map(|name| name.as_str());
        services.extend(service.filter(|name| !services.contains(name)));
        environments.extend(environment.filter(|name| !environments.contains(name)));
    }
    let (users, places) = (english::list(&services), english::list(&environments));
    match (services.is_empty(), environments.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("used by {users}")),
        (true, false) => Some(format!("used by {places}")),
        (false, false) => Some(format!("used by {users} in {places}")),
    }
}

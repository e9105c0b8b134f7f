//! Problems as rustc shows its own: code, place, source line, caret, and what to do.
//!
//! Shows what a problem says and adds nothing to it.

use std::borrow::Cow;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::Style;
use crate::diagnostic::{Problem, Severity};
use crate::place::{FileId, Sources};
use crate::secret;
use crate::words;

/// All problems, one after the other, with a blank line between.
pub fn show(problems: &[Problem], sources: &Sources, style: Style) -> String {
    let shown: Vec<String> = problems.iter().map(|problem| one(problem, sources, style)).collect();
    shown.join("\n\n") + "\n"
}

/// `3 problems; nothing was written`
pub fn summary(problems: &[Problem], consequence: &str) -> String {
    format!("{}; {consequence}\n", words::count(problems.len(), "problem"))
}

fn one(problem: &Problem, sources: &Sources, style: Style) -> String {
    let level = match problem.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let message = secret::masked(&problem.message).into_owned();
    let title = level.primary_title(message).id(problem.code);
    let mut group = Group::with_title(title);
    for file in files(problem) {
        group = group.element(snippet(problem, file, sources));
    }
    for note in notes(problem) {
        group = group.element(Level::NOTE.message(secret::masked(&note).into_owned()));
    }
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(secret::masked(help).into_owned()));
    }
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
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

fn snippet<'a>(
    problem: &'a Problem,
    file: FileId,
    sources: &'a Sources,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let first = problem.labels.first().map(|label| label.place);
    let text = match sources.shown(file) {
        Cow::Borrowed(text) => secret::masked(text),
        Cow::Owned(text) => Cow::Owned(secret::masked(&text).into_owned()),
    };
    let mut snippet = Snippet::source(text).path(sources.name(file));
    for label in problem.labels.iter().filter(|label| label.place.file == file) {
        let kind = match Some(label.place) == first {
            true => AnnotationKind::Primary,
            false => AnnotationKind::Context,
        };
        let annotation = kind.span(label.place.start as usize..label.place.end as usize);
        snippet = snippet.annotation(match label.text.as_str() {
            "" => annotation,
            text => annotation.label(text),
        });
    }
    snippet
}

/// The problem's own notes, and whom it concerns.
pub fn notes(problem: &Problem) -> Vec<String> {
    let mut notes = problem.notes.clone();
    let mut services: Vec<&str> = Vec::new();
    let mut environments: Vec<&str> = Vec::new();
    for concern in &problem.concerns {
        let service = concern.service.as_ref().map(|name| name.as_str());
        let environment = concern.environment.as_ref().map(|name| name.as_str());
        services.extend(service.filter(|name| !services.contains(name)));
        environments.extend(environment.filter(|name| !environments.contains(name)));
    }
    let users = match (services.is_empty(), environments.is_empty()) {
        (true, true) => return notes,
        (false, true) => format!("used by {}", words::list(&services)),
        (true, false) => format!("used by {}", words::list(&environments)),
        (false, false) => {
            format!("used by {} in {}", words::list(&services), words::list(&environments))
        }
    };
    match notes.first_mut().filter(|note| note.starts_with("in ")) {
        Some(note) => *note = format!("{note}, {users}"),
        None => notes.push(users),
    }
    notes
}

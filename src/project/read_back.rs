//! Parses the files that are about to be written again: the last proof that no value broke out of its
//! place.

use crate::base::parallel;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::secret;
use crate::model::span::Span;
use crate::plan::Plan;
use crate::render::{self, File, Source};

/// The number of characters of a line that a note shows.
const SHOWN: usize = 160;

/// The problems of files that their own format cannot read.
pub(crate) fn problems(files: &[File], plan: &Plan) -> Problems {
    let mut problems = Problems::default();
    let found = parallel::map(&plan.entries, |entry| problem(&files[entry.file?]));
    problems.extend(found.into_iter().flatten());
    problems
}

fn problem(file: &File) -> Option<Problem> {
    let (line, column, message) = render::check(file).err()?;
    let message = format!("the rendered {}:{line}:{column} is invalid: {message}", file.path);
    let shown = secret::masked_file(file.text()?.as_str());
    let rendered = shown.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let problem = Problem::error(Code::UnreadableOutput, message);
    let problem = match tag_before(file, line) {
        Some(place) => problem.at(place),
        None => problem,
    };
    let problem = problem
        .note(format!("line {line} would be: {}", shortened(rendered.trim())))
        .help("fix the pack's template");
    let Target { service, environment } = &file.owner.target;
    Some(problem.for_target(service.as_ref(), environment.as_ref()))
}

/// The tag of the template that printed a line of a file, or the last one before it.
fn tag_before(file: &File, line: usize) -> Option<Span> {
    let Source::Template { pack, .. } = &file.source else { return None };
    let text = file.text()?;
    let body_line = line.saturating_sub(1 + text.head_lines());
    let before = text.tags().iter().filter(|(at, _)| *at as usize <= body_line);
    let (_, tag) = before.max_by_key(|(at, _)| *at).or_else(|| text.tags().first())?;
    Some(pack.engine.tag(*tag).place)
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

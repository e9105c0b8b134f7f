//! Parses the files that are about to be written again: the last proof that no value broke out of its
//! place.

use crate::base::parallel;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::plan::Plan;
use crate::render::{self, File};

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
    let rendered = file.text()?.as_str().lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let problem = Problem::error(Code::UnreadableOutput, message)
        .note(format!("line {line} would be: {}", shortened(rendered.trim())))
        .help("fix the pack's template");
    let Target { service, environment } = &file.owner.target;
    Some(problem.for_target(service.as_ref(), environment.as_ref()))
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    }
}

//! Roots whose state would be looked for in another place than before.
//!
//! Terraform would find nothing there and create everything anew. Compares what is on disk with what
//! is rendered; why a place changed is not looked at.

use crate::model::code::Code;
use std::collections::BTreeMap;

use crate::ecosystem::terraform::{self, Backend};
use crate::model::diagnostic::{Problem, Target};
use crate::plan::{Entry, State};
use crate::render::{File, Source};
use crate::resolve::Resolved;
use crate::rules::settings::state_place;

/// A root whose state moves.
#[derive(Debug)]
pub struct Moved {
    pub target: Target,
    /// Its folder as it was, and as it is rendered.
    pub before: String,
    pub after: String,
    pub from: Backend,
    pub to: Backend,
}

/// The roots among some entries whose state moves.
pub fn moved(files: &[File], entries: &[Entry]) -> Vec<Moved> {
    let mut rendered: BTreeMap<&str, (usize, Backend)> = BTreeMap::new();
    for index in entries.iter().filter(|entry| !entry.outside).filter_map(|entry| entry.file) {
        if let Some(backend) = terraform::backends(&files[index].text).pop() {
            rendered.insert(files[index].path.directory(), (index, backend));
        }
    }
    let mut moved = Vec::new();
    // What was edited by hand says nothing about where the state is; it is shown, and refused.
    let is_telling = |entry: &&Entry| !matches!(entry.state, State::Copied | State::Edited);
    for entry in entries.iter().filter(|entry| !entry.outside).filter(is_telling) {
        let before = entry.before.as_deref().filter(|_| entry.path.as_str().ends_with(".tf"));
        let Some(from) = before.and_then(|text| terraform::backends(text).pop()) else { continue };
        let directory = entry.path.directory();
        // A root that is rendered elsewhere now takes its state along, or not.
        let same_root = || {
            let is_same = |(index, _): &&(usize, Backend)| {
                let target = &files[*index].owner.target;
                *target == entry.target && target.environment.is_some()
            };
            rendered.values().find(is_same)
        };
        let Some((file, to)) = rendered.get(directory).or_else(same_root) else { continue };
        if is_elsewhere(&from, to, &files[*file]) {
            moved.push(Moved {
                target: files[*file].owner.target.clone(),
                before: directory.to_owned(),
                after: files[*file].path.directory().to_owned(),
                from,
                to: to.clone(),
            });
        }
    }
    moved
}

/// Whether a backend looks elsewhere. Which arguments say where is told by the pack; what is not
/// written out on both sides is not known.
fn is_elsewhere(from: &Backend, to: &Backend, file: &File) -> bool {
    if from.kind != to.kind {
        return true;
    }
    let told = match &file.source {
        Source::Template { pack, .. } => pack.state.as_ref(),
        _ => None,
    };
    let tells =
        |name: &str| told.is_none_or(|rule| rule.arguments.iter().any(|(it, _)| &**it == name));
    let mut both =
        from.arguments.iter().filter_map(|(name, old)| Some((name, old, to.arguments.get(name)?)));
    both.any(|(name, old, new)| tells(name) && old != new)
}

/// The problem that Terraform would look for a root's state elsewhere than before.
pub fn moved_problem(moved: &Moved, resolved: &Resolved) -> Problem {
    let Target { service, environment } = &moved.target;
    let names = [service, environment]
        .map(|name| name.as_ref().map_or("", crate::model::name::Name::as_str));
    let shown = |backend: &Backend| {
        let arguments = backend.arguments.iter();
        let differs = |name: &str| moved.from.arguments.get(name) != moved.to.arguments.get(name);
        let told = arguments.filter(|(name, _)| moved.from.kind != moved.to.kind || differs(name));
        let told: Vec<String> = told.map(|(name, value)| format!("{name} `{value}`")).collect();
        format!("{} {}", backend.kind, told.join(", "))
    };
    let message = format!(
        "the state of `{}` in `{}` would move from {} to {}",
        names[0],
        names[1],
        shown(&moved.from),
        shown(&moved.to)
    );
    let place = state_place(resolved, service.as_ref(), environment.as_ref());
    let mut problem = Problem::error(Code::MovedState, message);
    if let Some(place) = place {
        problem = problem.at(place);
    }
    problem = problem.note("Terraform would find nothing there, and create everything anew");
    let help = "take it back, or run `envroot gen --move-state`, which prints the steps that take the state along";
    problem.help(help).for_target(service.as_ref(), environment.as_ref())
}

//! `envroot gen`: carries out the plan that `check` shows.

use std::collections::BTreeSet;

use crate::model::code::Code;
use crate::model::name::Name;
use crate::project::apply;
use crate::project::compare::{self, Abort, Request};
use crate::project::outcome::{Common, Exit, Outcome};
use crate::report::{self};

#[derive(Clone, Debug, Default)]
pub struct Generate {
    pub dry_run: bool,
    pub force: bool,
    pub destroyed: BTreeSet<(Name, Name)>,
    pub same_version: bool,
    /// Accepts that states move, and prints the steps that take them along.
    pub move_state: bool,
}

/// Writes what differs: everything or, when any input is wrong or any file refused, nothing.
pub fn generate(common: &Common, options: &Generate) -> Outcome {
    generated(common, options)
        .unwrap_or_else(|stopped| stopped.outcome(common, "nothing was written"))
}

fn generated(common: &Common, options: &Generate) -> Result<Outcome, Abort> {
    let accepted = [
        options.same_version.then_some(Code::ChartVersion),
        options.move_state.then_some(Code::MovedState),
    ];
    let request = Request {
        destroyed: options.destroyed.clone(),
        accepted: accepted.into_iter().flatten().collect(),
        ..Request::default()
    };
    let project = compare::open(common, !options.dry_run, request)?;
    if let Some(outcome) = project.failed(common, "nothing was written") {
        return Ok(outcome);
    }
    let changes = apply::changes(&project, options.force, common)?;
    let mut err = String::new();
    if options.dry_run {
        err.push_str("dry run: nothing was written\n");
    } else {
        err.push_str(&apply::apply(&project, &changes)?);
    }
    err.push_str(&project.partial_note());
    let mut out = report::text::generated(&project.view(), &changes, options.dry_run, common.style);
    let below = project.workspace.disk.below_repository();
    out.push_str(&report::migration::steps(&project.moved, &below));
    Ok(Outcome { out, err, exit: Exit::Done })
}

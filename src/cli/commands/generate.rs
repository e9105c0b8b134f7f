//! `envroot gen`: carries out the plan that `check` shows.

use clap::Args;

use crate::cli::filter::Filter;
use crate::model::code::Code;
use crate::model::diagnostic::Target;
use crate::project::abort::{Abort, wrong_command_line};
use crate::project::outcome::{Common, Exit, Outcome};
use crate::project::planned::{self, Request};
use crate::report;
use crate::world::World;

#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub filter: Filter,
    /// Show the changes without writing them
    #[arg(long)]
    dry_run: bool,
    /// Overwrite edited, foreign and copied files, saving each as a patch first
    #[arg(long)]
    force: bool,
    /// Remove the files of a root whose resources are destroyed; ENV is `-` for a root of a whole service
    #[arg(long, value_name = "SERVICE/ENV", value_parser = Target::parse, allow_hyphen_values = true)]
    destroyed: Vec<Target>,
    /// Accept a changed chart under an unchanged version that was never released
    #[arg(long)]
    same_version: bool,
    /// Allow state moves and print the migration commands
    #[arg(long)]
    move_state: bool,
}

/// Writes what differs: everything or, when any input is wrong or any file refused, nothing.
pub(crate) fn generate(world: &dyn World, common: &Common, options: &Generate) -> Outcome {
    generated(world, common, options)
        .unwrap_or_else(|stopped| stopped.outcome(common, "nothing was written"))
}

fn generated(world: &dyn World, common: &Common, options: &Generate) -> Result<Outcome, Abort> {
    let accepted = [
        options.same_version.then_some(Code::ChartVersion),
        options.move_state.then_some(Code::MovedState),
    ];
    let request = Request {
        destroyed: options.destroyed.iter().cloned().collect(),
        accepted: accepted.into_iter().flatten().collect(),
        force: options.force,
        ..Request::default()
    };
    let project = planned::open(world, common, !options.dry_run, request)?;
    if let Some(outcome) = project.failed(common, "nothing was written") {
        return Ok(outcome);
    }
    let mut destroyed = options.destroyed.iter();
    destroyed.try_for_each(|target| project.has_left(target).map_err(wrong_command_line))?;
    let changes = project.changes(options.force, common)?;
    let applied = if options.dry_run { changes.preview() } else { changes.apply()? };
    let err = applied.notes + &project.notes();
    let (view, entries) = (project.view(), applied.entries);
    let mut out = report::text::generated(&view, &entries, options.dry_run, common.style);
    let below = world.below_repository(None);
    out.push_str(&report::migration::steps(&project.moved, &below));
    Ok(Outcome { out: out.into(), err: err.into(), exit: Exit::Done })
}

//! `envroot diff`: the unified diff that `gen` would make.

use crate::project::outcome::{Common, Exit, Outcome};
use crate::project::planned::{self, Request};
use crate::report;
use crate::world::World;

pub(crate) fn diff(world: &dyn World, common: &Common) -> Outcome {
    let project = match planned::open(world, common, false, Request::default()) {
        Ok(project) => project,
        Err(stopped) => return stopped.outcome(common, "nothing was compared"),
    };
    if let Some(outcome) = project.failed(common, "nothing was compared") {
        return outcome;
    }
    let exit = if project.plan.selected().next().is_some() { Exit::Drift } else { Exit::Done };
    let err = project.notes();
    Outcome { out: report::text::diff(&project.view()).into(), err: err.into(), exit }
}

//! `envroot schema`: the JSON Schema of `environments.toml`, for editors.

use crate::model::diagnostic::Problems;
use crate::model::span::Sources;
mod editor_schema;

use crate::project::abort::Abort;
use crate::project::load;
use crate::project::outcome::{Common, Exit, Outcome};
use crate::project::workspace::Workspace;
use crate::report;
use crate::world::World;

pub(crate) fn schema(world: &dyn World, common: &Common) -> Outcome {
    document(world, common).unwrap_or_else(|stopped| stopped.outcome(common, CONSEQUENCE))
}

const CONSEQUENCE: &str = "there is no schema without the packs";

/// The schema of a text of `environments.toml`, with what is wrong with the packs it uses.
pub(crate) fn of(text: String, world: &dyn World) -> Result<(String, Problems, Sources), Abort> {
    let mut read = load::read(text)?;
    let (packs, problems) = read.packs(world)?;
    let known = load::known_packs(world)?;
    let schema = editor_schema::document(&read.config, &packs, &known);
    Ok((format!("{schema:#}\n"), problems, read.sources))
}

/// The schema, whatever else is wrong with what is written: only the packs have to be whole.
fn document(world: &dyn World, common: &Common) -> Result<Outcome, Abort> {
    let workspace = Workspace::enter(world, common, false)?;
    let (schema, problems, sources) = of(workspace.text()?, world)?;
    if !problems.is_empty() {
        let err = report::problem::report(&problems.sorted(), &sources, common.style, CONSEQUENCE);
        return Ok(Outcome { err, exit: Exit::WrongInput, ..Default::default() });
    }
    Ok(Outcome { out: schema.into(), ..Default::default() })
}

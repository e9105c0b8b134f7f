//! `envroot schema`: the JSON Schema of `environments.toml`, for editors.

use super::project::{Stopped, Workspace, shown};
use super::{Common, Exit, Outcome};
use crate::editor_schema;
use crate::load;

pub fn schema(common: &Common) -> Outcome {
    document(common).unwrap_or_else(|stopped| stopped.outcome(common, CONSEQUENCE))
}

const CONSEQUENCE: &str = "there is no schema without the packs";

/// The schema, whatever else is wrong with what is written: only the packs have to be whole.
fn document(common: &Common) -> Result<Outcome, Stopped> {
    let workspace = Workspace::enter(common, false)?;
    let mut read = load::read(workspace.text()?)?;
    let (packs, problems) = read.packs(&workspace.disk)?;
    let known = load::known_packs(&workspace.disk)?;
    if !problems.is_empty() {
        let err = shown(&problems.sorted(), &read.sources, common, CONSEQUENCE);
        return Ok(Outcome { err, exit: Exit::WrongInput, ..Default::default() });
    }
    let schema = editor_schema::document(&read.config, &packs, &known);
    Ok(Outcome { out: format!("{schema:#}\n"), ..Default::default() })
}

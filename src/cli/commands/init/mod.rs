//! `envroot init`: a first `environments.toml`, and what is there already.

mod report;
mod starter;
mod survey;

use super::schema;
use crate::model::name::RelativePath;
use crate::project::abort::Abort;
use crate::project::outcome::{Common, Exit, Outcome};
use crate::world::{CONFIG, World};

/// The schema file that the first line of the starter's `environments.toml` refers to.
const SCHEMA: &str = "environments.schema.json";

/// Writes what a project begins with, into a folder that has none.
pub(crate) fn init(world: &dyn World, common: &Common, output: &str) -> Outcome {
    begin(world, common, output)
        .unwrap_or_else(|stopped| stopped.outcome(common, "it may be incomplete"))
}

fn begin(world: &dyn World, common: &Common, output: &str) -> Result<Outcome, Abort> {
    let wrong = |message: &str| {
        let err = format!("error: {message}; nothing was written\n");
        Ok(Outcome { err: err.into(), exit: Exit::WrongCommandLine, ..Outcome::default() })
    };
    if let Some(message) = RelativePath::parse(output).err().filter(|_| output != ".") {
        return wrong(&message);
    }
    if world.bytes(CONFIG)?.is_some() {
        return wrong(&format!("there is an {CONFIG} here already"));
    }
    let found = survey::survey(&world.survey(survey::matters)?);
    let mut files = starter::files(&found, output);
    let config = files.iter().find(|(path, _)| path == CONFIG);
    let (schema, ..) = schema::of(config.expect("a starter has one").1.clone(), world)?;
    files.push((SCHEMA.to_owned(), schema));
    let parsed = |path: &str| RelativePath::parse(path).expect("a starter's paths are");
    for (path, text) in &files {
        // An existing file is kept.
        if world.bytes(path)?.is_none() {
            world.write(&parsed(path), text)?;
        }
    }
    let out = report::begun(&files, &found, output, common.style);
    Ok(Outcome { out: out.into(), ..Outcome::default() })
}

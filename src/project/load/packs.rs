//! Reads the packs that a configuration names, a project's own before those that come with envroot.
//!
//! Finds folders; what is in them is the pack's to judge.

use crate::model::code::Code;
use std::sync::Arc;

use crate::config::Config;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::name::RelativePath;
use crate::model::span::{Sources, Span};
use crate::pack::{self, embedded};
use crate::resolve::{self, Packs};
use crate::world::{Failure, World};

pub(crate) fn read(
    world: &dyn World,
    config: &Config,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Result<Packs, Failure> {
    let mut packs = Packs::default();
    let components = components(world)?;
    for (name, place) in resolve::packs_in_use(config) {
        let Some(chain) = pack_chain(world, &name, place, problems)? else { continue };
        let (pack, found) = pack::load(sources, chain, components.clone());
        problems.extend(found);
        packs.extend(pack.map(|pack| (name, Arc::new(pack))));
    }
    Ok(packs)
}

/// The folders of a pack and of those it extends, the lowest first.
fn pack_chain(
    world: &dyn World,
    name: &str,
    place: Span,
    problems: &mut Problems,
) -> Result<Option<Vec<pack::Folder>>, Failure> {
    let mut chain: Vec<pack::Folder> = Vec::new();
    let mut wanted = Some(name.to_owned());
    while let Some(name) = wanted {
        let is_known = |folder: &pack::Folder| folder.name == name;
        let found = match chain.iter().any(is_known) {
            false => pack_folder(world, &name)?,
            // A pack that extends one of its own name extends the one that comes with envroot.
            true if chain.len() == 1 => embedded::folder(&name),
            true => {
                let message = format!("packs extend each other in a cycle through `{name}`");
                problems.push(Problem::error(Code::PackCycle, message).at(place));
                return Ok(None);
            }
        };
        let Some(folder) = found else {
            problems.push(unknown_pack(world, &name, place)?);
            return Ok(None);
        };
        wanted = pack::extends(&folder);
        chain.push(folder);
    }
    chain.reverse();
    Ok(Some(chain))
}

/// A pack of the project takes precedence over a built-in one.
fn pack_folder(world: &dyn World, name: &str) -> Result<Option<pack::Folder>, Failure> {
    if RelativePath::parse(name).is_err() || name.contains('/') {
        return Ok(None);
    }
    let Some(files) = world.folder(&format!("templates/{name}"))? else {
        return Ok(embedded::folder(name));
    };
    Ok(Some(pack::Folder::new(name, files)))
}

/// The components that all packs share: the built-in ones, and over them those of the project.
fn components(world: &dyn World) -> Result<pack::Folder, Failure> {
    let mut folder = embedded::components();
    let own = world.folder(&folder.shown)?.unwrap_or_default();
    for (path, text) in pack::Folder::new(&folder.name, own).files {
        folder.files.retain(|(known, _)| *known != path);
        folder.files.push((path, text));
    }
    Ok(folder)
}

fn unknown_pack(world: &dyn World, name: &str, place: Span) -> Result<Problem, Failure> {
    let known = known(world)?;
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let problem = Problem::error(Code::UnknownPack, format!("there is no pack `{name}`"));
    Ok(problem.unknown_word(place, name, &known))
}

/// The names that a service could give: the project's own packs, and those that come with envroot.
pub fn known(world: &dyn World) -> Result<Vec<String>, Failure> {
    let mut known = world.folders("templates")?;
    known.retain(|name| world.has_file(&format!("templates/{name}/pack.toml")));
    let embedded = embedded::names().into_iter().map(str::to_owned);
    let embedded: Vec<String> = embedded.filter(|name| !known.contains(name)).collect();
    known.extend(embedded);
    Ok(known)
}

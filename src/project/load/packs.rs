//! Reads the packs that a configuration names, a project's own before those that come with envroot.
//!
//! Finds folders; what is in them is the pack's to judge.

use crate::model::code::Code;
use std::sync::Arc;

use crate::config::{Config, LayerSource};
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::name::RelativePath;
use crate::model::span::{Sources, Span};
use crate::pack::{self, embedded};
use crate::resolve::{self, Packs};
use crate::world::{Failure, FolderFiles, UnreadFile, World};

pub(crate) fn read(
    world: &dyn World,
    config: &Config,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Result<Packs, Failure> {
    let mut packs = Packs::default();
    let components = components(world)?;
    damage(&components, &[], sources, problems);
    for (name, place) in resolve::packs_in_use(config) {
        let Some(chain) = pack_chain(world, &name, place, problems)? else { continue };
        let targets = targets(config, &name);
        let mut is_whole = true;
        for folder in &chain {
            is_whole &= damage(folder, &targets, sources, problems);
        }
        if is_whole {
            let chain = chain.into_iter().map(|folder| folder.folder).collect();
            let (pack, found) = pack::load(sources, chain, components.folder.clone());
            problems.extend(found);
            packs.extend(pack.map(|pack| (name, Arc::new(pack))));
        }
    }
    Ok(packs)
}

/// A folder, and what could not be read of it.
struct ReadFolder {
    folder: pack::Folder,
    unread: Vec<UnreadFile>,
}

impl From<pack::Folder> for ReadFolder {
    fn from(folder: pack::Folder) -> ReadFolder {
        ReadFolder { folder, unread: Vec::new() }
    }
}

/// Reports the files of a folder that cannot be read or are not text. Returns true if there are
/// none.
fn damage(
    ReadFolder { folder, unread }: &ReadFolder,
    targets: &[Target],
    sources: &mut Sources,
    problems: &mut Problems,
) -> bool {
    let shown = |path: &str| format!("{}/{path}", folder.shown);
    let mut found = Vec::new();
    for (path, bytes) in &folder.damaged {
        found.push(super::not_utf8(sources, &shown(path), bytes));
    }
    let is_left = |file: &&UnreadFile| !file.is_broken_link && !pack::is_leftover(&file.path);
    for UnreadFile { path, why, .. } in unread.iter().filter(is_left) {
        let message = format!("cannot read {}: {why}", shown(path).trim_end_matches('/'));
        found.push(Problem::error(Code::UnreadableFile, message).help("make it readable"));
    }
    let is_whole = found.is_empty();
    let of_targets = |problem| {
        targets.iter().fold(problem, |problem: Problem, target| {
            problem.for_target(target.service.as_ref(), target.environment.as_ref())
        })
    };
    problems.extend(found.into_iter().map(of_targets));
    is_whole
}

/// The services in environments that may use a pack.
fn targets(config: &Config, pack: &str) -> Vec<Target> {
    let names =
        |written: &LayerSource| written.table.get("pack").and_then(|node| node.str()) == Some(pack);
    let mut targets = Vec::new();
    for (service, written) in &config.services {
        let by_profile = || config.profiles.values().filter_map(|it| it.services.get(service));
        let everywhere = names(&written.settings) || by_profile().any(names);
        for (environment, layers) in &config.environments {
            let here = everywhere || layers.services.get(service).is_some_and(names);
            if here && written.runs_in(environment) {
                let environment = Some(environment.clone());
                targets.push(Target { service: Some(service.clone()), environment });
            }
        }
    }
    targets
}

/// The folders of a pack and of those it extends, the lowest first.
fn pack_chain(
    world: &dyn World,
    name: &str,
    place: Span,
    problems: &mut Problems,
) -> Result<Option<Vec<ReadFolder>>, Failure> {
    let mut chain: Vec<ReadFolder> = Vec::new();
    let mut wanted = Some(name.to_owned());
    while let Some(name) = wanted {
        let is_known = |read: &ReadFolder| read.folder.name == name;
        let found = match chain.iter().any(is_known) {
            false => pack_folder(world, &name)?,
            // A pack that extends one of its own name extends the one that comes with envroot.
            true if chain.len() == 1 => embedded::folder(&name).map(ReadFolder::from),
            true => {
                let message = format!("packs extend each other in a cycle through `{name}`");
                problems.push(Problem::error(Code::PackCycle, message).at(place));
                return Ok(None);
            }
        };
        let Some(read) = found else {
            problems.push(unknown_pack(world, &name, place)?);
            return Ok(None);
        };
        wanted = pack::extends(&read.folder);
        chain.push(read);
    }
    chain.reverse();
    Ok(Some(chain))
}

/// A pack of the project takes precedence over a built-in one.
fn pack_folder(world: &dyn World, name: &str) -> Result<Option<ReadFolder>, Failure> {
    if RelativePath::parse(name).is_err() || name.contains('/') {
        return Ok(None);
    }
    let Some(found) = world.folder(&format!("templates/{name}"))? else {
        return Ok(embedded::folder(name).map(ReadFolder::from));
    };
    let FolderFiles { files, unread } = found;
    Ok(Some(ReadFolder { folder: pack::Folder::new(name, files), unread }))
}

/// The components that all packs share: the built-in ones, and over them those of the project.
fn components(world: &dyn World) -> Result<ReadFolder, Failure> {
    let mut folder = embedded::components();
    let FolderFiles { files, unread } = world.folder(&folder.shown)?.unwrap_or_default();
    let own = pack::Folder::new(&folder.name, files);
    for (path, text) in own.files {
        folder.files.retain(|(known, _)| *known != path);
        folder.files.push((path, text));
    }
    folder.damaged = own.damaged;
    Ok(ReadFolder { folder, unread })
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

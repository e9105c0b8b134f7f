//! The names that a project has, for a command line that is being typed.
//!
//! Takes no lock and reports no problem: where something cannot be read, its names are not known.

use crate::model::key_path;
use crate::model::reference::Scope;
use crate::project::load;
use crate::schema::Shape;
use crate::world::{CONFIG, World};

#[derive(Default)]
pub struct Names {
    pub environments: Vec<String>,
    pub services: Vec<String>,
    /// `service/environment`, for each service where it runs.
    pub roots: Vec<String>,
    pub facts: Vec<Declared>,
    pub settings: Vec<Declared>,
}

/// A fact or a setting that a pack declares.
pub struct Declared {
    pub service: Option<String>,
    pub path: String,
    pub description: Option<String>,
}

/// The names of a project.
pub fn names(world: &dyn World) -> Option<Names> {
    let mut read = load::read(String::from_utf8(world.bytes(CONFIG).ok()??).ok()?).ok()?;
    let mut names = Names::default();
    names.environments.extend(read.config.environments.keys().map(ToString::to_string));
    for (name, service) in &read.config.services {
        let runs = read.config.environments.keys().filter(|it| service.runs_in(it));
        names.roots.extend(runs.map(|environment| format!("{name}/{environment}")));
        names.services.push(name.to_string());
    }
    let Ok((packs, ..)) = read.packs(world) else { return Some(names) };
    for pack in packs.values() {
        declared(pack.schema.shape(Scope::Env), &Default::default(), None, &mut names.facts);
    }
    names.facts.sort_by(|a, b| a.path.cmp(&b.path));
    names.facts.dedup_by(|a, b| a.path == b.path);
    for (name, service) in &read.config.services {
        let pack = service.settings.table.get("pack").and_then(|pack| packs.get(pack.str()?));
        let Some(pack) = pack else { continue };
        let shape = pack.schema.shape(Scope::Service);
        declared(shape, &Default::default(), Some(name.as_str()), &mut names.settings);
    }
    Some(names)
}

/// The number of levels that completion offers.
const DEPTH: usize = 6;

/// Collects the declared keys that are no tables.
fn declared(
    shape: Shape<'_>,
    at: &key_path::Path,
    service: Option<&str>,
    found: &mut Vec<Declared>,
) {
    for key in shape.keys() {
        let (path, inner) = (at.join(&key.into()), shape.key(key).expect("it is one of its keys"));
        if !inner.keys().is_empty() && path.0.len() < DEPTH {
            declared(inner, &path, service, found);
        } else if path.to_string() != "name" {
            found.push(Declared {
                service: service.map(str::to_owned),
                path: path.to_string(),
                description: inner.description().map(str::to_owned),
            });
        }
    }
}

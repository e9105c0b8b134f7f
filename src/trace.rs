//! From a line of a generated file back to the setting that decides it.
//!
//! Reads what rendering left behind; renders and writes nothing.

use crate::format::yaml::{self, Step};
use crate::path::{Key, Path};
use crate::place::Place;
use crate::render::{File, Source};
use crate::resolve::Resolved;
use crate::tree::{Node, Origin};

/// Where the setting behind a line was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub place: Place,
    /// As it stands in its file: `services.icepack.timeout`.
    pub name: String,
}

/// The setting that decides a line of a file's body, counted from 0, where it is known.
pub fn decided(file: &File, line: usize, resolved: &Resolved) -> Option<Decided> {
    match &file.source {
        Source::Own => None,
        Source::Template { pack, deployment, tags } => {
            let tags = tags.iter().filter(|(at, _)| *at as usize == line);
            let uses = tags.flat_map(|(_, tag)| &pack.engine.tag(*tag).uses);
            uses.filter_map(|used| setting(&used.path, (*deployment)?, resolved)).next()
        }
        Source::Data { deployment, path } => {
            let (service, index) = *deployment;
            let settings = &resolved.services[service].deployments[index].settings;
            let value = settings.at(path)?.to_json();
            let document = yaml::document(&value);
            let steps = document.lines.get(line)?.iter().map(|step| match step {
                Step::Key(key) => Key::from(*key),
                Step::Index(index) => Key::from(index.to_string()),
            });
            let whole = Path(path.0.iter().cloned().chain(steps).collect());
            Some(written(settings.at(&whole)?, &whole))
        }
    }
}

/// What a template's path names, such as `service.timeout`.
fn setting(path: &Path, deployment: (usize, usize), resolved: &Resolved) -> Option<Decided> {
    let (first, rest) = path.0.split_first()?;
    let (service, index) = deployment;
    let deployment = &resolved.services[service].deployments[index];
    let root: &Node = match &**first {
        "env" => &resolved.environments[deployment.environment].facts,
        "service" => &deployment.settings,
        _ => return None,
    };
    let rest = Path(rest.to_vec());
    // A name is the key of its table, and no setting decides it.
    let node = root.at(&rest).filter(|_| rest != Path::of(&["name"]))?;
    Some(written(node, &rest))
}

/// The place where a value was written; for a reference that of the value it names.
fn written(node: &Node, path: &Path) -> Decided {
    let Origin { layer, value, .. } = &node.origin;
    match &node.named {
        // What a reference in a pack's defaults passes on was decided where it was written.
        Some(named) if layer.pack => Decided { place: named.value, name: named.layer.name.clone() },
        _ if layer.pack => Decided { place: *value, name: layer.name.clone() },
        _ => Decided { place: *value, name: format!("{}.{path}", layer.name) },
    }
}

//! From a line of a generated file back to the setting that decides it.
//!
//! Reads what rendering left behind; renders and writes nothing.

use crate::format::DataStep;
use crate::model::key_path::{Key, Path};
use crate::model::span::Span;
use crate::model::tree::Node;
use crate::render::{File, Source};
use crate::resolve::Resolved;

/// The place of the setting behind a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    pub place: Span,
    /// As written in its file: `services.icepack.timeout`.
    pub name: String,
}

/// The setting that decides a line of a file's body, counted from 0, where it is known.
pub fn decided(file: &File, line: usize, resolved: &Resolved) -> Option<Decided> {
    match &file.source {
        Source::Own => None,
        Source::Template { pack, template, deployment, .. } => {
            let tags = file.text()?.tags().iter().filter(|(at, _)| *at as usize == line);
            let mut names = tags.flat_map(|(_, tag)| pack.engine.decided_by(template, *tag));
            names.find_map(|name| setting(&name, (*deployment)?, resolved))
        }
        Source::Data { deployment, path } => {
            let (service, index) = *deployment;
            let settings = &resolved.services[service].deployments[index].settings;
            let value = settings.at(path)?.to_json();
            let paths = (file.format?.data_printer()?.line_paths)(&value);
            let steps = paths.get(line)?.iter().map(|step| match step {
                DataStep::Key(key) => Key::from(*key),
                DataStep::Index(index) => Key::from(index.to_string()),
            });
            let whole = Path(path.0.iter().cloned().chain(steps).collect());
            settings.at(&whole).map(written)
        }
    }
}

/// The setting of a path in a template, such as `service.timeout`.
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
    root.at(&rest).filter(|_| rest != Path::of(&["name"])).map(written)
}

/// The place where the value of a node is decided.
fn written(node: &Node) -> Decided {
    let origin = node.deciding_origin();
    Decided { place: origin.value, name: origin.path.to_string() }
}

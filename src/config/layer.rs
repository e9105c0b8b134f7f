//! The table of `environments.toml` for a fact or a setting, and the position of a new one.
//!
//! Knows the structure of a configuration, but not its text.

use crate::config::Config;
use crate::model::key_path::{Key, Path};
use crate::model::name::Name;
use crate::toml_file::edit::InsertAt;

/// A layer that can be written to: the facts of an environment or of all, the settings of a service
/// in an environment or in all.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Layer {
    pub environment: Option<Name>,
    pub service: Option<Name>,
}

impl Layer {
    /// The table of the layer.
    pub(crate) fn table(&self) -> Path {
        table(self.environment.as_ref().map(Name::as_str), self.service.as_ref().map(Name::as_str))
    }

    /// The position of a new table: beside tables of the same kind, in promotion order, and a
    /// service's own tables beside the service. Changes to different services are therefore apart,
    /// and Git merges them.
    pub(crate) fn near(&self, config: &Config) -> Vec<InsertAt> {
        let service = self.service.as_ref().map(Name::as_str);
        let Some(own) = &self.environment else {
            return match service {
                Some(_) => vec![InsertAt::After(Path::of(&["services"]))],
                None => vec![InsertAt::After(Path::of(&["project"]))],
            };
        };
        let order: Vec<&Name> = config.project.order.iter().flatten().collect();
        let rank = order.iter().position(|name| *name == own).unwrap_or(order.len());
        let of = |name: &&Name| table(Some(name.as_str()), service);
        let before = order[..rank].iter().rev().map(|name| InsertAt::After(of(name)));
        let after = order.iter().skip(rank + 1).map(|name| InsertAt::Before(of(name)));
        let beside = match service {
            Some(service) => InsertAt::After(table(None, Some(service))),
            None => InsertAt::After(Path::of(&["environments"])),
        };
        before.chain(after).chain([beside]).collect()
    }
}

fn table(environment: Option<&str>, service: Option<&str>) -> Path {
    match (environment, service) {
        (None, None) => Path::of(&["defaults"]),
        (Some(environment), None) => Path::of(&["environments", environment]),
        (None, Some(service)) => Path::of(&["services", service]),
        (Some(environment), Some(service)) => {
            Path::of(&["environments", environment, "services", service])
        }
    }
}

/// The service and the setting that a path below an environment's table means, where it is
/// `services.S.` and more.
pub(crate) fn of_a_service(path: &Path) -> Option<(&str, Path)> {
    match path.0.as_slice() {
        [services, service, setting @ ..] if &**services == "services" && !setting.is_empty() => {
            Some((service, Path(setting.to_vec())))
        }
        _ => None,
    }
}

/// The keys of one path after those of another.
pub(crate) fn below(table: &Path, path: &[Key]) -> Path {
    Path(table.0.iter().chain(path).cloned().collect())
}

//! The texts of the packs in use: manifests, templates and components, each once, with the services that use it.
//!
//! Judges none of them.

use std::collections::BTreeMap;

use super::Settings;
use crate::model::diagnostic::Problem;
use crate::model::name::Name;
use crate::model::span::FileId;

/// A text of a pack.
pub(crate) struct PackText<'a> {
    /// Its path.
    pub name: &'a str,
    pub file: FileId,
    services: Vec<&'a Name>,
}

/// The texts of all packs in use, by path. A pack that others extend is read with each of them.
pub(crate) fn of<'a>(settings: &Settings<'a>) -> Vec<PackText<'a>> {
    let mut texts: BTreeMap<&str, PackText<'a>> = BTreeMap::new();
    for service in &settings.resolved.services {
        for &file in &service.pack.texts {
            let name = settings.sources.name(file);
            let services = Vec::new();
            let text = texts.entry(name).or_insert(PackText { name, file, services });
            text.services.push(&service.name);
        }
    }
    texts.into_values().collect()
}

impl PackText<'_> {
    /// Adds the services that use the text to a problem.
    pub(crate) fn target(&self, problem: Problem) -> Problem {
        let services = self.services.iter();
        services.fold(problem, |problem, name| problem.for_target(Some(name), None))
    }
}

//! Orphaned files with a backend: the state of their root is lost with them, unless a rendered root
//! keeps its state there.
//!
//! Another root of the same service and environment may still be rendered, or the root may belong to
//! a whole service or project.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, State};
use crate::ecosystem::terraform::{self, Backend};
use crate::model::diagnostic::Target;
use crate::render::File;

/// Turns the orphaned files of a root with a lost state into stranded ones.
pub(crate) fn mark(entries: &mut [Entry], files: &[File], destroyed: &BTreeSet<Target>) {
    let mut lost = lost(entries);
    lost.retain(|_, (target, _)| !destroyed.contains(target));
    if lost.is_empty() {
        return;
    }
    let kept = kept(entries, files);
    let places: BTreeSet<_> = kept.iter().map(|root| root.backend.place()).collect();
    let directories: BTreeSet<&str> = kept.iter().map(|root| root.directory).collect();
    let moved: BTreeSet<&Target> = kept.iter().filter_map(RenderedRoot::new_root).collect();
    // The rule of moved states judges another state in the same directory or of the same root.
    lost.retain(|directory, (target, backend)| {
        let is_kept = places.contains(&backend.place());
        !is_kept && !directories.contains(directory.as_str()) && !moved.contains(target)
    });
    for entry in entries.iter_mut().filter(|entry| entry.state == State::Orphaned) {
        if lost.contains_key(entry.path.directory()) {
            entry.state = State::Stranded;
        }
    }
}

/// The backends in orphaned Terraform files, by directory.
fn lost(entries: &[Entry]) -> BTreeMap<String, (Target, Backend)> {
    let mut lost = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.state == State::Orphaned) {
        let text = entry.before.as_deref().filter(|_| entry.path.as_str().ends_with(".tf"));
        if let Some(backend) = text.and_then(|text| terraform::backends(text).pop()) {
            let directory = entry.path.directory().to_owned();
            lost.insert(directory, (entry.target.clone(), backend));
        }
    }
    lost
}

/// The backend of a rendered root that is new on disk or changes.
struct RenderedRoot<'a> {
    backend: Backend,
    directory: &'a str,
    target: &'a Target,
    is_new: bool,
}

impl RenderedRoot<'_> {
    /// The target, if it is that of an environment whose root may have moved here.
    fn new_root(&self) -> Option<&Target> {
        (self.is_new && self.target.environment.is_some()).then_some(self.target)
    }
}

fn kept<'a>(entries: &[Entry], files: &'a [File]) -> Vec<RenderedRoot<'a>> {
    let kept = entries.iter().filter_map(|entry| {
        let file = &files[entry.file?];
        let text = file.text().filter(|_| file.path.as_str().ends_with(".tf"))?;
        let backend = terraform::backends(text.as_str()).pop()?;
        let is_new = entry.state == State::Missing;
        let directory = file.path.directory();
        Some(RenderedRoot { backend, directory, target: &file.owner.target, is_new })
    });
    kept.collect()
}

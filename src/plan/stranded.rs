//! Roots that nothing renders any more although their target still has one: the state is lost with
//! the files, unless a rendered root keeps its state in the same place.
//!
//! Another root of the same service and environment may still be rendered, the root may belong to a
//! whole service or project, or it may have moved to another folder.

use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Options, State};
use crate::ecosystem::backend::{self, Backend};
use crate::ecosystem::damaged_backend;
use crate::ecosystem::terraform::{self, is_code};
use crate::model::diagnostic::Target;
use crate::render::File;

/// Turns the files of a root with a lost state into stranded ones.
pub(crate) fn mark(entries: &mut [Entry], files: &[File], options: &Options) {
    let mut lost = lost(entries, options);
    lost.retain(|_, root| !options.destroyed.contains(&root.target));
    if lost.is_empty() {
        return;
    }
    let rendered = KeptStates::of(entries, files);
    lost.retain(|directory, root| !rendered.keeps(directory, root));
    for entry in entries.iter_mut().filter(|entry| may_be_lost(entry, options)) {
        if lost.contains_key(entry.path.directory()) {
            entry.state = State::Stranded;
        }
    }
}

/// Returns true for a file of ours that nothing renders, edited or not. An edit in an unfinished merge is
/// that of a file which the other side deleted.
fn may_be_lost(entry: &Entry, options: &Options) -> bool {
    let is_ours = match entry.state {
        State::Orphaned => true,
        State::Edited => !options.unmerged.contains_key(&entry.path),
        _ => false,
    };
    is_ours && entry.file.is_none()
}

/// A directory of Terraform files that nothing renders.
struct LostRoot {
    target: Target,
    /// Without one, Terraform keeps the state in the directory.
    backend: Option<Backend>,
}

/// The directories with such files. What a root's `.tfbackend` file says completes its backend.
fn lost(entries: &[Entry], options: &Options) -> BTreeMap<String, LostRoot> {
    let mut lost: BTreeMap<String, LostRoot> = BTreeMap::new();
    let texts = entries.iter().filter(|entry| may_be_lost(entry, options));
    let texts: Vec<(&Entry, &str)> =
        texts.filter_map(|entry| Some((entry, entry.on_disk()?))).collect();
    for (entry, text) in texts.iter().filter(|(entry, _)| is_code(entry.path.as_str())) {
        let found = backend::read_backends_of(entry.path.as_str(), text);
        let backend = found.unwrap_or_else(|_| damaged_backend::read(text)).pop();
        let new = || LostRoot { target: entry.target.clone(), backend: None };
        let root = lost.entry(entry.path.directory().to_owned()).or_insert_with(new);
        if backend.is_some() {
            *root = LostRoot { target: entry.target.clone(), backend };
        }
    }
    for (entry, text) in texts.iter().filter(|(entry, _)| is_settings(entry.path.as_str())) {
        if let Some(root) = lost.get_mut(entry.path.directory())
            && let Some(backend) = &mut root.backend
        {
            backend.arguments.extend(backend::settings(text));
        }
    }
    lost
}

fn is_settings(path: &str) -> bool {
    path.ends_with(".tfbackend")
}

/// The backend of a rendered root that is new on disk or changes.
struct RenderedRoot<'a> {
    backend: Backend,
    directory: &'a str,
    target: &'a Target,
    is_new: bool,
}

/// What is rendered, as far as it may keep a state.
struct KeptStates<'a> {
    roots: Vec<RenderedRoot<'a>>,
    /// The directories of all Terraform files.
    directories: BTreeSet<&'a str>,
    /// The directories that are called as modules, or were before.
    modules: BTreeSet<String>,
}

impl<'a> KeptStates<'a> {
    fn of(entries: &'a [Entry], files: &'a [File]) -> KeptStates<'a> {
        let code = files.iter().filter(|file| is_code(file.path.as_str()));
        let directories = code.clone().map(|file| file.path.directory()).collect();
        let rendered = code.filter_map(|file| Some((file.path.directory(), file.text()?.as_str())));
        let before = entries.iter().filter(|entry| is_code(entry.path.as_str()));
        let before = before.filter_map(|it| Some((it.path.directory(), it.on_disk()?)));
        let calls = rendered.chain(before).flat_map(|(directory, text)| {
            let sources = terraform::local_sources(text).into_iter();
            sources.filter_map(|source| joined(directory, &source))
        });
        KeptStates { roots: roots(entries, files), directories, modules: calls.collect() }
    }

    fn keeps(&self, directory: &str, lost: &LostRoot) -> bool {
        let Some(backend) = &lost.backend else {
            return self.directories.contains(directory) || self.modules.contains(directory);
        };
        let is_kept = |root: &RenderedRoot<'_>| {
            let has_moved = root.is_new && root.target.environment.is_some();
            // The rule of moved states judges another state in the same directory or of the same root.
            root.directory == directory
                || backend.is_complete()
                    && (root.backend.place() == backend.place()
                        || has_moved && *root.target == lost.target)
        };
        self.roots.iter().any(is_kept)
    }
}

fn roots<'a>(entries: &[Entry], files: &'a [File]) -> Vec<RenderedRoot<'a>> {
    let changed = || entries.iter().filter_map(|entry| Some((entry, &files[entry.file?])));
    let mut settings: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for (_, file) in changed().filter(|(_, file)| is_settings(file.path.as_str())) {
        let given = file.text().map(|text| backend::settings(text.as_str()));
        settings.entry(file.path.directory()).or_default().extend(given.into_iter().flatten());
    }
    let code = changed().filter(|(_, file)| is_code(file.path.as_str()));
    let root = |(entry, file): (&Entry, &'a File)| {
        let directory = file.path.directory();
        let found = backend::read_backends_of(file.path.as_str(), file.text()?.as_str());
        let mut backend = found.unwrap_or_default().pop()?;
        backend.arguments.extend(settings.get(directory).cloned().into_iter().flatten());
        let is_new = entry.state == State::Missing;
        Some(RenderedRoot { backend, directory, target: &file.owner.target, is_new })
    };
    code.filter_map(root).collect()
}

/// The directory that a path with `..` leads to from another one; `None` above the project's.
fn joined(directory: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        match part {
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

//! Carries out a plan: saves the edits that would be lost, then writes and removes file by file.

use std::borrow::Cow;

use super::outcome::{Common, Exit, Outcome};
use super::planned::PlannedProject;
use crate::base::english::count;
use crate::format::{seal, sealed_beside};
use crate::model::name::RelativePath;
use crate::plan::{Action, Entry};
use crate::render::FileText;
use crate::report::{self, diff};
use crate::world::{Failure, FileChanges, Found};

/// The entries of a plan that are to be written or removed.
pub(crate) struct Changes<'p> {
    project: &'p PlannedProject<'p>,
    pub entries: Vec<&'p Entry>,
}

/// What was carried out, for the report.
pub(crate) struct Applied<'p> {
    pub entries: Vec<&'p Entry>,
    /// Notes for standard error: the patches that were saved, or that nothing was written.
    pub notes: String,
}

impl PlannedProject<'_> {
    /// The changes to write and remove. `Err` if a file is refused, with the reason: then there are
    /// none.
    pub(crate) fn changes(&self, force: bool, common: &Common) -> Result<Changes<'_>, Outcome> {
        let with = |action: Action| {
            let entries = self.plan.selected();
            entries.filter(|entry| entry.action(force) == action).collect::<Vec<&Entry>>()
        };
        let refused = with(Action::Refuse);
        if !refused.is_empty() {
            let err = report::text::refused(&self.view(), &refused, common.style).into();
            return Err(Outcome { err, exit: Exit::Drift, ..Default::default() });
        }
        let mut entries = with(Action::Write);
        entries.extend(with(Action::Remove));
        Ok(Changes { project: self, entries })
    }
}

impl<'p> Changes<'p> {
    /// Saves the edits that would be lost, then writes and removes file by file.
    pub(crate) fn apply(self) -> Result<Applied<'p>, Failure> {
        let notes = self.prepare()?;
        for (path, text) in &self.written() {
            self.project.workspace.world.write(path, text)?;
        }
        for path in &self.removed() {
            self.project.workspace.world.remove(path)?;
        }
        Ok(Applied { entries: self.entries, notes })
    }

    /// The same together with a new text of `environments.toml`, if it changes: all of it or, if a
    /// step fails, nothing.
    pub(crate) fn apply_with(self, config: Option<&str>) -> Result<Applied<'p>, Failure> {
        let notes = self.prepare()?;
        let (written, removed) = (self.written(), self.removed());
        let written = written.iter().map(|(path, text)| (path, &**text)).collect();
        let removed = removed.iter().collect();
        let changes = FileChanges { config, written, removed };
        self.project.workspace.world.change_together(&changes)?;
        Ok(Applied { entries: self.entries, notes })
    }

    fn prepare(&self) -> Result<String, Failure> {
        self.project.workspace.world.clear_drafts(&self.project.listing)?;
        self.save_edits()
    }

    /// The files to write, with their texts, in an order in which every seal fits its file at any
    /// moment: the text there is intact, or there is none.
    fn written(&self) -> Vec<(RelativePath, Cow<'p, str>)> {
        let mut steps = Vec::new();
        for entry in &self.entries {
            let Some(text) = self.text(entry) else { continue };
            let file = (entry.path.clone(), Cow::Borrowed(text.as_str()));
            let Some(seal) = text.seal() else {
                steps.push(file);
                continue;
            };
            let seal_path = sealed_beside::seal_path(&entry.path);
            let seal = (seal_path.clone(), Cow::Borrowed(seal));
            let is_intact = |text: &&str| seal::fits_path(text, &entry.path);
            match entry.before.as_deref().filter(|_| entry.has_seal).filter(is_intact) {
                Some(before) => {
                    let changing = sealed_beside::changing(before, text.sealed());
                    steps.extend([(seal_path, Cow::Owned(changing)), file, seal]);
                }
                None => steps.extend([seal, file]),
            }
        }
        steps
    }

    /// The files to remove, each before its seal: a seal alone is removed by the next run.
    fn removed(&self) -> Vec<RelativePath> {
        let removed = self.entries.iter().filter(|entry| entry.file.is_none());
        let removed = removed.flat_map(|entry| {
            let seal = entry.has_seal.then(|| sealed_beside::seal_path(&entry.path));
            [Some(entry.path.clone()), seal]
        });
        removed.flatten().collect()
    }

    /// Writes nothing.
    pub(crate) fn preview(self) -> Applied<'p> {
        Applied { entries: self.entries, notes: "dry run: nothing was written\n".to_owned() }
    }

    /// The text that is rendered at the path of an entry.
    fn text(&self, entry: &Entry) -> Option<&'p FileText> {
        self.project.rendered.files[entry.file?].text()
    }

    /// Saves the edits that would be lost as patches, and says where.
    fn save_edits(&self) -> Result<String, Failure> {
        let lost = || self.entries.iter().filter(|entry| entry.is_edit());
        let prefix = self.project.workspace.world.below_repository(None);
        let patch = |entry: &Entry, edit: Option<&str>| self.patch(&prefix, entry, edit);
        let first = lost().map(|entry| patch(entry, entry.before.as_deref()));
        let mut notes = self.save(first.collect())?;
        // Two edits of one file would not apply one after the other.
        for entry in lost() {
            for edit in entry.merging.iter().flatten() {
                notes.push_str(&self.save(vec![patch(entry, Some(edit))])?);
            }
        }
        if lost().any(|entry| entry.merging.is_some()) {
            notes.push_str("run `git add` to finish the merge of these files\n");
        }
        Ok(notes)
    }

    /// The patch that brings an edit back, of a file and of its seal.
    fn patch(&self, prefix: &str, entry: &Entry, edit: Option<&str>) -> String {
        let patch = |path: &RelativePath, text: Option<&str>, edit: Option<&str>| {
            diff::patch(&format!("{prefix}{path}"), text, edit)
        };
        let text = self.text(entry);
        if !entry.is_beside {
            return patch(&entry.path, text.map(FileText::as_str), edit);
        }
        let seal_path = sealed_beside::seal_path(&entry.path);
        let on_disk = |path: &RelativePath| match self
            .project
            .workspace
            .world
            .found(path, &self.project.listing)
        {
            Found::Text(text) => Some(text),
            _ => None,
        };
        // In an unfinished merge the edit may be that of a side.
        let (file, seal) = match (edit, &entry.merging) {
            (Some(edit), Some(_)) => {
                let (head, body) = sealed_beside::split(edit);
                (Some(body.to_owned()), Some(head.to_owned()).filter(|head| !head.is_empty()))
            }
            _ => (on_disk(&entry.path), on_disk(&seal_path)),
        };
        let seal_text = text.and_then(FileText::seal);
        patch(&entry.path, text.map(FileText::as_str), file.as_deref())
            + &patch(&seal_path, seal_text, seal.as_deref())
    }

    /// Saves edits as one patch, if there are any, and says where.
    fn save(&self, patches: Vec<String>) -> Result<String, Failure> {
        if patches.is_empty() {
            return Ok(String::new());
        }
        let saved = self.project.workspace.world.save_patch(&patches.concat())?;
        let (edits, saved) = (count(patches.len(), "edit"), saved.display());
        let them = if patches.len() == 1 { "it" } else { "them" };
        Ok(format!(
            "{edits} saved: `git apply {saved}` brings {them} back; only you can read the patch\n"
        ))
    }
}

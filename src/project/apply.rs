//! Carries out a plan: saves the edits that would be lost, then writes and removes file by file.

use super::outcome::{Common, Exit, Outcome};
use super::planned::PlannedProject;
use crate::base::english::count;
use crate::model::name::RelativePath;
use crate::plan::{Action, Entry};
use crate::render::FileText;
use crate::report::{self, diff};
use crate::world::{Failure, FileChanges};

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
        for (path, text) in self.written() {
            self.project.workspace.world.write(path, text)?;
        }
        for path in self.removed() {
            self.project.workspace.world.remove(path)?;
        }
        Ok(Applied { entries: self.entries, notes })
    }

    /// The same together with a new text of `environments.toml`, if it changes: all of it or, if a
    /// step fails, nothing.
    pub(crate) fn apply_with(self, config: Option<&str>) -> Result<Applied<'p>, Failure> {
        let notes = self.prepare()?;
        let (written, removed) = (self.written().collect(), self.removed().collect());
        let changes = FileChanges { config, written, removed };
        self.project.workspace.world.change_together(&changes)?;
        Ok(Applied { entries: self.entries, notes })
    }

    fn prepare(&self) -> Result<String, Failure> {
        self.project.workspace.world.clear_drafts(&self.project.listing)?;
        self.save_edits()
    }

    /// The files to write, with their texts.
    fn written(&self) -> impl Iterator<Item = (&'p RelativePath, &'p str)> {
        self.entries.iter().filter_map(|entry| Some((&entry.path, self.text(entry)?)))
    }

    fn removed(&self) -> impl Iterator<Item = &'p RelativePath> {
        let removed = self.entries.iter().filter(|entry| entry.file.is_none());
        removed.map(|entry| &entry.path)
    }

    /// Writes nothing.
    pub(crate) fn preview(self) -> Applied<'p> {
        Applied { entries: self.entries, notes: "dry run: nothing was written\n".to_owned() }
    }

    /// The text that is rendered at the path of an entry.
    fn text(&self, entry: &Entry) -> Option<&'p str> {
        self.project.rendered.files[entry.file?].text().map(FileText::as_str)
    }

    /// Saves the edits that would be lost as patches, and says where.
    fn save_edits(&self) -> Result<String, Failure> {
        let lost = || self.entries.iter().filter(|entry| entry.is_edit());
        let prefix = self.project.workspace.world.below_repository(None);
        let patch = |entry: &Entry, edit: Option<&str>| {
            let path = format!("{prefix}{}", entry.path);
            diff::patch(&path, self.text(entry), edit)
        };
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

//! Carries out a plan: saves the edits that would be lost, then writes and removes file by file.

use super::compare::Project;
use super::outcome::{Common, Exit, Outcome};
use crate::base::english::count;
use crate::plan::{Action, Entry, State};
use crate::render::FileText;
use crate::report::{self, diff};
use crate::world::Failure;

/// The changes to write and remove or, if a file is refused, the reason why there are none.
pub(crate) fn changes<'p>(
    project: &'p Project<'_>,
    force: bool,
    common: &Common,
) -> Result<Vec<&'p Entry>, Outcome> {
    let with = |action: Action| {
        let entries = project.plan.selected();
        entries.filter(|entry| entry.action(force) == action).collect::<Vec<&Entry>>()
    };
    let refused = with(Action::Refuse);
    if !refused.is_empty() {
        let shown = report::text::refused(&project.view(), &refused, common.style);
        return Err(Outcome { err: shown, exit: Exit::Drift, ..Default::default() });
    }
    let mut changes = with(Action::Write);
    changes.extend(with(Action::Remove));
    Ok(changes)
}

/// Saves what would be lost, then writes and removes file by file.
pub(crate) fn apply(project: &Project<'_>, changes: &[&Entry]) -> Result<String, Failure> {
    project.workspace.world.clear_drafts(&project.listing)?;
    let mut note = String::new();
    let lost: Vec<&&Entry> = changes.iter().filter(|entry| is_an_edit(entry)).collect();
    let prefix = project.workspace.world.below_repository(None);
    let first = lost.iter().map(|entry| patch(project, &prefix, entry, entry.before.as_deref()));
    note.push_str(&save(project, first.collect())?);
    // Two edits of one file would not apply one after the other.
    for entry in &lost {
        for edit in entry.merging.iter().flatten() {
            note.push_str(&save(project, vec![patch(project, &prefix, entry, Some(edit))])?);
        }
    }
    if lost.iter().any(|entry| entry.merging.is_some()) {
        note.push_str("run `git add` to finish the merge of these files\n");
    }
    for entry in changes {
        match entry.file {
            Some(index) => {
                if let Some(text) = project.files[index].text() {
                    project.workspace.world.write(&entry.path, text.as_str())?;
                }
            }
            None => project.workspace.world.remove(&entry.path)?,
        }
    }
    Ok(note)
}

/// Saves edits as one patch, if there are any, and says where.
fn save(project: &Project<'_>, patches: Vec<String>) -> Result<String, Failure> {
    if patches.is_empty() {
        return Ok(String::new());
    }
    let saved = project.workspace.world.save_patch(&patches.concat())?;
    let (edits, saved) = (count(patches.len(), "edit"), saved.display());
    let them = if patches.len() == 1 { "it" } else { "them" };
    Ok(format!("{edits} saved: `git apply {saved}` brings {them} back\n"))
}

fn is_an_edit(entry: &Entry) -> bool {
    matches!(entry.state, State::Edited | State::Foreign | State::Copied)
}

/// The patch that turns what is written into an edit. In a repository Git takes its paths from the
/// top, wherever it is applied.
fn patch(project: &Project<'_>, prefix: &str, entry: &Entry, edit: Option<&str>) -> String {
    let after = entry.file.and_then(|index| project.files[index].text()).map(FileText::as_str);
    diff::unified(&format!("{prefix}{}", entry.path), after, edit)
}

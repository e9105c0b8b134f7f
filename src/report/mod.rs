//! The same plan and the same problems in different clothes.
//!
//! Values in, text out: touches neither disk nor terminal and decides nothing.

pub mod diff;
pub mod init;
pub mod json;
pub mod problem;
pub mod revision;
pub mod runbook;
pub mod text;

use crate::place::{Place, Sources};
use crate::plan::{Entry, Plan, Selection};
use crate::render::File;
use crate::resolve::Resolved;
use crate::seal;
use crate::trace;
use diff::Hunk;

/// How much to say, and how.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// Whether long reports are folded.
    pub fold: bool,
    pub colour: bool,
}

/// A plan with everything that is needed to show it.
pub struct View<'a> {
    pub plan: &'a Plan,
    pub files: &'a [File],
    pub resolved: &'a Resolved,
    pub sources: &'a Sources,
    pub selection: &'a Selection,
}

/// Where a line of a rendered file was decided: the place, and the setting's name.
pub type Decision = (Place, String);

impl View<'_> {
    /// The hunks `gen` would make of an entry. The seal line is left out, unless it alone differs.
    pub fn hunks(&self, entry: &Entry) -> Vec<Hunk> {
        let (Some(index), Some(before)) = (entry.file, &entry.before) else { return Vec::new() };
        let file = &self.files[index];
        let before = seal::unix(before);
        let body = seal::read(&before).map_or(&*before, |sealed| sealed.body);
        let skipped = before[..before.len() - body.len()].matches('\n').count();
        let hunks = diff::hunks(body, file.body(), (skipped, file.head_lines()));
        if !hunks.is_empty() {
            return hunks;
        }
        let mut whole = diff::hunks(&before, &file.text, (0, 0));
        for line in whole.iter_mut().flat_map(|hunk| &mut hunk.lines) {
            line.rendered = line.rendered.and_then(|index| index.checked_sub(file.head_lines()));
        }
        whole
    }

    /// The setting that decides a line of a hunk, if the line is rendered and it is known.
    pub fn decision(&self, entry: &Entry, line: &diff::Line) -> Option<Decision> {
        let file = &self.files[entry.file?];
        let decided = trace::decided(file, line.rendered?, self.resolved)?;
        Some((decided.place, decided.name))
    }
}

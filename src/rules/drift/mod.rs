//! Rules of what is rendered, compared with what is on disk.

pub(crate) mod chart_version;
pub mod moved_state;

use super::settings::shared_state::HandwrittenBackend;
use crate::plan::Entry;
use crate::render::File;
use crate::resolve::Resolved;
use crate::rules::Rule;
use moved_state::Moved;

/// The rules of changes on disk.
pub(super) static RULES: &[&Rule] = &[&chart_version::RULE, &moved_state::RULE];

/// The files of a project that differ from the disk, and the hand-written roots beside them.
pub struct Drift<'a> {
    pub resolved: &'a Resolved,
    pub files: &'a [File],
    pub entries: &'a [Entry],
    /// The roots whose state moves.
    pub moved: &'a [Moved],
    pub handwritten: &'a [HandwrittenBackend],
}

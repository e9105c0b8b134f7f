//! The problems that a rule reports, less those that a waiver covers.

use super::waivers::Waivers;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};

/// Takes what one rule reports.
pub struct Findings<'a> {
    pub(super) code: Code,
    pub(super) waivers: &'a Waivers,
    pub(super) problems: &'a mut Problems,
}

impl Findings<'_> {
    /// A problem of this rule, not yet reported.
    pub fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::error(self.code, message)
    }

    /// Reports a problem unless a waiver names one of some paths, or a table around one. The help
    /// describes the fix, or the waiver at the first path. Returns true if it was reported.
    pub fn report(&mut self, problem: Problem, mend: &str, paths: &[&str]) -> bool {
        if paths.iter().any(|path| self.waivers.cover(self.code, path)) {
            return false;
        }
        let help = match paths.first() {
            Some(path) => format!("{mend}, or waive `{}` at `{path}` with a reason", self.code),
            None => mend.to_owned(),
        };
        self.problems.push(problem.help(help));
        true
    }
}

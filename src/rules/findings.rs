//! The problems that a rule reports, less those that a waiver covers.

use super::waivers::Waivers;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::tree::Node;

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
        self.push(problem, mend, paths.first());
        true
    }

    /// Reports a problem with values. A waiver can name a path in an environment, or the path at
    /// which one of the values is written, for every environment that the text reaches.
    pub fn report_values(
        &mut self,
        problem: Problem,
        mend: &str,
        paths: &[&str],
        values: &[&Node],
    ) -> bool {
        let origins = values.iter().flat_map(|node| {
            let referenced = node.referenced_origin.as_ref();
            [Some(&node.origin), referenced].into_iter().flatten()
        });
        // The path of a pack's default is a path in the pack's manifest.
        let written = origins.filter(|origin| origin.pack.is_none());
        let written: Vec<String> = written.map(|origin| origin.path.to_string()).collect();
        let paths = paths.iter().copied().chain(written.iter().map(String::as_str));
        self.report(problem, mend, &paths.collect::<Vec<_>>())
    }

    /// Reports a problem in a rendered file unless a waiver names the path of the file, a folder around it or its pack.
    pub fn report_file(&mut self, problem: Problem, mend: &str, path: &str, pack: &str) {
        if !self.waivers.cover_file(self.code, path, pack) {
            self.push(problem, mend, Some(&path));
        }
    }

    fn push(&mut self, problem: Problem, mend: &str, waivable_at: Option<&&str>) {
        let help = match waivable_at {
            Some(path) => format!("{mend}, or waive `{}` at `{path}` with a reason", self.code),
            None => mend.to_owned(),
        };
        self.problems.push(problem.help(help));
    }
}

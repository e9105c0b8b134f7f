//! Rules of rendered files: accounts are guarded, trust policies narrow, module calls right.
//!
//! Only the rendered text shows these. Files of one shape, such as the providers of a thousand
//! environments, are parsed once, and each is judged by its own text. Changes nothing, and reads no
//! disk itself.

pub(crate) mod account_guard;
mod file;
pub(crate) mod irsa_trust;
pub(crate) mod module_arguments;
mod modules;
pub(crate) mod path_collision;
mod shape;
pub(crate) mod state_mismatch;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};

use crate::model::diagnostic::{Problems, Target};
use crate::render::File;
use crate::resolve::Resolved;
use crate::rules::{Rule, Waivers, runner};
pub(crate) use file::RenderedFile;
pub(crate) use file::Unjudged;
use modules::Modules;
pub(crate) use modules::{ModuleCall, ModuleFiles};
use shape::Shapes;

/// The rules of rendered files.
pub(super) static RULES: &[&Rule] = &[
    &account_guard::RULE,
    &irsa_trust::RULE,
    &module_arguments::RULE,
    &path_collision::RULE,
    &state_mismatch::RULE,
];

/// Judges the rendered files of a project.
pub(crate) struct FileJudge<'a> {
    resolved: &'a Resolved,
    waivers: &'a Waivers,
    shapes: Shapes,
    /// What could not be judged, by what it belongs to.
    unjudged: Mutex<Vec<(Target, Unjudged)>>,
}

impl<'a> FileJudge<'a> {
    pub(crate) fn new(resolved: &'a Resolved, waivers: &'a Waivers) -> FileJudge<'a> {
        FileJudge { resolved, waivers, shapes: Shapes::default(), unjudged: Mutex::default() }
    }

    /// Judges a file by itself. Returns whether it calls modules.
    pub(crate) fn check(&self, file: &File, problems: &mut Problems) -> bool {
        if shape::is_unjudged(file) {
            self.add_unjudged(file, Unjudged { json_files: 1, ..Unjudged::default() });
        }
        let Some(facts) = self.shapes.facts(file) else { return false };
        let Some(facts) = &*facts else { return false };
        let Some(rendered) = RenderedFile::of(file, facts, self.resolved) else { return false };
        runner::file(&rendered, self.waivers, problems);
        self.add_unjudged(file, rendered.unjudged());
        !facts.calls.is_empty()
    }

    fn add_unjudged(&self, file: &File, unjudged: Unjudged) {
        if unjudged != Unjudged::default() {
            let target = file.owner.target.clone();
            self.unjudged.lock().unwrap_or_else(PoisonError::into_inner).push((target, unjudged));
        }
    }

    /// What could not be judged in all files, by what it belongs to.
    pub(crate) fn into_unjudged(self) -> Vec<(Target, Unjudged)> {
        self.unjudged.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges the module calls of files, of which those that call any have their texts. `read` reads
    /// the Terraform files of a folder on disk.
    pub(crate) fn check_calls<E>(
        &self,
        files: &[File],
        read: impl Fn(&str) -> Result<ModuleFiles, E>,
    ) -> Result<Problems, E> {
        let mut problems = Problems::default();
        let mut modules = Modules::of(files, read);
        for file in files.iter().filter(|file| shape::may_call(file)) {
            let Some(facts) = self.shapes.facts(file) else { continue };
            let Some(facts) = &*facts else { continue };
            let Some(rendered) = RenderedFile::of(file, facts, self.resolved) else { continue };
            for call in &facts.calls {
                let Some((folder, variables)) = modules.called(&rendered, call)? else { continue };
                let resolved = self.resolved;
                let call = ModuleCall { file: &rendered, call, folder, variables, resolved };
                runner::call(&call, self.waivers, &mut problems);
            }
        }
        Ok(problems)
    }
}

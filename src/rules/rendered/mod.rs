//! Rules of what packs render: accounts are guarded, trusts are narrow, modules get what they take.
//!
//! Only the rendered text shows these. Files of one shape, such as the providers of a thousand
//! environments, are parsed once, and each is judged by its own text. Changes nothing, and reads no
//! disk itself.

mod account;
mod modules;
mod shape;
mod state;
#[cfg(test)]
mod tests;
mod trust;

use crate::model::code::Code;
use std::str::Lines;
use std::sync::Arc;

use memchr::memchr_iter;

use crate::ecosystem::terraform::RootFacts;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::Key;
use crate::model::name::Name;
use crate::pack::{FileRule, Pack};
use crate::render::{File, Source};
use crate::resolve::{Deployment, Environment, Resolved, Service};
use crate::rules::settings::{Waivers, or_waive};
use modules::Modules;
pub use modules::ReadModule;
use shape::Shapes;

/// What files are judged by.
pub struct Guard<'a> {
    resolved: &'a Resolved,
    waivers: &'a Waivers,
    shapes: Shapes,
}

impl<'a> Guard<'a> {
    pub fn new(resolved: &'a Resolved, waivers: &'a Waivers) -> Guard<'a> {
        Guard { resolved, waivers, shapes: Shapes::default() }
    }

    /// Every rule that a file breaks by itself. Tells whether it calls modules.
    pub fn check(&self, file: &File, problems: &mut Problems) -> bool {
        let Some((judge, facts)) = self.facts(file) else { return false };
        let Some(facts) = &*facts else { return false };
        account::check(&judge, &facts.guards, problems);
        state::check(&judge, &facts.backends, problems);
        trust::check(&judge, &facts.trusts, problems);
        !facts.calls.is_empty()
    }

    /// Every rule that the calls of modules break, in files of which those that call any have their
    /// texts. `read` reads the Terraform files of a folder on disk.
    pub fn check_calls<E>(
        &self,
        files: &[File],
        read: impl Fn(&str) -> Result<ReadModule, E>,
    ) -> Result<Problems, E> {
        let mut problems = Problems::default();
        let mut modules = Modules::of(files, read);
        for file in files.iter().filter(|file| shape::may_call(file)) {
            let Some((judge, facts)) = self.facts(file) else { continue };
            for call in facts.iter().flat_map(|facts| &facts.calls) {
                modules.check(&judge, call, self.resolved, &mut problems)?;
            }
        }
        Ok(problems)
    }

    /// A file that a rule may apply to, with its facts.
    fn facts<'f>(&'f self, file: &'f File) -> Option<(Judge<'f>, Arc<Option<RootFacts>>)> {
        let facts = self.shapes.facts(file)?;
        let rendered = Rendered::of(file, self.resolved)?;
        Some((Judge { rendered, waivers: self.waivers }, facts))
    }
}

/// A rendered file with what it was rendered from.
struct Rendered<'a> {
    file: &'a File,
    pack: &'a Pack,
    rule: &'a FileRule,
    /// For a file of a service in an environment.
    of: Option<Owner<'a>>,
    item: Option<&'a Key>,
}

struct Owner<'a> {
    service: &'a Service,
    deployment: &'a Deployment,
    environment: &'a Environment,
}

impl<'a> Rendered<'a> {
    fn of(file: &'a File, resolved: &'a Resolved) -> Option<Rendered<'a>> {
        let Source::Template { pack, template, deployment, item, .. } = &file.source else {
            return None;
        };
        let rule = pack.files.iter().find(|rule| rule.is_template(template))?;
        let of = deployment.map(|(service, index)| {
            let service = &resolved.services[service];
            let deployment = &service.deployments[index];
            let environment = &resolved.environments[deployment.environment];
            Owner { service, deployment, environment }
        });
        Some(Rendered { file, pack, rule, of, item: item.as_ref() })
    }
}

/// A file that is judged, by its lines.
struct Judge<'a> {
    rendered: Rendered<'a>,
    waivers: &'a Waivers,
}

impl Judge<'_> {
    fn environment(&self) -> Option<&Environment> {
        self.rendered.of.as_ref().map(|of| of.environment)
    }

    /// The lines of the file from one on, counted from 0.
    fn lines_from(&self, index: usize) -> Lines<'_> {
        let text = &self.rendered.file.text;
        let mut ends = memchr_iter(b'\n', text.as_bytes());
        let start = match index.checked_sub(1) {
            None => 0,
            Some(before) => ends.nth(before).map_or(text.len(), |at| at + 1),
        };
        text[start..].lines()
    }

    fn line(&self, index: usize) -> &str {
        self.lines_from(index).next().unwrap_or_default()
    }

    /// What a waiver may name: the pack, for all that it renders, or the root.
    fn waived(&self, rule: Code) -> bool {
        let of = self.rendered.of.as_ref();
        let root = of
            .map(|of| format!("environments.{}.services.{}", of.environment.name, of.service.name));
        self.waivers.cover(rule, &format!("packs.{}", self.rendered.pack.name))
            || root.is_some_and(|root| self.waivers.cover(rule, &root))
    }

    /// A problem with the pack's template, at the rule that renders it.
    fn problem(&self, rule: Code, message: String, line: usize, mend: &str) -> Problem {
        let Rendered { file, pack, rule: of_file, .. } = &self.rendered;
        let at = format!("packs.{}", pack.name);
        let problem = Problem::error(rule, message).at(of_file.path_place);
        let problem = problem.note(format!("seen in {}:{}", file.path, line + 1));
        self.target(problem.help(or_waive(mend, rule, &at)))
    }

    fn target(&self, problem: Problem) -> Problem {
        let (service, environment): (Option<&Name>, Option<&Name>) = (
            self.rendered.file.owner.target.service.as_ref(),
            self.rendered.file.owner.target.environment.as_ref(),
        );
        match (service, environment) {
            (None, None) => problem,
            _ => problem.for_target(service, environment),
        }
    }
}

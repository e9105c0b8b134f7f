//! The problems of files that cannot be printed, each with its possible causes.
//!
//! Renders nothing.

use super::{FileContext, Planned, concerned};
use crate::format::{InvalidValue, Refusal};
use crate::model::cause::{Cause, Subject};
use crate::model::code::Code;
use crate::model::diagnostic::Problem;
use crate::model::key_path::Path;
use crate::model::reference::Scope;
use crate::model::span::Span;
use crate::pack::Content;
use crate::resolve::Resolved;

impl FileContext<'_> {
    /// The possible cause of a problem with the value of a tag.
    pub(super) fn cause(&self, planned: &Planned<'_>, tag: u32) -> Cause {
        if let Content::Data(path) = &planned.rule.content {
            return Cause::Rendered(self.behind(Scope::Service, path));
        }
        let read = self.names(planned, tag).into_iter();
        let subjects = read.flat_map(|path| match (Subject::of_name(&path.0), &self.pack.chart) {
            (Some(Subject::Setting(Scope::Service, path)), _) => self.behind(Scope::Service, &path),
            (None, Some(chart)) if path.0.first().is_some_and(|key| &**key == "chart") => {
                self.behind(Scope::Service, chart)
            }
            (subject, _) => subject.into_iter().collect(),
        });
        Cause::Rendered(subjects.collect())
    }

    /// The names that the value of a tag depends on; in a file of an entry, `service.item` is the
    /// path of the entry.
    fn names(&self, planned: &Planned<'_>, tag: u32) -> Vec<Path> {
        let Planned { rule, item, .. } = planned;
        let Content::Template(template) = &rule.content else { return Vec::new() };
        let item = item.as_ref().map(|(name, _)| name);
        let mut names = self.pack.engine.decided_by(template, tag);
        for name in &mut names {
            if let Some(Subject::Setting(Scope::Service, path)) = Subject::of_name(&name.0) {
                name.0.splice(1.., rule.path_of(&path, item).0);
            }
        }
        names
    }

    pub(super) fn behind(&self, scope: Scope, path: &Path) -> Vec<Subject> {
        Subject::with_references(scope, path, &self.pack.defaults)
    }

    pub(super) fn invalid_value(
        &self,
        resolved: &Resolved,
        planned: &Planned<'_>,
        value: InvalidValue,
    ) -> Problem {
        let place: Span = self.pack.engine.tag(value.tag).place;
        let Refusal { reason, help } = value.refusal;
        let mut problem = Problem::error(Code::MisplacedValue, reason).at(place).help(help);
        if value.is_of_setting {
            for origin in self.origins(resolved, planned, value.tag) {
                problem = problem.label(origin, "the value comes from here");
            }
        }
        self.concern(problem.caused_by(self.cause(planned, value.tag)))
    }

    /// The places of the values that a tag prints.
    fn origins(&self, resolved: &Resolved, planned: &Planned<'_>, tag: u32) -> Vec<Span> {
        let facts = self.deployment.map(|(service, index)| {
            let deployment = &resolved.services[service].deployments[index];
            &resolved.environments[deployment.environment].facts
        });
        let node = |path: Path| match Subject::of_name(&path.0)? {
            Subject::Setting(Scope::Env, path) => facts?.at(&path),
            Subject::Setting(Scope::Service, path) => self.settings?.at(&path),
            Subject::Table(_) => None,
        };
        let nodes = self.names(planned, tag).into_iter().filter_map(node);
        let origins = nodes.map(|node| node.referenced_origin.as_ref().unwrap_or(&node.origin));
        let mut places: Vec<Span> = origins.map(|origin| origin.value).collect();
        places.dedup();
        places
    }

    /// The problem of data that has no form in the format of its file.
    pub(super) fn no_form(&self, planned: &Planned<'_>, why: &str) -> Problem {
        let Planned { rule, path, .. } = planned;
        let message = format!("the data of {path} has no form as {}: {why}", rule.format.name());
        let problem = Problem::error(Code::MisplacedValue, message).at(rule.path_place);
        let help = "change the setting, or print the file by a template";
        let cause = match &rule.content {
            Content::Data(path) => Cause::Rendered(self.behind(Scope::Service, path)),
            Content::Template(_) => return self.concern(problem.help(help)),
        };
        self.concern(problem.help(help).caused_by(cause))
    }

    pub(super) fn concern(&self, problem: Problem) -> Problem {
        concerned(problem, &self.target)
    }
}

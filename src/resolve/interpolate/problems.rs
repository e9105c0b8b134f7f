//! The problems with references.

use std::sync::Arc;

use super::{DEEPEST, Interpolation, MAX_EXPANDED_BYTES, Missing};
use crate::model::cause::{Cause, Subject};
use crate::model::code::Code;
use crate::model::diagnostic::Problem;
use crate::model::key_path::Path;
use crate::model::reference::{Occurrence, Reference, Scope};
use crate::model::span::Span;
use crate::model::tree::Node;

impl Interpolation<'_> {
    /// Adds a problem. `None` only counts an error that another problem already describes.
    pub(super) fn report(&mut self, problem: impl Into<Option<Problem>>) {
        self.error_count += 1;
        let Some(problem) = problem.into() else { return };
        let scope = if self.service.is_some() { Scope::Service } else { Scope::Env };
        let own = Subject::Setting(scope, Path(self.at.clone()));
        let through = self.active.iter();
        let through = through.map(|(scope, path)| Subject::Setting(*scope, Path::clone(path)));
        self.problems.push(problem.about([own].into_iter().chain(through)));
    }

    pub(super) fn too_large(&mut self, node: &Node) {
        let message = format!("references expand to more than {} MB", MAX_EXPANDED_BYTES >> 20);
        let help = "references to lists and strings that contain references multiply: use fewer";
        let problem = Problem::error(Code::ReferenceSize, message);
        self.report(problem.at(node.origin.value).help(help));
    }

    pub(super) fn too_deep(&mut self, node: &Node) {
        let message = format!("references are nested more than {DEEPEST} levels deep");
        let problem = Problem::error(Code::ReferenceDepth, message);
        self.report(problem.at(node.origin.value).help("refer to the final value directly"));
    }

    pub(super) fn fact_names_setting(&mut self, node: &Node, occurrence: Occurrence) {
        let message = "a fact cannot refer to a setting";
        let help = "facts belong to an environment, settings to a service in it";
        let problem = Problem::error(Code::UnknownReference, message);
        self.report(problem.at(self.place(node, occurrence)).help(help));
    }

    /// Reports a reference to a value that is not set, unless what contains it is left out then.
    pub(super) fn not_set(&mut self, node: &Node, reference: &Reference) {
        if self.missing == Missing::IsLeftOut || node.origin.pack.is_some() {
            return;
        }
        let Reference { scope, path, spot } = reference;
        let name = format!("{}.{path}", scope.word());
        let problem = Problem::error(Code::UnknownReference, format!("`{name}` is not set"));
        let root = if *scope == Scope::Env { self.env } else { self.service };
        let parent = root.and_then(|root| root.at(&Path(path.0[..path.0.len() - 1].to_vec())));
        let known = parent.and_then(Node::table).into_iter().flat_map(|table| table.keys());
        let known: Vec<&str> = known.map(|key| &**key).collect();
        let last = path.0.last().map_or("", |key| key);
        let problem = problem.unknown_word(self.place(node, *spot), last, &known);
        let problem = match problem.meant {
            Some(_) => problem,
            None => problem.help(format!("set `{name}`, or write \\{{{{ for a literal {{{{")),
        };
        let missing = match self.service {
            Some(settings) => Subject::with_references(*scope, path, settings),
            None => vec![Subject::Setting(*scope, Path::clone(path))],
        };
        self.report(problem.caused_by(Cause::Referenced(missing)));
    }

    pub(super) fn cycle(&mut self, node: &Node, reference: &Reference) {
        let shown = |(scope, path): &(Scope, Arc<Path>)| format!("{}.{path}", scope.word());
        let mut steps: Vec<String> = self.active.iter().map(shown).collect();
        steps.push(format!("{}.{}", reference.scope.word(), reference.path));
        // Each member of a cycle finds the same cycle. Only the first member reports it.
        let start = steps.iter().position(|step| Some(step) == steps.iter().min()).unwrap_or(0);
        if start != 0 && self.active.len() > 1 {
            return self.report(None);
        }
        let message = format!("these references form a cycle: {}", steps.join(" → "));
        let place = self.place(node, reference.spot);
        self.report(Problem::error(Code::ReferenceCycle, message).at(place));
    }

    pub(super) fn malformed(&mut self, node: &Node, occurrence: Occurrence) {
        let help = "write {{ env.name }} or {{ service.scaling.api.replicas }}, \
                    and \\{{ for a literal {{";
        let place = self.place(node, occurrence);
        let problem = Problem::error(Code::MalformedReference, "malformed reference");
        self.report(problem.at(place).help(help));
    }

    pub(super) fn not_plain(&mut self, node: &Node, reference: &Reference, target: &Node) {
        let Reference { scope, path, spot } = reference;
        let kind = target.value.kind();
        let message = format!("`{}.{path}` is {kind} and cannot be part of a string", scope.word());
        let help = "only strings, integers and booleans can be part of a string";
        let place = self.place(node, *spot);
        let problem = Problem::error(Code::ReferenceType, message).at(place).help(help);
        self.report(problem.label(target.origin.value, "the value that it refers to"));
    }

    /// The place of a reference, found in the string as it was written, with its escapes.
    fn place(&self, node: &Node, occurrence: Occurrence) -> Span {
        let whole = node.origin.value;
        let written = self.sources.slice(whole);
        let Some((at, _)) = written.match_indices("{{").nth(occurrence.index) else { return whole };
        // With escapes before it, the end may fall into a character.
        whole.part(at, written.floor_char_boundary(at + occurrence.length) - at)
    }
}

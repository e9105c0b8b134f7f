//! Checks a manifest against the schema of its pack: every setting that it names is declared.
//!
//! Finds problems, changes nothing.

use super::manifest::Manifest;
use super::rules::{ChartRule, Identity, StateRule};
use super::{Content, FileRule, Files, ITEM};
use crate::model::cause::Subject;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{Key, Path};
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Span;
use crate::model::tree::{Node, Value};
use crate::schema::Schema;

/// The problems of a manifest with a schema, and with the files of the pack.
pub(crate) fn check(manifest: &Manifest, schema: &Schema, files: &Files) -> Problems {
    let mut check = ManifestCheck { schema, problems: Problems::default() };
    let settings = manifest.distinct.iter().chain(&manifest.volatile).chain(&manifest.chart);
    for (path, place) in settings {
        check.declared(Scope::Service, path, *place);
    }
    check.state_and_identity(manifest);
    manifest.charts.iter().for_each(|rule| check.chart(rule));
    for rule in &manifest.files {
        check.file(rule);
        if let Content::Template(template) = &rule.content
            && !files.contains_key(&**template)
        {
            let message = format!("the pack has no template `{template}`");
            let problem = Problem::error(Code::MissingTemplate, message);
            let known: Vec<&str> = files.keys().map(String::as_str).collect();
            check.problems.push(problem.unknown_word(rule.path_place, template, &known));
        }
    }
    check.default(&manifest.defaults);
    check.problems
}

struct ManifestCheck<'a> {
    schema: &'a Schema,
    problems: Problems,
}

impl ManifestCheck<'_> {
    fn declared(&mut self, scope: Scope, path: &Path, place: Span) {
        if self.schema.declared(scope, path).is_some() {
            return;
        }
        let what = if scope == Scope::Env { "fact" } else { "setting" };
        let message = format!("the pack's schema does not declare the {what} `{path}`");
        let subject = Subject::Setting(scope, path.clone());
        let problem = Problem::error(Code::UndeclaredName, message).at(place).about([subject]);
        self.problems.push(problem);
    }

    fn state_and_identity(&mut self, manifest: &Manifest) {
        if let Some(StateRule { arguments, .. }) = &manifest.state {
            arguments.iter().for_each(|it| self.names(&it.text, it.place));
        }
        if let Some(Identity { namespace, service_account }) = &manifest.identity {
            self.names(namespace, manifest.place);
            self.names(service_account, manifest.place);
        }
    }

    fn chart(&mut self, rule: &ChartRule) {
        let ChartRule { items, name, repository, version, values, place } = rule;
        let of_item = [name.as_ref(), Some(repository), Some(version), values.as_ref()];
        for path in of_item.into_iter().flatten() {
            let path = super::path_of_item(items.as_ref(), path, Some(&any_entry()));
            self.declared(Scope::Service, &path, *place);
        }
        if let Some(items) = items {
            self.declared(Scope::Service, items, *place);
        }
    }

    /// Checks the references of a text. Those to an `item` depend on the table that a file is
    /// rendered for, which checks them.
    fn names(&mut self, text: &[Part], place: Span) {
        for part in text {
            let Part::Reference(Reference { scope, path, .. }) = part else { continue };
            let is_item = path.0.first().is_some_and(|key| &**key == ITEM);
            if *scope == Scope::Env || !is_item {
                self.declared(*scope, path, place);
            }
        }
    }

    fn file(&mut self, rule: &FileRule) {
        for part in &rule.path {
            if let Part::Reference(Reference { scope, path, .. }) = part {
                self.of_file(rule, *scope, path);
            }
        }
        let data = match &rule.content {
            Content::Data(path) => Some(path),
            Content::Template(_) => None,
        };
        for path in data.into_iter().chain(&rule.when).chain(&rule.items) {
            self.of_file(rule, Scope::Service, path);
        }
    }

    /// A path of a rule for a file. If there is a file for each entry of a table, `item` is an
    /// entry, whose `name` is its key.
    fn of_file(&mut self, rule: &FileRule, scope: Scope, path: &Path) {
        let real = match scope {
            Scope::Service => rule.path_of(path, Some(&any_entry())),
            Scope::Env => path.clone(),
        };
        let is_name = path.0.last().is_some_and(|key| &**key == "name");
        if !(is_name && real != *path) {
            self.declared(scope, &real, rule.path_place);
        }
    }

    /// A default may refer to a value that is not set, but not to one that the schema does not
    /// declare.
    fn default(&mut self, node: &Node) {
        match &node.value {
            Value::Table(table) => table.values().for_each(|item| self.default(item)),
            Value::List(items) => items.iter().for_each(|item| self.default(item)),
            _ => {
                for part in node.segments.iter().flat_map(|parts| parts.iter()) {
                    if let Part::Reference(Reference { scope, path, .. }) = part {
                        self.declared(*scope, path, node.origin.value);
                    }
                }
            }
        }
    }
}

/// The key of an entry of a table or a list, whichever one.
fn any_entry() -> Key {
    Key::from("0")
}

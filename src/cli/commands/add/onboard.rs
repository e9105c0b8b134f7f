//! The values that a new environment copies from another one, and those that it needs.
//!
//! Reads the configuration and its resolved settings. Changes nothing and prompts for nothing.

use crate::model::code::Code;
use std::collections::BTreeSet;

use crate::config::Config;
use crate::config::layer;
use crate::model::diagnostic::Problem;
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::model::reference::{Part, Scope};
use crate::model::span::Span;
use crate::model::tree::{Node, Value};
use crate::resolve::{Resolved, Service};
use crate::schema::Shape;

/// A value that is not copied, because it belongs to the environment it would be copied from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Question {
    /// Below the environment's table: `account_id`, `services.icepack.hostname`.
    pub path: Path,
    /// The place of the value in the other environment.
    pub place: Span,
    pub why: Why,
    /// The description of the value in the pack's schema.
    pub description: Option<String>,
    /// The same value with references in place of what belongs to the other environment.
    pub offered: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It must differ in every environment.
    Distinct,
    /// It holds something of the other environment's: what, in words.
    Holds(String),
}

impl Question {
    /// The problem for a value that is not given.
    pub(crate) fn problem(&self, like: &Name) -> Problem {
        let (path, label) = (&self.path, format!("{like} has this"));
        let message = match &self.why {
            Why::Distinct => format!("`{path}` is not copied: each environment has its own"),
            Why::Holds(what) => format!("`{path}` is not copied: it contains {what} of {like}"),
        };
        let problem = Problem::error(Code::MissingValue, message).label(self.place, label);
        let problem = match &self.description {
            Some(text) => problem.note(text.clone()),
            None => problem,
        };
        problem.help(match &self.offered {
            Some(text) => format!("--set '{path}={text}'"),
            None => format!("--set {path}=VALUE"),
        })
    }
}

/// The values below the table of an environment that another one like it cannot take over.
///
/// `written` is that table as it is written.
pub(crate) fn questions(
    config: &Config,
    resolved: &Resolved,
    like: &Name,
    written: &Node,
) -> Vec<Question> {
    let own = Own::of(config, resolved, like);
    let mut questions = Vec::new();
    own.ask(&Path::default(), written, &mut questions);
    questions
}

/// The values that are unique to one environment.
struct Own<'a> {
    config: &'a Config,
    resolved: &'a Resolved,
    name: &'a Name,
    /// Unique values: the value, its description, and the reference to it.
    values: Vec<(String, String, Option<String>)>,
}

impl<'a> Own<'a> {
    fn of(config: &'a Config, resolved: &'a Resolved, name: &'a Name) -> Own<'a> {
        let mut own = Own { config, resolved, name, values: Vec::new() };
        let mut values = BTreeSet::new();
        let environment = resolved.environments.iter().position(|it| it.name == *name);
        let facts = environment.map(|index| &resolved.environments[index].facts);
        for (key, node) in facts.and_then(|facts| facts.table()).into_iter().flatten() {
            let path = Path::of(&[key]);
            if let Some(text) = node.str().filter(|_| own.is_distinct(&path)) {
                let reference = Some(format!("{{{{ env.{path} }}}}"));
                values.insert((text.to_owned(), format!("the `{path}`"), reference));
            }
        }
        for service in &resolved.services {
            let here = service.deployments.iter().find(|it| Some(it.environment) == environment);
            let Some(deployment) = here else { continue };
            for path in distinct_settings(config, service) {
                if let Some(text) = deployment.settings.at(&path).and_then(Node::str) {
                    let what = format!("the `{path}` of {}", service.name);
                    values.insert((text.to_owned(), what, None));
                }
            }
        }
        // The longest first: one may be part of another.
        own.values = values.into_iter().filter(|(text, ..)| text.len() > 2).collect();
        own.values.sort_by_key(|(text, ..)| std::cmp::Reverse(text.len()));
        own
    }

    /// Returns true if a key below the environment's table must differ in every environment.
    fn is_distinct(&self, path: &Path) -> bool {
        match layer::of_a_service(path) {
            Some((name, setting)) => {
                let mut services = self.resolved.services.iter();
                let Some(service) = services.find(|it| it.name.as_str() == name) else {
                    return false;
                };
                let mut listed = distinct_settings(self.config, service).into_iter();
                listed.any(|it| setting.0.starts_with(&it.0) || it == setting)
                    || self.shape(Some(service), &setting).is_some_and(Shape::is_distinct)
            }
            None => {
                let is_distinct = self.shape(None, path).is_some_and(Shape::is_distinct);
                is_distinct || &*path.to_string() == "account_id"
            }
        }
    }

    /// The declaration of a fact, or of a service's setting, in a pack in use.
    fn shape(&self, service: Option<&'a Service>, path: &Path) -> Option<Shape<'a>> {
        match service {
            Some(service) => service.pack.schema.declared(Scope::Service, path),
            None => {
                let mut packs = self.resolved.services.iter().map(|service| &service.pack.schema);
                packs.find_map(|schema| schema.declared(Scope::Env, path))
            }
        }
    }

    fn description(&self, path: &Path) -> Option<String> {
        let shape = match layer::of_a_service(path) {
            Some((name, setting)) => {
                let mut services = self.resolved.services.iter();
                let service = services.find(|it| it.name.as_str() == name)?;
                self.shape(Some(service), &setting)
            }
            None => self.shape(None, path),
        };
        shape?.description().map(str::to_owned)
    }

    fn ask(&self, path: &Path, node: &Node, questions: &mut Vec<Question>) {
        if let Value::Table(table) = &node.value {
            for (key, item) in table {
                self.ask(&path.join(key), item, questions);
            }
            return;
        }
        let why = match self.is_distinct(path) {
            true => Some(Why::Distinct),
            false => self.held(node).map(Why::Holds),
        };
        let Some(why) = why else { return };
        let offered = (why != Why::Distinct).then(|| self.referring(node)).flatten();
        let description = self.description(path);
        let place = node.origin.value;
        questions.push(Question { path: path.clone(), place, why, description, offered });
    }

    /// The unique value of this environment that a value contains.
    fn held(&self, node: &Node) -> Option<String> {
        match &node.value {
            Value::List(items) => items.iter().find_map(|item| self.held(item)),
            Value::Table(table) => table.values().find_map(|item| self.held(item)),
            Value::String(text) => {
                let literals = literals(node, text);
                let holds = |value: &str| literals.iter().any(|it| it.contains(value));
                let own = self.values.iter().find(|(value, ..)| holds(value));
                let named = || literals.iter().any(|it| has_word(it, self.name.as_str()));
                own.map(|(_, what, _)| what.clone())
                    .or_else(|| named().then(|| "the name".to_owned()))
            }
            _ => None,
        }
    }

    /// A string with references in place of all that is this environment's, if there are some.
    fn referring(&self, node: &Node) -> Option<String> {
        let text = node.str()?;
        let mut text = text.to_owned();
        for (value, _, reference) in self.values.iter().filter(|(value, ..)| text_has(node, value))
        {
            text = text.replace(value, reference.as_ref()?);
        }
        let parts: Vec<String> = split_words(&text)
            .into_iter()
            .map(|part| match part == self.name.as_str() {
                true => "{{ env.name }}".to_owned(),
                false => part.to_owned(),
            })
            .collect();
        Some(parts.concat())
    }
}

fn text_has(node: &Node, value: &str) -> bool {
    node.str().is_some_and(|text| text.contains(value))
}

/// The settings of a service that must differ in all its environments.
fn distinct_settings(config: &Config, service: &Service) -> Vec<Path> {
    let written = config.services.get(&service.name).into_iter();
    let written = written.flat_map(|it| it.distinct.iter().map(|(path, _)| path));
    service.pack.distinct.iter().chain(written).cloned().collect()
}

/// The parts of a string that are text, not references.
fn literals(node: &Node, text: &str) -> Vec<String> {
    let Some(parts) = &node.segments else { return vec![text.to_owned()] };
    let literal = |part: &Part| match part {
        Part::Text(text) => Some(text.clone()),
        _ => None,
    };
    parts.iter().filter_map(literal).collect()
}

fn has_word(text: &str, word: &str) -> bool {
    split_words(text).contains(&word)
}

/// A text cut between letters or digits and all else. Put together again it is the same.
fn split_words(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut above: Option<bool> = None;
    for (index, c) in text.char_indices() {
        let is_word = c.is_alphanumeric();
        if above.is_some_and(|above| above != is_word) {
            parts.push(&text[start..index]);
            start = index;
        }
        above = Some(is_word);
    }
    parts.push(&text[start..]);
    parts
}

//! Takes single keys of `environments.toml`, noting what is wrong and going on.
//!
//! Knows kinds of values and reserved words, not which tables there are.

use crate::model::code::Code;
use std::sync::Arc;

use indexmap::IndexMap;

use super::{Service, Written};
use crate::config::reserved::RESERVED_FACTS;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{Key, Path};
use crate::model::name::Name;
use crate::model::span::Span;
use crate::model::tree::{Node, Table, Value};

#[derive(Default)]
pub struct Reader {
    pub problems: Problems,
}

impl Reader {
    pub fn string(&mut self, node: Option<&Arc<Node>>) -> Option<String> {
        let node = node?;
        let text = node.str().map(str::to_owned);
        if text.is_none() {
            self.wrong_kind(node, "a string");
        }
        text
    }

    pub fn required(&mut self, node: &Node, key: &str, what: &str) -> Option<String> {
        let text = self.string(node.get(key)).filter(|text| !text.trim().is_empty());
        if text.is_none() {
            let message = format!("`{key}` is missing: {what}");
            self.problems.push(Problem::error(Code::MissingKey, message).at(node.origin.value));
        }
        text
    }

    pub fn items(&mut self, node: Option<&Arc<Node>>) -> Vec<Arc<Node>> {
        match node.map(|node| (&node.value, node)) {
            Some((Value::List(items), _)) => items.clone(),
            Some((_, node)) => {
                self.wrong_kind(node, "a list");
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    pub fn strings(&mut self, node: Option<&Arc<Node>>) -> Vec<(String, Arc<Node>)> {
        let items = self.items(node);
        items.into_iter().filter_map(|item| Some((self.string(Some(&item))?, item))).collect()
    }

    /// Names, each with its place.
    pub fn names(&mut self, node: Option<&Arc<Node>>) -> Vec<(Name, Span)> {
        let items = self.strings(node);
        let name = |(text, item): &(String, Arc<Node>)| {
            Some((self.parsed(Some(item), Name::parse(text))?, item.origin.value))
        };
        items.iter().filter_map(name).collect()
    }

    pub fn paths(&mut self, node: Option<&Arc<Node>>) -> Vec<(Path, Span)> {
        let items = self.strings(node);
        let path = |(text, item): &(String, Arc<Node>)| {
            Some((self.parsed(Some(item), Path::parse(text))?, item.origin.value))
        };
        items.iter().filter_map(path).collect()
    }

    /// The result of parsing a value, its error noted as a problem.
    pub fn parsed<T>(&mut self, node: Option<&Arc<Node>>, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(message) => {
                let place = node?.origin.value;
                self.problems.push(Problem::error(Code::WrongValue, message).at(place));
                None
            }
        }
    }

    /// A table, where there is one.
    pub fn table<'n>(&mut self, node: Option<&'n Arc<Node>>) -> Option<&'n Table> {
        let node = node?;
        if node.table().is_none() {
            self.wrong_kind(node, "a table");
        }
        node.table()
    }

    /// The tables below a table, each under a name.
    pub fn named(&mut self, node: Option<&Arc<Node>>) -> Vec<(Name, Arc<Node>)> {
        let mut named = Vec::new();
        for (key, item) in self.table(node).into_iter().flatten() {
            if item.table().is_none() {
                self.wrong_kind(item, "a table");
                continue;
            }
            match Name::parse(key) {
                Ok(name) => named.push((name, Arc::clone(item))),
                Err(message) => {
                    self.problems
                        .push(Problem::error(Code::WrongName, message).at(item.origin.key));
                }
            }
        }
        named
    }

    pub fn known_keys(&mut self, node: &Node, known: &[&str], whose: &str) {
        for (key, item) in node.table().into_iter().flatten() {
            if !known.contains(&&**key) {
                let problem =
                    Problem::error(Code::UnknownKey, format!("{whose} has no key `{key}`"));
                self.problems.push(problem.unknown_word(item.origin.key, key, known));
            }
        }
    }

    pub fn refuse(&mut self, node: &Node, key: &str, why: &str) {
        if let Some(item) = node.get(key) {
            let problem = Problem::error(Code::MisplacedKey, format!("`{key}` may not stand here"));
            self.problems.push(problem.at(item.origin.key).help(why));
        }
    }

    pub fn order(&mut self, project: &Node) -> Vec<Vec<Name>> {
        let Some(node) = project.get("order") else {
            let problem =
                Problem::error(Code::MissingKey, "[project] has no `order`").at(project.origin.key);
            self.problems.push(
                problem.help("list the environments in promotion order: order = [\"dev\", …]"),
            );
            return Vec::new();
        };
        let steps = self.items(Some(node));
        let step = |item: &Arc<Node>| match &item.value {
            Value::List(_) => self.names(Some(item)).into_iter().map(|(name, _)| name).collect(),
            _ => {
                let text = self.string(Some(item));
                let name = text.and_then(|text| self.parsed(Some(item), Name::parse(&text)));
                name.into_iter().collect()
            }
        };
        steps.iter().map(step).filter(|step: &Vec<Name>| !step.is_empty()).collect()
    }

    /// Returns true if an environment, or a service in it, has `status = "retiring"`.
    pub fn is_retiring(&mut self, node: &Node) -> bool {
        let Some(item) = node.get("status") else { return false };
        match self.string(Some(item)).as_deref() {
            Some("retiring") => return true,
            None => {}
            Some(status) => {
                let message = format!("`{status}` is no status");
                let problem = Problem::error(Code::WrongValue, message).at(item.origin.value);
                self.problems.push(problem.help("write \"retiring\", or leave it out"));
            }
        }
        false
    }

    pub fn requires(&mut self, node: Option<&Arc<Node>>, version: &semver::Version) {
        let Some(text) = self.string(node) else { return };
        let Some(place) = node.map(|node| node.origin.value) else { return };
        match semver::VersionReq::parse(&text) {
            Ok(requirement) if requirement.matches(version) => {}
            Ok(_) => {
                let message =
                    format!("this project asks for envroot {text}, and this is {version}");
                let help = format!("install a version that `{text}` allows, or change `requires`");
                self.problems
                    .push(Problem::error(Code::WrongVersion, message).at(place).help(help));
            }
            Err(error) => {
                let message = format!("`{text}` is no version requirement: {error}");
                let help = "write it as Cargo does, such as \"0.1\" or \">=0.1, <0.3\"";
                self.problems.push(Problem::error(Code::WrongValue, message).at(place).help(help));
            }
        }
    }

    /// A layer of facts: `name` is reserved, and services have tables of their own.
    pub fn facts(&mut self, node: &Node, reserved: &[&str]) -> Written {
        self.refuse(node, "name", "the name is the table's own key");
        for word in ["profiles", "status", "services"] {
            if !reserved.contains(&word) {
                self.refuse(node, word, "settings of all environments stand in [services.…]");
            }
        }
        let reserved = RESERVED_FACTS.into_iter().filter(|word| *word != "vars");
        self.layer(node, &reserved.collect::<Vec<_>>())
    }

    /// The settings that a profile or an environment gives to services.
    pub fn services(
        &mut self,
        node: &Node,
        known: &IndexMap<Name, Service>,
        reserved: &[&str],
    ) -> IndexMap<Name, Written> {
        let reserved = [&["environments", "same", "distinct"], reserved].concat();
        let mut services = IndexMap::new();
        for (key, item) in self.table(node.get("services")).into_iter().flatten() {
            match known.keys().find(|name| name.as_str() == &**key) {
                Some(name) => {
                    self.refuse(item, "name", "the name is the table's own key");
                    for word in ["environments", "same", "distinct"] {
                        self.refuse(
                            item,
                            word,
                            "it holds for the whole service: write it in [services.…]",
                        );
                    }
                    let written = self.layer(item, &reserved);
                    services.insert(name.clone(), written);
                }
                None => {
                    let problem = Problem::error(
                        Code::UnknownService,
                        format!("there is no service `{key}`"),
                    );
                    let problem = problem.caused_by(super::table_missing("services", key));
                    let names: Vec<&str> = known.keys().map(Name::as_str).collect();
                    self.problems.push(problem.unknown_word(item.origin.key, key, &names));
                }
            }
        }
        services
    }

    /// A layer without its head and without the words that are no settings.
    pub fn layer(&mut self, node: &Node, reserved: &[&str]) -> Written {
        let unset = self.paths(node.get("unset"));
        let null = self.paths(node.get("null"));
        for (path, place) in &null {
            if path.0.first().is_none_or(|key| &**key != "values") || path.0.len() < 2 {
                let message = format!("`{path}` cannot be null: only a key below `values` can");
                let help = "a null drops a chart's default; `unset` removes a setting";
                self.problems
                    .push(Problem::error(Code::MisplacedNull, message).at(*place).help(help));
            }
        }
        let is_said = |key: &Key, _: &Arc<Node>| {
            !reserved.contains(&&**key) && !["unset", "null"].contains(&&**key)
        };
        let table = node.clone().with_table(|table| table.retain(is_said));
        Written { table: Arc::new(table), unset, null }
    }

    fn wrong_kind(&mut self, node: &Node, expected: &str) {
        let message = format!("this must be {expected}, not {}", node.value.kind());
        self.problems.push(Problem::error(Code::WrongType, message).at(node.origin.value));
    }
}

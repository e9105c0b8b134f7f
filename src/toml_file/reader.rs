//! Takes values of expected types out of tables, and reports all others with their places.
//!
//! Shared by `environments.toml` and the manifests of packs. Knows the keys of neither.

use std::sync::Arc;

use crate::base::english;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::model::span::Span;
use crate::model::tree::{Node, Table, Value};

/// The codes of the problems of one kind of file.
pub struct Codes {
    pub wrong_type: Code,
    pub wrong_value: Code,
    pub missing_key: Code,
}

/// Takes values out of the tables of a file and collects the problems with them.
///
/// A function that takes an `Option<&Arc<Node>>` reports nothing for a value that is not set.
pub struct TableReader {
    pub problems: Problems,
    codes: Codes,
}

impl TableReader {
    pub fn new(codes: Codes) -> TableReader {
        TableReader { problems: Problems::default(), codes }
    }

    /// Reports a value that has the expected type and is wrong nevertheless.
    pub fn wrong(&mut self, place: Span, message: impl Into<String>) {
        self.problems.push(Problem::error(self.codes.wrong_value, message).at(place));
    }

    fn wrong_type(&mut self, node: &Node, expected: &str) {
        let message = format!("this must be {expected}, not {}", node.value.kind());
        self.problems.push(Problem::error(self.codes.wrong_type, message).at(node.origin.value));
    }

    pub fn string(&mut self, node: Option<&Arc<Node>>) -> Option<String> {
        let node = node?;
        let text = node.str().map(str::to_owned);
        if text.is_none() {
            self.wrong_type(node, "a string");
        }
        text
    }

    /// A string that a table must have, and that is not blank.
    pub fn required(&mut self, node: &Node, key: &str, what: &str) -> Option<String> {
        let text = match node.get(key) {
            Some(item) => self.string(Some(item))?,
            None => String::new(),
        };
        if text.trim().is_empty() {
            let message = format!("`{key}` is missing: {what}");
            let problem = Problem::error(self.codes.missing_key, message);
            self.problems.push(problem.at(node.origin.value));
            return None;
        }
        Some(text)
    }

    pub fn flag(&mut self, node: Option<&Arc<Node>>) -> bool {
        let Some(node) = node else { return false };
        let Value::Boolean(flag) = node.value else {
            self.wrong_type(node, "true or false");
            return false;
        };
        flag
    }

    /// The meaning of a keyword; the first one where there is none.
    pub fn one_of<T: Copy>(&mut self, node: Option<&Arc<Node>>, known: &[(&str, T)]) -> Option<T> {
        let Some(node) = node else { return known.first().map(|(_, value)| *value) };
        let found = known.iter().find(|(word, _)| Some(*word) == node.str());
        if found.is_none() {
            let words = known.iter().map(|(word, _)| *word).filter(|word| !word.is_empty());
            let words = english::names(&words.collect::<Vec<_>>());
            self.wrong(node.origin.value, format!("this must be one of {words}"));
        }
        found.map(|(_, value)| *value)
    }

    pub fn items(&mut self, node: Option<&Arc<Node>>) -> Vec<Arc<Node>> {
        let Some(node) = node else { return Vec::new() };
        let Value::List(items) = &node.value else {
            self.wrong_type(node, "a list");
            return Vec::new();
        };
        items.clone()
    }

    /// The tables of a list, such as `[[files]]`.
    pub fn tables(&mut self, node: Option<&Arc<Node>>) -> Vec<Arc<Node>> {
        let mut items = self.items(node);
        items.retain(|item| self.table(Some(item)).is_some());
        items
    }

    pub fn strings(&mut self, node: Option<&Arc<Node>>) -> Vec<(String, Span)> {
        self.parsed_list(node, |text| Ok(text.to_owned()))
    }

    pub fn names(&mut self, node: Option<&Arc<Node>>) -> Vec<(Name, Span)> {
        self.parsed_list(node, Name::parse)
    }

    pub fn paths(&mut self, node: Option<&Arc<Node>>) -> Vec<(Path, Span)> {
        self.parsed_list(node, Path::parse)
    }

    /// The strings of a list, each parsed.
    pub fn parsed_list<T>(
        &mut self,
        node: Option<&Arc<Node>>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<(T, Span)> {
        let items = self.items(node);
        items.iter().filter_map(|item| self.parsed(Some(item), &parse)).collect()
    }

    /// A string, parsed, and its place.
    pub fn parsed<T>(
        &mut self,
        node: Option<&Arc<Node>>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<(T, Span)> {
        let text = self.string(node)?;
        let place = node?.origin.value;
        let value = parse(&text).map_err(|message| self.wrong(place, message)).ok()?;
        Some((value, place))
    }

    /// The entries of a table; none where it is not set.
    pub fn table<'n>(&mut self, node: Option<&'n Arc<Node>>) -> Option<&'n Table> {
        let node = node?;
        if node.table().is_none() {
            self.wrong_type(node, "a table");
        }
        node.table()
    }

    /// The tables below a table, by name.
    pub fn named(&mut self, node: Option<&Arc<Node>>) -> Vec<(Name, Arc<Node>)> {
        let mut named = Vec::new();
        for (key, item) in self.table(node).into_iter().flatten() {
            if self.table(Some(item)).is_none() {
                continue;
            }
            match Name::parse(key) {
                Ok(name) => named.push((name, Arc::clone(item))),
                Err(message) => {
                    let problem = Problem::error(Code::WrongName, message);
                    self.problems.push(problem.at(item.origin.key));
                }
            }
        }
        named
    }

    pub fn known_keys(&mut self, node: &Node, known: &[&str], whose: &str) {
        for (key, item) in node.table().into_iter().flatten() {
            if !known.contains(&&**key) {
                let message = format!("{whose} has no key `{key}`");
                let problem = Problem::error(Code::UnknownKey, message);
                self.problems.push(problem.unknown_word(item.origin.key, key, known));
            }
        }
    }
}

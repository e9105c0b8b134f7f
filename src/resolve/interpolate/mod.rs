//! Replaces references with the values they refer to.
//!
//! Works on merged trees. The layer of a value matters only for missing values. A few lines of
//! references can expand to more than any memory holds, so there is a budget for the expansion.

mod fill;
mod problems;
mod provenance;

use std::sync::Arc;

use crate::model::diagnostic::Problems;
use crate::model::key_path::{DEPTH, Key, Path};
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Sources;
use crate::model::tree::{Node, Table, Value};
use fill::USUAL_LENGTH;
pub(crate) use fill::plain;
pub use fill::{Unfilled, fill};
use provenance::{Provenance, origin_of};

/// The limit for the expanded references of one tree: more than any file needs.
const MAX_EXPANDED_BYTES: usize = 16 << 20;
/// The size of a value beside its text.
const VALUE_SIZE: usize = 32;
/// The limit for nested values, those that references lead to included.
const DEEPEST: usize = 2 * DEPTH;

/// The meaning of a reference to a value that is not set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// A mistake; but in a pack's defaults the value that contains the reference is left out.
    IsAProblem,
    /// The value that contains the reference is left out.
    IsLeftOut,
}

pub(crate) struct Interpolation<'a> {
    /// `None`: no facts are known, and what leads to one stays as it is.
    env: Option<&'a Arc<Node>>,
    service: Option<&'a Arc<Node>>,
    /// The one of them that is resolved.
    root: &'a Arc<Node>,
    missing: Missing,
    sources: &'a Sources,
    problems: &'a mut Problems,
    /// The references that are being replaced, to find cycles.
    active: Vec<(Scope, Arc<Path>)>,
    /// The path of the value at hand below `root`, before any reference was followed.
    at: Vec<Key>,
    /// The number of errors.
    error_count: usize,
    /// The size of the expanded references so far.
    expanded: usize,
    /// The nesting depth of the current value.
    depth: usize,
}

impl<'a> Interpolation<'a> {
    /// `env` holds facts already resolved, unless it is they that are resolved: then there is no
    /// `service`.
    pub(crate) fn new(
        env: &'a Arc<Node>,
        service: Option<&'a Arc<Node>>,
        missing: Missing,
        sources: &'a Sources,
        problems: &'a mut Problems,
    ) -> Interpolation<'a> {
        let root = service.unwrap_or(env);
        let (env, active) = (Some(env), Vec::new());
        Interpolation {
            env,
            service,
            root,
            missing,
            sources,
            problems,
            active,
            at: Vec::new(),
            error_count: 0,
            expanded: 0,
            depth: 0,
        }
    }

    /// The settings with all references replaced that do not depend on facts, and without values
    /// that are left out in every environment. All other references, and wrong ones, stay for the
    /// resolution of each environment.
    pub(crate) fn without_facts(settings: &Arc<Node>, sources: &Sources) -> Arc<Node> {
        let mut found_again = Problems::default();
        let mut interpolation = Interpolation {
            env: None,
            service: Some(settings),
            root: settings,
            missing: Missing::IsAProblem,
            sources,
            problems: &mut found_again,
            active: Vec::new(),
            at: Vec::new(),
            error_count: 0,
            expanded: 0,
            depth: 0,
        };
        interpolation
            .without_references_to_facts(settings)
            .unwrap_or_else(|| Arc::new(settings.emptied()))
    }

    fn without_references_to_facts(&mut self, node: &Arc<Node>) -> Option<Arc<Node>> {
        if let Some(table) = node.table().filter(|_| node.has_references) {
            let table = self.entries(table, Interpolation::without_references_to_facts)?;
            return Some(Arc::new(node.with_value(Value::Table(table))));
        }
        let error_count = self.error_count;
        let resolved = self.node(node);
        if self.error_count == error_count { resolved } else { Some(Arc::clone(node)) }
    }

    /// The settings, or where there are none the facts, with every reference replaced.
    pub(crate) fn whole(&mut self) -> Arc<Node> {
        let root = self.root;
        self.node(root).unwrap_or_else(|| Arc::new(root.emptied()))
    }

    /// The node with every reference in it replaced, `None` where it is left out.
    fn node(&mut self, node: &Arc<Node>) -> Option<Arc<Node>> {
        if !node.has_references {
            return Some(Arc::clone(node));
        }
        if self.depth == DEEPEST {
            self.too_deep(node);
            return None;
        }
        self.charge(node, VALUE_SIZE).then_some(())?;
        self.depth += 1;
        let resolved = self.children(node);
        self.depth -= 1;
        resolved
    }

    fn children(&mut self, node: &Arc<Node>) -> Option<Arc<Node>> {
        let value = match &node.value {
            Value::Table(table) => Value::Table(self.entries(table, Interpolation::node)?),
            Value::List(items) => {
                let items = items.iter().enumerate().filter_map(|(index, item)| {
                    self.below(item, || Key::from(index.to_string()), Interpolation::node)
                });
                Value::List(items.collect())
            }
            _ => return self.string(node),
        };
        Some(node.resolved(value, node.referenced_origin.clone()))
    }

    /// The entries of a table, each resolved or left out; `None` where none remains.
    fn entries(
        &mut self,
        table: &Table,
        resolve: fn(&mut Self, &Arc<Node>) -> Option<Arc<Node>>,
    ) -> Option<Table> {
        let mut entries = table.clone();
        let mut left_out = Vec::new();
        for (key, item) in table.keys().zip(entries.values_mut()) {
            match self.below(item, || Key::clone(key), resolve) {
                Some(resolved) => *item = resolved,
                None => left_out.push(key),
            }
        }
        left_out.into_iter().for_each(|key| _ = entries.remove(key));
        (!entries.is_empty()).then_some(entries)
    }

    /// An entry of the table or list at hand; its key is noted only where a problem may lie below it.
    fn below(
        &mut self,
        item: &Arc<Node>,
        key: impl FnOnce() -> Key,
        resolve: fn(&mut Self, &Arc<Node>) -> Option<Arc<Node>>,
    ) -> Option<Arc<Node>> {
        if !item.has_references || !self.active.is_empty() {
            return resolve(self, item);
        }
        self.at.push(key());
        let resolved = resolve(self, item);
        self.at.pop();
        resolved
    }

    fn string(&mut self, node: &Arc<Node>) -> Option<Arc<Node>> {
        match node.segments.as_deref() {
            None => Some(Arc::clone(node)),
            Some([Part::Reference(reference)]) => {
                let target = self.target(node, reference)?;
                self.charge(node, size(&target, MAX_EXPANDED_BYTES)).then_some(())?;
                Some(node.resolved(target.value.clone(), Some(origin_of(&target))))
            }
            Some(segments) => self.text(node, segments),
        }
    }

    /// A string with text beside its references.
    fn text(&mut self, node: &Arc<Node>, segments: &[Part]) -> Option<Arc<Node>> {
        let mut text = String::with_capacity(USUAL_LENGTH);
        let mut provenance = Provenance::default();
        let mut is_complete = true;
        for segment in segments {
            match segment {
                Part::Text(literal) => text.push_str(literal),
                Part::Malformed(occurrence) => self.malformed(node, *occurrence),
                Part::Reference(reference) => match self.target(node, reference) {
                    Some(target) => {
                        provenance.add(reference, &target);
                        self.push(&mut text, node, reference, &target)?;
                    }
                    // The others are looked at nevertheless, so that one run reports them all.
                    None => is_complete = false,
                },
            }
        }
        is_complete.then(|| node.resolved(Value::String(text.into()), provenance.origin()))
    }

    /// Adds the value of a reference to a text; `None` if the text becomes too large.
    fn push(
        &mut self,
        text: &mut String,
        node: &Node,
        reference: &Reference,
        target: &Node,
    ) -> Option<()> {
        match plain(&target.value) {
            Some(value) => {
                self.charge(node, VALUE_SIZE + value.len()).then_some(())?;
                text.push_str(&value);
            }
            None => self.not_plain(node, reference, target),
        }
        Some(())
    }

    /// The resolved value of a reference; `None`, with a problem where necessary, if there is none.
    fn target(&mut self, node: &Node, reference: &Reference) -> Option<Arc<Node>> {
        let Reference { scope, path, spot } = reference;
        let step = (*scope, Arc::clone(path));
        if self.active.contains(&step) {
            self.cycle(node, reference);
            return None;
        }
        let root = match (scope, self.env, self.service) {
            (Scope::Env, Some(env), _) => env,
            (Scope::Env, None, _) => {
                self.report(None);
                return None;
            }
            (Scope::Service, _, Some(service)) => service,
            (Scope::Service, _, None) => {
                self.fact_names_setting(node, *spot);
                return None;
            }
        };
        self.active.push(step);
        let found = self.lookup(root, &path.0);
        self.active.pop();
        match found {
            Lookup::Found(target) => Some(target),
            Lookup::LeftOut => None,
            Lookup::NotSet => {
                self.not_set(node, reference);
                None
            }
        }
    }

    /// Follows a path, through references too.
    fn lookup(&mut self, root: &Arc<Node>, path: &[Key]) -> Lookup {
        let mut resolved;
        let mut node = root;
        for key in path {
            if node.has_references && node.str().is_some() {
                let Some(inner) = self.node(node) else { return Lookup::LeftOut };
                resolved = inner;
                node = &resolved;
            }
            let entry = match &node.value {
                Value::List(items) => key.parse().ok().and_then(|index: usize| items.get(index)),
                _ => node.get(key),
            };
            let Some(entry) = entry else { return Lookup::NotSet };
            node = entry;
        }
        let errors = self.error_count;
        match self.node(node) {
            Some(value) => Lookup::Found(value),
            // A default that is itself left out sets nothing.
            None if self.error_count == errors => Lookup::NotSet,
            None => Lookup::LeftOut,
        }
    }

    /// Charges the size of a value to the budget of the tree, and returns false once that is spent.
    fn charge(&mut self, node: &Node, bytes: usize) -> bool {
        if self.expanded > MAX_EXPANDED_BYTES {
            self.report(None);
            return false;
        }
        self.expanded = self.expanded.saturating_add(bytes);
        if self.expanded > MAX_EXPANDED_BYTES {
            self.too_large(node);
        }
        self.expanded <= MAX_EXPANDED_BYTES
    }
}

/// The result of following a path.
enum Lookup {
    /// The value, with its references replaced.
    Found(Arc<Node>),
    NotSet,
    /// A value on the path is left out, and a problem says so where one is due.
    LeftOut,
}

/// The size of a value and its content. Stops counting above `most`.
fn size(node: &Node, most: usize) -> usize {
    let all = |items: &mut dyn Iterator<Item = (usize, &Arc<Node>)>| {
        items.fold(0, |sum, (key, item)| match sum > most {
            true => sum,
            false => sum + key + size(item, most - sum),
        })
    };
    VALUE_SIZE
        + match &node.value {
            Value::String(text) => text.len(),
            Value::List(items) => all(&mut items.iter().map(|item| (0, item))),
            Value::Table(table) => all(&mut table.iter().map(|(key, item)| (key.len(), item))),
            _ => 0,
        }
}

//! Replaces references with the values they refer to.
//!
//! Works on merged trees. The layer of a value matters only for missing values. A few lines of
//! references can expand to more than any memory holds, so there is a budget for the expansion.

use crate::model::code::Code;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::model::cause::{Cause, Subject};
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{DEPTH, Key, Path};
use crate::model::reference::{Occurrence, Part, Reference, Scope};
use crate::model::span::{Sources, Span};
use crate::model::tree::{Node, Origin, Table, Value};

/// The limit for the expanded references of one tree, in bytes: more than any file needs.
const HEAVIEST: usize = 16 << 20;
/// The size of a value beside its text.
const VALUE: usize = 32;
/// More bytes than most texts with references come to.
const USUAL: usize = 96;
/// The limit for nested values, those that references lead to included.
const DEEPEST: usize = 2 * DEPTH;

/// The meaning of a reference to a value that is not set.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A mistake; but in a pack's defaults what holds the reference is left out.
    IsAProblem,
    /// The value that contains the reference is left out.
    IsLeftOut,
}

pub struct Interpolation<'a> {
    /// `None`: no facts are known, and what leads to one stays as it is.
    env: Option<&'a Arc<Node>>,
    service: Option<&'a Arc<Node>>,
    /// The one of them that is resolved.
    root: &'a Arc<Node>,
    missing: Missing,
    sources: &'a Sources,
    problems: &'a mut Problems,
    /// The references that are being replaced, to find circles.
    active: Vec<(Scope, Arc<Path>)>,
    /// The path of the value at hand below `root`, before any reference was followed.
    at: Vec<Key>,
    /// The number of errors.
    faults: usize,
    /// The size of the expanded references so far.
    weight: usize,
    /// The nesting depth of the current value.
    depth: usize,
}

impl<'a> Interpolation<'a> {
    /// `env` holds facts already resolved, unless it is they that are resolved: then there is no
    /// `service`.
    pub fn new(
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
            faults: 0,
            weight: 0,
            depth: 0,
        }
    }

    /// Settings with every reference replaced that leads to no fact, and without what is left out
    /// whatever the facts. What leads to one, or to anything that is wrong, stays as it is, to be
    /// looked at again for each environment.
    pub fn without_facts(settings: &Arc<Node>, sources: &Sources) -> Arc<Node> {
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
            faults: 0,
            weight: 0,
            depth: 0,
        };
        interpolation
            .settled_where_possible(settings)
            .unwrap_or_else(|| Arc::new(settings.emptied()))
    }

    fn settled_where_possible(&mut self, node: &Arc<Node>) -> Option<Arc<Node>> {
        if let Some(table) = node.table().filter(|_| node.has_references) {
            let table = self.entries(table, Interpolation::settled_where_possible)?;
            return Some(Arc::new(node.with_value(Value::Table(table))));
        }
        let faults = self.faults;
        let settled = self.node(node);
        if self.faults == faults { settled } else { Some(Arc::clone(node)) }
    }

    /// The settings, or where there are none the facts, with every reference replaced.
    pub fn whole(&mut self) -> Arc<Node> {
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
        self.bears(node, VALUE).then_some(())?;
        self.depth += 1;
        let resolved = self.referring(node);
        self.depth -= 1;
        resolved
    }

    fn referring(&mut self, node: &Arc<Node>) -> Option<Arc<Node>> {
        let value = match &node.value {
            Value::Table(table) => Value::Table(self.entries(table, Interpolation::node)?),
            Value::List(items) => {
                let settled = items.iter().enumerate().filter_map(|(index, item)| {
                    self.below(item, || Key::from(index.to_string()), Interpolation::node)
                });
                Value::List(settled.collect())
            }
            _ => return self.string(node),
        };
        Some(node.resolved(value, node.referenced_origin.clone()))
    }

    /// The entries of a table, each settled or left out; `None` where none remains.
    fn entries(
        &mut self,
        table: &Table,
        settled: fn(&mut Self, &Arc<Node>) -> Option<Arc<Node>>,
    ) -> Option<Table> {
        let mut entries = table.clone();
        let mut left_out = Vec::new();
        for (key, item) in table.keys().zip(entries.values_mut()) {
            match self.below(item, || Key::clone(key), settled) {
                Some(settled) => *item = settled,
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
        settled: fn(&mut Self, &Arc<Node>) -> Option<Arc<Node>>,
    ) -> Option<Arc<Node>> {
        if !item.has_references || !self.active.is_empty() {
            return settled(self, item);
        }
        self.at.push(key());
        let settled = settled(self, item);
        self.at.pop();
        settled
    }

    fn string(&mut self, node: &Arc<Node>) -> Option<Arc<Node>> {
        let Some(parts) = &node.segments else { return Some(Arc::clone(node)) };
        if let [Part::Reference(reference)] = &**parts {
            let target = self.target(node, reference)?;
            self.bears(node, weight(&target, HEAVIEST)).then_some(())?;
            let named = Some(origin_of(&target));
            return Some(node.resolved(target.value.clone(), named));
        }
        let mut out = String::with_capacity(USUAL);
        let mut named = None;
        let mut is_whole = true;
        for part in parts.iter() {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Reference(reference) => {
                    // Every reference is looked at, so that one run reports them all.
                    let Some(target) = self.target(node, reference) else {
                        is_whole = false;
                        continue;
                    };
                    // A name is the last thing that a value is put down to.
                    let is_name = matches!(&*reference.path.0, [only] if &**only == "name");
                    named = match named {
                        Some((origin, false)) => Some((origin, false)),
                        Some(by_name) if is_name => Some(by_name),
                        _ => Some((origin_of(&target), is_name)),
                    };
                    match plain(&target.value) {
                        Some(text) if !self.bears(node, VALUE + text.len()) => return None,
                        Some(text) => out.push_str(&text),
                        None => self.not_plain(node, reference, &target),
                    }
                }
                Part::Malformed(spot) => self.malformed(node, *spot),
            }
        }
        let named = named.map(|(origin, _)| origin);
        is_whole.then(|| node.resolved(Value::String(out.into()), named))
    }

    /// The resolved value of a reference; `None`, with a problem where necessary, if there is none.
    fn target(&mut self, node: &Node, reference: &Reference) -> Option<Arc<Node>> {
        let Reference { scope, path, spot } = reference;
        let step = (*scope, Arc::clone(path));
        if self.active.contains(&step) {
            self.circle(node, reference);
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
                let problem =
                    Problem::error(Code::UnknownReference, "a fact cannot name a setting");
                let help = "facts belong to an environment, settings to a service in it";
                self.report(problem.at(self.place(node, *spot)).help(help));
                return None;
            }
        };
        self.active.push(step);
        let found = self.walk(root, &path.0);
        self.active.pop();
        if found.is_err() {
            self.nothing_given(node, reference);
        }
        found.ok().flatten()
    }

    /// Follows a path, through references too. `Err`: nothing is given there. `Ok(None)`: what is
    /// there was left out or already reported.
    fn walk(&mut self, root: &Arc<Node>, path: &[Key]) -> Result<Option<Arc<Node>>, ()> {
        let mut resolved;
        let mut node = root;
        for key in path {
            if node.has_references && node.str().is_some() {
                let Some(inner) = self.node(node) else { return Ok(None) };
                resolved = inner;
                node = &resolved;
            }
            node = match &node.value {
                Value::List(items) => key.parse().ok().and_then(|index: usize| items.get(index)),
                _ => node.get(key),
            }
            .ok_or(())?;
        }
        let faults = self.faults;
        match self.node(node) {
            // A default that is itself left out gives nothing.
            None if self.faults == faults => Err(()),
            resolved => Ok(resolved),
        }
    }

    /// Takes the weight of something that a reference in a node brings, or tells that it is too much.
    fn bears(&mut self, node: &Node, weight: usize) -> bool {
        let bore = self.weight <= HEAVIEST;
        self.weight = self.weight.saturating_add(if bore { weight } else { 0 });
        let bears = self.weight <= HEAVIEST;
        if !bears {
            let message = "the references here add up to more than any file holds";
            let help = "references to lists and texts that hold references multiply: name less";
            let problem = Problem::error(Code::ReferenceSize, message);
            self.report(bore.then(|| problem.at(node.origin.value).help(help)));
        }
        bears
    }

    fn too_deep(&mut self, node: &Node) {
        let message = format!("references lead here in more than {DEEPEST} steps");
        let help = "name this value where it is wanted";
        let problem = Problem::error(Code::ReferenceDepth, message);
        self.report(problem.at(node.origin.value).help(help));
    }

    fn nothing_given(&mut self, node: &Node, reference: &Reference) {
        if self.missing == Missing::IsLeftOut || node.origin.pack.is_some() {
            return;
        }
        let Reference { scope, path, spot } = reference;
        let word = scope.word();
        let message = format!("nobody gives `{word}.{path}`");
        let problem = Problem::error(Code::UnknownReference, message);
        let root = if *scope == Scope::Env { self.env } else { self.service };
        let parent = root.and_then(|root| root.at(&Path(path.0[..path.0.len() - 1].to_vec())));
        let known = parent.and_then(Node::table).into_iter().flat_map(|table| table.keys());
        let known: Vec<&str> = known.map(|key| &**key).collect();
        let last = path.0.last().map_or("", |key| key);
        let problem = problem.unknown_word(self.place(node, *spot), last, &known);
        let problem = match problem.meant {
            Some(_) => problem,
            None => problem.help(format!(
                "give `{word}.{path}`, or write \\{{{{ where the text itself is meant"
            )),
        };
        let nothing = Node::new(Value::Table(Table::default()), Arc::clone(&node.origin));
        let settings = self.service.map_or(&nothing, |settings| settings);
        let lacking = Subject::with_references(*scope, path, settings);
        self.report(problem.caused_by(Cause::Referenced(lacking)));
    }

    /// Adds a problem. `None` only counts an error that another problem already describes.
    fn report(&mut self, problem: impl Into<Option<Problem>>) {
        self.faults += 1;
        let Some(problem) = problem.into() else { return };
        let scope = if self.service.is_some() { Scope::Service } else { Scope::Env };
        let own = Subject::Setting(scope, Path(self.at.clone()));
        let through = self.active.iter();
        let through = through.map(|(scope, path)| Subject::Setting(*scope, Path::clone(path)));
        self.problems.push(problem.about([own].into_iter().chain(through)));
    }

    fn circle(&mut self, node: &Node, reference: &Reference) {
        let shown = |(scope, path): &(Scope, Arc<Path>)| format!("{}.{path}", scope.word());
        let mut steps: Vec<String> = self.active.iter().map(shown).collect();
        steps.push(format!("{}.{}", reference.scope.word(), reference.path));
        // Each member of a cycle finds the same cycle. Only the first member reports it.
        let start = steps.iter().position(|step| Some(step) == steps.iter().min()).unwrap_or(0);
        if start != 0 && self.active.len() > 1 {
            return self.report(None);
        }
        let message = format!("these references lead in a circle: {}", steps.join(" → "));
        let place = self.place(node, reference.spot);
        self.report(Problem::error(Code::ReferenceCycle, message).at(place));
    }

    fn malformed(&mut self, node: &Node, spot: Occurrence) {
        let message = "this begins like a reference and is none";
        let help =
            "a reference is {{ env.name }} or {{ service.scaling.api.replicas }}; \\{{ prints {{";
        let place = self.place(node, spot);
        self.report(Problem::error(Code::MalformedReference, message).at(place).help(help));
    }

    fn not_plain(&mut self, node: &Node, reference: &Reference, target: &Node) {
        let Reference { scope, path, spot } = reference;
        let kind = target.value.kind();
        let message =
            format!("`{}.{path}` is {kind}, which cannot stand inside a text", scope.word());
        let help = "inside longer text only strings, integers and booleans may stand";
        let place = self.place(node, *spot);
        let problem = Problem::error(Code::ReferenceType, message).at(place).help(help);
        self.report(problem.label(target.origin.value, "what it names"));
    }

    /// The place of a reference, found in the string as it was written, with its escapes.
    fn place(&self, node: &Node, spot: Occurrence) -> Span {
        let whole = node.origin.value;
        let written = self.sources.slice(whole);
        match written.match_indices("{{").nth(spot.index) {
            // With escapes before it, the end may fall into a character.
            Some((at, _)) => whole.part(at, written.floor_char_boundary(at + spot.length) - at),
            None => whole,
        }
    }
}

/// The reason for which a path has no text.
pub enum Unfilled {
    Malformed,
    /// This setting has no plain value.
    NotPlain(Scope, Path),
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfilled::Malformed => f.write_str("it holds a malformed reference"),
            Unfilled::NotPlain(scope, path) => {
                write!(f, "`{}.{path}` has no plain value", scope.word())
            }
        }
    }
}

/// The text of a path, whose references must all name plain values.
pub fn fill(parts: &[Part], env: &Node, service: &Node) -> Result<String, Unfilled> {
    let mut out = String::with_capacity(USUAL);
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Malformed(_) => return Err(Unfilled::Malformed),
            Part::Reference(Reference { scope, path, .. }) => {
                let root = if *scope == Scope::Env { env } else { service };
                let text = root.at(path).and_then(|node| plain(&node.value));
                let missing = || Unfilled::NotPlain(*scope, Path::clone(path));
                out.push_str(&text.ok_or_else(missing)?);
            }
        }
    }
    Ok(out)
}

/// The form of a value inside a text. Only strings, integers and booleans have one.
fn plain(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Integer(number) => Some(number.to_string().into()),
        Value::Boolean(value) => Some(value.to_string().into()),
        _ => None,
    }
}

/// The size of a value and its content. Stops counting above `most`.
fn weight(node: &Node, most: usize) -> usize {
    let all = |items: &mut dyn Iterator<Item = (usize, &Arc<Node>)>| {
        items.fold(0, |sum, (key, item)| match sum > most {
            true => sum,
            false => sum + key + weight(item, most - sum),
        })
    };
    VALUE
        + match &node.value {
            Value::String(text) => text.len(),
            Value::List(items) => all(&mut items.iter().map(|item| (0, item))),
            Value::Table(table) => all(&mut table.iter().map(|(key, item)| (key.len(), item))),
            _ => 0,
        }
}

/// The place where a value was first written, before references passed it on.
fn origin_of(node: &Node) -> Arc<Origin> {
    node.referenced_origin.as_ref().unwrap_or(&node.origin).clone()
}

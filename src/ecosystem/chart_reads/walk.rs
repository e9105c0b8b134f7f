//! The control structures of templates.

use std::collections::BTreeMap;

use gotmpl::parse::{BranchNode, ListNode, Node, PipeNode, TemplateNode};
use serde_json::Value as Json;

use super::frame::{Frame, Place};
use super::lookups::{MOST_IN_ORDER, base_path};
use super::store::Store;
use super::templates::Templates;
use super::things::{Thing, Things};
use super::uses::Uses;
use super::{ChartPart, ValueReads};

/// The most rounds over all templates. The keys of a chart that needs more are not known.
const MOST_ROUNDS: usize = 64;

/// The most turns of a loop in which its variables may hold new texts. It may put together any.
const MOST_TURNS: usize = 8;

/// The most things that templates may print where one of them is used. More are not told apart.
const MOST_OUTPUTS: usize = 64;

pub(super) struct Interpreter<'c> {
    pub store: Store<'c>,
    pub parts: &'c [ChartPart<'c>],
    pub templates: Templates,
    pub uses: Uses,
    /// What Helm renders, with what it gives to it.
    roots: Vec<(usize, Things)>,
    /// The tables that each place makes.
    made: BTreeMap<Place, u32>,
    /// True if no chart is missing.
    pub is_complete: bool,
    /// The number of structures around the one that is walked.
    pub depth: usize,
}

impl<'c> Interpreter<'c> {
    pub(super) fn new(
        parts: &'c [ChartPart<'c>],
        defaults: &'c Json,
        most_steps: usize,
    ) -> Interpreter<'c> {
        let mut store = Store::new(defaults, most_steps);
        parts.iter().for_each(|part| store.add_chart(part.key));
        Interpreter {
            store,
            parts,
            templates: Templates::default(),
            uses: Uses::default(),
            roots: Vec::new(),
            made: BTreeMap::new(),
            is_complete: true,
            depth: 0,
        }
    }

    /// Adds a file of a chart's templates. Helm shows notes to the user only, and takes nothing but
    /// definitions from a file whose name begins with `_`.
    pub(super) fn add_file(&mut self, chart: u32, path: &str, text: &str) {
        let part = &self.parts[chart as usize];
        let dot = Things::of(Thing::Chart(chart));
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_partial = name.starts_with('_');
        if part.is_library && !is_partial {
            return;
        }
        let words = &mut self.store.words;
        let Some(template) = self.templates.add_file(text, part.is_optional, words) else {
            // Helm refuses the chart, or knows more of templates: nothing can be said.
            self.store.whole(&dot);
            return;
        };
        if !is_partial && !name.ends_with("NOTES.txt") {
            self.roots.push((template, dot));
            let path = path.strip_prefix("templates").unwrap_or(path);
            let path = self.store.words.word(&(base_path(chart) + path));
            self.templates.name_file(path, template);
        }
    }

    /// Adds the texts in a value: a template may have `tpl` render them.
    pub(super) fn add_texts_in(&mut self, value: &Json, path: &Vec<&str>) {
        match value {
            Json::String(text) if text.contains("{{") => {
                let charts = self.charts_around(path);
                self.add_text(text, charts);
            }
            Json::Object(table) => {
                for (key, inner) in table {
                    let mut path = path.clone();
                    path.push(key);
                    self.add_texts_in(inner, &path);
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.add_texts_in(item, path)),
            _ => {}
        }
    }

    /// The charts whose values contain a path.
    fn charts_around(&self, path: &[&str]) -> Things {
        let mut lengths: Vec<Option<usize>> = Vec::new();
        for part in self.parts {
            let length = match part.key {
                None => Some(0),
                Some((above, key)) => lengths[above as usize]
                    .filter(|length| path.get(*length) == Some(&key))
                    .map(|length| length + 1),
            };
            lengths.push(length);
        }
        let around = lengths.iter().enumerate().filter(|(_, length)| length.is_some());
        around.map(|(chart, _)| Thing::Chart(chart as u32)).collect()
    }

    /// Adds a text that any chart may render.
    pub(super) fn add_text_for_all(&mut self, text: &str) {
        let charts = (0..self.parts.len() as u32).map(Thing::Chart).collect();
        self.add_text(text, charts);
    }

    fn add_text(&mut self, text: &str, charts: Things) {
        let template = self.templates.add_rendered(text, &mut self.store.words);
        self.roots.extend(template.map(|template| (template, charts)));
    }

    /// Walks all templates until nothing new comes up, and returns what they read.
    pub(super) fn reads(&mut self) -> ValueReads {
        for _ in 0..MOST_ROUNDS {
            self.store.begin();
            self.uses.begin();
            for root in 0..self.roots.len() {
                let (template, dot) = self.roots[root].clone();
                self.pass(template, &dot, None);
            }
            self.walk_waiting();
            if self.store.is_exhausted() {
                break;
            }
            if !self.store.grown {
                return self.store.reads();
            }
        }
        ValueReads { is_whole: true, ..ValueReads::default() }
    }

    /// Walks nodes, and returns what they print: one thing of several, or nothing.
    pub(super) fn list<'b>(
        &mut self,
        list: &'b ListNode,
        frame: &mut Frame<'b>,
        dot: &Things,
    ) -> Option<Things> {
        self.depth += 1;
        let open = frame.variables.len();
        let mut output: Option<Things> = None;
        for node in &list.nodes {
            if self.store.is_exhausted() {
                break;
            }
            let printed = self.node(node, frame, dot);
            output = match (output, printed) {
                (Some(_), Some(_)) => Some(Things::of(Thing::Other)),
                (one, other) => one.or(other),
            };
        }
        frame.variables.truncate(open);
        self.depth -= 1;
        output
    }

    fn node<'b>(&mut self, node: &'b Node, frame: &mut Frame<'b>, dot: &Things) -> Option<Things> {
        self.store.spend(1);
        let open = frame.variables.len();
        let output = match node {
            Node::Action(action) => {
                let value = self.pipe(&action.pipe, frame, dot);
                if !action.pipe.decl.is_empty() {
                    return None; // its variable is known to the rest of the block
                }
                self.store.print(frame.place(action.pos), 0, &value);
                Some(
                    few(value.without(|thing| matches!(thing, Thing::Chart(_) | Thing::Record(_)))),
                )
            }
            Node::If(branch) => {
                self.pipe(&branch.pipe, frame, dot);
                self.branches(branch, frame, dot, dot)
            }
            Node::With(branch) => {
                let value = self.pipe(&branch.pipe, frame, dot);
                self.branches(branch, frame, &value, dot)
            }
            Node::Range(branch) => {
                self.range(branch, frame, dot).map(|output| output.with(Thing::Other))
            }
            Node::Template(template) => Some(self.template(template, frame, dot)),
            Node::List(list) => self.list(list, frame, dot),
            Node::Text(text) => match text.text.trim() {
                "" => None,
                text => Some(Things::of(Thing::Text(self.store.words.word(text)))),
            },
            Node::Break(_) | Node::Continue(_) => {
                frame.leave();
                None
            }
            Node::Define(_) => None,
        };
        frame.variables.truncate(open);
        output
    }

    fn template<'b>(
        &mut self,
        template: &'b TemplateNode,
        frame: &mut Frame<'b>,
        dot: &Things,
    ) -> Things {
        let value = template.pipe.as_ref().map(|pipe| self.pipe(pipe, frame, dot));
        let name = Things::of(Thing::Text(self.store.words.word(&template.name)));
        self.include(&name, &value.unwrap_or_default(), frame.number)
    }

    fn branches<'b>(
        &mut self,
        branch: &'b BranchNode,
        frame: &mut Frame<'b>,
        inner: &Things,
        dot: &Things,
    ) -> Option<Things> {
        self.store.spend(frame.variables.len());
        let before = frame.variables.clone();
        let mut output = self.list(&branch.body, frame, inner);
        let after = std::mem::replace(&mut frame.variables, before);
        self.otherwise(branch, frame, dot, &mut output);
        frame.join_variables(&after);
        output
    }

    /// Walks the `else` of a node, if it has one, and adds what that prints.
    fn otherwise<'b>(
        &mut self,
        branch: &'b BranchNode,
        frame: &mut Frame<'b>,
        dot: &Things,
        output: &mut Option<Things>,
    ) {
        if let Some(otherwise) = &branch.else_body
            && let Some(other) = self.list(otherwise, frame, dot)
        {
            output.get_or_insert_default().join(&other);
        }
    }

    fn range<'b>(
        &mut self,
        branch: &'b BranchNode,
        frame: &mut Frame<'b>,
        dot: &Things,
    ) -> Option<Things> {
        // Go has no loop over a text.
        let over = self.commands(&branch.pipe, frame, dot);
        let over = over.without(|thing| matches!(thing, Thing::Text(_)));
        let before = frame.variables.clone();
        let left = std::mem::take(&mut frame.left);
        let mut output = match self.store.items_in_order(&over) {
            Some((items, least)) => self.turns(branch, frame, &items, least),
            None => self.any_turns(branch, frame, &over),
        };
        let left = std::mem::replace(&mut frame.left, left);
        frame.join(left.iter());
        if branch.else_body.is_some() {
            let after = std::mem::replace(&mut frame.variables, before);
            self.otherwise(branch, frame, dot, &mut output);
            frame.join_variables(&after);
        }
        output
    }

    /// Walks a loop over items in their order, of which some may not be there.
    fn turns<'b>(
        &mut self,
        branch: &'b BranchNode,
        frame: &mut Frame<'b>,
        items: &[(Things, Things)],
        least: usize,
    ) -> Option<Things> {
        let mut output = None;
        let turn = frame.turn;
        for (nth, (name, item)) in items.iter().enumerate() {
            frame.turn = turn.wrapping_mul(MOST_IN_ORDER + 1).wrapping_add(nth + 1);
            let before = frame.variables.clone();
            output = self.turn(branch, frame, name, item).or(output);
            let left = frame.left.clone();
            frame.join(left.iter());
            if nth >= least {
                frame.join_variables(&before);
            }
        }
        frame.turn = turn;
        output
    }

    /// Walks a loop over items that are not told apart, until its variables hold nothing new.
    fn any_turns<'b>(
        &mut self,
        branch: &'b BranchNode,
        frame: &mut Frame<'b>,
        over: &Things,
    ) -> Option<Things> {
        let items = self.store.any(over);
        let names = self.store.names(over);
        for turn in 0.. {
            let before = frame.variables.clone();
            let output = self.turn(branch, frame, &names, &items);
            let after = std::mem::replace(&mut frame.variables, before);
            let mut after: Vec<Things> = after.into_iter().map(|(_, things)| things).collect();
            frame.add_left_to(&mut after);
            if turn >= MOST_TURNS {
                frame.forget_changed_texts(&mut after);
            }
            if !frame.join(after.iter()) || self.store.is_exhausted() {
                return output;
            }
        }
        None
    }

    /// Walks one turn of a loop.
    fn turn<'b>(
        &mut self,
        branch: &'b BranchNode,
        frame: &mut Frame<'b>,
        name: &Things,
        item: &Things,
    ) -> Option<Things> {
        let open = frame.variables.len();
        self.store.spend(open);
        let values = match branch.pipe.decl.len() {
            2 => vec![name, item],
            number => vec![item; number],
        };
        self.declare(&branch.pipe, &values, frame);
        let output = self.list(&branch.body, frame, item);
        frame.variables.truncate(open);
        output
    }

    /// What a pipeline is. Sets the variables that it is given to.
    fn pipe<'b>(&mut self, pipe: &'b PipeNode, frame: &mut Frame<'b>, dot: &Things) -> Things {
        let value = self.commands(pipe, frame, dot);
        self.declare(pipe, &vec![&value; pipe.decl.len()], frame);
        value
    }

    fn declare<'b>(&mut self, pipe: &'b PipeNode, values: &[&Things], frame: &mut Frame<'b>) {
        for (name, value) in pipe.decl.iter().zip(values) {
            self.store.spend(value.len());
            match pipe.is_assign {
                true => frame.set(name, value),
                false => frame.variables.push((name, (*value).clone())),
            }
        }
    }

    /// The table that a place makes.
    pub(super) fn table(&mut self, place: Place) -> Things {
        let store = &mut self.store;
        Things::of(Thing::Record(*self.made.entry(place).or_insert_with(|| store.new_record())))
    }
}

/// The things that templates print, unless they are too many.
pub(super) fn few(things: Things) -> Things {
    match things.len() {
        0..=MOST_OUTPUTS => things,
        _ => Things::of(Thing::Other),
    }
}

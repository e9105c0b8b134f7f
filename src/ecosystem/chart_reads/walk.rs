//! The control structures of templates.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use gotmpl::parse::{
    BranchNode, CommandNode, Expr, ListNode, Node, Number, Parser, PipeNode, TemplateNode,
};
use serde_json::Value as Json;

use super::store::Store;
use super::things::{GAP, Thing, Things, Word};
use super::{ChartPart, ValueReads};

/// The most rounds over all templates. The keys of a chart that needs more are not known.
const MOST_ROUNDS: usize = 64;

/// The most things that templates may print where one of them is used. More are not told apart.
const MOST_OUTPUTS: usize = 64;

/// A place in a template: the number of the text, the byte, and the position among its variables.
pub(super) type Place = (u32, usize, usize);

/// The body of a template.
struct Body {
    text: u32,
    nodes: Rc<ListNode>,
    /// What the templates that use it pass to it.
    dot: Things,
    is_used: bool,
    /// True for a text that `tpl` renders, or may.
    is_text: bool,
    /// What it prints, if that is one thing.
    output: Things,
}

pub(super) struct Interpreter<'c> {
    pub store: Store<'c>,
    pub parts: &'c [ChartPart<'c>],
    bodies: Vec<Body>,
    defined: BTreeMap<Word, Vec<usize>>,
    /// The files of templates, which `include` takes by their path.
    files: Vec<usize>,
    /// Texts that `tpl` renders. Those that are no templates have no body.
    rendered: BTreeMap<Word, Option<usize>>,
    /// What each variable holds.
    cells: BTreeMap<Place, Things>,
    /// The tables that each place makes.
    made: BTreeMap<Place, u32>,
    texts: u32,
}

/// A walk through one body.
pub(super) struct Frame<'b> {
    text: u32,
    root: &'b Things,
    variables: Vec<(&'b str, Place)>,
}

/// An argument of a function.
pub(super) struct Argument {
    pub things: Things,
    /// True for a text that is written out.
    pub is_literal: bool,
    /// A number that is written out.
    pub position: Option<usize>,
}

impl<'c> Interpreter<'c> {
    pub(super) fn new(parts: &'c [ChartPart<'c>], defaults: &'c Json) -> Interpreter<'c> {
        let mut store = Store::new(defaults);
        parts.iter().for_each(|part| store.add_chart(part.key));
        Interpreter {
            store,
            parts,
            bodies: Vec::new(),
            defined: BTreeMap::new(),
            files: Vec::new(),
            rendered: BTreeMap::new(),
            cells: BTreeMap::new(),
            made: BTreeMap::new(),
            texts: 0,
        }
    }

    /// Adds a file of a chart's templates. Helm shows notes to the user only, and takes nothing but
    /// definitions from a file whose name begins with `_`.
    pub(super) fn add_file(&mut self, chart: u32, path: &str, text: &str, is_library: bool) {
        let dot = Things::of(Thing::Chart(chart));
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_partial = name.starts_with('_');
        if is_library && !is_partial {
            return;
        }
        let Some(body) = self.parse(text) else {
            // Helm refuses the chart, or knows more of templates: nothing can be said.
            self.store.whole(&dot);
            return;
        };
        let is_rendered = !is_partial && !name.ends_with("NOTES.txt");
        self.bodies[body].is_used = is_rendered;
        self.bodies[body].dot = dot;
        if is_rendered {
            self.files.push(body);
        }
    }

    /// Adds a text, and the templates that it defines.
    fn parse(&mut self, text: &str) -> Option<usize> {
        let (nodes, defines) = Parser::new(text, "{{", "}}").and_then(Parser::parse).ok()?;
        self.texts += 1;
        let text = self.texts;
        let body = |nodes| Body {
            text,
            nodes: Rc::new(nodes),
            dot: Things::default(),
            is_used: false,
            is_text: false,
            output: Things::default(),
        };
        for define in defines {
            let word = self.store.words.word(&define.name);
            self.defined.entry(word).or_default().push(self.bodies.len());
            self.bodies.push(body(define.body));
        }
        self.bodies.push(body(nodes));
        Some(self.bodies.len() - 1)
    }

    /// Adds the texts in a value: a template may have `tpl` render them.
    pub(super) fn add_texts_in(&mut self, value: &Json, path: &Vec<&str>) {
        match value {
            Json::String(text) if text.contains("{{") => {
                let charts = self.charts_around(path);
                self.render(text, &charts);
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
        self.render(text, &charts);
    }

    /// Walks all templates until nothing new comes up, and returns what they read.
    pub(super) fn reads(mut self) -> ValueReads {
        for round in 0.. {
            self.store.begin();
            for body in 0.. {
                if body >= self.bodies.len() {
                    break;
                }
                self.walk(body);
            }
            if !self.store.grown && !self.store.is_exhausted() {
                break;
            }
            if round >= MOST_ROUNDS || self.store.is_exhausted() {
                return ValueReads { is_whole: true, ..ValueReads::default() };
            }
        }
        self.store.reads()
    }

    fn walk(&mut self, body: usize) {
        let Body { text, nodes, dot, is_used, is_text, .. } = &self.bodies[body];
        if !is_used || self.store.is_exhausted() {
            return;
        }
        self.store.is_in_text = *is_text;
        let (nodes, dot) = (Rc::clone(nodes), dot.clone());
        let mut frame = Frame { text: *text, root: &dot, variables: Vec::new() };
        let output = self.list(&nodes, &mut frame, &dot).unwrap_or_default();
        self.store.grow(&mut self.bodies[body].output, &output);
    }

    /// Walks nodes, and returns what they print: one thing of several, or nothing.
    fn list<'b>(
        &mut self,
        list: &'b ListNode,
        frame: &mut Frame<'b>,
        dot: &Things,
    ) -> Option<Things> {
        let open = frame.variables.len();
        let mut output: Option<Things> = None;
        for node in &list.nodes {
            let printed = self.node(node, frame, dot);
            output = match (output, printed) {
                (Some(_), Some(_)) => Some(Things::of(Thing::Other)),
                (one, other) => one.or(other),
            };
        }
        frame.variables.truncate(open);
        output
    }

    fn node<'b>(&mut self, node: &'b Node, frame: &mut Frame<'b>, dot: &Things) -> Option<Things> {
        let open = frame.variables.len();
        let output = match node {
            Node::Action(action) => {
                let value = self.pipe(&action.pipe, frame, dot);
                if !action.pipe.decl.is_empty() {
                    return None; // its variable is known to the rest of the block
                }
                self.store.print(&value);
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
            Node::Define(_) | Node::Break(_) | Node::Continue(_) => None,
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
        self.include(&name, &value.unwrap_or_default())
    }

    fn branches<'b>(
        &mut self,
        branch: &'b BranchNode,
        frame: &mut Frame<'b>,
        inner: &Things,
        dot: &Things,
    ) -> Option<Things> {
        let mut output = self.list(&branch.body, frame, inner);
        if let Some(otherwise) = &branch.else_body
            && let Some(other) = self.list(otherwise, frame, dot)
        {
            output.get_or_insert_default().join(&other);
        }
        output
    }

    fn range<'b>(
        &mut self,
        branch: &'b BranchNode,
        frame: &mut Frame<'b>,
        dot: &Things,
    ) -> Option<Things> {
        let pipe = &branch.pipe;
        let over = self.commands(pipe, frame, dot);
        let entries = self.store.any(&over);
        let names = match pipe.decl.len() {
            2 => self.store.names(&over),
            _ => Things::default(),
        };
        let values = match pipe.decl.len() {
            2 => vec![&names, &entries],
            _ => vec![&entries; pipe.decl.len()],
        };
        self.declare(pipe, &values, frame);
        self.branches(branch, frame, &entries, dot)
    }

    /// What a pipeline is. Sets the variables that it is given to.
    fn pipe<'b>(&mut self, pipe: &'b PipeNode, frame: &mut Frame<'b>, dot: &Things) -> Things {
        let value = self.commands(pipe, frame, dot);
        self.declare(pipe, &vec![&value; pipe.decl.len()], frame);
        value
    }

    fn declare<'b>(&mut self, pipe: &'b PipeNode, values: &[&Things], frame: &mut Frame<'b>) {
        for (nth, (name, value)) in pipe.decl.iter().zip(values).enumerate() {
            let known = frame.variables.iter().rev().find(|(known, _)| *known == name.as_str());
            let place = match known {
                Some((_, place)) if pipe.is_assign => *place,
                _ => (frame.text, pipe.pos.offset, nth),
            };
            if !pipe.is_assign {
                frame.variables.push((name, place));
            }
            self.store.grow(self.cells.entry(place).or_default(), value);
        }
    }

    fn commands(&mut self, pipe: &PipeNode, frame: &Frame<'_>, dot: &Things) -> Things {
        let mut value = None;
        for command in &pipe.commands {
            value = Some(self.command(command, value, frame, dot));
        }
        value.unwrap_or_default()
    }

    fn command(
        &mut self,
        command: &CommandNode,
        last: Option<Things>,
        frame: &Frame<'_>,
        dot: &Things,
    ) -> Things {
        let Some((first, rest)) = command.args.split_first() else { return Things::default() };
        let arguments = rest.iter().map(|argument| Argument {
            things: self.expression(argument, frame, dot),
            is_literal: matches!(argument, Expr::String(..)),
            position: match argument {
                Expr::Number(_, Number::Int(number)) => usize::try_from(*number).ok(),
                _ => None,
            },
        });
        let mut arguments: Vec<Argument> = arguments.collect();
        arguments.extend(last.map(|things| Argument { things, is_literal: false, position: None }));
        if let Expr::Identifier(pos, name) = first {
            return self.call((frame.text, pos.offset, 0), name, &arguments);
        }
        let value = self.expression(first, frame, dot);
        match arguments.is_empty() {
            true => value,
            false => self.method(&value, &arguments),
        }
    }

    /// What a function of `.Files` or `.Capabilities` returns.
    fn method(&mut self, of: &Things, arguments: &[Argument]) -> Things {
        arguments.iter().for_each(|argument| self.store.whole(&argument.things));
        let names = arguments.first().map(|it| it.things.clone()).unwrap_or_default();
        let mut found = Things::of(Thing::Other);
        for thing in of.iter() {
            if let Thing::Files(chart) = thing {
                names.iter().for_each(|name| _ = found.add(self.file(chart, name)));
            }
        }
        found
    }

    /// The file of a chart with a name, or any.
    fn file(&self, chart: u32, name: Thing) -> Thing {
        let Thing::Text(word) = name else { return Thing::AnyFile(chart) };
        let name = self.store.words.text(word);
        let mut files = self.parts[chart as usize].files.iter();
        match files.position(|(path, _)| **path == *name) {
            Some(file) => Thing::File(chart, file as u32),
            None if name.contains([GAP, '*', '?', '[', '{']) => Thing::AnyFile(chart),
            None => Thing::Other,
        }
    }

    fn expression(&mut self, expression: &Expr, frame: &Frame<'_>, dot: &Things) -> Things {
        match expression {
            Expr::Dot(_) => dot.clone(),
            Expr::Field(_, fields) => self.fields(dot.clone(), fields),
            Expr::Variable(_, name, fields) => {
                let value = match name.as_str() {
                    "$" => frame.root.clone(),
                    name => self.variable(name, frame),
                };
                self.fields(value, fields)
            }
            Expr::Identifier(pos, name) => self.call((frame.text, pos.offset, 0), name, &[]),
            Expr::String(_, text) => Things::of(Thing::Text(self.store.words.word(text))),
            Expr::Number(..) | Expr::Bool(..) => Things::of(Thing::Other),
            Expr::Nil(_) => Things::default(),
            Expr::Pipe(_, pipe) => self.commands(pipe, frame, dot),
            Expr::Chain(_, inner, fields) => {
                let value = self.expression(inner, frame, dot);
                self.fields(value, fields)
            }
        }
    }

    fn variable(&self, name: &str, frame: &Frame<'_>) -> Things {
        let known = frame.variables.iter().rev().find(|(known, _)| *known == name);
        known.and_then(|(_, place)| self.cells.get(place)).cloned().unwrap_or_default()
    }

    fn fields<T: AsRef<str>>(&mut self, value: Things, fields: &[T]) -> Things {
        fields.iter().fold(value, |value, field| {
            let word = self.store.words.word(field.as_ref());
            self.store.field(&value, word)
        })
    }

    /// The table that a place makes.
    pub(super) fn table(&mut self, place: Place) -> Things {
        let store = &mut self.store;
        Things::of(Thing::Record(*self.made.entry(place).or_insert_with(|| store.new_record())))
    }

    /// Passes a value to templates, and returns what they print.
    pub(super) fn include(&mut self, names: &Things, value: &Things) -> Things {
        let mut bodies = BTreeSet::new();
        for name in names.iter() {
            match name {
                Thing::Text(word) => match self.named(word) {
                    found if found.is_empty() => self.store.whole(value),
                    found => bodies.extend(found),
                },
                Thing::Template => bodies.extend(&self.files),
                _ => bodies.extend(self.defined.values().flatten()),
            }
        }
        let mut output = Things::default();
        for body in bodies {
            self.pass(body, value);
            output.join(&self.bodies[body].output);
        }
        few(output)
    }

    fn pass(&mut self, body: usize, value: &Things) {
        let body = &mut self.bodies[body];
        self.store.grown |= !body.is_used;
        self.store.grow(&mut body.dot, value);
        body.is_used = true;
    }

    /// The templates with a name, of which parts may not be known.
    fn named(&self, word: Word) -> Vec<usize> {
        let name = self.store.words.text(word);
        if !name.contains(GAP) {
            return self.defined.get(&word).cloned().unwrap_or_default();
        }
        let fits = self.defined.iter().filter(|(it, _)| fits(&name, &self.store.words.text(**it)));
        fits.flat_map(|(_, bodies)| bodies).copied().collect()
    }

    /// Renders a text as a template.
    pub(super) fn render(&mut self, text: &str, dot: &Things) {
        if !text.contains("{{") || text.contains(GAP) {
            return;
        }
        let word = self.store.words.word(text);
        let known = self.rendered.get(&word).copied();
        let body = known.unwrap_or_else(|| self.parse(text));
        self.rendered.insert(word, body);
        if let Some(body) = body {
            self.bodies[body].is_text = true;
            self.pass(body, dot);
        }
    }
}

/// The things that templates print, unless they are too many.
fn few(things: Things) -> Things {
    match things.len() {
        0..=MOST_OUTPUTS => things,
        _ => Things::of(Thing::Other),
    }
}

/// Returns true if a name may be a text with gaps.
fn fits(text: &str, name: &str) -> bool {
    let mut parts = text.split(GAP);
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

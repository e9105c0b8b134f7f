//! The expressions of templates: pipelines, commands and what they are made of.

use gotmpl::parse::{CommandNode, Expr, Number, PipeNode};

use super::frame::Frame;
use super::things::{GAP, Thing, Things};
use super::walk::Interpreter;

/// An argument of a function.
pub(super) struct Argument {
    pub things: Things,
    /// True for a text that is written out.
    pub is_literal: bool,
    /// A number that is written out.
    pub position: Option<usize>,
}

impl Interpreter<'_> {
    pub(super) fn commands(&mut self, pipe: &PipeNode, frame: &Frame<'_>, dot: &Things) -> Things {
        self.depth += 1;
        let mut value = None;
        for command in &pipe.commands {
            if self.store.is_exhausted() {
                break;
            }
            value = Some(self.command(command, value, frame, dot));
        }
        self.depth -= 1;
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
            return self.call(frame.place(*pos), name, &arguments);
        }
        let value = self.expression(first, frame, dot);
        match arguments.is_empty() {
            true => value,
            false => self.method(&value, &arguments),
        }
    }

    /// What a function of `.Files` or `.Capabilities` returns.
    fn method(&mut self, of: &Things, arguments: &[Argument]) -> Things {
        // Helm refuses arguments of a text.
        if of.iter().any(|thing| !matches!(thing, Thing::Text(_))) {
            arguments.iter().for_each(|argument| self.store.whole(&argument.things));
        }
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
        self.store.spend(1);
        match expression {
            Expr::Dot(_) => dot.clone(),
            Expr::Field(_, fields) => self.fields(dot.clone(), fields),
            Expr::Variable(_, name, fields) => {
                let value = match name.as_str() {
                    "$" => frame.root.clone(),
                    name => frame.variable(name),
                };
                self.fields(value, fields)
            }
            Expr::Identifier(pos, name) => self.call(frame.place(*pos), name, &[]),
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

    fn fields<T: AsRef<str>>(&mut self, value: Things, fields: &[T]) -> Things {
        fields.iter().fold(value, |value, field| {
            let word = self.store.words.word(field.as_ref());
            self.store.field(&value, word)
        })
    }
}

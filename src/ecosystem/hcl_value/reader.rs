//! Reads values from the syntax tree.
//!
//! Follows loops and dynamic blocks over lists that are written out; of all others it reads one turn.

use std::cell::Cell;
use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ForExpr, Object, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body};
use hcl_edit::template::{Element, HeredocTemplate, StringTemplate};
use memchr::memchr_iter;

use super::json;
use super::own::HOLE_TEXT;
use super::{HclObject, HclText, HclValue, StringPlace, TextPart};

/// The limit of the values that one file is read into: loops multiply.
const MOST: usize = 100_000;

/// A text, and where its lines begin.
pub(crate) struct LineStarts<'t> {
    pub text: &'t str,
    starts: Vec<usize>,
}

impl<'t> LineStarts<'t> {
    pub(crate) fn of(text: &'t str) -> LineStarts<'t> {
        let ends = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        LineStarts { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    pub(crate) fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at) - 1
    }

    /// The text from a line on.
    pub(super) fn rest_from(&self, line: usize) -> Option<&'t str> {
        self.starts.get(line).map(|start| &self.text[*start..])
    }

    pub(crate) fn line_of(&self, span: Option<Range<usize>>) -> usize {
        span.map_or(0, |span| self.line(span.start))
    }

    /// The place of a string that begins with a quote.
    pub(super) fn spot(&self, quote: usize) -> StringPlace {
        let line = self.line(quote);
        let before = &self.text[self.starts[line]..quote];
        StringPlace { line, quotes: before.matches('"').count() }
    }
}

/// A name that a loop or a dynamic block gives to a value.
pub(super) struct LoopScope<'s> {
    name: &'s str,
    value: HclValue,
    outer: Option<&'s LoopScope<'s>>,
}

/// Reads the values of one file.
pub(crate) struct ValueReader<'t> {
    pub(super) lines: &'t LineStarts<'t>,
    /// The number of values that may still be read.
    left: Cell<usize>,
}

/// Returns true if the shape of a text may leave the content of a string out.
pub(super) fn is_plain(string: &str) -> bool {
    !string.contains(['"', '\\', '$', '%', '*', '<'])
}

impl<'t> ValueReader<'t> {
    pub(crate) fn of(lines: &'t LineStarts<'t>) -> ValueReader<'t> {
        ValueReader { lines, left: Cell::new(MOST) }
    }

    /// A block as an object: its arguments, and its inner blocks as lists by their type.
    pub(crate) fn block(&self, block: &Block) -> HclObject {
        self.body(&block.body, self.lines.line_of(block.span()), None)
    }

    /// The value of an argument.
    pub(crate) fn argument(&self, expression: &Expression) -> HclValue {
        self.item(expression, None)
    }

    fn body(&self, body: &Body, line: usize, scope: Option<&LoopScope<'_>>) -> HclObject {
        let mut object = HclObject::new(line);
        for attribute in body.attributes() {
            let key =
                HclText::literal(self.lines.line_of(attribute.span()), attribute.key.as_str());
            object.items.push((key, self.item(&attribute.value, scope)));
        }
        for block in body.blocks() {
            let at = self.lines.line_of(block.span());
            match (block.ident.as_str(), block.labels.first()) {
                ("dynamic", Some(label)) => {
                    let blocks = self.dynamic(block, label.as_str(), scope);
                    object.items.push((HclText::literal(at, label.as_str()), blocks));
                }
                (name, _) => {
                    let inner = HclValue::Object(self.body(&block.body, at, scope));
                    object.items.push((HclText::literal(at, name), HclValue::List(vec![inner])));
                }
            }
        }
        object
    }

    fn dynamic(&self, block: &Block, label: &str, scope: Option<&LoopScope<'_>>) -> HclValue {
        let Some(content) = block.body.get_blocks("content").next() else {
            return HclValue::Unknown;
        };
        let line = self.lines.line_of(content.span());
        let iterator = block.body.get_attribute("iterator").map(|it| &it.value);
        let name = match iterator {
            Some(Expression::Variable(name)) => name.as_str(),
            _ => label,
        };
        let each = block.body.get_attribute("for_each").map(|it| self.value(&it.value, scope));
        let turns = turns(each.unwrap_or(HclValue::Unknown));
        let blocks = turns.into_iter().map(|(key, value, is_certain)| {
            let mut bound = HclObject::new(line);
            bound.items.push((HclText::literal(line, "key"), key));
            bound.items.push((HclText::literal(line, "value"), value));
            let scope = LoopScope { name, value: HclValue::Object(bound), outer: scope };
            perhaps(HclValue::Object(self.body(&content.body, line, Some(&scope))), is_certain)
        });
        HclValue::List(blocks.collect())
    }

    /// The value of an argument or a key. The shape of a text has no number and no boolean there.
    fn item(&self, expression: &Expression, scope: Option<&LoopScope<'_>>) -> HclValue {
        match expression {
            Expression::Number(_) | Expression::Bool(_) => HclValue::Unknown,
            other => self.value(other, scope),
        }
    }

    /// Takes a number of values from those that may still be read.
    fn may_read(&self, number: usize) -> bool {
        let left = self.left.get().checked_sub(number);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }

    pub(super) fn value(&self, expression: &Expression, scope: Option<&LoopScope<'_>>) -> HclValue {
        if !self.may_read(1) {
            return HclValue::Unknown;
        }
        match expression {
            Expression::Null(_) => HclValue::Null,
            Expression::Bool(value) => self.literal(expression, &value.to_string()),
            Expression::Number(_) => {
                let raw = expression.span().map_or("", |span| &self.lines.text[span]);
                self.literal(expression, raw)
            }
            Expression::String(value) => self.document(self.string(value.span(), value)),
            Expression::StringTemplate(template) => self.template(template, scope),
            Expression::HeredocTemplate(heredoc) => self.heredoc(heredoc),
            Expression::Array(items) => {
                HclValue::List(items.iter().map(|item| self.value(item, scope)).collect())
            }
            Expression::Object(object) => self.object(object, scope),
            Expression::Parenthesis(inner) => self.value(inner.inner(), scope),
            Expression::Variable(name) => self.bound(name.as_str(), scope),
            Expression::Traversal(traversal) => self.traversal(traversal, scope),
            Expression::Conditional(both) => HclValue::Either(Box::new([
                self.value(&both.true_expr, scope),
                self.value(&both.false_expr, scope),
            ])),
            Expression::FuncCall(call) => self.call(call, scope),
            Expression::ForExpr(each) => self.each(each, scope),
            Expression::UnaryOp(_) | Expression::BinaryOp(_) => HclValue::Unknown,
        }
    }

    fn literal(&self, expression: &Expression, text: &str) -> HclValue {
        HclValue::Text(HclText::literal(self.lines.line_of(expression.span()), text))
    }

    /// A string in quotes without interpolations.
    fn string(&self, span: Option<Range<usize>>, value: &str) -> HclText {
        let span = span.unwrap_or(0..0);
        let raw = &self.lines.text[span.clone()];
        let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        let line = self.lines.line(span.start);
        let part = match inner {
            Some(inner) if is_plain(inner) => TextPart::At(self.lines.spot(span.start)),
            _ => TextPart::Literal(value.to_owned()),
        };
        HclText { line, parts: vec![part] }
    }

    fn template(&self, template: &StringTemplate, scope: Option<&LoopScope<'_>>) -> HclValue {
        let mut text = HclText { line: self.lines.line_of(template.span()), parts: Vec::new() };
        for element in template {
            match element {
                Element::Literal(literal) => {
                    text.parts.push(TextPart::Literal(literal.to_string()));
                }
                Element::Interpolation(inner) => match self.value(&inner.expr, scope) {
                    HclValue::Text(inner) => text.parts.extend(inner.parts),
                    _ => text.parts.push(TextPart::Hole),
                },
                Element::Directive(_) => text.parts.push(TextPart::Hole),
            }
        }
        self.document(text)
    }

    /// A string that is JSON is the value that it encodes.
    fn document(&self, text: HclText) -> HclValue {
        let begins_document = match text.parts.first() {
            Some(TextPart::Literal(first)) => first.trim_start().starts_with(['{', '[']),
            _ => false,
        };
        let parts = text.parts.iter().map(|part| match part {
            TextPart::Literal(literal) => Some(literal.as_str()),
            // A plain string has no quotes.
            TextPart::At(_) | TextPart::Hole => None,
        });
        let whole = begins_document.then(|| parts.map(|it| it.unwrap_or(HOLE_TEXT)).collect());
        let read = whole.and_then(|whole: String| json::of_string(text.line, &whole));
        read.unwrap_or(HclValue::Text(text))
    }

    /// A heredoc that is JSON is the value that it encodes.
    fn heredoc(&self, heredoc: &HeredocTemplate) -> HclValue {
        let span = heredoc.template.span().unwrap_or(0..0);
        let holes = heredoc.template.iter().filter(|it| !it.is_literal());
        let holes: Vec<Range<usize>> = holes.filter_map(Span::span).collect();
        json::read(self.lines, span, &holes).unwrap_or(HclValue::Unknown)
    }

    fn object(&self, object: &Object, scope: Option<&LoopScope<'_>>) -> HclValue {
        let mut read = HclObject::new(self.lines.line_of(object.span()));
        for (key, value) in object {
            let key = match key {
                ObjectKey::Ident(name) => {
                    HclText::literal(self.lines.line_of(name.span()), name.as_str())
                }
                ObjectKey::Expression(key) => match self.value(key, scope) {
                    HclValue::Text(key) => key,
                    _ => HclText::hole(self.lines.line_of(key.span())),
                },
            };
            read.items.push((key, self.item(value.expr(), scope)));
        }
        HclValue::Object(read)
    }

    /// The value that a loop gives to a name.
    fn bound(&self, name: &str, scope: Option<&LoopScope<'_>>) -> HclValue {
        let mut scopes = std::iter::successors(scope, |scope| scope.outer);
        let found = scopes.find(|scope| scope.name == name).map(|scope| &scope.value);
        match found {
            Some(value) if self.may_read(value.size()) => value.clone(),
            _ => HclValue::Unknown,
        }
    }

    fn traversal(&self, traversal: &Traversal, scope: Option<&LoopScope<'_>>) -> HclValue {
        let Expression::Variable(name) = &traversal.expr else { return HclValue::Unknown };
        let mut value = self.bound(name.as_str(), scope);
        for operator in &traversal.operators {
            let TraversalOperator::GetAttr(name) = operator.value() else {
                return HclValue::Unknown;
            };
            value = value.attribute(name.as_str()).cloned().unwrap_or(HclValue::Unknown);
        }
        value
    }

    fn each(&self, each: &ForExpr, scope: Option<&LoopScope<'_>>) -> HclValue {
        let mut list = Vec::new();
        let line = self.lines.line_of(each.span());
        let mut object = HclObject::new(line);
        let collection = self.value(&each.intro.collection_expr, scope);
        for (key, value, is_certain) in turns(collection) {
            let name = each.intro.key_var.as_ref().map_or("", |name| name.as_str());
            let outer = LoopScope { name, value: key, outer: scope };
            let name = each.intro.value_var.as_str();
            let scope = LoopScope { name, value, outer: Some(&outer) };
            let is_certain = is_certain && each.cond.is_none();
            let value = perhaps(self.value(&each.value_expr, Some(&scope)), is_certain);
            match &each.key_expr {
                None => list.push(value),
                Some(key) => match self.value(key, Some(&scope)) {
                    HclValue::Text(key) => object.items.push((key, value)),
                    _ => object.items.push((HclText::hole(line), value)),
                },
            }
        }
        if each.key_expr.is_some() { HclValue::Object(object) } else { HclValue::List(list) }
    }
}

fn perhaps(value: HclValue, is_certain: bool) -> HclValue {
    if is_certain { value } else { HclValue::Maybe(Box::new(value)) }
}

/// The turns of a loop over a value: a key, a value, and whether the turn is certain.
fn turns(collection: HclValue) -> Vec<(HclValue, HclValue, bool)> {
    let of_item = |item: HclValue| match item {
        HclValue::Unknown => (HclValue::Unknown, HclValue::Unknown, false),
        HclValue::Maybe(item) => ((*item).clone(), *item, false),
        item => (item.clone(), item, true),
    };
    match collection {
        HclValue::List(items) => items.into_iter().map(of_item).collect(),
        HclValue::Object(object) if !object.is_open => {
            let items = object.items.into_iter();
            items.map(|(key, value)| (HclValue::Text(key), value, true)).collect()
        }
        HclValue::Either(both) => {
            let turns = both.into_iter().flat_map(turns);
            turns.map(|(key, value, _)| (key, value, false)).collect()
        }
        HclValue::Null => Vec::new(),
        _ => vec![(HclValue::Unknown, HclValue::Unknown, false)],
    }
}

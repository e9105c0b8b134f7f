//! The policy statements of a Terraform file that let an identity from outside AWS assume a role.
//!
//! Reads the syntax tree, so that comments mean nothing and each statement has its own conditions. A
//! policy in a string or a heredoc is read as JSON.

#[cfg(test)]
mod tests;

use std::ops::Range;

use hcl_edit::expr::{Expression, FuncCall, Object, ObjectKey, ObjectValue};
use hcl_edit::structure::{Attribute, Block};
use hcl_edit::template::{Element, HeredocTemplate, StringTemplate};
use hcl_edit::visit::{self, Visit};
use hcl_edit::{Decorated, Span};

use super::policy_text::{self, PolicyText};

/// A policy statement that allows an identity outside AWS to assume a role.
#[derive(Debug, PartialEq, Eq)]
pub struct Trust {
    pub line: usize,
    /// True if it has a condition on the subject of the token; the next field, on its audience.
    pub names_subject: bool,
    pub names_audience: bool,
    /// The lines that name a Kubernetes service account.
    pub service_account_lines: Vec<usize>,
}

/// The action by which an identity from outside AWS assumes a role.
pub(crate) const ACTION: &str = "sts:AssumeRoleWithWebIdentity";
/// The claims of a token: the identity that it is for, and the service that it was made for.
pub(crate) const SUBJECT: &str = ":sub";
pub(crate) const AUDIENCE: &str = ":aud";
/// The beginning of a Kubernetes service account as a token names it.
pub(crate) const ACCOUNT: &str = "system:serviceaccount:";
/// Parts of the operators that exclude values, or test only that a key exists.
pub(crate) const NEGATED: [&str; 2] = ["Not", "Null"];

/// Adds the statements of a block. `line` maps an offset of the text to its line.
pub(super) fn read(
    text: &str,
    line: &dyn Fn(usize) -> usize,
    block: &Block,
    found: &mut Vec<Trust>,
) {
    let mut reader = TrustReader { text, line, frames: Vec::new(), operator: String::new(), found };
    reader.visit_block(block);
}

/// The claims of a token on which there are conditions.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Claims {
    subject: bool,
    audience: bool,
}

impl Claims {
    pub(super) fn of(key: &str) -> Claims {
        Claims { subject: key.ends_with(SUBJECT), audience: key.ends_with(AUDIENCE) }
    }

    pub(super) fn add(&mut self, other: Claims) {
        self.subject |= other.subject;
        self.audience |= other.audience;
    }

    pub(super) fn remove(&mut self, other: Claims) {
        self.subject &= !other.subject;
        self.audience &= !other.audience;
    }
}

/// A block or an object that may be a statement.
#[derive(Debug, Default)]
pub(super) struct Frame {
    pub start: usize,
    /// True if a string in it, outside inner objects, is the action.
    pub is_statement: bool,
    /// True below an operator that excludes values.
    pub is_negated: bool,
    /// The claims that are keys of it, and those that inner objects and blocks have conditions on.
    pub own: Claims,
    pub inner: Claims,
    /// The claims that any string ends with.
    pub seen: Claims,
    /// Where strings name service accounts.
    pub accounts: Vec<usize>,
}

impl Frame {
    /// Closes an inner frame, which is a statement or a part of this one.
    pub(super) fn close(&mut self, inner: Frame, line: &dyn Fn(usize) -> usize) -> Option<Trust> {
        if inner.is_statement {
            return Some(inner.trust(line));
        }
        self.inner.add(inner.inner);
        if !inner.is_negated {
            self.inner.add(inner.own);
        }
        self.seen.add(inner.seen);
        self.accounts.extend(inner.accounts);
        None
    }

    fn trust(self, line: &dyn Fn(usize) -> usize) -> Trust {
        Trust {
            line: line(self.start),
            names_subject: self.inner.subject,
            names_audience: self.inner.audience,
            service_account_lines: self.accounts.into_iter().map(line).collect(),
        }
    }
}

/// Returns true for an operator that excludes values, or that only tests that a key exists.
pub(super) fn is_negated(operator: &str) -> bool {
    NEGATED.iter().any(|part| operator.contains(part))
}

/// Returns true for a value that every token has.
pub(super) fn is_anything(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte == b'*')
}

struct TrustReader<'t, 'f> {
    text: &'t str,
    line: &'t dyn Fn(usize) -> usize,
    frames: Vec<Frame>,
    /// The key of the object that is read next.
    operator: String,
    found: &'f mut Vec<Trust>,
}

impl TrustReader<'_, '_> {
    fn open(&mut self, span: Option<Range<usize>>) {
        let is_negated = is_negated(&self.operator);
        let start = span.map_or(0, |span| span.start);
        self.frames.push(Frame { start, is_negated, ..Frame::default() });
    }

    fn close(&mut self) {
        let Some(inner) = self.frames.pop() else { return };
        let mut outermost = Frame::default();
        let outer = self.frames.last_mut().unwrap_or(&mut outermost);
        self.found.extend(outer.close(inner, self.line));
    }

    /// A string, with the interpolations in it left out.
    fn string(&mut self, text: &PolicyText) {
        let Some(frame) = self.frames.last_mut() else { return };
        if text.contains(ACTION) && text.contains("{") {
            return policy_text::read(text, self.line, self.found);
        }
        frame.is_statement |= text.contains(ACTION);
        frame.seen.add(Claims::of(&text.text));
        frame.accounts.extend(text.offsets_of(ACCOUNT));
    }

    fn raw(&self, span: Option<Range<usize>>) -> (usize, &str) {
        let span = span.unwrap_or(0..0);
        (span.start, &self.text[span])
    }

    fn items(&mut self, object: &Object) {
        object.iter().for_each(|(key, value)| self.visit_object_item(key, value));
    }

    /// The claims of a `condition` block.
    fn condition(&self, block: &Block) -> Claims {
        let strings = |name: &str| {
            let attribute = block.body.get_attribute(name);
            attribute.map(|attribute| self.strings(&attribute.value)).unwrap_or_default()
        };
        let is_void = strings("test").iter().any(|test| is_negated(test))
            || strings("values").iter().any(|value| is_anything(value));
        let mut claims = Claims::default();
        if !is_void {
            strings("variable").iter().for_each(|variable| claims.add(Claims::of(variable)));
        }
        claims
    }

    /// The strings of an expression, with the interpolations in them left out.
    fn strings(&self, expression: &Expression) -> Vec<String> {
        let mut strings = Strings { text: self.text, found: Vec::new() };
        strings.visit_expr(expression);
        strings.found
    }
}

impl Visit for TrustReader<'_, '_> {
    fn visit_block(&mut self, block: &Block) {
        self.open(block.span());
        self.visit_body(&block.body);
        let claims = match block.ident.as_str() {
            "condition" | "content" => self.condition(block),
            // What is in a dynamic block depends on the values that it is given.
            "dynamic" => self.frames.last().map(|frame| frame.seen).unwrap_or_default(),
            _ => Claims::default(),
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.own.add(claims);
            // The arguments of a module, for one, have names of their own.
            if block.ident.as_str() != "statement" {
                let seen = if frame.is_statement { frame.seen } else { Claims::default() };
                frame.inner.add(seen);
            }
        }
        self.close();
    }

    fn visit_attr(&mut self, attribute: &Attribute) {
        self.operator.clear();
        self.visit_expr(&attribute.value);
    }

    fn visit_object(&mut self, object: &Object) {
        self.open(object.span());
        self.items(object);
        self.close();
    }

    fn visit_object_item(&mut self, key: &ObjectKey, value: &ObjectValue) {
        let keys = match key {
            ObjectKey::Ident(ident) => vec![ident.as_str().to_owned()],
            ObjectKey::Expression(expression) => self.strings(expression),
        };
        let is_void = || self.strings(value.expr()).iter().any(|value| is_anything(value));
        let mut claims = Claims::default();
        keys.iter().for_each(|key| claims.add(Claims::of(key)));
        if (claims.subject || claims.audience) && is_void() {
            claims = Claims::default();
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.own.add(claims);
            frame.seen.add(claims);
        }
        let outer = std::mem::replace(&mut self.operator, keys.concat());
        self.visit_expr(value.expr());
        self.operator = outer;
    }

    fn visit_func_call(&mut self, call: &FuncCall) {
        if call.name.name.as_str() != "merge" {
            return visit::visit_func_call(self, call);
        }
        // The objects that are merged are one statement.
        self.open(call.span());
        for argument in &call.args {
            match argument {
                Expression::Object(object) => self.items(object),
                other => self.visit_expr(other),
            }
        }
        self.close();
    }

    fn visit_string(&mut self, string: &Decorated<String>) {
        let (start, raw) = self.raw(string.span());
        let text = PolicyText::of_string(start, raw, &[]);
        self.string(&text);
    }

    fn visit_string_template(&mut self, template: &StringTemplate) {
        let (start, raw) = self.raw(template.span());
        let text = PolicyText::of_string(start, raw, &left_out(template.iter()));
        self.string(&text);
        visit::visit_string_template(self, template);
    }

    fn visit_heredoc_template(&mut self, heredoc: &HeredocTemplate) {
        let (start, raw) = self.raw(heredoc.template.span());
        let text = PolicyText::of_heredoc(start, raw, &left_out(heredoc.template.iter()));
        self.string(&text);
        visit::visit_heredoc_template(self, heredoc);
    }
}

/// Collects strings.
struct Strings<'t> {
    text: &'t str,
    found: Vec<String>,
}

impl Visit for Strings<'_> {
    fn visit_string(&mut self, string: &Decorated<String>) {
        self.found.push(string.value().clone());
    }

    fn visit_string_template(&mut self, template: &StringTemplate) {
        let span = template.span().unwrap_or(0..0);
        let raw = &self.text[span.clone()];
        let text = PolicyText::of_string(span.start, raw, &left_out(template.iter()));
        self.found.push(text.text);
        visit::visit_string_template(self, template);
    }
}

/// The interpolations and directives of a template.
fn left_out<'e>(elements: impl Iterator<Item = &'e Element>) -> Vec<Range<usize>> {
    elements.filter(|element| !element.is_literal()).filter_map(Span::span).collect()
}

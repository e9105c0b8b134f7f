//! Keys that an object has twice. Terraform takes the last value without a word, and so the other one is
//! a mistake.

use std::collections::HashSet;

use super::adapt::begins_loop;
use super::token::{HclToken, HclTokenKind};

/// The first key that an object has a second time: its place and its text.
pub(super) fn repeated<'t>(text: &'t str, tokens: &[HclToken]) -> Option<(usize, &'t str)> {
    use HclTokenKind::*;
    let mut open: Vec<Option<OpenObject<'t>>> = Vec::new();
    // What is before the token, but for line ends and comments.
    let mut before = Newline;
    let mut is_in = false;
    for (index, token) in tokens.iter().enumerate() {
        let word = &text[token.range()];
        match token.kind {
            LineComment | BlockComment => continue,
            Close | CloseTemplate => _ = open.pop(),
            kind => {
                if let Some(Some(object)) = open.last_mut() {
                    let ends = matches!(kind, Newline | Comma);
                    let repeated =
                        object.read(text, token.start, ends, kind == Equals || word == ":");
                    if repeated.is_some() {
                        return repeated;
                    }
                }
                if matches!(kind, Open | OpenTemplate) {
                    // The brace of a block follows its type or a label.
                    let is_block = matches!(before, Name | CloseQuote) && !is_in;
                    let is_object =
                        word == "{" && !is_block && !begins_loop(text, &tokens[index..]);
                    open.push(is_object.then(OpenObject::default));
                }
            }
        }
        if token.kind != Newline {
            before = token.kind;
            is_in = word == "in";
        }
    }
    None
}

/// An object whose brace is not closed yet.
#[derive(Default)]
struct OpenObject<'t> {
    keys: HashSet<&'t str>,
    /// The start of the item that is read.
    item: Option<usize>,
    /// True behind the key of the item.
    has_key: bool,
}

impl<'t> OpenObject<'t> {
    /// Reads a token. Returns the key that it ends if the object has it already.
    fn read(
        &mut self,
        text: &'t str,
        at: usize,
        ends_item: bool,
        ends_key: bool,
    ) -> Option<(usize, &'t str)> {
        if ends_item {
            (self.item, self.has_key) = (None, false);
            return None;
        }
        let start = *self.item.get_or_insert(at);
        if !ends_key || self.has_key {
            return None;
        }
        self.has_key = true;
        let key = text[start..at].trim();
        (!self.keys.insert(unquoted(key))).then_some((start, key))
    }
}

/// A key without its quotes: `a` and `"a"` are one key.
fn unquoted(key: &str) -> &str {
    let inner = key.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inner.filter(|inner| !inner.contains(['"', '\\', '$', '%'])).unwrap_or(key)
}

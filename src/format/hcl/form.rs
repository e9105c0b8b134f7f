//! What a template's text asks of every output that it has: how it is read, and how laid out.
//!
//! Most values change neither: they stay on their line, and nothing that is aligned stands behind
//! them. So the text is laid out once, with slots, and such values are put into it as it is.

use std::sync::OnceLock;

use super::frame::Frame;
use super::layout;
use super::lexer::{self, Kind, Token};
use crate::format::mark::Value;
use crate::format::outline::VALUE;

pub(super) struct Form {
    /// In the template's own layout.
    pub(super) own: Frame,
    laid_out: OnceLock<Option<Frame>>,
}

impl Form {
    pub(super) fn read(source: &str, slots: &[usize]) -> Form {
        Form { own: Frame::read(source, slots), laid_out: OnceLock::new() }
    }

    /// The canonical layout that the text has with these values, if it is the one that it has with
    /// slots in their places.
    pub(super) fn laid_out(&self, values: &[&Value<'_>]) -> Option<&Frame> {
        let frame = self.laid_out.get_or_init(|| laid_out(&self.own)).as_ref()?;
        let is_kept = frame.holders.iter().all(|holder| {
            let kind = frame.tokens[holder.index].kind;
            kind.is_text() || is_operand(&values[holder.slots.start].text)
        });
        is_kept.then_some(frame)
    }
}

/// A frame in canonical layout, unless its layout depends on what its values are.
fn laid_out(own: &Frame) -> Option<Frame> {
    let layout = layout::canonical(&own.source, own.tokens.clone());
    let mut holders = own.holders.iter();
    let is_kept = holders.all(|holder| {
        let is_free = own.tokens[holder.index].kind.is_text() || takes_operand(own, holder.index);
        is_free && !layout.measured[holder.index]
    });
    is_kept.then(|| {
        let (source, tokens) = (layout.text, layout.tokens);
        Frame { source, tokens, holders: own.holders.clone(), slots: own.slots.clone() }
    })
}

/// Whether a token is a slot in a place where each operand is spaced like any other.
fn takes_operand(frame: &Frame, index: usize) -> bool {
    use Kind::*;
    let is_slot = frame.text(index).chars().eq([VALUE]);
    let before = index.checked_sub(1).map(|index| frame.tokens[index].kind);
    let after = frame.tokens.get(index + 1).map(|token| token.kind);
    is_slot
        && frame.is_apart(index)
        && matches!(before, Some(Equals | Comma | Open))
        && matches!(after, None | Some(Newline | Comma | Close))
}

/// Whether an expression stays on one line, is laid out already and brings nothing to align.
fn is_operand(text: &str) -> bool {
    use Kind::*;
    let tokens = lexer::tokens(text);
    let kind = |token: Option<&Token>| token.map(|token| token.kind);
    matches!(kind(tokens.first()), Some(Name | Number | Minus | Bang | OpenQuote | Open))
        && matches!(kind(tokens.last()), Some(Name | Number | CloseQuote | Close))
        && !tokens.iter().any(|token| matches!(token.kind, Newline | Equals))
        && layout::net(&tokens) == 0
        && layout::canonical(text, tokens).text == text
}

//! What a template's text asks of every output that it has: how it is read, and how laid out.
//!
//! Most values change neither: they stay on their line, and nothing that is aligned stands behind
//! them, but behind names, of which only the width matters. So the text is laid out once, with
//! slots, for all names of the same widths, and such values are put into it as it is.

use std::sync::{Arc, OnceLock};

use super::expression::is_identifier;
use super::frame::Frame;
use super::layout::{self, Widths};
use super::lexer::{self, Kind, Token};
use crate::base::cache::Remembered;
use crate::format::markers::Value;
use crate::format::placeholders::VALUE;

pub(super) struct Form {
    /// In the template's own layout.
    pub(super) own: Frame,
    /// For each token that holds slots what may be put into it; `None` where the layout depends on
    /// more than that.
    takes: OnceLock<Option<Vec<Takes>>>,
    /// By the widths of names.
    laid_out: Remembered<Frame>,
}

/// What may be put into a token and leaves the layout around it alone.
#[derive(Clone, Copy)]
enum Takes {
    Text,
    Operand,
    /// A name in front of a `=`, whose width decides where that stands.
    Name,
}

impl Form {
    pub(super) fn read(source: &str, slots: &[usize]) -> Form {
        let (takes, laid_out) = (OnceLock::new(), Remembered::default());
        Form { own: Frame::read(source, slots), takes, laid_out }
    }

    /// The canonical layout that the text has with these values, if it is the one that it has with
    /// slots in their places.
    pub(super) fn laid_out(&self, values: &[&Value<'_>]) -> Option<Arc<Frame>> {
        let takes = self.takes.get_or_init(|| takes(&self.own)).as_ref()?;
        let mut widths = Widths::new();
        for (holder, takes) in self.own.holders.iter().zip(takes) {
            let text = &values[holder.slots.start].text;
            match takes {
                Takes::Text => {}
                Takes::Operand => is_operand(text).then_some(())?,
                Takes::Name => {
                    is_identifier(text).then_some(())?;
                    widths.insert(holder.index, text.len());
                }
            }
        }
        let mut known = String::new();
        widths.values().for_each(|width| known.push_str(&format!("{width} ")));
        Some(self.laid_out.of(&known, |_| laid_out(&self.own, &widths)))
    }
}

/// A frame in canonical layout, with slots of these widths.
fn laid_out(own: &Frame, widths: &Widths) -> Frame {
    let layout = layout::canonical(&own.source, own.tokens.clone(), widths);
    let (source, tokens) = (layout.text, layout.tokens);
    Frame { source, tokens, holders: own.holders.clone(), slots: own.slots.clone() }
}

fn takes(own: &Frame) -> Option<Vec<Takes>> {
    let layout = layout::canonical(&own.source, own.tokens.clone(), &Widths::new());
    let takes = own.holders.iter().map(|holder| match holder.index {
        index if takes_name(own, index) => Some(Takes::Name),
        index if layout.measured[index] => None,
        index if own.tokens[index].kind.is_text() => Some(Takes::Text),
        index => takes_operand(own, index).then_some(Takes::Operand),
    });
    takes.collect()
}

/// Whether a token is a slot that stands where the name of an argument or an entry does.
fn takes_name(frame: &Frame, index: usize) -> bool {
    let (before, after) = around(frame, index);
    is_slot(frame, index)
        && matches!(before, None | Some(Kind::Newline))
        && after == Some(Kind::Equals)
}

/// Whether a token is a slot in a place where each operand is spaced like any other.
fn takes_operand(frame: &Frame, index: usize) -> bool {
    use Kind::*;
    let (before, after) = around(frame, index);
    is_slot(frame, index)
        && matches!(before, Some(Equals | Comma | Open))
        && matches!(after, None | Some(Newline | Comma | Close))
}

/// Whether a token is one slot, and stays a token of its own whatever is put into it.
fn is_slot(frame: &Frame, index: usize) -> bool {
    frame.text(index).chars().eq([VALUE]) && frame.is_apart(index)
}

fn around(frame: &Frame, index: usize) -> (Option<Kind>, Option<Kind>) {
    let kind = |index: usize| frame.tokens.get(index).map(|token| token.kind);
    (index.checked_sub(1).and_then(kind), kind(index + 1))
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
        && layout::canonical(text, tokens, &Widths::new()).text == text
}

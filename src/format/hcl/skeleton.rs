//! A cache of what all outputs of a template share: its tokens and its layout.
//!
//! Most values change neither. They stay on their line, and nothing that is aligned follows them on
//! it, except after names, of which only the width matters. So the text is laid out once, with
//! placeholders, for all names of the same widths, and such values are inserted without formatting
//! it again.

use std::sync::{Arc, OnceLock};

use super::layout::{self, Widths};
use super::lexer;
use super::rewrite::{self, Edits};
use super::token::{HclToken, HclTokenKind};
use super::tokenized::TokenizedText;
use crate::base::cache::Cache;
use crate::format::identifier::is_identifier;
use crate::format::markers::MarkedValue;
use crate::format::placeholders::PLACEHOLDER;

pub(super) struct Skeleton {
    /// In the template's own layout.
    pub(super) original: TokenizedText,
    /// The text after the rewrites of `terraform fmt`, and for each token with placeholders the kind
    /// of value that leaves the layout unchanged; `None` where values decide more than that.
    rewritten: OnceLock<Option<(TokenizedText, Vec<PlaceholderKind>)>>,
    /// The canonical layout, by the widths of names.
    laid_out: Cache<TokenizedText>,
}

/// The kind of value that a token can hold without a change of the layout around it.
#[derive(Clone, Copy)]
enum PlaceholderKind {
    /// Any value, in text.
    Text,
    /// An expression on one line.
    Operand,
    /// A name before a `=`, which is aligned by the width of the name.
    Name,
}

impl Skeleton {
    pub(super) fn read(source: &str, placeholders: &[usize]) -> Skeleton {
        let (rewritten, laid_out) = (OnceLock::new(), Cache::default());
        Skeleton { original: TokenizedText::read(source, placeholders), rewritten, laid_out }
    }

    /// The text in canonical layout, if the layout with these values is that with placeholders.
    pub(super) fn laid_out(&self, values: &[&MarkedValue<'_>]) -> Option<Arc<TokenizedText>> {
        let rewritten = self.rewritten.get_or_init(|| {
            let text = rewritten(&self.original)?;
            let kinds = placeholder_kinds(&text)?;
            Some((text, kinds))
        });
        let (rewritten, kinds) = rewritten.as_ref()?;
        let mut widths = Widths::new();
        for (holder, kind) in rewritten.holders.iter().zip(kinds) {
            let text = &values[holder.placeholders.start].text;
            match kind {
                PlaceholderKind::Text => {}
                PlaceholderKind::Operand => is_operand(text).then_some(())?,
                PlaceholderKind::Name => {
                    is_identifier(text).then_some(())?;
                    widths.insert(holder.index, text.len());
                }
            }
        }
        let mut key = String::new();
        widths.values().for_each(|width| key.push_str(&format!("{width} ")));
        Some(self.laid_out.get_or_insert_with(&key, |_| laid_out(rewritten, &widths)))
    }
}

/// The text after the rewrites of `terraform fmt`, if they are the same for all values.
fn rewritten(original: &TokenizedText) -> Option<TokenizedText> {
    let mut text = original.clone();
    for _ in 0..rewrite::ROUNDS {
        let edits = Edits::of(&text.source, &text.tokens);
        if edits.depend_on_values {
            return None;
        }
        if edits.is_empty() {
            break;
        }
        let source = edits.applied(&text.source);
        let placeholders: Vec<usize> =
            source.match_indices(PLACEHOLDER).map(|(at, _)| at).collect();
        text = TokenizedText::read(&source, &placeholders);
    }
    Some(text)
}

/// A text in canonical layout, whose placeholders count as so many columns.
fn laid_out(original: &TokenizedText, widths: &Widths) -> TokenizedText {
    let layout = layout::canonical(&original.source, original.tokens.clone(), widths);
    let (source, tokens) = (layout.text, layout.tokens);
    let (holders, offsets) = (original.holders.clone(), original.offsets.clone());
    TokenizedText { source, tokens, holders, offsets }
}

fn placeholder_kinds(text: &TokenizedText) -> Option<Vec<PlaceholderKind>> {
    let layout = layout::canonical(&text.source, text.tokens.clone(), &Widths::new());
    let kinds = text.holders.iter().map(|holder| match holder.index {
        index if is_name_position(text, index) => Some(PlaceholderKind::Name),
        index if layout.measured[index] => None,
        index if text.tokens[index].kind.is_text() => Some(PlaceholderKind::Text),
        index => is_operand_position(text, index).then_some(PlaceholderKind::Operand),
    });
    kinds.collect()
}

/// Returns true if a token is a placeholder for the name of an argument or an entry.
fn is_name_position(text: &TokenizedText, index: usize) -> bool {
    let (before, after) = neighbours(text, index);
    is_single_placeholder(text, index)
        && matches!(before, None | Some(HclTokenKind::Newline))
        && after == Some(HclTokenKind::Equals)
}

/// Returns true if a token is a placeholder in a position where all operands are spaced alike.
fn is_operand_position(text: &TokenizedText, index: usize) -> bool {
    use HclTokenKind::*;
    let (before, after) = neighbours(text, index);
    is_single_placeholder(text, index)
        && matches!(before, Some(Equals | Comma | Open))
        && matches!(after, None | Some(Newline | Comma | Close))
}

/// Returns true if a token is one placeholder and remains a token of its own, whatever its value
/// is.
fn is_single_placeholder(text: &TokenizedText, index: usize) -> bool {
    text.text(index).chars().eq([PLACEHOLDER]) && text.is_delimited(index)
}

fn neighbours(text: &TokenizedText, index: usize) -> (Option<HclTokenKind>, Option<HclTokenKind>) {
    let kind = |index: usize| text.tokens.get(index).map(|token| token.kind);
    (index.checked_sub(1).and_then(kind), kind(index + 1))
}

/// Returns true if an expression stays on one line, is laid out already and brings nothing to
/// align.
fn is_operand(text: &str) -> bool {
    use HclTokenKind::*;
    let tokens = lexer::tokens(text);
    let kind = |token: Option<&HclToken>| token.map(|token| token.kind);
    matches!(kind(tokens.first()), Some(Name | Number | Minus | Bang | OpenQuote | Open))
        && matches!(kind(tokens.last()), Some(Name | Number | CloseQuote | Close))
        && !tokens.iter().any(|token| matches!(token.kind, Newline | Equals))
        && layout::net(&tokens) == 0
        && layout::canonical(text, tokens, &Widths::new()).text == text
}

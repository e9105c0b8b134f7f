//! A page with a character of its own for each value: the positions of the values, and the page
//! with the values in place.

use std::borrow::Cow;

use super::contexts::{self, PageValue};
use super::escape::EscapeStyle;
use super::structure::Structure;
use super::value::{self, Written};
use super::{index, placeholder};
use crate::format::Refusal;

/// How many values are tried each by itself.
const MOST_TRIED: usize = 64;

/// The text of a page with placeholders.
pub(super) struct Page {
    text: String,
    structure: Structure,
    values: Vec<PageValue>,
}

impl Page {
    pub(super) fn read(text: &str) -> Page {
        let structure = Structure::of(text);
        let values = contexts::values(text, &structure);
        Page { text: text.to_owned(), structure, values }
    }

    /// The page with its values, or all values that their positions do not allow.
    pub(super) fn filled(&self, values: &[&str]) -> Result<String, Vec<(usize, Refusal)>> {
        for style in [EscapeStyle::Backslash, EscapeStyle::Reference] {
            let written = self.written(values, style)?;
            let filled = self.with_values(|at| Some(&written[at]));
            let is_unchanged = || self.is_unchanged(&filled, |at| Some(&written[at]));
            let are_words = self.values.iter().zip(values).all(|(it, text)| it.takes(text));
            debug_assert!(!are_words || is_unchanged(), "{filled}");
            if are_words || is_unchanged() {
                return Ok(filled);
            }
        }
        Err(self.culprits(values))
    }

    fn written(
        &self,
        values: &[&str],
        style: EscapeStyle,
    ) -> Result<Vec<Written>, Vec<(usize, Refusal)>> {
        let (mut written, mut refused) = (Vec::with_capacity(values.len()), Vec::new());
        for (index, (value, text)) in self.values.iter().zip(values).enumerate() {
            match value::write(text, value.context, style) {
                Ok(value) => written.push(value),
                Err(refusal) => refused.push((index, refusal)),
            }
        }
        if refused.is_empty() { Ok(written) } else { Err(refused) }
    }

    /// The page with those values that are given.
    fn with_values<'a>(&self, written: impl Fn(usize) -> Option<&'a Written>) -> String {
        let mut out = String::with_capacity(self.text.len() + self.text.len() / 4);
        let mut copied = 0;
        for (index, value) in self.values.iter().enumerate() {
            if let Some(written) = written(index) {
                out.push_str(&self.text[copied..value.at]);
                out.push_str(&written.source);
                copied = value.at + placeholder(index).len_utf8();
            }
        }
        out.push_str(&self.text[copied..]);
        out
    }

    /// Returns true if a page differs from that with placeholders in the values alone.
    fn is_unchanged<'a>(
        &self,
        filled: &str,
        written: impl Fn(usize) -> Option<&'a Written>,
    ) -> bool {
        self.structure.is_of(filled, &|text| {
            if text.chars().all(|c| index(c).is_none()) {
                return Cow::Borrowed(text);
            }
            let mut out = String::with_capacity(text.len());
            for c in text.chars() {
                match index(c).and_then(&written) {
                    Some(written) => out.push_str(&written.seen),
                    None => out.push(c),
                }
            }
            Cow::Owned(out)
        })
    }

    /// The values that change the page each by itself, or else all that are not words. Each takes
    /// time for a whole page, so of many none is tried.
    fn culprits(&self, values: &[&str]) -> Vec<(usize, Refusal)> {
        let Ok(written) = self.written(values, EscapeStyle::Reference) else { return Vec::new() };
        let suspects = (0..values.len()).filter(|at| !self.values[*at].takes(values[*at]));
        let suspects: Vec<usize> = suspects.collect();
        let changes_page = |suspect: &usize| {
            let value = |at: usize| (at == *suspect).then(|| &written[at]);
            !self.is_unchanged(&self.with_values(value), value)
        };
        let tried = suspects.iter().copied().filter(|_| suspects.len() <= MOST_TRIED);
        let alone: Vec<usize> = tried.filter(changes_page).collect();
        let all = if alone.is_empty() { suspects } else { alone };
        all.into_iter().map(|at| (at, self.values[at].context.refusal())).collect()
    }
}

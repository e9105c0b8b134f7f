//! A line while it is printed: where its plain scalars come to be, and whether they are strings.

use std::ops::Range;

use super::plain::{is_number, is_string};
use super::plain_scalars::PlainScalar;
use crate::format::placeholders::PLACEHOLDER;

/// A value that was printed in a plain scalar.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlainValue {
    /// The number of its scalar.
    pub scalar: usize,
    pub tag: u32,
    /// True for a number or a boolean.
    pub is_bare: bool,
    /// True if it is the whole scalar.
    pub whole: bool,
}

#[derive(Debug, Default)]
pub(super) struct PrintedLine {
    /// The bytes of the template's line that were printed.
    column: usize,
    /// For each literal its column in the template's line, and its offset in the output.
    literals: Vec<(usize, usize)>,
    values: Vec<PlainValue>,
}

impl PrintedLine {
    /// Notes the literal that goes to an offset of the output, with the value behind it.
    pub(super) fn literal(&mut self, literal: &str, offset: usize) {
        self.literals.push((self.column, offset));
        self.column += literal.len() + PLACEHOLDER.len_utf8();
    }

    pub(super) fn value(&mut self, value: PlainValue) {
        self.values.push(value);
    }

    /// The tags of the values that make a scalar something else than the string that it shows, one
    /// for each scalar.
    pub(super) fn misread<'p>(
        &self,
        plain: &'p [PlainScalar],
        output: &str,
    ) -> Vec<(u32, &'p PlainScalar)> {
        let scalars = self.values.chunk_by(|a, b| a.scalar == b.scalar);
        let misread = scalars.filter_map(|values| {
            let scalar = &plain[values[0].scalar];
            let string = values.iter().find(|value| !value.is_bare);
            let is_right = match string {
                Some(_) if scalar.is_unclear => false,
                Some(_) => is_string(&output[self.printed(scalar)], scalar.position),
                // A number alone is one, and further lines are the template's own text.
                None if values[0].whole || scalar.is_unclear => true,
                None => {
                    let text = &output[self.printed(scalar)];
                    is_number(text) || is_string(text, scalar.position)
                }
            };
            (!is_right).then(|| (string.unwrap_or(&values[0]).tag, scalar))
        });
        misread.collect()
    }

    /// The bytes of the output that are a scalar's.
    fn printed(&self, scalar: &PlainScalar) -> Range<usize> {
        let offset = |column: usize| {
            let next = self.literals.partition_point(|(begin, _)| *begin <= column);
            let (begin, offset) = self.literals[next - 1];
            offset + column - begin
        };
        offset(scalar.range.start)..offset(scalar.range.end)
    }
}

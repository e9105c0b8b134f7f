//! The places of the plain scalars that hold values, as the scanner meets them.

use std::ops::Range;

use super::plain::PlainPosition;

/// A scalar without quotes that holds values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PlainScalar {
    /// The line, counted from 0.
    pub line: usize,
    /// Its bytes on that line, with a placeholder for each value.
    pub range: Range<usize>,
    pub position: PlainPosition,
    /// True if it may continue on the next line, or its end is not known.
    pub is_unclear: bool,
}

#[derive(Debug, Default)]
pub(super) struct PlainScalars {
    found: Vec<PlainScalar>,
    open: Option<OpenScalar>,
}

/// The scalar that the scanner is in.
#[derive(Debug)]
struct OpenScalar {
    line: usize,
    start: usize,
    is_unclear: bool,
    /// Its position among those with values.
    index: Option<usize>,
}

impl PlainScalars {
    pub(super) fn begin(&mut self, line: usize, start: usize) {
        self.open = Some(OpenScalar { line, start, is_unclear: false, index: None });
    }

    /// Notes a value in the open scalar, and returns the scalar's number.
    pub(super) fn value(&mut self, in_flow: bool) -> Option<usize> {
        let open = self.open.as_mut()?;
        let found = &mut self.found;
        let index = open.index.get_or_insert_with(|| {
            let position = if in_flow { PlainPosition::Flow } else { PlainPosition::Value };
            let (line, start, is_unclear) = (open.line, open.start, open.is_unclear);
            found.push(PlainScalar { line, range: start..start, position, is_unclear });
            found.len() - 1
        });
        Some(*index)
    }

    /// The open scalar ends before a byte of a line, unless it ended before or the next line
    /// continues it.
    pub(super) fn end_at(&mut self, line: &str, at: usize) {
        if let Some(scalar) = self.scalar()
            && !scalar.is_unclear
            && scalar.range.is_empty()
        {
            scalar.range.end = line[..at].trim_end().len();
        }
    }

    /// The open scalar was a key outside brackets.
    pub(super) fn is_key(&mut self) {
        if let Some(scalar) = self.scalar() {
            scalar.position = PlainPosition::Key;
        }
    }

    /// The next line may continue the open scalar.
    pub(super) fn doubt(&mut self) {
        if let Some(open) = &mut self.open {
            open.is_unclear = true;
        }
        if let Some(scalar) = self.scalar() {
            scalar.is_unclear = true;
        }
    }

    pub(super) fn close(&mut self) {
        self.open = None;
    }

    pub(super) fn into_found(mut self) -> Vec<PlainScalar> {
        for scalar in &mut self.found {
            scalar.is_unclear |= scalar.range.is_empty();
        }
        self.found
    }

    /// The open scalar, if it holds a value.
    fn scalar(&mut self) -> Option<&mut PlainScalar> {
        self.found.get_mut(self.open.as_ref()?.index?)
    }
}

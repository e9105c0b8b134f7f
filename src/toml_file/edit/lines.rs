//! The bounds of lines, and the blank lines and comments that belong to a section.
//!
//! Looks at the text around what the outline found; changes nothing.

use std::ops::Range;

use super::outline::Section;

/// A text with its sections.
pub(crate) struct DocumentLines<'a> {
    pub text: &'a str,
    pub sections: &'a [Section],
}

impl DocumentLines<'_> {
    /// The start of the line that contains a position.
    pub(crate) fn start(&self, position: usize) -> usize {
        let start = self.text[..position].rfind('\n').map_or(0, |index| index + 1);
        // A byte-order mark stays before the first line.
        if start == 0 && self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start }
    }

    /// The end of the line that contains a position.
    pub(crate) fn end(&self, position: usize) -> usize {
        self.text[position..].find('\n').map_or(self.text.len(), |index| position + index + 1)
    }

    /// The lines of a section: from the comment directly above its header to its last
    /// entry, with the comments directly below.
    pub(crate) fn section(&self, index: usize) -> Range<usize> {
        self.section_start(index)..self.section_end(index)
    }

    fn section_start(&self, index: usize) -> usize {
        let mut start = self.start(self.sections[index].header.start);
        while start > self.start(0) {
            let above = self.start(start - 1);
            if !is_comment(&self.text[above..start]) {
                break;
            }
            start = above;
        }
        start
    }

    fn section_end(&self, index: usize) -> usize {
        let section = &self.sections[index];
        let last = section.entries.last().map_or(section.header.end, |it| it.value.range.end);
        // The first section has no header; without entries it ends where it begins.
        if last == 0 {
            return self.start(0);
        }
        let own = self.end(last);
        let mut end = own;
        while end < self.text.len() && is_comment(&self.text[end..self.end(end)]) {
            end = self.end(end);
        }
        // A comment directly above the next header is that one's.
        match self.sections.get(index + 1) {
            Some(next) if self.start(next.header.start) == end => own,
            _ => end,
        }
    }

    /// The blank line above a position or, where there is none, the one that begins at `below`.
    pub(crate) fn blank(&self, above: usize, below: usize) -> Range<usize> {
        if above > self.start(0) {
            let start = self.start(above - 1);
            if self.text[start..above].trim().is_empty() {
                return start..above;
            }
        }
        let end = self.end(below);
        if self.text[below..end].trim().is_empty() { below..end } else { below..below }
    }

    /// The line end that the text uses.
    pub(crate) fn line_end(&self) -> &'static str {
        match self.text.find('\n') {
            Some(index) if self.text[..index].ends_with('\r') => "\r\n",
            _ => "\n",
        }
    }
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

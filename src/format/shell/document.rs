//! Here-documents: where each begins and ends.

use super::PLACEHOLDER;

/// A here-document.
pub(super) struct HereDocument {
    delimiter: String,
    /// Whether tabs before a line do not count.
    strips_tabs: bool,
    /// Whether the text is expanded, so that a backslash joins two lines.
    expands: bool,
    /// Whether the last line is joined to the next.
    is_joined: bool,
}

impl HereDocument {
    /// The document that `<<` opens, and the length of the rest of its opener. `None` if the
    /// delimiter is not written out.
    pub(super) fn opened(rest: &str) -> Option<(HereDocument, usize)> {
        let word = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches([' ', '\t']);
        let strips_tabs = rest.starts_with('-');
        let (mut delimiter, mut expands, mut quote) = (String::new(), true, None);
        let mut end = word.len();
        let mut chars = word.char_indices();
        while let Some((at, c)) = chars.next() {
            match (quote, c) {
                (_, PLACEHOLDER | '$' | '`') => return None,
                (None, ' ' | '\t' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => {
                    end = at;
                    break;
                }
                (None, '\'' | '"') => (quote, expands) = (Some(c), false),
                (Some(open), c) if open == c => quote = None,
                (None | Some('"'), '\\') => {
                    expands = false;
                    delimiter.push(chars.next()?.1);
                }
                _ => delimiter.push(c),
            }
        }
        let is_written = quote.is_none() && !delimiter.is_empty();
        let document = HereDocument { delimiter, strips_tabs, expands, is_joined: false };
        is_written.then_some((document, rest.len() - word.len() + end))
    }

    /// Returns true if a line ends the document.
    pub(super) fn ends(&mut self, line: &str) -> bool {
        let text = if self.strips_tabs { line.trim_start_matches('\t') } else { line };
        let is_end = !self.is_joined && text == self.delimiter;
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        self.is_joined = self.expands && backslashes % 2 == 1;
        is_end
    }
}

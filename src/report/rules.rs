//! All rules as a table, 80 columns wide.

use std::fmt::Write;

use crate::rules::registry::RULES;

/// The widths of the columns, with two blanks between them.
const WIDTHS: [usize; 3] = [19, 30, 27];

pub(crate) fn table() -> String {
    let mut out = String::new();
    push_row(&mut out, ["code", "requires that", "waivable at"]);
    for rule in RULES.iter() {
        push_row(&mut out, [rule.code.as_str(), rule.summary, rule.waivable_at.unwrap_or("-")]);
    }
    out.push_str("\n`envroot explain CODE` shows an example and how to fix it.\n");
    out
}

fn push_row(out: &mut String, cells: [&str; 3]) {
    let mut columns = cells.iter().zip(WIDTHS).map(|(cell, width)| wrapped(cell, width));
    let columns: [Vec<String>; 3] = std::array::from_fn(|_| columns.next().unwrap_or_default());
    let height = columns.iter().map(Vec::len).max().unwrap_or_default();
    for line in 0..height {
        let [code, summary, at] =
            [0, 1, 2].map(|column| columns[column].get(line).map_or("", String::as_str));
        let [first, second, _] = WIDTHS;
        let row = format!("{code:first$}  {summary:second$}  {at}");
        _ = writeln!(out, "{}", row.trim_end());
    }
}

/// A text in lines of at most so many characters, unless a word is longer.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_a_terminal() {
        for line in table().lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn a_text_is_wrapped_between_words() {
        assert_eq!(wrapped("a bc def", 4), ["a bc", "def"]);
        assert_eq!(wrapped("abcdef g", 4), ["abcdef", "g"]);
    }
}

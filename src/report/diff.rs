//! Differences between two texts, as hunks.
//!
//! Knows texts only; what they belong to is said by the caller.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use crate::model::secret;
use similar::{Algorithm, ChangeTag, TextDiff};

/// Lines around a change that are shown with it.
const CONTEXT: usize = 3;
/// However large a diff is, a report must come. What is found by then is right, if not minimal.
const DEADLINE: Duration = Duration::from_millis(500);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hunk {
    /// First line and number of lines, on disk and as rendered; lines count from 1.
    pub old: (usize, usize),
    pub new: (usize, usize),
    pub lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Line {
    /// `-` for the disk, `+` for what is rendered, a blank for both.
    pub sign: char,
    /// Without its line end, and without secrets.
    pub text: String,
    /// True if the text ends here without a newline.
    pub unterminated: bool,
    /// The index of the line in the rendered text, if it has the line.
    pub rendered: Option<usize>,
}

impl Hunk {
    /// `@@ -41,3 +41,3 @@`
    pub fn header(&self) -> String {
        let range = |(start, length): (usize, usize)| match length {
            1 => start.to_string(),
            0 => format!("{},0", start - 1),
            _ => format!("{start},{length}"),
        };
        format!("@@ -{} +{} @@", range(self.old), range(self.new))
    }
}

/// The hunks that turn `old` into `new`, without secrets. `skipped` lines in front of both are counted, not shown.
pub fn hunks(old: &str, new: &str, skipped: (usize, usize)) -> Vec<Hunk> {
    hunks_of(old, new, skipped, secret::masked_file)
}

/// The hunks between two texts whose lines are taken from what is shown of each.
fn hunks_of(old: &str, new: &str, skipped: (usize, usize), show: ShowFn) -> Vec<Hunk> {
    let deadline = Instant::now() + DEADLINE;
    // Lines as Git has them: nothing but a line feed ends one.
    let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
    let (shown_old, shown_new) = (show(old), show(new));
    let (shown_old, shown_new) = (lines(&shown_old), lines(&shown_new));
    let (old, new) = (lines(old), lines(new));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .deadline(deadline)
        .diff_slices(&old, &new);
    let groups = diff.grouped_ops(CONTEXT);
    groups
        .iter()
        .map(|group| {
            let lines = group.iter().flat_map(|op| diff.iter_changes(op)).map(|change| {
                let shown = match (change.tag(), change.old_index(), change.new_index()) {
                    (ChangeTag::Insert, _, Some(index)) => shown_new[index],
                    (_, Some(index), _) => shown_old[index],
                    _ => "",
                };
                Line {
                    sign: match change.tag() {
                        ChangeTag::Equal => ' ',
                        ChangeTag::Delete => '-',
                        ChangeTag::Insert => '+',
                    },
                    text: shown.trim_end_matches('\n').to_owned(),
                    unterminated: !change.value().ends_with('\n'),
                    rendered: change.new_index(),
                }
            });
            let (first, last) = (&group[0], &group[group.len() - 1]);
            let old = first.old_range().start..last.old_range().end;
            let new = first.new_range().start..last.new_range().end;
            Hunk {
                old: (old.start + skipped.0 + 1, old.len()),
                new: (new.start + skipped.1 + 1, new.len()),
                lines: lines.collect(),
            }
        })
        .collect()
}

/// What is shown of a text.
type ShowFn = fn(&str) -> Cow<'_, str>;

/// A unified diff without secrets, `None` for a side that does not exist.
pub fn unified(path: &str, old: Option<&str>, new: Option<&str>) -> String {
    written(path, old, new, secret::masked_file)
}

/// The same with every byte, for `git apply`. It is saved and never printed.
pub fn patch(path: &str, old: Option<&str>, new: Option<&str>) -> String {
    written(path, old, new, |text| Cow::Borrowed(text))
}

fn written(path: &str, old: Option<&str>, new: Option<&str>, show: ShowFn) -> String {
    if old == new {
        return String::new();
    }
    let (a, b) = (quoted(&format!("a/{path}")), quoted(&format!("b/{path}")));
    let mut out = format!("diff --git {a} {b}\n");
    match (old, new) {
        (None, Some(_)) => out.push_str("new file mode 100644\n"),
        (Some(_), None) => out.push_str("deleted file mode 100644\n"),
        _ => {}
    }
    let hunks = hunks_of(old.unwrap_or_default(), new.unwrap_or_default(), (0, 0), show);
    if !hunks.is_empty() {
        let name =
            |side: Option<&str>, name| if side.is_some() { name } else { "/dev/null".into() };
        out.push_str(&format!("--- {}\n+++ {}\n", name(old, a), name(new, b)));
    }
    for hunk in hunks {
        out.push_str(&hunk.header());
        out.push('\n');
        for line in hunk.lines {
            out.push_str(&format!("{}{}\n", line.sign, line.text));
            if line.unterminated {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}

/// A name as Git writes it into a patch: in quotes where it could be misread.
fn quoted(name: &str) -> String {
    if !name.contains(|c: char| c.is_ascii_control() || matches!(c, '"' | '\\')) {
        return name.to_owned();
    }
    let mut out = "\"".to_owned();
    for c in name.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_ascii_control() => out.push_str(&format!("\\{:03o}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unified_diff_reads_as_git_writes_it() {
        let old = "a\nb\nc\nd\ne\nf\ng\nh\n";
        let new = "a\nb\nc\nd\nE\nf\ng\nh";
        let expected = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n-h\n+h\n\\ No newline at end of file\n";
        assert_eq!(unified("x", Some(old), Some(new)), expected);
        let created =
            "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n";
        assert_eq!(unified("x", None, Some("a\n")), created);
        let removed = "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        assert_eq!(unified("x", Some("a\n"), None), removed);
    }
}

//! Tables written once more under another name, beside those they are like.

use std::ops::Range;

use super::document::{Document, InsertSide, Splice, begins, joined};
use super::outline::{self, Assignment};
use crate::model::key_path::Path;

impl Document<'_> {
    /// The text with the tables at and below one path once more below another, without comments,
    /// each run of them beside the one it copies.
    pub(crate) fn copy(
        &self,
        from: &Path,
        to: &Path,
        beside: (&Path, InsertSide),
    ) -> Option<String> {
        let mut splices = Vec::new();
        let copied: Vec<usize> = self
            .tables()
            .filter(|(_, it)| begins(&it.path, from))
            .map(|(index, _)| index)
            .collect();
        for run in copied.chunk_by(|a, b| a + 1 == *b) {
            let text: Vec<String> =
                run.iter().map(|index| self.section_copied(*index, from, to)).collect();
            splices.push(self.beside(run, &text.join("\n"), from, beside));
        }
        for (_, section) in self.tables() {
            let Some(rest) = from.0.strip_prefix(section.path.0.as_slice()) else { continue };
            let lines: Vec<&Assignment> =
                section.entries.iter().filter(|it| it.path.0.starts_with(rest)).collect();
            let Some(last) = lines.last().filter(|_| !rest.is_empty()) else { continue };
            let to = Path(to.0[section.path.0.len()..].to_vec());
            let line = |entry: &&Assignment| {
                let below = Path(entry.path.0[rest.len()..].to_vec());
                let value = self.without_comments(entry.value.range.clone());
                format!("{} = {value}\n", joined(&to, &below))
            };
            let position = self.lines().end(last.value.range.end);
            splices.push((position..position, lines.iter().map(line).collect()));
        }
        (!splices.is_empty()).then(|| self.spliced(splices))
    }

    /// DocumentLines beside the run of tables of another path that is like a run, or else beside that one.
    fn beside(
        &self,
        run: &[usize],
        text: &str,
        from: &Path,
        (other, side): (&Path, InsertSide),
    ) -> Splice {
        let like = &self.sections[run[0]].path;
        let wanted = joined(other, &Path(like.0[from.0.len()..].to_vec()));
        let (first, last) = match self.tables().find(|(_, section)| section.path == wanted) {
            Some((index, _)) => {
                let after = self.sections[index..].iter();
                let more = after.take_while(|section| begins(&section.path, other)).count();
                (index, index + more - 1)
            }
            None => (run[0], run[run.len() - 1]),
        };
        match side {
            InsertSide::Before => self.section_before(first, text),
            InsertSide::After => self.section_after(last, text),
        }
    }

    fn section_copied(&self, index: usize, from: &Path, to: &Path) -> String {
        let section = &self.sections[index];
        let lines = self.lines();
        let path = joined(to, &Path(section.path.0[from.0.len()..].to_vec()));
        let mut text = format!("[{path}]\n");
        let mut above = None;
        for entry in &section.entries {
            let start = lines.start(entry.key.start);
            // A blank line between two entries stays one.
            if above.is_some_and(|end: usize| self.text[end..start].contains('\n')) {
                text.push('\n');
            }
            text.push_str(&self.without_comments(start..entry.value.range.end));
            text.push('\n');
            above = Some(lines.end(entry.value.range.end));
        }
        text
    }

    /// A range of the text without the comments in it, and without the lines that hold nothing else.
    fn without_comments(&self, range: Range<usize>) -> String {
        let mut text = String::new();
        let mut done = range.start;
        let inside = |it: &Range<usize>| range.start <= it.start && it.end <= range.end;
        for comment in outline::comments(self.text).into_iter().filter(inside) {
            let before = self.text[done..comment.start].trim_end_matches([' ', '\t']);
            text.push_str(before);
            done = comment.end;
            if before.ends_with('\n') {
                done = self.lines().end(comment.end);
            }
        }
        text.push_str(&self.text[done..range.end]);
        text
    }
}

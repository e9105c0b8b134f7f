//! The contents of a rendered file: its text, or the fact that the disk has the same text already.

use crate::format::seal;

/// The contents of a rendered file.
#[derive(Debug)]
pub enum Contents {
    /// The file on disk has the same text, so it is dropped: a large project is never in memory at
    /// once.
    Unchanged,
    /// The file differs from the disk, or was not compared with it yet.
    Text(FileText),
}

/// The whole text of a rendered file.
#[derive(Debug)]
pub struct FileText {
    text: String,
    /// Which tag of the template printed something on which line of the body, from 0.
    tags: Vec<(u32, u32)>,
}

impl FileText {
    pub fn new(text: String, tags: Vec<(u32, u32)>) -> FileText {
        FileText { text, tags }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text below the head.
    pub fn body(&self) -> &str {
        seal::read(&self.text).map_or(&self.text, |sealed| sealed.body)
    }

    /// The number of lines of the head.
    pub fn head_lines(&self) -> usize {
        self.text[..self.text.len() - self.body().len()].matches('\n').count()
    }

    /// The lines of the body, from 0, with the tags that printed something on them.
    pub fn tags(&self) -> &[(u32, u32)] {
        &self.tags
    }
}

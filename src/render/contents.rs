//! The contents of a rendered file: its text, or the fact that the disk has the same text already.

use std::borrow::Cow;

use crate::format::{seal, sealed_beside};

/// The contents of a rendered file.
#[derive(Debug)]
pub enum Contents {
    /// The file on disk has the same text, so it is dropped: a large project is never in memory at
    /// once.
    Unchanged,
    /// The file differs from the disk, or was not compared with it yet.
    Text(FileText),
}

/// The text of a rendered file with its head, wherever that is written.
#[derive(Debug)]
pub struct FileText {
    text: String,
    /// True if the head is in a file beside.
    is_beside: bool,
    /// Which tag of the template printed something on which line of the body, from 0.
    tags: Vec<(u32, u32)>,
}

impl FileText {
    pub fn new(text: String, tags: Vec<(u32, u32)>) -> FileText {
        FileText { text, is_beside: false, tags }
    }

    /// The text of a file whose head is in a file beside.
    pub fn beside(text: String, tags: Vec<(u32, u32)>) -> FileText {
        FileText { text, is_beside: true, tags }
    }

    /// The head and the text below it, as one text.
    pub fn sealed(&self) -> &str {
        &self.text
    }

    /// The text of the file itself.
    pub fn as_str(&self) -> &str {
        if self.is_beside { sealed_beside::split(&self.text).1 } else { &self.text }
    }

    /// Returns true if a file beside seals it.
    pub fn is_beside(&self) -> bool {
        self.is_beside
    }

    /// The text of the file that seals it from beside, if one does.
    pub fn seal(&self) -> Option<&str> {
        self.is_beside.then(|| sealed_beside::split(&self.text).0)
    }

    /// The text without the head.
    pub fn body(&self) -> Cow<'_, str> {
        seal::read(&self.text).map_or(Cow::Borrowed(&self.text), |sealed| sealed.body)
    }

    /// The number of lines of the head in the file itself.
    pub fn head_lines(&self) -> usize {
        if self.is_beside {
            return 0;
        }
        self.text.matches('\n').count() - self.body().matches('\n').count()
    }

    /// The lines of the body, from 0, with the tags that printed something on them.
    pub fn tags(&self) -> &[(u32, u32)] {
        &self.tags
    }
}

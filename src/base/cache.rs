//! What was read from a text, kept for when the text comes again.
//!
//! A thousand environments share a template, and what it prints differs in its values alone. What
//! is remembered never decides what is printed: a text gives the same, however often it comes.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::RandomState;

/// How many bytes of text are kept. What is read from one takes several times its room.
const ROOM: usize = 256 * 1024;

/// What was read from texts, for all threads that print.
pub struct Remembered<T>(RwLock<Known<T>>);

struct Known<T> {
    texts: HashMap<Box<str>, Arc<T>, RandomState>,
    /// How many more bytes of text may be kept.
    room: usize,
}

impl<T> Default for Remembered<T> {
    fn default() -> Remembered<T> {
        Remembered(RwLock::new(Known { texts: HashMap::default(), room: ROOM }))
    }
}

impl<T> Remembered<T> {
    /// What `read` makes of a text, which it must make of it each time.
    pub fn of(&self, text: &str, read: impl FnOnce(&str) -> T) -> Arc<T> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.texts.get(text) {
            return Arc::clone(known);
        }
        drop(known);
        let new = Arc::new(read(text));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if text.len() <= known.room && !known.texts.contains_key(text) {
            known.room -= text.len();
            known.texts.insert(text.into(), Arc::clone(&new));
        }
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_once() {
        let remembered = Remembered::default();
        assert_eq!(*remembered.of("a", str::len), 1);
        assert_eq!(*remembered.of("a", |_| unreachable!("it is known")), 1);
        assert_eq!(*remembered.of("ab", str::len), 2);
    }

    #[test]
    fn texts_beyond_the_room_are_read_each_time() {
        let remembered = Remembered::default();
        let long = "a".repeat(ROOM);
        assert_eq!(*remembered.of("a", |_| 1), 1);
        assert_eq!(*remembered.of(&long, |_| 2), 2);
        assert_eq!(*remembered.of(&long, |_| 3), 3);
        assert_eq!(*remembered.of("a", |_| 4), 1);
    }
}

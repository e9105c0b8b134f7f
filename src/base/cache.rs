//! A cache of values computed from texts.
//!
//! A thousand environments share a template, and its output differs in values alone. The key is the
//! whole input of the computation, so a cached value always equals a fresh one.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::fast::RandomState;

/// The limit of the keys together, in bytes. A value takes several times the memory of its key.
const ROOM: usize = 256 * 1024;

/// Values by the text they were computed from, shared by all threads.
pub(crate) struct Cache<T>(RwLock<Known<T>>);

struct Known<T> {
    texts: HashMap<Box<str>, Arc<T>, RandomState>,
    /// The bytes left for further keys.
    room: usize,
}

impl<T> Default for Cache<T> {
    fn default() -> Cache<T> {
        Cache(RwLock::new(Known { texts: HashMap::default(), room: ROOM }))
    }
}

impl<T> Cache<T> {
    /// The value of a text. `compute` must depend on the text alone; it runs again for a text that no
    /// longer fits.
    pub(crate) fn get_or_insert_with(&self, text: &str, compute: impl FnOnce(&str) -> T) -> Arc<T> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.texts.get(text) {
            return Arc::clone(known);
        }
        drop(known);
        let new = Arc::new(compute(text));
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
    fn a_value_is_computed_once() {
        let cache = Cache::default();
        assert_eq!(*cache.get_or_insert_with("a", str::len), 1);
        assert_eq!(*cache.get_or_insert_with("a", |_| unreachable!("it is known")), 1);
        assert_eq!(*cache.get_or_insert_with("ab", str::len), 2);
    }

    #[test]
    fn texts_beyond_the_limit_are_computed_each_time() {
        let cache = Cache::default();
        let long = "a".repeat(ROOM);
        assert_eq!(*cache.get_or_insert_with("a", |_| 1), 1);
        assert_eq!(*cache.get_or_insert_with(&long, |_| 2), 2);
        assert_eq!(*cache.get_or_insert_with(&long, |_| 3), 3);
        assert_eq!(*cache.get_or_insert_with("a", |_| 4), 1);
    }
}

//! Tables of which many are alike: their keys are kept once.
//!
//! A thousand environments have the same settings with other values. Knows nothing of the values.

use std::slice;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::{IndexSet, set};

use crate::model::key_path::Key;

/// Looked up far more often than anything else: with a hash made for short keys.
type KeySet = IndexSet<Key, RandomState>;

/// Values by key, in the order in which keys came. A copy shares its keys until one comes or goes.
#[derive(Clone, Debug)]
pub struct KeyTable<V> {
    keys: Arc<KeySet>,
    /// As many as there are keys, in the same order.
    values: Vec<V>,
}

impl<V> KeyTable<V> {
    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub fn get(&self, key: &str) -> Option<&V> {
        self.get_full(key).map(|(_, _, value)| value)
    }

    /// A value with its key and its place in the order.
    pub fn get_full(&self, key: &str) -> Option<(usize, &Key, &V)> {
        let (at, key) = self.keys.get_full(key)?;
        Some((at, key, &self.values[at]))
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        let at = self.keys.get_index_of(key)?;
        Some(&mut self.values[at])
    }

    /// Puts a value in the place of the one with its key, or at the end.
    pub fn insert(&mut self, key: Key, value: V) {
        match self.get_mut(&key) {
            Some(known) => *known = value,
            None => {
                Arc::make_mut(&mut self.keys).insert(key);
                self.values.push(value);
            }
        }
    }

    /// Takes a value out; those behind it move up.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        let at = self.keys.get_index_of(key)?;
        Arc::make_mut(&mut self.keys).shift_remove_index(at);
        Some(self.values.remove(at))
    }

    /// Takes all values out of which `stays` does not hold.
    pub fn retain(&mut self, stays: impl Fn(&Key, &V) -> bool) {
        let goes = |(key, value): (&Key, &V)| (!stays(key, value)).then(|| Key::clone(key));
        let going: Vec<Key> = self.iter().filter_map(goes).collect();
        going.iter().for_each(|key| _ = self.remove(key));
    }

    pub fn keys(&self) -> set::Iter<'_, Key> {
        self.keys.iter()
    }

    pub fn values(&self) -> slice::Iter<'_, V> {
        self.values.iter()
    }

    pub fn values_mut(&mut self) -> slice::IterMut<'_, V> {
        self.values.iter_mut()
    }

    pub fn iter(&self) -> Entries<'_, V> {
        self.keys.iter().zip(&self.values)
    }

    /// The entries, each with what another table has under its key, and at which place.
    pub fn zip_by_key<'a>(
        &'a self,
        other: &'a KeyTable<V>,
    ) -> impl Iterator<Item = (&'a Key, &'a V, Option<(usize, &'a V)>)> {
        let is_alike = self.shares_keys(other);
        self.iter().enumerate().map(move |(at, (key, value))| {
            let found = match is_alike {
                true => Some((at, &other.values[at])),
                false => other.get_full(key).map(|(at, _, value)| (at, value)),
            };
            (key, value, found)
        })
    }

    /// Returns true if two tables share one list of keys, and so have the same keys in the same order.
    pub fn shares_keys(&self, other: &KeyTable<V>) -> bool {
        Arc::ptr_eq(&self.keys, &other.keys)
    }
}

pub(crate) type Entries<'a, V> = std::iter::Zip<set::Iter<'a, Key>, slice::Iter<'a, V>>;

impl<'a, V> IntoIterator for &'a KeyTable<V> {
    type Item = (&'a Key, &'a V);
    type IntoIter = Entries<'a, V>;

    fn into_iter(self) -> Entries<'a, V> {
        self.iter()
    }
}

impl<V> Default for KeyTable<V> {
    fn default() -> KeyTable<V> {
        KeyTable { keys: Arc::default(), values: Vec::new() }
    }
}

impl<V> FromIterator<(Key, V)> for KeyTable<V> {
    fn from_iter<I: IntoIterator<Item = (Key, V)>>(entries: I) -> KeyTable<V> {
        let mut table = KeyTable::default();
        entries.into_iter().for_each(|(key, value)| table.insert(key, value));
        table
    }
}

/// Whatever their order: it means nothing in TOML.
impl<V: PartialEq> PartialEq for KeyTable<V> {
    fn eq(&self, other: &KeyTable<V>) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(entries: &[(&str, i32)]) -> KeyTable<i32> {
        entries.iter().map(|(key, value)| (Key::from(*key), *value)).collect()
    }

    #[track_caller]
    fn check(table: &KeyTable<i32>, expected: &[(&str, i32)]) {
        let entries: Vec<(&str, i32)> = table.iter().map(|(key, value)| (&**key, *value)).collect();
        assert_eq!(entries, expected);
        for (at, (key, value)) in expected.iter().enumerate() {
            assert_eq!(table.get_full(key), Some((at, &Key::from(*key), value)));
        }
        assert_eq!(table.len(), expected.len());
    }

    #[test]
    fn entries_keep_the_order_in_which_they_came() {
        let mut it = table(&[("c", 1), ("a", 2), ("b", 3), ("a", 4)]);
        check(&it, &[("c", 1), ("a", 4), ("b", 3)]);
        it.insert("d".into(), 5);
        assert_eq!(it.remove("c"), Some(1));
        assert_eq!(it.remove("x"), None);
        check(&it, &[("a", 4), ("b", 3), ("d", 5)]);
        it.retain(|key, value| &**key == "a" || *value > 4);
        check(&it, &[("a", 4), ("d", 5)]);
    }

    #[test]
    fn a_copy_shares_keys_until_one_comes_or_goes() {
        let it = table(&[("a", 1), ("b", 2)]);
        let mut copy = it.clone();
        copy.insert("a".into(), 3);
        copy.values_mut().for_each(|value| *value += 1);
        assert!(copy.shares_keys(&it));
        copy.insert("c".into(), 5);
        assert!(!copy.shares_keys(&it));
        let mut less = it.clone();
        less.remove("a");
        check(&it, &[("a", 1), ("b", 2)]);
        check(&copy, &[("a", 4), ("b", 3), ("c", 5)]);
        check(&less, &[("b", 2)]);
    }

    #[test]
    fn entries_beside_another_table_have_what_it_has_under_their_keys() {
        let it = table(&[("a", 1), ("b", 2)]);
        let zip_by_key = |other: &KeyTable<i32>| -> Vec<Option<(usize, i32)>> {
            it.zip_by_key(other)
                .map(|(_, _, found)| found.map(|(at, value)| (at, *value)))
                .collect()
        };
        let mut alike = it.clone();
        alike.insert("b".into(), 5);
        assert_eq!(zip_by_key(&alike), [Some((0, 1)), Some((1, 5))]);
        assert_eq!(zip_by_key(&table(&[("c", 0), ("b", 7)])), [None, Some((1, 7))]);
    }

    #[test]
    fn tables_are_equal_whatever_their_order() {
        let it = table(&[("a", 1), ("b", 2)]);
        assert_eq!(it, table(&[("b", 2), ("a", 1)]));
        for other in
            [table(&[("a", 1)]), table(&[("a", 1), ("b", 3)]), table(&[("a", 1), ("c", 2)])]
        {
            assert_ne!(it, other);
        }
    }
}

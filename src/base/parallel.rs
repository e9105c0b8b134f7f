//! Work on all processors, with results in the order of the input.

use std::cmp::Ordering;

use rayon::prelude::*;

/// The fewest items given to one processor: handing over fewer costs more than it saves.
const TOGETHER: usize = 8;

/// Adds the calling thread to the pool, where it would only wait otherwise. Each thread has memory of
/// its own, so one thread fewer saves memory.
pub fn use_current_thread() {
    // A pool that exists already stays as it is.
    _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
}

/// Applies `work` to every item, in parallel where that pays.
pub fn map<'a, T: Sync, R: Send>(items: &'a [T], work: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    items.par_iter().with_min_len(TOGETHER).map(&work).collect()
}

/// Sorts items. The order of equal items is not defined.
pub fn sort<T: Send>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering + Sync) {
    items.par_sort_unstable_by(order);
}

/// Runs two pieces of work in parallel.
pub fn join<A: Send, B: Send>(
    here: impl FnOnce() -> A + Send,
    beside: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(here, beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_returns_both_results() {
        assert_eq!(join(|| 1, || "b"), (1, "b"));
    }

    #[test]
    fn results_come_in_the_order_of_the_input() {
        for length in [0, 1, TOGETHER, TOGETHER + 1, 1000] {
            let items: Vec<usize> = (0..length).collect();
            let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map(&items, |item| item * 2), expected);
        }
    }
}

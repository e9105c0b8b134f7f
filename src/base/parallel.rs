//! Work spread over the processors, its results in the order of the input.
//!
//! Knows nothing of the work.

use std::cmp::Ordering;

use rayon::prelude::*;

/// How many items are never shared out: handing on fewer costs more than they take.
const TOGETHER: usize = 8;

/// Makes the calling thread one of those that work is spread over, where it would only wait for
/// them; each has memory of its own.
pub fn take_part() {
    // Whoever spread work before has decided it.
    _ = rayon::ThreadPoolBuilder::new().use_current_thread().build_global();
}

/// `work` on every item, in parallel where that pays.
pub fn map<'a, T: Sync, R: Send>(items: &'a [T], work: impl Fn(&'a T) -> R + Sync) -> Vec<R> {
    items.par_iter().with_min_len(TOGETHER).map(&work).collect()
}

/// Puts items in order. Of two that are equal either may come first.
pub fn sort<T: Send>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering + Sync) {
    items.par_sort_unstable_by(order);
}

/// Two pieces of work side by side.
pub fn both<A: Send, B: Send>(
    here: impl FnOnce() -> A + Send,
    beside: impl FnOnce() -> B + Send,
) -> (A, B) {
    rayon::join(here, beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pieces_of_work_give_both_results() {
        assert_eq!(both(|| 1, || "b"), (1, "b"));
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

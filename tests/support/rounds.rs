//! How much a long test tries: a part for a person who waits, all of it in CI.

use std::env;

/// A test tries one of so many rounds or items, and all of them with `ENVROOT_FULL=1`, as in `.ci/run`.
const PART: usize = 20;

/// The number of rounds of a random test: `full`, or a part of it.
pub(crate) fn rounds(full: usize) -> usize {
    full.div_ceil(stride())
}

/// The items that a test tries: all, or the first and each twentieth after it.
pub(crate) fn some_of<T>(all: impl IntoIterator<Item = T>) -> impl Iterator<Item = T> {
    all.into_iter().step_by(stride())
}

/// From one item that is tried to the next.
fn stride() -> usize {
    let is_full = env::var_os("ENVROOT_FULL").is_some_and(|value| value == "1");
    if is_full { 1 } else { PART }
}

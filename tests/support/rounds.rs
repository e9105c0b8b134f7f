//! The number of rounds of a random test: fewer for a person who waits, all of them in CI.

use std::env;

/// `full` with `ENVROOT_FULL=1`, as in `.ci/run`, and a fifth of it otherwise.
pub(crate) fn rounds(full: usize) -> usize {
    let is_full = env::var_os("ENVROOT_FULL").is_some_and(|value| value == "1");
    if is_full { full } else { full / 5 }
}

//! Programs that tests compare envroot with, and the tests that run without them.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::{env, io, thread};

/// The path of a program on `PATH`, or `None` where it is not installed: then the calling test ends
/// early and is counted as skipped.
///
/// With `ENVROOT_REQUIRE_TOOLS=1` a missing program fails the test.
pub(crate) fn tool(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        let required = env::var_os("ENVROOT_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is not installed, and ENVROOT_REQUIRE_TOOLS=1 asks for it");
        count_skipped(name);
    }
    found
}

/// Names the calling test and the number of tests skipped so far. Writes to the stream itself,
/// because the test harness hides what `eprintln!` prints in a test that passes.
fn count_skipped(tool: &str) {
    static SKIPPED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let thread = thread::current();
    let test = thread.name().unwrap_or("a thread of a test");
    let mut skipped = SKIPPED.lock().unwrap_or_else(PoisonError::into_inner);
    if skipped.insert(test.to_owned()) {
        let number = skipped.len();
        _ = writeln!(io::stderr(), "skipped {number}: {test}: {tool} is not installed");
    }
}

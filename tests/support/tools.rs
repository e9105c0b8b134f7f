//! What several of the integration tests need.
//!
//! Nothing here may know what the tests are about.

use std::env;
use std::path::PathBuf;

/// The path of a program on `PATH`, or `None`, said on stderr, where it is not installed.
///
/// With `ENVROOT_REQUIRE_TOOLS=1` a missing program fails the test that asks for it.
pub fn tool(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    if found.is_none() {
        let required = env::var_os("ENVROOT_REQUIRE_TOOLS").is_some_and(|value| value == "1");
        assert!(!required, "{name} is not installed, and ENVROOT_REQUIRE_TOOLS=1 asks for it");
        eprintln!("skipped: {name} is not installed");
    }
    found
}

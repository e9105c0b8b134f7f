//! A test that cannot run for want of a program is named and counted, and fails where none may be skipped.

use std::env;
use std::process::{Command, Output};

/// Runs the tests of this binary about Bash, with no program on `PATH`.
fn without_programs(variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env::current_exe().unwrap());
    command.arg("shell::").env("PATH", "/nowhere").env_remove("ENVROOT_REQUIRE_TOOLS");
    command.envs(variables.iter().copied()).output().unwrap()
}

#[test]
fn a_skipped_test_is_named_without_nocapture() {
    let output = without_programs(&[]);
    let printed = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{printed}");
    assert!(printed.starts_with("skipped 1: shell::"), "{printed}");
    assert!(printed.ends_with(": bash is not installed\n"), "{printed}");
}

#[test]
fn a_test_that_may_not_be_skipped_fails() {
    let output = without_programs(&[("ENVROOT_REQUIRE_TOOLS", "1")]);
    assert!(!output.status.success());
}

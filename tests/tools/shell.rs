//! Values in the shell code of a Markdown page, as Bash reads them.

use std::process::Command;

use crate::support::tools::tool;
use envroot::format::markdown;
use envroot::format::markers::{ValueKind, marked, pieces};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Each place that a value can stand in, with `@` for it, and whether `a` and `b` stand beside it.
const PLACES: [(&str, bool); 7] = [
    ("@", false),
    ("'@'", false),
    ("\"@\"", false),
    ("\"$(printf %s @)\"", false),
    ("\"$(printf %s \"@\" # it's @\n)\"", false),
    ("a@b", true),
    ("\"a$(printf %s '@')\"b", true),
];

#[test]
fn bash_reads_every_value_as_it_is() {
    let Some(bash) = tool("bash") else { return };
    let mut runner = TestRunner::deterministic();
    // Neither a line break nor the fence's own character may stand in a block of code.
    let text = "[ab '\"\\\\$!#&;|<>(){}*?~=%\u{e9}\u{1f600}\\[\\]-]{1,12}";
    let strategy = proptest::string::string_regex(text).unwrap();
    let values: Vec<String> =
        (0..3000).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect();
    let (mut page, mut expected) = (String::from("```sh\n"), String::new());
    for (index, value) in values.iter().enumerate() {
        let (place, beside) = PLACES[index % PLACES.len()];
        let place = place.replace('@', &marked(ValueKind::Text, 0, value));
        page.push_str(&format!("printf '%s\\n' {place}\n"));
        expected.push_str(&if beside { format!("a{value}b\n") } else { format!("{value}\n") });
    }
    page.push_str("```\n");
    let printed = markdown::print(&pieces(&page)).unwrap().text;
    let code = printed.strip_prefix("```sh\n").unwrap().strip_suffix("```\n").unwrap();
    let output = Command::new(bash).args(["-c", code]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let found = String::from_utf8(output.stdout).unwrap();
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found, expected);
}

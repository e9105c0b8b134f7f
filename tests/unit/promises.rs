//! `docs/promises.md` lists every test by its name, so that a reader finds what is promised and where it is checked.
//!
//! `BLESS=1` writes the page anew.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use crate::files::rust_files;

const PAGE: &str = "docs/promises.md";

const HEAD: &str = "\
# Promises

What envroot promises, and the test that holds it. Each line is the name of a test, in the file that the heading names. The tests print
this page: `BLESS=1 cargo test --test unit promises` renews it.
";

/// The test binaries with what they are about.
const BINARIES: [(&str, &str); 4] = [
    ("unit", "In memory"),
    ("cli", "The program and its output"),
    ("tools", "Against other programs"),
    ("soak", "At random, under load and under failures"),
];

#[test]
fn the_page_of_promises_lists_every_test() {
    let page = page();
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        fs::write(PAGE, &page).unwrap();
    }
    let written = fs::read_to_string(PAGE).unwrap();
    assert!(
        written == page,
        "{PAGE} is out of date: run `BLESS=1 cargo test --test unit promises`"
    );
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for (binary, about) in BINARIES {
        _ = write!(page, "\n## {about}\n");
        for path in rust_files(Path::new("tests").join(binary)) {
            let text = fs::read_to_string(&path).unwrap();
            let names: Vec<&str> = tests(&text).collect();
            if !names.is_empty() {
                _ = write!(page, "\n### `{}`\n\n{}\n\n", path.display(), header(&text));
                names.iter().for_each(|name| _ = writeln!(page, "- {}", name.replace('_', " ")));
            }
        }
    }
    page
}

/// The names of the tests in a file, in its order.
fn tests(text: &str) -> impl Iterator<Item = &str> {
    let functions = text.split("\n#[test]\n").skip(1);
    functions.filter_map(|rest| {
        let line = rest.lines().find(|line| line.starts_with("fn "))?;
        line.strip_prefix("fn ")?.split('(').next()
    })
}

/// The first paragraph of a file's header.
fn header(text: &str) -> String {
    let lines = text.lines().map_while(|line| line.strip_prefix("//!"));
    let lines = lines.map(str::trim).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

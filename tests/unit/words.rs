//! Phrases that messages, help, documents and comments may not use, because a plainer term exists.
//!
//! CONTRIBUTING.md explains the style that the list protects.

use std::fs;
use std::path::Path;

use crate::files::files;

/// Each phrase with what to write in its place.
const REJECTED: [(&str, &str); 26] = [
    ("stand", "is, appears"),
    ("stands", "is, appears"),
    ("stood", "was, appeared"),
    ("nobody", "name what is missing"),
    ("somebody", "name the person"),
    ("anybody", "name the person"),
    ("everybody", "all users"),
    ("whom", "name the person"),
    ("whoever", "name the person"),
    ("whoever's", "name the owner"),
    ("let go", "drop, free"),
    ("lets go", "drops, frees"),
    ("goes on and on", "name the limit"),
    ("what is alike", "shared"),
    ("is no dotted key", "is not a key path"),
    ("is told", "receives"),
    ("are told", "receive"),
    ("the world failed", "I/O error"),
    ("take them along", "move them"),
    ("take along", "move"),
    ("takes along", "moves"),
    ("moved on", "changed"),
    ("what there is to", "name the things"),
    ("carry a seal", "contain a checksum header"),
    ("sways no", "does not affect"),
    ("sway no", "do not affect"),
];

/// The text that `init` writes into a new project. Its bytes change only with the starter.
const STARTER: &str = "src/cli/commands/init/starter.rs";

/// Files and folders whose text people read.
const PLACES: [&str; 23] = [
    ".ci",
    ".editorconfig",
    ".gitattributes",
    ".github/workflows/ci.yml",
    ".pre-commit-hooks.yaml",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.toml",
    "README.md",
    "SECURITY.md",
    "action",
    "clippy.toml",
    "deny.toml",
    "docs",
    "gitlab",
    "justfile",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "benches",
    "fuzz/fuzz_targets",
    "fuzz/properties",
    "src",
];

/// The words of a text in lower case, without the marks that begin lines of comments.
fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '-'));
    parts.filter(|part| !part.is_empty()).map(str::to_lowercase).collect()
}

/// The rejected phrases of a text, each with the words around it and the better term.
fn rejected(text: &str) -> Vec<String> {
    let words = words(text);
    let mut found = Vec::new();
    for (phrase, better) in REJECTED {
        let phrase: Vec<&str> = phrase.split(' ').collect();
        for (at, window) in words.windows(phrase.len()).enumerate() {
            if window == phrase {
                let around = at.saturating_sub(5)..words.len().min(at + phrase.len() + 5);
                let (phrase, around) = (phrase.join(" "), words[around].join(" "));
                found.push(format!("`{phrase}` in \"{around}\": {better}"));
            }
        }
    }
    found
}

#[test]
fn texts_use_plain_words() {
    let mut found = Vec::new();
    let paths = PLACES.iter().flat_map(files);
    for path in paths.filter(|path| path != Path::new(STARTER)) {
        let text = fs::read_to_string(&path).unwrap();
        found.extend(rejected(&text).iter().map(|it| format!("{}: {it}", path.display())));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn a_phrase_is_found_across_lines_and_as_whole_words() {
    let found = |text: &str| rejected(text).len();
    assert_eq!(found("The file STANDS here."), 1);
    assert_eq!(found("/// It is what nobody\n/// gives."), 1);
    assert_eq!(found("// It lets\n    // go of it."), 1);
    assert_eq!(found("fn what_stands_here() {}"), 1);
    assert_eq!(found("A stand-in understands standard texts."), 0);
}

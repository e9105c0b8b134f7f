//! The structure of `src/`: which folder may use which, and what each file must have.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::files::rust_files;

/// Each folder of `src/` with the folders it may use, lowest first.
const EDGES: [(&str, &str); 17] = [
    ("base", ""),
    ("model", "base"),
    ("format", "base model"),
    ("ecosystem", "model format"),
    ("toml_file", "base model"),
    ("schema", "model"),
    ("config", "model toml_file"),
    ("template", "base model format schema"),
    ("pack", "model format toml_file schema template"),
    ("resolve", "base model config schema pack"),
    ("render", "base model format ecosystem config template pack resolve"),
    ("world", "model"),
    ("plan", "base model format ecosystem render world"),
    ("rules", "base model format ecosystem schema config pack resolve render plan"),
    ("report", "base model format ecosystem resolve render plan rules"),
    (
        "project",
        "base model format ecosystem toml_file config pack resolve render world plan rules report",
    ),
    ("cli", "base model toml_file config schema pack resolve world plan report project"),
];

/// The code of a file without comments and without its tests, which may use anything.
fn code(path: &Path) -> String {
    without_tests(&fs::read_to_string(path).unwrap())
}

/// Leaves out each item under `#[cfg(test)]`: a declaration up to its `;`, an entry of a list up to
/// its `,`, or a block up to the closing brace that starts a line.
fn without_tests(text: &str) -> String {
    let mut code = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == "#[cfg(test)]" {
            let indent = &line[..line.len() - line.trim_start().len()];
            let end = format!("{indent}}}");
            let first = lines.next().unwrap_or_default();
            if !first.trim_end().ends_with([';', ',']) {
                lines.by_ref().find(|line| line.trim_end() == end);
            }
        } else if !line.trim_start().starts_with("//") {
            code.push(line);
        }
    }
    code.join("\n")
}

/// The folders that code uses, by the word after `crate::`.
fn used(code: &str) -> BTreeSet<&str> {
    let after = code.split("crate::").skip(1);
    after
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
        .collect()
}

fn is_test(path: &Path) -> bool {
    path.ends_with("tests.rs") || path.iter().any(|folder| folder == "tests")
}

#[test]
fn tests_are_cut_out_wherever_they_are() {
    let text = "mod a;\n#[cfg(test)]\nb,\n#[cfg(test)]\nmod tests;\nuse crate::b;\n#[cfg(test)]\nmod t {\n    use crate::c;\n    fn f() {}\n}\nfn d() {}\n";
    assert_eq!(without_tests(text), "mod a;\nuse crate::b;\nfn d() {}");
}

#[test]
fn a_folder_uses_only_what_the_table_allows() {
    for (folder, allowed) in EDGES {
        let mut unused: BTreeSet<&str> = allowed.split_whitespace().collect();
        for path in rust_files(format!("src/{folder}")).iter().filter(|path| !is_test(path)) {
            let code = code(path);
            for used in used(&code) {
                let is_allowed = used == folder || allowed.split_whitespace().any(|it| it == used);
                assert!(is_allowed, "{} uses `{used}`, which `{folder}` may not", path.display());
                unused.remove(used);
            }
            assert!(!code.contains("use crate::{"), "{}: one `use` a module", path.display());
        }
        assert!(unused.is_empty(), "`{folder}` uses none of {unused:?}: remove them");
    }
}

#[test]
fn the_table_lists_every_folder_once_and_no_edge_leads_up() {
    let folders: Vec<&str> = EDGES.iter().map(|(folder, _)| *folder).collect();
    for (rank, (folder, allowed)) in EDGES.iter().enumerate() {
        for used in allowed.split_whitespace() {
            assert!(folders[..rank].contains(&used), "`{folder}` may not use `{used}` above it");
        }
    }
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    let declared = lib.lines().filter_map(|line| {
        let module = line.strip_prefix("pub ").or(line.strip_prefix("pub(crate) "));
        module.unwrap_or(line).strip_prefix("mod ")?.strip_suffix(';')
    });
    assert_eq!(declared.collect::<Vec<_>>(), folders);
    let known = |path: &PathBuf| {
        let mut parts = path.strip_prefix("src").unwrap().components();
        let first = parts.next().unwrap().as_os_str().to_str().unwrap();
        folders.contains(&first) || ["lib.rs", "main.rs"].contains(&first)
    };
    assert!(rust_files("src").iter().all(known), "a file lies outside the folders of the table");
}

#[test]
fn every_file_begins_with_a_header() {
    for path in rust_files("src").iter().filter(|path| !is_test(path)) {
        let text = fs::read_to_string(path).unwrap();
        assert!(text.starts_with("//! "), "{} has no header", path.display());
    }
}

#[test]
fn no_file_outgrows_its_subject() {
    for path in rust_files("src") {
        let lines = code(&path).lines().count();
        assert!(lines <= 420, "{} has {lines} lines of code: split it by subject", path.display());
    }
}

/// Uses of the text of a problem in a line of code, such as `problem.message.contains(`.
fn reads_a_text(line: &str) -> bool {
    let texts = [".message", ".message()", ".help", ".notes", "message", "help", "note"];
    let calls = [
        "contains",
        "starts_with",
        "ends_with",
        "strip_prefix",
        "strip_suffix",
        "replace",
        "replacen",
        "split",
        "find",
        "trim",
        "eq",
    ];
    let compared = [" == \"", " != \""];
    let is_text = |before: &str| {
        let word = before.rsplit(|c: char| !c.is_alphanumeric() && !"_.()".contains(c)).next();
        word.is_some_and(|word| {
            texts.iter().any(|text| word == *text || text.starts_with('.') && word.ends_with(text))
        })
    };
    let called = calls.iter().flat_map(|call| {
        line.match_indices(&format!(".{call}(")).map(|it| it.0).collect::<Vec<_>>()
    });
    let compared = compared.iter().flat_map(|sign| line.match_indices(sign).map(|it| it.0));
    called.chain(compared).any(|at| is_text(&line[..at]))
}

#[test]
fn a_use_of_a_text_is_found() {
    for line in [
        "problem.message.contains(\"a\")",
        "if error.message().starts_with('a') {",
        "let x = message.ends_with(&word);",
        "note.starts_with(\"in \")",
        "it.message == \"a\"",
    ] {
        assert!(reads_a_text(line), "{line}");
    }
    for line in [
        "text.contains('a')",
        "problems.contains(&problem)",
        "let message = text.replace('a', \"\");",
    ] {
        assert!(!reads_a_text(line), "{line}");
    }
}

/// The two files that translate the error of a library, which has nothing but its text.
const TRANSLATIONS: [&str; 2] = ["format/yaml/check.rs", "template/tera_error.rs"];

/// Code compares codes, causes and targets.
#[test]
fn no_code_reads_a_message_back() {
    for path in rust_files("src").iter().filter(|path| !is_test(path)) {
        let code = code(path);
        let found = code.lines().filter(|line| reads_a_text(line)).collect::<Vec<_>>();
        let is_translation = TRANSLATIONS.iter().any(|file| path.ends_with(file));
        assert_eq!(found.is_empty(), !is_translation, "{}: {found:#?}", path.display());
    }
}

/// The names of the types that a file defines at its top level.
fn types(code: &str) -> impl Iterator<Item = &str> {
    code.lines().filter_map(|line| {
        let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let is_kind = |word: &&str| matches!(*word, "struct" | "enum" | "trait" | "type");
        let kind = words.iter().position(is_kind).filter(|_| !line.starts_with(' '))?;
        let is_visibility = |word: &&str| matches!(*word, "pub" | "crate" | "super" | "in" | "");
        words[..kind].iter().all(is_visibility).then(|| words[kind + 1])
    })
}

#[test]
fn no_type_name_is_defined_in_two_files() {
    let mut known: BTreeMap<String, PathBuf> = BTreeMap::new();
    for path in rust_files("src").into_iter().filter(|path| !is_test(path)) {
        let code = code(&path);
        for name in types(&code).collect::<BTreeSet<_>>() {
            let earlier = known.insert(name.to_owned(), path.clone());
            assert_eq!(earlier, None, "{} defines `{name}` too", path.display());
        }
    }
    assert!(known.len() > 200, "{}", known.len());
}

#[test]
fn types_are_found_behind_every_visibility() {
    let code = "pub struct A;\npub(crate) enum B {}\ntrait C {}\n    struct Inner;\npub(super) type D = u8;\nlet x = 1;\n";
    assert_eq!(types(code).collect::<Vec<_>>(), ["A", "B", "C", "D"]);
}

//! The order of modules: each names only those before it, and says in its header what it may not do.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules in the order in which `src/lib.rs` has them, lowest first.
fn order() -> Vec<String> {
    let lib = fs::read_to_string("src/lib.rs").unwrap();
    let modules = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    modules.map(str::to_owned).collect()
}

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The files of a module: `src/name.rs`, or those of `src/name/`.
fn files_of(module: &str) -> Vec<PathBuf> {
    let single = PathBuf::from(format!("src/{module}.rs"));
    if single.exists() {
        return vec![single];
    }
    let mut files = Vec::new();
    rust_files(&PathBuf::from(format!("src/{module}")), &mut files);
    assert!(!files.is_empty(), "{module} has no files");
    files.sort();
    files
}

/// The code of a file without its tests, which may use anything.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap();
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// The modules that code names after `crate::`.
fn named(code: &str) -> Vec<&str> {
    let after = code.split("crate::").skip(1);
    after
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
        .collect()
}

#[test]
fn a_module_names_only_those_before_it() {
    let order = order();
    assert!(order.len() > 20, "{order:?}");
    for (rank, module) in order.iter().enumerate() {
        for path in files_of(module).iter().filter(|path| !path.ends_with("tests.rs")) {
            let code = code(path);
            for named in named(&code) {
                let above = order[rank + 1..].iter().any(|later| later == named);
                assert!(!above, "{} names `{named}`, which stands above it", path.display());
            }
            assert!(
                !code.contains("use crate::{"),
                "{}: one `use` for each module",
                path.display()
            );
        }
    }
}

#[test]
fn every_file_belongs_to_a_module_of_the_order() {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    let mut known: Vec<PathBuf> = order().iter().flat_map(|module| files_of(module)).collect();
    known.extend(["src/lib.rs", "src/main.rs"].map(PathBuf::from));
    files.sort();
    known.sort();
    assert_eq!(files, known);
}

#[test]
fn every_file_says_what_it_is_and_what_it_may_not_do() {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    for path in files.iter().filter(|path| !path.ends_with("tests.rs")) {
        let text = fs::read_to_string(path).unwrap();
        let header: Vec<&str> = text.lines().take_while(|line| line.starts_with("//!")).collect();
        assert!(!header.is_empty(), "{} has no header", path.display());
        let first = header[0].trim_start_matches("//!").trim();
        assert!(
            first.ends_with(['.', ':', ',']) || header.len() > 1,
            "{}: {first}",
            path.display()
        );
    }
}

#[test]
fn no_file_outgrows_its_subject() {
    let mut files = Vec::new();
    rust_files(Path::new("src"), &mut files);
    for path in files {
        let lines = code(&path).lines().count();
        assert!(lines <= 420, "{} has {lines} lines of code: split it by subject", path.display());
    }
}

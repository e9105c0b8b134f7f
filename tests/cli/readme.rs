//! The README's commands, kept true: they are run and must print what it says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A copy of what the commands work on.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for entry in ["environments.toml", "charts", "generated", ".github"] {
        let copied = Command::new("cp").args(["-r", entry]).arg(folder.path()).status().unwrap();
        assert!(copied.success());
    }
    folder
}

/// Commands of a section's console blocks with what each prints, in order.
fn commands(section: &str) -> Vec<(String, String)> {
    let blocks = section.split("```console\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap().lines());
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in lines {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push((command.to_owned(), String::new())),
            (None, Some((_, output))) => output.push_str(&format!("{line}\n")),
            (None, None) => panic!("a console block begins with a command: {line}"),
        }
    }
    steps
}

/// What a command prints in a folder, standard output first.
fn run(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_envroot"));
    let path =
        format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", command])
        .env("PATH", path)
        .current_dir(folder)
        .output()
        .unwrap();
    [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat()
}

/// Runs the commands of a section, which begins with the repository as it is.
#[track_caller]
fn check(title: &str, least: usize) {
    let readme = fs::read_to_string("README.md").unwrap();
    let section = readme.split("\n## ").find(|it| it.starts_with(&format!("{title}\n"))).unwrap();
    let steps = commands(section);
    assert!(steps.len() >= least, "{steps:?}");
    let folder = project();
    for (command, expected) in steps {
        assert_eq!(run(&command, folder.path()), expected, "$ {command}");
    }
}

#[test]
fn the_tour_prints_what_the_readme_says() {
    check("A short tour", 8);
}

#[test]
fn a_daily_change_prints_what_the_readme_says() {
    check("Daily changes", 3);
}

#[test]
fn a_new_environment_comes_and_goes_as_the_readme_says() {
    check("A new environment", 5);
}

#[test]
fn every_command_of_the_readme_is_run() {
    let readme = fs::read_to_string("README.md").unwrap();
    let source = fs::read_to_string("tests/cli/readme.rs").unwrap();
    for section in readme.split("\n## ").filter(|it| it.contains("```console\n")) {
        let title = section.lines().next().unwrap();
        assert!(source.contains(&format!("check(\"{title}\"")), "{title}");
    }
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    let documents = [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "README.md",
        "SECURITY.md",
        "docs/packs.md",
    ];
    for document in documents {
        let text = fs::read_to_string(document).unwrap();
        let folder = Path::new(document).parent().unwrap();
        for link in text.split("](").skip(1) {
            let link = link.split(')').next().unwrap();
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            if path.starts_with("http") {
                continue;
            }
            let path = folder.join(path);
            assert!(path.exists(), "{document}: {link}");
            assert!(heading.is_empty() || headings(&path).contains(heading), "{document}: {link}");
        }
    }
}

/// The fragments by which GitHub links to the headings of a document.
fn headings(document: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(document).unwrap();
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-"))
        .map(|heading| heading.replace(|c: char| !c.is_alphanumeric() && c != '-', ""))
        .collect()
}

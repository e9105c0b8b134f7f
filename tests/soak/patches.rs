//! What `gen --force` overwrites, `git apply` brings back: every byte of it, whatever the edit was.

use crate::support::rounds::rounds;
use std::collections::BTreeMap;
use std::fs;

use crate::support::chance::Chance;
use crate::support::project::Project;
use envroot::report::diff;
use serde_json::Value;

/// What lines may hold that a patch could stumble over.
const LINES: [&str; 16] = [
    "a = 1",
    "  b = \"two\"",
    "",
    " ",
    "-",
    "+++ b/x",
    "--- a/x",
    "@@ -1 +1 @@",
    "\\ No newline at end of file",
    "diff --git a/x b/x",
    "tab\tand \u{1}control",
    "nul \0 inside",
    "a lone \r inside",
    "next\u{85}line\u{2028}separators\u{b}\u{c}",
    "é ü 漢字 🦀",
    "a long line of no use to anybody, repeated, repeated, repeated, repeated, repeated",
];

/// A text of random lines, of either line end, that may lack its last.
fn text(chance: &mut Chance) -> String {
    let lines = chance.below(30);
    let text: String = (0..lines).map(|_| line(chance)).collect();
    match chance.below(3) {
        0 => text.trim_end_matches('\n').to_owned(),
        _ => text,
    }
}

fn line(chance: &mut Chance) -> String {
    let end = *chance.pick(&["\n", "\n", "\n", "\r\n"]);
    format!("{}{end}", chance.pick(&LINES))
}

/// A text after some random changes of its lines; sometimes another, or none at all.
fn mangled(before: &str, chance: &mut Chance) -> String {
    match chance.below(10) {
        0 => return String::new(),
        1 => return text(chance),
        2 => return before.trim_end_matches('\n').to_owned(),
        3 => return before.replace('\n', "\r\n"),
        4 => return format!("\u{feff}{before}"),
        _ => {}
    }
    let mut lines: Vec<String> = before.split_inclusive('\n').map(str::to_owned).collect();
    for _ in 0..=chance.below(4) {
        let at = chance.below(lines.len() as u64 + 1) as usize;
        match chance.below(3) {
            0 if at < lines.len() => _ = lines.remove(at),
            1 if at < lines.len() => lines[at] = line(chance),
            _ => lines.insert(at, line(chance)),
        }
    }
    lines.concat()
}

/// What stands in a folder's way: names that Git quotes, or that look like parts of a patch.
const NAMES: [&str; 8] = [
    "plain.tf",
    "with blanks in it.tf",
    "quoted\"name.tf",
    "ümläut 漢.tf",
    "b/a/b.tf",
    "--- a.tf",
    "new file mode 100644",
    "brackets [a] {b}.tf",
];

#[test]
fn a_patch_turns_one_text_into_the_other_whatever_they_hold() {
    let mut edits = 0;
    for seed in 0..rounds(40) as u64 {
        let mut chance = Chance::of(seed);
        let project = Project::empty();
        let mut patch = String::new();
        let mut wanted: BTreeMap<String, Option<String>> = BTreeMap::new();
        for number in 0..30 {
            let name = format!("{number} {}", chance.pick(&NAMES));
            let before = (chance.below(6) > 0).then(|| text(&mut chance));
            let after = match &before {
                Some(before) if chance.below(6) > 0 => Some(mangled(before, &mut chance)),
                Some(_) => None,
                None => Some(text(&mut chance)),
            };
            if let Some(before) = &before {
                project.write(&name, before);
            }
            patch.push_str(&diff::unified(&name, before.as_deref(), after.as_deref()));
            wanted.insert(name, after);
            edits += 1;
        }
        project.write("the.patch", &patch);
        let apply = project.git("apply --whitespace=nowarn the.patch");
        assert_eq!(apply.exit, 0, "seed {seed}: {}\n{patch}", apply.err);
        for (name, after) in &wanted {
            let found = fs::read(project.path(name)).ok();
            assert_eq!(
                found,
                after.clone().map(String::into_bytes),
                "{name} of seed {seed}\n{patch}"
            );
        }
    }
    assert_eq!(edits, 30 * rounds(40));
}

/// Where the project stands in a repository, if there is one.
#[derive(Clone, Copy, Debug)]
enum Place {
    NoRepository,
    Repository,
    Below(&'static str),
}

/// Edits generated files at random, forces them, applies what was saved and expects every byte.
fn round_trips(place: Place, rounds: u64) {
    let project = Project::empty();
    let folder = match place {
        Place::Below(folder) => folder,
        Place::NoRepository | Place::Repository => "",
    };
    let at =
        |path: &str| if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    for (path, text) in Project::shop().tree() {
        project.write(&at(&path), &text);
    }
    if !matches!(place, Place::NoRepository) {
        assert_eq!(project.git("init --quiet").exit, 0);
    }
    assert_eq!(project.envroot_in(folder, "gen").exit, 0);
    let is_generated =
        |path: &str| path.starts_with(&at("generated/")) || path.contains("workflows/");
    let config = project.read(&at("environments.toml"));
    let mut restored = 0;
    for seed in 0..rounds {
        let mut chance = Chance::of(seed);
        if chance.below(3) == 0 {
            // Some of what is edited is rendered no more, and is removed.
            let fewer = config.replace("\"web\"\n", "\"web\"\nfiles = [\"main\"]\n");
            project.write(&at("environments.toml"), &fewer);
        }
        for (path, text) in project.tree() {
            if is_generated(&path) && chance.below(2) == 0 {
                project.write(&path, &mangled(&text, &mut chance));
            }
        }
        let before = project.tree();
        let lost = refused(&project.envroot_in(folder, "check --format json").out);
        let run = project.envroot_in(folder, "gen --force");
        let context = format!("seed {seed}, {place:?}\n{}{}", run.out, run.err);
        assert_eq!(run.exit, 0, "{context}");
        assert_eq!(run.err.contains("saved"), !lost.is_empty(), "{context}");
        if !lost.is_empty() {
            let apply =
                project.git_in(folder, "apply --whitespace=nowarn .envroot/overwritten-1.patch");
            assert_eq!(apply.exit, 0, "{context}{}", apply.err);
        }
        let after = project.tree();
        for path in &lost {
            assert_eq!(after.get(&at(path)), before.get(&at(path)), "{path} of {context}");
            restored += 1;
        }
        project.write(&at("environments.toml"), &config);
        assert_eq!(project.envroot_in(folder, "gen --force").exit, 0, "{context}");
        fs::remove_dir_all(project.path(&at(".envroot"))).ok();
    }
    assert!(restored as u64 > rounds, "{restored} in {rounds} rounds");
}

/// The files that only force overwrites.
fn refused(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    let files = report["files"].as_array().unwrap().iter();
    let refused = files.filter(|file| {
        ["edited", "foreign", "copied"].iter().any(|state| file["state"] == **state)
    });
    refused.map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_overwritten_outside_of_a_repository_comes_back() {
    round_trips(Place::NoRepository, 15);
}

#[test]
fn what_is_overwritten_in_a_repository_comes_back() {
    round_trips(Place::Repository, 15);
}

#[test]
fn what_is_overwritten_in_a_folder_of_a_repository_comes_back() {
    round_trips(Place::Below("infra/live"), 15);
    round_trips(Place::Below("with blanks/and \"quotes\""), 5);
}

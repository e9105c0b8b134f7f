//! The same input gives the same bytes, wherever, whenever and however envroot runs.
//!
//! Shuffles what carries no meaning. Only the program is called.

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use crate::support::project::{Project, Tree, tree};
use crate::support::random::Random;
use crate::support::rounds::{rounds, some_of};
use tempfile::TempDir;

const SHUFFLES: usize = 12;

/// This repository's own project and an example with packs of its own, nothing generated.
fn projects() -> Vec<Tree> {
    let part = |folder: &str, names: &[&str]| {
        let files = Project::copy(folder, names).tree();
        files.into_iter().filter(|(path, _)| !path.starts_with("generated/")).collect()
    };
    vec![
        part(".", &["environments.toml", "charts"]),
        part("tests/shop", &["environments.toml", "templates"]),
        part("examples/cluster-manager", &["environments.toml", "templates", "modules"]),
    ]
}

/// A folder where files are listed in the order in which they were made, if there is one.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { TempDir::new_in(memory).unwrap() } else { TempDir::new().unwrap() }
}

/// Writes the files of a project, in the order in which they come.
fn write<'a>(folder: &Path, files: impl Iterator<Item = (&'a String, &'a String)>) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// What `gen` makes of a project, and what it and `check` say.
#[track_caller]
fn made(files: &Tree, change: &dyn Fn(&mut Command, &Path)) -> (Tree, Vec<String>) {
    let folder = folder();
    write(folder.path(), files.iter());
    let said = said_in(folder.path(), change);
    (tree(folder.path()), said)
}

#[track_caller]
fn said_in(folder: &Path, change: &dyn Fn(&mut Command, &Path)) -> Vec<String> {
    let all = ["check --format json", "gen", "gen", "check --format json --all"];
    all.map(|arguments| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_envroot"));
        command.current_dir(folder).args(arguments.split(' '));
        change(&mut command, folder);
        let output = command.output().unwrap();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments}: {said}");
        said
    })
    .to_vec()
}

fn as_it_is(_: &mut Command, _: &Path) {}

#[test]
#[expect(
    unsafe_code,
    reason = "only a system call changes the umask and the processors of a child"
)]
fn no_circumstance_changes_a_byte() {
    let environment = |name: &'static str, value: &'static str| {
        move |command: &mut Command, _: &Path| _ = command.env(name, value)
    };
    let umask = |mask: u32| {
        move |command: &mut Command, _: &Path| {
            // SAFETY: nothing but one system call happens between fork and exec.
            _ = unsafe {
                command.pre_exec(move || {
                    libc::umask(mask);
                    Ok(())
                })
            };
        }
    };
    let one_processor = |command: &mut Command, _: &Path| {
        // SAFETY: as above.
        _ = unsafe {
            command.pre_exec(|| {
                let mut set: libc::cpu_set_t = std::mem::zeroed();
                libc::CPU_SET(0, &mut set);
                libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const set);
                Ok(())
            })
        };
    };
    let elsewhere = |command: &mut Command, folder: &Path| {
        command.current_dir("/").arg("-C").arg(folder);
    };
    let below = |command: &mut Command, folder: &Path| {
        let inner = folder.join("some/where");
        fs::create_dir_all(&inner).unwrap();
        command.current_dir(inner);
    };
    type Change<'a> = &'a dyn Fn(&mut Command, &Path);
    let circumstances: [(&str, Change<'_>); 12] = [
        ("again", &as_it_is),
        ("Turkish", &environment("LC_ALL", "tr_TR.UTF-8")),
        ("no locale", &environment("LC_ALL", "C")),
        ("east", &environment("TZ", "Pacific/Kiritimati")),
        ("west", &environment("TZ", "Etc/GMT+12")),
        ("another home", &environment("HOME", "/nowhere")),
        ("nothing", &|command, _| _ = command.env_clear()),
        ("mine alone", &umask(0o077)),
        ("for all", &umask(0)),
        ("one processor", &one_processor),
        ("from elsewhere", &elsewhere),
        ("from below", &below),
    ];
    for files in projects() {
        let expected = made(&files, &as_it_is);
        assert!(expected.0.len() > files.len());
        for (name, change) in some_of(circumstances) {
            assert_eq!(made(&files, change), expected, "{name}");
        }
    }
}

#[test]
fn the_order_of_files_on_disk_means_nothing() {
    for files in projects() {
        let expected = made(&files, &as_it_is);
        for seed in 0..rounds(SHUFFLES) as u64 {
            let mut shuffled: Vec<_> = files.iter().collect();
            shuffle(&mut shuffled, &mut Random(seed));
            let folder = folder();
            write(folder.path(), shuffled.into_iter());
            let said = said_in(folder.path(), &as_it_is);
            assert_eq!((tree(folder.path()), said), expected, "seed {seed}");
        }
    }
}

#[test]
fn the_order_of_tables_means_nothing_where_the_promotion_order_is_given() {
    for files in projects() {
        let (expected, _) = made(&files, &as_it_is);
        for seed in 0..rounds(SHUFFLES) as u64 {
            let mut files = files.clone();
            let text = files.get_mut("environments.toml").unwrap();
            let before = text.clone();
            *text = tables_shuffled(text, &mut Random(seed));
            assert!(*text != before);
            let written = text.clone();
            let (mut made, _) = made(&files, &as_it_is);
            made.insert("environments.toml".to_owned(), before);
            for (path, text) in &expected {
                assert_eq!(made.get(path), Some(text), "seed {seed}, {path}:\n{written}");
            }
        }
    }
}

/// The tables of a configuration in another order. What a file prints as data keeps the order in
/// which it is written, so the tables of one layer stay as they follow each other, and services too.
fn tables_shuffled(text: &str, random: &mut Random) -> String {
    let (head, rest) = text.split_once("\n[").unwrap();
    let tables: Vec<&str> = rest.split("\n[").collect();
    let mut groups: BTreeMap<&str, VecDeque<&str>> = BTreeMap::new();
    for table in &tables {
        groups.entry(group(table)).or_default().push_back(table);
    }
    let mut shuffled = tables;
    shuffle(&mut shuffled, random);
    let in_place = |table| groups.get_mut(group(table)).unwrap().pop_front().unwrap();
    let tables = shuffled.into_iter().map(in_place).map(|table| format!("\n[{table}"));
    format!("{head}{}", tables.collect::<String>())
}

/// The layer of a table: `environments.dev` of `environments.dev.services.web]`.
fn group(table: &str) -> &str {
    let header = table.trim_start_matches('[').split(']').next().unwrap();
    let end = header.match_indices('.').nth(1).map_or(header.len(), |(at, _)| at);
    if header.starts_with("services") { "services" } else { &header[..end] }
}

fn shuffle<T>(items: &mut [T], random: &mut Random) {
    for last in (1..items.len()).rev() {
        items.swap(last, random.below(last + 1));
    }
}

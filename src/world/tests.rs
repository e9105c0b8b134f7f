//! The world in memory behaves as the disk does: the same calls on both, the same results.
#![expect(clippy::disallowed_methods, reason = "the tests prepare a folder on disk")]

use std::fmt::Debug;
use std::fs;
use std::path::Path;

use super::memory::MemoryWorld;
use super::*;

const FILES: [(&str, &[u8]); 23] = [
    ("environments.toml", b"[project]\n"),
    ("main.tf", b"a = 1\n"),
    ("out/dev/main.tf", b"terraform {}\n"),
    ("out/dev/other.tf", b"x"),
    ("out/dev/notes.txt", b"x"),
    ("out/dev/latin.tf", b"\xe9"),
    ("out/dev/.envroot-2-a.draft", b"x"),
    ("out/dev/.envroot-1-b.draft", b"x"),
    ("out/dev/.terraform/modules/a.tf", b"x"),
    ("out/nested/environments.toml", b"[project]\n"),
    ("out/nested/main.tf", b"x"),
    ("also.tf", b"x"),
    ("templates/web/pack.toml", b"x"),
    ("templates/web/deep/main.tf", b"x"),
    ("templates/api/pack.toml", b"x"),
    ("roots/a/backend.tf", b"x"),
    ("roots/a/plan.tf.json", b"{}"),
    ("roots/node_modules/b.tf", b"x"),
    ("roots/vendor/c.tf", b"x"),
    ("roots/target/CACHEDIR.TAG", b"x"),
    ("roots/target/d.tf", b"x"),
    ("other/environments.toml", b"[project]\n"),
    ("other/e.tf", b"x"),
];

const MATTERS: Matters = Matters { inside: is_terraform, anywhere: is_terraform };

fn is_terraform(name: &str) -> bool {
    name.ends_with(".tf")
}

/// Both worlds with the same files. The folder lasts as long as the disk is used.
fn worlds() -> (tempfile::TempDir, Disk, MemoryWorld) {
    let folder = tempfile::tempdir().unwrap();
    let memory = MemoryWorld::default();
    for (path, bytes) in FILES {
        let on_disk = folder.path().join(path);
        fs::create_dir_all(on_disk.parent().unwrap()).unwrap();
        fs::write(on_disk, bytes).unwrap();
        memory.set_bytes(path, bytes);
    }
    let disk = Disk::at(folder.path()).unwrap();
    (folder, disk, memory)
}

fn path(text: &str) -> RelativePath {
    RelativePath::parse(text).unwrap()
}

/// A result as it is compared: of a failure counts that there is one.
fn result<T: Debug>(result: Result<T>) -> String {
    result.map_or("failure".to_owned(), |value| format!("{value:?}"))
}

/// The results of all calls that read.
fn read(world: &dyn World) -> Vec<String> {
    let mut results = Vec::new();
    let paths = [
        "main.tf",
        "missing.tf",
        "out",
        "out/dev",
        "out/dev/main.tf",
        "out/dev/latin.tf",
        "out/dev/main.tf/below.tf",
        "out/nested/main.tf",
        "templates",
        "templates/web",
        "roots/a",
        ".envroot/overwritten-1.patch",
    ];
    for owned in [&["out", "also.tf"][..], &[""], &["missing", "out/dev"]] {
        let listing = world.list(owned, MATTERS, |_, _| true, |_| None).unwrap();
        results.push(format!("list {owned:?} {:?}", listing.files));
        results.push(format!("drafts {}", listing.drafts.len()));
        let is_rendered = &|_: &RelativePath| false;
        let scan = RootsScan { owned, listing: &listing, matters: is_terraform, is_rendered };
        results.push(format!("roots {:?}", world.scan_roots(&scan)));
        for at in paths {
            let found = world.found(&path(at), &listing);
            results.push(format!("found {at} {found:?}"));
            let holds = world.holds(&path(at), "terraform {}\n", &listing);
            results.push(format!("holds {at} {holds}"));
        }
    }
    for at in paths {
        results.push(format!("has {at} {}", world.has_file(at)));
        results.push(format!("bytes {at} {}", result(world.bytes(at))));
        results.push(format!("folder {at} {}", result(world.folder(at))));
        results.push(format!("folders {at} {}", result(world.folders(at))));
        results.push(format!("module {at} {}", result(world.terraform_texts(at))));
    }
    results.push(format!("survey {}", result(world.survey(is_terraform))));
    results
}

/// The results of all calls that write.
fn change(world: &dyn World) -> Vec<String> {
    let listing = world.list(&["out"], MATTERS, |_, _| true, |_| None).unwrap();
    let write = |at: &str| format!("write {at} {}", result(world.write(&path(at), "b = 2\n")));
    let remove = |at: &str| format!("remove {at} {}", result(world.remove(&path(at))));
    let together = |config: &str, written: &str, removed: &str| {
        let (written, removed) = (path(written), path(removed));
        let written = vec![(&written, "c = 3\n")];
        let changes = FileChanges { config: Some(config), written, removed: vec![&removed] };
        format!("together {}", result(world.change_together(&changes)))
    };
    vec![
        result(world.clear_drafts(&listing)),
        write("out/dev/main.tf"),
        write("out/prod/new/main.tf"),
        write("main.tf/below.tf"),
        write("templates/web"),
        together("[project]\n# changed\n", "out/qa/main.tf", "out/prod/new/main.tf"),
        together("[project]\n# not\n", "out/dev/other.tf", "missing.tf"),
        together("[project]\n# not\n", "main.tf/below.tf", "out/dev/main.tf"),
        remove("roots/a/backend.tf"),
        remove("roots/a/plan.tf.json"),
        remove("missing.tf"),
        result(world.save_patch("one")),
        result(world.save_patch("two")),
        result(world.bytes(".envroot/overwritten-2.patch")),
        result(world.bytes(".envroot/.gitignore")),
        result(world.lock(true, &|| {}).map(|_| ())),
        format!("{:?} {:?}", world.below_repository(None), listing.unmerged),
    ]
}

#[test]
fn the_world_in_memory_behaves_as_the_disk_does() {
    let (_folder, disk, memory) = worlds();
    assert_eq!(read(&memory), read(&disk));
    assert_eq!(change(&memory), change(&disk));
    assert_eq!(read(&memory), read(&disk));
}

#[test]
fn a_file_outside_the_project_is_appended_to() {
    let (folder, disk, memory) = worlds();
    let on_disk = folder.path().join("summary.md");
    for text in ["one\n", "two\n"].map(Printable::new) {
        World::append(&disk, &on_disk, &text).unwrap();
        memory.append(Path::new("summary.md"), &text).unwrap();
    }
    assert_eq!(fs::read_to_string(on_disk).unwrap(), memory.texts()["summary.md"]);
}

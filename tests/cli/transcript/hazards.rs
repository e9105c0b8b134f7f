//! Several states at once, and other files in the place of generated ones.

use std::os::unix::fs::symlink;

use super::*;

const CONFIG: &str = "environments.toml";
const DEV: &str = "generated/shop/dev/main.tf";
const PROD: &str = "generated/shop/prod/main.tf";
const WORKFLOW: &str = ".github/workflows/deploy-shop.yml";

/// `check`, `diff` and `gen`, of which the last changes nothing.
fn refused(transcript: Transcript, name: &str) {
    let before = transcript.project.tree();
    let transcript = transcript.run("check").run("diff").run("gen");
    assert_eq!(transcript.project.tree(), before, "nothing was written");
    transcript.reads(name);
}

#[test]
fn a_copied_root() {
    let transcript = Transcript::generated()
        .copy(DEV, "generated/shop/staging/main.tf")
        .copy("generated/shop/dev/values.yaml", "generated/shop/staging/values.yaml");
    refused(transcript, "copied_root");
}

#[test]
fn a_copied_root_for_an_environment_that_is_added() {
    let stage = "[environments.stage]\naccount_id = \"333333333333\"\nprofiles   = [\"small\"]\n\n[services.shop]";
    let transcript = Transcript::generated()
        .edit(CONFIG, "[\"dev\", ", "[\"dev\", \"stage\", ")
        .edit(CONFIG, "[services.shop]\npack", &format!("{stage}\npack"))
        .copy(DEV, "generated/shop/stage/main.tf")
        .copy("generated/shop/dev/values.yaml", "generated/shop/stage/values.yaml")
        .write("generated/shop/stage/notes.txt", "Ours.\n");
    transcript
        .run("check")
        .run("gen")
        .run("gen --force")
        .run("check")
        .reads("copied_root_and_added");
}

#[test]
fn a_foreign_file_in_place_of_a_new_one() {
    let transcript = Transcript::generated()
        .edit(
            "templates/web/pack.toml",
            "[[files]]\nname = \"values\"",
            "[[files]]\nname     = \"more\"\ntemplate = \"main.tf\"\npath     = \"{{ service.name }}/{{ env.name }}/more.tf\"\n\n[[files]]\nname = \"values\"",
        )
        .write("generated/shop/dev/more.tf", "locals {}\n");
    refused(transcript, "foreign_and_new");
}

#[test]
fn an_edit_of_a_stranded_root() {
    let transcript = Transcript::generated()
        .edit(CONFIG, "order  = [\"dev\", \"prod\"]", "order  = [\"dev\"]")
        .edit(CONFIG, "[environments.prod]\naccount_id = \"222222222222\"\n", "")
        .edit(CONFIG, "[environments.prod.services.shop]\nscaling.max = 9\n", "")
        .edit(PROD, "max_count = 9", "max_count = 7")
        .run("check")
        .run("gen --destroyed shop/prod")
        .run("gen --destroyed shop/prod --force")
        .run("check");
    let transcript = transcript.git("apply .envroot/overwritten-1.patch");
    assert!(transcript.project.read(PROD).contains("max_count = 7"));
    transcript.reads("edited_and_stranded");
}

#[test]
fn a_directory_where_a_file_belongs() {
    let transcript = Transcript::generated().remove(DEV);
    transcript.project.write("generated/shop/dev/main.tf/notes.txt", "A folder.\n");
    refused(transcript, "directory_for_file");
}

#[test]
fn a_file_where_a_directory_belongs() {
    let transcript = Transcript::of(Project::shop())
        .write("generated/shop/dev", "A file.\n")
        .write(".github", "A file.\n");
    refused(transcript, "file_for_directory");
}

#[test]
fn a_link_where_a_file_or_a_directory_belongs() {
    let transcript = Transcript::generated().remove(DEV).after(
        "linked main.tf of dev to nowhere, that of prod to itself, .github/workflows elsewhere",
        |project| {
            symlink("nowhere", project.path(DEV)).unwrap();
            fs::remove_file(project.path(PROD)).unwrap();
            symlink("main.tf", project.path(PROD)).unwrap();
            fs::rename(project.path(".github/workflows"), project.path("elsewhere")).unwrap();
            symlink("../elsewhere", project.path(".github/workflows")).unwrap();
        },
    );
    transcript.run("check").run("diff").run("gen").run("gen --force").reads("links");
}

#[test]
fn bytes_that_are_no_text() {
    let transcript = Transcript::generated().after(
        &format!("wrote bytes that are no text to {DEV}"),
        |project| {
            fs::write(project.path(DEV), b"\xFF\xFE\x00").unwrap();
        },
    );
    transcript.run("check").run("diff").run("gen").run("gen --force").reads("no_text");
}

#[test]
fn a_link_in_place_of_what_is_read_is_not_taken_for_nothing() {
    let links = [CONFIG, "templates/web", "templates/components", "templates/web/main.tf"];
    let mut transcript = Transcript::generated();
    for path in links {
        transcript = transcript
            .after(&format!("linked {path} to nowhere"), |project| {
                fs::create_dir_all(project.path(path).parent().unwrap()).unwrap();
                _ = fs::rename(project.path(path), project.path("aside"));
                symlink("nowhere", project.path(path)).unwrap();
            })
            .run("check")
            .run("gen")
            .after(&format!("put {path} back"), |project| {
                fs::remove_file(project.path(path)).unwrap();
                _ = fs::rename(project.path("aside"), project.path(path));
            });
    }
    transcript.run("check").reads("links_read");
}

#[test]
fn a_checkout_with_windows_line_ends() {
    let transcript = Transcript::generated();
    for (path, text) in transcript.project.tree() {
        transcript.project.write(&path, &text.replace('\n', "\r\n"));
    }
    let before = transcript.project.tree();
    let transcript = transcript.run("check").run("diff").run("gen");
    assert_eq!(transcript.project.tree(), before, "they are left as they are");
    transcript
        .edit(PROD, "max_count = 9", "max_count = 7")
        .edit(CONFIG, "scaling.max = 2", "scaling.max = 3")
        .run("check")
        .run("diff")
        .run("gen")
        .reads("windows_checkout");
}

#[test]
fn a_byte_order_mark() {
    let marked = |project: &Project, path: &str| {
        let text = format!("\u{feff}{}", project.read(path));
        project.write(path, &text);
    };
    Transcript::generated()
        .after(&format!("put a byte-order mark in front of {DEV} and of {PROD}"), |project| {
            marked(project, DEV);
            marked(project, PROD);
        })
        .edit(PROD, "max_count = 9", "max_count = 7")
        .run("check")
        .run("diff")
        .run("gen")
        .run("gen --force")
        .run("check")
        .reads("byte_order_mark");
}

#[test]
fn conflict_markers_without_git() {
    let transcript = Transcript::generated()
        .edit(
            PROD,
            "  max_count = 9\n",
            "<<<<<<< HEAD\n  max_count = 9\n=======\n  max_count = 7\n>>>>>>> by-hand\n",
        )
        .edit(
            "generated/.gitattributes",
            "* -merge text eol=lf\n",
            "<<<<<<< HEAD\n* -merge text eol=lf\n=======\n* -merge text eol=lf\n>>>>>>> other\n",
        );
    refused(transcript, "conflict_markers");
}

#[test]
fn edits_in_a_merge_that_is_not_finished() {
    let project = Project::shop();
    project.done("gen");
    let commit = |branch: &str| {
        project.git("add --all");
        project.git(&format!("commit --quiet --message {branch}"));
    };
    project.git("init --quiet --initial-branch main");
    commit("main");
    project.git("checkout --quiet -b by-hand");
    project.edit(PROD, "max_count = 9", "max_count = 7");
    project.edit(WORKFLOW, "prod.example.net 9", "prod.example.net 7");
    commit("by-hand");
    project.git("checkout --quiet -b setting main");
    project.edit(CONFIG, "scaling.max = 9", "scaling.max = 8");
    project.edit(WORKFLOW, "dev.example.net 2", "dev.example.net 4");
    commit("forgot-gen-and-edited");
    project.edit(WORKFLOW, "dev.example.net 4", "dev.example.net 2");
    project.done("gen");
    project.edit(WORKFLOW, "prod.example.net 8", "prod.example.net 6");
    commit("setting");
    Transcript::of(project)
        .after("merged a branch with edits of both files", |project| {
            assert_eq!(project.git("merge by-hand").exit, 1);
        })
        .run("check")
        .run("diff")
        .run("gen")
        .run("gen --force")
        .run("check")
        .git("add --all")
        .run("check")
        .reads("merging");
}

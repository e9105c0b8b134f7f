//! Every state a file can be in: what `check`, `gen` and `diff` say and do about it.

use super::*;

const DEV: &str = "generated/shop/dev/main.tf";
const PROD: &str = "generated/shop/prod/main.tf";

#[test]
fn outdated() {
    Transcript::generated()
        .edit("environments.toml", "scaling.max = 9", "scaling.max = 8")
        .run("check")
        .run("diff")
        .run("gen")
        .run("check")
        .reads("outdated");
}

#[test]
fn a_change_that_reaches_several_files_is_one_hunk_of_the_diff() {
    Transcript::generated()
        .edit("templates/web/main.tf", "~> 1.11", "~> 1.12")
        .run("diff")
        .reads("diff_shared_hunk");
}

#[test]
fn missing() {
    Transcript::generated()
        .remove(DEV)
        .remove("generated/shop/dev/values.yaml")
        .run("check")
        .run("diff")
        .run("gen")
        .reads("missing");
}

#[test]
fn edited() {
    Transcript::generated()
        .edit(PROD, "max_count = 9", "max_count = 7")
        .run("check")
        .run("diff")
        .run("gen")
        .reads("edited");
}

#[test]
fn an_edit_is_saved_before_it_is_dropped() {
    let transcript = Transcript::generated()
        .edit(PROD, "max_count = 9", "max_count = 7")
        .edit("generated/shop/dev/values.yaml", "max: 2\n", "max: 2\nmin: 1")
        .remove("generated/shop/prod/values.yaml")
        .write("generated/shop/prod/values.yaml", "# by hand\nmax: 3\n");
    let edited = transcript.project.tree();
    let transcript =
        transcript.run("gen --force").show(".envroot/overwritten-1.patch").run("check");
    let transcript = transcript.git("apply .envroot/overwritten-1.patch");
    let mut restored = transcript.project.tree();
    restored.retain(|path, _| !path.starts_with(".envroot/"));
    assert_eq!(restored, edited);
    transcript.run("check").run("gen --force").reads("edited_and_forced");
}

#[test]
fn a_saved_edit_is_brought_back_in_a_folder_of_a_repository_too() {
    let project = Project::shop();
    project.done("gen");
    assert_eq!(project.git("init --quiet").exit, 0);
    for (path, text) in project.tree() {
        project.write(&format!("infra/{path}"), &text);
    }
    let path = "infra/generated/shop/prod/main.tf";
    project.edit(path, "max_count = 9", "max_count = 7");
    let edited = project.read(path);
    assert_eq!(project.envroot_in("infra", "gen --force").exit, 0);
    assert_ne!(project.read(path), edited);
    let patch = fs::canonicalize(project.path("infra/.envroot/overwritten-1.patch")).unwrap();
    for folder in ["infra", ""] {
        assert_eq!(project.git_in(folder, &format!("apply {}", patch.display())).exit, 0);
        assert_eq!(project.read(path), edited, "applied in `{folder}`");
        assert_eq!(project.git_in(folder, &format!("apply -R {}", patch.display())).exit, 0);
    }
}

#[test]
fn a_seal_moved_from_its_line_is_an_edit() {
    Transcript::generated()
        .edit(DEV, "# @generated", "# Mine.\n# @generated")
        .run("check")
        .run("gen")
        .reads("edited_seal");
}

#[test]
fn an_edit_of_what_nothing_renders_any_more() {
    Transcript::generated()
        .edit("generated/shop/dev/values.yaml", "max: 2", "max: 3")
        .edit(
            "environments.toml",
            "pack  = \"web\"",
            "pack  = \"web\"\nfiles = [\"main\", \"workflow\"]",
        )
        .run("check")
        .run("gen")
        .run("gen --force")
        .reads("edited_and_orphaned");
}

#[test]
fn foreign() {
    Transcript::of(Project::shop())
        .write(DEV, "# By hand.\nmodule \"service\" {\n  source = \"../modules/service\"\n}\n")
        .run("check")
        .run("diff")
        .run("gen")
        .run("gen --force")
        .reads("foreign");
}

#[test]
fn a_file_of_another_project_is_foreign() {
    Transcript::generated()
        .edit(PROD, " shop/prod\n", " corner-shop:shop/prod\n")
        .edit("environments.toml", "scaling.max = 9", "scaling.max = 8")
        .run("check --env prod")
        .run("gen --env prod")
        .reads("foreign_project");
}

#[test]
fn a_new_name_of_the_project_outdates_its_files() {
    Transcript::generated()
        .edit("environments.toml", "[project]", "[project]\nname  = \"corner-shop\"")
        .run("check --env prod")
        .run("gen")
        .run("check")
        .reads("project_renamed");
}

#[test]
fn a_hand_written_file_that_equals_what_is_rendered_is_taken_over() {
    let transcript = Transcript::generated();
    let text = transcript.project.read(DEV);
    let body = text.splitn(4, '\n').nth(3).unwrap();
    transcript.write(DEV, body).run("check").run("gen").run("check").reads("taken_over");
}

#[test]
fn what_is_no_text_is_never_replaced() {
    let transcript = Transcript::of(Project::shop());
    transcript.project.write("generated/shop/dev/main.tf/notes.txt", "A folder.\n");
    transcript.run("check --env dev").run("gen --env dev --force").reads("foreign_directory");
}

#[test]
fn copied() {
    Transcript::generated()
        .copy(DEV, PROD)
        .copy(DEV, "generated/shop/staging/main.tf")
        .run("check")
        .run("gen")
        .run("diff")
        .reads("copied");
}

#[test]
fn orphaned() {
    Transcript::generated()
        .edit(
            "environments.toml",
            "pack  = \"web\"",
            "pack  = \"web\"\nfiles = [\"main\", \"workflow\"]",
        )
        .run("check")
        .run("diff")
        .run("gen")
        .run("check")
        .reads("orphaned");
}

#[test]
fn an_environment_deleted_by_hand_leaves_its_roots_stranded() {
    let transcript = Transcript::generated()
        .edit("environments.toml", "order  = [\"dev\", \"prod\"]", "order  = [\"dev\"]")
        .edit("environments.toml", "[environments.prod]\naccount_id = \"222222222222\"\n", "")
        .edit("environments.toml", "[environments.prod.services.shop]\nscaling.max = 9\n", "");
    let before = transcript.project.tree();
    let transcript = transcript.run("check").run("gen").run("gen --force");
    assert_eq!(transcript.project.tree(), before, "nothing was removed");
    transcript.run("diff").run("gen --destroyed shop/prod").run("check").reads("stranded");
}

#[test]
fn unmanaged() {
    Transcript::generated()
        .write("generated/shop/prod/bastion.tf", "resource \"null_resource\" \"a\" {}\n")
        .run("check")
        .run("diff")
        .run("gen")
        .edit(
            "environments.toml",
            "scaling.max = 9",
            "scaling.max = 9\nkeep = [{ file = \"bastion.tf\", reason = \"a door for incidents\" }]",
        )
        .run("check")
        .reads("unmanaged");
}

#[test]
fn a_file_that_the_pack_allows_is_not_reported() {
    Transcript::generated()
        .write("generated/shop/prod/override.tf", "terraform {}\n")
        .run("check")
        .reads("allowed");
}

#[test]
fn every_state_in_one_report() {
    Transcript::generated()
        .edit("generated/shop/dev/values.yaml", "max: 2", "max: 3")
        .remove("generated/shop/prod/values.yaml")
        .edit("environments.toml", "image = \"shop:1.0\"", "image = \"shop:1.1\"")
        .copy(DEV, "generated/shop/staging/main.tf")
        .write("generated/shop/dev/more.tf", "locals {}\n")
        .run("check")
        .run("gen")
        .run("gen --force")
        .reads("many_states");
}

#[test]
fn files_by_hand_that_are_what_is_rendered_are_counted_beside_one_that_is_not() {
    let by_hand = |project: &Project| {
        for path in [DEV, PROD, "generated/shop/dev/values.yaml"] {
            let text = project.read(path);
            let body = text.split_once("\n\n").unwrap().1.trim_end();
            project.write(path, body);
        }
    };
    Transcript::generated()
        .after("The files of shop lose their seals and the ends of their last lines.", by_hand)
        .edit(PROD, "max_count = 9", "max_count = 7")
        .run("check")
        .run("gen")
        .edit(PROD, "max_count = 7", "max_count = 9")
        .run("check")
        .run("gen")
        .reads("taken_over_counted");
}

//! `--env` and `--service`: a filter limits what is written and what the verdict is about.

use super::*;

const PROD: &str = "generated/shop/prod/main.tf";

#[test]
fn only_what_was_selected_is_judged_and_written() {
    Transcript::generated()
        .edit("environments.toml", "image = \"shop:1.0\"", "image = \"shop:1.1\"")
        .run("check --env dev")
        .run("gen --env dev --service shop")
        .run("check --env dev")
        .run("check --env prod")
        .reads("filter");
}

#[test]
fn a_service_includes_the_files_of_the_whole_service() {
    Transcript::of(Project::shop())
        .run("gen --service shop")
        .run("check")
        .run("gen")
        .reads("filter_service");
}

#[test]
fn what_is_wrong_elsewhere_is_one_counted_line() {
    Transcript::generated()
        .edit(PROD, "max_count = 9", "max_count = 7")
        .edit("environments.toml", "scaling.max = 9", "scaling.mx = 9")
        .edit("environments.toml", "scaling.max = 2", "scaling.max = 3")
        .run("gen --env dev")
        .run("check --env dev")
        .run("check --env prod")
        .reads("filter_outside");
}

#[test]
fn a_file_for_all_environments_does_not_stop_one_of_them() {
    Transcript::generated()
        .edit("environments.toml", "scaling.max = 9", "scaling.min = 9")
        .edit("environments.toml", "scaling.max = 2", "scaling.max = 3")
        .run("gen --env dev")
        .run("gen --service shop --env dev")
        .run("gen --service shop")
        .run("gen")
        .reads("filter_shared_file");
}

#[test]
fn what_is_missing_here_is_said_whatever_is_wrong_elsewhere() {
    let project = Project::shop();
    let pack = project.read("templates/web/pack.toml");
    let versions = pack.replace("\"main", "\"versions").replace("/main.tf", "/versions.tf");
    let versions = &versions[versions.find("[[files]]").unwrap()..versions.find("data").unwrap()];
    let versions = versions.trim_end_matches("[[files]]\nname = \"values\"\n");
    project.write("templates/web/pack.toml", &format!("{pack}\n{versions}"));
    project.write("templates/web/versions.tf", "terraform {}\n");
    project.done("gen");
    let transcript = Transcript::of(project)
        .edit("environments.toml", "scaling.max = 9", "scaling.mix = 9")
        .edit("environments.toml", "scaling.max = 2", "scaling.min = 2");
    let before = transcript.project.tree();
    let transcript = transcript.run("gen --env dev");
    assert_eq!(transcript.project.tree(), before, "what cannot be rendered is not removed");
    transcript.reads("filter_missing");
}

#[test]
fn a_name_that_nothing_has() {
    Transcript::generated()
        .run("check --env prd")
        .run("check --env staging")
        .run("gen --service shpo")
        .run("diff --service basket")
        .reads("filter_unknown");
}

//! How a run begins and ends: from nothing, again, elsewhere, as JSON, on Windows.

use super::*;

#[test]
fn from_nothing_to_nothing_to_do() {
    Transcript::of(Project::shop())
        .run("gen")
        .run("gen")
        .run("check")
        .run("diff")
        .reads("first_runs");
}

#[test]
fn a_dry_run_writes_nothing() {
    let transcript = Transcript::of(Project::shop());
    let before = transcript.project.tree();
    let transcript = transcript.run("gen --dry-run");
    assert_eq!(transcript.project.tree(), before);
    transcript.reads("dry_run");
}

#[test]
fn a_dry_run_refuses_what_gen_would() {
    Transcript::generated()
        .edit("generated/shop/prod/main.tf", "max_count = 9", "max_count = 7")
        .run("gen --dry-run")
        .run("gen --dry-run --force")
        .run("check")
        .reads("dry_run_refused");
}

#[test]
fn before_the_first_run_everything_is_missing() {
    Transcript::of(Project::shop()).run("check").run("diff").reads("check_before_gen");
}

#[test]
fn a_project_is_found_from_below_and_from_elsewhere() {
    Transcript::generated()
        .run_in("generated/shop/dev", "check")
        .run("-C generated/shop check")
        .run("check -C templates/web")
        .reads("other_folders");
}

#[test]
fn without_a_project_there_is_nothing_to_do() {
    Transcript::of(Project::empty())
        .run("check")
        .run("gen")
        .run("-C nowhere gen")
        .reads("no_project");
}

#[test]
fn a_command_line_that_is_none() {
    Transcript::generated()
        .run("chek")
        .run("check --format xml")
        .run("gen --destroyed prod")
        .run("gen --destroyed shop/Prod")
        .run("diff --force")
        .reads("wrong_command_line");
}

#[test]
fn check_for_scripts() {
    Transcript::generated()
        .run("check --format json")
        .run("check --format json --all")
        .edit("generated/shop/prod/main.tf", "max_count = 9", "max_count = 7")
        .run("check --format json")
        .run("check --format json --env dev --service shop --all")
        .reads("json");
}

#[test]
fn problems_for_scripts() {
    Transcript::with(
        &SHOP
            .replace("scaling.max = 9", "scaling.mx = 9")
            .replace("\"222222222222\"", "222222222222"),
    )
    .run("check --format json")
    .write("environments.toml", "[project\n")
    .run("check --format json")
    .remove("environments.toml")
    .run("check --format json")
    .reads("json_problems");
}

const SHOP: &str = include_str!("../../shop/environments.toml");

#[test]
fn a_configuration_with_windows_line_ends_renders_the_same() {
    let transcript = Transcript::generated();
    transcript.project.write("environments.toml", &SHOP.replace('\n', "\r\n"));
    transcript.project.edit("environments.toml", "image = \"shop:1.0\"", "imag = \"shop:1.0\"");
    let transcript = transcript.run("check");
    transcript.project.edit("environments.toml", "imag ", "image ");
    transcript.run("check").reads("windows_configuration");
}

#[test]
fn generated_files_with_windows_line_ends_are_current() {
    let transcript = Transcript::generated();
    for path in ["generated/shop/dev/main.tf", "generated/shop/prod/values.yaml"] {
        transcript.project.write(path, &transcript.project.read(path).replace('\n', "\r\n"));
    }
    let before = transcript.project.tree();
    let transcript = transcript.run("check").run("gen");
    assert_eq!(transcript.project.tree(), before, "they are left as they are");
    transcript
        .edit("generated/shop/dev/main.tf", "max_count = 2", "max_count = 3")
        .run("check")
        .reads("windows_files");
}

#[test]
fn long_reports_are_folded() {
    let long: String = (0..60).map(|number| format!("# {number}\n")).collect();
    let transcript = Transcript::generated();
    let path = "generated/shop/dev/main.tf";
    transcript.project.write(path, &(transcript.project.read(path) + &long));
    transcript.run("check").reads("folded");
}

#[test]
fn a_changed_chart_needs_a_new_version() {
    let project = Project::own();
    let transcript = Transcript::of(project)
        .write("charts/icepack/templates/notes.yaml", "{{- /* Something new. */}}\n")
        .run("check")
        .run("gen")
        .run("gen --same-version");
    transcript.run("check").reads("chart_version");
}

#[test]
fn a_new_image_is_one_line_of_one_file() {
    let tag = "[environments.dev.services.icepack]\nimage_tag = \"0.2.0\"\n\n[environments.dev.services.icepack.scaling.api]";
    Transcript::of(Project::own())
        .edit("environments.toml", "[environments.dev.services.icepack.scaling.api]", tag)
        .run("check")
        .run("gen --env dev --service icepack")
        .run("check --env dev --service icepack")
        .reads("own_image_tag");
}

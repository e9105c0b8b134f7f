//! How a run begins and ends: from nothing, again, elsewhere, as JSON, on Windows.

use super::*;

#[test]
fn from_nothing_to_nothing_to_do() {
    Session::of(Project::shop()).run("gen").run("gen").run("check").run("diff").reads("first_runs");
}

#[test]
fn a_dry_run_writes_nothing() {
    let session = Session::of(Project::shop());
    let before = session.project.tree();
    let session = session.run("gen --dry-run");
    assert_eq!(session.project.tree(), before);
    session.reads("dry_run");
}

#[test]
fn a_dry_run_refuses_what_gen_would() {
    Session::generated()
        .edit("generated/shop/prod/main.tf", "max_count = 9", "max_count = 7")
        .run("gen --dry-run")
        .run("gen --dry-run --force")
        .run("check")
        .reads("dry_run_refused");
}

#[test]
fn before_the_first_run_everything_is_missing() {
    Session::of(Project::shop()).run("check").run("diff").reads("check_before_gen");
}

#[test]
fn a_project_is_found_from_below_and_from_elsewhere() {
    Session::generated()
        .run_in("generated/shop/dev", "check")
        .run("-C generated/shop check")
        .run("check -C templates/web")
        .reads("other_folders");
}

#[test]
fn without_a_project_there_is_nothing_to_do() {
    Session::of(Project::empty()).run("check").run("gen").run("-C nowhere gen").reads("no_project");
}

#[test]
fn a_command_line_that_is_none() {
    Session::generated()
        .run("chek")
        .run("check --format xml")
        .run("gen --destroyed prod")
        .run("gen --destroyed shop/Prod")
        .run("diff --force")
        .reads("wrong_command_line");
}

#[test]
fn check_for_scripts() {
    Session::generated()
        .run("check --format json")
        .run("check --format json --all")
        .edit("generated/shop/prod/main.tf", "max_count = 9", "max_count = 7")
        .run("check --format json")
        .run("check --format json --env dev --service shop --all")
        .reads("json");
}

#[test]
fn problems_for_scripts() {
    Session::with(
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

const SHOP: &str = include_str!("../shop/environments.toml");

#[test]
fn a_configuration_with_windows_line_ends_renders_the_same() {
    let session = Session::generated();
    session.project.write("environments.toml", &SHOP.replace('\n', "\r\n"));
    session.project.edit("environments.toml", "image = \"shop:1.0\"", "imag = \"shop:1.0\"");
    let session = session.run("check");
    session.project.edit("environments.toml", "imag ", "image ");
    session.run("check").reads("windows_configuration");
}

#[test]
fn generated_files_with_windows_line_ends_are_current() {
    let session = Session::generated();
    for path in ["generated/shop/dev/main.tf", "generated/shop/prod/values.yaml"] {
        session.project.write(path, &session.project.read(path).replace('\n', "\r\n"));
    }
    let before = session.project.tree();
    let session = session.run("check").run("gen");
    assert_eq!(session.project.tree(), before, "they are left as they are");
    session
        .edit("generated/shop/dev/main.tf", "max_count = 2", "max_count = 3")
        .run("check")
        .reads("windows_files");
}

#[test]
fn long_reports_are_folded() {
    let long: String = (0..60).map(|number| format!("# {number}\n")).collect();
    let session = Session::generated();
    let path = "generated/shop/dev/main.tf";
    session.project.write(path, &(session.project.read(path) + &long));
    session.run("check").reads("folded");
}

#[test]
fn a_changed_chart_needs_a_new_version() {
    let project = Project::own();
    let session = Session::of(project)
        .write("charts/icepack/templates/notes.yaml", "{{- /* Something new. */}}\n")
        .run("check")
        .run("gen")
        .run("gen --same-version");
    session.run("check").reads("chart_version");
}

#[test]
fn a_new_image_is_one_line_of_one_file() {
    let tag = "[environments.dev.services.icepack]\nimage_tag = \"0.2.0\"\n\n[environments.dev.services.icepack.scaling.api]";
    Session::of(Project::own())
        .edit("environments.toml", "[environments.dev.services.icepack.scaling.api]", tag)
        .run("check")
        .run("gen --env dev --service icepack")
        .run("check --env dev --service icepack")
        .reads("own_image_tag");
}

//! `init`: a project begins, in an empty folder or beside what is there.

use super::*;

#[test]
fn a_project_begins_and_renders_at_once() {
    Transcript::of(Project::empty())
        .run("gen")
        .run("init")
        .run("gen")
        .run("check")
        .run("init")
        .show("environments.toml")
        .reads("init");
}

#[test]
fn what_is_there_already_is_named_and_left_alone() {
    let root = "terraform {\n  backend \"s3\" {}\n}\n";
    let project = Project::empty();
    for name in ["dev", "prod", "staging"] {
        project.write(&format!("terraform/api/{name}/main.tf"), root);
        project.write(&format!("terraform/web/{name}/main.tf"), root);
        project.write(&format!("charts/api/values-{name}.yaml"), "replicas: 1\n");
    }
    project.write("charts/api/Chart.yaml", "apiVersion: v2\nname: api\nversion: 1.0.0\n");
    project.write("modules/api/main.tf", "variable \"name\" {}\n");
    Transcript::of(project).run("init").run("gen").run("check").reads("init_beside");
}

#[test]
fn generated_files_may_lie_beside_the_configuration() {
    Transcript::of(Project::empty())
        .run("init --output ../elsewhere")
        .run("init --output .")
        .run("gen")
        .run("check")
        .reads("init_output");
}

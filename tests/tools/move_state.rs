//! A state that moves, taken along by the printed steps with the real Terraform.

use std::process::Command;

use crate::support::project::Project;
use crate::support::tools::tool;

const ENVIRONMENTS: &str = r#"
[project]
output = "generated"
order  = ["dev", "prod"]

[environments.dev]

[environments.prod]

[services.web]
pack = "local"
states = "@/old"
"#;

const MANIFEST: &str = r#"
[state]
backend = "local"
path    = "{{ service.states }}/{{ env.name }}.tfstate"

[[files]]
name     = "main"
template = "main.tf"
path     = "{{ env.name }}/main.tf"
"#;

const SCHEMA: &str = r#"{ "properties": {
    "env": { "properties": {} },
    "service": { "properties": { "states": { "type": "string" } } }
} }"#;

const TEMPLATE: &str = r#"terraform {
  backend "local" {
    path = "{{ service.states }}/{{ env.name }}.tfstate"
  }
}

resource "terraform_data" "this" {
  input = "{{ env.name }}"
}
"#;

/// Runs a script in the project's folder, with nothing of this machine's Terraform configuration.
fn shell(project: &Project, script: &str) -> (bool, String) {
    let mut bash = Command::new("bash");
    bash.args(["-eu", "-c", script]).current_dir(project.path("repository"));
    bash.env("TF_CLI_CONFIG_FILE", "/dev/null").env("CHECKPOINT_DISABLE", "1");
    let output = bash.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

#[test]
fn the_printed_steps_take_the_state_along() {
    if tool("terraform").is_none() {
        return;
    }
    let project = Project::empty();
    let folder = project.path("").display().to_string();
    let write = |path: &str, text: &str| project.write(&format!("repository/{path}"), text);
    write("environments.toml", &ENVIRONMENTS.replace('@', folder.trim_end_matches('/')));
    write("templates/local/pack.toml", MANIFEST);
    write("templates/local/schema.json", SCHEMA);
    write("templates/local/main.tf", TEMPLATE);
    write(".gitignore", ".terraform*\n");
    let run = project.envroot_in("repository", "gen");
    assert_eq!(run.exit, 0, "{}", run.err);
    for command in ["init -q -b main", "add -A", "commit -q -m before"] {
        let run = project.git_in("repository", command);
        assert_eq!(run.exit, 0, "{}", run.err);
    }
    let apply = "terraform -chdir=generated/@ init -input=false && terraform -chdir=generated/@ apply -auto-approve -input=false";
    for name in ["dev", "prod"] {
        let (done, text) = shell(&project, &apply.replace('@', name));
        assert!(done, "{text}");
    }
    project.edit("repository/environments.toml", "/old", "/new");
    assert_eq!(project.envroot_in("repository", "gen").exit, 3);
    let run = project.envroot_in("repository", "gen --move-state");
    assert_eq!(run.exit, 0, "{}", run.err);

    let steps = run.out.split_once("move the state:").unwrap().1;
    let steps = steps.split_once("After merging").unwrap().0;
    // The project's folder stands in what was run under another name.
    let (done, text) = shell(&project, &steps.replace("/project", folder.trim_end_matches('/')));
    assert!(done, "{text}");
    assert_eq!(text.matches("No changes.").count(), 2, "{text}");
    for name in ["dev", "prod"] {
        assert!(project.path(&format!("new/{name}.tfstate")).is_file());
        let list = format!("terraform -chdir=generated/{name} state list");
        assert_eq!(shell(&project, &list), (true, "terraform_data.this\n".to_owned()));
    }
}

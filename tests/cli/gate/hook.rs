//! The hooks for pre-commit: carried out by pre-commit itself, where it is installed.
//!
//! Only the installing is left out: the hooks run the envroot that is tested.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::gate::linted;
use crate::gate::shop;
use crate::support::project::Project;
use crate::support::tools::tool;

const HOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/.pre-commit-hooks.yaml");

fn hooks() -> Vec<Value> {
    serde_yaml::from_str(&fs::read_to_string(HOOKS).unwrap()).unwrap()
}

#[test]
fn the_hooks_and_the_configuration_of_the_readme_are_accepted() {
    linted(&["pre-commit", "validate-manifest"], HOOKS.as_ref(), ("entry:", "entri:"));
    let config = crate::gate::block_of_the_readme("repos:");
    linted(&["pre-commit", "validate-config"], config.path(), ("rev:", "ref:"));
    let config: Value = serde_yaml::from_str(&fs::read_to_string(config.path()).unwrap()).unwrap();
    let used = &config["repos"][0]["hooks"][0]["id"];
    assert!(hooks().iter().any(|hook| hook["id"] == *used), "{used}");
}

/// The shop at the top of a repository with one of the hooks, everything committed.
fn repository(id: &str) -> Project {
    let project = Project::empty();
    for (path, text) in shop().tree() {
        project.write(path.strip_prefix("infra/").unwrap(), &text);
    }
    let mut hook = hooks().into_iter().find(|hook| hook["id"] == id).expect(id);
    hook["language"] = json!("system");
    let config = json!({ "repos": [{ "repo": "local", "hooks": [hook] }] });
    project.write(".pre-commit-config.yaml", &config.to_string());
    for arguments in ["init --quiet", "add --all", "commit --quiet -m one"] {
        assert_eq!(project.git(arguments).exit, 0);
    }
    project
}

/// Runs the hook as `git commit` would; `None`, where pre-commit is not installed.
fn run(project: &Project) -> Option<Output> {
    let pre_commit = tool("pre-commit")?;
    let bin = Path::new(env!("CARGO_BIN_EXE_envroot")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let home = project.path(".git/pre-commit-home");
    let output = Command::new(pre_commit)
        .args(["run", "--color", "never"])
        .current_dir(project.path(""))
        .env("PATH", path)
        .env("PRE_COMMIT_HOME", home)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output();
    Some(output.unwrap())
}

/// Stages a change and runs the hook: whether it lets the commit pass, and what it says.
#[track_caller]
fn check(id: &str, change: impl Fn(&Project), passes: bool, says: &str) -> Project {
    let project = repository(id);
    change(&project);
    assert_eq!(project.git("add --all").exit, 0);
    if let Some(output) = run(&project) {
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.success(), passes, "{said}");
        assert!(said.contains(says), "{said}");
    }
    project
}

const DEV: &str = "generated/shop/dev/main.tf";

#[test]
fn a_commit_passes_while_everything_is_in_sync() {
    check("envroot-check", |project| project.write("notes.txt", "more\n"), true, "Passed");
}

#[test]
fn a_commit_of_an_edit_is_refused() {
    let edit = |project: &Project| project.edit(DEV, "max_count = 2", "max_count = 3");
    check("envroot-check", edit, false, "edited    generated/shop/dev/main.tf");
    check("envroot-gen", edit, false, "1 file refused");
}

#[test]
fn a_commit_that_only_deletes_is_looked_at() {
    let delete = |project: &Project| project.remove(DEV);
    check("envroot-check", delete, false, "missing   generated/shop/dev/main.tf");
}

#[test]
fn the_generating_hook_generates() {
    let edit = |project: &Project| project.edit("environments.toml", "shop:1.0", "shop:1.1");
    check("envroot-check", edit, false, "outdated  generated/shop/dev/main.tf");
    let project = check("envroot-gen", edit, false, "files were modified by this hook");
    if tool("pre-commit").is_some() {
        assert!(project.read(DEV).contains("shop:1.1"));
        assert_eq!(project.git("add --all").exit, 0);
        assert!(run(&project).unwrap().status.success());
    }
}

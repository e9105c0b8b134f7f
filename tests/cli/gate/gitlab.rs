//! The job for GitLab: linted, and its script run as the runner runs it.
//!
//! The runner is played by what it documents: variables of the job, all lines in one shell.

use std::fs;

use serde_json::Value;

use crate::gate::linted;
use crate::gate::shop;
use crate::gate::step::{Machine, on_windows};
use crate::support::project::Run;

const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/gitlab/check.yml");

fn job() -> Value {
    let template: Value = serde_yaml::from_str(&fs::read_to_string(TEMPLATE).unwrap()).unwrap();
    template[".envroot-check"].clone()
}

/// A runner's machine with the shop below `infra`, generated and without a `.git`.
fn runner() -> Machine {
    let mut machine = Machine::new();
    machine.put(&shop().tree());
    for (name, value) in job()["variables"].as_object().unwrap() {
        machine.set(name, value.as_str().unwrap());
    }
    machine.set("CI_PROJECT_DIR", &machine.path("checkout"));
    machine.set("ENVROOT_DIRECTORY", "infra");
    machine
}

fn run(runner: &Machine, shell: &[&str]) -> Run {
    let job = job();
    let lines: Vec<&str> =
        job["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    runner.run(shell, &lines.join("\n"))
}

const BASH: [&str; 3] = ["bash", "-eo", "pipefail"];

#[test]
fn the_job_and_the_pipeline_of_the_readme_are_accepted() {
    let linter = ["check-jsonschema", "--builtin-schema", "vendor.gitlab-ci"];
    // The schema takes anything for a job that begins with a dot.
    let template = fs::read_to_string(TEMPLATE).unwrap().replace("\n.envroot-check:", "\njob:");
    let file = tempfile::NamedTempFile::with_suffix(".yml").unwrap();
    fs::write(file.path(), template).unwrap();
    linted(&linter, file.path(), ("when: always", "when: ever"));
    let pipeline = crate::gate::block_of_the_readme("include:");
    linted(&linter, pipeline.path(), ("extends: .envroot-check", "extends: {}"));
    let pipeline: Value =
        serde_yaml::from_str(&fs::read_to_string(pipeline.path()).unwrap()).unwrap();
    assert_eq!(pipeline["envroot"]["extends"], ".envroot-check");
    for variable in pipeline["envroot"]["variables"].as_object().unwrap().keys() {
        assert!(job()["variables"][variable].is_string(), "{variable}");
    }
    let file = pipeline["include"][0]["file"].as_str().unwrap();
    assert!(TEMPLATE.ends_with(file), "{file}");
}

#[test]
fn a_project_in_sync_passes_with_either_shell() {
    for shell in [&BASH[..], &["sh", "-e"]] {
        let runner = runner();
        runner.install_envroot();
        let run = run(&runner, shell);
        assert_eq!(run.exit, 0, "{}", run.err);
        assert!(run.out.ends_with("in sync: 6 files, 2 roots, 2 environments\n"), "{}", run.out);
    }
}

#[test]
fn an_edit_fails_and_its_page_is_kept() {
    let trees = [shop().tree(), on_windows(&shop().tree())];
    for tree in trees {
        let runner = runner();
        runner.install_envroot();
        runner.put(&tree);
        runner.edit("infra/generated/shop/dev/main.tf", "max_count = 2", "max_count = 3");
        let run = run(&runner, &BASH);
        assert_eq!(run.exit, 1, "{}", run.err);
        assert!(run.out.contains("edited    generated/shop/dev/main.tf\n"), "{}", run.out);
        let page = job()["artifacts"]["paths"][0].as_str().unwrap().to_owned();
        let page = fs::read_to_string(runner.checkout(&page)).unwrap();
        assert!(page.starts_with("### envroot: 1 of 6 files differs: 1 edited\n"), "{page}");
    }
}

#[test]
fn variables_limit_what_is_looked_at() {
    let mut runner = runner();
    runner.install_envroot();
    runner.edit("infra/generated/shop/dev/main.tf", "max_count = 2", "max_count = 3");
    for (env, service, exit) in [("prod", "", 0), ("dev", "shop", 1), ("dev; exit 0", "", 2)] {
        runner.set("ENVROOT_ENV", env);
        runner.set("ENVROOT_SERVICE", service);
        assert_eq!(run(&runner, &BASH).exit, exit, "{env}");
    }
}

#[test]
fn an_image_without_envroot_builds_it_once() {
    let mut runner = runner();
    let cargo = "#!/bin/sh
echo \"$@\"
mkdir -p .envroot-gate/bin
ln -s ENVROOT .envroot-gate/bin/envroot
";
    runner.install("cargo", &cargo.replace("ENVROOT", env!("CARGO_BIN_EXE_envroot")));
    std::os::unix::fs::symlink("/bin/ln", runner.path("bin/ln")).unwrap();
    runner.set("ENVROOT_GIT", "https://git.example.net/envroot.git");
    runner.set("ENVROOT_REV", "v0.1.0");
    let first = run(&runner, &BASH);
    let expected = format!(
        "install --quiet --locked --git https://git.example.net/envroot.git --rev v0.1.0 --root {}\n",
        runner.path("checkout/.envroot-gate")
    );
    assert_eq!(first.exit, 0, "{}", first.err);
    assert!(first.out.starts_with(&expected), "{}", first.out);
    assert!(first.out.ends_with("2 environments\n"), "{}", first.out);
    let second = run(&runner, &BASH);
    assert_eq!(second.exit, 0, "{}", second.err);
    assert!(!second.out.contains("install"), "{}", second.out);
    let kept = job()["cache"]["paths"][0].as_str().unwrap().to_owned();
    assert!(runner.checkout(&kept).join("bin/envroot").exists());
}

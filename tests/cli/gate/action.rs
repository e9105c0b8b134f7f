//! The action for GitHub: linted, and its steps run as the runner runs them.
//!
//! The runner is played by what it documents: expressions of inputs, variables, and `sh -e`.

use std::fs;

use serde_json::Value;

use crate::gate::annotations;
use crate::gate::linted;
use crate::gate::shop;
use crate::gate::step::{Machine, on_windows};
use crate::support::project::Run;

const ACTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/action/action.yml");

fn action() -> Value {
    serde_yaml::from_str(&fs::read_to_string(ACTION).unwrap()).unwrap()
}

fn step(name: &str) -> Value {
    let action = action();
    let steps = action["runs"]["steps"].as_array().unwrap();
    steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("{name}")).clone()
}

/// A runner's machine with the shop below `infra`, generated and without a `.git`.
fn runner() -> Machine {
    let mut machine = Machine::new();
    machine.put(&shop().tree());
    fs::write(machine.path("summary"), "").unwrap();
    machine.set("GITHUB_STEP_SUMMARY", &machine.path("summary"));
    machine.set("GITHUB_WORKSPACE", &machine.path("checkout"));
    machine.set("GITHUB_ACTION_PATH", concat!(env!("CARGO_MANIFEST_DIR"), "/action"));
    machine.set("GITHUB_OUTPUT", &machine.path("output"));
    machine.set("RUNNER_OS", "Linux");
    machine.set("RUNNER_ARCH", "X64");
    machine
}

/// Runs a step with some inputs; the others are as the action declares them.
fn run(machine: &mut Machine, name: &str, inputs: &[(&str, &str)]) -> Run {
    let (action, step) = (action(), step(name));
    assert_eq!(step["shell"], "sh");
    for (variable, value) in step["env"].as_object().into_iter().flatten() {
        let input =
            value.as_str().and_then(|it| it.strip_prefix("${{ inputs.")?.strip_suffix(" }}"));
        let input = input.unwrap_or_else(|| panic!("{value}"));
        let given = inputs.iter().find(|(name, _)| *name == input).map(|(_, value)| *value);
        let default = action["inputs"][input]["default"].as_str();
        machine.set(variable, given.or(default).unwrap_or_else(|| panic!("{input}")));
    }
    machine.run(&["sh", "-e"], step["run"].as_str().unwrap())
}

const INFRA: [(&str, &str); 2] = [("directory", "infra"), ("envroot", "envroot")];

#[test]
fn the_action_and_the_workflow_of_the_readme_are_accepted() {
    linted(
        &["check-jsonschema", "--builtin-schema", "vendor.github-actions"],
        ACTION.as_ref(),
        ("composite", "compost"),
    );
    let workflow = crate::gate::block_of_the_readme("jobs:");
    for linter in [
        &["actionlint", "-no-color", "-shellcheck=", "-pyflakes="][..],
        &["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
    ] {
        linted(linter, workflow.path(), ("runs-on:", "runs_on:"));
    }
    let workflow: Value =
        serde_yaml::from_str(&fs::read_to_string(workflow.path()).unwrap()).unwrap();
    let step = &workflow["jobs"]["envroot"]["steps"][1];
    for input in step["with"].as_object().unwrap().keys() {
        assert!(action()["inputs"][input].is_object(), "{input}");
    }
}

#[test]
fn nothing_that_is_given_becomes_part_of_a_script() {
    for step in action()["runs"]["steps"].as_array().unwrap() {
        let script = step["run"].as_str().unwrap_or_default();
        assert!(!script.contains("${{"), "{script}");
        let uses = step["uses"].as_str().and_then(|uses| uses.split_once('@'));
        assert!(uses.is_none_or(|(_, commit)| commit.len() == 40), "{uses:?}");
    }
}

#[test]
fn a_project_in_sync_passes() {
    let mut runner = runner();
    runner.install_envroot();
    let run = run(&mut runner, "Check", &INFRA);
    let said = "in sync: 6 files, 2 roots, 2 environments\n";
    assert_eq!(run, Run { exit: 0, out: String::new(), err: said.to_owned() });
    assert_eq!(
        fs::read_to_string(runner.path("summary")).unwrap(),
        format!("### envroot: {said}\n")
    );
}

/// Checks a runner on which one generated file was edited: it is annotated where it was.
#[track_caller]
fn check_edited(mut runner: Machine, line_end: &str) {
    let path = "infra/generated/shop/dev/main.tf";
    runner.edit(path, "max_count = 2", "max_count = 3");
    let run = run(&mut runner, "Check", &INFRA);
    assert_eq!(
        (run.exit, run.err.as_str()),
        (1, "1 of 6 files differs: 1 edited\n"),
        "{}",
        run.out
    );
    let [annotation] = annotations::read(&run.out).try_into().ok().expect("one annotation");
    assert_eq!((annotation.level.as_str(), annotation.file.as_str()), ("error", path));
    let text = fs::read_to_string(runner.checkout(path)).unwrap();
    let line = text.split('\n').nth(annotation.line - 1).unwrap();
    assert_eq!(line, format!("  max_count = 3{line_end}"));
    let summary = fs::read_to_string(runner.path("summary")).unwrap();
    assert!(summary.starts_with("### envroot: 1 of 6 files differs: 1 edited\n"), "{summary}");
}

#[test]
fn an_edit_fails_without_git_and_without_its_folder() {
    let runner = runner();
    runner.install_envroot();
    assert!(!runner.checkout(".git").exists());
    check_edited(runner, "");
}

#[test]
fn an_edit_fails_in_a_shallow_clone() {
    let project = shop();
    for arguments in ["add --all", "commit --quiet -m one", "commit --quiet --allow-empty -m two"] {
        assert_eq!(project.git(arguments).exit, 0);
    }
    let runner = runner();
    runner.install_envroot();
    fs::remove_dir_all(runner.checkout("")).unwrap();
    let from = project.path("").display().to_string();
    let clone = format!("clone --quiet --depth 1 file://{from} {}", runner.path("checkout"));
    let cloned = project.git(&clone);
    assert_eq!(cloned.exit, 0, "{}", cloned.err);
    assert!(runner.checkout(".git/shallow").is_file());
    check_edited(runner, "");
}

#[test]
fn an_edit_fails_in_a_checkout_with_windows_line_ends() {
    let runner = runner();
    runner.install_envroot();
    runner.put(&on_windows(&shop().tree()));
    check_edited(runner, "\r");
}

#[test]
fn an_input_limits_what_is_looked_at() {
    let mut runner = runner();
    runner.install_envroot();
    runner.edit("infra/generated/shop/dev/main.tf", "max_count = 2", "max_count = 3");
    let with = |more: &[(&'static str, &'static str)]| [&INFRA[..], more].concat();
    assert_eq!(run(&mut runner, "Check", &with(&[("env", "prod")])).exit, 0);
    assert_eq!(run(&mut runner, "Check", &with(&[("env", "dev")])).exit, 1);
    assert_eq!(run(&mut runner, "Check", &with(&[("service", "shop")])).exit, 1);
    let broken = run(&mut runner, "Check", &with(&[("env", "dev\" ; exit 0 #")]));
    assert_eq!(broken.exit, 2, "{}", broken.err);
}

/// Says how it was called, and installs what is tested.
const CARGO: &str = "#!/bin/sh
echo \"$@\"
while [ \"$1\" != --root ]; do shift; done
mkdir -p \"$2/bin\"
printf '#!/bin/sh\\nexec %s \"$@\"\\n' ENVROOT >\"$2/bin/envroot\"
chmod +x \"$2/bin/envroot\"
";

#[test]
fn the_action_builds_its_own_checkout_and_uses_that() {
    let mut runner = runner();
    runner.install("cargo", &CARGO.replace("ENVROOT", env!("CARGO_BIN_EXE_envroot")));
    std::os::unix::fs::symlink("/bin/chmod", runner.path("bin/chmod")).unwrap();
    let installed = run(&mut runner, "Install envroot", &[]);
    let expected = format!(
        "install --quiet --locked --path {}/action/.. --root {}/.envroot-gate\n",
        env!("CARGO_MANIFEST_DIR"),
        runner.path("home")
    );
    assert_eq!((installed.exit, installed.out), (0, expected));
    assert_eq!(run(&mut runner, "Check", &[("directory", "infra")]).exit, 0);
    let path = action()["runs"]["steps"][1]["with"]["path"].as_str().unwrap().to_owned();
    assert_eq!(path.replace('~', &runner.path("home")), runner.path("home/.envroot-gate"));
}

#[test]
fn the_cache_s_key_is_that_of_the_sources() {
    let key = |runner: &mut Machine| {
        assert_eq!(run(runner, "Compute the cache key", &[]).exit, 0);
        let output = fs::read_to_string(runner.path("output")).unwrap();
        fs::remove_file(runner.path("output")).unwrap();
        let key = output.strip_prefix("key=envroot-Linux-X64-").unwrap().trim_end().to_owned();
        assert!(key.len() == 16 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
        key
    };
    let mut runner = runner();
    let of_this = key(&mut runner);
    assert_eq!(key(&mut runner), of_this);
    for path in ["Cargo.toml", "Cargo.lock", "build.rs", "src/main.rs", "templates/web/pack.toml"] {
        runner.put(&[(format!("own/{path}"), "x".to_owned())].into());
    }
    runner.put(&[("own/action/action.yml".to_owned(), String::new())].into());
    runner.set("GITHUB_ACTION_PATH", &runner.path("checkout/own/action"));
    let of_another = key(&mut runner);
    assert_ne!(of_another, of_this);
    runner.put(&[("own/templates/web/pack.toml".to_owned(), "y".to_owned())].into());
    assert_ne!(key(&mut runner), of_another);
}

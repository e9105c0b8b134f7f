//! The deploy workflow: who deploys where and when, who approves it, and what its last step does.
//!
//! The steps that all packs share are judged with this repository's own workflows.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::example_ecs::example;
use crate::support::tools::tool;

const FILE: &str = ".github/workflows/deploy-journals.yml";

fn workflow() -> Value {
    serde_yaml::from_str(&example().read(FILE)).unwrap()
}

#[test]
fn both_checkers_accept_the_workflow() {
    let project = example();
    let checkers = [
        &["actionlint", "-no-color", "-shellcheck=", "-pyflakes="][..],
        &["check-jsonschema", "--builtin-schema", "vendor.github-workflows"],
    ];
    for checker in checkers {
        let Some(program) = tool(checker[0]) else { continue };
        let mut command = Command::new(program);
        let output = command.args(&checker[1..]).arg(project.path(FILE)).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// What GitHub starts a workflow with.
enum Event {
    /// A push to a branch that changes a file.
    Push(&'static str, &'static str),
    /// Somebody starts it with inputs.
    Dispatch(Value),
    Other(&'static str),
}

impl Event {
    fn name(&self) -> &str {
        match self {
            Event::Push(..) => "push",
            Event::Dispatch(_) => "workflow_dispatch",
            Event::Other(name) => name,
        }
    }

    fn starts(&self, workflow: &Value) -> bool {
        let on = &workflow["on"][self.name()];
        let Event::Push(branch, file) = self else { return !on.is_null() };
        let listed = |key: &str, fits: &dyn Fn(&str) -> bool| {
            on[key].as_array().is_some_and(|all| all.iter().any(|it| fits(it.as_str().unwrap())))
        };
        let covers = |path: &str| file.starts_with(path.strip_suffix("**").expect("a folder"));
        listed("branches", &|it| it == *branch) && listed("paths", &covers)
    }

    /// Whether a condition holds: comparisons and inputs with `||` between them.
    fn meets(&self, condition: &Value) -> bool {
        let value = |name: &str| match (name, self) {
            ("github.event_name", _) => json!(self.name()),
            (_, Event::Dispatch(inputs)) => inputs[name.strip_prefix("inputs.").unwrap()].clone(),
            _ => Value::Null,
        };
        condition.as_str().unwrap().split(" || ").any(|term| match term.split_once(" == ") {
            Some((name, text)) => value(name) == text.trim_matches('\''),
            None => value(term) == true,
        })
    }

    /// The jobs that run, each with the environment of GitHub whose rules it must meet.
    fn runs(&self) -> Vec<(String, String)> {
        let workflow = workflow();
        if !self.starts(&workflow) {
            return Vec::new();
        }
        let jobs = workflow["jobs"].as_object().unwrap().iter();
        let jobs = jobs.filter(|(_, job)| self.meets(&job["if"]));
        jobs.map(|(name, job)| (name.clone(), job["environment"].as_str().unwrap().to_owned()))
            .collect()
    }
}

#[track_caller]
fn check(event: Event, expected: &[(&str, &str)]) {
    let runs = event.runs();
    let runs: Vec<_> = runs.iter().map(|(job, gate)| (job.as_str(), gate.as_str())).collect();
    assert_eq!(runs, expected);
}

fn chosen(environment: &str) -> Event {
    Event::Dispatch(json!({ "environment": environment }))
}

#[test]
fn a_push_to_main_deploys_staging_and_people_deploy_the_others() {
    let staging = [("staging", "staging")];
    check(Event::Push("main", "modules/deployment/main.tf"), &staging);
    check(Event::Push("main", "environments/staging/main.tf"), &staging);
    check(Event::Push("main", "environments/production/main.tf"), &[]);
    check(Event::Push("main", "README.md"), &[]);
    check(Event::Push("fix", "modules/deployment/main.tf"), &[]);
    check(Event::Other("pull_request"), &[]);
    check(chosen("staging"), &staging);
    check(chosen("blake"), &[("blake", "blake")]);
    check(chosen("production"), &[("production", "go-live")]);
    check(chosen("stevie"), &[("stevie", "go-live")]);
    check(chosen("global"), &[]);
    let choice = &workflow()["on"]["workflow_dispatch"]["inputs"]["environment"]["options"];
    assert_eq!(*choice, json!(["staging", "blake", "production", "stevie"]));
}

#[test]
fn a_job_works_in_its_own_root_with_its_own_role() {
    let jobs = workflow()["jobs"].clone();
    for place in &crate::example_ecs::PLACES[1..] {
        let job = &jobs[place.folder];
        assert_eq!(job["defaults"]["run"]["working-directory"], place.root());
        assert_eq!(job["env"]["ACCOUNT_ID"], place.account);
        let role = format!("arn:aws:iam::{}:role/deploy-{}", place.account, place.folder);
        assert_eq!(job["env"]["DEPLOY_ROLE"], role);
        assert_eq!(job["steps"], jobs["staging"]["steps"]);
    }
    assert_eq!(jobs.as_object().unwrap().len(), 4);
}

#[test]
fn the_commit_that_proved_itself_can_be_applied_again() {
    let steps = workflow()["jobs"]["staging"]["steps"].clone();
    assert_eq!(steps[0]["with"]["ref"], "${{ inputs.commit }}");
    let commit = &workflow()["on"]["workflow_dispatch"]["inputs"]["commit"];
    assert_eq!((&commit["type"], &commit["required"]), (&json!("string"), &Value::Null));
}

fn last_step() -> Value {
    let steps = workflow()["jobs"]["staging"]["steps"].clone();
    let steps = steps.as_array().unwrap();
    let apply = steps.iter().position(|step| step["name"] == "Apply that plan").unwrap();
    assert_eq!(steps[apply + 1]["name"], "Deploy what was applied");
    steps[apply + 1].clone()
}

#[test]
fn what_was_applied_is_deployed_unless_someone_says_not_to() {
    let condition = &last_step()["if"];
    let deploy = |deploy: bool| Event::Dispatch(json!({ "deploy": deploy }));
    assert!(Event::Push("main", "modules/x").meets(condition));
    assert!(deploy(true).meets(condition));
    assert!(!deploy(false).meets(condition));
    assert_eq!(workflow()["on"]["workflow_dispatch"]["inputs"]["deploy"]["default"], true);
}

/// Runs the last step as GitHub does, with programs that only print how they were called; the one
/// whose call ends in `broken` fails. Whether the step succeeds, and what was printed.
fn ran(task_definitions: &str, broken: &str) -> Option<(bool, String)> {
    tool("jq")?;
    let folder = TempDir::new().unwrap();
    let program = |name: &str, answer: &str| {
        let fails = format!("case \"$*\" in *\"{broken}\") exit 1;; esac\n");
        let text = format!("#!/bin/sh\n{}{answer}\n", if broken.is_empty() { "" } else { &fails });
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    };
    let outputs = format!("case \"$3\" in cluster) printf x;; *) echo '{task_definitions}';; esac");
    program("terraform", &outputs);
    program("aws", "echo \"$@\"");
    let path = [folder.path().into(), std::env::var_os("PATH").unwrap_or_default()];
    let script = last_step()["run"].as_str().unwrap().to_owned();
    let output = Command::new("bash")
        .args(["-e", "-c", &script])
        .env("PATH", path.join(OsStr::new(":")))
        .output()
        .unwrap();
    Some((output.status.success(), String::from_utf8(output.stdout).unwrap()))
}

#[test]
fn every_service_gets_its_newest_task_definition_and_is_waited_for() {
    let two = r#"{"api":"arn:api:7","worker":"arn:worker:3"}"#;
    let Some(whole) = ran(two, "") else { return };
    let update = |service: &str, revision: &str| {
        format!(
            "ecs update-service --cluster x --service {service} --task-definition {revision} \
             --force-new-deployment --output text --query service.status\n\
             ecs wait services-stable --cluster x --services {service}\n"
        )
    };
    let api = update("api", "arn:api:7");
    assert_eq!(whole, (true, format!("{api}{}", update("worker", "arn:worker:3"))));
    // Without the workload there is nothing to do.
    assert_eq!(ran("{}", ""), Some((true, String::new())));
    // The first failure ends it.
    let unstable = ran(two, "--services api").unwrap();
    assert_eq!(unstable, (false, api.split_inclusive('\n').next().unwrap().to_owned()));
    assert_eq!(ran(two, "-json task_definitions"), Some((false, String::new())));
}

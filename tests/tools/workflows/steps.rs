//! The steps of a deploy: the same for every environment, pinned, and safe from what is typed in.
//!
//! Which environment a job is for is judged elsewhere.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::workflows::SERVICES;
use crate::workflows::file::{run, steps, workflow};

const PLAN: &str = "Plan";
const APPLY: &str = "Apply that plan";
const REPORT: &str = "Report an image tag that is not yet recorded";

#[test]
fn every_environment_goes_through_the_same_steps() {
    for service in &SERVICES {
        let workflow = workflow(service);
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            assert_eq!(job["steps"].as_array().unwrap(), steps(&workflow), "{name}");
        }
        let named = steps(&workflow).iter().map(|step| match (&step["uses"], &step["name"]) {
            (Value::String(uses), _) => uses.split('@').next().unwrap(),
            (_, name) => name.as_str().unwrap(),
        });
        let expected = [
            "actions/checkout",
            "Check that this root is what environments.toml says",
            "aws-actions/configure-aws-credentials",
            "hashicorp/setup-terraform",
            "Initialise",
            PLAN,
            APPLY,
            REPORT,
        ];
        assert_eq!(named.collect::<Vec<_>>(), expected);
    }
}

#[test]
fn every_action_is_pinned_to_a_commit() {
    for service in &SERVICES {
        for uses in steps(&workflow(service)).iter().filter_map(|step| step["uses"].as_str()) {
            let (_, commit) = uses.split_once('@').unwrap_or_else(|| panic!("{uses}"));
            let is_commit = commit.len() == 40 && commit.bytes().all(|it| it.is_ascii_hexdigit());
            assert!(is_commit, "{uses}");
        }
    }
}

#[test]
fn nothing_that_is_typed_in_becomes_part_of_a_script() {
    for service in &SERVICES {
        for script in steps(&workflow(service)).iter().filter_map(|step| step["run"].as_str()) {
            let environments = service.environments.iter();
            let settings = environments.flat_map(|it| [service.name, it.account, it.gate]);
            for inline in settings.chain(["${{"]) {
                assert!(!script.contains(inline), "`{inline}` in: {script}");
            }
        }
    }
}

#[test]
fn the_credentials_are_refused_in_another_account_and_the_checkout_keeps_none() {
    for service in &SERVICES {
        let workflow = workflow(service);
        let [checkout, _, credentials, ..] = steps(&workflow) else { panic!() };
        assert_eq!(checkout["with"]["persist-credentials"], false);
        assert_eq!(credentials["with"]["allowed-account-ids"], "${{ env.ACCOUNT_ID }}");
        assert_eq!(credentials["with"]["role-to-assume"], "${{ env.DEPLOY_ROLE }}");
        for key in ["aws-access-key-id", "aws-secret-access-key"] {
            assert_eq!(credentials["with"][key], Value::Null);
        }
    }
}

/// Runs a step as GitHub does, where `terraform.tfvars` records `0.1.0` and the programs only print
/// how they were called. What they printed, and the summary.
fn ran(script: &str, image_tag: &str) -> (String, String) {
    let folder = TempDir::new().unwrap();
    let file = |name: &str| folder.path().join(name);
    for program in ["terraform", "envroot"] {
        executable(&file(program), "#!/bin/sh\nprintf '[%s]' \"${0##*/}\" \"$@\"\n");
    }
    fs::write(file("terraform.tfvars"), "# …\n\nimage_tag = \"0.1.0\"\n").unwrap();
    fs::write(file("summary"), "").unwrap();
    let path = [folder.path().into(), std::env::var_os("PATH").unwrap_or_default()];
    let path = path.join(OsStr::new(":"));
    let output = Command::new("bash")
        .args(["-e", "-c", script])
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", path)
        .env("GITHUB_STEP_SUMMARY", file("summary"))
        .env("ENVIRONMENT", "dev")
        .env("SERVICE", "icepack")
        .env("ENVROOT", "envroot -v")
        .env("IMAGE_TAG", image_tag)
        .output()
        .unwrap();
    assert!(output.status.success(), "{script}: {output:?}");
    let summary = fs::read_to_string(file("summary")).unwrap();
    (String::from_utf8(output.stdout).unwrap(), summary)
}

fn executable(file: &Path, text: &str) {
    fs::write(file, text).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_check_is_of_this_root_alone() {
    for service in &SERVICES {
        let check = "Check that this root is what environments.toml says";
        let (printed, _) = ran(run(&workflow(service), check), "");
        assert_eq!(printed, "[envroot][-v][check][--env][dev][--service][icepack]");
    }
}

#[test]
fn the_plan_that_is_applied_is_the_one_that_was_made() {
    for service in &SERVICES {
        let workflow = workflow(service);
        let plan = "[terraform][plan][-input=false][-lock-timeout=5m][-out=tfplan]";
        assert_eq!(ran(run(&workflow, PLAN), "").0, plan);
        let (rollback, _) = ran(run(&workflow, PLAN), "abc 1; exit 1");
        assert_eq!(rollback, format!("{plan}[-var=image_tag=abc 1; exit 1]"));
        let apply = "[terraform][apply][-input=false][-lock-timeout=5m][tfplan]";
        assert_eq!(ran(run(&workflow, APPLY), "").0, apply);
        let init = "[terraform][init][-input=false][-lockfile=readonly]";
        assert_eq!(ran(run(&workflow, "Initialise"), "").0, init);
    }
}

#[test]
fn an_image_tag_that_is_not_recorded_is_reported() {
    for service in &SERVICES {
        let workflow = workflow(service);
        let (_, recorded) = ran(run(&workflow, REPORT), "0.1.0");
        assert_eq!(recorded, "");
        let (_, summary) = ran(run(&workflow, REPORT), "abc123");
        let expected = "\
### Not yet recorded: image tag `abc123` of icepack in dev

The next deploy goes back to the recorded tag. To keep this one, run and commit:

    envroot set --env dev --service icepack image_tag=abc123
";
        assert_eq!(summary, expected);
        let step = steps(&workflow).iter().find(|step| step["name"] == REPORT).unwrap();
        assert_eq!(step["if"], "inputs.image_tag != ''");
    }
}

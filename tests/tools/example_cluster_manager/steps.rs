//! What the jobs run, carried out by a shell with scripts in place of `terraform` and `aws`.
//!
//! When a job runs is judged elsewhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::example_cluster_manager::CLUSTERS;
use crate::example_cluster_manager::pipeline::job;

/// Says what it was called with and which secrets it sees.
const TERRAFORM: &str = "#!/bin/sh
echo terraform \"$@\"
env | grep ^TF_VAR_ | sort
exit 0
";

/// Knows the secrets of every cluster but `prod`.
const AWS: &str = "#!/bin/sh
test \"$(cat \"$AWS_WEB_IDENTITY_TOKEN_FILE\")\" = 'the token' || exit 2
case $4 in
prod/*) echo denied >&2; exit 1 ;;
*) echo \"value of $4, with a blank\" ;;
esac
";

/// Runs the lines of a job as GitLab's runner does: one after the other, until one fails.
fn run(name: &str) -> (bool, String) {
    let job = job(name);
    let lines = |key: &str| -> Vec<String> {
        let lines = job[key].as_array().unwrap().iter();
        lines.map(|line| line.as_str().unwrap().to_owned()).collect()
    };
    let script = [lines("before_script"), lines("script")].concat().join("\n");
    let folder = TempDir::new().unwrap();
    for (program, text) in [("terraform", TERRAFORM), ("aws", AWS)] {
        let path = folder.path().join(program);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let variables = job["variables"].as_object().unwrap().iter();
    let variables = variables.map(|(name, value)| (name, value.as_str().unwrap()));
    fs::create_dir_all(folder.path().join(job["variables"]["ROOT"].as_str().unwrap())).unwrap();
    let output = Command::new("bash")
        .args(["-eo", "pipefail", "-c", &script])
        .current_dir(folder.path())
        .env_clear()
        .envs(variables)
        .env("AWS_ID_TOKEN", "the token")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", folder.path().join("token"))
        .env("PATH", format!("{}:/usr/bin:/bin", folder.path().display()))
        .output()
        .unwrap();
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_plan_reads_the_secrets_of_its_cluster_and_locks_nothing() {
    let (done, said) = run("plan:ops");
    assert!(done, "{said}");
    let expected = "\
terraform init -input=false -lockfile=readonly
terraform plan -input=false -lock=false -out=tfplan
TF_VAR_grafana_admin_password=value of ops/grafana_admin_password, with a blank
TF_VAR_sentry_admin_password=value of ops/sentry_admin_password, with a blank
TF_VAR_sentry_database_password=value of ops/sentry_database_password, with a blank
";
    assert_eq!(said, expected);
}

#[test]
fn without_its_secrets_a_cluster_is_not_planned() {
    let (done, said) = run("plan:prod");
    assert!(!done);
    assert_eq!(said, "terraform init -input=false -lockfile=readonly\n");
}

#[test]
fn an_apply_carries_out_the_plan_and_reads_no_secret() {
    for cluster in &CLUSTERS {
        let (done, said) = run(&format!("apply:{}", cluster.name));
        assert!(done, "{said}");
        let expected = "\
terraform init -input=false -lockfile=readonly
terraform apply -input=false -lock-timeout=5m tfplan
";
        assert_eq!(said, expected);
    }
}

#[test]
fn the_pipeline_logs_in_to_gitlab_s_state_as_itself() {
    for name in ["plan:prod", "apply:prod"] {
        let variables = &job(name)["variables"];
        assert_eq!(variables["TF_HTTP_USERNAME"], "gitlab-ci-token");
        assert_eq!(variables["TF_HTTP_PASSWORD"], Value::from("$CI_JOB_TOKEN"));
    }
}

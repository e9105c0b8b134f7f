//! What `add` asks at a terminal, and what it makes of the answers.
//!
//! Where nobody can be asked, tests/cli/transcript/add.rs has the rest.

use std::path::Path;
use std::process::Command;

use crate::support::project::Project;
use crate::support::tools::tool;

const CONFIG: &str = "environments.toml";

/// Prod has a few things of its own.
fn shop() -> Project {
    let project = Project::shop();
    project.edit(
        CONFIG,
        "account_id = \"222222222222\"\n",
        "account_id = \"222222222222\"\nvars.role  = \"arn:aws:iam::222222222222:role/deploy\"\n",
    );
    project.edit(
        CONFIG,
        "scaling.max = 9\n",
        "scaling.max = 9\nhostname    = \"shop.example.net\" # without a suffix\n",
    );
    project.done("gen");
    project
}

/// What a terminal shows when the questions of a command are answered, and how it ends. `None`,
/// where Python is not installed.
fn answered(project: &Project, arguments: &str, answers: &[&str]) -> Option<(String, i32)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/terminal.py");
    let output = Command::new(tool("python3")?)
        .arg(script)
        .arg(serde_json::to_string(answers).unwrap())
        .arg(env!("CARGO_BIN_EXE_envroot"))
        .args(arguments.split(' '))
        .env("NO_COLOR", "1")
        .current_dir(project.path(""))
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    Some((String::from_utf8(output.stdout).unwrap(), output.status.code().unwrap()))
}

#[test]
fn what_cannot_be_copied_is_asked_for_and_an_empty_answer_takes_what_is_offered() {
    let project = shop();
    let answers = ["333333333333", "", "shop.eu.example.net"];
    let Some((shown, exit)) = answered(&project, "add eu --like prod", &answers) else { return };
    assert_eq!(exit, 0, "{shown}");
    let questions = r#"account_id
  The AWS account: twelve digits.
  prod has "222222222222"
  > 333333333333
vars.role
  prod has "arn:aws:iam::222222222222:role/deploy"
  [arn:aws:iam::{{ env.account_id }}:role/deploy] > 
services.shop.hostname
  Where it is reached.
  prod has "shop.example.net"
  > shop.eu.example.net
"#;
    assert!(shown.starts_with(questions), "{shown}");
    let written = r#"
[environments.eu]
account_id = "333333333333"
vars.role  = "arn:aws:iam::{{ env.account_id }}:role/deploy"

[environments.eu.services.shop]
scaling.max = 9
hostname    = "shop.eu.example.net"
"#;
    let text = project.read(CONFIG);
    assert!(text.contains(written), "{text}");
    project.done("check");
}

/// Asserts what is still missing, and that nothing was written.
#[track_caller]
fn check_missing(arguments: &str, answers: &[&str], asked: usize, missing: &[&str]) {
    let project = shop();
    let before = project.tree();
    let Some((shown, exit)) = answered(&project, arguments, answers) else { return };
    assert_eq!(exit, 3, "{shown}");
    assert_eq!(shown.matches("prod has \"").count(), asked, "{shown}");
    let found = shown.lines().filter_map(|line| line.trim().strip_prefix("= help: --set "));
    assert_eq!(found.collect::<Vec<_>>(), missing, "{shown}");
    assert!(shown.ends_with("nothing was written\n"), "{shown}");
    assert!(project.tree() == before, "something was written");
}

const ACCOUNT: &str = "account_id=VALUE";
const ROLE: &str = "'vars.role=arn:aws:iam::{{ env.account_id }}:role/deploy'";
const HOSTNAME: &str = "services.shop.hostname=VALUE";

#[test]
fn where_the_input_ends_all_that_is_missing_is_listed() {
    check_missing("add eu --like prod", &[], 1, &[ACCOUNT, ROLE, HOSTNAME]);
    check_missing("add eu --like prod", &["333333333333"], 2, &[ROLE, HOSTNAME]);
    let given = "add eu --like prod --set account_id=333333333333";
    check_missing(given, &[""], 2, &[HOSTNAME]);
}

#[test]
fn an_empty_answer_to_a_question_without_an_offer_is_none() {
    check_missing("add eu --like prod", &["", "", ""], 3, &[ACCOUNT, HOSTNAME]);
}

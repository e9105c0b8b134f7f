//! What is to be edited for a new variable, a new secret and a new environment, and all that follows.
//!
//! The snapshots show whole diffs: what is right in them is decided by whoever reads them.

use serde_json::json;

use crate::example_ecs::journey::changes;
use crate::example_ecs::{Place, STAGING, example};
use crate::support::project::Project;
use crate::support::terraform::{Root, Terraform};

const CONFIG: &str = "environments.toml";

/// The example under version control, so that Git can show what became of it.
fn committed() -> Project {
    let project = example();
    for arguments in ["init -q", "add .", "commit -q -m before"] {
        assert_eq!(project.git(arguments).exit, 0);
    }
    project
}

/// Holds the whole diff since the commit, seals' digests and runbooks aside, against the snapshot of
/// that name.
#[track_caller]
fn check_diff(project: &Project, name: &str) {
    project.git("add --intent-to-add .");
    let diff = project.git(
        "diff --no-color --unified=1 --ignore-matching-lines=envroot:seal -- . :!*/RUNBOOK.md",
    );
    let diff = diff.out;
    let shown = diff.lines().filter(|line| !line.starts_with("index "));
    let shown = shown.map(|line| match line.split_once("envroot:seal v1 ") {
        Some((before, after)) => format!("{before}envroot:seal v1 …{}", &after[32..]),
        None => line.to_owned(),
    });
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/tools/example_ecs/snapshots"
    ));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, shown.collect::<Vec<_>>().join("\n")));
}

/// A root with all its state beside it.
fn root<'a>(project: &Project, place: &Place, terraform: &'a Terraform) -> Root<'a> {
    let root = Root::at(project.path(&place.root()), terraform).with_local_state();
    root.init().unwrap();
    root
}

#[test]
fn a_variable_of_a_container_takes_one_line() {
    let project = committed();
    project.edit(
        CONFIG,
        "UPLOAD_LIMIT_MB = \"50\" }",
        "UPLOAD_LIMIT_MB = \"50\", CACHE = \"on\" }",
    );
    project.done("gen");
    check_diff(&project, "variable_of_a_container");
}

const SESSION: &str = "log_retention_days = 14\n";

#[test]
fn a_variable_that_is_new_to_the_module_takes_a_line_and_its_declaration_there() {
    let project = committed();
    project.edit(CONFIG, SESSION, &format!("{SESSION}session_hours      = 12\n"));
    project.edit(
        CONFIG,
        "[environments.blake.services.journals]",
        "[environments.staging.services.journals]\nvariables = { session_hours = 1 }\n\n\
         [environments.blake.services.journals]",
    );
    let stage = "    STAGE         = var.stage\n";
    let used = format!("{stage}    SESSION_HOURS = var.session_hours\n");
    project.edit("modules/deployment/main.tf", stage, &used);
    let declaration = "\nvariable \"session_hours\" {\n  description = \"How long a session lasts.\"\n  \
                       type        = number\n}\n";
    let variables = project.read("modules/deployment/variables.tf");
    project.write("modules/deployment/variables.tf", &format!("{variables}{declaration}"));
    project.done("gen");
    check_diff(&project, "variable_new_to_the_module");

    let Some(terraform) = Terraform::installed() else { return };
    assert_eq!(root(&project, &STAGING, &terraform).validate().unwrap(), json!([]));
}

#[test]
fn a_variable_that_the_module_does_not_have_is_found() {
    let project = example();
    project.edit(CONFIG, SESSION, &format!("{SESSION}session_hours      = 12\n"));
    let run = project.envroot("gen");
    assert_eq!(run.exit, 3);
    let message =
        "the module `deployment` is given `session_hours`, which modules/deployment does not take";
    assert!(run.err.contains(message), "{}", run.err);

    // Terraform says so too, once somebody has waived the rule.
    let waiver = |environment: &str| {
        format!(
            "[[waivers]]\ncheck = \"module-arguments\"\nat = \"environments/{environment}/main.tf\"\nreason = \"A test.\"\n"
        )
    };
    let waivers = ["staging", "blake", "production", "stevie"].map(waiver).concat();
    project.write(CONFIG, &format!("{}\n{waivers}", project.read(CONFIG)));
    project.done("gen");
    let Some(terraform) = Terraform::installed() else { return };
    let said = root(&project, &STAGING, &terraform).validate().unwrap_err();
    assert!(
        said.contains("An argument named \\\"session_hours\\\" is not expected here."),
        "{said}"
    );
}

#[test]
fn an_environment_takes_a_table_and_its_name_in_two_lists() {
    let project = committed();
    project.edit(
        CONFIG,
        "\"blake\", \"production\", \"stevie\"]\n\n",
        "\"blake\", \"demo\", \"production\", \"stevie\"]\n\n",
    );
    project.edit(
        CONFIG,
        "environments = [\"staging\", \"blake\", ",
        "environments = [\"staging\", \"blake\", \"demo\", ",
    );
    project.edit(
        CONFIG,
        "[environments.production]\n",
        "[environments.demo]\naccount_id = \"402317765083\"\nstage      = \"staging\"\n\n\
         [environments.production]\n",
    );
    project.done("gen");
    check_diff(&project, "environment");

    let Some(terraform) = Terraform::installed() else { return };
    let demo = Place { folder: "demo", account: "402317765083", state: "demo.tfstate" };
    let root = root(&project, &demo, &terraform);
    assert_eq!(root.validate().unwrap(), json!([]));
    assert_eq!(changes(&root.plan().unwrap()).len(), 30);
}

/// Asserts what edits, each undone before the next, make an apply of staging do.
#[track_caller]
fn check_changes(edits: &[(&str, &str, &str, &str)]) {
    let Some(terraform) = Terraform::installed() else { return };
    let project = example();
    let root = root(&project, &STAGING, &terraform);
    root.plan().unwrap();
    root.apply().unwrap();
    for (file, from, to, expected) in edits {
        let before = project.read(file);
        project.edit(file, from, to);
        project.done("gen");
        let mut found = changes(&root.plan().unwrap());
        found.sort();
        let shown = found.iter().map(|line| line.replace("module.deployment.", ""));
        assert_eq!(shown.collect::<Vec<_>>().join("\n"), *expected, "{to}");
        project.write(file, &before);
    }
}

#[test]
fn an_apply_changes_what_was_edited_and_leaves_what_runs_to_the_next_deploy() {
    let service = "modules/container-generic/main.tf";
    check_changes(&[
        (
            CONFIG,
            "UPLOAD_LIMIT_MB = \"50\" }",
            "UPLOAD_LIMIT_MB = \"100\" }",
            "update module.api[0].aws_ecs_task_definition.this",
        ),
        (
            CONFIG,
            "min       = 1\nmax       = 2",
            "min       = 2\nmax       = 3",
            "update module.api[0].aws_appautoscaling_target.this",
        ),
        (
            CONFIG,
            "image_tag    = \"3f9c2d1\"",
            "image_tag    = \"8b1d0e4\"",
            "update module.api[0].aws_ecs_task_definition.this\n\
             update module.worker[0].aws_ecs_task_definition.this",
        ),
        (
            CONFIG,
            "\"SESSION_KEY\"]",
            "\"SESSION_KEY\", \"STATISTICS_TOKEN\"]",
            "create module.core_services.aws_secretsmanager_secret.this[\"STATISTICS_TOKEN\"]\n\
             update aws_iam_role_policy.secrets\n\
             update module.api[0].aws_ecs_task_definition.this\n\
             update module.worker[0].aws_ecs_task_definition.this",
        ),
        // The stand-in never makes a new revision, so another one is written here.
        (
            service,
            "task_definition = aws_ecs_task_definition.this.arn",
            "task_definition = \"arn:another\"",
            "",
        ),
    ]);
}

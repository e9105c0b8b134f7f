//! A fourth cluster, such as an ephemeral one, is a few lines of environments.toml.
//!
//! The whole change is in a snapshot, for people to read.

use crate::example_platform::gitlab::{Event, Pipeline};
use crate::example_platform::{example, root};
use crate::support::project::Project;
use crate::support::terraform::{Root, Terraform};

const CLUSTER: &str = r#"[environments.trial]
account_id = "207461839950"
vpc_id     = "vpc-0a9d3b6e1f84c2075"
deploy     = "merge"

[environments.pprd]"#;

#[test]
fn a_fourth_cluster_is_a_few_lines() {
    let project = example();
    project.git("init --quiet");
    project.git("add --all");
    let order = "order    = [\"dvlp\", ";
    project.edit("environments.toml", order, &format!("{order}\"trial\", "));
    project.edit("environments.toml", "[environments.pprd]", CLUSTER);
    project.done("gen");
    project.done("check");
    project.git("add --intent-to-add --all");
    // The runbook of a cluster has tests of its own.
    let diff = project.git("diff --no-color -- . :!*/RUNBOOK.md").out;
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("fourth_cluster", diff);
    });

    assert_eq!(started(&project, Event::Push("main")), ["deploy-dvlp", "deploy-trial"]);
    assert_eq!(started(&project, Event::Tag("2026-11-21_14-30-prod")), ["release", "deploy-prod"]);

    let Some(terraform) = Terraform::installed() else { return };
    let root = Root::at(project.path(&root("trial")), &terraform).with_local_state();
    root.init().unwrap();
    assert_eq!(root.validate().unwrap(), serde_json::json!([]));
    root.plan().unwrap();
}

/// The jobs that an event starts.
fn started(project: &Project, event: Event<'_>) -> Vec<String> {
    let pipeline = Pipeline::read(&project.read(".gitlab-ci.yml"));
    pipeline.started(&event).unwrap().into_iter().map(|job| job.name).collect()
}

#[test]
fn a_retiring_cluster_is_deployed_no_more_and_holds_up_no_other() {
    let project = example();
    let head = "[environments.pprd]\n";
    project.edit("environments.toml", head, &format!("{head}status = \"retiring\"\n"));
    project.done("gen");
    assert_eq!(started(&project, Event::Tag("2026-11-21_14-30-pprd")), ["release"]);
    assert_eq!(started(&project, Event::Tag("2026-11-21_14-30-prod")), ["release", "deploy-prod"]);
    assert!(!project.read(".gitlab-ci.yml").contains("EARLIER: "));
    assert!(project.read("generated/ENVIRONMENTS.md").contains("nothing: it is being retired"));
    assert!(project.path("generated/clusters/pprd/main.tf").exists());
}

#[test]
fn prod_is_locked_by_one_line() {
    let project = example();
    project.edit("environments.toml", "team_access = \"read\" ", "team_access = \"write\"");
    let run = project.envroot("check");
    let differ = ["generated/ENVIRONMENTS.md", "generated/clusters/prod/team.tf"];
    for file in differ {
        assert!(run.out.contains(&format!("outdated  {file}\n")), "{}", run.out);
    }
    assert!(run.out.contains("2 of 22 files differ"), "{}", run.out);
}

//! Broken rules, each message once as a person sees it.

use super::*;

/// The shop with some more lines of configuration; nothing may be written.
fn broken(name: &str, more: &str) {
    let shop = fs::read_to_string("tests/shop/environments.toml").unwrap();
    let transcript = Transcript::with(&(shop + more));
    let before = transcript.project.tree();
    let transcript = transcript.run("gen");
    assert_eq!(transcript.project.tree(), before, "nothing was written");
    transcript.reads(name);
}

#[test]
fn an_arn_of_another_account() {
    broken(
        "rule_role_account",
        r#"values.role = "arn:aws:iam::222222222222:role/shop"
values.managed = "arn:aws:iam::aws:policy/ReadOnlyAccess"
values.topic = "arn:aws:sns:eu-west-1:333333333333:orders"

[[waivers]]
check  = "role-account"
at     = "services.shop.values.topic"
reason = "The topic is the partner's."
"#,
    );
}

#[test]
fn what_belongs_to_a_sibling() {
    broken(
        "rule_sibling",
        r#"
[environments.dev.services.shop.values]
topic    = "orders-prod"
registry = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
upstream = "https://shop.prod.example.net/api"
comment  = "half as big as prod"
"#,
    );
}

#[test]
fn a_secret_is_never_shown() {
    broken(
        "rule_secret",
        r#"values.database = { user = "shop", password = "hunter2" }
values.token    = "glpat-0123456789abcdefghij"
values.named    = { existingSecret = "shop-database", passwordKey = "password" }
# values.token = "ghp_0123456789abcdefghij0123456789abcdef"
"#,
    );
}

#[test]
fn what_was_to_be_filled_in_later() {
    broken(
        "rule_placeholder",
        r#"values.certificate = "arn:aws:acm:eu-west-1:<account>:certificate/1"
values.vpc         = "vpc-xxxxxxxx"
values.password    = "changeme"
values.title       = "todo"
"#,
    );
}

/// A shop whose roots have a state, in a pack of its own.
fn with_state(service: &str) -> Transcript {
    let shop = fs::read_to_string("tests/shop/environments.toml").unwrap();
    let transcript = Transcript::with(&shop.replace("pack  = \"web\"", "pack  = \"stateful\""));
    let edit = |path: &str, from: &str, to: &str| transcript.project.edit(path, from, to);
    edit(
        "environments.toml",
        "image = \"shop:1.0\"\n",
        &format!("image = \"shop:1.0\"\n{service}"),
    );
    let folder = "templates/stateful";
    transcript.project.write(&format!("{folder}/pack.toml"), STATEFUL);
    transcript.project.write(&format!("{folder}/schema.json"), STATEFUL_SCHEMA);
    transcript.project.write(&format!("{folder}/versions.tf"), STATEFUL_VERSIONS);
    transcript
}

const STATEFUL: &str = r#"extends = "web"

[state]
backend = "s3"
bucket  = "{{ service.state.bucket }}"
key     = "{{ service.state.key }}"

[defaults]
state.bucket = "states"
state.key    = "{{ service.name }}/{{ env.name }}"

[[files]]
name     = "versions"
template = "versions.tf"
path     = "{{ service.name }}/{{ env.name }}/versions.tf"
"#;

const STATEFUL_SCHEMA: &str = r#"{
  "properties": {
    "service": {
      "properties": {
        "state": { "properties": { "bucket": { "type": "string" }, "key": { "type": "string" } } }
      }
    }
  }
}
"#;

const STATEFUL_VERSIONS: &str = r#"terraform {
  {{<backend_s3 bucket={service.state.bucket} key={service.state.key} region="eu-west-1" account_id={env.account_id} />}}
}
"#;

#[test]
fn two_roots_with_one_state() {
    with_state("state.key = \"shop\"\n").run("gen").reads("rule_shared_state");
}

#[test]
fn a_state_that_a_hand_written_root_has() {
    with_state("")
        .write(
            "legacy/main.tf",
            "terraform {\n  backend \"s3\" {\n    bucket = \"states\"\n    key    = \"shop/prod\"\n  }\n}\n",
        )
        .write("legacy/broken.tf", "terraform {\n  backend \"s3\" {\n")
        .run("gen")
        .reads("rule_shared_state_foreign");
}

/// This repository's own Icepack, with a line more in a layer.
fn own(table: &str, line: &str) -> Transcript {
    let transcript = Transcript::of(Project::own());
    let head = format!("[{table}]\n");
    transcript.edit("environments.toml", &head, &format!("{head}{line}\n"))
}

#[test]
fn a_key_that_the_chart_does_not_have() {
    own("services.icepack", "values.api = { replica = 3, logLevel = \"debug\" }")
        .run("gen")
        .reads("rule_chart_key");
}

#[test]
fn what_scales_the_wrong_way() {
    own("services.icepack", "scaling.health_sync.schedule = \"*/5 * * * * *\"\ndatabase.storage = \"20GB\"\nrole = \"icepack-service-role-for-the-environment-that-is-called-{{ env.name }}-in-{{ env.region }}\"\ndatabase.allocated_storage = 200\nscaling.api.resources.requests.cpu = \"2\"\n")
        .run("gen")
        .reads("rule_scaling");
}

#[test]
fn a_pack_that_guards_nothing() {
    let shop = with_state("");
    shop.project.edit("templates/stateful/pack.toml", "[state]\nbackend = \"s3\"\nbucket  = \"{{ service.state.bucket }}\"\nkey     = \"{{ service.state.key }}\"\n", "");
    shop.write(
        "templates/stateful/versions.tf",
        r#"terraform {
  backend "s3" {
    bucket = "{{ service.state.bucket }}"
    key    = "{{ service.state.key }}"
  }
}

provider "aws" {
  allowed_account_ids = ["111111111111"]
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    condition {
      test     = "StringEquals"
      variable = "oidc.example.net:sub"
      values   = ["system:serviceaccount:shop:shop"]
    }
  }
}
"#,
    )
    .run("gen")
    .reads("rule_guards");
}

#[test]
fn pods_that_run_as_another_user() {
    own("services.icepack", "values.serviceAccount.name = \"api\"")
        .run("gen --env dev")
        .reads("rule_identity");
}

#[test]
fn a_module_that_gets_something_else() {
    let project = Project::copy("examples/ecs", &["environments.toml", "modules", "templates"]);
    Transcript::of(project)
        .edit("environments.toml", "log_retention_days = 14", "log_retention = 14")
        .run("gen --env staging")
        .reads("rule_module");
}

#[test]
fn a_state_that_moves() {
    let shop = with_state("");
    shop.project.done("gen");
    shop.edit(
        "environments.toml",
        "image = \"shop:1.0\"\n",
        "image = \"shop:1.0\"\nstate.key = \"web/{{ env.name }}\"\n",
    )
    .run("check")
    .run("gen --env dev --move-state")
    .run("gen --move-state")
    .run("check")
    .reads("rule_moved_state");
}

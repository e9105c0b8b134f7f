//! Rules of what packs render: each row is a template, and what is said of it.

use crate::support::project::Project;

const ENVIRONMENTS: &str = r#"
[project]
order = ["dev", "prod"]

[environments.dev]
account_id = "111111111111"

[environments.prod]
account_id = "222222222222"

[services.web]
pack = "web"
"#;

const SCHEMA: &str = r#"{ "properties": {
    "env": { "properties": { "account_id": { "type": "string" } } },
    "service": { "properties": {
        "account": { "type": "string" },
        "bucket": { "type": "string" },
        "service_account": { "type": "string" },
        "arguments": { "additionalProperties": { "type": "string" } }
    } }
} }"#;

const FILE: &str = r#"
[[files]]
name     = "main"
template = "main.tf"
path     = "roots/{{ env.name }}/main.tf"
"#;

fn project(manifest: &str, template: &str, service: &str) -> Project {
    let project = Project::empty();
    project.write("environments.toml", &format!("{ENVIRONMENTS}{service}"));
    project.write("templates/web/schema.json", SCHEMA);
    project.write("templates/web/pack.toml", &format!("{manifest}{FILE}"));
    project.write("templates/web/main.tf", template);
    project
}

/// The codes of the problems that `gen` finds, each with the environments it targets.
fn codes(project: &Project) -> Vec<String> {
    let run = project.envroot("check --format json");
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let problems = report["problems"].as_array().unwrap();
    problems.iter().map(|problem| problem["code"].as_str().unwrap().to_owned()).collect()
}

#[track_caller]
fn check(manifest: &str, template: &str, service: &str, expected: &[&str]) {
    let project = project(manifest, template, service);
    assert_eq!(codes(&project), expected, "{manifest}{template}{service}");
    if expected.is_empty() {
        project.done("gen");
        // What is current is judged as well.
        project.done("check");
    } else {
        assert_eq!(project.envroot("gen").exit, 3);
        let rules: std::collections::BTreeSet<&str> = expected.iter().copied().collect();
        let write = |places: &[(&str, &str)]| {
            let waivers = places.iter().map(|(rule, environment)| {
                format!("[[waivers]]\ncheck = \"{rule}\"\nat = \"roots/{environment}/main.tf\"\nreason = \"x\"\n")
            });
            let waivers: String = waivers.collect();
            project.write("environments.toml", &format!("{ENVIRONMENTS}{service}\n{waivers}"));
        };
        let mut places: Vec<(&str, &str)> =
            rules.iter().flat_map(|rule| [(*rule, "dev"), (*rule, "prod")]).collect();
        write(&places);
        // The rule may hold in one of the environments.
        let err = project.envroot("check").err;
        places.retain(|(rule, environment)| {
            !err.contains(&format!("`{rule}` holds at `roots/{environment}/main.tf`"))
        });
        write(&places);
        project.done("gen");
        project.done("check");
    }
}

const PROVIDER: &str = "provider \"aws\" {\n  region = \"eu-west-1\"\n@\n}\n";

fn provider(line: &str) -> String {
    PROVIDER.replace('@', line)
}

#[test]
fn a_provider_guards_the_account() {
    check("", &provider("allowed_account_ids = [\"{{ env.account_id }}\"]"), "", &[]);
    check("", &provider(""), "", &["account-guard"]);
    check("", &provider("allowed_account_ids = []"), "", &["account-guard"]);
    check("", &provider("allowed_account_ids = [var.account]"), "", &[]);
    check("", &provider("allowed_account_ids = [\n  \"{{ env.account_id }}\",\n]"), "", &[]);
    let literal = provider("allowed_account_ids = [\"111111111111\"]");
    check("", &literal, "", &["account-guard"]);
    let setting = provider("allowed_account_ids = [\"{{ service.account }}\"]");
    check("", &setting, "account = \"111111111111\"", &["account-guard"]);
    check("", &setting, "account = \"{{ env.account_id }}\"", &[]);
    let alias = provider("alias = \"dns\"\n  allowed_account_ids = [\"333333333333\"]");
    check("", &alias, "", &[]);
    check("", "provider \"helm\" {}\n", "", &[]);
}

const STATE: &str =
    "[state]\nbackend = \"s3\"\nbucket = \"{{ service.bucket }}\"\nkey = \"{{ env.name }}\"\n";
const BACKEND: &str = "terraform {\n  backend \"s3\" {\n    bucket = \"{{ service.bucket }}\"\n    key = \"{{ env.name }}\"\n    allowed_account_ids = [\"{{ env.account_id }}\"]\n  }\n}\n";

#[test]
fn a_backend_is_what_the_pack_says_of_it() {
    let bucket = "bucket = \"states\"";
    check(STATE, BACKEND, bucket, &[]);
    check("", BACKEND, bucket, &["state-mismatch"]);
    check(STATE, &BACKEND.replace("s3", "gcs"), bucket, &["state-mismatch"]);
    check(STATE, &BACKEND.replace("{{ service.bucket }}", "other"), bucket, &["state-mismatch"]);
    check(STATE, &BACKEND.replace("key = ", "keys = "), bucket, &["state-mismatch"]);
    check(
        STATE,
        &BACKEND.replace("    allowed_account_ids = [\"{{ env.account_id }}\"]\n", ""),
        bucket,
        &["account-guard"],
    );
}

#[test]
fn files_of_one_shape_may_differ_in_length() {
    let template = format!("# {{{{ service.account }}}}\n{BACKEND}");
    let long = "ä".repeat(400);
    let service = format!(
        "bucket = \"states\"\naccount = \"a\"\n[environments.dev.services.web]\naccount = \"{long}\""
    );
    check(STATE, &template, &service, &[]);
}

const TRUST: &str = r#"data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:web:{{ service.service_account }}"]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}
"#;
const IDENTITY: &str = "[identity]\nnamespace = \"web\"\nservice_account = \"{{ service.values.serviceAccount.name }}\"\n";

#[test]
fn a_trust_allows_the_pods_and_no_other_service_account() {
    let same = "service_account = \"web\"\nvalues.serviceAccount.name = \"web\"";
    check(IDENTITY, TRUST, same, &[]);
    check("", TRUST, same, &["irsa-trust"]);
    check(IDENTITY, &TRUST.replace("issuer}:aud", "issuer}:iss"), same, &["irsa-trust"]);
    check(IDENTITY, &TRUST.replace("issuer}:sub", "issuer}:iss"), same, &["irsa-trust"]);
    let other = "service_account = \"web\"\nvalues.serviceAccount.name = \"web2\"";
    check(IDENTITY, TRUST, other, &["irsa-trust", "irsa-trust"]);
    // One environment of two differs.
    let one =
        format!("{same}\n[environments.prod.services.web]\nvalues.serviceAccount.name = \"other\"");
    check(IDENTITY, TRUST, &one, &["irsa-trust"]);
    let github = TRUST.replace(
        "system:serviceaccount:web:{{ service.service_account }}",
        "repo:a/b:environment:dev",
    );
    check("", &github, same, &[]);
}

const CALL: &str = r#"module "queue" {
  source = "../../modules/queue"

  {% for name, value in service.arguments %}
  {{ name | identifier }} = "{{ value }}"
  {% endfor %}
}
"#;

/// What is said of a call of a hand-written module that requires `name` and takes `size`.
#[track_caller]
fn module(arguments: &str, expected: &[&str]) {
    let project = project("", CALL, &format!("arguments = {{ {arguments} }}"));
    project.write(
        "modules/queue/variables.tf",
        "variable \"name\" {}\nvariable \"size\" {\n  default = 1\n}\n",
    );
    let run = project.envroot("check --format json");
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let problems = report["problems"].as_array().unwrap();
    let messages: Vec<&str> =
        problems.iter().map(|problem| problem["message"].as_str().unwrap()).collect();
    assert_eq!(messages, expected, "{arguments}");
}

#[test]
fn a_module_gets_what_it_takes() {
    module("name = \"a\"", &[]);
    module("name = \"a\", size = \"2\"", &[]);
    module(
        "size = \"2\"",
        &["the module `queue` is not given `name`, which modules/queue requires"],
    );
    module(
        "name = \"a\", sise = \"2\"",
        &["the module `queue` is given `sise`, which modules/queue does not take"],
    );
    let absent = project("", CALL, "arguments = {}");
    assert_eq!(codes(&absent), [""; 0]);
    let json = project("", CALL, "arguments = {}");
    json.write("modules/queue/variables.tf.json", "{}");
    assert_eq!(codes(&json), [""; 0]);
}

#[test]
fn a_module_may_be_rendered_too() {
    let module = "[[files]]\nname = \"module\"\neach = \"project\"\ntemplate = \"variables.tf\"\npath = \"modules/queue/variables.tf\"\n";
    let project = project(module, CALL, "arguments = {}");
    project.write("templates/web/variables.tf", "variable \"name\" {}\n");
    assert_eq!(codes(&project), ["module-arguments"]);
    project.write("environments.toml", &format!("{ENVIRONMENTS}arguments = {{ name = \"a\" }}"));
    project.done("gen");
    project.done("check");
    // Its file is current now, and is not held in memory.
    project.write("environments.toml", &format!("{ENVIRONMENTS}arguments = {{}}"));
    assert_eq!(codes(&project), ["module-arguments"]);
}

const CLAIM: &str = r#"data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    condition {
      test     = "StringEquals"
      variable = "oidc.example.net:{{ service.claim }}"
      values   = ["x"]
    }

    condition {
      test     = "StringEquals"
      variable = "oidc.example.net:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}
"#;

/// The environments, in this promotion order, of which `check` reports that their trust policy has
/// no condition on the subject.
fn environments_without_subject(environments: &[(String, &str)]) -> Vec<String> {
    let names: Vec<String> = environments.iter().map(|(name, _)| format!("{name:?}")).collect();
    let mut text =
        format!("[project]\norder = [{}]\n[services.web]\npack = \"web\"\n", names.join(", "));
    for (index, (name, claim)) in environments.iter().enumerate() {
        text += &format!(
            "[environments.{name}]\naccount_id = \"{index:012}\"\nservices.web.claim = \"{claim}\"\n"
        );
    }
    let project = Project::empty();
    project.write("environments.toml", &text);
    let schema = r#"{ "properties": {
        "env": { "properties": { "account_id": {} } },
        "service": { "properties": { "claim": { "type": "string" } } }
    } }"#;
    project.write("templates/web/schema.json", schema);
    project.write("templates/web/pack.toml", FILE);
    project.write("templates/web/main.tf", CLAIM);
    let run = project.envroot("check");
    let used = run.err.split("used by web in ").skip(1);
    let listed = used.flat_map(|rest| {
        let line = rest.lines().next().unwrap_or_default();
        line.split([',', ' ']).filter(|word| !matches!(*word, "" | "and")).map(str::to_owned)
    });
    listed.collect()
}

#[test]
fn each_environment_is_judged_by_its_own_text() {
    let (dev, prod) = (("dev".to_owned(), "sub"), ("prod".to_owned(), "iss"));
    assert_eq!(environments_without_subject(&[dev.clone(), prod.clone()]), ["prod"]);
    assert_eq!(environments_without_subject(&[prod.clone(), dev]), ["prod"]);
    assert_eq!(environments_without_subject(&[prod]), ["prod"]);
    let claim = |index| if index % 2 == 0 { "sub" } else { "iss" };
    let many: Vec<(String, &str)> =
        (0..64).map(|index| (format!("e{index}"), claim(index))).collect();
    let expected: Vec<String> =
        many.iter().filter(|(_, claim)| *claim == "iss").map(|(name, _)| name.clone()).collect();
    assert_eq!(environments_without_subject(&many), expected);
}

//! Random environments: what a file is judged to be depends on no other file.

mod cases;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree;

use super::*;
use crate::config;
use crate::ecosystem::terraform;
use crate::model::code::Code;
use crate::model::diagnostic::Problem;
use crate::model::span::Sources;
use crate::pack::{self, Folder};
use crate::render;
use crate::resolve;
use crate::toml_file;

const MANIFEST: &str = r#"
[state]
backend = "s3"
bucket  = "{{ service.bucket }}"
key     = "{{ env.name }}"
[identity]
namespace       = "web"
service_account = "{{ service.service_account }}"
[[files]]
template = "main.tf"
path     = "roots/{{ env.name }}/main.tf"
"#;

const TEMPLATE: &str = r#"
terraform {
  backend "{{ service.backend }}" {
    bucket              = "{{ service.printed_bucket }}"
    key                 = "{{ env.name }}"
    {{ service.guard | identifier }} = ["{{ service.account }}"]
  }
}

provider "aws" {
  region              = "eu-west-1"
  allowed_account_ids = [{% if service.account == "none" %}{% else %}"{{ service.account }}"{% endif %}]
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "{{ service.text }}"
    actions = ["{{ service.action }}"]

    condition {
      variable = "oidc.example.net/{{ env.name }}:{{ service.claim }}"
      values   = ["{{ service.subject }}"]
    }

    condition {
      variable = "oidc.example.net:{{ service.audience }}"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "json" {
  assume_role_policy = jsonencode({
    Statement = [{
      Action = "{{ service.action }}"
      Condition = {
        StringEquals = {
          "oidc.example.net:{{ service.claim }}" = "{{ service.subject }}"
          "oidc.example.net:{{ service.audience }}" = "{{ service.text }}"
        }
      }
    }]
  })
}

resource "aws_iam_role" "heredoc" {
  assume_role_policy = <<EOT
{ "Statement": [{
  "Action": "{{ service.action }}",
  "Condition": { "StringEquals": {
    "oidc.example.net:{{ service.claim }}": "{{ service.subject }}",
    "oidc.example.net:{{ service.audience }}": "{{ service.text }}"
  } }
}] }
EOT
}

module "queue" {
  source = "{{ service.module }}"
  {{ service.argument | identifier }} = "{{ service.text }}"
}
"#;

/// Valid and invalid values of an environment for each setting of the template.
const SETTINGS: [(&str, &[&str]); 13] = [
    ("backend", &["s3", "s3", "gcs"]),
    ("bucket", &["states", "other"]),
    ("printed_bucket", &["states", "other"]),
    ("guard", &["allowed_account_ids", "allowed_account_ids", "accounts"]),
    ("account", &["000000000000", "000000000001", "none"]),
    (
        "action",
        &["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole", "xsts:AssumeRoleWithWebIdentity"],
    ),
    ("claim", &["sub", "iss", "subject", "sub-x", "x:sub", "aud", "sub:x"]),
    ("audience", &["aud", "iss", "audit", "sub:aud"]),
    (
        "subject",
        &[
            "system:serviceaccount:web:web",
            "system:serviceaccount:web:other",
            "system:serviceaccount:sub:aud",
            "xsystem:serviceaccount:web:web",
            "repo:a/b",
        ],
    ),
    ("service_account", &["web", "other"]),
    (
        "text",
        &[
            "",
            "x",
            "x*/",
            "a \"quoted\" b",
            "${x}",
            "<<EOT",
            "# }",
            "= [",
            ":sub",
            "sts:AssumeRoleWithWebIdentity",
        ],
    ),
    ("module", &["../../modules/queue", "../../modules/other", "github.com/x/y"]),
    ("argument", &["name", "names", "size"]),
];

type Settings = BTreeMap<&'static str, &'static str>;

fn settings() -> impl Strategy<Value = Settings> {
    let picks: Vec<_> = SETTINGS.iter().map(|(_, values)| select(*values)).collect();
    picks.prop_map(|values| SETTINGS.iter().map(|(name, _)| *name).zip(values).collect())
}

fn environments_toml(environments: &[Settings]) -> String {
    let names: Vec<String> = (0..environments.len()).map(|index| format!("\"e{index}\"")).collect();
    let mut text =
        format!("[project]\norder = [{}]\n[services.s]\npack = \"p\"\n", names.join(", "));
    for (index, settings) in environments.iter().enumerate() {
        text += &format!("[environments.e{index}]\naccount_id = \"{index:012}\"\n");
        text += &format!("[environments.e{index}.services.s]\n");
        text.extend(settings.iter().map(|(name, value)| format!("{name} = {value:?}\n")));
    }
    text
}

fn schema() -> String {
    let strings =
        SETTINGS.iter().map(|(name, _)| format!("\"{name}\": {{ \"type\": \"string\" }}"));
    let strings: Vec<String> = strings.collect();
    let env = "\"env\": { \"properties\": { \"account_id\": {} } }";
    let service = format!("\"service\": {{ \"properties\": {{ {} }} }}", strings.join(", "));
    format!("{{ \"properties\": {{ {env}, {service} }} }}")
}

/// A project with one rendered root for each environment.
struct Project {
    config: config::Config,
    resolved: Resolved,
    files: Vec<File>,
}

fn rendered(environments: &[Settings]) -> Project {
    let mut sources = Sources::default();
    let file = sources.add("environments.toml", environments_toml(environments));
    let (tree, problems) = toml_file::read(&sources, file, None);
    assert!(problems.is_empty(), "{problems:?}");
    let (config, problems) = config::read(&tree, &semver::Version::new(0, 1, 0));
    assert!(problems.is_empty(), "{problems:?}");
    let files = [("pack.toml", MANIFEST), ("schema.json", &schema()), ("main.tf", TEMPLATE)];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let (pack, problems) = pack::load(
        &mut sources,
        vec![Folder::new("p", files.to_vec())],
        Folder::new("components", vec![]),
    );
    assert!(problems.is_empty(), "{problems:?}");
    let packs = [("p".to_owned(), Arc::new(pack.unwrap()))].into_iter().collect();
    let (resolved, problems) = resolve::resolve(&config, &packs, &sources);
    assert!(problems.is_empty(), "{problems:?}");
    let charts = render::Charts::new();
    let input = render::Input {
        project: &config.project,
        resolved: &resolved,
        charts: &charts,
        sources: &sources,
    };
    let (mut files, problems) = render::render(&input);
    assert!(problems.is_empty(), "{problems:?}");
    files.retain(|file| file.path.as_str().ends_with(".tf"));
    assert_eq!(files.len(), environments.len());
    Project { config, resolved, files }
}

/// Every problem that the rules find in one file.
fn judged(guard: &FileJudge<'_>, file: &File) -> Vec<Problem> {
    let module = |folder: &str| {
        let text = (folder == "modules/queue").then(|| "variable \"name\" {}\n".to_owned());
        Ok::<_, Infallible>(Some(
            text.map(|text| ("main.tf".to_owned(), text)).into_iter().collect(),
        ))
    };
    let mut problems = Problems::default();
    guard.check(file, &mut problems);
    let Ok(calls) = guard.check_calls(std::slice::from_ref(file), module);
    problems.extend(calls);
    problems.sorted()
}

/// Holds what one judge finds in the files of a project, one after the other, against what a judge
/// finds that has seen no other file.
fn check(environments: &[Settings], is_reversed: bool) -> Result<(), TestCaseError> {
    let Project { config, resolved, mut files } = rendered(environments);
    if is_reversed {
        files.reverse();
    }
    let waivers = Waivers::of(&config);
    let shared = FileJudge::new(&resolved, &waivers);
    for file in &files {
        let text = file.text().unwrap().as_str();
        let facts = terraform::root_facts(text);
        prop_assert_eq!(&*shared.shapes.of(text), &facts, "{}", text);
        let fresh = judged(&FileJudge::new(&resolved, &waivers), file);
        prop_assert_eq!(judged(&shared, file), fresh, "{}", text);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]
    #[test]
    fn a_file_is_judged_by_its_own_text(
        environments in proptest::collection::vec(settings(), 64),
        is_reversed in any::<bool>(),
    ) {
        for count in [2, 3, 64] {
            check(&environments[..count], is_reversed)?;
        }
    }
}

/// Each rule finds something in some random environments, and nothing in others: else the property
/// above would hold for a rule that never speaks.
#[test]
fn random_environments_keep_and_break_every_rule() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
    const ROUNDS: usize = 60;
    for _ in 0..ROUNDS {
        let settings = settings().new_tree(&mut runner).unwrap().current();
        let Project { config, resolved, files } = rendered(&[settings]);
        let waivers = Waivers::of(&config);
        let found = judged(&FileJudge::new(&resolved, &waivers), &files[0]);
        let codes: std::collections::BTreeSet<Code> = found.iter().map(|it| it.code).collect();
        codes.into_iter().for_each(|code| *counts.entry(code).or_default() += 1);
    }
    let rules = [Code::AccountGuard, Code::IrsaTrust, Code::ModuleArguments, Code::StateMismatch];
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), rules);
    assert!(counts.values().all(|count| (1..ROUNDS).contains(count)), "{counts:?}");
}

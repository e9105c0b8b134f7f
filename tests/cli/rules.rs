//! The table of rules: each is broken in one of two environments, in either promotion order, and
//! waived.

use envroot::rules::registry::RULES;

use crate::support::project::Project;

/// A project in which a rule is broken. The settings are those of the service `web` in each of two
/// environments.
#[derive(Default)]
struct Row {
    code: &'static str,
    manifest: &'static str,
    template: &'static str,
    service: &'static str,
    dev: &'static str,
    prod: &'static str,
    files: &'static [(&'static str, &'static str)],
    /// The settings of prod and the files that change after `gen`.
    then: Option<(&'static str, &'static [(&'static str, &'static str)])>,
    /// The environments that the problem is reported for.
    reported: &'static [&'static str],
    /// The path at which a waiver covers it.
    at: Option<&'static str>,
}

const FILE: &str =
    "[[files]]\ntemplate = \"main.tf\"\npath = \"{{ env.name }}/main.tf\"\nrecords = \"chart\"\n";
const VALUES: &str = "[[files]]\ndata = \"values\"\npath = \"{{ env.name }}.yaml\"\n";
const SCHEMA: &str = r#"{ "properties": {
    "env": { "properties": { "account_id": { "type": "string" } } },
    "service": { "properties": {
        "text": { "type": "string" },
        "chart": { "type": "string" },
        "schedule": { "type": "string", "format": "schedule" },
        "size": { "properties": { "min": {}, "max": {} }, "ascending": [["min", "max"]] },
        "releases": { "additionalProperties": { "properties": { "repository": {}, "version": {} } } }
    } }
} }"#;

const STATE: &str =
    "[state]\nbackend = \"s3\"\nbucket = \"{{ service.text }}\"\nkey = \"{{ env.name }}\"\n";
const BACKEND: &str = "terraform {\n  backend \"s3\" {\n    bucket = \"@\"\n    key = \"{{ env.name }}\"\n    allowed_account_ids = [\"{{ env.account_id }}\"]\n  }\n}\n";
const PROVIDER: &str = "provider \"aws\" {\n  allowed_account_ids = [\"{{ service.text }}\"]\n}\n";
const TRUST: &str = "data \"aws_iam_policy_document\" \"trust\" {\n  statement {\n    actions = [\"sts:AssumeRoleWithWebIdentity\"]\n    condition {\n      variable = \"oidc.example.net:{{ service.text }}\"\n    }\n    condition {\n      variable = \"oidc.example.net:aud\"\n    }\n  }\n}\n";
const MODULE: &str = "module \"queue\" {\n  source = \"../modules/queue\"\n  {{ service.text | identifier }} = 1\n}\n";
const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";

fn rows() -> Vec<Row> {
    let prod = &["prod"][..];
    let both = &["dev", "prod"][..];
    vec![
        Row {
            code: "account-guard",
            template: PROVIDER,
            dev: "text = \"111111111111\"",
            prod: "text = \"333333333333\"",
            reported: prod,
            at: Some("prod/main.tf"),
            ..Row::default()
        },
        Row {
            code: "chart-schema",
            manifest: "chart = \"service.chart\"\n",
            service: "chart = \"charts/a\"",
            dev: "values.size = 1",
            prod: "values.size = \"one\"",
            files: &[
                ("charts/a/Chart.yaml", CHART),
                ("charts/a/values.yaml", "size: 1\n"),
                (
                    "charts/a/values.schema.json",
                    r#"{ "properties": { "size": { "type": "integer" } } }"#,
                ),
            ],
            reported: prod,
            at: Some("environments.prod.services.web.values.size"),
            ..Row::default()
        },
        Row {
            code: "chart-version",
            manifest: "chart = \"service.chart\"\n",
            dev: "chart = \"charts/a\"",
            prod: "chart = \"charts/b\"",
            files: &[("charts/a/Chart.yaml", CHART), ("charts/b/Chart.yaml", CHART)],
            then: Some(("chart = \"charts/b\"", &[("charts/b/values.yaml", "a: 1\n")])),
            reported: prod,
            ..Row::default()
        },
        Row {
            code: "chart-version-range",
            manifest: "[[charts]]\nitems = \"releases\"\nrepository = \"service.item.repository\"\nversion = \"service.item.version\"\n",
            dev: "releases.redis = { repository = \"https://example.net\", version = \"2.1.0\" }",
            prod: "releases.redis = { repository = \"https://example.net\", version = \"2.x\" }",
            reported: prod,
            at: Some("environments.prod.services.web.releases.redis.version"),
            ..Row::default()
        },
        Row {
            code: "distinct",
            manifest: "distinct = [\"text\"]\n",
            dev: "text = \"a\"",
            prod: "text = \"a\"",
            reported: both,
            at: Some("environments.prod.services.web.text"),
            ..Row::default()
        },
        Row {
            code: "irsa-trust",
            template: TRUST,
            dev: "text = \"sub\"",
            prod: "text = \"iss\"",
            reported: prod,
            at: Some("prod/main.tf"),
            ..Row::default()
        },
        Row {
            code: "module-arguments",
            template: MODULE,
            dev: "text = \"name\"",
            prod: "text = \"size\"",
            files: &[("modules/queue/main.tf", "variable \"name\" {}\n")],
            reported: prod,
            at: Some("prod/main.tf"),
            ..Row::default()
        },
        Row {
            code: "moved-state",
            manifest: STATE,
            template: BACKEND,
            dev: "text = \"a\"",
            prod: "text = \"a\"",
            then: Some(("text = \"b\"", &[])),
            reported: prod,
            ..Row::default()
        },
        Row {
            code: "path-collision",
            manifest: "[[files]]\ntemplate = \"main.tf\"\nname = \"b\"\npath = \"{{ service.text }}/main.tf\"\n",
            dev: "text = \"a\"",
            prod: "text = \"A\"",
            reported: both,
            ..Row::default()
        },
        Row {
            code: "placeholder",
            dev: "text = \"change\"",
            prod: "text = \"changeme\"",
            reported: prod,
            at: Some("environments.prod.services.web.text"),
            ..Row::default()
        },
        Row {
            code: "role-account",
            service: "values.role = \"arn:aws:iam::111111111111:role/a\"",
            reported: prod,
            at: Some("services.web.values.role"),
            ..Row::default()
        },
        Row {
            code: "same",
            service: "same = [\"text\"]",
            dev: "text = \"a\"",
            prod: "text = \"b\"",
            reported: both,
            at: Some("environments.prod.services.web.text"),
            ..Row::default()
        },
        Row {
            code: "scaling",
            dev: "size = { min = 1, max = 2 }",
            prod: "size = { min = 3, max = 2 }",
            reported: prod,
            at: Some("environments.prod.services.web.size.min"),
            ..Row::default()
        },
        Row {
            code: "secret",
            dev: "values.password = \"{{ env.name }}\"",
            prod: "values.password = \"hunter2\"",
            reported: prod,
            at: Some("environments.prod.services.web.values"),
            ..Row::default()
        },
        Row {
            code: "shared-state",
            manifest: "[state]\nbackend = \"s3\"\nkey = \"{{ service.text }}\"\n",
            dev: "text = \"a\"",
            prod: "text = \"a\"",
            reported: both,
            at: Some("environments.prod.services.web.state"),
            ..Row::default()
        },
        Row {
            code: "sibling",
            dev: "text = \"jobs-dev\"",
            prod: "text = \"jobs-dev\"",
            reported: prod,
            at: Some("environments.prod.services.web.text"),
            ..Row::default()
        },
        Row {
            code: "state-mismatch",
            manifest: STATE,
            template: BACKEND,
            dev: "text = \"states\"",
            prod: "text = \"other\"",
            reported: prod,
            at: Some("prod/main.tf"),
            ..Row::default()
        },
        Row {
            code: "unknown-chart-key",
            manifest: "chart = \"service.chart\"\n",
            service: "chart = \"charts/a\"",
            dev: "values.image = 1",
            prod: "values.imgae = 1",
            files: &[("charts/a/Chart.yaml", CHART), ("charts/a/values.yaml", "image: 1\n")],
            reported: prod,
            at: Some("environments.prod.services.web.values.imgae"),
            ..Row::default()
        },
        Row {
            code: "wrong-format",
            dev: "schedule = \"0 * * * *\"",
            prod: "schedule = \"0 * * * * *\"",
            reported: prod,
            at: Some("environments.prod.services.web.schedule"),
            ..Row::default()
        },
    ]
}

/// The text of `environments.toml`, with the environments in an order.
fn environments(row: &Row, prod: &str, order: [&str; 2]) -> String {
    let mut text = format!("[project]\norder = {order:?}\n");
    for name in order {
        let (account, settings) = match name {
            "dev" => ("111111111111", row.dev),
            _ => ("222222222222", prod),
        };
        text += &format!(
            "[environments.{name}]\naccount_id = \"{account}\"\n[environments.{name}.services.web]\n{settings}\n"
        );
    }
    text + &format!("[services.web]\npack = \"web\"\n{}\n", row.service)
}

/// A project that breaks the rule, and the text of its `environments.toml`.
fn project(row: &Row, order: [&str; 2]) -> (Project, String) {
    let project = Project::empty();
    let template = match row.code {
        "moved-state" => row.template.replace('@', "{{ service.text }}"),
        _ => row.template.replace('@', "states"),
    };
    project.write("templates/web/main.tf", &template);
    project.write("templates/web/schema.json", SCHEMA);
    project.write("templates/web/pack.toml", &format!("{}{FILE}{VALUES}", row.manifest));
    row.files.iter().for_each(|(path, text)| project.write(path, text));
    let mut text = environments(row, row.prod, order);
    project.write("environments.toml", &text);
    if let Some((prod, files)) = row.then {
        project.done("gen");
        text = environments(row, prod, order);
        project.write("environments.toml", &text);
        files.iter().for_each(|(path, text)| project.write(path, text));
    }
    (project, text)
}

fn is_reported(project: &Project, arguments: &str, code: &str) -> bool {
    project.envroot(arguments).err.contains(&format!("error[{code}]"))
}

#[test]
fn each_rule_judges_each_environment_in_either_order() {
    for row in rows() {
        for order in [["dev", "prod"], ["prod", "dev"]] {
            let (project, text) = project(&row, order);
            let reports =
                |name: &&str| is_reported(&project, &format!("check --env {name}"), row.code);
            let reported: Vec<&str> = ["dev", "prod"].into_iter().filter(reports).collect();
            let shown = project.envroot("check").err;
            assert_eq!(reported, row.reported, "{} {order:?}\n{text}\n{shown}", row.code);
        }
    }
}

#[test]
fn each_rule_is_waived_where_it_can_be() {
    for row in rows() {
        let (project, text) = project(&row, ["dev", "prod"]);
        let waiver = format!(
            "[[waivers]]\ncheck = \"{}\"\nat = \"{}\"\nreason = \"a test\"\n",
            row.code,
            row.at.unwrap_or("prod/main.tf")
        );
        project.write("environments.toml", &format!("{text}{waiver}"));
        let err = project.envroot("check").err;
        let is_waived = !err.contains(&format!("error[{}]", row.code));
        assert_eq!(is_waived, row.at.is_some(), "{}: {err}", row.code);
        assert_eq!(err.contains("error[unknown-rule]"), row.at.is_none(), "{}: {err}", row.code);
        assert!(!err.contains("error[unused-waiver]"), "{}: {err}", row.code);
    }
}

#[test]
fn a_folder_and_a_pack_are_waived_and_the_summary_counts_it() {
    let rows = rows();
    let row = rows.iter().find(|row| row.code == "account-guard").unwrap();
    for at in ["prod/main.tf", "prod/", "templates/web/"] {
        let (project, text) = project(row, ["dev", "prod"]);
        let waiver = format!(
            "[[waivers]]\ncheck = \"account-guard\"\nat = \"{at}\"\nreason = \"as taken over\"\n"
        );
        project.write("environments.toml", &format!("{text}{waiver}"));
        project.done("gen");
        let summary = "1 problem waived: `envroot check -v` says why";
        let report = |arguments: &str| {
            let run = project.envroot(arguments);
            assert_eq!(run.exit, 0, "{at}: {}", run.err);
            run.out + &run.err
        };
        let short = report("check");
        assert!(short.contains(summary) && !short.contains("as taken over"), "{short}");
        let long = report("check -v");
        let listed = format!("waived    account-guard at {at}, 1 problem: as taken over");
        assert!(long.contains(&listed) && long.contains(summary), "{long}");
    }
    let (project, text) = project(row, ["dev", "prod"]);
    let waiver = r#"[[waivers]]
check = "account-guard"
at = "prod/"
reason = "one line\nin sync: 9 files"
"#;
    project.write("environments.toml", &format!("{text}{waiver}"));
    project.done("gen");
    let out = project.done("check -v").out;
    assert!(out.contains("one line\\u000ain sync: 9 files\n"), "{out}");
    let waiver = "[[waivers]]\ncheck = \"account-guard\"\nat = \"dev/\"\nreason = \"x\"\n";
    project.write("environments.toml", &format!("{text}{waiver}"));
    let run = project.envroot("check");
    assert!(run.err.contains("error[account-guard]"), "{}", run.err);
    assert!(run.err.contains("error[unused-waiver]"), "{}", run.err);
}

#[test]
fn no_rule_is_waived_for_a_whole_level() {
    for row in rows() {
        for at in
            ["environments", "environments.prod", "environments.prod.services.web", "packs.web"]
        {
            let (project, text) = project(&row, ["dev", "prod"]);
            let waiver = format!(
                "[[waivers]]\ncheck = \"{}\"\nat = \"{at}\"\nreason = \"a test\"\n",
                row.code
            );
            project.write("environments.toml", &format!("{text}{waiver}"));
            let run = project.envroot("check");
            assert_eq!(run.exit, 3, "{}", run.err);
            assert!(run.err.contains("is too wide"), "{} {at}: {}", row.code, run.err);
            assert!(run.err.contains(&format!("error[{}]", row.code)), "{} {at}", row.code);
        }
    }
}

#[test]
fn each_rule_of_the_registry_has_a_row_here() {
    let rows: Vec<(&str, bool)> = rows().iter().map(|row| (row.code, row.at.is_some())).collect();
    let rules = RULES.iter().map(|rule| (rule.code.as_str(), rule.waivable_at.is_some()));
    assert_eq!(rows, rules.collect::<Vec<_>>());
}

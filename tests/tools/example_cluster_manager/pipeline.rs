//! The pipeline: which event plans and applies which cluster, and who must start it.
//!
//! Reads `.gitlab-ci.yml` with a small reader of `extends` and `rules`. What the jobs run is judged
//! elsewhere.

use std::process::Command;

use serde_json::{Value, json};

use crate::example_cluster_manager::{CLUSTERS, example};
use crate::support::tools::tool;

/// What starts a pipeline.
#[derive(Clone, Copy)]
enum Event<'a> {
    /// A merge request that changes a file.
    MergeRequest(&'a str),
    /// A push to a branch that changes a file.
    Push(&'a str, &'a str),
    Tag,
    /// On main.
    Schedule,
    /// Somebody runs a pipeline of a branch by hand.
    Web(&'a str),
}
use Event::{MergeRequest, Push, Schedule, Tag, Web};

impl Event<'_> {
    /// A variable of the pipeline; none, where it is not set.
    fn variable(&self, name: &str) -> Option<&str> {
        match (name, self) {
            ("CI_DEFAULT_BRANCH", _) => Some("main"),
            ("CI_PIPELINE_SOURCE", MergeRequest(_)) => Some("merge_request_event"),
            ("CI_PIPELINE_SOURCE", Push(..) | Tag) => Some("push"),
            ("CI_PIPELINE_SOURCE", Schedule) => Some("schedule"),
            ("CI_PIPELINE_SOURCE", Web(_)) => Some("web"),
            ("CI_COMMIT_BRANCH", Push(branch, _) | Web(branch)) => Some(branch),
            ("CI_COMMIT_BRANCH", Schedule) => Some("main"),
            ("CI_COMMIT_BRANCH", MergeRequest(_) | Tag) => None,
            _ => panic!("{name} is not known here"),
        }
    }

    /// Whether `changes` holds, which it always does where GitLab has nothing to compare with.
    fn changes(&self, patterns: &Value) -> bool {
        let (MergeRequest(changed) | Push(_, changed)) = self else { return true };
        let glob = |it: &Value| glob::Pattern::new(it.as_str().unwrap()).unwrap();
        let options = glob::MatchOptions { require_literal_separator: true, ..Default::default() };
        patterns.as_array().unwrap().iter().any(|it| glob(it).matches_with(changed, options))
    }

    /// Whether a condition holds: comparisons of variables with texts or variables, and `&&`.
    fn meets(&self, condition: &str) -> bool {
        let value = |operand: &str| match operand.trim().strip_prefix('$') {
            Some(name) => self.variable(name).map(str::to_owned),
            None => Some(operand.trim().trim_matches('"').to_owned()),
        };
        condition.split("&&").all(|comparison| {
            let (left, right) = comparison.split_once("==").expect("nothing but `==` is compared");
            value(left) == value(right)
        })
    }

    /// How the first rule that holds starts a job; none, where no rule does.
    fn start<'a>(&self, rules: &'a Value) -> Option<&'a str> {
        let Some(rules) = rules.as_array() else { return Some("on_success") };
        let holds = |rule: &&Value| {
            let known = ["if", "changes", "when"];
            assert!(rule.as_object().unwrap().keys().all(|key| known.contains(&key.as_str())));
            rule["if"].as_str().is_none_or(|condition| self.meets(condition))
                && rule.get("changes").is_none_or(|patterns| self.changes(patterns))
        };
        Some(rules.iter().find(holds)?["when"].as_str().unwrap_or("on_success"))
    }
}

const NOT_JOBS: [&str; 3] = ["workflow", "stages", "default"];

fn pipeline() -> Value {
    serde_yaml::from_str(&example().read(".gitlab-ci.yml")).unwrap()
}

/// The jobs, with what they extend.
pub(crate) fn jobs() -> Vec<(String, Value)> {
    let pipeline = pipeline();
    let all = pipeline.as_object().unwrap();
    let named = all.keys().filter(|name| !name.starts_with('.') && !NOT_JOBS.contains(&&***name));
    named.map(|name| (name.clone(), whole(&pipeline, name))).collect()
}

#[track_caller]
pub(crate) fn job(name: &str) -> Value {
    let found = jobs().into_iter().find(|(known, _)| known == name);
    found.unwrap_or_else(|| panic!("no job is called {name}")).1
}

fn whole(pipeline: &Value, name: &str) -> Value {
    let own = &pipeline[name];
    let Some(base) = own["extends"].as_str() else { return own.clone() };
    let mut merged = whole(pipeline, base);
    lay_over(&mut merged, own);
    merged
}

fn lay_over(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                lay_over(below.entry(key).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above.clone(),
    }
}

/// Asserts which jobs an event starts; one that waits for a person is marked by `?`.
#[track_caller]
fn check(event: Event<'_>, expected: &str) {
    let pipeline = pipeline();
    let started = event.start(&pipeline["workflow"]["rules"]).map(|_| {
        let jobs = jobs().into_iter().filter_map(|(name, job)| {
            Some(match event.start(&job["rules"])? {
                "on_success" => name,
                "manual" => format!("{name}?"),
                other => panic!("{name} starts {other}"),
            })
        });
        jobs.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(started.unwrap_or_default(), expected);
}

#[test]
fn a_merge_request_plans_the_clusters_that_it_reaches_and_applies_none() {
    check(MergeRequest("modules/k8s/lower/helm_config.tf"), "check plan:lower");
    check(MergeRequest("modules/k8s/ops/values/grafana.yaml"), "check plan:ops");
    check(MergeRequest("modules/k8s/prod/secret_config/loki.tf"), "check plan:prod");
    check(MergeRequest("modules/eks/prod/main.tf"), "check plan:prod");
    check(MergeRequest("deploy/prod/.terraform.lock.hcl"), "check plan:prod");
    check(MergeRequest("modules/eks/cluster/nodes.tf"), "check plan:lower plan:ops plan:prod");
    check(MergeRequest("modules/k8s/core/main.tf"), "check plan:lower plan:ops plan:prod");
    check(MergeRequest("README.md"), "check");
}

#[test]
fn a_merge_to_main_applies_lower_and_ops_and_waits_for_a_person_before_prod() {
    check(Push("main", "modules/k8s/lower/helm_config.tf"), "check plan:lower apply:lower");
    check(Push("main", "deploy/ops/main.tf"), "check plan:ops apply:ops");
    check(Push("main", "modules/k8s/prod/helm_config.tf"), "check plan:prod apply:prod?");
    check(
        Push("main", "modules/eks/cluster/main.tf"),
        "check plan:lower apply:lower plan:ops apply:ops plan:prod apply:prod?",
    );
    check(Push("main", "README.md"), "check");
}

#[test]
fn nothing_else_applies_by_itself() {
    check(Push("feature", "modules/k8s/lower/helm_config.tf"), "");
    check(Tag, "");
    check(Web("feature"), "");
    check(Schedule, "check plan:lower plan:ops plan:prod");
    check(Web("main"), "check plan:lower apply:lower? plan:ops apply:ops? plan:prod apply:prod?");
}

#[test]
fn the_first_job_checks_that_nothing_was_edited_by_hand() {
    let pipeline = pipeline();
    assert_eq!(pipeline["stages"], json!(["check", "plan", "apply"]));
    let (name, check) = &jobs()[0];
    assert_eq!((name.as_str(), &check["stage"]), ("check", &json!("check")));
    assert_eq!(check["script"][0], "envroot check");
    for (name, job) in jobs() {
        let needs = &job["needs"];
        match job["stage"].as_str().unwrap() {
            // It waits for the whole stage before.
            "plan" => assert_eq!(*needs, Value::Null, "{name}"),
            "apply" => assert_eq!(*needs, json!([name.replace("apply", "plan")])),
            _ => {}
        }
    }
}

#[test]
fn only_an_apply_is_a_deployment_one_at_a_time_behind_the_protected_environment() {
    for cluster in &CLUSTERS {
        let [plan, apply] = ["plan", "apply"].map(|what| job(&format!("{what}:{}", cluster.name)));
        assert_eq!((&plan["environment"], &plan["resource_group"]), (&Value::Null, &Value::Null));
        assert_eq!(apply["environment"], cluster.name);
        assert_eq!(apply["resource_group"], cluster.name);
        assert_eq!((&plan["interruptible"], &apply["interruptible"]), (&json!(true), &Value::Null));
    }
}

#[test]
fn a_plan_looks_with_one_role_and_an_apply_changes_with_another() {
    for cluster in &CLUSTERS {
        for (what, role) in [("plan", "plan"), ("apply", "deploy")] {
            let job = job(&format!("{what}:{}", cluster.name));
            let role = format!("arn:aws:iam::{}:role/cluster-manager-{role}", cluster.account);
            assert_eq!(job["variables"]["AWS_ROLE_ARN"], role);
            assert_eq!(job["variables"]["ROOT"], format!("deploy/{}", cluster.name));
            assert_eq!(job["id_tokens"]["AWS_ID_TOKEN"]["aud"], "sts.amazonaws.com");
        }
    }
}

#[test]
fn a_plan_is_handed_to_its_apply_alone() {
    for cluster in &CLUSTERS {
        let plan = job(&format!("plan:{}", cluster.name));
        let path = format!("deploy/{}/tfplan", cluster.name);
        let expected = json!({ "paths": [path], "access": "none", "expire_in": "1 week" });
        assert_eq!(plan["artifacts"], expected);
    }
}

/// What the checker of GitLab pipelines says of one with a place changed; none, where it is not
/// installed.
fn linted(from: &str, to: &str) -> Option<(bool, String)> {
    let program = tool("check-jsonschema")?;
    let project = example();
    let text = project.read(".gitlab-ci.yml");
    assert!(text.contains(from), "`{from}` in {text}");
    project.write(".gitlab-ci.yml", &text.replacen(from, to, 1));
    let arguments = ["--builtin-schema", "vendor.gitlab-ci"];
    let file = project.path(".gitlab-ci.yml");
    let output = Command::new(program).args(arguments).arg(file).output().unwrap();
    Some((output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[test]
fn gitlab_accepts_the_pipeline_and_refuses_a_broken_one() {
    let Some((accepted, said)) = linted("stages:", "stages:") else { return };
    assert!(accepted, "{said}");
    for (from, to) in [("access: none", "access: nobody"), ("  script:", "  skript:")] {
        let (accepted, said) = linted(from, to).unwrap();
        assert!(!accepted, "{to}: {said}");
    }
}

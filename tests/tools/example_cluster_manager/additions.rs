//! What it takes to add a release, a version or a cluster, and what comes of it.
//!
//! A snapshot holds the whole change, for people to read.

use serde_json::json;

use crate::example_cluster_manager::example;
use crate::example_cluster_manager::journey::{changes, give_secrets, root};
use crate::support::project::Project;
use crate::support::terraform::Terraform;

/// Changes environments.toml, generates, and holds what comes of it against its snapshot.
#[track_caller]
fn check(name: &str, from: &str, to: &str) -> Project {
    let project = example();
    project.edit("environments.toml", from, to);
    let diff = project.envroot("diff");
    // The text of a new file says nothing that its siblings do not: its name is enough.
    let (changed, created) = match diff.out.split_once("--- /dev/null\n") {
        Some((changed, created)) => (changed, created),
        None => (diff.out.as_str(), ""),
    };
    let created = created.lines().filter(|line| line.starts_with("+++ b/"));
    let created: String = created.map(|line| format!("{line}\n")).collect();
    let gen_said = project.done("gen");
    assert_eq!(project.done("check").out.split(':').next(), Some("in sync"));
    let text = format!(
        "environments.toml:\n\n{}\n\nenvroot diff:\n\n{changed}{created}\nenvroot gen:\n\n{}{}",
        added(from, to).join("\n"),
        gen_said.out,
        gen_said.err,
    );
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(format!("cluster_manager_{name}"), text));
    project
}

/// The lines of `to` that `from` does not have.
fn added<'a>(from: &str, to: &'a str) -> Vec<&'a str> {
    let known: Vec<_> = from.lines().collect();
    to.lines().filter(|line| !line.is_empty() && !known.contains(line)).collect()
}

/// The releases that the first plan of a cluster creates; none, where Terraform is not installed.
fn releases(project: &Project, cluster: &str) -> Option<Vec<String>> {
    let terraform = Terraform::installed()?;
    give_secrets(project, cluster, &["grafana_admin_password"]);
    let root = root(project, cluster, &terraform);
    root.init().unwrap();
    assert_eq!(root.validate().unwrap(), json!([]));
    let created = changes(&root.plan().unwrap()).into_iter().filter_map(|change| {
        let release = change.strip_prefix("create module.k8s.helm_release.")?;
        Some(release.trim_end_matches(": ").to_owned())
    });
    Some(created.collect())
}

#[test]
fn a_release_in_every_cluster_is_one_table() {
    let from = "[services.cluster.releases.aws-load-balancer-controller]\n";
    let table = r#"[services.cluster.releases.metrics-server]
repository = "https://kubernetes-sigs.github.io/metrics-server"
version    = "3.12.2"
namespace  = "kube-system"
"#;
    let project = check("release", from, &format!("{table}\n{from}"));
    for cluster in ["lower", "prod"] {
        let Some(releases) = releases(&project, cluster) else { return };
        assert!(releases.contains(&"metrics_server".to_owned()), "{cluster}: {releases:?}");
    }
}

#[test]
fn another_version_in_one_cluster_is_one_line() {
    let from = "prometheus.version = \"27.20.0\"\n";
    check("version", from, &format!("{from}grafana.version    = \"9.3.0\"\n"));
}

#[test]
fn a_cluster_is_four_lines() {
    let text = example().read("environments.toml");
    let start = text.find("order ").unwrap();
    let from = &text[start..text.find("[environments.prod]").unwrap()];
    let table = "[environments.sandbox]
account_id = \"188302756417\"
cidr       = \"10.64.0.0/16\"
";
    let to = from.replace("\"ops\", \"prod\"", "\"ops\", \"sandbox\", \"prod\"") + table + "\n";
    assert_eq!(added(from, &to).len(), 4);
    let project = check("cluster", from, &to);
    let Some(releases) = releases(&project, "sandbox") else { return };
    assert_eq!(releases.len(), 8, "{releases:?}");
}

/// Asserts that envroot refuses a change of environments.toml.
#[track_caller]
fn check_refused(from: &str, to: &str, why: &str) {
    let project = example();
    project.edit("environments.toml", from, to);
    let before = project.tree();
    let run = project.envroot("gen");
    assert_eq!(run.exit, 3, "{}", run.err);
    assert!(run.err.contains(why), "{}", run.err);
    assert!(project.tree() == before, "something was written");
}

#[test]
fn a_version_that_is_not_exact_is_refused() {
    for version in ["~> 9.2", ">=9.2.2", "9.x", "9.2", "^9.2.2", "latest", ""] {
        let why = "`releases.grafana.version` does not match the pattern";
        check_refused("\"9.2.2\"", &format!("\"{version}\""), why);
    }
}

#[test]
fn a_release_in_a_namespace_that_no_root_creates_is_refused() {
    let why = "the release external-secrets names the namespace external-secrets, which nobody";
    check_refused("create_namespace = true\n", "", why);
}

#[test]
fn what_two_clusters_may_not_share_is_refused() {
    check_refused("529086417833", "310447096265", "account_id");
    check_refused("10.32.0.0/16", "10.16.0.0/16", "cidr");
}

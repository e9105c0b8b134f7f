//! What Helm, Kubernetes and KEDA accept, and what they refuse.
//!
//! It contains no figure of the inventory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::helm::charts::{Charts, Place, entries, root, run};
use crate::helm::{ICEPACK_DEV, IN_RDS, PLACES};
use crate::support::tools::tool;

#[test]
fn exactly_the_known_places_have_values() {
    let services = entries(&root().join("generated/charts"));
    let found: Vec<_> = services.iter().flat_map(|service| entries(service)).collect();
    let expected: Vec<_> = PLACES.iter().map(Place::values).collect();
    assert_eq!(found, expected);
}

#[test]
fn both_services_take_the_same_values() {
    let schema = |service: &str| {
        fs::read_to_string(root().join(format!("charts/{service}/values.schema.json"))).unwrap()
    };
    assert_eq!(schema("icepack"), schema("snowpack"));
}

#[test]
fn every_chart_passes_lint_alone_and_with_every_environment() {
    for charts in Charts::for_every_helm() {
        for chart in ["common", "icepack", "snowpack"] {
            charts.helm(&["lint", "--strict", chart]).unwrap();
        }
        for place in &PLACES {
            charts.lint(place, &[]).unwrap();
        }
    }
}

#[test]
fn every_helm_renders_the_same() {
    let helms = Charts::for_every_helm();
    for place in &PLACES {
        let mut rendered = helms.iter().map(|helm| helm.manifests(place, &[]).unwrap());
        let Some(first) = rendered.next() else { return };
        assert!(rendered.all(|other| other == first), "{} {}", place.service, place.environment);
    }
}

#[test]
fn kubernetes_and_keda_accept_every_manifest() {
    let Some(charts) = Charts::for_every_helm().pop() else { return };
    let folder = TempDir::new().unwrap();
    let manifests: Vec<_> = PLACES
        .iter()
        .flat_map(|place| [charts.manifests(place, &[]), charts.manifests(place, &IN_RDS)])
        .flat_map(Result::unwrap)
        .collect();
    let (custom, core): (Vec<_>, Vec<_>) = manifests
        .iter()
        .partition(|manifest| manifest["apiVersion"].as_str().unwrap().starts_with("keda.sh/"));

    if let Some(validate) = tool("kubernetes-validate") {
        let files = written(&folder.path().join("core"), &core);
        run(Command::new(validate).args(["--strict", "-k", "1.33"]).args(files)).unwrap();
    }
    let Some(check_jsonschema) = tool("check-jsonschema") else { return };
    for kind in ["ScaledJob", "TriggerAuthentication"] {
        let of_kind: Vec<_> =
            custom.iter().copied().filter(|manifest| manifest["kind"] == kind).collect();
        let files = written(&folder.path().join(kind), &of_kind);
        let schema = root().join(format!("tests/schemas/keda-{}.json", kind.to_lowercase()));
        run(Command::new(&check_jsonschema).arg("--schemafile").arg(schema).args(files)).unwrap();
    }
}

/// Asserts that Helm refuses a value in lint and in rendering, and names `culprit`.
#[track_caller]
fn check_refused(value: &str, culprit: &str) {
    for charts in Charts::for_every_helm() {
        for said in [
            charts.lint(ICEPACK_DEV, &["--set", value]).unwrap_err(),
            charts.manifests(ICEPACK_DEV, &["--set", value]).map(|_| ()).unwrap_err(),
        ] {
            assert!(said.contains(culprit), "{value}: {said}");
        }
    }
}

#[test]
fn a_misspelt_key_or_a_wrong_type_is_refused() {
    check_refused("wroker.maxReplicas=2", "'wroker' not allowed");
    check_refused("worker.maxReplica=2", "'maxReplica' not allowed");
    check_refused("postgres.internal.enable=true", "'enable' not allowed");
    check_refused("orchestrator.resources.limits.mem=1Gi", "'mem' not allowed");
    check_refused("aws.accountId=411706531007", "/aws/accountId");
    check_refused("worker.maxReplicas=0", "/worker/maxReplicas");
    check_refused("healthSync.schedule=0 0 */2 * * *", "/healthSync/schedule");
    check_refused("api.resources.limits.memory=8GB", "/api/resources/limits/memory");
    check_refused("service.scheme=public", "/service/scheme");
}

#[test]
fn a_database_outside_the_cluster_needs_a_host() {
    for charts in Charts::for_every_helm() {
        let said = charts.manifests(ICEPACK_DEV, &IN_RDS[..2]).unwrap_err();
        assert!(said.contains("postgres.external.host is needed"), "{said}");
    }
}

/// Writes manifests into a folder, each into a file of its own. JSON is YAML too.
fn written(folder: &Path, manifests: &[&Value]) -> Vec<PathBuf> {
    fs::create_dir_all(folder).unwrap();
    let files = manifests.iter().enumerate().map(|(number, manifest)| {
        let file = folder.join(format!("{number}.yaml"));
        fs::write(&file, manifest.to_string()).unwrap();
        file
    });
    files.collect()
}

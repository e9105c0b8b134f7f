//! What holds for every pod and every name, whatever the environment.

use serde_json::{Value, json};

use crate::helm::charts::Charts;
use crate::helm::manifests::{find, name, pod};
use crate::helm::{ICEPACK_DEV, PLACES};

#[test]
fn every_pod_is_confined_and_placed() {
    for charts in Charts::for_every_helm() {
        for place in &PLACES {
            for manifest in charts.manifests(place, &[]).unwrap() {
                assert_eq!(manifest["metadata"]["namespace"], place.service);
                if let Some(pod) = pod(&manifest) {
                    check_confined(&pod["spec"], &name(&manifest));
                }
            }
        }
    }
}

#[track_caller]
fn check_confined(spec: &Value, name: &str) {
    assert_eq!(spec["nodeSelector"], json!({ "kubernetes.io/arch": "arm64" }), "{name}");
    assert_eq!(spec["securityContext"]["runAsNonRoot"], true, "{name}");
    let containers = ["initContainers", "containers"].map(|key| spec[key].as_array());
    for container in containers.into_iter().flatten().flatten() {
        let security = &container["securityContext"];
        assert_eq!(security["readOnlyRootFilesystem"], true, "{name}");
        assert_eq!(security["allowPrivilegeEscalation"], false, "{name}");
        assert_eq!(security["capabilities"]["drop"], json!(["ALL"]), "{name}");
        for amount in ["/requests/cpu", "/requests/memory", "/limits/cpu", "/limits/memory"] {
            assert!(container["resources"].pointer(amount).is_some(), "{name} {amount}");
        }
    }
}

#[test]
fn a_new_image_leaves_postgres_alone() {
    for charts in Charts::for_every_helm() {
        let [before, after] = ["old", "new"].map(|tag| {
            let tag = format!("image.tag={tag}");
            let more = ["--set", "postgres.internal.enabled=true", "--set-string", &tag];
            charts.manifests(ICEPACK_DEV, &more).unwrap()
        });
        let same = |name| pod(find(&before, name)) == pod(find(&after, name));
        assert!(same("Deployment postgres"));
        assert!(!same("Deployment api"));
    }
}

#[test]
fn the_longest_release_name_still_gives_names_that_kubernetes_takes() {
    for charts in Charts::for_every_helm() {
        for manifest in charts.manifests_of(&"x".repeat(53), ICEPACK_DEV, &[]).unwrap() {
            let length = manifest["metadata"]["name"].as_str().unwrap().len();
            assert!(length <= 52, "{}", name(&manifest));
        }
    }
}

//! The charts with the values of an environment that `envroot add` has just made.
//!
//! What else it made is for tests/tools/onboarding.rs to say.

use serde_json::Value;

use crate::helm::charts::{Charts, Place};
use crate::helm::manifests::{find, name};
use crate::support::project::Project;

const QA: [Place; 2] = [
    Place { service: "icepack", environment: "qa", account: "222222222222" },
    Place { service: "snowpack", environment: "qa", account: "222222222222" },
];

#[test]
fn every_helm_renders_an_environment_that_was_added_as_the_one_it_is_like() {
    let project = Project::own();
    project.done("add qa --like stage --set account_id=222222222222");
    for charts in Charts::for_every_helm() {
        for qa in &QA {
            let manifests = charts.manifests_in(&project.path(""), qa).unwrap();
            let stage = Place { environment: "stage", account: "174558682303", ..*qa };
            let stage = charts.manifests(&stage, &[]).unwrap();
            let names = |manifests: &[Value]| manifests.iter().map(name).collect::<Vec<_>>();
            assert_eq!(names(&manifests), names(&stage));
            let account = &find(&manifests, "ServiceAccount service-account")["metadata"];
            let role = &account["annotations"]["eks.amazonaws.com/role-arn"];
            let expected = format!("arn:aws:iam::222222222222:role/{}-qa", qa.service);
            assert_eq!(*role, *expected);
            let all = Value::from(manifests.clone()).to_string();
            assert!(!all.contains("174558682303") && !all.contains("stage"), "{all}");
        }
    }
}

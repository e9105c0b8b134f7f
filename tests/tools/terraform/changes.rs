//! After an apply: what a new image tag or a changed chart makes Terraform do, and nothing more.
//!
//! Nothing here may be about the first plan.

use serde_json::{Map, Value, json};

use crate::support::terraform::{Root, Terraform};
use crate::terraform::ICEPACK_PROD;
use crate::terraform::journey::{NEW_CHART, NEW_IMAGE, changes, journeys};
use crate::terraform::project::{Project, text};

#[test]
fn terraform_tfvars_holds_the_image_tag_and_nothing_else() {
    for journey in journeys() {
        let tfvars = text(&format!("{}/terraform.tfvars", journey.place.root()));
        let tfvars: Map<String, Value> = hcl::from_str(&tfvars).unwrap();
        assert_eq!(tfvars.keys().collect::<Vec<_>>(), ["image_tag"], "{}", journey.place.name());
        let image = &journey.planned("helm_release.service")["set"][0];
        let expected =
            json!({ "name": "image.tag", "value": tfvars["image_tag"], "type": "string" });
        assert_eq!(*image, expected, "{}", journey.place.name());
    }
}

#[test]
fn a_new_image_tag_updates_the_release_and_nothing_else() {
    for journey in journeys() {
        let plan = &journey.after_a_new_image;
        assert_eq!(changes(plan), ["update helm_release.service: set"], "{}", journey.place.name());
        let [before, after] = ["before", "after"].map(|side| set(plan, side));
        assert_eq!(before.len(), after.len());
        let differ = before.iter().zip(after).filter(|(before, after)| before != after);
        let new = json!({ "name": "image.tag", "type": "string", "value": NEW_IMAGE });
        assert_eq!(differ.map(|(_, after)| after).collect::<Vec<_>>(), [&new]);
    }
}

#[test]
fn a_changed_chart_updates_the_release_and_nothing_else() {
    for journey in journeys() {
        let plan = &journey.after_a_new_chart;
        let name = journey.place.name();
        assert_eq!(changes(plan), ["update helm_release.service: description"], "{name}");
        let start = format!("{} {NEW_CHART} ", journey.place.service);
        let described = release(plan)["after"]["description"].as_str().unwrap();
        assert!(described.starts_with(&start), "{name}: {described}");
    }
}

#[test]
fn an_edited_template_under_the_same_version_is_refused_or_else_deployed() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = Project::copied();
    let root = Root::at(project.path(&ICEPACK_PROD.root()), &terraform).with_local_state();
    root.init().unwrap();
    root.plan().unwrap();
    root.apply().unwrap();

    let main = format!("{}/main.tf", ICEPACK_PROD.root());
    for template in ["charts/icepack/templates/api.yaml", "charts/common/templates/_worker.tpl"] {
        project.edit_template(template);
        let before = project.read(&main);
        for command in ["check", "gen"] {
            let (exit, said) = project.envroot(&[command]);
            assert_eq!(exit, 3, "{command}: {said}");
            assert!(said.contains("error[chart-version]"), "{command}: {said}");
        }
        assert_eq!(project.read(&main), before, "a refused `gen` wrote something");

        let (exit, said) = project.envroot(&["gen", "--same-version"]);
        assert_eq!(exit, 0, "{said}");
        assert_ne!(project.read(&main), before, "{template}");
        let changes = changes(&root.plan().unwrap());
        assert_eq!(changes, ["update helm_release.service: description"], "{template}");
    }
}

fn set<'a>(plan: &'a Value, side: &str) -> &'a [Value] {
    release(plan)[side]["set"].as_array().unwrap()
}

fn release(plan: &Value) -> &Value {
    let changes = plan["resource_changes"].as_array().unwrap();
    let release = changes.iter().find(|it| it["address"] == "helm_release.service").unwrap();
    &release["change"]
}

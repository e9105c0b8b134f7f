//! What every root goes through: accepted, planned, applied, and planned again after a change of
//! its image tag and after one of its chart.
//!
//! The roots go through it once, for all tests: by default one of each service, of which one has a
//! database in RDS. Nothing here may say how it should end.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::thread;

use serde_json::{Map, Value, json};

use crate::support::rounds::some_of;
use crate::support::terraform::{Root, Terraform};
use crate::terraform::project::Project;
use crate::terraform::{PLACES, Place};

/// What Terraform said on the way.
pub(crate) struct Journey {
    pub place: &'static Place,
    pub diagnostics: Value,
    pub plan: Value,
    pub state: Value,
    pub after_a_new_image: Value,
    pub after_a_new_chart: Value,
}

/// The image tag, and the version of the chart, that a root is changed to.
pub(crate) const NEW_IMAGE: &str = "abc123";
pub(crate) const NEW_CHART: &str = "99.0.0";

/// The journeys; none, where Terraform is not installed.
pub(crate) fn journeys() -> impl Iterator<Item = &'static Journey> {
    static JOURNEYS: LazyLock<Vec<Result<Journey, String>>> = LazyLock::new(|| {
        Terraform::installed().map_or_else(Vec::new, |terraform| travel(&terraform))
    });
    JOURNEYS.iter().map(|journey| journey.as_ref().unwrap_or_else(|said| panic!("{said}")))
}

/// All journeys, as many side by side as there are processors.
fn travel(terraform: &Terraform) -> Vec<Result<Journey, String>> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = |worker| -> Vec<_> {
        // Some of each kind.
        let (rds, other): (Vec<_>, Vec<_>) = PLACES.iter().partition(|place| place.rds);
        let places = some_of(rds).chain(some_of(other)).skip(worker).step_by(workers);
        places.map(|place| Journey::of(place, terraform)).collect()
    };
    let share = &share;
    thread::scope(|scope| {
        let spawned: Vec<_> =
            (0..workers).map(|worker| scope.spawn(move || share(worker))).collect();
        spawned.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

impl Journey {
    fn of(place: &'static Place, terraform: &Terraform) -> Result<Journey, String> {
        Journey::made(place, terraform).map_err(|said| format!("{}: {said}", place.name()))
    }

    fn made(place: &'static Place, terraform: &Terraform) -> Result<Journey, String> {
        let project = Project::copied();
        let root = Root::at(project.path(&place.root()), terraform).with_local_state();
        root.init()?;
        let diagnostics = root.validate()?;
        let plan = root.plan()?;
        let state = root.apply()?;

        let tfvars = format!("{}/terraform.tfvars", place.root());
        let recorded = project.read(&tfvars);
        project.set_line(&tfvars, "image_tag = ", &format!("{NEW_IMAGE:?}"));
        let after_a_new_image = root.plan()?;
        project.write(&tfvars, &recorded);

        project.edit_template(&format!("{}/templates/api.yaml", place.chart()));
        project.set_line(&format!("{}/Chart.yaml", place.chart()), "version: ", NEW_CHART);
        let (exit, said) = project.envroot(&["gen"]);
        if exit != 0 {
            return Err(format!("envroot gen\n{said}"));
        }
        let after_a_new_chart = root.plan()?;
        Ok(Journey { place, diagnostics, plan, state, after_a_new_image, after_a_new_chart })
    }

    /// The arguments of a resource in the first plan.
    #[track_caller]
    pub(crate) fn planned(&self, address: &str) -> &Value {
        found(&self.plan["planned_values"], address)
    }

    /// The arguments and results of a resource or data source after the apply.
    #[track_caller]
    pub(crate) fn applied(&self, address: &str) -> &Value {
        found(&self.state["values"], address)
    }

    /// What a resource or data source is written as, references and all.
    #[track_caller]
    pub(crate) fn written(&self, address: &str) -> &Value {
        let resources = &self.plan["configuration"]["root_module"]["resources"];
        &with_address(resources, address)["expressions"]
    }

    /// The addresses of the resources in the first plan, in order.
    pub(crate) fn resources(&self) -> Vec<&str> {
        let resources = self.plan["planned_values"]["root_module"]["resources"].as_array().unwrap();
        let managed = resources.iter().filter(|resource| resource["mode"] == "managed");
        managed.map(|resource| resource["address"].as_str().unwrap()).collect()
    }
}

#[track_caller]
fn found<'a>(values: &'a Value, address: &str) -> &'a Value {
    &with_address(&values["root_module"]["resources"], address)["values"]
}

#[track_caller]
fn with_address<'a>(resources: &'a Value, address: &str) -> &'a Value {
    let found = resources.as_array().unwrap().iter().find(|it| it["address"] == address);
    found.unwrap_or_else(|| panic!("there is no {address}"))
}

/// What an expression refers to.
pub(crate) fn references(expression: &Value) -> Vec<&str> {
    let references = expression["references"].as_array().unwrap();
    references.iter().map(|reference| reference.as_str().unwrap()).collect()
}

/// What a plan would do: a line for each resource that changes, with the arguments that differ.
pub(crate) fn changes(plan: &Value) -> Vec<String> {
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    let changes = changes.filter(|it| it["change"]["actions"] != json!(["no-op"]));
    changes
        .map(|it| {
            let actions = it["change"]["actions"].as_array().unwrap();
            let actions: Vec<_> = actions.iter().map(|action| action.as_str().unwrap()).collect();
            let address = it["address"].as_str().unwrap();
            format!("{} {address}: {}", actions.join(" "), differing(&it["change"]).join(" "))
        })
        .collect()
}

/// The names of the arguments whose values differ, or are not known yet.
fn differing(change: &Value) -> Vec<&str> {
    let sides = ["before", "after", "after_unknown"];
    let names = sides.iter().filter_map(|side| change[side].as_object()).flat_map(Map::keys);
    let names: BTreeSet<_> = names.map(String::as_str).collect();
    let differs = |name: &&str| {
        change["before"][name] != change["after"][name] || !change["after_unknown"][name].is_null()
    };
    names.into_iter().filter(differs).collect()
}

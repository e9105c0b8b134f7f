//! What every root goes through once, for all tests: accepted, planned, applied, planned again.
//!
//! Nothing here may say how it should end.

use std::sync::LazyLock;
use std::thread;

use serde_json::{Value, json};

use crate::example_ecs::{PLACES, Place, example};
use crate::support::terraform::{Root, Terraform};

/// What Terraform said on the way.
pub(crate) struct Journey {
    pub place: &'static Place,
    pub diagnostics: Value,
    pub plan: Value,
    pub state: Value,
    pub plan_after_apply: Value,
}

/// Every root's journey; none, where Terraform is not installed.
pub(crate) fn journeys() -> impl Iterator<Item = &'static Journey> {
    static JOURNEYS: LazyLock<Vec<Result<Journey, String>>> = LazyLock::new(|| {
        Terraform::installed().map_or_else(Vec::new, |terraform| travel(&terraform))
    });
    JOURNEYS.iter().map(|journey| journey.as_ref().unwrap_or_else(|said| panic!("{said}")))
}

/// The journey of one root; `None`, where Terraform is not installed.
pub(crate) fn journey(place: &Place) -> Option<&'static Journey> {
    journeys().find(|journey| journey.place.folder == place.folder)
}

fn travel(terraform: &Terraform) -> Vec<Result<Journey, String>> {
    thread::scope(|scope| {
        let started = PLACES.map(|place| scope.spawn(|| Journey::of(place, terraform)));
        started.into_iter().map(|journey| journey.join().unwrap()).collect()
    })
}

impl Journey {
    fn of(place: &'static Place, terraform: &Terraform) -> Result<Journey, String> {
        let project = example();
        let root = Root::at(project.path(&place.root()), terraform).with_local_state();
        root.init()?;
        let diagnostics = root.validate()?;
        let plan = root.plan()?;
        let state = root.apply()?;
        Ok(Journey { place, diagnostics, plan, state, plan_after_apply: root.plan()? })
    }

    /// The arguments and results of every resource and data source of a type, by address.
    pub(crate) fn applied(&self, kind: &str) -> Vec<(&str, &Value)> {
        let mut found = Vec::new();
        collect(&self.state["values"]["root_module"], kind, &mut found);
        found
    }

    /// Those of the only one of a type below an address.
    #[track_caller]
    pub(crate) fn only(&self, kind: &str, below: &str) -> &Value {
        let mut found = self.applied(kind);
        found.retain(|(address, _)| address.starts_with(below));
        let [(_, values)] = found[..] else { panic!("{below}: {found:?}") };
        values
    }
}

fn collect<'a>(module: &'a Value, kind: &str, found: &mut Vec<(&'a str, &'a Value)>) {
    let items = |key| module[key].as_array().map(Vec::as_slice).unwrap_or_default();
    let resources = items("resources").iter().filter(|resource| resource["type"] == kind);
    found.extend(resources.map(|it| (it["address"].as_str().unwrap(), &it["values"])));
    items("child_modules").iter().for_each(|module| collect(module, kind, found));
}

/// What a plan would do, a line for each resource that changes.
pub(crate) fn changes(plan: &Value) -> Vec<String> {
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    let changes = changes.filter(|it| it["change"]["actions"] != json!(["no-op"]));
    changes
        .filter(|it| it["mode"] == "managed")
        .map(|it| {
            let actions = it["change"]["actions"].as_array().unwrap();
            let actions: Vec<_> = actions.iter().map(|action| action.as_str().unwrap()).collect();
            format!("{} {}", actions.join(" "), it["address"].as_str().unwrap())
        })
        .collect()
}

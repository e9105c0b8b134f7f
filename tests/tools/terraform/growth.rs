//! A new environment for both services is a table and its name in two lists.
//!
//! What it brings is in a snapshot, for people to read.

use serde_json::json;

use crate::support::terraform::{Root, Terraform};
use crate::terraform::project::Project;

const QA: &str = r#"[environments.qa]
account_id = "905418030046"
profiles   = ["nonprod"]

[environments.preprod]"#;

#[test]
fn a_new_environment_is_a_few_lines() {
    let project = Project::copied();
    let order = "order    = [\"dev\", \"stage\", ";
    project.replace("environments.toml", order, &format!("{order}\"qa\", "));
    let runs = "environments = [\"dev\", \"stage\", ";
    project.replace("environments.toml", runs, &format!("{runs}\"qa\", "));
    project.replace("environments.toml", "[environments.preprod]", QA);
    let said = project.done(&["gen"]);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("new_environment", said);
    });
    project.done(&["check"]);

    let Some(terraform) = Terraform::installed() else { return };
    for service in ["icepack", "snowpack"] {
        let folder = project.path(&format!("generated/terraform/{service}-api/env/qa"));
        let root = Root::at(folder, &terraform).with_local_state();
        root.init().unwrap();
        assert_eq!(root.validate().unwrap(), json!([]), "{service}");
        root.plan().unwrap();
        root.apply().unwrap();
    }
}

//! What other programs make of the files: Terraform, Helm, kubectl, Bash, the linters, editors and CI systems.

mod chart_reading;
mod chart_values;
mod editor_schema;
mod example_cluster_manager;
mod example_ecs;
mod example_platform;
mod hcl;
mod helm;
mod kinds;
mod kubernetes;
mod module_calls;
mod move_state;
mod onboarding;
mod readers;
mod runbook;
mod shell;
mod skipped;
mod terraform;
mod workflows;
mod yaml;

#[path = "../support"]
mod support {
    pub(crate) mod chart_forms;
    pub(crate) mod project;
    pub(crate) mod random;
    pub(crate) mod rounds;
    pub(crate) mod runbook;
    pub(crate) mod terraform;
    pub(crate) mod text;
    pub(crate) mod tools;
}

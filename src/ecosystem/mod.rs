//! Facts about Terraform, Helm and Kubernetes: how they read files, charts, quantities and schedules.

pub(crate) mod aws_accounts;
pub(crate) mod backend;
pub(crate) mod chart_values;
mod chart_reads;
pub mod cron;
pub(crate) mod damaged_backend;
pub(crate) mod hcl_value;
mod chart_metadata;
mod chart_tree;
pub(crate) mod helm_values;
pub mod helm_chart;
mod helm_ignore;
mod helm_package;
pub mod quantity;
pub(crate) mod module_variables;
pub(crate) mod terraform;
pub(crate) mod trust;

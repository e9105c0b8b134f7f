//! Facts about Terraform, Helm and Kubernetes: how they read files, charts, quantities and schedules.

pub mod cron;
pub(crate) mod helm_values;
pub mod helm_chart;
pub mod quantity;
mod policy_text;
pub(crate) mod terraform;
pub(crate) mod trust;

//! Facts about Terraform, Helm and Kubernetes: how they read files, charts, quantities and schedules.

pub mod cron;
pub(crate) mod helm_values;
pub mod helm_chart;
pub mod quantity;
pub(crate) mod terraform;

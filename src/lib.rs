//! envroot renders Terraform environment roots and Helm values files from one `environments.toml`.
//!
//! The modules are in the order of the pipeline. ARCHITECTURE.md describes them, and
//! `tests/unit/architecture.rs` enforces which may import which.
#![forbid(unsafe_code)]
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]
#![warn(clippy::exit, clippy::print_stderr, clippy::print_stdout, clippy::self_named_module_files)]

pub mod base;
pub mod model;
pub mod format;
pub mod ecosystem;
pub mod toml_file;
pub(crate) mod schema;
pub mod config;
pub(crate) mod template;
pub mod pack;
pub mod resolve;
pub mod render;
pub mod world;
pub mod plan;
pub mod rules;
pub mod report;
pub mod project;
pub mod cli;

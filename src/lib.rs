//! envroot renders Terraform environment roots and Helm values files from one `environments.toml`.
//!
//! The modules stand in the order of the pipeline; each names only those before it
//! (see ARCHITECTURE.md, held by `tests/architecture.rs`).
#![warn(clippy::disallowed_methods, clippy::disallowed_types)]

// Values that prove themselves.
pub mod words;
pub mod name;
pub mod place;
pub mod diagnostic;
pub mod path;
pub mod reference;
pub mod table;
pub mod tree;
pub mod parallel;
pub mod memory;
pub mod remembered;
pub mod secret;

// What is written.
pub mod source;
pub mod edit;
pub mod schema;
pub mod config;
pub mod layer;

// What is rendered.
pub mod seal;
pub mod conflict;
pub mod format;
pub mod values;
pub mod chart;
pub mod terraform;
pub mod template;
pub mod pack;
pub mod resolve;
pub mod onboard;
pub mod survey;
pub mod starter;
pub mod invariant;
pub mod compare;
pub mod editor_schema;
pub mod render;

// What differs, and how it is shown.
pub mod plan;
pub mod trace;
pub mod guard;
pub mod report;

// The world.
pub mod disk;
pub mod git;
pub mod load;
pub mod command;
pub mod completion;
pub mod manual;
pub mod cli;

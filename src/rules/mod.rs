//! The rules that a project must keep, and the runner that applies them and their waivers.
//!
//! A rule is one file: a [`Rule`] with the checks that it makes of settings, of rendered files or of
//! a change of what is on disk. Each folder lists its rules, and `registry::RULES` holds all of them.
//! No rule reads the disk.

pub mod drift;
mod findings;
pub mod registry;
pub(crate) mod rendered;
mod rule;
pub mod runner;
pub(crate) mod settings;
#[cfg(test)]
mod tests;
mod waivers;

pub use findings::Findings;
pub use rule::{Rule, RuleCheck};
pub use waivers::Waivers;

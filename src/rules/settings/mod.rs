//! Rules that hold across environments and services, each waivable with a reason.
//!
//! Judges resolved settings and facts; nothing here reads rendered text or the disk.

mod chart_keys;
mod comparison;
mod layers;
mod placeholder;
mod role_account;
mod scaling;
mod secret;
mod shared_state;
mod sibling;
#[cfg(test)]
mod tests;
mod texts;
mod told;
mod waivers;

use crate::config::Config;
use crate::ecosystem::helm_chart::Charts;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::span::{Sources, Span};
use crate::resolve::Resolved;
pub use chart_keys::{VENDOR, remotes};
pub use shared_state::{Foreign, beside, state_place};
pub use waivers::{Waivers, or_waive};

/// The rules that a waiver may name.
pub const RULES: [Code; 15] = [
    Code::Distinct,
    Code::Same,
    role_account::RULE,
    chart_keys::KEY,
    chart_keys::VERSION,
    scaling::SCALING,
    scaling::FORMAT,
    shared_state::RULE,
    sibling::RULE,
    secret::RULE,
    placeholder::RULE,
    // Judged where files are rendered.
    Code::AccountGuard,
    Code::IrsaTrust,
    Code::ModuleArguments,
    Code::StateMismatch,
];

/// What the rules are held against.
pub struct Input<'a> {
    pub config: &'a Config,
    pub resolved: &'a Resolved,
    pub charts: &'a Charts,
    pub sources: &'a Sources,
}

/// Every rule that is broken, and the number of charts whose keys could not be looked into.
pub fn check(input: &Input<'_>, waivers: &Waivers) -> (Problems, usize) {
    let Input { config, resolved, charts, sources } = input;
    let mut problems = Problems::default();
    comparison::accounts(resolved, waivers, &mut problems);
    comparison::settings(config, resolved, waivers, &mut problems);
    role_account::check(resolved, waivers, &mut problems);
    scaling::check(resolved, waivers, &mut problems);
    shared_state::check(resolved, waivers, &mut problems);
    sibling::check(config, resolved, waivers, &mut problems);
    secret::check(config, sources, waivers, &mut problems);
    placeholder::check(config, waivers, &mut problems);
    let unknown = chart_keys::check(resolved, charts, waivers, &mut problems);
    (problems, unknown)
}

/// Where secrets stand, so that no other problem shows them either.
pub fn secrets(problems: &Problems) -> Vec<Span> {
    let found = problems.iter().filter(|problem| problem.code == secret::RULE);
    found.filter_map(|problem: &Problem| Some(problem.labels.first()?.place)).collect()
}

//! Rules that hold across environments and services, each waivable with a reason.
//!
//! Judges resolved settings and facts; nothing here reads rendered text or the disk.

mod comparison;
mod layers;
mod placeholder;
mod role_account;
mod secret;
mod shared_state;
mod sibling;
#[cfg(test)]
mod tests;
mod texts;
mod waivers;

use crate::config::Config;
use crate::diagnostic::{Problem, Problems};
use crate::place::{Place, Sources};
use crate::resolve::Resolved;
use crate::tree::{Node, Origin};
pub use shared_state::{Foreign, beside};
pub use waivers::{Waivers, or_waive};

/// The rules that a waiver may name.
pub const RULES: [&str; 7] = [
    "distinct",
    "same",
    role_account::RULE,
    shared_state::RULE,
    sibling::RULE,
    secret::RULE,
    placeholder::RULE,
];

/// What the rules are held against.
pub struct Input<'a> {
    pub config: &'a Config,
    pub resolved: &'a Resolved,
    pub sources: &'a Sources,
}

/// Every rule that is broken.
pub fn check(input: &Input<'_>, waivers: &Waivers) -> Problems {
    let Input { config, resolved, sources } = input;
    let mut problems = Problems::default();
    comparison::accounts(resolved, waivers, &mut problems);
    comparison::settings(config, resolved, waivers, &mut problems);
    role_account::check(resolved, waivers, &mut problems);
    shared_state::check(resolved, waivers, &mut problems);
    sibling::check(config, resolved, waivers, &mut problems);
    secret::check(config, sources, waivers, &mut problems);
    placeholder::check(config, waivers, &mut problems);
    problems
}

/// Where secrets stand, so that no other problem shows them either.
pub fn secrets(problems: &Problems) -> Vec<Place> {
    let found = problems.iter().filter(|problem| problem.code == secret::RULE);
    found.filter_map(|problem: &Problem| Some(problem.labels.first()?.place)).collect()
}

/// Where a value was decided: what a pack's default only passes on was decided where it was given.
fn decided(node: &Node) -> &Origin {
    let from_pack = node.origin.pack.is_some();
    // A name is its own key: the default that puts it into a text says more.
    let passed_on = node.named.as_ref().filter(|named| from_pack && named.key != named.value);
    passed_on.unwrap_or(&node.origin)
}

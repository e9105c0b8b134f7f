//! Rules that hold across environments and services, each waivable with a reason.
//!
//! Judges resolved settings and facts; nothing here reads rendered text or the disk.

mod comparison;

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::config::{Config, Waiver};
use crate::diagnostic::{Problem, Problems};
use crate::resolve::Resolved;
use crate::words;

/// The rules that a waiver may name.
const RULES: [&str; 2] = ["distinct", "same"];

/// Every rule that is broken, and every waiver that nothing needs.
pub fn check(config: &Config, resolved: &Resolved) -> Problems {
    let mut problems = Problems::default();
    let waivers = Waivers { waivers: &config.waivers, used: RefCell::default() };
    comparison::accounts(resolved, &waivers, &mut problems);
    comparison::settings(config, resolved, &waivers, &mut problems);
    waivers.unused(&mut problems);
    problems
}

struct Waivers<'a> {
    waivers: &'a [Waiver],
    used: RefCell<BTreeSet<usize>>,
}

impl Waivers<'_> {
    /// Whether a rule is waived at a place, such as `environments.dev.account_id`.
    fn cover(&self, rule: &str, at: &str) -> bool {
        let matches = |waiver: &Waiver| waiver.check == rule && waiver.at == at;
        let found = self.waivers.iter().position(matches);
        self.used.borrow_mut().extend(found);
        found.is_some()
    }

    fn unused(&self, problems: &mut Problems) {
        for (index, waiver) in self.waivers.iter().enumerate() {
            if self.used.borrow().contains(&index) {
                continue;
            }
            let Waiver { check, at, place } = waiver;
            let problem = if RULES.contains(&check.as_str()) {
                Problem::error(
                    "unused-waiver",
                    format!("this waiver waives nothing: `{check}` holds at `{at}`"),
                )
                .help("remove it, or mend `at`")
            } else {
                Problem::error("unknown-rule", format!("there is no rule `{check}` to waive"))
                    .help(words::there_are(&RULES))
            };
            problems.push(problem.at(*place));
        }
    }
}

//! Waivers: the exceptions to rules that a project states with a reason.

use crate::model::code::Code;
use std::sync::atomic::{AtomicBool, Ordering};

use super::registry::RULES;
use crate::base::english;
use crate::config::{Config, Waiver};
use crate::model::diagnostic::{Problem, Problems};

/// The waivers of a project, each with whether it covered a problem.
#[derive(Debug, Default)]
pub struct Waivers {
    waivers: Vec<(Waiver, AtomicBool)>,
}

impl Waivers {
    pub fn of(config: &Config) -> Waivers {
        let waivers = config.waivers.iter().cloned();
        Waivers { waivers: waivers.map(|waiver| (waiver, AtomicBool::default())).collect() }
    }

    /// Returns true if a rule is waived at a place such as `environments.dev.account_id`, or at a table
    /// around it.
    pub fn cover(&self, rule: Code, at: &str) -> bool {
        self.covers(rule, |waived| {
            at.strip_prefix(waived).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// Returns true if a rule is waived for the rendered file at a path.
    pub fn cover_file(&self, rule: Code, path: &str) -> bool {
        self.covers(rule, |waived| waived == path)
    }

    fn covers(&self, rule: Code, is_at: impl Fn(&str) -> bool) -> bool {
        let mut waivers = self.waivers.iter();
        let found = waivers.find(|(waiver, _)| waiver.check == rule.as_str() && is_at(&waiver.at));
        found.inspect(|(_, used)| used.store(true, Ordering::Relaxed)).is_some()
    }

    /// A problem for each waiver that covered none.
    pub fn unused(&self) -> Problems {
        let mut problems = Problems::default();
        for (waiver, used) in &self.waivers {
            if used.load(Ordering::Relaxed) {
                continue;
            }
            let Waiver { check, at, place } = waiver;
            let known: Vec<&str> = waivable().map(Code::as_str).collect();
            let problem = if known.contains(&check.as_str()) {
                let message = format!("this waiver waives nothing: `{check}` holds at `{at}`");
                Problem::error(Code::UnusedWaiver, message).help("remove it, or fix `at`")
            } else {
                let message = format!("there is no rule `{check}` to waive");
                Problem::error(Code::UnknownRule, message).help(
                    match english::nearest(check, known.iter().copied()) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => english::there_are(&known),
                    },
                )
            };
            problems.push(problem.at(*place));
        }
        problems
    }
}

/// The codes of the rules that a waiver can name.
fn waivable() -> impl Iterator<Item = Code> {
    RULES.iter().filter(|rule| rule.waivable_at.is_some()).map(|rule| rule.code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::span::Sources;

    #[test]
    fn a_waiver_covers_its_place_and_what_is_below() {
        let place = Sources::default().add("environments.toml", "");
        let place = crate::model::span::Span { file: place, start: 0, end: 0 };
        let waiver = |check: Code, at: &str| {
            (
                Waiver { check: check.as_str().to_owned(), at: at.into(), place },
                AtomicBool::default(),
            )
        };
        let waivers = vec![waiver(Code::Sibling, "environments.ops"), waiver(Code::Same, "a")];
        let waivers = Waivers { waivers };
        assert_eq!(waivers.unused().len(), 2);
        assert!(waivers.cover(Code::Sibling, "environments.ops"));
        assert!(waivers.cover(Code::Sibling, "environments.ops.services.a"));
        assert!(!waivers.cover(Code::Sibling, "environments.ops2"));
        assert!(!waivers.cover(Code::Sibling, "environments"));
        assert!(!waivers.cover(Code::Distinct, "environments.ops"));
        assert!(!waivers.cover_file(Code::Sibling, "environments.ops.services.a"));
        assert!(waivers.cover_file(Code::Same, "a") && !waivers.cover_file(Code::Same, "a.tf"));
        assert_eq!(waivers.unused().len(), 0);
    }
}

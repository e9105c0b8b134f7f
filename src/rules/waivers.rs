//! Waivers: the exceptions to rules that a project states with a reason.

use crate::model::code::Code;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::registry::RULES;
use crate::base::english;
use crate::config::{Config, Waiver};
use crate::model::diagnostic::{Problem, Problems};

/// The waivers of a project, each with the number of problems that it covered.
#[derive(Debug, Default)]
pub struct Waivers {
    waivers: Vec<(Waiver, AtomicUsize)>,
}

impl Waivers {
    pub fn of(config: &Config) -> Waivers {
        let waivers = config.waivers.iter().cloned();
        Waivers { waivers: waivers.map(|waiver| (waiver, AtomicUsize::default())).collect() }
    }

    /// Returns true if a rule is waived at a place such as `environments.dev.account_id`, or at a table
    /// around it.
    pub fn cover(&self, rule: Code, at: &str) -> bool {
        self.covers(rule, |waived| {
            let rest = at.strip_prefix(waived);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                || is_in_folder(at, waived)
        })
    }

    /// Returns true if a rule is waived for the rendered file at a path, for a folder around it or for its pack.
    pub fn cover_file(&self, rule: Code, path: &str, pack: &str) -> bool {
        self.covers(rule, |waived| {
            waived == path || is_in_folder(path, waived) || is_of_pack(waived, pack)
        })
    }

    /// The waivers that covered problems, each with how many.
    pub(crate) fn used(&self) -> impl Iterator<Item = (&Waiver, usize)> {
        let waivers = self.waivers.iter();
        let waivers = waivers.map(|(waiver, used)| (waiver, used.load(Ordering::Relaxed)));
        waivers.filter(|(_, used)| *used > 0)
    }

    fn covers(&self, rule: Code, is_at: impl Fn(&str) -> bool) -> bool {
        let mut waivers = self.waivers.iter();
        let found = waivers.find(|(waiver, _)| waiver.check == rule.as_str() && is_at(&waiver.at));
        found.inspect(|(_, used)| _ = used.fetch_add(1, Ordering::Relaxed)).is_some()
    }

    /// A problem for each waiver that covered none.
    pub fn unused(&self) -> Problems {
        let mut problems = Problems::default();
        for (waiver, used) in &self.waivers {
            if used.load(Ordering::Relaxed) > 0 {
                continue;
            }
            let Waiver { check, at, place, .. } = waiver;
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

/// Returns true for a path below a folder, which ends in a slash.
fn is_in_folder(path: &str, folder: &str) -> bool {
    folder.ends_with('/') && path.starts_with(folder)
}

/// Returns true for the folder of a pack, where one of one's own is, or would be.
fn is_of_pack(folder: &str, pack: &str) -> bool {
    folder.strip_prefix("templates/").and_then(|rest| rest.strip_suffix('/')) == Some(pack)
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
            let (check, reason) = (check.as_str().to_owned(), "x".to_owned());
            (Waiver { check, at: at.into(), reason, place }, AtomicUsize::default())
        };
        let waivers = vec![waiver(Code::Sibling, "environments.ops"), waiver(Code::Same, "a")];
        let waivers = Waivers { waivers };
        assert_eq!(waivers.unused().len(), 2);
        assert!(waivers.cover(Code::Sibling, "environments.ops"));
        assert!(waivers.cover(Code::Sibling, "environments.ops.services.a"));
        assert!(!waivers.cover(Code::Sibling, "environments.ops2"));
        assert!(!waivers.cover(Code::Sibling, "environments"));
        assert!(!waivers.cover(Code::Distinct, "environments.ops"));
        assert!(!waivers.cover_file(Code::Sibling, "environments.ops.services.a", "p"));
        assert!(waivers.cover_file(Code::Same, "a", "p"));
        assert!(!waivers.cover_file(Code::Same, "a.tf", "p"));
        assert_eq!(waivers.unused().len(), 0);
        let used: Vec<usize> = waivers.used().map(|(_, used)| used).collect();
        assert_eq!(used, [2, 1]);
    }

    #[test]
    fn a_waiver_covers_a_folder_and_a_pack() {
        let place = Sources::default().add("environments.toml", "");
        let place = crate::model::span::Span { file: place, start: 0, end: 0 };
        let check = |at: &str, path: &str, pack: &str| {
            let (check, reason) = (Code::AccountGuard.as_str().to_owned(), "x".to_owned());
            let waiver = Waiver { check, at: at.to_owned(), reason, place };
            let waivers = Waivers { waivers: vec![(waiver, AtomicUsize::default())] };
            waivers.cover_file(Code::AccountGuard, path, pack)
                || waivers.cover(Code::AccountGuard, path)
        };
        for (at, path, expected) in [
            ("generated/", "generated/dev/main.tf", true),
            ("generated/dev/", "generated/dev/main.tf", true),
            ("generated/dev/", "generated/dev/a/b.tf", true),
            ("generated/dev/", "generated/dev2/main.tf", false),
            ("generated/dev", "generated/dev/main.tf", false),
            ("dev/", "generated/dev/main.tf", false),
            ("generated/dev/main.tf", "generated/dev/main.tf", true),
            ("generated/dev/main.tf/", "generated/dev/main.tf", false),
            ("templates/web/", "generated/dev/main.tf", true),
            ("templates/web/", "templates/web/main.tf", true),
            ("templates/web", "generated/dev/main.tf", false),
            ("templates/we/", "generated/dev/main.tf", false),
            ("templates/other/", "generated/dev/main.tf", false),
            ("templates/other/", "templates/web/main.tf", false),
        ] {
            assert_eq!(check(at, path, "web"), expected, "{at} {path}");
        }
    }
}

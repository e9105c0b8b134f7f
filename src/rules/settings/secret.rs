//! No secret stands in `environments.toml`: what looks like one is refused and never shown.
//!
//! Judges strings as they are written; what a secret looks like is known elsewhere.

use super::layers;
use super::texts;
use super::waivers::{Waivers, or_waive};
use crate::config::Config;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::secret;
use crate::model::span::{Sources, Span};

pub const RULE: Code = Code::Secret;

pub fn check(config: &Config, sources: &Sources, waivers: &Waivers, problems: &mut Problems) {
    let mend = "put it into a secret store, write the entry's name here, and replace what Git may have kept";
    let mut strings = Vec::new();
    for layer in layers::of(config) {
        texts::each(&layer.written.table, &mut |path, node, text| {
            strings.push(node.origin.value);
            let key = path.last().copied().unwrap_or_default();
            if !secret::is_secret(key, text) {
                return;
            }
            let at = node.origin.path.to_string();
            if waivers.cover(RULE, &at) {
                return;
            }
            let message = format!("`{at}` looks like a secret");
            let problem = Problem::error(RULE, message).at(node.origin.value);
            problems.push(layer.target(problem.help(or_waive(mend, RULE, &at))));
        });
    }
    strings.sort();
    let file = config.defaults.table.origin.key.file;
    for range in secret::credentials(sources.text(file)) {
        let place = Span { file, start: range.start as u32, end: range.end as u32 };
        let before = strings.partition_point(|it: &Span| it.start <= place.start);
        let is_judged = strings[..before].last().is_some_and(|it| place.end <= it.end);
        if !is_judged && !waivers.cover(RULE, "comments") {
            let problem = Problem::error(RULE, "this looks like a secret").at(place);
            problems.push(problem.help(or_waive(mend, RULE, "comments")));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::settings::tests::found;

    #[test]
    fn a_secret_is_refused_wherever_it_is_written() {
        let rows = [
            ("[defaults]\nvars.password = \"hunter2\"", "secret \"hunter2\""),
            ("[services.s]\nvalues.db.password = \"hunter2\"", "secret \"hunter2\""),
            (
                "[environments.dev.services.s]\nvalues.tokens = [\"glpat-0123456789abcdefghij\"]",
                "secret \"glpat-0123456789abcdefghij\"",
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(found(text), [expected], "{text}");
        }
        assert_eq!(found("[services.s]\npassword = \"s/dev/password\""), [""; 0]);
        let comment = "glpat-0123456789abcdefghij";
        assert_eq!(found(&format!("[services.s]\n# {comment}")), [format!("secret {comment}")]);
    }
}

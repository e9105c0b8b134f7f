//! No secret in `environments.toml`: a value that looks like one is refused and never shown.
//!
//! Judges strings as they are written; `model::secret` knows how secrets look.

use super::Settings;
use super::layers;
use super::strings;
use crate::model::code::Code;
use crate::model::secret;
use crate::model::span::Span;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::Secret,
    summary: "no value and no comment of `environments.toml` looks like a credential",
    waivable_at: Some("the path of the value; `comments` for a comment"),
    checks: &[RuleCheck::Settings(check)],
};

const MEND: &str =
    "put it into a secret store, write the entry's name here, and replace what Git may have kept";

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let mut judged = Vec::new();
    for layer in layers::of(settings.config) {
        strings::each(&layer.written.table, &mut |path, node, text| {
            judged.push(node.origin.value);
            let key = path.last().copied().unwrap_or_default();
            if !secret::is_secret(key, text) {
                return;
            }
            let path = node.origin.path.to_string();
            let problem = findings.problem(format!("`{path}` looks like a secret"));
            let problem = layer.target(problem.at(node.origin.value));
            findings.report(problem, MEND, &[&path]);
        });
    }
    judged.sort();
    comments(settings, &judged, findings);
}

/// Credentials in the rest of the file: in comments, mostly.
fn comments(settings: &Settings<'_>, judged: &[Span], findings: &mut Findings<'_>) {
    let file = settings.config.defaults.table.origin.key.file;
    for range in secret::credentials(settings.sources.text(file)) {
        let place = Span { file, start: range.start as u32, end: range.end as u32 };
        let before = judged.partition_point(|it: &Span| it.start <= place.start);
        let is_judged = judged[..before].last().is_some_and(|it| place.end <= it.end);
        if !is_judged {
            let problem = findings.problem("this looks like a secret").at(place);
            findings.report(problem, MEND, &["comments"]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::found;

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

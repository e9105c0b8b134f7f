//! No secret in `environments.toml`, in a pack's defaults or in its templates: a value that looks like one is refused and never
//! shown.
//!
//! Judges values as they are written; `model::secret` knows how secrets look.

use super::Settings;
use super::layers;
use super::pack_texts::{self, PackText};
use crate::model::code::Code;
use crate::model::secret;
use crate::model::span::Span;
use crate::model::tree::{Node, Table, Value};
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::Secret,
    summary: "no value, key or comment of `environments.toml`, and no text of a pack, looks like a credential",
    waivable_at: Some(
        "the path of the value; `comments` for a comment; the path of a file of the pack",
    ),
    checks: &[RuleCheck::Settings(check)],
};

const MEND: &str =
    "put it into a secret store, write the entry's name here, and replace what Git may have kept";

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let mut judged = Vec::new();
    for layer in layers::of(settings.config) {
        each(&layer.written.table, &mut |found| {
            judged.push(found.place);
            if found.is_secret {
                let path = found.node.origin.path.to_string();
                let shown = secret::masked(&path).into_owned();
                let problem = findings.problem(format!("`{shown}` looks like a secret"));
                findings.report(layer.target(problem.at(found.place)), MEND, &[&shown]);
            }
        });
    }
    judged.sort();
    comments(settings, &judged, findings);
    for text in pack_texts::of(settings) {
        pack(settings, &text, findings);
    }
}

/// A value or a key, and whether it is a secret.
struct JudgedValue<'a> {
    node: &'a Node,
    place: Span,
    is_secret: bool,
}

/// What is known of a value from the keys around it.
#[derive(Clone, Copy)]
struct Around<'a> {
    /// Its key, or [`PASSWORD`] where a neighbour calls it one.
    key: &'a str,
    /// True below a table of secrets.
    held: bool,
}

const PASSWORD: &str = "password";

fn each<'a>(node: &'a Node, visit: &mut dyn FnMut(JudgedValue<'a>)) {
    walk(node, Around { key: "", held: false }, visit);
}

fn walk<'a>(node: &'a Node, around: Around<'a>, visit: &mut dyn FnMut(JudgedValue<'a>)) {
    let Around { key, held } = around;
    let is_secret = match &node.value {
        Value::String(text) => secret::is_secret(key, text) || held && secret::is_held(key, text),
        Value::Integer(number) => secret::is_secret_number(key, &number.to_string()),
        Value::List(items) => {
            return items.iter().for_each(|item| walk(item, around, visit));
        }
        Value::Table(table) => return entries(table, held, visit),
        _ => false,
    };
    visit(JudgedValue { node, place: node.origin.value, is_secret });
}

fn entries<'a>(table: &'a Table, held: bool, visit: &mut dyn FnMut(JudgedValue<'a>)) {
    let is_named = table
        .iter()
        .any(|(key, item)| item.str().is_some_and(|text| secret::names_the_value(key, text)));
    for (key, item) in table {
        if !secret::credentials(key).is_empty() {
            visit(JudgedValue { node: item, place: item.origin.key, is_secret: true });
        }
        if secret::holds_ciphertext(key) {
            continue;
        }
        let held = held || secret::holds_secrets(key);
        let key = if is_named && secret::is_value_key(key) { PASSWORD } else { key };
        walk(item, Around { key, held }, visit);
    }
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

/// The text of a template, and the values of a manifest.
fn pack(settings: &Settings<'_>, text: &PackText<'_>, findings: &mut Findings<'_>) {
    for range in secret::written(settings.sources.text(text.file)) {
        let place = Span { file: text.file, start: range.start as u32, end: range.end as u32 };
        let problem = findings.problem("this looks like a secret").at(place);
        findings.report(text.target(problem), MEND, &[text.name]);
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::{SCHEMA, found, found_with};

    #[test]
    fn a_secret_is_refused_wherever_it_is_written() {
        let service = |line: &str| format!("[services.s]\n{line}");
        let rows = [
            ("[defaults]\nvars.password = \"hunter2\"".to_owned(), "secret \"hunter2\""),
            (service("values.db.password = \"hunter2\""), "secret \"hunter2\""),
            (
                "[environments.dev.services.s]\nvalues.tokens = [\"glpat-0123456789abcdefghij\"]"
                    .to_owned(),
                "secret \"glpat-0123456789abcdefghij\"",
            ),
            (
                service("values.env = [{ name = \"DB_PASSWORD\", value = \"hunter2\" }]"),
                "secret \"hunter2\"",
            ),
            (
                service("[[services.s.values.env]]\nvalue = \"hunter2\"\nname = \"DB_PASSWORD\""),
                "secret \"hunter2\"",
            ),
            (
                service("values.a = { type = \"SecureString\", value = \"hunter2\" }"),
                "secret \"hunter2\"",
            ),
            (
                service("values.url = \"postgres://app:hunter2@db/app\""),
                "secret \"postgres://app:hunter2@db/app\"",
            ),
            (
                service("values.conn = \"Server=db;Password=hunter2;\""),
                "secret \"Server=db;Password=hunter2;\"",
            ),
            (service("values.passwords = { app = \"hunter2\" }"), "secret \"hunter2\""),
            (service("values.passwords = [\"hunter2\"]"), "secret \"hunter2\""),
            (service("values.password = 12345678"), "secret 12345678"),
            (service("values.AKIAABCDEFGHIJKLMNOP = 1"), "secret AKIAABCDEFGHIJKLMNOP"),
            (
                service("values.a.\"glpat-0123456789abcdefghij\" = { b = 1 }"),
                "secret \"glpat-0123456789abcdefghij\"",
            ),
            (
                service("values.a = \"cG9zdGdyZXM6Ly9hcHA6aHVudGVyMkBkYi9hcHA=\""),
                "secret \"cG9zdGdyZXM6Ly9hcHA6aHVudGVyMkBkYi9hcHA=\"",
            ),
            (service("# glpat-0123456789abcdefghij"), "secret glpat-0123456789abcdefghij"),
        ];
        for (text, expected) in rows {
            assert_eq!(found(&text), [expected], "{text}");
        }
        for line in [
            "password = \"s/dev/password\"",
            "values.env = [{ name = \"DB_PASSWORD\", valueFrom = \"x1\" }]",
            "values.env = [{ name = \"A\", value = \"b1\" }]",
            "values.passwords = { existingSecret = \"a1\", secretName = \"b1\" }",
            "values.token = 4096",
            "values.encryptedData = { password = \"hunter2\" }",
            "values.password.enabled = true",
            "values.image = \"a@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
        ] {
            assert_eq!(found(&service(line)), [""; 0], "{line}");
        }
    }

    #[test]
    fn a_secret_in_a_pack_is_refused() {
        let refused = |manifest: &str| found_with("", manifest, SCHEMA);
        let password = "[defaults]\npassword = \"hunter2\"\n";
        assert_eq!(refused(password), ["secret hunter2"]);
        let waiver =
            "[[waivers]]\ncheck = \"secret\"\nat = \"templates/p/pack.toml\"\nreason = \"x\"\n";
        assert_eq!(found_with(waiver, password, SCHEMA), [""; 0]);
        assert_eq!(refused("# {{ x }}\n[defaults]\npassword = \"{{ env.name }}/x\"\n"), [""; 0]);
    }
}

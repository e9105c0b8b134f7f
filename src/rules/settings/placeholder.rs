//! Values that were to be filled in later and were not.
//!
//! Judges strings as they are written.

use super::Settings;
use super::layers;
use super::strings;
use crate::model::code::Code;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::Placeholder,
    summary: "no value is a placeholder, such as `changeme`, `<account>` or `TODO`",
    waivable_at: Some("the path of the value"),
    checks: &[RuleCheck::Settings(check)],
};

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    for layer in layers::of(settings.config) {
        strings::each(&layer.written.table, &mut |_, node, text| {
            let Some(found) = placeholder(text) else { return };
            let problem = findings.problem(format!("`{found}` is a placeholder"));
            let problem = problem.at(node.origin.value).in_table(&node.origin);
            let path = node.origin.path.to_string();
            findings.report(layer.target(problem), "write the real value", &[&path]);
        });
    }
}

/// Placeholders in any case and with or without separators.
const WORDS: [&str; 6] =
    ["changeme", "replaceme", "fillmein", "fixme", "tobedone", "tobedetermined"];
/// Placeholders in capitals only: `todo` is also the name of an application.
const CAPITALS: [&str; 4] = ["TODO", "TBD", "TKTK", "FIXME"];

/// The part of a text that is a placeholder.
fn placeholder(text: &str) -> Option<&str> {
    bracketed(text).or_else(|| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let mut words = text.split(|c| !is_word(c));
        words.find(|word| is_placeholder(word))
    })
}

fn is_placeholder(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['_', '-']).collect();
    let mut begun = String::new();
    let is_known = parts.iter().any(|part| {
        begun.push_str(&part.to_ascii_lowercase());
        WORDS.contains(&begun.trim_end_matches(|c: char| c.is_ascii_digit()))
    });
    is_known
        || parts.iter().any(|part| {
            let is_x = part.len() >= 3 && part.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
            is_x || CAPITALS.contains(part)
        })
}

/// `<account id>`: words in angle brackets.
fn bracketed(text: &str) -> Option<&str> {
    let opened = text.match_indices('<');
    let mut inner = opened.filter_map(|(at, _)| {
        let end = text[at..].find('>')?;
        let name = &text[at + 1..at + end];
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.');
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.chars().all(fits)
            && !name.ends_with(' ');
        // An element of HTML or XML is closed somewhere.
        let is_element = text.contains(&format!("</{name}>"));
        (name == "…" || name == "..." || (is_name && !is_element)).then_some(&text[at..=at + end])
    });
    inner.next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::found;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(placeholder(text), expected, "{text}");
    }

    #[test]
    fn placeholders_are_found() {
        check("changeme", Some("changeme"));
        check("Change-Me", Some("Change-Me"));
        check("changeme123", Some("changeme123"));
        check("https://CHANGE_ME.example.net", Some("CHANGE_ME"));
        check("REPLACE_ME_WITH_ARN", Some("REPLACE_ME_WITH_ARN"));
        check("arn:aws:iam::<account>:role/x", Some("<account>"));
        check("<your VPC id>", Some("<your VPC id>"));
        check("<…>", Some("<…>"));
        check("vpc-xxxxxxxx", Some("vpc-xxxxxxxx"));
        check("XXX", Some("XXX"));
        check("TODO: ask", Some("TODO"));
        check("sk_TKTK", Some("sk_TKTK"));
    }

    #[test]
    fn other_words_are_not_placeholders() {
        for text in [
            "todo",
            "todo-app",
            "a < b and c > d",
            "<b>bold</b>",
            "exchange",
            "xx",
            "x-large",
            "maxxx1",
            "",
            "i<-1",
            "<3",
            "replacement",
            "unchanged",
            "SELECT 1 WHERE a<5 AND b>3",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_placeholder_is_refused_wherever_it_is_written() {
        let rows = [
            ("[defaults]\nvars.a = \"changeme\"", "placeholder \"changeme\""),
            ("[profiles.p.services.s]\nvalues.a = [\"<x>\"]", "placeholder \"<x>\""),
            ("[environments.dev.services.s]\nvalues.a = \"TODO\"", "placeholder \"TODO\""),
        ];
        for (text, expected) in rows {
            assert_eq!(found(text), [expected], "{text}");
        }
    }
}

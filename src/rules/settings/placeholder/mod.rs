//! Values that were to be filled in later and were not.
//!
//! Judges strings as they are written, and what templates say around their tags.

use std::ops::Range;

use super::Settings;
use super::layers;
use super::pack_texts;
use super::strings;
use crate::model::code::Code;
use crate::model::span::Span;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::Placeholder,
    summary: "no value and no text of a pack is a placeholder, such as `changeme`, `<account>`, `YOUR_ID` or `TODO`",
    waivable_at: Some("the path of the value, or of a file of the pack"),
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
    for text in pack_texts::of(settings).iter().filter(|text| !text.name.ends_with(".md")) {
        let content = settings.sources.text(text.file);
        for range in in_template(content) {
            let place = Span { file: text.file, start: range.start as u32, end: range.end as u32 };
            let problem = findings.problem(format!("`{}` is a placeholder", &content[range]));
            let problem = text.target(problem.at(place));
            findings.report(problem, "write the real value or a setting", &[text.name]);
        }
    }
}

/// The placeholders in a template, outside its tags and its comments. A page for people may ask them to fill something in, so
/// it is not judged.
fn in_template(text: &str) -> Vec<Range<usize>> {
    let text = without_tags(text);
    let start = text.as_ptr() as usize;
    let range = |found: &str| {
        let at = found.as_ptr() as usize - start;
        at..at + found.len()
    };
    text.lines().filter_map(|line| in_line(without_comment(line))).map(range).collect()
}

/// A template with blanks in place of each byte of a tag.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, end)) = next_tag(rest) {
        out.push_str(&rest[..at]);
        let length = rest[at..].find(end).map_or(rest.len() - at, |length| length + end.len());
        out.extend(rest[at..at + length].bytes().map(|it| if it == b'\n' { '\n' } else { ' ' }));
        rest = &rest[at + length..];
    }
    out + rest
}

/// The place of the first tag, and what ends it.
fn next_tag(text: &str) -> Option<(usize, &'static str)> {
    // One search for all kinds: that for a kind which does not follow would read the whole rest each time.
    text.match_indices('{').find_map(|(at, _)| match text.as_bytes().get(at + 1)? {
        b'{' => Some((at, "}}")),
        b'%' => Some((at, "%}")),
        b'#' => Some((at, "#}")),
        _ => None,
    })
}

fn without_comment(line: &str) -> &str {
    let is_outside = |at: usize| line[..at].matches('"').count().is_multiple_of(2);
    let begins = |at: usize| at == 0 || line[..at].ends_with([' ', '\t']);
    let marks = ["#", "//"].into_iter().flat_map(|mark| line.match_indices(mark));
    let first = marks.map(|(at, _)| at).filter(|at| begins(*at) && is_outside(*at)).min();
    &line[..first.unwrap_or(line.len())]
}

/// The placeholder in a line of a template: any inside quotes, elsewhere only those that are no word of a language.
fn in_line(line: &str) -> Option<&str> {
    let mut parts = line.split(['"', '\'']).enumerate();
    parts.find_map(|(index, part)| match index % 2 {
        1 if line.contains("mktemp") => None,
        1 => placeholder(part),
        _ => {
            let value = part.split_once([':', '=']).map_or("", |(_, value)| value.trim());
            let is_bracketed = value.starts_with('<') && value.ends_with('>');
            let bracketed = if is_bracketed { bracketed(value) } else { None };
            bracketed.or_else(|| words(part).find(|word| is_known(word)))
        }
    })
}

/// Placeholders in any case and with or without separators.
const WORDS: [&str; 15] = [
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "replacewith",
    "fillme",
    "fillmein",
    "fillthisin",
    "setme",
    "editme",
    "updateme",
    "fixme",
    "tobedone",
    "tobedetermined",
];
/// Placeholders in capitals only: `todo` is also the name of an application.
const CAPITALS: [&str; 4] = ["TODO", "TBD", "TKTK", "FIXME"];
/// First words in capitals that something to be filled in follows.
const IMPERATIVES: [&str; 3] = ["INSERT", "ENTER", "FILL"];

/// The part of a text that is a placeholder.
fn placeholder(text: &str) -> Option<&str> {
    bracketed(text).or_else(|| words(text).find(|word| is_placeholder(word)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    words.map(|word| word.trim_matches('-'))
}

fn is_placeholder(word: &str) -> bool {
    is_known(word)
        || word.split(['_', '-']).any(|part| {
            let is_x = part.len() >= 3 && part.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
            is_x || CAPITALS.contains(&part)
        })
}

/// Returns true for what is a placeholder wherever it is written.
fn is_known(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['_', '-']).filter(|part| !part.is_empty()).collect();
    let mut begun = String::new();
    let is_word = parts.iter().any(|part| {
        begun.push_str(&part.to_ascii_lowercase());
        WORDS.contains(&begun.trim_end_matches(|c: char| c.is_ascii_digit()))
    });
    let is_begun = parts.len() > 1
        && (parts[0].eq_ignore_ascii_case("your") || IMPERATIVES.contains(&parts[0]));
    let is_yours = parts.iter().rev().skip(1).any(|part| *part == "YOUR");
    let is_named = parts.contains(&"PLACEHOLDER") || word.eq_ignore_ascii_case("placeholder");
    // `__ACCOUNT_ID__`
    let inner = word.strip_prefix("__").and_then(|word| word.strip_suffix("__"));
    let is_marked = inner.is_some_and(|it| {
        let is_capital = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b'0'..=b'9' | b'_');
        !it.is_empty() && it.bytes().all(is_capital)
    });
    is_word || is_begun || is_yours || is_named || is_marked
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
        for text in [
            "PLACEHOLDER_ACCOUNT_ID",
            "PLACEHOLDER",
            "placeholder",
            "YOUR_ACCOUNT_ID",
            "your-account-id",
            "YOUR-DOMAIN",
            "INSERT_TOKEN_HERE",
            "ENTER_VALUE",
            "__ACCOUNT_ID__",
            "CHANGE_THIS",
            "changeit",
            "REPLACE_WITH_ARN",
            "setme",
            "update_me",
        ] {
            check(text, Some(text));
        }
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
            "yours",
            "your",
            "placeholder-images",
            "__name__",
            "INSERT",
            "enter-prise",
            "YOURSELF",
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

    #[track_caller]
    fn check_template(text: &str, expected: &[&str]) {
        let found = in_template(text).into_iter().map(|range| &text[range]);
        assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_placeholder_in_a_template_is_found_outside_its_tags_and_comments() {
        check_template("bucket = \"REPLACE_ME\"", &["REPLACE_ME"]);
        check_template("bucket: REPLACE_ME\n", &["REPLACE_ME"]);
        check_template("a = \"{{ service.a }}-YOUR_BUCKET\" # {{ b }}", &["YOUR_BUCKET"]);
        check_template("arn: arn:aws:iam::PLACEHOLDER_ACCOUNT:role/x", &["PLACEHOLDER_ACCOUNT"]);
        check_template("role = \"arn:aws:iam::<account>:role/x\"", &["<account>"]);
        check_template("account: <account id>", &["<account id>"]);
        check_template("vpc = \"vpc-xxxxxxxx\"\nb = 'TODO'", &["vpc-xxxxxxxx", "TODO"]);
        for text in [
            "# TODO: ask, then changeme",
            "// REPLACE_ME",
            "a = 1 # REPLACE_ME",
            "{# changeme #}a",
            "{{ service.changeme }}{% if service.your_id %}",
            "dir=$(mktemp -d \"/tmp/a.XXXXXX\")",
            "map<string>",
            "todo: 1",
            "cat <<EOT > file",
            "for (( i=0; i<n; i++ )); do x>y",
            "XXX",
        ] {
            check_template(text, &[]);
        }
    }
}

//! Strings that Kubernetes, Helm or AWS accept: quantities, schedules and names; and the names of
//! environments.
//!
//! The `format` and `names` of a pack's schema say which settings these are.

mod resources;

use super::Settings;
use super::schema_annotations::{self, Annotated, AnnotationKind, ENVIRONMENT};
use super::strings;
use crate::base::english;
use crate::ecosystem::{cron, quantity};
use crate::model::code::Code;
use crate::model::name::Name;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::WrongFormat,
    summary: "schedules and quantities are valid in Kubernetes, names have a valid length, and an environment that is named exists",
    waivable_at: Some("the path of the value"),
    checks: &[RuleCheck::Settings(check), RuleCheck::Settings(resources::check)],
};

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let is_wanted = |kind: &AnnotationKind| {
        matches!(kind, AnnotationKind::Format(_) | AnnotationKind::Names(_))
    };
    schema_annotations::each(settings, is_wanted, |annotated| {
        let Some(text) = annotated.node.str() else { return };
        let checked = match annotated.kind {
            AnnotationKind::Format(format) => of_format(format, annotated, text),
            AnnotationKind::Names(named) => check_named(settings, named, text),
            AnnotationKind::Ascending(..) => Ok(()),
        };
        if let Err(message) = checked {
            report(annotated, message, findings);
        }
    });
}

fn of_format(format: &str, annotated: &Annotated<'_>, text: &str) -> Result<(), String> {
    let name = annotated.keys.last().copied().unwrap_or_default();
    let checked = match format {
        "quantity" => check_quantity(name, text),
        _ => check_format(format, text),
    };
    checked.map_err(|why| format!("`{text}` is not a {}: {why}", noun(format)))
}

/// Checks the name of something.
fn check_named(settings: &Settings<'_>, named: &str, text: &str) -> Result<(), String> {
    if named != ENVIRONMENT {
        return Err(format!("`names` in the schema may be `{ENVIRONMENT}`, and is `{named}`"));
    }
    let names: Vec<&str> = settings.config.environments.keys().map(Name::as_str).collect();
    if names.contains(&text) {
        return Ok(());
    }
    let meant = match english::nearest(text, names.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => english::there_are(&names),
    };
    Err(format!("`{text}` is not the name of an environment: {meant}"))
}

fn report(annotated: &Annotated<'_>, message: String, findings: &mut Findings<'_>) {
    let origin = annotated.node.deciding_origin();
    let mut problem = findings.problem(message).at(origin.value);
    let named = annotated.node.referenced_origin.as_ref();
    if let Some(named) = named.filter(|named| named.value != origin.value) {
        problem = problem.label(named.value, "with this in it");
    }
    let problem = annotated.add_to(problem.in_table(origin));
    let path = strings::below(&annotated.above(), annotated.keys);
    findings.report_values(problem, "give another", &[&path], &[annotated.node]);
}

/// The resources of which Kubernetes counts bytes.
const BYTES: [&str; 3] = ["memory", "ephemeral-storage", "storage"];

/// Checks the amount of a resource.
pub(super) fn check_quantity(name: &str, text: &str) -> Result<(), String> {
    check_format("quantity", text)?;
    match BYTES.contains(&name) && quantity::is_in_parts(text) {
        true => Err("it is a part of a byte; write `Mi` for 1024 × 1024 bytes".to_owned()),
        false => Ok(()),
    }
}

fn noun(format: &str) -> &'static str {
    match format {
        "schedule" => "schedule",
        "quantity" => "quantity",
        _ => {
            NAMES.iter().find(|(known, ..)| *known == format).map_or("value", |(_, noun, ..)| noun)
        }
    }
}

fn check_format(format: &str, text: &str) -> Result<(), String> {
    match format {
        "schedule" => cron::check(text),
        "quantity" => match quantity::parse(text) {
            Some(_) => Ok(()),
            None => Err("write a number and a suffix, such as `500m` or `1Gi`".to_owned()),
        },
        _ => match NAMES.iter().find(|(known, ..)| *known == format) {
            Some((_, _, limits, beside)) => check_name(text, *limits, beside),
            // A format of JSON Schema itself, such as `date-time`.
            None => Ok(()),
        },
    }
}

/// A format of names: what it is called, the fewest and most characters, and the characters that are
/// allowed beside lower-case letters and digits. `A` means upper-case letters.
type NameFormat = (&'static str, &'static str, (usize, usize), &'static str);

const NAMES: [NameFormat; 6] = [
    ("kubernetes-label", "label of Kubernetes", (1, 63), "-"),
    ("kubernetes-name", "name of Kubernetes", (1, 253), "-."),
    ("cronjob-name", "name of a CronJob", (1, 52), "-."),
    ("helm-release", "name of a Helm release", (1, 53), "-."),
    ("iam-role", "name of an IAM role", (1, 64), "A+=,.@_-"),
    ("s3-bucket", "name of an S3 bucket", (3, 63), "-."),
];

fn check_name(text: &str, (fewest, most): (usize, usize), beside: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length < fewest || length > most {
        return Err(format!("it has {length} characters, and may have {fewest} to {most}"));
    }
    let upper = beside.contains('A');
    let is_letter =
        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || (upper && c.is_ascii_uppercase());
    if let Some(other) =
        text.chars().find(|c| !is_letter(*c) && (*c == 'A' || !beside.contains(*c)))
    {
        return Err(format!("`{}` is not allowed in it", other.escape_debug()));
    }
    // Names of hosts and similar names begin and end with a letter or a digit, part by part.
    if !upper
        && text.split('.').any(|part| !part.starts_with(is_letter) || !part.ends_with(is_letter))
    {
        return Err(
            "it begins and ends with a letter or a digit, before and after each dot too".to_owned()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::tests::{ANNOTATED, check_annotated as check, found_with};

    #[test]
    fn strings_have_their_format() {
        check("schedule = \"*/5 * * * *\"", &[]);
        check("schedule = \"*/5 * * *\"", &["wrong-format \"*/5 * * *\""]);
        check("jobs = [{ schedule = \"@never\" }]", &["wrong-format \"@never\""]);
        check("limits = { memory = \"1GB\" }", &["wrong-format \"1GB\""]);
        check("limits = { memory = \"500m\" }", &["wrong-format \"500m\""]);
        check("limits = { cpu = \"500m\" }", &[]);
        let fact = found_with("[profiles.p]\nbucket = \"Logs\"", "", ANNOTATED);
        assert_eq!(fact, ["wrong-format \"Logs\""]);
    }

    #[test]
    fn names_have_the_length_and_the_characters_that_are_allowed() {
        #[track_caller]
        fn check(format: &str, text: &str, expected: bool) {
            assert_eq!(check_format(format, text).is_ok(), expected, "{format} {text}");
        }
        check("kubernetes-label", &"a".repeat(63), true);
        check("kubernetes-label", &"a".repeat(64), false);
        check("kubernetes-label", "a.b", false);
        check("kubernetes-name", "a.b-c", true);
        check("kubernetes-name", "a..b", false);
        check("kubernetes-name", "-a", false);
        check("cronjob-name", &"a".repeat(53), false);
        check("helm-release", &"a".repeat(53), true);
        check("helm-release", &"a".repeat(54), false);
        check("iam-role", "Deploy_1@x,y=z+w", true);
        check("iam-role", "a/b", false);
        check("iam-role", &"a".repeat(65), false);
        check("s3-bucket", "ab", false);
        check("s3-bucket", "logs-111111111111", true);
        check("s3-bucket", "Logs", false);
        check("date-time", "anything", true);
    }
}

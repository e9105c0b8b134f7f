//! A minimum is not above its maximum, a request not above its limit; quantities, schedules and
//! names are what Kubernetes and AWS take for one.
//!
//! Which settings these are is told by the pack's schema. What is below `values` is the chart's.

use crate::model::code::Code;
use std::cmp::Ordering;
use std::sync::Arc;

use super::texts;
use super::told::{self, Told, What};
use super::waivers::{Waivers, or_waive};
use crate::ecosystem::quantity::Quantity;
use crate::ecosystem::{cron, quantity};
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{Key, Path};
use crate::model::name::Name;
use crate::model::reference::Scope;
use crate::model::tree::{Node, Value};
use crate::pack::Pack;
use crate::resolve::Resolved;

pub const SCALING: Code = Code::Scaling;
pub const FORMAT: Code = Code::WrongFormat;

pub fn check(resolved: &Resolved, waivers: &Waivers, problems: &mut Problems) {
    let mut known: Vec<(&Arc<Pack>, [Vec<Told>; 2])> = Vec::new();
    for service in &resolved.services {
        for deployment in &service.deployments {
            let pack = &deployment.pack;
            if !known.iter().any(|(known, _)| Arc::ptr_eq(known, pack)) {
                known.push((pack, [Scope::Env, Scope::Service].map(|scope| told::by(pack, scope))));
            }
            let told = known.iter().find(|(known, _)| Arc::ptr_eq(known, pack));
            let [facts, settings] = told.map(|(_, told)| told).expect("it was added above");
            let environment = &resolved.environments[deployment.environment];
            let judge = Judge { waivers, service: None, environment: &environment.name };
            judge.all(facts, &environment.facts, problems);
            let judge = Judge { service: Some(&service.name), ..judge };
            judge.all(settings, &deployment.settings, problems);
        }
    }
}

struct Judge<'a> {
    waivers: &'a Waivers,
    service: Option<&'a Name>,
    environment: &'a Name,
}

impl Judge<'_> {
    fn all(&self, told: &[Told], root: &Node, problems: &mut Problems) {
        told::each(told, root, &mut |what, path, node| match what {
            What::Format(format) => self.format(format, path, node, problems),
            What::Ascending(low, high) => self.ascending(path, node, [low, high], problems),
        });
    }

    /// What stands before a path in a waiver.
    fn above(&self) -> String {
        match self.service {
            Some(service) => format!("environments.{}.services.{service}", self.environment),
            None => format!("environments.{}", self.environment),
        }
    }

    fn format(&self, format: &str, path: &[&str], node: &Node, problems: &mut Problems) {
        let Some(text) = node.str() else { return };
        let Err(why) = check_format(format, text) else { return };
        let at = texts::below(&self.above(), path);
        if self.waivers.cover(FORMAT, &at) {
            return;
        }
        let message = format!("`{text}` is no {}: {why}", noun(format));
        let origin = node.deciding_origin();
        let mut problem = Problem::error(FORMAT, message).at(origin.value);
        if let Some(named) =
            node.referenced_origin.as_ref().filter(|named| named.value != origin.value)
        {
            problem = problem.label(named.value, "with this in it");
        }
        let problem = problem.note(format!("in {}", origin.table()));
        let problem = problem.help(or_waive("give another", FORMAT, &at));
        problems.push(problem.for_target(self.service, Some(self.environment)));
    }

    fn ascending(
        &self,
        path: &[&str],
        node: &Node,
        [low, high]: [&Key; 2],
        problems: &mut Problems,
    ) {
        let (Some(lower), Some(upper)) = (node.get(low), node.get(high)) else { return };
        for (inner, lower, upper) in above(lower, upper) {
            let [low, high] = [low, high].map(|key| {
                [key].into_iter().chain(&inner).fold(Path::of(path), |path, key| path.join(key))
            });
            let at = format!("{}.{low}", self.above());
            if self.waivers.cover(SCALING, &at) {
                continue;
            }
            let shown = |node: &Node| node.to_json().to_string().replace('"', "");
            let message = format!(
                "`{low}` is {}, more than `{high}`, which is {}",
                shown(lower),
                shown(upper)
            );
            let (lower, upper) = (lower.deciding_origin(), upper.deciding_origin());
            let problem = Problem::error(SCALING, message).at(lower.value);
            let problem = problem.label(upper.value, "what it may not exceed");
            let problem = problem.note(format!("in {}", lower.table()));
            let problem = problem.help(or_waive("lower the one or raise the other", SCALING, &at));
            problems.push(problem.for_target(self.service, Some(self.environment)));
        }
    }
}

/// A value that is above the one it may not exceed, and the keys that lead to both.
type Above<'a> = (Vec<Key>, &'a Node, &'a Node);

/// Tables are compared key by key.
pub fn above<'a>(low: &'a Node, high: &'a Node) -> Vec<Above<'a>> {
    if let (Value::Table(lows), Value::Table(highs)) = (&low.value, &high.value) {
        let both = lows.iter().filter_map(|(key, low)| Some((key, low, highs.get(key)?)));
        let found = both.flat_map(|(key, low, high)| {
            above(low, high).into_iter().map(move |(mut path, low, high)| {
                path.insert(0, Key::clone(key));
                (path, low, high)
            })
        });
        return found.collect();
    }
    let amount = |node: &Node| match &node.value {
        Value::Integer(number) => Some(Quantity::from(*number)),
        Value::Float(number) => quantity::parse(&number.to_string()),
        Value::String(text) => quantity::parse(text),
        _ => None,
    };
    match amount(low).zip(amount(high)).map(|(low, high)| low.cmp(&high)) {
        Some(Ordering::Greater) => vec![(Vec::new(), low, high)],
        _ => Vec::new(),
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
            // JSON Schema has formats of its own, which are not ours to judge.
            None => Ok(()),
        },
    }
}

/// A format of names: what it is called, the fewest and most characters, and which of them may stand
/// beside lower-case letters and digits. `A` stands for upper-case letters.
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
        return Err(format!("`{}` may not stand in it", other.escape_debug()));
    }
    // Names of hosts and what is like them begin and end with a letter or a digit, part by part.
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
    use crate::rules::settings::tests::found_with;

    const SCHEMA: &str = r##"{
        "properties": {
            "env": { "properties": { "account_id": {}, "bucket": { "format": "s3-bucket" } } },
            "service": { "properties": {
                "hostname": {},
                "schedule": { "format": "schedule" },
                "size": { "$ref": "#/$defs/range" },
                "sizes": { "additionalProperties": { "$ref": "#/$defs/range" } },
                "jobs": { "items": { "properties": { "schedule": { "format": "schedule" } } } },
                "requests": { "$ref": "#/$defs/amounts" },
                "limits": { "$ref": "#/$defs/amounts" }
            }, "ascending": [["requests", "limits"]] }
        },
        "$defs": {
            "range": { "properties": { "min": {}, "max": {} }, "ascending": [["min", "max"]] },
            "amounts": { "properties": { "cpu": { "format": "quantity" }, "memory": { "format": "quantity" } } }
        }
    }"##;

    #[track_caller]
    fn check(settings: &str, expected: &[&str]) {
        let found = found_with(&format!("[services.s]\n{settings}"), "", SCHEMA);
        assert_eq!(found, expected, "{settings}");
    }

    #[test]
    fn a_minimum_is_not_above_its_maximum() {
        check("size = { min = 2, max = 2 }", &[]);
        check("size = { min = 3, max = 2 }", &["scaling 3"]);
        check("size = { min = 3 }", &[]);
        check("sizes = { a = { min = 1, max = 2 }, b = { min = 5, max = 4 } }", &["scaling 5"]);
        check("limits = { cpu = \"1\" }\nrequests = { cpu = \"1500m\" }", &["scaling \"1500m\""]);
        check("limits = { memory = \"1Gi\" }\nrequests = { memory = \"1G\" }", &[]);
        check(
            "limits = { memory = \"1G\" }\nrequests = { memory = \"1Gi\" }",
            &["scaling \"1Gi\""],
        );
        check("limits = { cpu = 1 }\nrequests = { cpu = \"1500m\" }", &["scaling \"1500m\""]);
    }

    #[test]
    fn strings_are_what_their_format_says() {
        check("schedule = \"*/5 * * * *\"", &[]);
        check("schedule = \"*/5 * * *\"", &["wrong-format \"*/5 * * *\""]);
        check("jobs = [{ schedule = \"@never\" }]", &["wrong-format \"@never\""]);
        check("limits = { memory = \"1GB\" }", &["wrong-format \"1GB\""]);
        let fact = found_with("[profiles.p]\nbucket = \"Logs\"", "", SCHEMA);
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

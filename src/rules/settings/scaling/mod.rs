//! A minimum does not exceed its maximum, and a request does not exceed its limit.
//!
//! `ascending` in a pack's schema pairs the settings. Below a chart's values, `requests` and `limits`
//! are compared, and the chart's defaults fill in the one that is not given.

mod chart_defaults;

use std::cmp::Ordering;

use super::Settings;
use super::schema_annotations::{self, Annotated, AnnotationKind};
use crate::ecosystem::quantity::{self, Quantity};
use crate::model::code::Code;
use crate::model::key_path::{Key, Path};
use crate::model::tree::{Node, Value};
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::Scaling,
    summary: "minimum ≤ maximum and requests ≤ limits, the chart's defaults included",
    waivable_at: Some("the path of the lower value"),
    checks: &[RuleCheck::Settings(check), RuleCheck::Settings(chart_defaults::check)],
};

const MEND: &str = "lower the one or raise the other";

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let is_pair = |kind: &AnnotationKind| matches!(kind, AnnotationKind::Ascending(..));
    schema_annotations::each(settings, is_pair, |annotated| judge(annotated, findings));
}

fn judge(annotated: &Annotated<'_>, findings: &mut Findings<'_>) {
    let AnnotationKind::Ascending(low, high) = annotated.kind else { return };
    let Some((lower, upper)) = annotated.node.get(low).zip(annotated.node.get(high)) else {
        return;
    };
    for (inner, lower, upper) in above(lower, upper) {
        let [low, high] = [low, high].map(|key| {
            let keys = [key].into_iter().chain(&inner);
            keys.fold(Path::of(annotated.keys), |path, key| path.join(key))
        });
        let shown = |node: &Node| node.to_json().to_string().replace('"', "");
        let message =
            format!("`{low}` is {}, more than `{high}`, which is {}", shown(lower), shown(upper));
        let (below, above) = (lower.deciding_origin(), upper.deciding_origin());
        let problem = findings.problem(message).at(below.value);
        let problem = problem.label(above.value, "what it may not exceed");
        let problem = annotated.add_to(problem.in_table(below));
        let path = format!("{}.{low}", annotated.above());
        findings.report_values(problem, MEND, &[&path], &[lower]);
    }
}

/// A value that exceeds another, that other, and the keys that lead to both.
type Above<'a> = (Vec<Key>, &'a Node, &'a Node);

/// The values that exceed others; tables are compared key by key.
fn above<'a>(low: &'a Node, high: &'a Node) -> Vec<Above<'a>> {
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

#[cfg(test)]
mod tests {
    use crate::rules::tests::check_annotated as check;

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
}

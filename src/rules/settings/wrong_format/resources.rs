//! The requests and limits in the values of charts: Kubernetes names them, so they mean the same in any
//! chart.

use crate::model::tree::Node;
use crate::rules::Findings;
use crate::rules::settings::charts::{self, ChartValues};
use crate::rules::settings::{Settings, strings};

pub(super) fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    for values in charts::values(settings) {
        let mut keys: Vec<&str> = values.path.0.iter().map(|key| &**key).collect();
        walk(&values, values.values, &mut keys, findings);
    }
}

fn walk<'n>(
    of: &ChartValues<'_>,
    node: &'n Node,
    keys: &mut Vec<&'n str>,
    findings: &mut Findings<'_>,
) {
    let is_bounds = matches!(keys.last(), Some(&("requests" | "limits")));
    for (key, inner) in node.table().into_iter().flatten() {
        keys.push(key);
        match (inner.str(), is_bounds) {
            (Some(text), true) if matches!(&**key, "cpu" | "memory" | "ephemeral-storage") => {
                amount(of, inner, text, keys, findings);
            }
            _ => walk(of, inner, keys, findings),
        }
        keys.pop();
    }
}

fn amount(
    of: &ChartValues<'_>,
    node: &Node,
    text: &str,
    keys: &[&str],
    findings: &mut Findings<'_>,
) {
    let name = keys.last().copied().unwrap_or_default();
    // A chart may fill in text of its own.
    let checked = match text.contains("{{") {
        true => Ok(()),
        false => super::check_quantity(name, text),
    };
    let Err(why) = checked else { return };
    let origin = node.deciding_origin();
    let problem = findings.problem(format!("`{text}` is not a quantity of {name}: {why}"));
    let problem = of.of.add_to(problem.at(origin.value).in_table(origin));
    let path = strings::below(&of.of.path(), keys);
    findings.report_values(problem, "give another", &[&path], &[node]);
}

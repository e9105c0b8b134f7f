//! Requests and limits in the values of a chart, with the chart's defaults.
//!
//! Kubernetes names them, so they mean the same in any chart.

use std::sync::Arc;

use serde_json::Value as Json;

use super::MEND;
use crate::ecosystem::quantity;
use crate::model::key_path::Path;
use crate::model::tree::{Node, Value};
use crate::rules::Findings;
use crate::rules::settings::Settings;
use crate::rules::settings::charts::{self, ChartValues};

pub(crate) fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    for values in charts::values(settings) {
        let mut keys: Vec<&str> = values.path.0.iter().map(|key| &**key).collect();
        resources(&values, values.values, &values.chart.defaults, &mut keys, findings);
    }
}

/// Compares the requests and limits of a table and of those below it.
fn resources<'n>(
    of: &ChartValues<'_>,
    node: &'n Node,
    defaults: &Json,
    keys: &mut Vec<&'n str>,
    findings: &mut Findings<'_>,
) {
    let Value::Table(table) = &node.value else { return };
    let given = ["requests", "limits"].map(|word| node.get(word));
    if given.iter().any(Option::is_some) {
        for name in ["cpu", "memory", "ephemeral-storage"] {
            let request = Bound::of("requests", node, defaults, name);
            let limit = Bound::of("limits", node, defaults, name);
            if let Some((request, limit)) = request.zip(limit) {
                compare(of, name, &request, &limit, keys, findings);
            }
        }
    }
    for (key, inner) in table.iter().filter(|(_, inner)| inner.table().is_some()) {
        keys.push(key);
        resources(of, inner, defaults.get(&**key).unwrap_or(&Json::Null), keys, findings);
        keys.pop();
    }
}

/// A request or a limit.
struct Bound<'a> {
    text: String,
    /// The setting that gives it; `None` for the chart's default.
    given: Option<&'a Node>,
}

impl<'a> Bound<'a> {
    fn of(word: &str, table: &'a Node, defaults: &Json, name: &str) -> Option<Bound<'a>> {
        let given = table.get(word).and_then(|bounds| bounds.get(name)).map(Arc::as_ref);
        let value = match given {
            Some(node) => node.to_json(),
            None => defaults.get(word)?.get(name)?.clone(),
        };
        let text = match value {
            Json::String(text) => text,
            Json::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(Bound { text, given })
    }
}

fn compare(
    of: &ChartValues<'_>,
    name: &str,
    request: &Bound<'_>,
    limit: &Bound<'_>,
    keys: &[&str],
    findings: &mut Findings<'_>,
) {
    // Defaults of the chart alone are the chart's to get right.
    let Some(given) = request.given.or(limit.given) else { return };
    let amounts = quantity::parse(&request.text).zip(quantity::parse(&limit.text));
    if amounts.is_none_or(|(request, limit)| request <= limit) {
        return;
    }
    let path = Path::of(keys);
    let message = format!(
        "`{path}.requests.{name}` is {}, more than `{path}.limits.{name}`, which is {}",
        request.text, limit.text
    );
    let problem = findings.problem(message).at(given.deciding_origin().value);
    let default = format!("the default of {}/values.yaml", of.chart.path);
    let problem = match (request.given, limit.given) {
        (Some(_), Some(limit)) => {
            problem.label(limit.deciding_origin().value, "what it may not exceed")
        }
        (Some(_), None) => problem.note(format!("the limit is {default}")),
        (None, _) => problem.note(format!("the request is {default}")),
    };
    let word = if request.given.is_some() { "requests" } else { "limits" };
    let waivable_at = format!("{}.{path}.{word}.{name}", of.of.path());
    findings.report_values(of.of.add_to(problem), MEND, &[&waivable_at], &[given]);
}

//! Layers put one over the other: `unset` first, then `null`, then the layer's keys.
//!
//! Knows no meaning of any key.

use crate::model::code::Code;
use std::sync::Arc;

use crate::config::LayerSource;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::Path;
use crate::model::span::Span;
use crate::model::tree::{self, Node, Origin, Value};

/// Layers over nothing, the lowest first.
pub(crate) fn stack<'a>(
    layers: impl IntoIterator<Item = &'a LayerSource>,
    problems: &mut Problems,
) -> Arc<Node> {
    let mut layers = layers.into_iter();
    let lowest = layers.next().expect("there is always a lowest layer");
    let nothing = Arc::new(lowest.table.emptied());
    stack_over(&nothing, [lowest].into_iter().chain(layers), problems)
}

/// Layers over what is there, the lowest first.
pub(crate) fn stack_over<'a>(
    base: &Arc<Node>,
    layers: impl IntoIterator<Item = &'a LayerSource>,
    problems: &mut Problems,
) -> Arc<Node> {
    layers.into_iter().fold(Arc::clone(base), |below, layer| apply(&below, layer, problems))
}

fn apply(below: &Arc<Node>, layer: &LayerSource, problems: &mut Problems) -> Arc<Node> {
    let mut below = Arc::clone(below);
    for (path, place) in &layer.unset {
        match tree::without(&below, &path.0) {
            Some(rest) => below = rest,
            None => {
                let message = format!("`unset` has no effect: no lower layer sets `{path}`");
                let help = "remove the entry, or correct the path";
                problems.push(Problem::error(Code::UnsetNothing, message).at(*place).help(help));
            }
        }
    }
    for (path, place) in &layer.null {
        if let Some(problem) = not_below_tables(path, *place, &[&below, &layer.table]) {
            problems.push(problem);
            continue;
        }
        let origin = Origin { key: *place, value: *place, ..Origin::clone(&layer.table.origin) };
        let null = tree::nested(&path.0, Arc::new(Node::new(Value::Null, origin)));
        below = tree::merge(&below, &null);
    }
    tree::merge(&below, &layer.table)
}

/// A null below a list or a scalar: a table would replace it without a word.
fn not_below_tables(path: &Path, place: Span, tables: &[&Arc<Node>]) -> Option<Problem> {
    let above = (1..path.0.len()).map(|length| Path(path.0[..length].to_vec()));
    let found = above.flat_map(|above| tables.iter().map(move |table| (above.clone(), table)));
    found.into_iter().find_map(|(above, table)| {
        let node = table.at(&above)?;
        let is_scalar = !matches!(node.value, Value::Table(_) | Value::Null);
        is_scalar.then(|| {
            let kind = node.value.kind();
            let message = format!("`{path}` cannot be null: `{above}` is {kind}");
            let problem = Problem::error(Code::MisplacedNull, message).at(place);
            let problem = problem.label(node.origin.value, "it has no keys");
            problem.help(format!("unset `{above}` first, or correct the path"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::key_path::Path;
    use crate::model::tree::tests::tree;

    fn layer(text: &str, unset: &[&str], null: &[&str]) -> LayerSource {
        let table = tree(text);
        let paths = |texts: &[&str]| {
            texts.iter().map(|text| (Path::parse(text).unwrap(), table.origin.key)).collect()
        };
        LayerSource { unset: paths(unset), null: paths(null), table: Arc::clone(&table) }
    }

    #[track_caller]
    fn check(layers: &[LayerSource], expected: serde_json::Value, problems_expected: usize) {
        let mut problems = Problems::default();
        assert_eq!(stack(layers, &mut problems).to_json(), expected);
        assert_eq!(problems.len(), problems_expected);
    }

    #[test]
    fn a_layer_unsets_then_nulls_then_gives() {
        use serde_json::json;
        let base = || layer("a = { x = 1, y = 2 }\nvalues.k = 1", &[], &[]);
        check(
            &[base(), layer("", &["a.x"], &[])],
            json!({ "a": { "y": 2 }, "values": { "k": 1 } }),
            0,
        );
        check(
            &[base(), layer("a = { z = 3 }", &["a"], &[])],
            json!({ "a": { "z": 3 }, "values": { "k": 1 } }),
            0,
        );
        check(
            &[base(), layer("", &[], &["values.k"])],
            json!({ "a": { "x": 1, "y": 2 }, "values": { "k": null } }),
            0,
        );
        check(
            &[base(), layer("values.k = 2", &[], &["values.k"])],
            json!({ "a": { "x": 1, "y": 2 }, "values": { "k": 2 } }),
            0,
        );
        check(
            &[base(), layer("", &["values.k"], &["values.k.l"])],
            json!({ "a": { "x": 1, "y": 2 }, "values": { "k": { "l": null } } }),
            0,
        );
        check(
            &[base(), layer("", &["a.x.y"], &[])],
            json!({ "a": { "x": 1, "y": 2 }, "values": { "k": 1 } }),
            1,
        );
        check(&[layer("", &["a"], &[])], json!({}), 1);
    }

    #[test]
    fn a_null_below_a_list_or_a_scalar_is_refused() {
        for (lower, own, null, expected) in [
            ("values.k = 1", "", "values.k.l", 1),
            ("values.k = 'x'", "", "values.k.l", 1),
            ("values.k = true", "", "values.k.l.m", 1),
            ("values.k = 1.5", "", "values.k.l", 1),
            ("values.k = [1]", "", "values.k.0", 1),
            ("values.k = [{ l = 1 }]", "", "values.k.0.l", 1),
            ("values.k = []", "", "values.k.l", 1),
            ("values.k = '{{ service.x }}'", "", "values.k.l", 1),
            ("", "values.k = 2", "values.k.l", 1),
            ("values = 1", "", "values.k", 1),
            ("values.k.l = 1", "", "values.k.l", 0),
            ("values.k = {}", "", "values.k.l", 0),
            ("values.k = 1", "", "values.k", 0),
            ("", "values.k = { m = 2 }", "values.k.l", 0),
            ("", "", "values.k.l.m", 0),
        ] {
            let mut problems = Problems::default();
            stack(&[layer(lower, &[], &[]), layer(own, &[], &[null])], &mut problems);
            assert_eq!(problems.len(), expected, "{lower} {own} {null}");
        }
        let twice = [layer("", &[], &["values.k"]), layer("", &[], &["values.k.l"])];
        check(&twice, serde_json::json!({ "values": { "k": { "l": null } } }), 0);
    }
}

//! Random layers, how they are written, and what they come to by the rules in the README: read a
//! second time, over plain JSON.

use serde_json::{Map, Value, json};

use crate::support::random::Random;

/// A layer below one key: what its head takes away and nulls, and its keys.
#[derive(Debug)]
pub(crate) struct Layer {
    pub unset: Vec<Vec<String>>,
    pub null: Vec<Vec<String>>,
    pub keys: Value,
}

impl Default for Layer {
    fn default() -> Layer {
        Layer { unset: Vec::new(), null: Vec::new(), keys: json!({}) }
    }
}

const KEYS: [&str; 5] = ["a", "b", "c.d", "e/f", "ü"];

impl Layer {
    pub(crate) fn random(random: &mut Random) -> Layer {
        let paths = |random: &mut Random| {
            let count = random.below(3).saturating_sub(1) + random.below(2);
            (0..count).map(|_| path(random)).collect()
        };
        let (unset, null) = (paths(random), paths(random));
        Layer { unset, null, keys: table(random, 3) }
    }

    /// As it stands in a table of `environments.toml`, below a key.
    pub(crate) fn written(&self, below: &str) -> String {
        let list = |name: &str, paths: &[Vec<String>]| {
            let dotted = |path: &Vec<String>| {
                let keys = path.iter().map(|key| format!(".{}", json!(key)));
                json!(format!("{below}{}", keys.collect::<String>())).to_string()
            };
            let paths: Vec<String> = paths.iter().map(dotted).collect();
            format!("{name} = [{}]\n", paths.join(", "))
        };
        let mut out = String::new();
        if !self.unset.is_empty() {
            out.push_str(&list("unset", &self.unset));
        }
        if !self.null.is_empty() {
            out.push_str(&list("null", &self.null));
        }
        out + &format!("{below} = {}\n", toml(&self.keys))
    }

    /// Puts the layer over what lower ones came to: `unset` first, then `null`, then its keys. The
    /// number of entries of `unset` that unset nothing, and of `null` that lead through a list or a
    /// scalar and have no effect.
    pub(crate) fn applied(&self, to: &mut Value) -> [usize; 2] {
        let nothing = self.unset.iter().filter(|path| !removed(to, path)).count();
        let mut misplaced = 0;
        for path in &self.null {
            if leads_through_a_scalar(path, to) || leads_through_a_scalar(path, &self.keys) {
                misplaced += 1;
                continue;
            }
            let nested = path.iter().rev().fold(Value::Null, |inner, key| json!({ key: inner }));
            merged(to, &nested);
        }
        merged(to, &self.keys);
        [nothing, misplaced]
    }
}

fn leads_through_a_scalar(path: &[String], table: &Value) -> bool {
    let mut above = (1..path.len()).filter_map(|length| {
        path[..length].iter().try_fold(table, |inner, key| inner.as_object()?.get(key))
    });
    above.any(|value| !value.is_object() && !value.is_null())
}

fn removed(from: &mut Value, path: &[String]) -> bool {
    let Some(table) = from.as_object_mut() else { return false };
    match path {
        [] => false,
        [last] => table.shift_remove(last).is_some(),
        [first, rest @ ..] => table.get_mut(first).is_some_and(|inner| removed(inner, rest)),
    }
}

/// Tables merge by key; everything else replaces.
fn merged(below: &mut Value, above: &Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                match below.get_mut(key) {
                    Some(known) => merged(known, value),
                    None => _ = below.insert(key.clone(), value.clone()),
                }
            }
        }
        (below, above) => *below = above.clone(),
    }
}

fn path(random: &mut Random) -> Vec<String> {
    (0..1 + random.below(3)).map(|_| (*random.pick(&KEYS)).to_owned()).collect()
}

fn table(random: &mut Random, depth: usize) -> Value {
    let mut table = Map::new();
    for _ in 0..random.below(4) {
        table.insert((*random.pick(&KEYS)).to_owned(), value(random, depth));
    }
    table.into()
}

fn value(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 5 } else { 9 }) {
        0 => json!(random.one_in(2)),
        1 => json!(random.below(100)),
        2 => json!(random.below(100) as f64 / 8.0),
        3 => json!(["x \"y\"", random.below(9)]),
        4 => json!(format!("s{}", random.below(9))),
        _ => table(random, depth - 1),
    }
}

/// What is a table, and what is not, in all layers alike: tables by key, all else null.
pub(crate) fn shape(random: &mut Random, depth: usize) -> Value {
    let key = |key: &&str| {
        let inner =
            if depth > 0 && random.one_in(2) { shape(random, depth - 1) } else { Value::Null };
        ((*key).to_owned(), inner)
    };
    KEYS.iter().map(key).collect::<Map<_, _>>().into()
}

/// A layer that agrees with a shape.
pub(crate) fn within(shape: &Value, random: &mut Random) -> Layer {
    Layer { keys: filled(shape, random), ..Layer::default() }
}

fn filled(shape: &Value, random: &mut Random) -> Value {
    let Some(table) = shape.as_object() else { return value(random, 0) };
    let mut out = Map::new();
    for (key, inner) in table {
        if !random.one_in(3) {
            out.insert(key.clone(), filled(inner, random));
        }
    }
    out.into()
}

/// JSON as TOML has it on one line.
fn toml(value: &Value) -> String {
    match value {
        Value::Object(table) => {
            let entries: Vec<String> = table
                .iter()
                .map(|(key, value)| format!("{} = {}", json!(key), toml(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(toml).collect::<Vec<_>>().join(", "))
        }
        Value::Number(number) if number.is_f64() => format!("{:?}", number.as_f64().unwrap()),
        other => other.to_string(),
    }
}

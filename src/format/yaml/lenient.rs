//! Reads YAML as Helm does: the last of equal keys counts, keys are strings, and a text may hold
//! several documents.

use std::fmt;

use serde::de::{Deserialize, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_json::{Map, Value as Json};
use serde_yaml::Deserializer;

use super::check::{DEEPEST, LARGEST, parse_error};
use super::scanner;
use crate::format::ParseError;

/// The documents of a file that envroot did not write.
pub(crate) fn documents(text: &str) -> Result<Vec<Json>, ParseError> {
    if text.len() > LARGEST {
        return Err((1, 1, format!("this file is larger than {} MB", LARGEST >> 20)));
    }
    if let Some(line) = scanner::too_deep(text, DEEPEST) {
        return Err((line, 1, format!("more than {DEEPEST} brackets are open")));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let documents = Deserializer::from_str(text).map(|document| {
        Lenient::deserialize(document).map(|Lenient(value)| value).map_err(parse_error)
    });
    documents.collect()
}

/// A node, with its merge keys carried out.
struct Lenient(Json);

impl<'de> Deserialize<'de> for Lenient {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Lenient, D::Error> {
        deserializer.deserialize_any(LenientVisitor)
    }
}

struct LenientVisitor;

impl<'de> Visitor<'de> for LenientVisitor {
    type Value = Lenient;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Lenient, A::Error> {
        let mut own = Map::new();
        let mut merged = Vec::new();
        while let Some(Lenient(key)) = map.next_key()? {
            let Lenient(value) = map.next_value()?;
            match key_text(key).as_str() {
                "<<" => merged.push(value),
                key => _ = own.insert(key.to_owned(), value),
            }
        }
        for table in merged.into_iter().flat_map(tables) {
            for (key, value) in table {
                own.entry(key).or_insert(value);
            }
        }
        Ok(Lenient(Json::Object(own)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Lenient, A::Error> {
        let mut list = Vec::new();
        while let Some(Lenient(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Lenient(Json::Array(list)))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Lenient, A::Error> {
        let (_, value) = tagged.variant::<String>()?;
        value.newtype_variant()
    }

    fn visit_some<D: serde::Deserializer<'de>>(self, inner: D) -> Result<Lenient, D::Error> {
        Lenient::deserialize(inner)
    }

    fn visit_none<E>(self) -> Result<Lenient, E> {
        Ok(Lenient(Json::Null))
    }

    fn visit_unit<E>(self) -> Result<Lenient, E> {
        Ok(Lenient(Json::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Lenient, E> {
        Ok(Lenient(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Lenient, E> {
        Ok(Lenient(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Lenient, E> {
        Ok(Lenient(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Lenient, E> {
        Ok(Lenient(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Lenient, E> {
        Ok(Lenient(value.into()))
    }
}

fn key_text(key: Json) -> String {
    match key {
        Json::String(text) => text,
        other => other.to_string(),
    }
}

/// The tables that a merge key names.
fn tables(value: Json) -> Vec<Map<String, Json>> {
    match value {
        Json::Object(table) => vec![table],
        Json::Array(items) => items.into_iter().flat_map(tables).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(text: &str, expected: &[Json]) {
        assert_eq!(documents(text).unwrap(), expected, "{text}");
    }

    #[test]
    fn documents_are_read_as_helm_reads_them() {
        check("a: 1\na: 2\n", &[json!({ "a": 2 })]);
        check("a: {b: 1, b: [2]}\n", &[json!({ "a": { "b": [2] } })]);
        check("a: 1\n---\nb: 2\n", &[json!({ "a": 1 }), json!({ "b": 2 })]);
        check("---\na: 1\n", &[json!({ "a": 1 })]);
        check(
            "1: a\ntrue: b\n1.5: c\nnull: d\n",
            &[json!({ "1": "a", "true": "b", "1.5": "c", "null": "d" })],
        );
        check(
            "x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  a: 3\n",
            &[json!({ "x": { "a": 1, "b": 2 }, "y": { "a": 3, "b": 2 } })],
        );
        check("a: !t 1\nb: ~\nc:\n", &[json!({ "a": 1, "b": null, "c": null })]);
        check("\u{feff}a: 1\n", &[json!({ "a": 1 })]);
        for text in ["a: [", "a: 1\n---\nb: [\n", "a: b: c\n"] {
            assert!(documents(text).is_err(), "{text}");
        }
    }
}

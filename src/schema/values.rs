//! A schema of values that is not a pack's, such as the `values.schema.json` of a chart.

use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::LocationSegment;
use serde_json::Value;

use super::{in_words, size};
use crate::model::key_path::{Key, Path};

/// A compiled schema.
pub(crate) struct ValuesValidator(jsonschema::Validator);

/// What is wrong at a path, in words.
pub(crate) struct WrongValue {
    pub path: Path,
    pub message: String,
    pub help: Option<String>,
}

impl ValuesValidator {
    /// Compiles a schema; `None` for one that refers to other documents or is too large.
    pub(crate) fn new(document: &Value) -> Option<ValuesValidator> {
        if size::is_too_large(document) {
            return None;
        }
        jsonschema::validator_for(document).ok().map(ValuesValidator)
    }

    /// What is wrong with some values. Unknown keys are left to others.
    pub(crate) fn wrong(&self, values: &Value) -> Vec<WrongValue> {
        if self.0.is_valid(values) {
            return Vec::new();
        }
        let wrong = self.0.iter_errors(values).filter_map(|error| {
            let mut keys: Vec<Key> = error.instance_path().segments().map(key).collect();
            if let ValidationErrorKind::Required { property } = error.kind() {
                keys.push(Key::from(property.as_str().unwrap_or_default()));
            }
            let path = Path(keys);
            let (_, message, help) = in_words(&error, &path)?;
            Some(WrongValue { path, message, help })
        });
        wrong.collect()
    }
}

fn key(segment: LocationSegment<'_>) -> Key {
    match segment {
        LocationSegment::Property(key) => Key::from(&*key),
        LocationSegment::Index(index) => Key::from(index.to_string()),
    }
}

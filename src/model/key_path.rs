//! Paths to settings: TOML's dotted keys, such as `values."a.b/c".d`.
//!
//! Knows nothing of the values at a path.

use std::fmt;
use std::sync::Arc;

pub type Key = Arc<str>;

/// The limit for nested settings, in keys. Readers recurse once per level, and no rendered file
/// nests this deep.
pub const DEPTH: usize = 64;

/// The keys that lead to a setting, outermost first. A list's items are keyed by their index.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Key>);

impl Path {
    /// Reads a dotted key as TOML reads it.
    pub fn parse(text: &str) -> Result<Path, String> {
        let fault = || {
            format!(
                "invalid key path `{}`: write it as `scaling.api.replicas`",
                text.escape_debug()
            )
        };
        if text.contains(['\n', '\r']) {
            return Err(fault());
        }
        if text.split('.').all(is_bare) {
            return Path::of(&text.split('.').collect::<Vec<_>>()).with_an_end();
        }
        // TOML's own parser decides on quoted keys; anything but one key with our value is none.
        let assignment = format!("{text} = 0");
        let mut table = toml::de::DeTable::parse(&assignment).map_err(|_| fault())?.into_inner();
        let mut keys = Vec::new();
        loop {
            let mut entries = table.into_iter();
            let (Some((key, value)), None) = (entries.next(), entries.next()) else {
                return Err(fault());
            };
            keys.push(Key::from(key.into_inner().as_ref()));
            match value.into_inner() {
                toml::de::DeValue::Table(inner) => table = inner,
                toml::de::DeValue::Integer(_) => return Path(keys).with_an_end(),
                _ => return Err(fault()),
            }
        }
    }

    fn with_an_end(self) -> Result<Path, String> {
        match self.0.len() <= DEPTH {
            true => Ok(self),
            false => Err(format!("a key path has at most {DEPTH} parts")),
        }
    }

    pub fn of(keys: &[&str]) -> Path {
        Path(keys.iter().map(|key| Key::from(*key)).collect())
    }

    pub fn join(&self, key: &Key) -> Path {
        Path(self.0.iter().chain([key]).cloned().collect())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, key) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            if is_bare(key) {
                f.write_str(key)?;
            } else {
                // JSON's escapes are TOML's, but for the one character that only TOML escapes.
                let quoted = serde_json::Value::from(&**key).to_string();
                f.write_str(&quoted.replace('\u{7f}', "\\u007f"))?;
            }
        }
        Ok(())
    }
}

/// Returns true if TOML accepts a key without quotes.
fn is_bare(key: &str) -> bool {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !key.is_empty() && key.chars().all(is_bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let path = Path::parse(text).unwrap();
        assert_eq!(path, Path::of(expected));
        assert_eq!(Path::parse(&path.to_string()).unwrap(), path);
    }

    #[test]
    fn a_path_is_a_toml_dotted_key() {
        check("hostname", &["hostname"]);
        check("scaling.api.replicas", &["scaling", "api", "replicas"]);
        check("values.\"a.b/c\".'d e'", &["values", "a.b/c", "d e"]);
        check("a . b", &["a", "b"]);
        check("\"\"", &[""]);
        check("\"a\\u007f\\u0000\\\"\\n\u{80}\"", &["a\u{7f}\0\"\n\u{80}"]);
    }

    #[test]
    fn invalid_key_paths_are_refused() {
        for text in ["", "a.", ".a", "a b", "a = 1\nb", "a = {}", "[a]", "a\n"] {
            assert!(Path::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_path_has_an_end() {
        let path = |keys| vec!["a"; keys].join(".");
        assert!(Path::parse(&path(DEPTH)).is_ok());
        assert!(Path::parse(&path(DEPTH + 1)).is_err());
        assert!(Path::parse(&format!("'a'.{}", path(DEPTH))).is_err());
    }
}

//! References in strings: `{{ env.account_id }}`, `{{ service.scaling.api.replicas }}`.
//!
//! Finds them; `resolve` replaces them.

use std::sync::Arc;

use crate::model::key_path::Path;

/// The table that a reference looks into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Env,
    Service,
}

impl Scope {
    pub fn word(self) -> &'static str {
        match self {
            Scope::Env => "env",
            Scope::Service => "service",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text as it is meant, `\{{` already read as `{{`.
    Text(String),
    Reference(Reference),
    /// Text that begins like a reference but is none, such as `{{ env.name | upper }}`.
    Malformed(Occurrence),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub scope: Scope,
    pub path: Arc<Path>,
    pub spot: Occurrence,
}

/// A position in a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The number of `{{` before it, which locates it in the string as it was written.
    pub index: usize,
    /// Its length in bytes.
    pub length: usize,
}

/// Takes a string apart. Only `{{ env.… }}` and `{{ service.… }}` are references; any other `{{`
/// is text, since Helm and Prometheus write it too, and `\{{` prints `{{`.
pub(crate) fn parse(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    let mut index = 0;
    while let Some((before, after)) = rest.split_once("{{") {
        let found = index;
        let spot = |length| Occurrence { index: found, length };
        index += 1;
        let (part, consumed) = if let Some(before) = before.strip_suffix('\\') {
            literal.push_str(before);
            literal.push_str("{{");
            (None, 0)
        } else {
            literal.push_str(before);
            match reference(after) {
                Some((Ok((scope, path)), length)) => {
                    let (path, spot) = (Arc::new(path), spot(length + 2));
                    (Some(Part::Reference(Reference { scope, path, spot })), length)
                }
                Some((Err(()), length)) => (Some(Part::Malformed(spot(length + 2))), length),
                None => {
                    literal.push_str("{{");
                    (None, 0)
                }
            }
        };
        if let Some(part) = part {
            if !literal.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut literal)));
            }
            parts.push(part);
        }
        rest = &after[consumed..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Text(literal));
    }
    parts
}

/// The target of a reference, or an error if it is malformed.
type Named = Result<(Scope, Path), ()>;

/// The reference that the text after `{{` is, with its length, `}}` included. `None`: it is text.
fn reference(after: &str) -> Option<(Named, usize)> {
    let trimmed = after.trim_start_matches(' ');
    let scope = [Scope::Env, Scope::Service].into_iter().find(|scope| {
        trimmed.strip_prefix(scope.word()).is_some_and(|rest| rest.starts_with('.'))
    })?;
    let line_end = after.find('\n').unwrap_or(after.len());
    let Some(end) = end_of(&after[..line_end]) else {
        return Some((Err(()), after.find(' ').filter(|at| *at > 0).unwrap_or(line_end)));
    };
    let inner = after[..end].trim_matches(' ');
    let path = Path::parse(&inner[scope.word().len() + 1..]);
    Some((path.map(|path| (scope, path)).map_err(|_| ()), end + 2))
}

/// The position of the closing `}}`, outside of quoted keys.
fn end_of(text: &str) -> Option<usize> {
    let mut quote = None;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'}') if bytes.get(at + 1) == Some(&b'}') => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// References are shown as `<scope path index>`, malformed ones as `<!index>`.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let shown: String = parse(text)
            .iter()
            .map(|part| match part {
                Part::Text(text) => text.clone(),
                Part::Reference(Reference { scope, path, spot }) => {
                    format!("<{} {path} {}>", scope.word(), spot.index)
                }
                Part::Malformed(spot) => format!("<!{}>", spot.index),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_reference_is_found_among_text() {
        check("plain", "plain");
        check("{{ env.name }}", "<env name 0>");
        check("{{env.name}}", "<env name 0>");
        check("a-{{ env.vars.x }}-{{ service.name }}.b", "a-<env vars.x 0>-<service name 1>.b");
        check("{{ service.values.\"a.b}}\" }}", "<service values.\"a.b}}\" 0>");
    }

    #[test]
    fn any_other_brace_is_text() {
        check("{{ .Values.x }}", "{{ .Values.x }}");
        check("{{ $labels.instance }} {{ env }}", "{{ $labels.instance }} {{ env }}");
        check("{{ environment.name }}", "{{ environment.name }}");
        check("{{", "{{");
        check("\\{{ env.name }}", "{{ env.name }}");
        check("{{{ env.name }}", "{{{ env.name }}");
    }

    #[test]
    fn what_only_begins_like_a_reference_is_malformed() {
        check("{{ env.name | upper }}", "<!0>");
        check("{{ env. }} b", "<!0> b");
        check("x {{ .a }} {{ service.a b }}", "x {{ .a }} <!1>");
    }
}

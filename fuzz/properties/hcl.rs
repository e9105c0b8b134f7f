//! The layout of HCL: it loses nothing, and what is valid settles at once and means the same.

use envroot::format::hcl::{self, Layout};
use envroot::format::mark::Piece;
use serde_json::Value;

/// Lays an input out and holds the laws of layout against it.
pub fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    // Templates hold no control characters, and no marks of values.
    let is_foreign = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    let lone_return = text.replace("\r\n", "\n").contains('\r');
    if text.contains(is_foreign) || text.contains('\u{FDD0}') || lone_return {
        return;
    }
    let once = laid_out(text);
    assert_eq!(signs(&once), signs(text), "the layout changed more than blanks");
    assert_eq!(breaks(&once), breaks(text), "the layout changed lines");
    if let Ok(expected) = hcl::parse(text) {
        let found = hcl::parse(&once);
        let found = found.unwrap_or_else(|why| panic!("no longer valid, {why:?}:\n{once}"));
        assert_eq!(laid_out(&once), once, "a second layout changes the first");
        if let (Ok(found), Ok(expected)) = (data(found), data(expected)) {
            same(&found, &expected);
        }
    }
}

fn data(body: ::hcl::edit::structure::Body) -> ::hcl::Result<Value> {
    ::hcl::from_body(body.into())
}

/// Holds data against data; only in expressions and template sequences may blanks differ.
fn same(found: &Value, expected: &Value) {
    match (found, expected) {
        (Value::Object(found), Value::Object(expected)) => {
            assert_eq!(found.len(), expected.len());
            for ((key, value), (known, expected)) in found.iter().zip(expected) {
                assert_eq!(signs(key), signs(known));
                same(value, expected);
            }
        }
        (Value::Array(found), Value::Array(expected)) => {
            assert_eq!(found.len(), expected.len());
            found.iter().zip(expected).for_each(|(found, expected)| same(found, expected));
        }
        (Value::String(found), Value::String(expected)) if expected.contains(['$', '%']) => {
            assert_eq!(signs(found), signs(expected));
        }
        _ => assert_eq!(found, expected, "the layout changed the meaning"),
    }
}

fn laid_out(text: &str) -> String {
    let printed = hcl::Printer::default().print(&[Piece::Literal(text)], Layout::Canonical);
    printed.expect("there is no value to refuse").text
}

/// What is neither a blank nor a line end.
fn signs(text: &str) -> Vec<char> {
    text.chars().filter(|c| !matches!(c, ' ' | '\t' | '\n' | '\r')).collect()
}

/// The number of lines, those at the end that hold nothing left out.
fn breaks(text: &str) -> usize {
    text.trim_end_matches([' ', '\t', '\n', '\r']).matches('\n').count()
}

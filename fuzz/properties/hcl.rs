//! The layout of HCL: it loses nothing, what is valid settles at once and means the same, and what a
//! printer has printed before changes nothing.

use envroot::format::LayoutMode;
use envroot::format::hcl::{self, HclPrinter};
use envroot::format::markers::{self, Piece, ValueKind};
use envroot::format::placeholders;
use serde_json::Value;

/// The delimiter of each value of an input.
const VALUE: char = '\u{1}';

/// Lays an input out and holds the laws of layout against it.
pub(crate) fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if text.contains(VALUE) {
        return any_printer_prints_the_same(text);
    }
    if is_foreign(text) {
        return;
    }
    let once = laid_out(text);
    let text = &hcl::rewritten(text);
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

/// Whether a text can be no template's own: those hold no control characters, and no marks.
fn is_foreign(text: &str) -> bool {
    let is_foreign = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    let lone_return = text.replace("\r\n", "\n").contains('\r');
    text.contains(is_foreign) || text.contains(placeholders::PLACEHOLDER) || lone_return
}

/// Prints a template's text with its values, and again with each in the place of the next.
fn any_printer_prints_the_same(text: &str) {
    let parts: Vec<&str> = text.split(VALUE).collect();
    if parts.iter().step_by(2).any(|literal| is_foreign(literal)) {
        return;
    }
    let mut values: Vec<markers::MarkedValue<'_>> =
        parts.iter().skip(1).step_by(2).map(|text| value(text)).collect();
    let used = HclPrinter::default();
    for _ in 0..values.len().min(3) {
        let mut pieces = Vec::with_capacity(parts.len());
        for (index, part) in parts.iter().enumerate() {
            match index % 2 {
                0 if part.is_empty() => {}
                0 => pieces.push(Piece::Literal(part)),
                _ => pieces.push(Piece::Value(values[index / 2].clone())),
            }
        }
        for layout in [LayoutMode::Canonical, LayoutMode::Keep] {
            let fresh = HclPrinter::default().print(&pieces, layout);
            assert_eq!(used.print(&pieces, layout), fresh, "what was printed before shows");
        }
        values.rotate_left(1);
    }
}

/// What a template would have printed: a list or a table as code, a number or a boolean bare.
fn value(text: &str) -> markers::MarkedValue<'_> {
    let (kind, text) = match serde_json::from_str(text) {
        Ok(value @ (Value::Array(_) | Value::Object(_))) => {
            (ValueKind::Code, hcl::expression(&value).into())
        }
        Ok(value @ (Value::Bool(_) | Value::Number(_))) => {
            (ValueKind::Bare, value.to_string().into())
        }
        _ => (ValueKind::Text, text.into()),
    };
    markers::MarkedValue { kind, tag: 7, text }
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
    let printed = HclPrinter::default().print(&[Piece::Literal(text)], LayoutMode::Canonical);
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

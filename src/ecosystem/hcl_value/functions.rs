//! The functions of Terraform whose results the text gives.

use hcl_edit::Span;
use hcl_edit::expr::FuncCall;

use super::reader::{LoopScope, ValueReader};
use super::{HclObject, HclText, HclValue, TextPart};

impl ValueReader<'_> {
    pub(super) fn call(&self, call: &FuncCall, scope: Option<&LoopScope<'_>>) -> HclValue {
        if call.name.is_namespaced() {
            return HclValue::Unknown;
        }
        let mut arguments: Vec<HclValue> =
            call.args.iter().map(|argument| self.value(argument, scope)).collect();
        if call.args.expand_final() {
            let last = arguments.pop();
            match last {
                Some(HclValue::List(items)) => arguments.extend(items),
                _ => arguments.push(HclValue::Unknown),
            }
        }
        let line = self.lines.line_of(call.span());
        match call.name.name.as_str() {
            "jsonencode" | "tolist" | "toset" | "distinct" | "compact" | "sort" | "flatten"
            | "reverse" | "tostring" | "sensitive" | "nonsensitive" => {
                arguments.into_iter().next().unwrap_or(HclValue::Unknown)
            }
            "concat" | "setunion" => HclValue::List(arguments),
            "merge" => merged(line, arguments),
            "format" => formatted(line, arguments),
            "formatlist" => HclValue::List(vec![formatted(line, arguments)]),
            "join" => joined(line, arguments),
            _ => HclValue::Unknown,
        }
    }
}

/// Objects as one; an item of a later one takes the place of an earlier one.
fn merged(line: usize, arguments: Vec<HclValue>) -> HclValue {
    let mut whole = HclObject::new(line);
    for argument in arguments {
        match argument {
            HclValue::Object(object) => {
                whole.is_open |= object.is_open;
                for (key, value) in object.items {
                    whole.items.retain(|(known, _)| known.parts != key.parts);
                    whole.items.push((key, value));
                }
            }
            HclValue::Null => {}
            _ => whole.is_open = true,
        }
    }
    HclValue::Object(whole)
}

/// The result of `format`.
fn formatted(line: usize, arguments: Vec<HclValue>) -> HclValue {
    let mut arguments = arguments.into_iter();
    let Some(HclValue::Text(format)) = arguments.next() else { return HclValue::Unknown };
    let mut parts = Vec::new();
    for part in format.parts {
        // A string with a `%` is not plain, and so is a literal.
        let TextPart::Literal(literal) = part else {
            parts.push(part);
            continue;
        };
        let mut pieces = literal.split('%');
        parts.push(TextPart::Literal(pieces.next().unwrap_or_default().to_owned()));
        while let Some(piece) = pieces.next() {
            let rest = match piece.chars().next() {
                Some('s' | 'v' | 'd') => {
                    parts.extend(parts_of(arguments.next()));
                    piece[1..].to_owned()
                }
                None => format!("%{}", pieces.next().unwrap_or_default()),
                Some(_) => {
                    parts.push(TextPart::Hole);
                    String::new()
                }
            };
            parts.push(TextPart::Literal(rest));
        }
    }
    HclValue::Text(HclText { line, parts })
}

fn joined(line: usize, arguments: Vec<HclValue>) -> HclValue {
    let [HclValue::Text(separator), HclValue::List(items)] = arguments.as_slice() else {
        return HclValue::Text(HclText::hole(line));
    };
    let mut parts = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            parts.extend(separator.parts.iter().cloned());
        }
        parts.extend(parts_of(Some(item.clone())));
    }
    HclValue::Text(HclText { line, parts })
}

fn parts_of(value: Option<HclValue>) -> Vec<TextPart> {
    match value {
        Some(HclValue::Text(text)) => text.parts,
        _ => vec![TextPart::Hole],
    }
}

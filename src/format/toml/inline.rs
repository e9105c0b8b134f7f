//! Data as TOML on one line.

use std::fmt::Write;

use serde_json::{Map, Number, Value};

/// A value on one line, or the reason why TOML has no form for it.
pub(super) fn inline(value: &Value) -> Result<String, String> {
    let mut out = String::new();
    push(&mut out, value)?;
    Ok(out)
}

fn push(out: &mut String, value: &Value) -> Result<(), String> {
    match value {
        Value::Null => return Err("TOML has no `null`".to_owned()),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&self::number(number)?),
        Value::String(text) => push_quoted(out, text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push(out, item)?;
            }
            out.push(']');
        }
        Value::Object(map) => push_table(out, map)?,
    }
    Ok(())
}

fn push_table(out: &mut String, map: &Map<String, Value>) -> Result<(), String> {
    out.push('{');
    for (index, (name, value)) in map.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { " " });
        out.push_str(&key(name));
        out.push_str(" = ");
        push(out, value)?;
    }
    out.push_str(if map.is_empty() { "}" } else { " }" });
    Ok(())
}

fn number(number: &Number) -> Result<String, String> {
    match number.as_u64() {
        Some(large) if i64::try_from(large).is_err() => {
            Err(format!("{large} is larger than the largest number of TOML"))
        }
        _ => Ok(number.to_string()),
    }
}

/// A name as a key.
pub(super) fn key(name: &str) -> String {
    if is_bare_key(name) {
        return name.to_owned();
    }
    let mut out = String::new();
    push_quoted(&mut out, name);
    out
}

pub(super) fn is_bare_key(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !text.is_empty() && text.chars().all(is_part)
}

fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

/// Appends a text between double quotes, one or three.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes any text");
            }
            c => out.push(c),
        }
    }
}

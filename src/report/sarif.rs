//! SARIF 2.1.0, as code scanning reads it.
//!
//! Writes findings down and leaves none out.

use indexmap::IndexSet;
use serde_json::{Value, json};

use super::finding::{Finding, Level, Spot};
use crate::model::printable;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One document with one run.
pub(crate) fn document(findings: &[Finding], exit: u8) -> String {
    // What leads from a cause to its files is said at the files, which name the cause.
    let findings: Vec<&Finding> =
        findings.iter().filter(|finding| finding.level != Level::Note).collect();
    let codes: IndexSet<&str> = findings.iter().map(|finding| finding.code).collect();
    let results: Vec<Value> =
        findings.iter().map(|finding| result(finding, codes.get_index_of(finding.code))).collect();
    let version = env!("CARGO_PKG_VERSION");
    let rules: Vec<Value> = codes.iter().map(|code| rule(code)).collect();
    let document = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "envroot", "version": version, "rules": rules } },
            "invocations": [{ "executionSuccessful": exit < 4, "exitCode": exit }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{:#}\n", printable::document(document))
}

fn rule(code: &str) -> Value {
    let name = code.replace('-', " ");
    json!({
        "id": code,
        "shortDescription": { "text": name },
        "fullDescription": { "text": format!("What envroot check calls {code}.") },
        "help": { "text": "Each result says the next thing to do." },
    })
}

fn result(finding: &Finding, rule: Option<usize>) -> Value {
    let mut result = json!({
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": "error",
        "message": { "text": finding.message },
        "locations": [location(&finding.spot)],
    });
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(id, (spot, text))| {
            let mut related = location(spot);
            related["id"] = json!(id + 1);
            let text = if text.is_empty() { "this has to do with it" } else { text };
            related["message"] = json!({ "text": text });
            related
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

fn location(spot: &Spot) -> Value {
    let mut region = json!({ "startLine": spot.line, "endLine": spot.end_line });
    if let Some((column, end)) = spot.columns {
        region["startColumn"] = json!(column);
        region["endColumn"] = json!(end);
    }
    let uri = uri(&spot.file);
    json!({ "physicalLocation": { "artifactLocation": { "uri": uri }, "region": region } })
}

/// A path as a relative reference.
fn uri(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    let encoded = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    path.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_uri() {
        let check = |path, expected| assert_eq!(uri(path), expected);
        check("generated/a-b/.x_~/main.tf", "generated/a-b/.x_~/main.tf");
        check("a b/é%#?.tf", "a%20b/%C3%A9%25%23%3F.tf");
    }
}

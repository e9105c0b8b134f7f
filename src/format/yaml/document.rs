//! A whole YAML document from data, in block style.
//!
//! Prints values files: two spaces a level, lists indented under their key, texts of several lines
//! as blocks. The order is that of the data. There are no comments.

use serde_json::{Map, Value};

use super::{inline, scalar};
use crate::format::{DataStep, push_blanks};

/// A printed document, with the node of each of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlDocument<'a> {
    pub text: String,
    /// For every line of `text`, the path from the root to the innermost node that the line begins
    /// or continues.
    pub lines: Vec<Vec<DataStep<'a>>>,
}

/// Prints data as a YAML document.
pub(super) fn text(value: &Value) -> String {
    let mut printer = DocumentPrinter { text: String::new(), lines: None, path: Vec::new() };
    printer.node(value, 0);
    printer.text
}

/// Prints data as a YAML document, with the node of each line.
pub fn document(value: &Value) -> YamlDocument<'_> {
    let lines = Some(Vec::new());
    let mut printer = DocumentPrinter { text: String::new(), lines, path: Vec::new() };
    printer.node(value, 0);
    YamlDocument { text: printer.text, lines: printer.lines.unwrap_or_default() }
}

struct DocumentPrinter<'a> {
    text: String,
    /// `None` if they are not needed.
    lines: Option<Vec<Vec<DataStep<'a>>>>,
    path: Vec<DataStep<'a>>,
}

impl<'a> DocumentPrinter<'a> {
    /// Prints a node at the end of the current line, and its further lines at this indentation.
    fn node(&mut self, value: &'a Value, indent: usize) {
        match value {
            Value::Object(map) if !map.is_empty() => self.map(map, indent),
            Value::Array(items) if !items.is_empty() => self.list(items, indent),
            Value::String(text) if scalar::is_block(text) => self.block(text, indent.max(2)),
            Value::String(text) if scalar::is_plain(text) => self.line(text),
            value => {
                inline::push_node(&mut self.text, value);
                self.line("");
            }
        }
    }

    fn map(&mut self, map: &'a Map<String, Value>, indent: usize) {
        for (index, (name, value)) in map.iter().enumerate() {
            if index > 0 {
                self.indent(indent);
            }
            self.path.push(DataStep::Key(name));
            self.key(name, indent);
            if is_block_collection(value) {
                self.line(":");
                self.indent(indent + 2);
            } else {
                self.text.push_str(": ");
            }
            self.node(value, indent + 2);
            self.path.pop();
        }
    }

    fn key(&mut self, name: &str, indent: usize) {
        match inline::key(name) {
            (key, false) => self.text.push_str(&key),
            (key, true) => {
                self.text.push_str("? ");
                self.line(&key);
                self.indent(indent);
            }
        }
    }

    fn list(&mut self, items: &'a [Value], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.indent(indent);
            }
            self.path.push(DataStep::Index(index));
            self.text.push_str("- ");
            self.node(item, indent + 2);
            self.path.pop();
        }
    }

    fn block(&mut self, text: &str, indent: usize) {
        self.line(if text.ends_with('\n') { "|" } else { "|-" });
        for line in text.lines() {
            if !line.is_empty() {
                self.indent(indent);
            }
            self.line(line);
        }
    }

    /// Ends a line of the current node.
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        if let Some(lines) = &mut self.lines {
            lines.push(self.path.clone());
        }
    }

    fn indent(&mut self, indent: usize) {
        push_blanks(&mut self.text, indent);
    }
}

fn is_block_collection(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Each line of the expected text begins with its path, up to a bar.
    #[track_caller]
    fn check(value: Value, expected: &str) {
        let document = document(&value);
        let mut shown = String::new();
        assert_eq!(document.text.lines().count(), document.lines.len());
        for (line, path) in document.text.lines().zip(&document.lines) {
            let path: Vec<String> = path.iter().map(step).collect();
            shown.push_str(&format!("{} | {line}\n", path.join(".")));
        }
        assert_eq!(shown, expected.strip_prefix('\n').unwrap_or(expected));
    }

    fn step(step: &DataStep<'_>) -> String {
        match step {
            DataStep::Key(key) => (*key).to_owned(),
            DataStep::Index(index) => index.to_string(),
        }
    }

    #[test]
    fn reads_as_if_written_by_hand() {
        let values = json!({
            "image": { "repository": "411706531007.dkr.ecr.us-east-1.amazonaws.com/icepack" },
            "api": {
                "resources": { "requests": { "cpu": "500m", "memory": "1Gi" } },
                "replicas": 2,
            },
            "orchestrator": { "schedule": "30 * * * *", "suspend": false },
            "accountId": "411706531007",
            "serviceAccount": { "roleArn": "arn:aws:iam::411706531007:role/icepack" },
            "sourceRanges": ["10.0.0.0/8", "vpn"],
            "nodeSelector": {},
            "tolerations": [],
            "affinity": null,
        });
        let expected = "
image | image:
image.repository |   repository: \"411706531007.dkr.ecr.us-east-1.amazonaws.com/icepack\"
api | api:
api.resources |   resources:
api.resources.requests |     requests:
api.resources.requests.cpu |       cpu: 500m
api.resources.requests.memory |       memory: 1Gi
api.replicas |   replicas: 2
orchestrator | orchestrator:
orchestrator.schedule |   schedule: \"30 * * * *\"
orchestrator.suspend |   suspend: false
accountId | accountId: \"411706531007\"
serviceAccount | serviceAccount:
serviceAccount.roleArn |   roleArn: arn:aws:iam::411706531007:role/icepack
sourceRanges | sourceRanges:
sourceRanges.0 |   - \"10.0.0.0/8\"
sourceRanges.1 |   - vpn
nodeSelector | nodeSelector: {}
tolerations | tolerations: []
affinity | affinity: null
";
        check(values, expected);
    }

    #[test]
    fn lists_and_maps_begin_beside_the_hyphen() {
        check(
            json!({ "l": [{ "a": 1, "b": { "c": 2 } }, [[3], 4], {}] }),
            "
l | l:
l.0.a |   - a: 1
l.0.b |     b:
l.0.b.c |       c: 2
l.1.0.0 |   - - - 3
l.1.1 |     - 4
l.2 |   - {}
",
        );
    }

    #[test]
    fn long_texts_are_blocks() {
        check(
            json!({ "a": { "script": "one\n\n  two\n" }, "b": ["three\nfour"] }),
            "
a | a:
a.script |   script: |
a.script |     one
a.script | 
a.script |       two
b | b:
b.0 |   - |-
b.0 |     three
b.0 |     four
",
        );
    }

    #[test]
    fn the_root_may_be_anything() {
        check(json!({}), " | {}\n");
        check(json!([]), " | []\n");
        check(json!(null), " | null\n");
        check(json!("a\nb"), " | |-\n |   a\n |   b\n");
        check(json!(["a"]), "0 | - a\n");
    }

    #[test]
    fn a_key_beyond_the_sight_of_readers_is_announced() {
        let long = "k".repeat(1_001);
        let value = json!({ "a": { long.as_str(): { "b": 1 } } });
        let expected = format!("a:\n  ? {long}\n  :\n    b: 1\n");
        assert_eq!(document(&value).text, expected);
    }
}

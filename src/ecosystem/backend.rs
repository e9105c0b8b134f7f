//! The places where Terraform roots keep their states: `backend` and `cloud` blocks, and the files that
//! complete them.
//!
//! Reads texts and judges nothing.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body};

use crate::format::{ParseError, hcl};

/// A `backend` block, with those of its arguments that are plain strings; the argument `name` of its block
/// `workspaces` is `workspaces.name`. A block `cloud` is one of the kind `cloud`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backend {
    pub kind: String,
    pub arguments: BTreeMap<String, String>,
    /// The header of the block.
    pub head: Range<usize>,
}

/// The arguments of Terraform's backends that name the place of a state.
const PLACE: [&str; 17] = [
    "address",
    "bucket",
    "conn_str",
    "container_name",
    "endpoint",
    "hostname",
    "key",
    "namespace",
    "organization",
    "path",
    "prefix",
    "schema_name",
    "secret_suffix",
    "storage_account_name",
    "workspaces.name",
    "workspaces.prefix",
    "workspaces.project",
];

/// The block that names a workspace.
const WORKSPACES: &str = "workspaces";

impl Backend {
    /// The place of the state: the kind, and the arguments that name the place or, if none is known
    /// to, all of them.
    pub(crate) fn place(&self) -> (&str, BTreeMap<&str, &str>) {
        let arguments = self.arguments.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: BTreeMap<&str, &str> = arguments.collect();
        let mut place = all.clone();
        place.retain(|name, _| PLACE.contains(name));
        (&self.kind, if place.is_empty() { all } else { place })
    }

    /// Returns true if the arguments name the place of the state from any folder. Others are given to
    /// `terraform init`, or the place is in the folder of the root.
    pub(crate) fn is_complete(&self) -> bool {
        let has = |name: &&str| self.arguments.contains_key(*name);
        let needed: &[&str] = match self.kind.as_str() {
            "local" => return self.arguments.get("path").is_some_and(|path| path.starts_with('/')),
            "s3" => &["bucket", "key"],
            "azurerm" => &["storage_account_name", "container_name", "key"],
            "cloud" => &["organization", "workspaces.name"],
            "remote" => {
                return has(&"organization")
                    && self.arguments.keys().any(|it| it.starts_with(WORKSPACES));
            }
            _ => return PLACE.iter().any(has),
        };
        needed.iter().all(has)
    }
}

/// The backends that a file declares, or where it cannot be parsed.
pub(crate) fn read_backends(text: &str) -> Result<Vec<Backend>, ParseError> {
    // Most files have none, and to parse them all would cost more than everything else.
    if !["backend", "cloud {", "cloud{"].iter().any(|word| text.contains(word)) {
        return Ok(Vec::new());
    }
    // Terraform skips a byte order mark.
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => Cow::Owned(format!("   {rest}")),
        None => Cow::Borrowed(text),
    };
    hcl::parse(&text).map(|body| backends_of(&body))
}

/// The backends that the text of a file at a path declares, or where it cannot be parsed.
pub(crate) fn read_backends_of(path: &str, text: &str) -> Result<Vec<Backend>, ParseError> {
    match path.ends_with(".json") {
        true => read_json_backends(text),
        false => read_backends(text),
    }
}

/// The argument of a backend of a kind in a file in JSON, if it is there.
pub(crate) fn json_argument(text: &str, kind: &str, name: &str) -> Option<serde_json::Value> {
    let whole: serde_json::Value = serde_json::from_str(text).ok()?;
    let blocks = items(&whole).iter().flat_map(|it| items(&it["terraform"]));
    let mut bodies = blocks.flat_map(|it| items(&it["backend"])).flat_map(|it| items(&it[kind]));
    bodies.find_map(|body| body.get(name)).cloned()
}

/// The backends that a file in JSON declares, or where it cannot be parsed.
pub(crate) fn read_json_backends(text: &str) -> Result<Vec<Backend>, ParseError> {
    let Some(start) = text.find("\"backend\"") else { return Ok(Vec::new()) };
    let whole: serde_json::Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| (error.line(), error.column(), error.to_string()))?;
    let blocks = items(&whole).iter().flat_map(|it| items(&it["terraform"]));
    let blocks = blocks.flat_map(|it| items(&it["backend"]));
    let kinds = blocks.filter_map(serde_json::Value::as_object).flatten();
    let backends = kinds.flat_map(|(kind, bodies)| items(bodies).iter().map(move |it| (kind, it)));
    let plain = |(name, value): (&String, &serde_json::Value)| {
        let value = value.as_str().filter(|value| !value.contains(['$', '%']))?;
        Some((name.clone(), value.to_owned()))
    };
    let backend = |(kind, body): (&String, &serde_json::Value)| Backend {
        kind: kind.clone(),
        arguments: body.as_object().into_iter().flatten().filter_map(plain).collect(),
        head: start..start + "\"backend\"".len(),
    };
    Ok(backends.map(backend).collect())
}

/// The values of what may be given once or in a list.
fn items(value: &serde_json::Value) -> &[serde_json::Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// The plain strings at the top of a file such as `prod.s3.tfbackend`.
pub(crate) fn settings(text: &str) -> BTreeMap<String, String> {
    hcl::parse(text).map(|body| strings(&body)).unwrap_or_default()
}

fn backends_of(body: &Body) -> Vec<Backend> {
    let blocks = body.get_blocks("terraform").flat_map(|it| it.body.blocks());
    let backend = |block: &Block| {
        let kind = match block.ident.as_str() {
            "backend" => block.labels.first()?.as_str().to_owned(),
            "cloud" => "cloud".to_owned(),
            _ => return None,
        };
        let start = block.span()?.start;
        let end = block.labels.first().map_or(block.ident.span(), Span::span)?.end;
        Some(Backend { kind, arguments: arguments(&block.body), head: start..end })
    };
    blocks.filter_map(backend).collect()
}

fn arguments(body: &Body) -> BTreeMap<String, String> {
    let inner = body.get_blocks(WORKSPACES).flat_map(|block| strings(&block.body));
    let inner = inner.map(|(name, value)| (format!("{WORKSPACES}.{name}"), value));
    strings(body).into_iter().chain(inner).collect()
}

fn strings(body: &Body) -> BTreeMap<String, String> {
    let plain = |attribute: &Attribute| {
        let mut value = &attribute.value;
        while let Expression::Parenthesis(inner) = value {
            value = inner.inner();
        }
        Some((attribute.key.to_string(), value.as_str()?.to_owned()))
    };
    body.attributes().filter_map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backends(text: &str) -> Vec<Backend> {
        read_backends(text).unwrap_or_default()
    }

    #[test]
    fn a_backend_is_read_with_its_plain_arguments() {
        let text = "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n    encrypt = true\n    region = var.r\n  }\n}\n";
        let [backend] = backends(text).try_into().unwrap();
        assert_eq!(backend.kind, "s3");
        assert_eq!(&text[backend.head.clone()], "backend \"s3\"");
        let expected = [("bucket", "b"), ("key", "k")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        assert_eq!(backend.arguments, expected.clone().into());
        for text in [format!("\u{feff}{text}"), text.replace("\"b\"", "((\"b\"))")] {
            let [backend] = backends(&text).try_into().unwrap();
            assert_eq!(backend.arguments, expected.clone().into());
            assert_eq!(&text[backend.head], "backend \"s3\"");
        }
        assert_eq!(backends("terraform { backend"), []);
        assert_eq!(read_backends("locals {}\n# backend\n}").unwrap_err().0, 3);
        assert_eq!(backends("# backend\nlocals {}"), []);
    }

    #[test]
    fn a_workspace_is_read_with_its_block() {
        let inner =
            "{\n    organization = \"o\"\n    workspaces {\n      name = \"n\"\n    }\n  }\n}\n";
        for (head, kind) in [("backend \"remote\"", "remote"), ("cloud", "cloud")] {
            let text = format!("terraform {{\n  {head} {inner}");
            let [backend] = backends(&text).try_into().unwrap();
            assert_eq!((backend.kind.as_str(), &text[backend.head.clone()]), (kind, head));
            assert_eq!(backend.place().1, [("organization", "o"), ("workspaces.name", "n")].into());
        }
    }

    #[test]
    fn a_complete_backend_names_the_place_of_its_state_from_any_folder() {
        let check = |body: &str, expected: bool| {
            let [backend] = backends(&format!("terraform {{\n{body}\n}}\n")).try_into().unwrap();
            assert_eq!(backend.is_complete(), expected, "{body}");
        };
        check("backend \"s3\" {}", false);
        check("backend \"s3\" {\nbucket = \"b\"\n}", false);
        check("backend \"s3\" {\nkey = \"k\"\n}", false);
        check("backend \"s3\" {\nbucket = var.b\nkey = \"k\"\n}", false);
        check("backend \"s3\" {\nbucket = \"b\"\nkey = \"k\"\n}", true);
        check("backend \"gcs\" {}", false);
        check("backend \"gcs\" {\nbucket = \"b\"\n}", true);
        check("backend \"http\" {\nusername = \"u\"\n}", false);
        check("backend \"http\" {\naddress = \"https://x\"\n}", true);
        check("backend \"azurerm\" {\ncontainer_name = \"c\"\nkey = \"k\"\n}", false);
        check("backend \"local\" {}", false);
        check("backend \"local\" {\npath = \"../states/dev\"\n}", false);
        check("backend \"local\" {\npath = \"/states/dev\"\n}", true);
        check("backend \"remote\" {\norganization = \"o\"\n}", false);
        check("cloud {\norganization = \"o\"\nworkspaces {\ntags = [\"a\"]\n}\n}", false);
        check("cloud {\norganization = \"o\"\nworkspaces {\nname = \"n\"\n}\n}", true);
    }

    #[test]
    fn a_backend_is_read_from_json_in_all_its_forms() {
        let body = r#"{"bucket": "b", "key": "${k}", "encrypt": true}"#;
        for text in [
            format!(r#"{{"terraform": {{"backend": {{"s3": {body}}}}}}}"#),
            format!(r#"{{"terraform": [{{"backend": {{"s3": {body}}}}}]}}"#),
            format!(r#"{{"terraform": [{{"backend": [{{"s3": [{body}]}}]}}]}}"#),
            format!(r#"[{{"locals": {{}}}}, {{"terraform": {{"backend": {{"s3": {body}}}}}}}]"#),
            format!("\u{feff}{{\"terraform\": {{\"backend\": {{\"s3\": {body}}}}}}}"),
        ] {
            let [backend] = read_json_backends(&text).unwrap().try_into().unwrap();
            assert_eq!((backend.kind.as_str(), backend.arguments.len()), ("s3", 1), "{text}");
            assert_eq!(backend.arguments["bucket"], "b");
        }
        for text in [r#"{"backend": {}}"#, r#"{"terraform": {"backend": 1}}"#, "[1]"] {
            assert_eq!(read_json_backends(text), Ok(Vec::new()), "{text}");
        }
        assert_eq!(read_json_backends("{\n\"backend\" ").unwrap_err().0, 2);
    }
}

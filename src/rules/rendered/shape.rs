//! Files of one shape: their texts differ in values that no fact depends on, so that the facts of
//! one are the facts of all, on the same lines.
//!
//! Knows texts and lines, no rules.

use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter};

use crate::base::cache::Cache;
use crate::ecosystem::backend::{self, Backend};
use crate::ecosystem::terraform::{self, BackendHead, RootFacts};
use crate::ecosystem::trust;
use crate::render::{File, FileText};

/// The facts of each shape.
#[derive(Default)]
pub(crate) struct Shapes(Cache<Option<RootFacts>>);

/// The blocks of which a file has one where a rule applies to it, beside policies.
static BLOCKS: LazyLock<[Finder<'_>; 2]> =
    LazyLock::new(|| ["provider", "backend"].map(Finder::new));
/// The blocks in JSON to which a rule may apply, beside policies.
static JSON_BLOCKS: [&str; 3] = ["\"provider\"", "\"module\"", "\"s3\""];
static CALL: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("module"));

impl Shapes {
    /// The facts that rules judge a file by, where one may apply to it.
    pub(crate) fn facts(&self, file: &File) -> Option<Arc<Option<RootFacts>>> {
        if terraform::is_json_code(file.path.as_str()) {
            return json_facts(file.text()?.as_str());
        }
        let text = terraform_text(file)?;
        let may_matter = begins_block(text, &CALL)
            || BLOCKS.iter().any(|word| begins_block(text, word))
            || trust::may_trust(text);
        may_matter.then(|| self.of(text))
    }

    /// The facts of a text: those of its shape, or its own where the shape cannot be parsed.
    pub(super) fn of(&self, text: &str) -> Arc<Option<RootFacts>> {
        let of_shape = self.0.get_or_insert_with(&shape(text), terraform::root_facts);
        match *of_shape {
            Some(_) => of_shape,
            None => Arc::new(terraform::root_facts(text)),
        }
    }
}

/// The facts of a file in JSON, as far as they are read: its backends.
fn json_facts(text: &str) -> Option<Arc<Option<RootFacts>>> {
    let backends = backend::read_json_backends(text).unwrap_or_default();
    let head = |backend: Backend| {
        let line = text[..backend.head.start].matches('\n').count();
        BackendHead { kind: backend.kind, line }
    };
    let backends: Vec<BackendHead> = backends.into_iter().map(head).collect();
    let facts = RootFacts { backends, ..RootFacts::default() };
    (!facts.backends.is_empty()).then(|| Arc::new(Some(facts)))
}

/// Returns true for a file in JSON to which rules may apply that cannot judge it.
pub(crate) fn is_unjudged(file: &File) -> bool {
    let text = file.text().filter(|_| terraform::is_json_code(file.path.as_str()));
    text.map(FileText::as_str).is_some_and(|text| {
        JSON_BLOCKS.iter().any(|block| text.contains(block)) || trust::may_trust(text)
    })
}

/// Returns true if a file may call a module.
pub(crate) fn may_call(file: &File) -> bool {
    terraform_text(file).is_some_and(|text| begins_block(text, &CALL))
}

/// Returns true if a text may have a block of a type, however the type and the labels are written.
fn begins_block(text: &str, kind: &Finder<'_>) -> bool {
    let bytes = text.as_bytes();
    let mut ends = kind.find_iter(bytes).map(|at| at + kind.needle().len());
    ends.any(|end| matches!(bytes.get(end), Some(b' ' | b'\t' | b'"' | b'/')))
}

/// Returns true for a file of HCL: what is in JSON is counted as not judged.
fn is_code(file: &File) -> bool {
    let path = file.path.as_str();
    terraform::is_code(path) && !terraform::is_json_code(path)
}

fn terraform_text(file: &File) -> Option<&str> {
    file.text().filter(|_| is_code(file)).map(FileText::as_str)
}

/// A text without the values that no fact depends on: line by line, so that a fact keeps its line.
///
/// The facts are read from the shape itself. Two files of one shape therefore have the same facts,
/// whichever comes first; what must hold is that a text and its shape have the same, which the tests
/// compare.
fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    let mut start = 0;
    for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        push_line(&mut shape, &text[start..end]);
        shape.push('\n');
        start = end + 1;
    }
    shape
}

fn push_line(shape: &mut String, line: &str) {
    let line = line.trim_ascii();
    match line.as_bytes().first() {
        None => {}
        // The seal of each file is a comment of its own.
        Some(b'#') if is_plain(line) => shape.push('#'),
        Some(b'"') => push_values(shape, line, 0),
        // Strings before the `=` are the labels of a block.
        Some(_) => match memchr(b'=', line.as_bytes()) {
            None => shape.push_str(line),
            Some(equals) if is_number_or_boolean(&line[equals + 1..]) => {
                shape.push_str(&line[..=equals]);
                shape.push('0');
            }
            Some(equals) => push_values(shape, line, equals),
        },
    }
}

fn is_number_or_boolean(value: &str) -> bool {
    let value = value.trim_ascii();
    let is_number = |value: &str| value.bytes().all(|byte| byte.is_ascii_digit());
    matches!(value, "true" | "false") || !value.is_empty() && is_number(value)
}

/// Pushes a line with its strings emptied, from a byte on and up to the first that is not plain.
fn push_values(shape: &mut String, line: &str, mut from: usize) {
    let bytes = line.as_bytes();
    let mut pushed = 0;
    while let Some(opens) = memchr(b'"', &bytes[from..]) {
        let start = from + opens + 1;
        let ends = bytes[start..].iter().position(|byte| !is_plain_byte(*byte));
        let Some(end) = ends.map(|at| start + at).filter(|end| bytes[*end] == b'"') else { break };
        shape.push_str(&line[pushed..start]);
        pushed = end;
        from = end + 1;
    }
    shape.push_str(&line[pushed..]);
}

/// Returns true if a text can neither start nor end an expression, a comment or a heredoc in HCL.
fn is_plain(text: &str) -> bool {
    text.bytes().all(is_plain_byte)
}

fn is_plain_byte(byte: u8) -> bool {
    !matches!(byte, b'"' | b'\\' | b'$' | b'%' | b'*' | b'<')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    #[test]
    fn a_shape_has_no_plain_values() {
        for (line, expected) in [
            ("  source = \"../dev\"", "source = \"\""),
            ("count   = 3", "count   =0"),
            ("count = true", "count =0"),
            ("count = \"3\" # dev", "count = \"\" # dev"),
            ("list = [\"a\", \"b\"]", "list = [\"\", \"\"]"),
            ("\"a\",", "\"\","),
            ("# dev", "#"),
            ("# */", "# */"),
            ("module \"a\" {", "module \"a\" {"),
            ("a = \"x:sub\"", "a = \"\""),
            ("a = \"${local.x}:sub\"", "a = \"${local.x}:sub\""),
            ("\"x:sub\" = \"y\"", "\"\" = \"\""),
            ("a = [\"*\", \"b\"]", "a = [\"*\", \"b\"]"),
        ] {
            assert_eq!(shape(line).trim_end(), expected, "{line}");
        }
    }

    /// Lines of which files are made, right ones and odd ones. `@` is a string's content.
    const LINES: &[&str] = &[
        "terraform {",
        "  backend \"s3\" {",
        "provider \"aws\" {",
        "module \"@\" {",
        "module \"a=b\" \"@\" {",
        "data \"aws_iam_policy_document\" \"x\" {",
        "  statement {",
        "  condition {",
        "  test = \"@\"",
        "  variable = \"@\"",
        "  values = [\"@\"]",
        "}",
        "  }",
        "  source = \"@\"",
        "  actions = [\"@\"]",
        "  actions = [\"@\", \"@\"]",
        "  values = [",
        "    \"@\",",
        "  ]",
        "  allowed_account_ids = [\"@\"]",
        "  alias = \"@\"",
        "  policy = jsonencode({ \"@\" = \"@\" })",
        "  policy = jsonencode({",
        "    Action = \"@\"",
        "    \"@\" = \"@\"",
        "  })",
        "  policy = <<EOT",
        "  { \"Action\": \"@\", \"@\": \"@\" }",
        "EOT",
        "# @",
        "// @",
        "  policy = jsonencode(merge({ Action = \"@\" }, { \"@\" = { \"@\" = \"*\" } }))",
        "    Condition = { StringEquals = { \"@\" = \"@\" } }",
        "    Condition = { \"@\" = { \"a:sub\" = \"@\" } }",
        "    \"Condition\": { \"@\": { \"@\": \"@\" } },",
        "  policy = \"{\\\"Action\\\": \\\"@\\\", \\\"@\\\": {\\\"@\\\": \\\"@\\\"}}\"",
        "# \"@",
        "/* @",
        "*/",
        "  a = 1 # 1\" @",
        "  a = \"@\" /* \" */",
        "  a = \"${f(\"@\")}@\"",
        "  a = \"${f(",
        "  \"@\" )}@\"",
        "  a = 12",
        "",
    ];

    const CONTENTS: &[&str] = &[
        "",
        "x",
        "sts:AssumeRoleWithWebIdentity",
        "xsts:AssumeRoleWithWebIdentity",
        "a:sub",
        ":subject",
        "a:aud",
        "a:aud:sub",
        "a:sub/b",
        "*",
        "StringNotEquals",
        "StringLike",
        "Null",
        "system:serviceaccount:a:b",
        "system:serviceaccount:sub:b",
        "system:serviceaccount:a:b system:serviceaccount:c:d",
        "xsystem:serviceaccount:a:b",
        "a*/",
        "/* a",
        "<<EOT",
        "${a}:sub",
        "%{ if a }b",
        "\\\"",
        "{",
        "}",
        ", ",
        "= \\\" =",
        "ä",
    ];

    fn text() -> impl Strategy<Value = String> {
        let line = (select(LINES), vec(select(CONTENTS), 2));
        let line = line.prop_map(|(line, contents)| {
            contents.iter().fold(line.to_owned(), |line, content| line.replacen('@', content, 1))
        });
        vec(line, 1..14).prop_map(|lines| lines.join("\n"))
    }

    /// A block that parses, with some of the lines inside.
    fn block() -> impl Strategy<Value = String> {
        text().prop_map(|text| format!("data \"a\" \"b\" {{\n{text}\n}}\n"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_shape_has_the_facts_of_its_text(text in prop_oneof![text(), block()]) {
            let facts = Shapes::default().of(&text);
            prop_assert_eq!(&*facts, &terraform::root_facts(&text), "{}\n---\n{}", text, shape(&text));
        }
    }
}

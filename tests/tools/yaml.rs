//! Strings and numbers through every way of printing YAML, and back through readers that are not
//! ours: PyYAML, kubectl and Terraform's `yamldecode`.

use crate::support::rounds::rounds;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::tools::tool;
use envroot::format::Format;
use envroot::format::markers::{self, ValueKind};
use envroot::format::yaml;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

/// What a YAML reader makes of a file.
type Reader = fn(&Path) -> Option<Value>;

const READERS: [(&str, Reader); 3] =
    [("PyYAML", pyyaml), ("kubectl", kubectl), ("terraform", terraform)];

/// Prints data in one of our ways and compares what every reader makes of it.
#[track_caller]
fn check(name: &str, text: &str, expected: &[Value]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("strings.yaml");
    // kubectl reads objects only.
    let head = "apiVersion: example.net/v1\nkind: Strings\nmetadata: { name: strings }\n";
    fs::write(&file, format!("{head}{text}")).unwrap();
    for (reader, read) in READERS {
        let Some(found) = read(&file) else { continue };
        let found =
            found["data"].as_array().unwrap_or_else(|| panic!("{reader}: no list in {name}"));
        assert_eq!(found.len(), expected.len(), "{reader} reads another number of items in {name}");
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found, expected, "{reader} reads something else in {name}");
        }
        eprintln!("{reader}: {} items of {name} are the same", found.len());
    }
}

#[test]
fn every_string_comes_back_from_a_document() {
    let strings = strings();
    let expected: Vec<Value> = strings
        .iter()
        .map(|text| json!({ "value": text, "list": [text, [text]], "key": { text: { text: 1 } } }))
        .collect();
    let data = json!({ "data": expected });
    check("documents", &yaml::document(&data).text, &expected);
}

#[test]
fn every_string_comes_back_from_one_line() {
    let mut text = "data:\n".to_owned();
    let mut expected = Vec::new();
    for string in strings() {
        let nested = json!([string, { string.as_str(): [string] }]);
        let inline = yaml::inline(&json!(string));
        writeln!(text, "- {}\n- {inline}\n- [{inline}, {inline}]", yaml::inline(&nested)).unwrap();
        expected.extend([nested, json!(string), json!([string, string])]);
        if inline.len() < 1_000 {
            writeln!(text, "- {inline}: {{ {inline}: {inline} }}").unwrap();
            expected.push(json!({ string.as_str(): { string.as_str(): string } }));
        }
    }
    check("lines", &text, &expected);
}

#[test]
fn every_string_comes_back_from_a_template_or_is_refused() {
    let mut text = "data:\n".to_owned();
    let mut expected = Vec::new();
    let mut refused = [0; PLACES.len()];
    // Readers look for the colon behind a key no further than 1,024 characters.
    for string in strings().into_iter().filter(|string| string.len() < 150) {
        for (index, place) in PLACES.iter().enumerate() {
            let value = markers::marked(ValueKind::Text, 1, &string);
            let output = place.template.replace("{}", &value);
            match yaml::print(&markers::pieces(&output)) {
                Ok(printed) => {
                    text.push_str(&printed.text);
                    expected.push(json!((place.meaning)(&string)));
                }
                Err(_) => {
                    let reason = (place.refuses)(&string);
                    assert!(
                        reason || string.contains("${{"),
                        "{:?} refuses {string:?}",
                        place.template
                    );
                    refused[index] += 1;
                }
            }
        }
    }
    for (place, refused) in PLACES.iter().zip(refused) {
        eprintln!("{refused} strings were refused in {:?}", place.template);
    }
    check("templates", &text, &expected);
}

#[test]
fn every_string_comes_back_from_the_filter_in_any_style() {
    let yaml = yaml::Yaml;
    let (_, plain) = yaml.code_filters().iter().find(|(name, _)| *name == "yaml").unwrap();
    let styles = yaml.filter_styles().iter().map(|style| style.print);
    let prints: Vec<_> = std::iter::once(*plain).chain(styles).collect();
    let mut text = "data:\n".to_owned();
    let mut expected = Vec::new();
    for string in strings().into_iter().filter(|string| string.len() < 150) {
        for (index, print) in prints.iter().enumerate() {
            let value = markers::marked(ValueKind::Code, 1, &print(&json!(string)).unwrap());
            let output = format!(
                "- {value} # a\n- [{value} , {value}]\n- {value}: 1\n- {{ {value} : {value} }}\n"
            );
            match yaml::print(&markers::pieces(&output)) {
                Ok(printed) => {
                    text.push_str(&printed.text);
                    let item = json!({ string.as_str(): string });
                    let key = json!({ string.as_str(): 1 });
                    expected.extend([json!(string), json!([string, string]), key, item]);
                }
                // Only a style that the string cannot have is refused.
                Err(_) => {
                    let has_style = matches!(index, 1 | 2);
                    assert!(has_style || string.contains("${{"), "{string:?}");
                }
            }
        }
    }
    check("filtered strings", &text, &expected);
}

#[test]
fn every_number_comes_back_as_the_same_number() {
    let floats = [0.1, 1.0, -0.0, 1.5, 1e15, 1e16, 1e30, 1.5e300, 5e-324, 1e-5, 1.2e-7, -3e21];
    let integers: [i64; 7] = [0, 1, -1, 777, 411_706_531_007, 1 << 53, -(1 << 53)];
    let mut expected: Vec<Value> = floats.iter().map(|float| json!(float)).collect();
    expected.extend(integers.iter().map(|integer| json!(integer)));

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("numbers.yaml");
    let inline = yaml::inline(&json!(expected));
    let text = yaml::document(&json!({ "kind": "Numbers", "block": expected })).text;
    let head = "apiVersion: example.net/v1\nmetadata: { name: numbers }\n";
    fs::write(&file, format!("{head}{text}inline: {inline}\n")).unwrap();
    for (reader, read) in READERS {
        let Some(found) = read(&file) else { continue };
        for form in ["block", "inline"] {
            let found: Vec<f64> = numbers(&found[form]);
            assert_eq!(found, numbers(&json!(expected)), "{reader} reads other numbers");
        }
    }
}

/// The items of a list, all of which must be numbers.
fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|item| item.as_f64().unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn data_comes_back_from_a_document(data in any_data()) {
        let text = yaml::document(&data).text;
        prop_assert_eq!(yaml::check(&text), Ok(()));
        prop_assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), data);
    }

    #[test]
    fn data_comes_back_from_one_line(data in any_data()) {
        let text = yaml::inline(&data);
        prop_assert!(!text.contains('\n'));
        prop_assert_eq!(serde_yaml::from_str::<Value>(&text).unwrap(), data);
    }
}

/// Data of every shape, nested up to four levels.
fn any_data() -> impl Strategy<Value = Value> {
    let text = || {
        let parts = proptest::collection::vec(proptest::sample::select(PARTS), 0..4);
        prop_oneof![parts.prop_map(|parts| parts.concat()), any::<String>()]
    };
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 4, move |inner| {
        let list = proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from);
        let map = proptest::collection::vec((text(), inner), 0..4)
            .prop_map(|entries| entries.into_iter().collect::<Value>());
        prop_oneof![list, map]
    })
}

/// Any text that parses with a word in it also parses with any string that is let in, and is the
/// same but for that string.
#[test]
fn no_string_changes_more_than_its_place() {
    let mut random = Random(1);
    let (mut templates, mut values) = (0, 0);
    for _ in 0..rounds(40_000) {
        let template: String =
            (0..3 + random.below(14)).map(|_| SYNTAX[random.below(SYNTAX.len())]).collect();
        let Some(Ok(expected)) = parsed(&template, WORD) else { continue };
        templates += 1;
        for _ in 0..5 {
            let string: String =
                (0..1 + random.below(3)).map(|_| PARTS[random.below(PARTS.len())]).collect();
            let expected = expected.iter().map(|document| replaced(document, &string)).collect();
            match parsed(&template, &string) {
                None => continue,
                // Two keys may have become equal, and a line of a text three hyphens.
                Some(Err(error)) if error.contains("duplicate") || error.contains("indicator") => {}
                found => assert_eq!(found, Some(Ok(expected)), "{string:?} in {template:?}"),
            }
            values += 1;
        }
    }
    eprintln!("{values} strings stayed in their places in {templates} templates");
    assert!(templates > rounds(1_000) && values > rounds(5_000));
}

const WORD: &str = "icepack";

/// What templates are made of; `{}` is a string.
const SYNTAX: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n  ",
    "\n  ",
    "\n    ",
    "\n ",
    "\n\n",
    "\n   \n",
    " ",
    "  ",
    "\t",
    "a",
    "b: ",
    "c: ",
    "- ",
    "- ",
    "? ",
    ": ",
    ":",
    "\"",
    "\"",
    "'",
    "'",
    "''",
    "\\",
    "\\\"",
    "#",
    " # c",
    "|",
    "|-",
    "|2",
    ">",
    ">-",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "&a ",
    "*a",
    "!!str ",
    "---\n",
    "...\n",
    "{}",
    "{}",
    "{}",
    "\"{}\"",
    "'{}'",
    "\"{}\": ",
    "a: \"{}\"\n",
    "- '{}'\n",
    "|\n  {}\n",
    "text",
    "1",
];

/// The documents of a template with a string in it, if it may stand there.
fn parsed(template: &str, string: &str) -> Option<Result<Vec<serde_yaml::Value>, String>> {
    let output =
        format!("{}\n", template.replace("{}", &markers::marked(ValueKind::Text, 1, string)));
    let text = yaml::print(&markers::pieces(&output)).ok()?.text;
    let documents = serde_yaml::Deserializer::from_str(&text).map(serde_yaml::Value::deserialize);
    Some(documents.map(|document| document.map_err(|error| error.to_string())).collect())
}

/// A document with a string in place of the word.
fn replaced(document: &serde_yaml::Value, string: &str) -> serde_yaml::Value {
    use serde_yaml::Value;
    match document {
        Value::String(text) => Value::String(text.replace(WORD, string)),
        Value::Sequence(items) => items.iter().map(|item| replaced(item, string)).collect(),
        Value::Mapping(map) => Value::Mapping(
            map.iter()
                .map(|(key, value)| (replaced(key, string), replaced(value, string)))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// A place for a string in a template.
struct Place {
    /// One item of a list, in which `{}` stands for the string.
    template: &'static str,
    /// What a reader should make of the item.
    meaning: fn(&str) -> Value,
    /// Whether the string cannot stand there.
    refuses: fn(&str) -> bool,
}

const PLACES: [Place; 29] = [
    Place { template: "- \"{}\"\n", meaning: |s| json!(s), refuses: never },
    Place { template: "- 'a{}'\n", meaning: |s| json!(format!("a{s}")), refuses: is_unseen },
    Place { template: "- '{}'\n", meaning: |s| json!(s), refuses: is_unseen },
    Place { template: "- \"a{}b\" # {}\n", meaning: |s| json!(format!("a{s}b")), refuses: never },
    Place { template: "# {}\n- a # {}\n# {}\n", meaning: |_| json!("a"), refuses: never },
    Place { template: "- [a, \"{}\"]\n", meaning: |s| json!(["a", s]), refuses: never },
    Place {
        template: "- {a: '{}', \"b{}\":[c]}\n",
        meaning: |s| json!({ "a": s, format!("b{s}"): ["c"] }),
        refuses: is_unseen,
    },
    Place {
        template: "- |\n  {}\n",
        meaning: |s| json!(format!("{s}\n")),
        refuses: opens_no_block,
    },
    Place {
        template: "- |2+\n\n  {}\n  # {}\n",
        meaning: |s| json!(format!("\n{s}\n# {s}\n")),
        refuses: |s| s.is_empty() || is_unseen(s),
    },
    Place {
        template: "- |- # {}\n a{}b\n",
        meaning: |s| json!(format!("a{s}b")),
        refuses: is_unseen,
    },
    Place {
        template: "- >-\n    {}\n    {}\n",
        meaning: |s| json!(format!("{s} {s}")),
        refuses: opens_no_block,
    },
    Place {
        template: "- \"a\n\n  {} b\n  {}\n  \"\n",
        meaning: |s| json!(format!("a\n{s} b {s} ")),
        refuses: has_bare_edge,
    },
    Place {
        template: "- 'a {}\n  b'\n",
        meaning: |s| json!(format!("a {s} b")),
        refuses: |s| has_bare_edge(s) || is_unseen(s),
    },
    // Without quotes, a string may be refused; what is printed comes back.
    Place { template: "- {}\n", meaning: |s| json!(s), refuses: may_be },
    Place { template: "- {} # {}\n", meaning: |s| json!(s), refuses: may_be },
    Place { template: "- a{}\n", meaning: |s| json!(format!("a{s}")), refuses: may_be },
    Place { template: "- {}b\n", meaning: |s| json!(format!("{s}b")), refuses: may_be },
    Place { template: "- a {} b\n", meaning: |s| json!(format!("a {s} b")), refuses: may_be },
    Place { template: "- {}{}\n", meaning: |s| json!(format!("{s}{s}")), refuses: may_be },
    Place { template: "- 1{}\n", meaning: |s| json!(format!("1{s}")), refuses: may_be },
    Place { template: "- -{}\n", meaning: |s| json!(format!("-{s}")), refuses: may_be },
    Place { template: "- .{}\n", meaning: |s| json!(format!(".{s}")), refuses: may_be },
    Place { template: "- 0x{}\n", meaning: |s| json!(format!("0x{s}")), refuses: may_be },
    Place { template: "- 12:{}\n", meaning: |s| json!(format!("12:{s}")), refuses: may_be },
    Place {
        template: "- 2026-{}-20\n",
        meaning: |s| json!(format!("2026-{s}-20")),
        refuses: may_be,
    },
    Place { template: "- [{}, a{}]\n", meaning: |s| json!([s, format!("a{s}")]), refuses: may_be },
    Place { template: "- {}: 1\n", meaning: |s| json!({ s: 1 }), refuses: may_be },
    Place { template: "- a{}: 1\n", meaning: |s| json!({ format!("a{s}"): 1 }), refuses: may_be },
    Place {
        template: "- { {}: a{} }\n",
        meaning: |s| json!({ s: format!("a{s}") }),
        refuses: may_be,
    },
];

fn may_be(_: &str) -> bool {
    true
}

fn never(_: &str) -> bool {
    false
}

/// Whether text cannot be written without escapes.
fn is_unseen(text: &str) -> bool {
    let is_seen =
        |c: char| matches!(c, ' '..='~' | '\t' | '\u{A1}'..='\u{DFFFF}') && !INVISIBLE.contains(&c);
    !text.chars().all(is_seen)
}

fn has_bare_edge(text: &str) -> bool {
    text.is_empty() || text.starts_with([' ', '\t']) || text.ends_with([' ', '\t'])
}

fn opens_no_block(text: &str) -> bool {
    text.is_empty() || text.starts_with([' ', '\t']) || is_unseen(text)
}

const INVISIBLE: [char; 12] = [
    '\u{AD}',
    '\u{2028}',
    '\u{2029}',
    '\u{FEFF}',
    '\u{FFFE}',
    '\u{FFFF}',
    '\u{FDD0}',
    '\u{FDEF}',
    '\u{200B}',
    '\u{202E}',
    '\u{2066}',
    '\u{E0001}',
];

/// What strings are made of that some reader takes for something else.
const PARTS: &[&str] = &[
    "y",
    "n",
    "yes",
    "no",
    "on",
    "off",
    "true",
    "false",
    "null",
    "nan",
    "inf",
    ".inf",
    ".nan",
    "infinity",
    "~",
    "=",
    "<<",
    "012345678901",
    "857967394368",
    "0777",
    "0o17",
    "0x1F",
    "0b101",
    "1_000",
    "1_0.5",
    "12:30:45",
    "1:30",
    "2026-11-20",
    "2026-11-20T10:11:12Z",
    "1e3",
    "1E3",
    "1.0e+3",
    "-1",
    "+1",
    "-",
    "--",
    "---",
    "...",
    "?",
    ":",
    "::",
    ",",
    "#",
    "&",
    "*",
    "!",
    "|",
    ">",
    "|-",
    "'",
    "''",
    "\"",
    "%",
    "@",
    "`",
    "\\",
    "\\n",
    "\\x41",
    "{",
    "}",
    "[",
    "]",
    "{}",
    "[]",
    "{{",
    "}}",
    "${",
    "${{",
    "$",
    "%{",
    "- a",
    "a: b",
    "a:",
    ": b",
    "# c",
    " # c",
    "a #c",
    "!!str",
    "!ref",
    "&a",
    "*a",
    "a",
    "b",
    "icepack",
    "500m",
    "1Gi",
    "1.5Gi",
    "0m",
    "1k",
    "1E",
    "1P",
    "1M",
    "1G",
    "1T",
    "1Ki",
    "1Mi",
    "1Ti",
    "1Pi",
    "1Ei",
    "30s",
    "1h",
    "1m30s",
    "012m",
    "é",
    "ß",
    "日本",
    "😀",
    "👩\u{200D}💻",
    " ",
    " ",
    "  ",
    "\t",
    "\n",
    "\n",
    "\n\n",
    "\n ",
    " \n",
    "\n\t",
    "\n  ",
    "\r",
    "\r\n",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\u{FEFF}",
    "\u{A0}",
    "\u{AD}",
    "\u{200B}",
    "\u{202E}",
    "\u{2066}",
    "\0",
    "\u{1}",
    "\u{7}",
    "\u{8}",
    "\u{B}",
    "\u{C}",
    "\u{1B}",
    "\u{7F}",
    "\u{80}",
    "\u{9F}",
    "\u{FFFD}",
    "\u{FFFE}",
    "\u{FFFF}",
    "\u{FDD0}",
    "\u{FDEF}",
    "\u{E000}",
    "\u{1FFFE}",
    "\u{E0001}",
    "\u{10FFFF}",
    "/",
    "/readyz",
    "a/b",
    "a.b.c",
    "eks.amazonaws.com/role-arn",
    "arn:aws:iam::411706531007:role/icepack",
    "https://a.example.net:8443/x",
    "30 * * * *",
    "e",
    "E",
    "x",
    "_",
    "_1",
    ".",
    ".5",
    "5.",
    "0",
    "1",
    "1.2.3",
    "null ",
    "<%",
    "%>",
    "\\\"",
];

/// Every part in every case, every pair with a short list of neighbours, and longer chains.
///
/// All are in normal form C, which Terraform would bring them to.
fn strings() -> Vec<String> {
    let mut strings = vec![String::new(), "x".repeat(1_100), "\u{1}".repeat(400)];
    for part in PARTS {
        strings.extend([part.to_string(), part.to_uppercase(), capitalised(part)]);
        for edge in ["a", " ", "\n", "-", ":", "\"", "0"] {
            strings.extend([format!("{edge}{part}"), format!("{part}{edge}")]);
        }
    }
    let mut random = Random(1);
    for _ in 0..rounds(9_300) {
        let length = 2 + random.below(6);
        strings.push((0..length).map(|_| PARTS[random.below(PARTS.len())]).collect());
    }
    strings.sort();
    strings.dedup();
    assert!(strings.len() > rounds(10_000));
    strings
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// A generator that gives every run the same numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn pyyaml(file: &Path) -> Option<Value> {
    let program =
        "import json, sys, yaml\njson.dump(yaml.safe_load(open(sys.argv[1], 'rb')), sys.stdout)";
    let python = tool("python-with-yaml")?;
    Some(json_of(Command::new(python).args(["-c", program]).arg(file)))
}

fn kubectl(file: &Path) -> Option<Value> {
    let kubectl = tool("kubectl")?;
    let arguments = ["annotate", "--local", "-o", "json", "x=y", "-f"];
    Some(json_of(Command::new(kubectl).args(arguments).arg(file)))
}

fn terraform(file: &Path) -> Option<Value> {
    let terraform = tool("terraform")?;
    let folder = file.parent().unwrap();
    let name = file.file_name().unwrap().to_str().unwrap();
    let root = format!("output \"read\" {{ value = jsonencode(yamldecode(file(\"{name}\"))) }}\n");
    fs::write(folder.join("main.tf"), root).unwrap();
    fs::write(folder.join("terraform.rc"), "").unwrap();
    let command = |arguments: &[&str]| {
        let mut command = Command::new(&terraform);
        command.args(arguments).current_dir(folder);
        command
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_CLI_CONFIG_FILE", folder.join("terraform.rc"));
        command
    };
    output_of(&mut command(&["apply", "-auto-approve"]));
    let read = json_of(&mut command(&["output", "-json", "read"]));
    Some(serde_json::from_str(read.as_str().unwrap()).unwrap())
}

fn json_of(command: &mut Command) -> Value {
    serde_json::from_slice(&output_of(command).stdout).unwrap()
}

fn output_of(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

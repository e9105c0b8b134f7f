//! Values in each position, and data; the parser is the crate's.

use serde_json::json;

use super::*;
use crate::format::markers::ValueKind;
use crate::format::{DataStep, Refusal, trial};

fn printed(template: &str, kind: ValueKind, value: &str) -> Result<String, Refusal> {
    trial::printed(print, template, kind, value)
}

/// A template whose key `a` has a value with these texts comes back with them.
#[track_caller]
fn comes_back(template: &str, value: &str) {
    let text = printed(template, ValueKind::Text, value).unwrap();
    let table: toml::Table = text.parse().unwrap();
    assert_eq!(table["a"].as_str(), Some(&*format!("<{value}>")), "{text}");
    assert_eq!(table.len(), 1, "{text}");
}

#[test]
fn a_value_between_quotes_comes_back() {
    let hostile = [
        "",
        "x",
        "\"",
        "'",
        "\\",
        "\"\"\"",
        "'''",
        "\n[b]\n",
        "\r",
        "\t",
        "\0\u{7f}",
        "é😀",
        "#",
        "\"\nb = 1 #",
    ];
    for value in hostile {
        comes_back("a = \"<@>\"\n", value);
        comes_back("a = \"\"\"<@>\"\"\" # \"@\n", value);
        match value.contains(['\'', '\n', '\r', '\0']) {
            true => assert!(printed("a = '<@>'\n", ValueKind::Text, value).is_err(), "{value}"),
            false => {
                comes_back("a = '<@>'\n", value);
                comes_back("a = '''<@>'''\n", value);
            }
        }
    }
    assert!(printed("a = \"\\@\"\n", ValueKind::Text, "x").is_err());
    assert!(printed("a = \"@\"\n", ValueKind::Code, "x").is_err());
}

#[test]
fn only_a_key_takes_a_word_without_quotes() {
    for template in ["@ = 1\n", "[a.@]\n", "[[@]]\n", "b.@ = 1\n"] {
        assert_eq!(printed(template, ValueKind::Text, "x-1"), Ok(template.replace('@', "x-1")));
        for value in ["", "a b", "a.b", "=", "]", "\"", "\n"] {
            assert!(printed(template, ValueKind::Text, value).is_err(), "{template}: {value}");
        }
    }
    for template in ["a = @\n", "a = [\n  @,\n]\n", "a = { @ = 1 }\n", "a = [1, @]\n"] {
        assert!(printed(template, ValueKind::Text, "x").is_err(), "{template}");
        assert!(printed(template, ValueKind::Bare, "12").is_ok(), "{template}");
    }
    assert_eq!(printed("a = @\n", ValueKind::Code, "[1]"), Ok("a = [1]\n".to_owned()));
    assert_eq!(printed("# @\na = 1\n", ValueKind::Text, "x\ny"), Ok("# x y\na = 1\n".to_owned()));
}

#[test]
fn data_comes_back() {
    let data = json!({
        "b": "x\n\"", "t": { "c": 1, "inner": { "d": [1, "2", { "e": true }] }, "none": {} },
        "list": [{ "a": 1 }, { "b": { "c": 2.5 } }], "a key": [], "z": false,
    });
    let text = document::text(&data).unwrap();
    let table: toml::Table = text.parse().unwrap();
    assert_eq!(serde_json::to_value(table).unwrap(), data, "{text}");
    let paths = document::line_paths(&data);
    assert_eq!(paths.len(), text.lines().count());
    let line = text.lines().position(|line| line == "c = 2.5").unwrap();
    let expected = ["list", "1", "b", "c"].map(|step| match step {
        "1" => DataStep::Index(1),
        key => DataStep::Key(key),
    });
    assert_eq!(paths[line], expected);
}

#[test]
fn what_toml_has_no_form_for_is_said() {
    for data in
        [json!({ "a": null }), json!([1]), json!({ "a": [[null]] }), json!({ "a": u64::MAX })]
    {
        assert!(document::text(&data).is_err(), "{data}");
    }
}

#[test]
fn a_mistake_has_its_place() {
    assert_eq!(Toml.read_back("a = 1\n"), Ok(()));
    let (line, column, _) = Toml.read_back("a = 1\nb = x\n").unwrap_err();
    assert_eq!((line, column), (2, 5));
}

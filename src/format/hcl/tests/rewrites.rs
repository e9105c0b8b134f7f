//! The rewrites of `terraform fmt`, with and without values.

use super::*;

#[test]
fn quotes_around_one_interpolation_are_taken_off() {
    lays_out("a = \"${b}\"\n", "a = b\n");
    lays_out("a = \"${~ b[0].c ~}\" # d\n", "a = b[0].c # d\n");
    lays_out("a {\n b { c = \"${d}\" }\n}\n", "a {\n  b { c = d }\n}\n");
    lays_out("a = \"${f(\"${b}\", \"c\")}\"\n", "a = f(\"${b}\", \"c\")\n");
    lays_out("a = \"${\"${\"b\"}\"}\"\n", "a = \"b\"\n");
    lays_out("a = /* b */ \"${c}\" /* d */\n", "a = /* b */ c /* d */\n");
    lays_out("a = \"${\n\n  b\n}\"\n", "a = b\n");
    lays_out("a = \"${b ?\n1 : 2}\"\n", "a = (b ?\n1 : 2)\n");
    lays_out("a = \"${(b\n+ c)}\"\nd = 1\n", "a = (b\n+ c)\nd = 1\n");
    lays_out("a = \"${b # c\n}\"\n", "a = b # c\n");
    lays_out("a = \"${ {b=\"${c}\"} }\"\nde = 1\n", "a  = { b = \"${c}\" }\nde = 1\n");
}

#[test]
fn other_strings_keep_their_quotes() {
    for text in [
        "a = \"${b}c\"\n",
        "a = \"${b}${c}\"\n",
        "a = \"%{if b}c%{endif}\"\n",
        "a = [\"${b}\"]\n",
        "a = f(\"${b}\")\n",
        "a = { b = \"${c}\" }\n",
        "a = (\"${b}\")\n",
        "a = \"${b}\" == \"${c}\"\n",
        "a = !\"${b}\"\n",
        "a = \"$${b}\"\n",
        "a = <<E\n${b}\nE\n",
        "a = b ? c : \"${d}\"\n",
        // Not HCL.
        "a \"${b}\"\n",
        "}\na = \"${b}\"\n",
        "a\nb = \"${c}\"\n",
    ] {
        lays_out(text, text);
    }
}

#[test]
fn quoted_types_of_variables_are_written_as_types() {
    let variable = |name: &str| format!("variable \"a\" {{\n  type = {name}\n}}\n");
    for (name, expected) in [
        ("\"string\"", "string"),
        ("\"list\"", "list(string)"),
        ("\"map\"", "map(string)"),
        ("list", "list(any)"),
        ("map", "map(any)"),
        ("set", "set(any)"),
        ("\"set\"", "\"set\""),
        ("\"${list}\"", "\"${list}\""),
        ("any", "any"),
        ("list(any)", "list(any)"),
    ] {
        lays_out(&variable(name), &variable(expected));
    }
    lays_out("a \"b\" {\n  type = \"list\"\n}\n", "a \"b\" {\n  type = \"list\"\n}\n");
    lays_out(
        "variable \"a\" {\n  b {\n    type = list\n  }\n}\n",
        "variable \"a\" {\n  b {\n    type = list\n  }\n}\n",
    );
    lays_out("type = \"list\"\n", "type = \"list\"\n");
}

#[test]
fn labels_of_blocks_get_quotes() {
    lays_out("a b c-d {\n}\n", "a \"b\" \"c-d\" {\n}\n");
    lays_out("a /* x */ b /* y */ \"c\" /* z */ {\n}\n", "a \"b\" \"c\" /* z */ {\n}\n");
    lays_out("a /* x\n */ b {\n}\n", "a \"b\" {\n}\n");
    lays_out("a \"b\\u0041\\t\" {\n}\n", "a \"bA\\t\" {\n}\n");
    lays_out("a \"\u{200b}\" \"größe\" {\n}\n", "a \"\\u200b\" \"größe\" {\n}\n");
    lays_out("a \"b$c\" \"d%\" {\n}\n", "a \"b$c\" \"d%\" {\n}\n");
    lays_out("a /* x */ {\n}\n", "a /* x */ {\n}\n");
}

/// Checks the canonical layout of a template's output.
#[track_caller]
fn formats(row: &str, expected: &str, tags: &[(u32, u32)]) {
    let printed =
        HclPrinter::default().print(&pieces(&output(row)), LayoutMode::Canonical).unwrap();
    assert_eq!((&*printed.text, &*printed.tags), (expected, tags));
}

#[test]
fn values_take_part_in_the_rewrites() {
    formats("a = \"${b}‹›\"\n", "a = b\n", &[(0, 0)]);
    formats("a = \"${b}‹c›\"\n", "a = \"${b}c\"\n", &[(0, 0)]);
    formats("a = \"‹›${b}‹›\"\n", "a = b\n", &[(0, 0), (0, 1)]);
    formats("a = \"${b[«\"c\"»]}\"\n", "a = b[\"c\"]\n", &[(0, 0)]);
    formats("a = \"${«\"b$${c}\"»}\"\n", "a = \"b$${c}\"\n", &[(0, 0)]);
    formats("a = \"${\n\n«b»\n}\"\nc = ⟦1⟧\n", "a = b\nc = 1\n", &[(0, 0), (1, 1)]);
    formats("a = \"${«[\n1\n]»}\"\n", "a = ([\n  1\n])\n", &[(0, 0), (1, 0), (2, 0)]);
    formats(
        "variable «a» {\ntype = «\"list\"»\n}\n",
        "variable \"a\" {\n  type = list(string)\n}\n",
        &[(0, 0), (1, 1)],
    );
    formats(
        "«variable» a {\n«type» = map # ‹b›\n}\n",
        "variable \"a\" {\n  type = map(any) # b\n}\n",
        &[(0, 0), (1, 1), (1, 2)],
    );
    formats(
        "a /* ‹x›\n */ \"‹b›\" {\nc = ⟦1⟧\n}\n",
        "a \"b\" {\n  c = 1\n}\n",
        &[(0, 0), (0, 1), (1, 2)],
    );
}

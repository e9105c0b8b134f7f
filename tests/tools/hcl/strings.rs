//! Random strings and templates that try to break out of their place.

use envroot::format::markers::{ValueKind, marked};
use serde_json::{Value, json};

use crate::support::random::Random;

const PARTS: [&str; 44] = [
    "$",
    "$",
    "$$",
    "%",
    "%",
    "%%",
    "{",
    "{",
    "{{",
    "}",
    "\"",
    "\\",
    "\n",
    "\r",
    "\t",
    " ",
    "  ",
    "~",
    "#",
    "//",
    "/*",
    "*/",
    "${",
    "%{",
    "$${",
    "%%{",
    "${~",
    "~}",
    "${path.cwd}",
    "%{if true}",
    "EOT",
    "EOT\n",
    "\nEOT\n",
    "  EOT",
    "\0",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{feff}",
    "\u{2028}",
    "\u{fdd0}\u{ffff}",
    "👩‍👩‍👧q\u{301}é",
    "no",
    "012345678901",
];

/// Template text beside values, as it is written and as Terraform reads it. Its own pieces never
/// join to anything else, whatever is between them.
const LITERALS: [(&str, &str); 17] = [
    ("", ""),
    ("a", "a"),
    ("$", "$"),
    ("$$", "$$"),
    ("%", "%"),
    ("%$", "%$"),
    ("{", "{"),
    ("{%", "{%"),
    ("}", "}"),
    ("$${", "${"),
    ("%%{", "%{"),
    ("${\"x\"}", "x"),
    ("${\"x\"}$", "x$"),
    ("%${\"x\"}", "%x"),
    ("%{ if true }y%{ endif }", "y"),
    ("$%{ if true }y%{ endif }%", "$y%"),
    ("é/*", "é/*"),
];

/// As above, but what stands beside it must not begin or end with blanks of the template's own.
const STRIPPING: (&str, &str) = ("${~ \"x\" ~}", "x");

/// A string of up to seven awkward parts; Unicode's composed form, as Terraform keeps it.
pub(crate) fn string(random: &mut Random) -> String {
    (0..random.below(8)).map(|_| *random.pick(&PARTS)).collect()
}

/// Data of any shape, its strings and keys made of awkward parts.
pub(crate) fn data(random: &mut Random, depth: usize) -> Value {
    match random.below(if depth == 0 { 5 } else { 9 }) {
        0 => Value::Null,
        1 => json!(random.one_in(2)),
        2 => json!(random.below(1 << 40) as i64 - (1 << 39)),
        3 | 4 => json!(string(random)),
        5 | 6 => (0..random.below(6)).map(|_| data(random, depth - 1)).collect(),
        _ => (0..random.below(6)).map(|_| (string(random), data(random, depth - 1))).collect(),
    }
}

/// Values with template text on both sides: as a template prints them, and as they are meant.
pub(crate) fn text_with_values(random: &mut Random) -> (String, String) {
    let (mut printed, mut meant) = (String::new(), String::new());
    let count = 1 + random.below(3);
    for tag in 0..=count {
        let is_inside = 0 < tag && tag < count;
        let literal =
            if is_inside && random.one_in(8) { &STRIPPING } else { random.pick(&LITERALS) };
        printed.push_str(literal.0);
        meant.push_str(literal.1);
        if tag < count {
            let value = string(random);
            printed.push_str(&marked(ValueKind::Text, tag as u32, &value));
            meant.push_str(&value);
        }
    }
    (printed, meant)
}

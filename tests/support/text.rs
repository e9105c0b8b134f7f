//! Random strings that some reader or another takes for something else.
//!
//! Knows the troublesome parts of TOML, YAML, HCL, templates and Unicode, not how any is written.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::support::random::Random;

const PARTS: [&str; 113] = [
    // References, and what only looks like one.
    "{{",
    "}}",
    "{{ ",
    " }}",
    "\\{{",
    "{{ env.name }}",
    "{{ service.name }}",
    "{{env.vars.texts}}",
    "{{  service.",
    "{{ env.",
    "{{ .Values.image.tag }}",
    "{{ $labels.pod }}",
    "{{ text }}",
    "{% if true %}",
    "{# gone #}",
    "{%- raw -%}",
    "\\{{ env.name }}",
    // Terraform's templates.
    "$",
    "$$",
    "%",
    "%%",
    "${",
    "%{",
    "$${",
    "%%{",
    "${{ secrets.TOKEN }}",
    "${path.module}",
    "${~",
    "~}",
    "%{ if true }",
    "%{ endif }",
    "EOT",
    "\nEOT\n",
    "  EOT",
    // Quotes, escapes and comments.
    "\"",
    "\"\"\"",
    "'",
    "'''",
    "`",
    "\\",
    "\\\\",
    "\\n",
    "\\u0041",
    "\\x41",
    "#",
    " # ",
    "//",
    "/*",
    "*/",
    // Blanks and line ends.
    " ",
    "  ",
    "\t",
    "\n",
    "\n\n",
    "\n  ",
    " \n",
    "\r",
    "\r\n",
    // What YAML gives a meaning.
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    ": ",
    " :",
    "-",
    "- ",
    "---",
    "\n---\n",
    "\n...\n",
    "? ",
    "!",
    "!!str",
    "&a",
    "*a",
    "|",
    "| ",
    ">",
    "@",
    "=",
    "<<",
    // Words and numbers that are none.
    "no",
    "Yes",
    "on",
    "y",
    "true",
    "null",
    "~",
    ".inf",
    ".NaN",
    "012345678901",
    "0o17",
    "0x1F",
    "1_000",
    "12:30:45",
    "1e3",
    "1.",
    "+1",
    "2026-11-20",
    "500m",
    // Characters that are changed, hidden or refused somewhere.
    "\0",
    "\u{7}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{ad}",
    "\u{200b}",
    "\u{2028}",
    "\u{202e}",
    "\u{fdd0}\u{fdef}",
    "\u{feff}",
];

/// Where characters are taken from: ASCII, accents to be composed, Hangul, marks, and the rest.
const BLOCKS: [(u32, u32); 9] = [
    (0x20, 0x3C),
    (0x40, 0x7F),
    (0xC0, 0x17F),
    (0x300, 0x345),
    (0x900, 0x97F),
    (0x1100, 0x11FF),
    (0x2000, 0x206F),
    (0xFFF0, 0xFFFF),
    (0x1F300, 0x1F6FF),
];

/// Different strings in Unicode's form NFC, the only one that Terraform keeps: nothing, every part
/// by itself, and parts and characters joined at random.
pub(crate) fn texts(count: usize, seed: u64) -> Vec<String> {
    let mut random = Random(seed);
    let mut texts: BTreeSet<String> = PARTS.into_iter().chain([""]).map(String::from).collect();
    while texts.len() < count {
        let text: String = (0..2 + random.below(6)).map(|_| part(&mut random)).collect();
        texts.insert(text.nfc().collect());
    }
    texts.into_iter().collect()
}

fn part(random: &mut Random) -> String {
    if random.one_in(4) {
        let (first, last) = *random.pick(&BLOCKS);
        let code = first + random.below((last - first) as usize + 1) as u32;
        return char::from_u32(code).expect("no block holds surrogates").into();
    }
    (*random.pick(&PARTS)).to_owned()
}

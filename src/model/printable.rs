//! Text that is safe to print: it steers neither a terminal nor the host of a CI run.
//!
//! Everything that a command prints, or appends to a page of a CI host, passes through [`Printable`].

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use serde_json::Value;

/// A text without control characters. In their place is what TOML and JSON write for them, such as `\u001b`: a document in JSON
/// remains one, with the same meaning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printable(String);

impl Printable {
    /// Any text.
    pub fn new(text: &str) -> Printable {
        Printable(without_commands(&without_controls(text, Allowed::Lines)).into_owned())
    }

    /// A text whose colours are this program's own. Nothing else that a user wrote may be a colour in it.
    pub fn with_colours(text: &str) -> Printable {
        Printable(without_commands(&without_controls(text, Allowed::Colours)).into_owned())
    }

    /// Commands to the host of a CI run, one in each line, in which all that a user wrote is escaped.
    pub fn commands(text: &str) -> Printable {
        Printable(without_brackets(without_controls(text, Allowed::Lines)).into_owned())
    }

    pub(crate) fn push(&mut self, other: &Printable) {
        self.0.push_str(&other.0);
    }

    /// Adds whole lines.
    pub(crate) fn push_str(&mut self, lines: &str) {
        self.push(&Printable::new(lines));
    }
}

impl Deref for Printable {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for Printable {
    fn from(text: String) -> Printable {
        Printable::new(&text)
    }
}

impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name or a path, which is one line whatever is in it.
pub(crate) fn line(text: &str) -> Cow<'_, str> {
    without_controls(text, Allowed::Nothing)
}

/// A text of one or more lines.
pub(crate) fn lines(text: &str) -> Cow<'_, str> {
    without_controls(text, Allowed::Lines)
}

/// A document whose strings are safe to print one by one, as `jq -r` does: what JSON would write as an escape is visible text in it.
pub(crate) fn document(value: Value) -> Value {
    let string = |text: &str| Printable::new(text).0;
    match value {
        Value::String(text) => Value::String(string(&text)),
        Value::Array(items) => items.into_iter().map(document).collect(),
        Value::Object(map) => {
            map.into_iter().map(|(key, value)| (string(&key), document(value))).collect()
        }
        other => other,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    Nothing,
    /// Line feeds and tabs.
    Lines,
    /// Line feeds, tabs and sequences that set a colour.
    Colours,
}

fn without_controls(text: &str, allowed: Allowed) -> Cow<'_, str> {
    let is_kept = |c: char| allowed != Allowed::Nothing && matches!(c, '\n' | '\t');
    let first = text.find(|c| (is_control(c) || is_joiner(c)) && !is_kept(c));
    let Some(first) = first else { return Cow::Borrowed(text) };
    let mut out = text[..first].to_owned();
    let mut rest = &text[first..];
    while let Some(c) = rest.chars().next() {
        let colour = (allowed == Allowed::Colours).then(|| colour(rest)).flatten();
        let after = &rest[c.len_utf8()..];
        let is_shown = if is_joiner(c) { joins(&out, after) } else { !is_control(c) || is_kept(c) };
        let kept = colour.unwrap_or(if is_shown { c.len_utf8() } else { 0 });
        out.push_str(&rest[..kept]);
        if kept == 0 {
            push_escaped(&mut out, c);
        }
        rest = &rest[kept.max(c.len_utf8())..];
    }
    Cow::Owned(out)
}

/// Returns true for characters that do not show, and that emoji and some scripts need between letters.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}')
}

/// Returns true if a joiner has such letters beside it.
fn joins(before: &str, after: &str) -> bool {
    let needs_joiners = |c: char| !c.is_ascii() && !is_control(c) && !is_joiner(c);
    let has_before = before.ends_with(|c| needs_joiners(c) || c == '\u{fe0f}');
    has_before && !after.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The length of the sequence for a colour at the start of a text.
fn colour(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    numbers[end..].starts_with('m').then_some("\u{1b}[m".len() + end)
}

/// Returns true for characters that move the cursor, end a line, change the direction of a text or do not show.
fn is_control(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn push_escaped(out: &mut String, c: char) {
    for unit in c.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

/// Beginnings of commands to CI hosts that are read anywhere in a line.
const ANYWHERE: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// Escapes the first character of what GitHub, Azure or TeamCity would take as a command.
fn without_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("::") {
        return without_brackets(Cow::Borrowed(text));
    }
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        // The name of a command follows directly.
        let named = |rest: &&str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
        match line.trim_start().strip_prefix("::").filter(named) {
            Some(rest) => {
                out.push_str(&line[..line.len() - rest.len() - "::".len()]);
                out.push_str("\\u003a:");
                out.push_str(rest);
            }
            None => out.push_str(line),
        }
    }
    without_brackets(Cow::Owned(out))
}

/// Hosts read the names of these in any case.
fn without_brackets(text: Cow<'_, str>) -> Cow<'_, str> {
    if !text.contains("##") {
        return text;
    }
    let is_command = |rest: &str| {
        ANYWHERE.iter().any(|command| {
            rest.get(..command.len()).is_some_and(|start| start.eq_ignore_ascii_case(command))
        })
    };
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c == '#' && is_command(&text[at..]) {
            true => out.push_str("\\u0023"),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(*Printable::new(text), *expected);
    }

    #[test]
    fn control_characters_are_written_as_toml_and_json_write_them() {
        check("é\n\ta: b, c — d 😀 字", "é\n\ta: b, c — d 😀 字");
        check("\u{1b}[2Ja\u{7}\r\n", "\\u001b[2Ja\\u0007\\u000d\n");
        check("\u{9b}2J\u{7f}\u{85}", "\\u009b2J\\u007f\\u0085");
        check("a\u{202e}b\u{2066}\u{200f}", "a\\u202eb\\u2066\\u200f");
        check("\u{2028}\u{feff}\u{e0041}", "\\u2028\\ufeff\\udb40\\udc41");
        check("\u{1b}[31m", "\\u001b[31m");
        assert_eq!(line("a\n\tb"), "a\\u000a\\u0009b");
        assert_eq!(lines("a\n\u{0}"), "a\n\\u0000");
    }

    #[test]
    fn a_document_in_json_keeps_its_meaning() {
        for c in ['\u{202e}', '\u{9b}', '\u{feff}', '\u{e0041}', '\u{1b}', '\n', '#'] {
            let value = serde_json::json!({ "a": format!("{c}##[error]"), "::b": 1 });
            let printed = Printable::new(&format!("{value:#}\n"));
            assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), value);
        }
    }

    #[test]
    fn no_character_is_hidden_and_scripts_keep_their_joiners() {
        for hidden in [
            '\u{ad}',
            '\u{34f}',
            '\u{115f}',
            '\u{17b4}',
            '\u{180e}',
            '\u{180f}',
            '\u{200b}',
            '\u{200c}',
            '\u{200d}',
            '\u{2061}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{ffa0}',
            '\u{1d173}',
            '\u{e0061}',
            '\u{e0100}',
        ] {
            let shown = Printable::new(&format!("a{hidden}b"));
            assert!(shown.starts_with("a\\u") && shown.is_ascii(), "{shown}");
        }
        for kept in ["👩\u{200d}💻", "❤\u{fe0f}\u{200d}🔥", "می\u{200c}خواهم", "é字"]
        {
            check(kept, kept);
        }
        check("é\u{200d}a", "é\\u200da");
        check("字\u{200c}\u{200c}字", "字\u{200c}\\u200c字");
    }

    #[test]
    fn each_string_of_a_document_is_safe_by_itself() {
        let value =
            serde_json::json!({ "a\u{1b}": ["\u{1b}[2J", { "b": "::error::\u{202e}x" }], "c": 1 });
        let expected = serde_json::json!({
            "a\\u001b": ["\\u001b[2J", { "b": "\\u003a:error::\\u202ex" }],
            "c": 1,
        });
        assert_eq!(document(value), expected);
    }

    #[test]
    fn no_line_is_a_command_to_a_ci_host() {
        check("::error::x", "\\u003a:error::x");
        check("a\n  \t ::add-mask::x", "a\n  \t \\u003a:add-mask::x");
        check("a::b\n+::error::", "a::b\n+::error::");
        check("  ::: a.toml:1:2", "  ::: a.toml:1:2");
        check("x ##[error]y", "x \\u0023#[error]y");
        check("##vso[task.setvariable]", "\\u0023#vso[task.setvariable]");
        check("## [a link](b)", "## [a link](b)");
        for (command, shown) in [
            ("::set-output name=a::b", "\\u003a:set-output name=a::b"),
            ("a\n::stop-commands::x", "a\n\\u003a:stop-commands::x"),
            ("\u{a0}\u{3000}::debug::x", "\u{a0}\u{3000}\\u003a:debug::x"),
            ("\r::group::x", "\\u000d::group::x"),
            ("+##[add-path]x", "+\\u0023#[add-path]x"),
            ("##[[group]x", "\\u0023#[[group]x"),
            ("###vso[x]", "#\\u0023#vso[x]"),
            ("##VSO[task.complete]", "\\u0023#VSO[task.complete]"),
            ("##TeamCity[message]", "\\u0023#TeamCity[message]"),
            ("section_start:1:a\r\u{1b}[0K", "section_start:1:a\\u000d\\u001b[0K"),
            ("section_end:1:a\r", "section_end:1:a\\u000d"),
            ("travis_fold:start:a\r", "travis_fold:start:a\\u000d"),
            ("\u{1b}_bk;t=1\u{7}", "\\u001b_bk;t=1\\u0007"),
        ] {
            check(command, shown);
        }
        assert_eq!(*Printable::commands("::error::##[a\n"), *"::error::\\u0023#[a\n");
    }

    #[test]
    fn colours_are_all_that_a_coloured_text_keeps() {
        let text = "\u{1b}[1m\u{1b}[38;5;9ma\u{1b}[0m\u{1b}[2J\u{1b}]0;b\u{7}";
        let expected = "\u{1b}[1m\u{1b}[38;5;9ma\u{1b}[0m\\u001b[2J\\u001b]0;b\\u0007";
        assert_eq!(*Printable::with_colours(text), *expected);
    }
}

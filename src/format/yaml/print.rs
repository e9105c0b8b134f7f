//! The outputs of templates as YAML, with every value escaped for its position.
//!
//! The text of the template stays as it is, but for blanks at the ends of lines. Whether the result
//! is valid YAML is checked elsewhere.

use std::borrow::Cow;
use std::ops::Range;

use super::block::Chomping;
use super::context::{Edges, YamlContext};
use super::scalar;
use super::scanner::contexts;
use super::scripts;
use crate::format::markers::{MarkedValue, Piece, ValueKind};
use crate::format::placeholders::{PLACEHOLDER, PlaceholderText};
use crate::format::shell::{self, ShellContext};
use crate::format::{InvalidValue, Printed, Refusal};

/// Prints a template's output, or returns all values whose positions do not allow them.
pub fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let contexts = contexts(&source.text);
    let shells = scripts::contexts(&source.text);
    let mut values = source.values.iter().zip(&contexts.values).zip(shells);

    let mut printer = YamlPrinter::default();
    for (number, line) in source.text.split('\n').enumerate() {
        for (index, literal) in line.split(PLACEHOLDER).enumerate() {
            if index > 0 {
                let ((value, context), shell) = values.next().expect("every value has a position");
                printer.tags.push((number as u32, value.tag));
                let code = shell.filter(|_| value.kind == ValueKind::Text);
                match code.map_or(Ok(None), |shell| in_shell(&value.text, shell).map(Some)) {
                    Ok(Some(text)) => {
                        let (kind, tag, text) = (value.kind, value.tag, Cow::Owned(text));
                        printer.value(&MarkedValue { kind, tag, text }, *context);
                    }
                    Ok(None) => printer.value(value, *context),
                    Err(refusal) => printer.refuse(value.tag, refusal),
                }
            }
            printer.literal(literal);
        }
        printer.end_line(contexts.kept_ends[number]);
    }
    printer.end(contexts.open_block, &source.text);
    printer.finish()
}

/// A string as shell code has it at its position.
fn in_shell(text: &str, context: ShellContext) -> Result<String, Refusal> {
    let mut out = String::with_capacity(text.len());
    let is_line = !text.contains(['\n', '\r', '\0']);
    let written = is_line.then(|| shell::push(&mut out, text, context)).flatten();
    written.map(|()| out).ok_or(NOT_IN_SCRIPT)
}

#[derive(Default)]
struct YamlPrinter {
    text: String,
    tags: Vec<(u32, u32)>,
    invalid: Vec<InvalidValue>,
    /// The ranges of the values outside comments, with their tags.
    written: Vec<(Range<usize>, u32)>,
    /// True if the text of the template opened a `${{` and did not close it.
    in_expression: bool,
}

impl YamlPrinter {
    fn literal(&mut self, literal: &str) {
        self.text.push_str(literal);
        if !literal.bytes().any(|byte| matches!(byte, b'{' | b'}')) {
            return;
        }
        match (literal.rfind("${{"), literal.rfind("}}")) {
            (Some(open), close) => self.in_expression = close.is_none_or(|close| close < open),
            (None, Some(_)) => self.in_expression = false,
            (None, None) => {}
        }
    }

    fn value(&mut self, value: &MarkedValue<'_>, context: YamlContext) {
        if let Err(refusal) = validate(value, context, self.in_expression) {
            return self.refuse(value.tag, refusal);
        }
        let begin = self.text.len();
        match (value.kind, context) {
            (ValueKind::Text, YamlContext::Double(_)) => {
                scalar::push_escaped(&mut self.text, &value.text);
            }
            (ValueKind::Text, YamlContext::Single(_)) => {
                self.text.push_str(&value.text.replace('\'', "''"));
            }
            (ValueKind::Text, YamlContext::Comment) => {
                self.text.extend(value.text.chars().map(visible));
            }
            _ => self.text.push_str(&value.text),
        }
        if context != YamlContext::Comment {
            self.written.push((begin..self.text.len(), value.tag));
        }
    }

    fn end_line(&mut self, keep_end: bool) {
        if !keep_end {
            self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
        }
        self.text.push('\n');
    }

    /// Ends the file with one line end, except where a block scalar would get or lose one by that.
    fn end(&mut self, open_block: Option<Chomping>, source: &str) {
        let ends_line = source.ends_with('\n');
        if ends_line && open_block == Some(Chomping::Keep) {
            // The printer ends the last line too.
            self.text.pop();
            return;
        }
        self.text.truncate(self.text.trim_end_matches('\n').len());
        if ends_line || matches!(open_block, None | Some(Chomping::Strip)) {
            self.text.push('\n');
        }
    }

    fn finish(mut self) -> Result<Printed, Vec<InvalidValue>> {
        for (range, tag) in std::mem::take(&mut self.written) {
            if forms_expression(self.text.as_bytes(), range) {
                self.refuse(tag, FORMS_EXPRESSION);
            }
        }
        if !self.invalid.is_empty() {
            return Err(self.invalid);
        }
        Ok(Printed { text: self.text, tags: self.tags })
    }

    fn refuse(&mut self, tag: u32, refusal: Refusal) {
        self.invalid.push(refusal.of(tag));
    }
}

const BARE: Refusal =
    Refusal { reason: "unquoted string", help: "quote it, or end the tag with `| yaml`" };
const AFTER_BACKSLASH: Refusal =
    Refusal { reason: "a value follows a backslash", help: "double the backslash or remove it" };
const AT_EDGE: Refusal = Refusal {
    reason: "empty strings and leading or trailing spaces are lost at the edge of a line",
    help: "use `{{ … | yaml }}` for the whole text",
};
const NOT_IN_SINGLE: Refusal = Refusal {
    reason: "single quotes cannot contain line breaks or invisible characters",
    help: "use double quotes",
};
const NOT_IN_BLOCK: Refusal = Refusal {
    reason: "values in a block scalar cannot contain line breaks or invisible characters",
    help: "use double quotes outside the block, or `{{ … | yaml }}` instead of the block",
};
const GLUED: Refusal = Refusal {
    reason: "the filter `yaml` must print a whole value",
    help: "quote the whole value and remove the filter",
};
const FILTERED: Refusal = Refusal {
    reason: "the filter `yaml` cannot be used inside quotes, a block scalar or a comment",
    help: "remove the filter",
};
const NOT_IN_SCRIPT: Refusal = Refusal {
    reason: "the value cannot be quoted safely at this position in a script",
    help: "pass the value in `env` or `variables` and use `\"$VARIABLE\"` here",
};
const FORMS_EXPRESSION: Refusal = Refusal {
    reason: "the string completes a `${{`, which GitHub would evaluate",
    help: "change the setting",
};
const IN_EXPRESSION: Refusal = Refusal {
    reason: "a `${{ }}`, which GitHub evaluates, can contain only names",
    help: "pass the value in `env` and use the variable here",
};

fn validate(
    value: &MarkedValue<'_>,
    context: YamlContext,
    in_expression: bool,
) -> Result<(), Refusal> {
    match (value.kind, context) {
        (ValueKind::Bare, _) | (ValueKind::Code, YamlContext::Bare { whole: true }) => Ok(()),
        (ValueKind::Code, YamlContext::Bare { whole: false }) => Err(GLUED),
        (ValueKind::Code, _) => Err(FILTERED),
        (ValueKind::Text, YamlContext::Comment) => Ok(()),
        (ValueKind::Text, _) if in_expression && !is_name(&value.text) => Err(IN_EXPRESSION),
        (ValueKind::Text, context) => validate_string(&value.text, context),
    }
}

fn validate_string(text: &str, context: YamlContext) -> Result<(), Refusal> {
    let is_visible = || text.chars().all(|c| scalar::is_visible(c) || c == '\t');
    match context {
        YamlContext::Bare { .. } => Err(BARE),
        YamlContext::AfterBackslash => Err(AFTER_BACKSLASH),
        YamlContext::Double(edges) | YamlContext::Single(edges) | YamlContext::Block(edges)
            if is_lost(text, edges) =>
        {
            Err(AT_EDGE)
        }
        YamlContext::Single(_) if !is_visible() => Err(NOT_IN_SINGLE),
        YamlContext::Block(_) if !is_visible() => Err(NOT_IN_BLOCK),
        _ => Ok(()),
    }
}

/// Returns true if a reader drops blanks of the text, or drops it because it is empty.
fn is_lost(text: &str, edges: Edges) -> bool {
    let blanks = [' ', '\t'];
    edges.alone && text.is_empty()
        || edges.start && (text.is_empty() || text.starts_with(blanks))
        || edges.end && (text.is_empty() || text.ends_with(blanks))
}

/// Returns true if text is the same inside a GitHub expression as outside.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:@".contains(c))
}

/// Returns true if the text in a range is part of a `${{`.
fn forms_expression(text: &[u8], range: Range<usize>) -> bool {
    let around = range.start.saturating_sub(2)..text.len().min(range.end + 2);
    text[around].windows(3).any(|window| window == b"${{")
}

fn visible(c: char) -> char {
    if scalar::is_visible(c) { c } else { ' ' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::markers::{marked, pieces};

    /// Prints a template in which `<…>` is a string, `(…)` a number and `«…»` filtered output.
    fn printed(template: &str) -> Result<Printed, Vec<InvalidValue>> {
        let mut output = String::new();
        let mut tag = 0;
        let mut rest = template;
        while let Some(begin) = rest.find(['<', '(', '«']) {
            let open = rest[begin..].chars().next().unwrap();
            let (close, kind) = match open {
                '<' => ('>', ValueKind::Text),
                '(' => (')', ValueKind::Bare),
                _ => ('»', ValueKind::Code),
            };
            output.push_str(&rest[..begin]);
            let (value, tail) = rest[begin + open.len_utf8()..].split_once(close).unwrap();
            tag += 1;
            output.push_str(&marked(kind, tag, value));
            rest = tail;
        }
        output.push_str(rest);
        print(&pieces(&output))
    }

    #[track_caller]
    fn check(template: &str, expected: &str) {
        assert_eq!(printed(template).map(|printed| printed.text), Ok(expected.to_owned()));
    }

    #[track_caller]
    fn check_refused(template: &str, refusals: &[&Refusal]) {
        let invalid = printed(template).expect_err(template);
        let found: Vec<_> = invalid.iter().map(|value| &value.refusal).collect();
        assert_eq!(found, refusals, "{template:?}");
    }

    #[test]
    fn a_string_is_escaped_for_its_quotes() {
        check("a: \"<say \"\\\">\"\n", "a: \"say \\\"\\\\\\\"\"\n");
        check("a: \"<one\ntwo>\"\n", "a: \"one\\ntwo\"\n");
        check("a: '<it's>'\n", "a: 'it''s'\n");
        check("a: |\n  <it's \"so\" \\ # there>\n", "a: |\n  it's \"so\" \\ # there\n");
        check("a: [\"<b>\", '<]>']\n", "a: [\"b\", ']']\n");
    }

    #[test]
    fn a_comment_stays_on_its_line() {
        check("# <a\nb\rc\u{85}d\u{2028}e\u{2029}f\0g>\n", "# a b c d e f g\n");
        check("a: 1 # <${{ b }}>\n", "a: 1 # ${{ b }}\n");
    }

    #[test]
    fn an_unquoted_string_is_an_error() {
        check_refused("a: <b>\n<c>: \"<d>\"\n- [<e>]\n", &[&BARE, &BARE, &BARE]);
        check_refused("a: \"\\<n>\"\n", &[&AFTER_BACKSLASH]);
    }

    #[test]
    fn a_string_that_its_position_would_change_is_an_error() {
        check_refused("a: '<b\nc>'\n", &[&NOT_IN_SINGLE]);
        check_refused("a: |\n  <b\nc>\n", &[&NOT_IN_BLOCK]);
        check_refused("a: |\n  <\u{85}>\n", &[&NOT_IN_BLOCK]);
        check_refused("a: |\n  < b>\n", &[&AT_EDGE]);
        check_refused("a: |\n  <>b\n", &[&AT_EDGE]);
        check_refused("a: |\n  b\n  <>\n", &[&AT_EDGE]);
        check_refused("a: 'b <>\n  c <d >\n  e'\n", &[&AT_EDGE, &AT_EDGE]);
        check_refused("a: \"b\n  <>\n  <c >\"\n", &[&AT_EDGE]);
        check_refused("a: >\n  b\n  <\tc>\n", &[&AT_EDGE]);
        check("a: |\n  b\n  < c>\n", "a: |\n  b\n   c\n");
        check("a: |\n  b\n  <>c<>\n", "a: |\n  b\n  c\n");
    }

    #[test]
    fn a_filter_prints_whole_values() {
        check("a: «[\"b\"]» # c\n«d»: { e: «\"f\"» }\n", "a: [\"b\"] # c\nd: { e: \"f\" }\n");
        check_refused("a: b«c»\nd: «e» f\n", &[&GLUED, &GLUED]);
        check_refused("a: '«b»'\n# «c»\n", &[&FILTERED, &FILTERED]);
    }

    #[test]
    fn numbers_are_allowed_anywhere() {
        check("a: (1)\n(2): b(3)\n'(4)': \"(5)\" # (6)\n", "a: 1\n2: b3\n'4': \"5\" # 6\n");
    }

    #[test]
    fn no_string_becomes_an_expression() {
        check_refused("a: \"<${{ b }}>\"\n", &[&FORMS_EXPRESSION]);
        check_refused("a: '$<{{ b }}>'\n", &[&FORMS_EXPRESSION]);
        check_refused("a: \"<a$>{{ b }}\"\n", &[&FORMS_EXPRESSION]);
        check_refused("a: \"$<>{{ b }}\"\n", &[&FORMS_EXPRESSION]);
        check("a: \"<b$>${{ c }}<d>\"\n", "a: \"b$${{ c }}d\"\n");
    }

    #[test]
    fn only_names_are_allowed_in_an_expression() {
        check("a: ${{ b == 'x' }} # <'>\n", "a: ${{ b == 'x' }} # '\n");
        check("# ${{ <b c> }}\n", "# ${{ b c }}\n");
        check("a: \"${{ <b> }} <c d>\"\n", "a: \"${{ b }} c d\"\n");
        check("a: \"${{ b == '<c/d-1>' }}\"\n", "a: \"${{ b == 'c/d-1' }}\"\n");
        check("a: \"${{ b }} <'c' || d>\"\n", "a: \"${{ b }} 'c' || d\"\n");
        check_refused("a: \"${{ b == '<' || true>' }}\"\n", &[&IN_EXPRESSION]);
        check_refused("a: >-\n  ${{ b ==\n  '<}}>' }}\n", &[&IN_EXPRESSION]);
    }

    #[test]
    fn the_text_around_values_stays() {
        check("a:   b  \n\n\n# c\t\n\n\n", "a:   b\n\n\n# c\n");
        check("a: |\n  b  \n  <c> \n", "a: |\n  b  \n  c \n");
        check("a: 1\r\nb: \"<c>\"\r\n", "a: 1\nb: \"c\"\n");
        check("", "\n");
        check("a: b", "a: b\n");
    }

    #[test]
    fn the_end_of_a_file_changes_no_block_scalar() {
        for (template, expected) in [
            ("a: |\n  b", "a: |\n  b"),
            ("a: |\n  b\n", "a: |\n  b\n"),
            ("a: |\n  b\n\n\n", "a: |\n  b\n"),
            ("a: >\n  b", "a: >\n  b"),
            ("a: |2\n    b", "a: |2\n    b"),
            ("a: |-\n  b", "a: |-\n  b\n"),
            ("a: >-\n  b\n\n", "a: >-\n  b\n"),
            ("a: |+\n  b", "a: |+\n  b"),
            ("a: |+\n  b\n", "a: |+\n  b\n"),
            ("a: |+\n  b\n\n\n", "a: |+\n  b\n\n\n"),
            ("a: |+\n\n\n", "a: |+\n\n\n"),
            ("- a: |\n    b\n    <c>", "- a: |\n    b\n    c"),
            ("a: |\n  b\n   ", "a: |\n  b\n   "),
            ("a: |\n  b\nc: d", "a: |\n  b\nc: d\n"),
            ("a: |\n  b\n# c", "a: |\n  b\n# c\n"),
            ("a: |\n  b\n...", "a: |\n  b\n...\n"),
            ("a: \"|\"", "a: \"|\"\n"),
            ("a: |\r\n  b\r\n", "a: |\n  b\n"),
        ] {
            check(template, expected);
        }
    }

    #[test]
    fn every_value_knows_its_line() {
        let printed = printed("a: '<b>'\nc: |\n  <d>-<e>\n# <f\ng>\nh: (1)\n").unwrap();
        assert_eq!(printed.tags, [(0, 1), (2, 2), (2, 3), (3, 4), (4, 5)]);
    }
}

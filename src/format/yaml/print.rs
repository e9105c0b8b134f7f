//! The outputs of templates as YAML, with every value escaped for its position.
//!
//! The text of the template stays as it is, but for blanks at the ends of lines. Whether the result
//! is valid YAML is checked elsewhere.

use std::borrow::Cow;
use std::ops::Range;

use super::block::Chomping;
use super::context::{Edges, YamlContext};
use super::filter::Filtered;
use super::plain_scalars::PlainScalar;
use super::printed_line::{PlainValue, PrintedLine};
use super::scalar;
use super::scanner::contexts;
use super::scripts;
use crate::format::identifier::is_identifier;
use crate::format::markers::{MarkedValue, Piece, ValueKind};
use crate::format::placeholders::{PLACEHOLDER, PlaceholderText};
use crate::format::shell::{self, ShellContext};
use crate::format::{AFTER_BACKSLASH, InvalidValue, Printed, Refusal};

/// Prints a template's output, or returns all values whose positions do not allow them.
pub fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let contexts = contexts(&source.text);
    let shells = scripts::contexts(&source.text);
    let mut values = source.values.iter().zip(&contexts.values).zip(shells);

    let mut printer = YamlPrinter { plain: &contexts.plain, ..Default::default() };
    for (number, line) in source.text.split('\n').enumerate() {
        for (index, literal) in line.split(PLACEHOLDER).enumerate() {
            if index > 0 {
                let ((value, context), shell) = values.next().expect("every value has a position");
                printer.tags.push((number as u32, value.tag));
                printer.placed(value, *context, shell);
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
struct YamlPrinter<'p> {
    plain: &'p [PlainScalar],
    text: String,
    tags: Vec<(u32, u32)>,
    invalid: Vec<InvalidValue>,
    line: PrintedLine,
    /// The ranges of the values outside comments, with their tags.
    written: Vec<(Range<usize>, u32)>,
    /// True if the text of the template opened a `${{` and did not close it.
    in_expression: bool,
}

impl YamlPrinter<'_> {
    fn literal(&mut self, literal: &str) {
        self.line.literal(literal, self.text.len());
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

    /// Prints a value at its position, in shell code where that is some.
    fn placed(
        &mut self,
        value: &MarkedValue<'_>,
        context: YamlContext,
        shell: Option<ShellContext>,
    ) {
        let shell = shell.filter(|_| value.kind == ValueKind::Text);
        let printed = match shell.map(|shell| in_shell(&value.text, shell)) {
            Some(Ok(text)) => {
                let text = Cow::Owned(text);
                self.value(&MarkedValue { kind: value.kind, tag: value.tag, text }, context)
            }
            Some(Err(refusal)) => Err(refusal),
            None => self.value(value, context),
        };
        if let Err(refusal) = printed {
            self.refuse(value.tag, refusal);
        }
    }

    fn value(&mut self, value: &MarkedValue<'_>, context: YamlContext) -> Result<(), Refusal> {
        let filtered = match value.kind {
            ValueKind::Code => Filtered::read(&value.text),
            _ => None,
        };
        validate(value, filtered.is_some(), context, self.in_expression)?;
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
            (_, YamlContext::Plain { scalar, whole }) => {
                let form = filtered.map(|it| it.printed(&self.plain[scalar])).transpose()?;
                self.text.push_str(form.as_deref().unwrap_or(&value.text));
                // A filter has printed a whole value in a form that is right.
                if !(whole && value.kind == ValueKind::Code) {
                    let is_bare = value.kind == ValueKind::Bare;
                    self.line.value(PlainValue { scalar, tag: value.tag, is_bare, whole });
                }
            }
            _ => self.text.push_str(&value.text),
        }
        if context != YamlContext::Comment {
            self.written.push((begin..self.text.len(), value.tag));
        }
        Ok(())
    }

    fn end_line(&mut self, keep_end: bool) {
        for (tag, scalar) in std::mem::take(&mut self.line).misread(self.plain, &self.text) {
            match scalar.is_unclear {
                true => self.refuse(tag, BARE),
                false => {
                    self.invalid.push(InvalidValue { is_of_setting: true, ..MISREAD.of(tag) });
                }
            }
        }
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
pub(super) const MISREAD: Refusal = Refusal {
    reason: "unquoted string that some YAML reader takes for something else",
    help: "quote it, or print all of it by one tag that ends with `| yaml`",
};
const AT_EDGE: Refusal = Refusal {
    reason: "empty strings and leading or trailing spaces are lost at the edge of a line",
    help: "use `{{ … | yaml }}` for the whole text",
};
pub(super) const NOT_IN_SINGLE: Refusal = Refusal {
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

/// `is_string` is true for what a filter made of a string.
fn validate(
    value: &MarkedValue<'_>,
    is_string: bool,
    context: YamlContext,
    in_expression: bool,
) -> Result<(), Refusal> {
    match (value.kind, context) {
        (ValueKind::Bare, _) | (ValueKind::Code, YamlContext::Plain { whole: true, .. }) => Ok(()),
        (ValueKind::Code, YamlContext::Plain { .. } | YamlContext::Bare)
            if !is_string && is_identifier(&value.text) =>
        {
            Ok(())
        }
        (ValueKind::Code, YamlContext::Plain { .. } | YamlContext::Bare) => Err(GLUED),
        (ValueKind::Code, _) => Err(FILTERED),
        (ValueKind::Text, YamlContext::Comment) => Ok(()),
        (ValueKind::Text, _) if in_expression && !is_name(&value.text) => Err(IN_EXPRESSION),
        (ValueKind::Text, context) => validate_string(&value.text, context),
    }
}

fn validate_string(text: &str, context: YamlContext) -> Result<(), Refusal> {
    match context {
        YamlContext::Bare => Err(BARE),
        YamlContext::AfterBackslash => Err(AFTER_BACKSLASH),
        YamlContext::Double(edges) | YamlContext::Single(edges) | YamlContext::Block(edges)
            if is_lost(text, edges) =>
        {
            Err(AT_EDGE)
        }
        YamlContext::Single(_) if !scalar::is_visible_line(text) => Err(NOT_IN_SINGLE),
        YamlContext::Block(_) if !scalar::is_visible_line(text) => Err(NOT_IN_BLOCK),
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
    // Blanks at the end of a line may have been removed.
    let end = text.len().min(range.end + 2);
    let around = range.start.saturating_sub(2).min(end)..end;
    text[around].windows(3).any(|window| window == b"${{")
}

fn visible(c: char) -> char {
    if scalar::is_visible(c) { c } else { ' ' }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::markers::{marked, pieces};
    use crate::format::yaml::filter;

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
        check_refused("&<b> a: !<c> d\n", &[&BARE, &BARE]);
        check_refused("a: <b>\n  c\nd: e\n  <f>\n", &[&BARE, &BARE]);
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
        check_refused("a: b«[c]»\nd: «{}» f\n", &[&GLUED, &GLUED]);
        check_refused("a: '«b»'\n# «c»\n", &[&FILTERED, &FILTERED]);
    }

    #[test]
    fn numbers_are_allowed_anywhere() {
        check("a: (1)\n(2): b(3)\n'(4)': \"(5)\" # (6)\n", "a: 1\n2: b3\n'4': \"5\" # 6\n");
        check("a: -(1).(5)\nb: (3)%\nc: (8)-(9)\n", "a: -1.5\nb: 3%\nc: 8-9\n");
        check_refused("a: (12):(30)\nb: 0(7)\nc: (1)e3\n", &[&MISREAD, &MISREAD, &MISREAD]);
        check_refused("a: (2026)-(11)-(20)\n", &[&MISREAD]);
    }

    #[test]
    fn a_string_is_a_part_of_a_plain_scalar() {
        check("host: eks.<dev>.example.net # <x>\n", "host: eks.dev.example.net # x\n");
        check("role: arn:aws:iam::<1>:role/<a>\n", "role: arn:aws:iam::1:role/a\n");
        check("<a>: <b>\n- <c>-d: e\n", "a: b\n- c-d: e\n");
        check("a: [<b>, c<d> , { e<f>: <g>h }]\n", "a: [b, cd , { ef: gh }]\n");
        check("a: b <c d>   \n", "a: b c d\n");
        check("a: ${{ vars.X_<DEV> == 'true' }}\n", "a: ${{ vars.X_DEV == 'true' }}\n");
        check("a: é<b>é<c>\n", "a: ébéc\n");
        check("a: x<>\n", "a: x\n");
    }

    #[test]
    fn a_plain_scalar_that_is_no_string_is_an_error() {
        for template in [
            "a: <>",
            "a: <on>",
            "a: o<n>",
            "a: <12>",
            "a: 1<2>",
            "a: 1<e3>",
            "a: <b: c>",
            "a: b<:>",
            "a: b:< c>",
            "a: b <#c>",
            "a: <- b>",
            "a: <&b>",
            "a: < b>",
            "a: <b >",
            "a: <b\nc>",
            "a: <b\tc>",
            "a: [<b, c>]",
            "a: [<b]>]",
            "a: { <b: c> }",
            "<b: c>: d",
            "<--->",
            "<null>: 1",
            "- <~>",
            "a: <2026-11>-20",
        ] {
            check_refused(&format!("{template}\n"), &[&MISREAD]);
        }
    }

    #[test]
    fn a_filtered_string_has_the_form_that_its_position_needs() {
        let yaml = |text: &str| filter::yaml(&serde_json::Value::from(text)).unwrap();
        for (before, text, after, expected) in [
            ("a: ", "arn:aws:iam::1:role/x", "", "a: arn:aws:iam::1:role/x"),
            ("a: ", "Apply - Integration", " # b", "a: Apply - Integration # b"),
            ("a: ", "on", "", "a: \"on\""),
            ("a: ", "b: c", "", "a: \"b: c\""),
            ("a: ", "", "", "a: \"\""),
            ("a: [", "b:c", "]", "a: [\"b:c\"]"),
            ("a: [", "b c", "]", "a: [b c]"),
            ("", "b:c", ": d", "b:c: d"),
            ("", "<<", ": d", "!!str \"<<\": d"),
            ("a: ", "b", "\n  ", "a: b"),
        ] {
            check(&format!("{before}«{}»{after}\n", yaml(text)), &format!("{expected}\n"));
        }
        check_refused(&format!("a: b«{}»\n", yaml("c")), &[&GLUED]);
        check_refused(&format!("a: \"«{}»\"\n", yaml("c")), &[&FILTERED]);
        check("a: b-«c»\nd: [e-«f»]\n", "a: b-c\nd: [e-f]\n");
        check_refused("a: «o»«n»\nb: c«d e»\n", &[&MISREAD, &GLUED]);
    }

    #[test]
    fn a_style_is_kept() {
        let styled = |style: &str, text: &str| {
            let known = filter::STYLES.iter().find(|known| known.style == style).unwrap();
            format!("a: «{}»\n", (known.print)(&serde_json::Value::from(text)).unwrap())
        };
        check(&styled("single", "it's"), "a: 'it''s'\n");
        check(&styled("double", "b"), "a: \"b\"\n");
        check(&styled("plain", "b c"), "a: b c\n");
        check_refused(&styled("single", "b\nc"), &[&NOT_IN_SINGLE]);
        check_refused(&styled("plain", "on"), &[&MISREAD]);
        assert!((filter::STYLES[0].print)(&serde_json::Value::from(1)).is_err());
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

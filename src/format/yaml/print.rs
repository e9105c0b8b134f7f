//! Text templates as YAML: every value written in the way its place asks for.
//!
//! The template's own text stays as it is, but for blanks at the ends of lines. Whether the whole
//! is valid YAML is not judged here.

use std::ops::Range;

use super::place::{Edges, Place, places};
use super::scalar;
use crate::format::markers::{Kind, Piece, Value};
use crate::format::placeholders::{Outline, VALUE};
use crate::format::{Misplaced, Printed};

/// Prints a template's output, or names every value that may not stand where it does.
pub fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<Misplaced>> {
    let outline = Outline::of(pieces);
    let places = places(&outline.text);
    let mut values = outline.values.iter().zip(&places.values);

    let mut printer = Printer::default();
    for (number, line) in outline.text.split('\n').enumerate() {
        for (index, literal) in line.split(VALUE).enumerate() {
            if index > 0 {
                let (value, place) = values.next().expect("every value has a place");
                printer.tags.push((number as u32, value.tag));
                printer.value(value, *place);
            }
            printer.literal(literal);
        }
        printer.end_line(places.kept_ends[number]);
    }
    printer.finish()
}

#[derive(Default)]
struct Printer {
    text: String,
    tags: Vec<(u32, u32)>,
    misplaced: Vec<Misplaced>,
    /// Where the values outside comments stand in the text, with their tags.
    written: Vec<(Range<usize>, u32)>,
    /// Whether the template's own text has opened a `${{` and not closed it.
    in_expression: bool,
}

impl Printer {
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

    fn value(&mut self, value: &Value<'_>, place: Place) {
        if let Some(problem) = problem(value, place, self.in_expression) {
            return self.refuse(value.tag, problem);
        }
        let begin = self.text.len();
        match (value.kind, place) {
            (Kind::Text, Place::Double(_)) => scalar::push_escaped(&mut self.text, &value.text),
            (Kind::Text, Place::Single(_)) => self.text.push_str(&value.text.replace('\'', "''")),
            (Kind::Text, Place::Comment) => self.text.extend(value.text.chars().map(visible)),
            _ => self.text.push_str(&value.text),
        }
        if place != Place::Comment {
            self.written.push((begin..self.text.len(), value.tag));
        }
    }

    fn end_line(&mut self, keep_end: bool) {
        if !keep_end {
            self.text.truncate(self.text.trim_end_matches([' ', '\t']).len());
        }
        self.text.push('\n');
    }

    fn finish(mut self) -> Result<Printed, Vec<Misplaced>> {
        for (range, tag) in std::mem::take(&mut self.written) {
            if forms_expression(self.text.as_bytes(), range) {
                self.refuse(tag, FORMS_EXPRESSION);
            }
        }
        if !self.misplaced.is_empty() {
            return Err(self.misplaced);
        }
        self.text.truncate(self.text.trim_end_matches('\n').len());
        self.text.push('\n');
        Ok(Printed { text: self.text, tags: self.tags })
    }

    fn refuse(&mut self, tag: u32, problem: Problem) {
        let (reason, help) = (problem.reason.to_owned(), problem.help.to_owned());
        self.misplaced.push(Misplaced { tag, reason, help });
    }
}

/// Why a value is misplaced.
struct Problem {
    reason: &'static str,
    help: &'static str,
}

const BARE: Problem = Problem {
    reason: "a string stands bare",
    help: "put it in quotes or write `{{ … | yaml }}`",
};
const AFTER_BACKSLASH: Problem = Problem {
    reason: "a string stands behind a backslash",
    help: "double the backslash or leave it out",
};
const AT_EDGE: Problem = Problem {
    reason: "a string that is empty or has a blank at its edge stands where a line begins or ends",
    help: "write `{{ … | yaml }}` in place of the whole text",
};
const NOT_IN_SINGLE: Problem = Problem {
    reason: "a string with a line break or an invisible character stands in single quotes",
    help: "put it in double quotes",
};
const NOT_IN_BLOCK: Problem = Problem {
    reason: "a string with a line break or an invisible character stands in a block of text",
    help: "put it in double quotes outside the block or write `{{ … | yaml }}` in its place",
};
const GLUED: Problem = Problem {
    reason: "what the filter `yaml` prints is not the whole of a value",
    help: "put the whole value in quotes and leave the filter out",
};
const FILTERED: Problem = Problem {
    reason: "what the filter `yaml` prints stands in quotes, in a block of text or in a comment",
    help: "leave the filter out",
};
const FORMS_EXPRESSION: Problem = Problem {
    reason: "a string makes up a `${{`, which GitHub would evaluate",
    help: "change the setting",
};
const IN_EXPRESSION: Problem = Problem {
    reason: "a string that is more than a name stands in a `${{ }}`, which GitHub evaluates",
    help: "hand it over in `env` and name the variable here",
};

fn problem(value: &Value<'_>, place: Place, in_expression: bool) -> Option<Problem> {
    match (value.kind, place) {
        (Kind::Bare, _) | (Kind::Code, Place::Bare { whole: true }) => None,
        (Kind::Code, Place::Bare { whole: false }) => Some(GLUED),
        (Kind::Code, _) => Some(FILTERED),
        (Kind::Text, Place::Comment) => None,
        (Kind::Text, _) if in_expression && !is_name(&value.text) => Some(IN_EXPRESSION),
        (Kind::Text, place) => text_problem(&value.text, place),
    }
}

fn text_problem(text: &str, place: Place) -> Option<Problem> {
    let is_visible = || text.chars().all(|c| scalar::is_visible(c) || c == '\t');
    match place {
        Place::Bare { .. } => Some(BARE),
        Place::AfterBackslash => Some(AFTER_BACKSLASH),
        Place::Double(edges) | Place::Single(edges) | Place::Block(edges)
            if is_lost(text, edges) =>
        {
            Some(AT_EDGE)
        }
        Place::Single(_) if !is_visible() => Some(NOT_IN_SINGLE),
        Place::Block(_) if !is_visible() => Some(NOT_IN_BLOCK),
        _ => None,
    }
}

/// Whether a reader would drop blanks of the text, or take an empty one for the end of a line.
fn is_lost(text: &str, edges: Edges) -> bool {
    let blanks = [' ', '\t'];
    edges.alone && text.is_empty()
        || edges.start && (text.is_empty() || text.starts_with(blanks))
        || edges.end && (text.is_empty() || text.ends_with(blanks))
}

/// Whether text means the same inside a GitHub expression as outside.
fn is_name(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:@".contains(c))
}

/// Whether a `${{` is there because of what stands in the range.
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
    fn printed(template: &str) -> Result<Printed, Vec<Misplaced>> {
        let mut output = String::new();
        let mut tag = 0;
        let mut rest = template;
        while let Some(begin) = rest.find(['<', '(', '«']) {
            let open = rest[begin..].chars().next().unwrap();
            let (close, kind) = match open {
                '<' => ('>', Kind::Text),
                '(' => (')', Kind::Bare),
                _ => ('»', Kind::Code),
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
    fn check_refused(template: &str, problems: &[&Problem]) {
        let misplaced = printed(template).expect_err(template);
        let reasons: Vec<_> = misplaced.iter().map(|misplaced| &*misplaced.reason).collect();
        let expected: Vec<_> = problems.iter().map(|problem| problem.reason).collect();
        assert_eq!(reasons, expected, "{template:?}");
    }

    #[test]
    fn a_string_is_written_as_its_quotes_ask_for() {
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
    fn a_string_never_stands_bare() {
        check_refused("a: <b>\n<c>: \"<d>\"\n- [<e>]\n", &[&BARE, &BARE, &BARE]);
        check_refused("a: \"\\<n>\"\n", &[&AFTER_BACKSLASH]);
    }

    #[test]
    fn a_string_that_its_place_cannot_hold_is_refused() {
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
    fn numbers_stand_anywhere() {
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
    fn only_names_stand_in_an_expression() {
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
    fn every_value_knows_its_line() {
        let printed = printed("a: '<b>'\nc: |\n  <d>-<e>\n# <f\ng>\nh: (1)\n").unwrap();
        assert_eq!(printed.tags, [(0, 1), (2, 2), (2, 3), (3, 4), (4, 5)]);
    }
}

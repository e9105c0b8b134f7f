//! Prepares a template for the engine: wraps printed values and removes lines that contain only tags.
//!
//! Keeps the original positions, so that the engine's errors point into the original.

use std::ops::Range;

use super::account::CHARGED;
use super::scan::{Tag, TagKind, TokenKind};
use crate::format::markers;

/// The delimiters of printed values in prepared text. Control characters, so that `{{` is plain
/// text wherever it is no tag of ours.
pub(crate) const PRINT_START: &str = "\u{1}\u{1}";
pub(crate) const PRINT_END: &str = "\u{2}\u{2}";
/// The delimiters of comments, of which prepared text has none: `{#` in it is text.
pub(crate) const COMMENT_START: &str = "\u{3}\u{3}";
pub(crate) const COMMENT_END: &str = "\u{4}\u{4}";

/// The filter that the value printed by a tag goes through last.
pub(crate) fn placed(tag: u32) -> String {
    format!("placed{tag}")
}

/// A template ready for the engine.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    pub text: String,
    /// The origins of parts of the text: their start here and in the original.
    origins: Vec<(usize, usize)>,
}

impl Prepared {
    /// The bytes of the original that bytes of the prepared text came from.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        let start = self.original_byte(range.start);
        start..self.original_byte(range.end).max(start)
    }

    fn original_byte(&self, at: usize) -> usize {
        let index = self.origins.partition_point(|(here, _)| *here <= at);
        let Some((here, there)) = index.checked_sub(1).map(|index| self.origins[index]) else {
            return 0;
        };
        let next = self.origins.get(index).map_or(usize::MAX, |(_, there)| *there);
        (there + at - here).min(next.max(there))
    }

    /// Appends a stretch of the original.
    fn copy(&mut self, template: &str, range: Range<usize>) {
        self.origins.push((self.text.len(), range.start));
        self.text.push_str(&template[range]);
    }

    /// Appends text that the original does not have.
    fn insert(&mut self, at: usize, text: &str) {
        self.origins.push((self.text.len(), at));
        self.text.push_str(text);
    }
}

/// Prepares a template. The number of a printed value is `first_number` plus the index of its tag.
///
/// A code filter at the end of an expression prints the whole of it, as in `"a" ~ b | yaml`.
pub(crate) fn prepare(
    template: &str,
    tags: &[Tag<'_>],
    first_number: u32,
    code_filters: &[&str],
) -> Prepared {
    let mut prepared = Prepared::default();
    // What is included comes by here as often as it is included.
    push_turn(&mut prepared, 0, false);
    let mut at = 0;
    let mut index = 0;
    while index < tags.len() {
        let lone = lone_tags(template, &tags[index..]);
        let (text_end, next, count) = match &lone {
            Some((line, count)) => (line.start, line.end, *count),
            None => (tags[index].range.start, tags[index].range.end, 1),
        };
        prepared.copy(template, at..text_end);
        let indent = lone.as_ref().map_or("", |(line, _)| blanks(&template[line.clone()]));
        for (offset, tag) in tags[index..index + count].iter().enumerate() {
            let number = first_number + (index + offset) as u32;
            let calls = tag.kind == TagKind::Print && tag.calls_component() && !indent.is_empty();
            // The output of a component is indented as its call is.
            let (before, after) =
                if calls { markers::indentation(indent) } else { Default::default() };
            prepared.insert(tag.range.start, &before);
            push_tag(&mut prepared, template, tag, number, code_filters);
            prepared.insert(tag.range.end, &after);
        }
        at = next;
        index += count;
    }
    prepared.copy(template, at..template.len());
    prepared
}

/// The line that holds nothing but tags that print no value, and how many they are.
///
/// Such a line leaves no line behind, so that tags can be set out and indented like code.
fn lone_tags(template: &str, tags: &[Tag<'_>]) -> Option<(Range<usize>, usize)> {
    let first = &tags.first()?.range;
    let line_start = template[..first.start].rfind('\n').map_or(0, |newline| newline + 1);
    if !template[line_start..first.start].trim().is_empty() {
        return None;
    }
    let mut end = first.start;
    for (index, tag) in tags.iter().enumerate() {
        let blank = |text: &str| !text.contains('\n') && text.trim().is_empty();
        let prints = tag.kind == TagKind::Print && !tag.calls_component();
        if prints || !blank(&template[end..tag.range.start]) {
            return None;
        }
        end = tag.range.end;
        let rest = &template[end..];
        let line_rest = rest.split_inclusive('\n').next().unwrap_or_default();
        if line_rest.trim().is_empty() {
            return Some((line_start..end + line_rest.len(), index + 1));
        }
    }
    None
}

/// The blanks that a line begins with.
fn blanks(line: &str) -> &str {
    &line[..line.len() - line.trim_start().len()]
}

fn push_tag(
    prepared: &mut Prepared,
    template: &str,
    tag: &Tag<'_>,
    number: u32,
    code_filters: &[&str],
) {
    let Range { start, end } = tag.range;
    if tag.kind == TagKind::Comment {
        return;
    }
    let trims_before = template[start + 2..].starts_with('-');
    let trims_after = template[..end - 2].ends_with('-');
    let (open, close) = match tag.kind {
        TagKind::Print => (PRINT_START, PRINT_END),
        _ => ("{%", "%}"),
    };
    prepared.insert(start, open);
    prepared.insert(start, if trims_before { "- " } else { " " });
    let wrapped = tag.kind == TagKind::Print && !tag.calls_component();
    if wrapped {
        prepared.insert(start, "(");
    }
    let first = tag.tokens.first().map_or(end - 2, |token| token.at);
    let last = tag.tokens.last().map_or(first, |token| token.range().end);
    let mut at = first;
    for (place, text) in insertions(tag, code_filters) {
        prepared.copy(template, at..place);
        prepared.insert(place, &text);
        at = place;
    }
    prepared.copy(template, at..last.max(at));
    if wrapped {
        prepared.insert(last, &format!(")|{}", placed(number)));
    }
    prepared.insert(last, if trims_after { " -" } else { " " });
    prepared.insert(last, close);
    if tag.kind == TagKind::Block && matches!(tag.text(0), "for" | "component") {
        push_turn(prepared, last, trims_after);
    }
}

/// A tag that charges a turn to the file's account. It trims the text behind it as the tag before
/// it would.
fn push_turn(prepared: &mut Prepared, at: usize, trims_after: bool) {
    let end = if trims_after { "-%}" } else { "%}" };
    prepared.insert(at, &format!("{{% if 0|{CHARGED} %}}{{% endif {end}"));
}

/// The insertions between the tokens of a tag, in order.
fn insertions(tag: &Tag<'_>, code_filters: &[&str]) -> Vec<(usize, String)> {
    let mut insertions = Vec::new();
    let sets = matches!(tag.text(0), "set" | "set_global") && tag.text(2) == "=";
    let expression = match tag.kind {
        TagKind::Print if !tag.calls_component() => Some(0),
        TagKind::Block if sets => Some(3),
        _ => None,
    };
    if let Some(first) = expression.filter(|first| *first < tag.tokens.len())
        && let Some(pipe) = tag.code_filter(code_filters)
        && pipe > first
    {
        insertions.push((tag.tokens[first].at, "(".to_owned()));
        insertions.push((tag.tokens[pipe - 1].range().end, ")".to_owned()));
    }
    let mut charge = |from: usize, to: usize| {
        if let (Some(first), Some(last)) = (tag.tokens.get(from), tag.tokens.get(to)) {
            insertions.push((first.at, "(".to_owned()));
            insertions.push((last.range().end, format!(")|{CHARGED}")));
        }
    };
    if tag.kind == TagKind::Block && sets {
        charge(3, tag.tokens.len() - 1);
    }
    // Where the brackets around a token open.
    let mut open = Vec::new();
    for (index, token) in tag.tokens.iter().enumerate() {
        match token.text {
            "[" | "?[" | "(" | "{" => open.push(index),
            "]" | ")" | "}" => drop(open.pop()),
            // What is kept for each turn of `[x for x in xs]`.
            "for" if token.kind == TokenKind::Word && index > 1 => {
                let from = open.last().filter(|at| tag.text(**at) == "[" && *at + 1 < index);
                from.into_iter().for_each(|at| charge(at + 1, index - 1));
            }
            _ => {}
        }
    }
    for (index, token) in tag.tokens.iter().enumerate() {
        // `a?.b` is `a.b` without an error if `a` is not set, which `if` may test.
        let attribute = token.text == "."
            && index > 0
            && tag.tokens.get(index + 1).is_some_and(|next| next.kind == TokenKind::Word)
            && !tag.calls_component();
        if attribute {
            insertions.push((token.at, "?".to_owned()));
        }
    }
    insertions.sort_by_key(|(at, _)| *at);
    insertions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::scan::tags;

    #[track_caller]
    fn check(template: &str, expected: &str) {
        let prepared = prepare(template, &tags(template).unwrap(), 7, &["hcl", "yaml"]);
        let shown = prepared.text.replace(PRINT_START, "<<").replace(PRINT_END, ">>");
        let shown = shown.strip_prefix("{% if 0|charged %}{% endif %}");
        assert_eq!(shown, Some(expected));
    }

    #[test]
    fn printed_values_are_wrapped() {
        check("a {{ b }} c", "a << (b)|placed7 >> c");
        check("{{ a.b | hcl }}{{- c -}}", "<< ((a?.b) | hcl)|placed7 >><<- (c)|placed8 ->>");
        check("${{ github.ref }} {{a}}", "${{ github.ref }} << (a)|placed7 >>");
        check("${#A} {# b #}{{a}} #}", "${#A} << (a)|placed8 >> #}");
        check("{{ \"a.b\" }}", "<< (\"a.b\")|placed7 >>");
    }

    #[test]
    fn a_code_filter_at_the_end_prints_the_whole_expression() {
        check("{{ \"a\" ~ b | yaml }}", "<< ((\"a\" ~ b) | yaml)|placed7 >>");
        check("{{ a ~ b | upper | yaml }}", "<< ((a ~ b | upper) | yaml)|placed7 >>");
        check("{{ a ~ b | upper }}", "<< (a ~ b | upper)|placed7 >>");
        check("{{ a | yaml(style=\"single\") }}", "<< ((a) | yaml(style=\"single\"))|placed7 >>");
        check("{{ f(a | upper) }}", "<< (f(a | upper))|placed7 >>");
        check("{% set a = b ~ c | yaml %}", "{% set a = ((b ~ c) | yaml)|charged %}");
        check("{% if a | yaml %}", "{% if a | yaml %}");
    }

    #[test]
    fn what_can_multiply_is_charged() {
        check("{% for a in b -%} c", "{% for a in b -%}{% if 0|charged %}{% endif -%} c");
        check("{% component c(a) %}", "{% component c(a) %}{% if 0|charged %}{% endif %}");
        check("{% set a = b.c ~ d %}", "{% set a = (b?.c ~ d)|charged %}");
        check(
            "{% set a = [b.c for b in d] %}",
            "{% set a = ([(b?.c)|charged for b in d])|charged %}",
        );
    }

    #[test]
    fn a_line_of_tags_leaves_no_line() {
        check("a\n  {% if x.y %}\nb\n  {% endif %}\nc\n", "a\n{% if x?.y %}b\n{% endif %}c\n");
        check("a\n  {# note #}  \nb", "a\nb");
        check("a {# note #}\nb", "a \nb");
        check("{{<c a={x} />}}\nb", "<< <c a={x} /> >>b");
        let (open, close) = markers::indentation("  ");
        check("  {{<c />}}\nb", &format!("{open}<< <c /> >>{close}b"));
        check("{% if x %}{% if y %}\n", "{% if x %}{% if y %}");
        check("{% if x %}a\n", "{% if x %}a\n");
        check("{{ x }}\n", "<< (x)|placed7 >>\n");
        check("a\n{% raw %}\n{{ x }}\n  {% endraw %}\nb", "a\n{% raw %}{{ x }}\n{% endraw %}b");
        check("{% raw %}{{ x }}\n{% endraw %}\n", "{% raw %}{{ x }}\n{% endraw %}");
        check("{% raw %}\n{{ x }}{% endraw %}\n", "{% raw %}{{ x }}{% endraw %}\n");
        check("{% raw %}{{ x }}{% endraw %}\n", "{% raw %}{{ x }}{% endraw %}\n");
        check("a\n{% raw %} {# note #}\nb{% endraw %}", "a\n{% raw %} {# note #}\nb{% endraw %}");
        check("{%- raw -%}\n{% if %}\n{%- endraw -%}\n", "{%- raw -%}{% if %}\n{%- endraw -%}");
    }

    #[test]
    fn every_byte_leads_back_to_the_original() {
        let template = "a\n  {% if x.y %}\nb {{ service.name }} {{ z }}\n";
        let prepared = prepare(template, &tags(template).unwrap(), 0, &[]);
        for word in ["service", "name", "z", "b"] {
            let here = prepared.text.find(word).unwrap();
            let range = prepared.original(here..here + word.len());
            assert_eq!(&template[range], word, "{}", prepared.text);
        }
    }
}

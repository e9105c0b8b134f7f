//! Comments of a template that may be text of the file: `{#` and `#}` also occur in the languages that templates print.
//!
//! What a comment holds vanishes without a word, so a comment inside quotes, or one over several lines that shares a line with
//! text, is an error.

use std::ops::Range;

use super::scan::{Tag, TagKind};

pub(super) const HELP: &str =
    "for text write {% raw %}{#{% endraw %}; put a comment on lines of its own";

/// The beginning of the first such comment, and the message about it. `tags` are all tags of the template.
pub(super) fn ambiguous(template: &str, tags: &[Tag<'_>]) -> Option<(Range<usize>, String)> {
    let comments = tags.iter().filter(|tag| tag.kind == TagKind::Comment);
    let mut found = comments.filter_map(|tag| {
        let message =
            format!("`{{#` begins a comment {}, where it may be text", why(template, tag, tags)?);
        Some((tag.range.start..tag.range.start + 2, message))
    });
    found.next()
}

/// The reason why a comment may be text.
fn why(template: &str, tag: &Tag<'_>, tags: &[Tag<'_>]) -> Option<&'static str> {
    let Range { start, end } = tag.range;
    let line_start = template[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = template[end..].find('\n').map_or(template.len(), |newline| end + newline);
    let before = without(template, line_start..start, tags);
    if ends_in_quotes(&before) {
        return Some("inside quotes");
    }
    let shares_a_line = || {
        let after = without(template, end..line_end, tags);
        !before.trim().is_empty() || !after.trim().is_empty()
    };
    let is_long = template[start..end].contains('\n');
    (is_long && shares_a_line()).then_some("over several lines, beside text")
}

/// A part of a line without the tags in it.
fn without(template: &str, part: Range<usize>, tags: &[Tag<'_>]) -> String {
    let mut out = String::new();
    let mut at = part.start;
    let first = tags.partition_point(|tag| tag.range.end <= part.start);
    for tag in tags[first..].iter().take_while(|tag| tag.range.start < part.end) {
        out.push_str(&template[at..tag.range.start.max(at)]);
        at = tag.range.end.min(part.end);
    }
    out + &template[at..part.end]
}

/// Returns true if quotes are open at the end of a text. An apostrophe in a word opens none.
fn ends_in_quotes(text: &str) -> bool {
    let mut open = None;
    let mut before = ' ';
    for c in text.chars() {
        let is_quote = match c {
            '"' => before != '\\' || open.is_none(),
            '\'' => open == Some('\'') || !before.is_alphanumeric(),
            _ => false,
        };
        match open {
            None if is_quote => open = Some(c),
            Some(quote) if is_quote && quote == c => open = None,
            _ => {}
        }
        before = if c == '\\' && before == '\\' { ' ' } else { c };
    }
    open.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::scan::tags;

    fn found(text: &str) -> Option<&str> {
        let tags = tags(text).expect(text);
        ambiguous(text, &tags).map(|(range, _)| &text[range])
    }

    #[test]
    fn a_comment_that_may_be_text_is_an_error() {
        for text in [
            "n=\"{#A}\" # keep\nm=\"${B%#}\"",
            "a: \"b {# c #} d\"",
            "a: '{# c #}'",
            "a = \"\\\" {# c #}\"",
            "a = \"it's {# c #}\"",
            "a: [x, '{#', '#}']",
            "{{ a }} \"{{ b }} {# c #}\"",
            "a: b {# c\nd #}\n",
            "{# a\nb #} c: d",
            "x{#A}\ny\n${B#}",
            "re: '[{#]'\nother: '[#}]'",
            "{% if a %}b{% endif %} c {# d\n #}",
            "\t- echo {#x\n\t- echo #}",
        ] {
            assert_eq!(found(text), Some("{#"), "{text}");
        }
    }

    #[test]
    fn other_comments_are_comments() {
        for text in [
            "{# a #}",
            "a: b {# it's #}",
            "a: it's {# c #}",
            "# don't {# c #} won't",
            "a: \"b\" {# c #}",
            "a: 'b' {# c #} # 'd'",
            "{# a\n b\n#}\nc: d",
            "  {# a\n b #}  \nc: d",
            "{% if a %}{# b\nc #}{% endif %}\n",
            "{{ x | default(value=\"a\") }} {# c #}",
            "a: {{ b }}{# \"c\" #}",
            "a: \"{{ b }}\" {# c #}",
            "n=\"${#A}\" # keep\nm=\"${B%#}\"",
            "{% raw %}\"{# a #}\"{% endraw %}",
            "a = \"\\\\\" {# c #}",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }
}

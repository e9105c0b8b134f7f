//! The position of a value in a block of HTML.

/// A position in HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HtmlContext {
    /// Between tags, where a character reference means its character.
    Text,
    Comment,
    /// In a tag, a declaration, or an element whose text is not HTML.
    Refused,
}

/// Elements whose text has no character references.
const RAW: [&str; 7] = ["script", "style", "xmp", "iframe", "noembed", "noframes", "plaintext"];

/// The positions in the text of a block: each with the byte at which it begins.
pub(super) fn contexts(text: &str) -> Vec<(usize, HtmlContext)> {
    let mut contexts = vec![(0, HtmlContext::Text)];
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let start = text.len() - rest.len();
        let (context, after) = construct(rest);
        if context != HtmlContext::Text {
            contexts.push((start + 1, context));
            let Some(after) = after else { break };
            contexts.push((text.len() - after.len(), HtmlContext::Text));
        }
        rest = after.unwrap_or_default();
    }
    contexts
}

/// What a `<` begins, and the text after that. None if it does not end.
fn construct(text: &str) -> (HtmlContext, Option<&str>) {
    if let Some(comment) = text.strip_prefix("<!--") {
        return (HtmlContext::Comment, after_comment(comment));
    }
    let name = tag_name(text);
    if name.is_empty() && !text.starts_with("<!") && !text.starts_with("<?") {
        return (HtmlContext::Text, Some(&text[1..]));
    }
    let Some(after) = after_tag(text) else { return (HtmlContext::Refused, None) };
    let tag = &text[..text.len() - after.len()];
    let is_start = !tag.starts_with("</") && !tag.ends_with("/>");
    let has_raw_text = is_start && is_raw(name);
    (HtmlContext::Refused, if has_raw_text { after_element(after, name) } else { Some(after) })
}

/// Returns true if the text of an element is not HTML.
pub(super) fn is_raw(name: &str) -> bool {
    RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

/// The name of the element that begins or, after `/`, ends with a tag.
pub(super) fn tag_name(tag: &str) -> &str {
    let name = tag.trim_start_matches('<');
    let name = name.strip_prefix('/').unwrap_or(name);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len());
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { &name[..end] } else { "" }
}

fn after_comment(comment: &str) -> Option<&str> {
    let short = comment.strip_prefix('>').or(comment.strip_prefix("->"));
    short.or_else(|| comment.find("-->").map(|end| &comment[end + 3..]))
}

/// The text after a tag: its end is the first `>` outside quotes.
fn after_tag(tag: &str) -> Option<&str> {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(&tag[at + 1..]),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    None
}

/// The text from the end tag of an element on.
fn after_element<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let ends = |at: &usize| {
        let tag = &text[*at..];
        tag.starts_with("</") && tag_name(tag).eq_ignore_ascii_case(name)
    };
    text.match_indices('<').map(|(at, _)| at).find(ends).map(|at| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, expected: HtmlContext) {
        let context = contexts(before).last().map(|(_, context)| *context);
        assert_eq!(context, Some(expected), "{before}");
    }

    #[test]
    fn the_position_depends_on_the_tags_before_it() {
        use HtmlContext::{Comment, Refused, Text};
        for text in ["", "<div>", "<p a=\">\"> 1 < 2", "<!-- a --> b", "<pre>", "<a/>", "<!-->"] {
            check(text, Text);
        }
        for text in ["<script>a</SCRIPT>", "<style></style>", "<script src='a'/>", "</script>"] {
            check(text, Text);
        }
        for text in ["<!--", "<div><!-- a -- > <b>"] {
            check(text, Comment);
        }
        for text in ["<div ", "<div a=\"", "<a b='>", "<script>", "<style><b>", "<!X", "<?x"] {
            check(text, Refused);
        }
    }
}

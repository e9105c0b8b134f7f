//! Expressions of other engines in a template, which has to print them as text.
//!
//! Looks at the text of a tag that is at fault already, and only tells what may be meant.

pub(crate) const HELP: &str =
    "if this is text for another engine, write it between {% raw %} and {% endraw %}";

/// Words that begin an expression of Go's templates.
const WORDS: [&str; 26] = [
    "with",
    "range",
    "define",
    "end",
    "else",
    "include",
    "template",
    "block",
    "if",
    "tpl",
    "printf",
    "toYaml",
    "toJson",
    "fromYaml",
    "default",
    "required",
    "quote",
    "lookup",
    "eq",
    "ne",
    "and",
    "or",
    "index",
    "list",
    "dict",
    "requiredEnv",
];

/// Returns true if the text of a tag looks like an expression of another engine.
pub(crate) fn is_likely(tag: &str) -> bool {
    let Some(inside) = tag.strip_prefix("{{") else { return false };
    let inside = inside.trim_start_matches('-').trim_start();
    let inside = inside.trim_end_matches("}}").trim_end_matches('-').trim();
    let word = inside.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is_alone = !inside[word.len()..].starts_with(['.', '[', '_', '(']);
    inside.starts_with(['.', '$', '/', '(']) || WORDS.contains(&word) && is_alone
}

#[cfg(test)]
mod tests {
    use super::is_likely;

    #[test]
    fn the_first_word_shows_an_expression_of_another_engine() {
        for tag in [
            "{{ .Release.Name }}",
            "{{- with .Values.x }}",
            "{{ end }}",
            "{{- end -}}",
            "{{ $x := 1 }}",
            "{{/* note */}}",
            "{{ include \"a\" . | nindent 4 }}",
            "{{ if eq .a 1 }}",
            "{{ (index .a 0) }}",
            "{{ range $i, $e := .list }}",
        ] {
            assert!(is_likely(tag), "{tag}");
        }
        for tag in
            ["{{ service.name }}", "{{ env.name }}", "{{ list.first }}", "{% if x %}", "{{ 1 }}"]
        {
            assert!(!is_likely(tag), "{tag}");
        }
    }
}

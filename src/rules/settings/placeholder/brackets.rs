//! Names in angle brackets, such as `<account id>`: placeholders, and what else is written so.

/// Words in brackets that tell that there is no value, and parts of a program.
const LITERALS: [&str; 20] = [
    "none",
    "nil",
    "null",
    "unknown",
    "pending",
    "no value",
    "invalid",
    "empty",
    "unset",
    "redacted",
    "masked",
    "sensitive",
    "computed",
    "anonymous",
    "init",
    "clinit",
    "module",
    "lambda",
    "stdin",
    "eof",
];
/// Elements of HTML that are often not closed.
const ELEMENTS: [&str; 22] = [
    "br", "hr", "wbr", "img", "input", "p", "li", "ul", "ol", "tr", "td", "th", "div", "span",
    "html", "head", "body", "table", "pre", "b", "strong", "h1",
];
/// Types that programs write in brackets, in lower case.
const TYPES: [&str; 22] = [
    "string", "str", "int", "integer", "long", "short", "byte", "char", "bool", "boolean", "float",
    "double", "number", "any", "void", "object", "u8", "u16", "u32", "u64", "i32", "i64",
];
/// What precedes the name of a group of a regular expression, or a reference to one.
const GROUPS: [&str; 4] = ["(?P", "(?", "\\k", "\\g"];

/// The first placeholder in brackets in a part of a text. An element may be closed anywhere in the whole.
pub(super) fn bracketed<'a>(part: &'a str, whole: &str) -> Option<&'a str> {
    let mut opened = memchr::memchr_iter(b'<', part.as_bytes());
    opened.find_map(|at| {
        let end = at + part[at..].find('>')?;
        let name = &part[at + 1..end];
        let found = &part[at..=end];
        let is_name = name == "…" || name == "..." || is_name(name);
        let line = part[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let is_other = || {
            is_code(&part[..at], name, &part[end + 1..])
                || is_closed(name, whole)
                || is_known(name)
                || is_usage(&part[line..at])
                || is_pattern(whole)
        };
        (is_name && !is_other()).then_some(found)
    })
}

fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.');
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(fits)
        && !name.ends_with(' ')
}

fn is_known(name: &str) -> bool {
    LITERALS.iter().chain(&ELEMENTS).any(|known| known.eq_ignore_ascii_case(name))
}

/// A named group, a parameter of a type, a header of C or a comparison.
fn is_code(before: &str, name: &str, after: &str) -> bool {
    let is_group = GROUPS.iter().any(|group| before.ends_with(group));
    let follows_word =
        before.ends_with(|c: char| c.is_ascii_alphanumeric()) || before.ends_with("::");
    let is_camel = name.starts_with(|c: char| c.is_ascii_uppercase())
        && (name.len() == 1 || name.contains(|c: char| c.is_ascii_lowercase()))
        && !name.contains(' ');
    let is_type = follows_word && (is_camel || TYPES.contains(&name));
    let compares = follows_word
        && after.starts_with(|c: char| c.is_ascii_alphanumeric())
        && [" and ", " or ", " AND ", " OR "].iter().any(|word| name.contains(word));
    is_group || is_type || compares || before.trim_end().ends_with("include")
}

/// An element of HTML, XML or a configuration: closed somewhere, by its first word.
fn is_closed(name: &str, whole: &str) -> bool {
    let element = name.split(' ').next().unwrap_or_default();
    let mut ends = whole.match_indices("</").map(|(at, it)| &whole[at + it.len()..]);
    ends.any(|end| {
        end.strip_prefix(element)
            .is_some_and(|rest| rest.starts_with(|c: char| c == '>' || c.is_whitespace()))
    })
}

/// The help of a command: `usage: restore <file>`.
fn is_usage(before: &str) -> bool {
    before.to_ascii_lowercase().contains("usage")
}

/// A pattern of Loki, whose fields are written so.
fn is_pattern(whole: &str) -> bool {
    whole.contains("<_>") || whole.contains("| pattern")
}

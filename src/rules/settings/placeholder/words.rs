//! Words that were to be replaced, such as `changeme`, and what else is spelt as they are.

/// Placeholders in any case and with or without separators.
const WORDS: [&str; 15] = [
    "changeme",
    "changethis",
    "changeit",
    "replaceme",
    "replacethis",
    "replacewith",
    "fillme",
    "fillmein",
    "fillthisin",
    "setme",
    "editme",
    "updateme",
    "fixme",
    "tobedone",
    "tobedetermined",
];
/// Placeholders in capitals only: `todo` is also the name of an application.
const CAPITALS: [&str; 4] = ["TODO", "TBD", "TKTK", "FIXME"];
/// First words in capitals that something to be filled in follows.
const IMPERATIVES: [&str; 3] = ["INSERT", "ENTER", "FILL"];
/// Second words that make the first one a command of SQL or a setting.
const COMMANDS: [&str; 10] =
    ["IGNORE", "ID", "UPDATE", "ONLY", "OVERWRITE", "INTO", "OR", "ALL", "DELETE", "FACTOR"];
/// Names between underscores that have a meaning in a language.
const MAGIC: [&str; 13] = [
    "FILE",
    "LINE",
    "DIR",
    "CLASS",
    "FUNCTION",
    "METHOD",
    "NAMESPACE",
    "TRAIT",
    "PURE",
    "DATA",
    "END",
    "EOF",
    "DEV",
];
/// Names of programs.
const PROGRAMS: [&str; 2] = ["your-spotify", "your_spotify"];

/// The first placeholder among the words of a text.
pub(super) fn in_text(text: &str) -> Option<&str> {
    let whole = text.trim();
    words(text).find(|word| {
        is_known(word) && !is_other(text, word)
            || is_named(word, whole)
            || is_blank_to_fill(text, word)
    })
}

/// The first placeholder that is no word of a language.
pub(super) fn in_code(text: &str) -> Option<&str> {
    let value = text.split_once([':', '=']).map_or(text, |(_, value)| value).trim();
    words(text).find(|word| is_known(word) && !is_other(text, word) || is_named(word, value))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
    words.map(|word| word.trim_matches('-'))
}

/// Returns true for what is a placeholder wherever it is written.
fn is_known(word: &str) -> bool {
    if word.len() < 5 {
        return false;
    }
    let is_word = WORDS.iter().any(|known| begins_with(word, known));
    let (first, rest) = word.split_once(['_', '-']).unwrap_or((word, ""));
    let is_yours =
        first.eq_ignore_ascii_case("your") && !rest.is_empty() && !PROGRAMS.contains(&word);
    let second = rest.split(['_', '-']).next().unwrap_or_default();
    let is_begun = IMPERATIVES.contains(&first) && !rest.is_empty() && !COMMANDS.contains(&second);
    is_word || is_yours || is_begun || holds_yours(word) || is_marked(word)
}

/// Returns true if the first parts of a word, without separators, are a known one. Digits may follow.
fn begins_with(word: &str, known: &str) -> bool {
    let mut known = known.bytes();
    let mut bytes = word.bytes().peekable();
    while let Some(byte) = bytes.next() {
        if matches!(byte, b'_' | b'-') {
            continue;
        }
        if known.next() != Some(byte.to_ascii_lowercase()) {
            return false;
        }
        if known.len() == 0 {
            while bytes.next_if(u8::is_ascii_digit).is_some() {}
            return bytes.next().is_none_or(|byte| matches!(byte, b'_' | b'-'));
        }
    }
    false
}

/// `MY_YOUR_ID`, `PLACEHOLDER_ID`.
fn holds_yours(word: &str) -> bool {
    let mut parts = word.split(['_', '-']).rev();
    let is_placeholder = |part: &str| part == "PLACEHOLDER";
    parts.next().is_some_and(is_placeholder)
        || parts.any(|part| part == "YOUR" || is_placeholder(part))
}

/// `__ACCOUNT_ID__`
fn is_marked(word: &str) -> bool {
    let inner = word.strip_prefix("__").and_then(|word| word.strip_suffix("__"));
    inner.is_some_and(|it| {
        let is_capital = |byte: u8| byte.is_ascii_uppercase() || matches!(byte, b'0'..=b'9' | b'_');
        !it.is_empty() && it.bytes().all(is_capital) && !MAGIC.contains(&it)
    })
}

/// The word `placeholder` in place of a value. In a sentence it is a word.
fn is_named(word: &str, value: &str) -> bool {
    word == value && word.eq_ignore_ascii_case("placeholder")
}

/// `changeit` is the password of every truststore that Java comes with.
fn is_other(text: &str, word: &str) -> bool {
    word.eq_ignore_ascii_case("changeit") && {
        let text = text.to_ascii_lowercase();
        ["truststore", "keystore", "cacerts"].iter().any(|store| text.contains(store))
    }
}

/// `vpc-xxxxxxxx`, `TODO`.
fn is_blank_to_fill(text: &str, word: &str) -> bool {
    let is_x =
        |part: &str| part.len() >= 3 && part.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
    word.len() >= 3
        && word.split(['_', '-']).any(|part| {
            is_x(part) && !is_mask(text, word)
                || CAPITALS.contains(&part) && !is_name_of_todo(text, word)
        })
}

/// The mask of a temporary file, and an escape such as `\xxx`.
fn is_mask(text: &str, word: &str) -> bool {
    let at = word.as_ptr() as usize - text.as_ptr() as usize;
    let begin = text[..at].rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
    let makes = ["mktemp", "mkstemp", "mkdtemp", "tempfile"];
    makes.iter().any(|it| text.contains(it))
        || text[begin..at].contains("/tmp/")
        || text[..at].ends_with('\\')
}

/// The key of an issue, a file, or a part of an address behind its host.
fn is_name_of_todo(text: &str, word: &str) -> bool {
    let at = word.as_ptr() as usize - text.as_ptr() as usize;
    let after = &text[at + word.len()..];
    let is_file = [".md", ".txt", ".rst", ".org"].iter().any(|end| after.starts_with(end));
    let number = word.split_once('-').map_or("", |(_, number)| number);
    let is_issue = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let begin = text[..at]
        .rfind(|c: char| c.is_whitespace() || "\"'<(".contains(c))
        .map_or(0, |end| end + 1);
    let in_path =
        text[begin..at].split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?', '#']));
    is_file || is_issue || in_path
}

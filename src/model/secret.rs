//! Detection of secrets, so that no message or diff shows one.
//!
//! Knows the formats of well-known credentials. The name of a secret is not a secret.

use std::borrow::Cow;
use std::ops::Range;

/// Prefixes of credentials, with the least number of characters that follow.
const SHAPES: [(&str, usize); 14] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghs_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("sk_live_", 16),
    ("sk-ant-", 20),
    ("AIza", 30),
    ("hvs.", 20),
    ("eyJ", 40),
];
/// The length of the shortest credential, `AKIA` and what follows it.
const SHORTEST: usize = 20;
const KEY_BEGINS: &str = "-----BEGIN ";
const KEY_ENDS: &str = "-----END ";
/// The longest line that begins a key.
const LONGEST_HEAD: usize = 80;

/// The text with everything that looks like a secret replaced by as many asterisks, so that places
/// in it stay where they are.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let secrets = credentials(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for at in secrets.into_iter().flatten() {
        if bytes[at] != b'\n' {
            bytes[at] = b'*';
        }
    }
    Cow::Owned(String::from_utf8(bytes).expect("whole characters were replaced"))
}

/// The ranges of known kinds of credentials in a text.
pub(crate) fn credentials(text: &str) -> Vec<Range<usize>> {
    let mut found = words(text);
    found.extend(key_blocks(text));
    found
}

/// Returns true if a value is a secret by its format, by the name of its key or by its randomness.
/// The name of a secret is not a secret.
pub(crate) fn is_secret(key: &str, value: &str) -> bool {
    !credentials(value).is_empty() || is_password(key, value) || has_random(value)
}

/// The last words of keys that contain a secret. One that ends in `secret` usually contains a name.
const KEYS: [&[&str]; 13] = [
    &["password"],
    &["passwd"],
    &["pwd"],
    &["passphrase"],
    &["token"],
    &["apikey"],
    &["api", "key"],
    &["access", "key"],
    &["secret", "key"],
    &["private", "key"],
    &["client", "secret"],
    &["shared", "secret"],
    &["encryption", "key"],
];

fn is_password(key: &str, value: &str) -> bool {
    let words = key_words(key);
    let named = KEYS.iter().any(|known| {
        words.len() >= known.len() && words[words.len() - known.len()..].iter().eq(known.iter())
    });
    named && !value.is_empty() && !is_name(value)
}

/// A key's words, in lower case: `adminPassword`, `admin-password` and `ADMIN_PASSWORD` are alike.
fn key_words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in key.chars() {
        let begins = !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase());
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("there is one").extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns true if a value under such a key only identifies the secret: a path, an ARN, a reference,
/// a sentence, or a name of several words such as `grafana-admin-password`.
fn is_name(value: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic());
    let mut words = value.split(['-', '_', '.']);
    let several = value.contains(['-', '_', '.']) && words.all(is_word);
    several
        || value.contains(char::is_whitespace)
        || value.contains('/')
        || value.contains("{{")
        || value.starts_with("arn:")
        || value.starts_with(['$', '<'])
}

/// The minimum length of a random text.
const RANDOM_LENGTH: usize = 32;

/// Returns true if a text contains a long word of unordered digits and letters in both cases, such
/// as an access key. Digests and ids have one case, and in names and paths the kind of character
/// changes only at the start of a word.
fn has_random(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-');
    text.split(|c| !is_word(c)).filter(|word| word.len() >= RANDOM_LENGTH).any(|word| {
        let count = |fits: fn(&u8) -> bool| word.bytes().filter(fits).count();
        let kinds: [fn(&u8) -> bool; 3] =
            [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
        let changes = |pair: &[u8]| match (pair[0], pair[1]) {
            (b'a'..=b'z', after) => after.is_ascii_uppercase() || after.is_ascii_digit(),
            (b'A'..=b'Z', after) => after.is_ascii_digit(),
            (b'0'..=b'9', after) => after.is_ascii_alphabetic(),
            _ => false,
        };
        let changes = word.as_bytes().windows(2).filter(|pair| changes(pair)).count();
        kinds.iter().all(|kind| count(*kind) >= 3) && changes * 3 >= word.len()
    })
}

fn words(text: &str) -> Vec<Range<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/');
    let looks = |word: &&str| {
        let shape = |(prefix, length): &(&str, usize)| {
            word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= *length)
        };
        word.len() >= SHORTEST && SHAPES.iter().any(shape)
    };
    let mut at = 0;
    let mut found = Vec::new();
    for word in text.split(|c| !is_word(c)) {
        if looks(&word) {
            found.push(at..at + word.len());
        }
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

fn key_blocks(text: &str) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(KEY_BEGINS) {
        let start = at + found;
        at = start + KEY_BEGINS.len();
        let head = &text[start..text.floor_char_boundary(start + LONGEST_HEAD)];
        if head.lines().next().is_some_and(|line| line.contains("PRIVATE KEY-----")) {
            at = text[at..].find(KEY_ENDS).map_or(text.len(), |end| at + end);
            blocks.push(start..at);
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(masked(text), expected);
        assert_eq!(text.len(), expected.len());
    }

    #[test]
    fn no_credential_is_shorter_than_the_shortest() {
        let lengths = SHAPES.iter().map(|(prefix, rest)| prefix.len() + rest);
        assert_eq!(lengths.min(), Some(SHORTEST));
    }

    #[test]
    fn secrets_are_masked_and_names_are_not() {
        let key = format!("AKIA{}", "A2B3".repeat(4));
        check(&format!("é = \"{key}\" b"), &format!("é = \"{}\" b", "*".repeat(20)));
        let (block, end) =
            ("-----BEGIN RSA PRIVATE KEY-----\nMII", "-----END RSA PRIVATE KEY-----\nb");
        let masked = format!("a {}\n***\n{end}", "*".repeat(31));
        check(&format!("a {block}\n{end}"), &masked);
        for text in ["secret = \"icepack/dev/polaris\"", "AKIA", "role/deploy", "eyJ"] {
            check(text, text);
        }
    }

    #[track_caller]
    fn judge(key: &str, value: &str, expected: bool) {
        assert_eq!(is_secret(key, value), expected, "{key} = {value}");
    }

    #[test]
    fn a_secret_is_known_by_its_kind_its_key_or_its_randomness() {
        for value in [
            format!("AKIA{}", "A2B3".repeat(4)),
            format!("ghp_{}", "a1B2".repeat(9)),
            format!("glpat-{}", "a1B2".repeat(5)),
            format!("xoxb-{}", "123-".repeat(6)),
            "v7Qk/2mZr9X+bL4tN8sWc3yHd6GfJ1pUe5Aa0KxR".to_owned(),
            "q8Zr2LxV5nKt9WbY3mHc7PdF1sGj6QaE".to_owned(),
            "-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----".to_owned(),
            format!("https://user:ghp_{}@example.net", "a1B2".repeat(9)),
        ] {
            judge("anything", &value, true);
        }
        for key in ["password", "adminPassword", "DB_PASSWORD", "api-key", "clientSecret", "token"]
        {
            judge(key, "hunter2", true);
            judge(key, "Correct-Horse-7", true);
        }
    }

    #[test]
    fn the_name_of_a_secret_and_what_has_an_order_are_none() {
        for (key, value) in [
            ("secret", "icepack/dev/postgres"),
            ("existingSecret", "grafana"),
            ("password", "icepack/dev/postgres"),
            ("password", "grafana_admin_password"),
            ("adminPassword", "grafana-admin-password"),
            ("grafana_admin_password", "The password of Grafana's administrator"),
            ("password", "{{ service.database.password }}"),
            ("password", "$(POSTGRES_PASSWORD)"),
            ("password", ""),
            ("passwordKey", "password"),
            ("token", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:a"),
            ("image", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            ("uses", "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"),
            ("id", "123E4567-E89B-12D3-A456-426614174000"),
            ("key", "ThisIsQuiteALongNameInCamelCaseForAThing2"),
            ("key", "ThisIsQuiteALongNameV100InCamelCaseForAThing"),
            (
                "arn",
                "arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/net/Api2/50dc6c495c0c9188",
            ),
            ("url", "https://Example.net/A/Path/With/Some/Parts/V1/Items/And/More/Of/Them"),
        ] {
            judge(key, value, false);
        }
    }
}

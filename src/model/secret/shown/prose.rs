//! Passwords in sentences and in lines of words: "the password is …", `machine a login b
//! password …`, and in lines of `.pgpass`.

use std::ops::Range;

use super::super::values;
use super::{is_likely, is_mixed, range_in, words};

/// What a sentence calls a secret.
pub(super) const NOUNS: [&str; 19] = [
    "password",
    "passwords",
    "passphrase",
    "passcode",
    "passwd",
    "passwort",
    "kennwort",
    "wachtwoord",
    "contraseña",
    "senha",
    "pwd",
    "pw",
    "pin",
    "token",
    "secret",
    "credential",
    "credentials",
    "creds",
    "apikey",
];
/// Those whose value may follow directly.
const DIRECT: [&str; 12] = [
    "password",
    "passphrase",
    "passcode",
    "passwd",
    "passwort",
    "kennwort",
    "pwd",
    "pw",
    "requirepass",
    "masterauth",
    "rootpw",
    "by",
];
/// What is between a noun and its value.
const VERBS: [&str; 9] = ["is", "was", "are", "were", "be", "->", "ist", "war", "to"];
/// The most words between a noun and its verb.
const REACH: usize = 6;
/// What a sentence says of a secret, and is none.
const TERMS: [&str; 13] = [
    "base64", "sha256", "sha512", "sha1", "md5", "rs256", "hs256", "es256", "oauth2", "utf-8",
    "utf8", "argon2", "x509",
];

/// The secrets in a line of words.
pub(super) fn secrets(text: &str, row: &Range<usize>) -> Vec<Range<usize>> {
    let words: Vec<Range<usize>> = words(text, row).collect();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let noun = text[word.clone()].trim_start_matches(['(', '#', '*', '-']).to_lowercase();
        let noun = noun.as_str();
        let is_in_quotes = is_quote(text[row.start..word.start].chars().next_back());
        let follows = |at: usize| words.get(at).and_then(|next| value(text, row, next));
        let is_said_by = noun != "by" || at > 0 && says(text, &words[at - 1], "identified");
        if DIRECT.contains(&noun) && is_said_by && !is_in_quotes {
            found.extend(follows(at + 1));
        }
        if !NOUNS.contains(&noun) {
            continue;
        }
        let verb = (at + 1..words.len()).take(REACH).find(|next| is_verb(text, &words[*next]));
        found.extend(verb.and_then(|verb| follows(verb + 1)));
    }
    found
}

fn says(text: &str, word: &Range<usize>, expected: &str) -> bool {
    text[word.clone()].eq_ignore_ascii_case(expected)
}

fn is_quote(c: Option<char>) -> bool {
    matches!(c, Some('"' | '\'' | '`'))
}

fn is_verb(text: &str, word: &Range<usize>) -> bool {
    VERBS.iter().any(|verb| says(text, word, verb))
}

/// The word, if it can be a password: it is in quotes, or more than letters.
fn value(text: &str, row: &Range<usize>, word: &Range<usize>) -> Option<Range<usize>> {
    let value = text[word.clone()].trim_end_matches(['.', ';', ':', ')', '!', '?']);
    let is_quoted = is_quote(text[row.start..word.start].chars().next_back())
        && is_quote(text[word.start + value.len()..row.end].chars().next());
    let is_code = value.starts_with(['#', '.'])
        || value.contains(['(', '{', '[', '=', '<', '>', '|', '&', ';', '$'])
        || values::is_expression(value);
    let is_term = TERMS.iter().any(|term| term.eq_ignore_ascii_case(value));
    let is_secret = is_likely(value) && !is_code && !is_term || is_mixed(value) && !is_code;
    let is_word = is_quoted && values::reveals(value);
    (is_secret || is_word && !is_code && !is_term).then(|| range_in(text, value))
}

/// The fields of a line of `.pgpass`.
const FIELDS: usize = 5;
/// The fewest digits of its port.
const PORT: usize = 4;

/// The passwords in a line of `.pgpass`.
pub(super) fn of_file(text: &str, row: &Range<usize>) -> Vec<Range<usize>> {
    let has_fields = text[row.clone()].bytes().filter(|byte| *byte == b':').count() >= FIELDS - 1;
    let words = words(text, row).filter(|_| has_fields);
    words.filter_map(|word| of_pgpass(text, &word)).collect()
}

/// The password in `host:port:database:user:password`.
fn of_pgpass(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    let fields: Vec<&str> = text[word.clone()].splitn(FIELDS, ':').collect();
    let [host, port, database, user, password] = fields[..] else { return None };
    let is_port = port.len() >= PORT && port.bytes().all(|it| it.is_ascii_digit());
    let is_filled = [host, database, user].iter().all(|field| !field.is_empty());
    let is_line = is_filled && (port == "*" || is_port) && !password.contains(':');
    (is_line && is_likely(password)).then(|| range_in(text, password))
}

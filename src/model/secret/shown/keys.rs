//! Keys whose value may be a secret: `credentials`, `basicAuth`, `pin`, and anything below a table `secrets`.

use std::ops::Range;

use super::super::keys::{self, key_words};
use super::super::pairs::{Pair, WrittenPair};
use super::super::{addresses, random, values};
use super::{is_likely, is_mixed, near, range_in};

/// The ends of keys whose value is a secret, unless it is a plain word.
const ENDS: [&str; 38] = [
    "adminpass",
    "adminpw",
    "authpass",
    "backupcode",
    "basicauth",
    "cipherkey",
    "clientkeydata",
    "contrasena",
    "cred",
    "credential",
    "credentials",
    "creds",
    "cryptkey",
    "dbpass",
    "dbpasswd",
    "dbpw",
    "hmackey",
    "integrationkey",
    "kennwort",
    "keypass",
    "mailpass",
    "masterauth",
    "motdepasse",
    "passwort",
    "pepper",
    "pincode",
    "presharedkey",
    "recoverycode",
    "requirepass",
    "rootpass",
    "rootpw",
    "salt",
    "senha",
    "smtppass",
    "storepass",
    "userpass",
    "wachtwoord",
    "webhooktoken",
];
/// Last words of such keys.
const LAST: [&str; 3] = ["pin", "otp", "sas"];
/// Last words of keys whose value is a secret if it looks like no name.
const OFTEN_NAMES: [&str; 16] = [
    "auth",
    "authorization",
    "bearer",
    "cookie",
    "hmac",
    "jwt",
    "nonce",
    "secret",
    "seed",
    "session",
    "sessionid",
    "sid",
    "sig",
    "signature",
    "tokens",
    "secrets",
];
/// Keys of a sentence that is a secret.
const SENTENCES: [&str; 4] = ["mnemonic", "seedphrase", "recoveryphrase", "mnemonicphrase"];
/// The fewest characters of a random value under a key that says nothing else than `key`.
const SHORTEST_KEY: usize = 16;

/// The secret in the value of a key that may hold one.
pub(in super::super) fn revealed(
    text: &str,
    row: &Range<usize>,
    pair: &Pair,
) -> Option<Range<usize>> {
    let key = &text[pair.key.clone()];
    let range = match pair.written(text, row) {
        WrittenPair::Quoted(range, _) | WrittenPair::Bare(range) => range,
        WrittenPair::Opens(at) if keys::is_password(key) => {
            return default_of(text, &text[at..row.end]);
        }
        _ => return None,
    };
    let value = near(&text[range.clone()]);
    if keys::is_password(key) {
        let is_whole = begins_line(text, row, pair) && !keys::is_token(key);
        return match is_whole && value.contains(' ') && is_sentence(value) {
            true => Some(range),
            false => default_of(text, &text[range.start..row.end]),
        };
    }
    let is_code = value.starts_with('.') || values::is_expression(value);
    let is_name = keys::is_public(key) || keys::is_of_existing(key) || is_code;
    (!is_name && is_secret(key, value)).then_some(range)
}

fn is_secret(key: &str, value: &str) -> bool {
    let words = key_words(key);
    let joined = words.concat();
    let last = words.last().map_or("", String::as_str);
    if SENTENCES.iter().any(|end| joined.ends_with(end)) {
        return is_sentence(value);
    }
    if value.contains(char::is_whitespace) {
        return false;
    }
    let takes_pair = last == "auth" || joined.ends_with("auths");
    ENDS.iter().any(|end| joined.ends_with(end)) && is_likely(value)
        || LAST.contains(&last) && is_likely(value) && !value.contains('.')
        || OFTEN_NAMES.contains(&last) && is_mixed(value)
        || is_constant(key) && last == "secret" && is_likely(value)
        || takes_pair && (is_user_and_password(value) || addresses::is_encoded_pair(value))
        || last == "key" && value.len() >= SHORTEST_KEY && random::is_random(value)
}

/// Returns true for the name of a variable such as `COOKIE_SECRET`.
fn is_constant(key: &str) -> bool {
    key.contains('_') && !key.contains(|c: char| c.is_ascii_lowercase())
}

fn is_user_and_password(value: &str) -> bool {
    value.split_once(':').is_some_and(|(_, password)| is_likely(password))
}

fn is_sentence(value: &str) -> bool {
    values::reveals(value) && !values::is_expression(value)
}

/// Returns true if a key is the first text of its line, and is written as programs write keys.
fn begins_line(text: &str, row: &Range<usize>, pair: &Pair) -> bool {
    let before = text[row.start..pair.key.start].trim_start();
    let starts_small = text[pair.key.clone()].starts_with(|c: char| c.is_ascii_lowercase());
    let is_mark = |mark: &&str| before == *mark;
    ["", "- ", "\"", "export "].iter().any(is_mark) && starts_small && pair.separator == b':'
}

/// Functions and signs in front of a value that is taken where no other is given.
const DEFAULTS: [&str; 7] = ["coalesce(", "try(", "default \"", "default(", "? ", "|| ", "?? "];

/// The text in quotes, or behind `:-`, that is the value where no other is given.
fn default_of(text: &str, expression: &str) -> Option<Range<usize>> {
    let expression = near(expression);
    if let Some((_, value)) = expression.split_once(":-") {
        let value = &value[..value.find(['}', '"', '\'']).unwrap_or(value.len())];
        return is_likely(value).then(|| range_in(text, value));
    }
    let start = DEFAULTS.iter().filter_map(|sign| expression.find(*sign)).min()?;
    let parts = expression[start..].split(['"', '\'']).skip(1).step_by(2);
    parts.filter(|part| is_likely(part)).map(|part| range_in(text, part)).next()
}

/// Words of keys of tables that only name secrets.
const NAMING: [&str; 8] =
    ["image", "pull", "external", "existing", "sealed", "registry", "names", "max"];
/// Keys of tables in which each value may be a secret.
const TABLES: [&str; 13] = [
    "secrets",
    "secretenv",
    "secretenvs",
    "envsecret",
    "secretvars",
    "secretvariables",
    "secretvalues",
    "secretparameters",
    "securevariables",
    "securestrings",
    "sensitivevalues",
    "sensitivevariables",
    "tokens",
];

/// Returns true if each value below a key may be a secret.
pub(in super::super) fn holds_secrets(key: &str) -> bool {
    let words = key_words(key);
    let joined = words.concat();
    TABLES.iter().any(|table| joined.ends_with(table))
        && !words.iter().any(|word| NAMING.contains(&word.as_str()))
}

/// Last words of keys in such a table whose value is none.
const ABOUT: [&str; 39] = [
    "backend",
    "class",
    "count",
    "engine",
    "env",
    "environment",
    "external",
    "format",
    "from",
    "gid",
    "host",
    "id",
    "image",
    "interval",
    "kind",
    "labels",
    "max",
    "min",
    "mode",
    "mount",
    "namespace",
    "owner",
    "port",
    "prefix",
    "property",
    "provider",
    "region",
    "remote",
    "required",
    "role",
    "source",
    "store",
    "target",
    "template",
    "ttl",
    "uid",
    "user",
    "username",
    "version",
];

/// Returns true if a key in a table that may hold secrets tells about one.
pub(in super::super) fn is_about(key: &str) -> bool {
    let words = key_words(key);
    let last = words.last().map_or("", String::as_str);
    keys::is_about(key) || keys::is_public(key) || ABOUT.contains(&last)
}

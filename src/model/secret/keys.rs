//! The names of keys: which of them hold a secret, name one, or tell about one.

/// The longest key that is read.
pub(super) const LONGEST_KEY: usize = 200;

/// The ends of keys that contain a secret, without separators and in lower case. A key that ends in `secret` usually contains a
/// name.
const ENDS: [&str; 31] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "clientsecret",
    "consumersecret",
    "sharedsecret",
    "appsecret",
    "jwtsecret",
    "webhooksecret",
    "sessionsecret",
    "cookiesecret",
    "encryptionkey",
    "signingkey",
    "accountkey",
    "masterkey",
    "authkey",
    "licensekey",
    "sharedkey",
    "secretkeybase",
    "secretstring",
    "secretvalue",
    "secretbinary",
    "secretdata",
    "accesssecret",
    "dockerconfigjson",
];
/// Whole last words of such keys.
const LAST: [&str; 4] = ["pwd", "pass", "pw", "psk"];
/// Last words that leave open what comes before them.
const SUFFIXES: [&str; 24] = [
    "b64",
    "base64",
    "value",
    "plain",
    "plaintext",
    "wo",
    "raw",
    "old",
    "new",
    "current",
    "previous",
    "default",
    "dev",
    "develop",
    "test",
    "qa",
    "stage",
    "staging",
    "prod",
    "production",
    "live",
    "primary",
    "secondary",
    "encoded",
];
/// Tables and lists in which each value is a secret.
const TABLES: [&str; 10] = [
    "passwords",
    "passwds",
    "passphrases",
    "apikeys",
    "accesstokens",
    "authtokens",
    "privatekeys",
    "secretkeys",
    "clientsecrets",
    "stringdata",
];
/// Last words of keys that tell about a secret.
const ABOUT: [&str; 14] = [
    "name",
    "names",
    "secret",
    "key",
    "ref",
    "path",
    "arn",
    "type",
    "description",
    "length",
    "policy",
    "file",
    "url",
    "enabled",
];
/// Keys beside a value that name it.
const NAMES: [&str; 8] = ["name", "key", "variable", "var", "parameter", "field", "type", "header"];
/// Keys of values that a neighbour names.
const VALUES: [&str; 5] = ["value", "val", "default", "content", "values"];

/// Returns true if a key holds a password or another secret.
pub(super) fn is_password(key: &str) -> bool {
    let words = key_words(key);
    let words = without_suffixes(&words);
    let joined = words.concat();
    ENDS.iter().any(|end| joined.ends_with(end))
        || words.last().is_some_and(|last| LAST.contains(&last.as_str()))
}

pub(super) fn is_token(key: &str) -> bool {
    without_suffixes(&key_words(key)).last().is_some_and(|last| last.ends_with("token"))
}

/// Returns true if each value below a key is a secret.
pub(crate) fn holds_secrets(key: &str) -> bool {
    let joined = key_words(key).concat();
    TABLES.iter().any(|table| joined.ends_with(table))
}

/// Returns true if each value below a key is encrypted, as in a SealedSecret.
pub(crate) fn holds_ciphertext(key: &str) -> bool {
    key == "encryptedData"
}

/// Returns true if a key tells about a secret, such as `existingSecret` or `passwordKey`.
pub(super) fn is_about(key: &str) -> bool {
    key_words(key).last().is_some_and(|last| ABOUT.contains(&last.as_str()))
}

/// Returns true if a key holds the value that another key beside it names.
pub(crate) fn is_value_key(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or_default();
    VALUES.iter().any(|known| last.eq_ignore_ascii_case(known))
}

/// Returns true if a key and its value say that the value beside them is a secret: `name = "DB_PASSWORD"`.
pub(crate) fn names_the_value(key: &str, value: &str) -> bool {
    is_name_key(key)
        && value.len() <= LONGEST_KEY
        && (value == "SecureString" || is_password(value))
}

/// Returns true if a key holds the name of a value beside it.
pub(super) fn is_name_key(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or_default();
    NAMES.iter().any(|known| last.eq_ignore_ascii_case(known))
}

/// Returns true if everyone may read the value of a key, such as `publicKey`, `caCertificate` or `siteKey`.
pub(super) fn is_public(key: &str) -> bool {
    const PUBLIC: [&str; 12] = [
        "public",
        "pub",
        "pubkey",
        "site",
        "cert",
        "certificate",
        "fingerprint",
        "thumbprint",
        "checksum",
        "digest",
        "integrity",
        "sha256",
    ];
    let words = key_words(key);
    !words.iter().any(|word| word == "private")
        && words.iter().any(|word| PUBLIC.contains(&word.as_str()))
}

/// Returns true if a plain word under a key is a name: `id-token: write` is a permission, and `secretKey: username` names the
/// key of a secret.
pub(super) fn takes_names(key: &str) -> bool {
    let words = key_words(key);
    is_token(key) || words.ends_with(&["secret".to_owned(), "key".to_owned()])
}

/// Returns true if a key names what exists elsewhere, such as `existingPasswordSecretKey`.
pub(super) fn is_of_existing(key: &str) -> bool {
    key_words(key).first().is_some_and(|first| first == "existing")
}

/// A key's words, in lower case: `adminPassword`, `admin-password` and `ADMIN_PASSWORD` are alike.
pub(super) fn key_words(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    let mut characters = key.chars().peekable();
    while let Some(c) = characters.next() {
        if !c.is_alphanumeric() {
            before = c;
            continue;
        }
        // The last capital of `DBPassword` begins a word.
        let mut is_last_capital = || characters.peek().is_some_and(|next| next.is_lowercase());
        let begins = !before.is_alphanumeric()
            || (c.is_uppercase() && (!before.is_uppercase() || is_last_capital()));
        if begins {
            words.push(String::new());
        }
        words.last_mut().expect("the first one begins").extend(c.to_lowercase());
        before = c;
    }
    words
}

/// The words up to the last one that tells what the key holds.
fn without_suffixes(words: &[String]) -> Vec<String> {
    let is_suffix = |word: &String| {
        SUFFIXES.contains(&word.as_str()) || word.bytes().all(|byte| byte.is_ascii_digit())
    };
    let mut kept = words;
    while kept.len() > 1 && kept.last().is_some_and(is_suffix) {
        kept = &kept[..kept.len() - 1];
    }
    let mut kept = kept.to_vec();
    if let Some(last) = kept.last_mut() {
        let length = last.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        last.truncate(length);
    }
    kept
}

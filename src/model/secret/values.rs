//! The value of a key that holds a secret: whether it is the secret, or only leads to it.

/// The fewest digits of a number that is a secret.
pub(super) const SHORTEST_NUMBER: usize = 4;

/// Words that say nothing.
const LITERALS: [&str; 36] = [
    "true",
    "false",
    "null",
    "none",
    "nil",
    "yes",
    "no",
    "on",
    "off",
    "~",
    "string",
    "number",
    "boolean",
    "object",
    "array",
    "integer",
    "any",
    "value",
    "password",
    "token",
    "secret",
    "disabled",
    "enabled",
    "required",
    "optional",
    "unset",
    "undefined",
    "empty",
    "redacted",
    "masked",
    "hidden",
    "generated",
    "auto",
    "inherit",
    "unused",
    "anonymous",
];
/// What leads to a secret elsewhere, or is encrypted.
const REFERENCES: [&str; 15] = [
    "arn:",
    "ENC[",
    "EJ[",
    "{cipher}",
    "AQICAH",
    "vault:",
    "ref+",
    "op://",
    "ssm:",
    "sm://",
    "secretsmanager:",
    "file:",
    "env:",
    "projects/",
    "kms:",
];

/// Returns true if a value under a key that holds a secret reveals it.
pub(super) fn reveals(value: &str) -> bool {
    !value.is_empty() && !is_literal(value) && !is_reference(value) && !is_name(value)
}

/// Returns true for a word that says nothing, and for a short number.
pub(super) fn is_literal(value: &str) -> bool {
    let is_number = value.len() < SHORTEST_NUMBER && value.bytes().all(|it| it.is_ascii_digit());
    is_number || LITERALS.iter().any(|literal| literal.eq_ignore_ascii_case(value))
}

/// Returns true if another place has the value: a variable, an expression, an entry of a store.
pub(super) fn is_reference(value: &str) -> bool {
    let is_hash = value.strip_prefix('$').is_some_and(|rest| {
        let kind = rest.split('$').next().unwrap_or_default();
        rest.contains('$') && !kind.contains(['{', '(', ' '])
    });
    let begins = value.starts_with(['$', '<', '%', '*']) && !is_hash;
    let has = ["{{", "{%", "${", "$("].iter().any(|part| value.contains(part));
    begins || has || REFERENCES.iter().any(|prefix| value.starts_with(prefix)) || is_sealed(value)
}

/// The fewest characters of a value in a SealedSecret: it begins with the encrypted key.
const SHORTEST_SEALED: usize = 300;

/// Returns true for the value of a SealedSecret, which begins with the length of the encrypted key: 256 or 512.
pub(super) fn is_sealed(value: &str) -> bool {
    let begins = |start: &str| {
        let next = value.strip_prefix(start);
        next.is_some_and(|rest| rest.starts_with(['A', 'B', 'C', 'D']))
    };
    let in_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte);
    value.len() >= SHORTEST_SEALED && (begins("Ag") || begins("AQ")) && value.bytes().all(in_base64)
}

/// Returns true if a value only identifies the secret: a path, or a name of several words such as
/// `grafana-admin-password`.
fn is_name(value: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_alphabetic());
    let mut words = value.split(['-', '_', '.']);
    let several = value.contains(['-', '_', '.']) && words.all(is_word);
    let in_path = |c: char| c.is_ascii_alphanumeric() || "/._-:@".contains(c);
    several || (value.contains('/') && value.chars().all(in_path))
}

/// Returns true for an expression of HCL or of a program, such as `var.password` or `file("x")`.
pub(super) fn is_expression(value: &str) -> bool {
    const ROOTS: [&str; 9] =
        ["var", "local", "data", "module", "each", "self", "path", "count", "terraform"];
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(value.len());
    let (root, rest) = value.split_at(end);
    let begins = root.starts_with(|c: char| c.is_ascii_alphabetic());
    begins
        && (rest.starts_with('(')
            || rest.starts_with(['.', '[']) && (ROOTS.contains(&root) || root.contains('_')))
}

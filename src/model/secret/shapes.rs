//! The forms of credentials of known services, and private keys.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Match};

/// The characters that follow a prefix.
#[derive(Clone, Copy)]
enum Charset {
    /// Capitals and digits.
    Capitals,
    /// Letters, digits, `_` and `-`.
    Word,
    /// The same, with `.` between parts.
    Dotted,
    /// Those of hashed passwords and of addresses.
    Crypt,
}

impl Charset {
    fn has(self, byte: u8) -> bool {
        let is_word = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        match self {
            Capitals => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Word => is_word,
            Dotted => is_word || matches!(byte, b'.' | b'+' | b'/' | b'='),
            Crypt => is_word || b"./$=+,:".contains(&byte),
        }
    }
}

use Charset::{Capitals, Crypt, Dotted, Word};

/// Prefixes of credentials, with the least number of characters that follow. From the rules of
/// [gitleaks](https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml),
/// [TruffleHog](https://github.com/trufflesecurity/trufflehog/tree/main/pkg/detectors),
/// [Kingfisher](https://github.com/mongodb/kingfisher/tree/main/data/rules) and
/// [detect-secrets](https://github.com/Yelp/detect-secrets/tree/master/detect_secrets/plugins); `whsec_` from
/// [Standard Webhooks](https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md), and
/// hashed passwords from `crypt(5)`, `htpasswd(1)` and [Argon2](https://github.com/P-H-C/phc-winner-argon2).
const SHAPES: &[(&str, usize, Charset)] = &[
    // Amazon
    ("AKIA", 16, Capitals),
    ("ASIA", 16, Capitals),
    ("ABIA", 16, Capitals),
    ("ACCA", 16, Capitals),
    ("ABSK", 100, Dotted),
    ("bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t", 0, Dotted),
    // GitHub and GitLab
    ("ghp_", 30, Word),
    ("gho_", 30, Word),
    ("ghu_", 30, Word),
    ("ghs_", 30, Word),
    ("ghr_", 30, Word),
    ("github_pat_", 30, Word),
    ("glpat-", 20, Word),
    ("gldt-", 20, Word),
    ("glrt-", 20, Word),
    ("glptt-", 20, Word),
    ("glcbt-", 20, Word),
    ("glsoat-", 20, Word),
    // Slack
    ("xoxb-", 20, Word),
    ("xoxp-", 20, Word),
    ("xoxa-", 8, Word),
    ("xoxr-", 8, Word),
    ("xoxs-", 20, Word),
    ("xoxo-", 20, Word),
    ("xoxe-", 20, Word),
    ("xapp-", 20, Word),
    ("hooks.slack.com/services/", 20, Dotted),
    ("hooks.slack.com/workflows/", 20, Dotted),
    ("hooks.slack.com/triggers/", 20, Dotted),
    // Payments
    ("sk_live_", 16, Word),
    ("sk_test_", 16, Word),
    ("rk_live_", 16, Word),
    ("rk_test_", 16, Word),
    ("sk_prod_", 16, Word),
    ("rk_prod_", 16, Word),
    ("whsec_", 16, Dotted),
    ("sq0csp-", 20, Word),
    ("sq0atp-", 20, Word),
    ("shpat_", 20, Word),
    ("shpss_", 20, Word),
    ("shippo_live_", 40, Word),
    ("shippo_test_", 40, Word),
    ("EZAK", 54, Word),
    ("EZTK", 54, Word),
    // Google
    ("AIza", 30, Word),
    ("GOCSPX-", 20, Word),
    ("ya29.", 20, Dotted),
    // Models
    ("sk-ant-", 20, Word),
    ("sk-proj-", 20, Word),
    ("sk-svcacct-", 40, Word),
    ("sk-admin-", 100, Word),
    ("hf_", 30, Word),
    ("api_org_", 34, Word),
    ("nvapi-", 64, Word),
    ("xai-", 80, Word),
    ("r8_", 37, Word),
    ("lsv2_pt_", 40, Word),
    ("lsv2_sk_", 40, Word),
    // Vault, Terraform and Kubernetes
    ("hvs.", 20, Dotted),
    ("hvb.", 20, Dotted),
    ("eyJ", 37, Dotted),
    ("dapi", 32, Word),
    // Registries
    ("npm_", 30, Word),
    ("pypi-", 30, Word),
    ("dckr_pat_", 20, Word),
    ("dckr_oat_", 32, Word),
    ("AKCp", 69, Word),
    ("cmVmd", 59, Word),
    ("rubygems_", 40, Word),
    // Others
    ("SG.", 40, Dotted),
    ("glsa_", 30, Word),
    ("glc_", 30, Dotted),
    ("dop_v1_", 40, Word),
    ("NRAK-", 20, Capitals),
    ("lin_api_", 30, Word),
    ("ATATT3", 40, Dotted),
    ("ATBB", 28, Word),
    ("PMAK-", 40, Word),
    ("pul-", 40, Word),
    ("dp.st.", 30, Dotted),
    ("dp.pt.", 30, Dotted),
    ("dp.ct.", 30, Dotted),
    ("dp.sa.", 30, Dotted),
    ("dp.scim.", 30, Dotted),
    ("dp.audit.", 30, Dotted),
    ("sntrys_", 40, Dotted),
    ("sntryu_", 40, Word),
    ("sbp_", 40, Word),
    ("pscale_tkn_", 30, Word),
    ("pscale_pw_", 30, Word),
    ("pscale_oauth_", 30, Word),
    ("figd_", 30, Word),
    ("ops_eyJ", 40, Dotted),
    ("dt0c01.", 40, Dotted),
    ("AGE-SECRET-KEY-1", 40, Capitals),
    ("LTAI", 16, Word),
    ("xkeysib-", 60, Word),
    ("shppa_", 20, Word),
    ("shpca_", 20, Word),
    ("doo_v1_", 40, Word),
    ("dor_v1_", 40, Word),
    ("glffct-", 20, Word),
    ("glft-", 20, Word),
    ("glimt-", 20, Word),
    ("glagent-", 40, Word),
    ("gloas-", 40, Word),
    ("GR1348941", 20, Word),
    ("sha256~", 43, Word),
    ("pnu_", 36, Word),
    ("rdme_", 70, Word),
    ("sgp_", 40, Word),
    ("tfp_", 40, Word),
    ("tskey-", 20, Word),
    ("CFPAT-", 43, Word),
    ("duffel_live_", 40, Word),
    ("duffel_test_", 40, Word),
    ("fo1_", 43, Word),
    ("fm1a_", 100, Dotted),
    ("fm1r_", 100, Dotted),
    ("fm2_", 100, Dotted),
    ("CLOJARS_", 60, Word),
    ("ntn_", 40, Word),
    ("pplx-", 40, Word),
    ("gsk_", 50, Word),
    ("sk-or-v1-", 60, Word),
    ("p8e-", 32, Word),
    ("FLWSECK-", 32, Word),
    ("FLWSECK_TEST-", 12, Word),
    ("HRKU-AA", 58, Word),
    ("API-", 26, Capitals),
    ("CCIPAT_", 60, Word),
    ("bkua_", 40, Word),
    ("BBDC-", 40, Dotted),
    ("EAAM", 100, Word),
    ("EAAC", 100, Word),
    ("v1.0-", 171, Word),
    ("ico-", 32, Word),
    ("tk-us-", 48, Word),
    ("fio-u-", 64, Dotted),
    ("phx_", 43, Word),
    ("pat-na1-", 36, Word),
    ("pat-eu1-", 36, Word),
    ("apify_api_", 36, Word),
    ("discord.com/api/webhooks/", 60, Dotted),
    // Hashed passwords
    ("$2a$", 50, Crypt),
    ("$2b$", 50, Crypt),
    ("$2y$", 50, Crypt),
    ("$apr1$", 20, Crypt),
    ("$1$", 24, Crypt),
    ("{SHA}", 27, Crypt),
    ("{SSHA}", 30, Crypt),
    ("pbkdf2_sha256$", 30, Crypt),
    ("SCRAM-SHA-256$", 40, Crypt),
    ("$5$", 40, Crypt),
    ("$6$", 40, Crypt),
    ("$y$", 40, Crypt),
    ("$argon2", 40, Crypt),
];
/// The middle of a token of Terraform.
const ATLAS: &str = ".atlasv1.";

/// All prefixes at once: there are many, and every text is searched for them.
static PREFIXES: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let prefixes = SHAPES.iter().map(|(prefix, ..)| prefix);
    AhoCorasick::new(prefixes).expect("the prefixes are few and short")
});

/// The words that are credentials, wherever they begin after something that is no letter or digit.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let begins = |at: usize| at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
    let prefixes = PREFIXES.find_overlapping_iter(text).filter(|it| begins(it.start()));
    let mut found: Vec<Range<usize>> = prefixes.filter_map(|it| credential(bytes, it)).collect();
    found.extend(text.match_indices(ATLAS).map(|(at, _)| around(bytes, at)));
    found
}

/// The range of the credential that begins with a prefix, where what follows has its form.
fn credential(bytes: &[u8], found: Match) -> Option<Range<usize>> {
    let (prefix, least, charset) = &SHAPES[found.pattern()];
    let after = &bytes[found.end()..];
    let length = after.iter().take_while(|byte| charset.has(**byte)).count();
    let fits = match charset {
        // A longer word of capitals is something else.
        Capitals if prefix.len() == 4 => length == *least,
        // A word of base64 without a point is a text in JSON, and no token.
        Dotted if *prefix == "eyJ" => length >= *least && after[..length].contains(&b'.'),
        _ => length >= *least,
    };
    fits.then(|| found.start()..found.end() + length)
}

fn around(bytes: &[u8], at: usize) -> Range<usize> {
    let before = bytes[..at].iter().rev().take_while(|byte| Word.has(**byte)).count();
    let after = bytes[at..].iter().take_while(|byte| Dotted.has(**byte)).count();
    at - before..at + after
}

const KEY_BEGINS: &str = "-----BEGIN ";
const KEY_ENDS: &str = "-----END ";
/// The longest line that begins a key.
const LONGEST_HEAD: usize = 80;

/// Private keys, from the line that begins them to the one that ends them.
pub(super) fn key_blocks(text: &str) -> Vec<Range<usize>> {
    let mut found = blocks(text, |head| head.contains("PRIVATE KEY"));
    found.extend(putty(text));
    found
}

/// The private part of a key of PuTTY.
fn putty(text: &str) -> Option<Range<usize>> {
    let start = text.find("Private-Lines: ")?;
    let start = start + text[start..].find('\n')?;
    let last = start + text[start..].find("Private-MAC: ")?;
    let end = text[last..].find('\n').map_or(text.len(), |end| last + end);
    Some(start..end)
}

/// Certificates and public keys, which everyone may read.
pub(super) fn public_blocks(text: &str) -> Vec<Range<usize>> {
    blocks(text, |head| !head.contains("PRIVATE"))
}

fn blocks(text: &str, is_wanted: fn(&str) -> bool) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(KEY_BEGINS) {
        let start = at + found;
        at = start + KEY_BEGINS.len();
        let head = &text[start..text.floor_char_boundary(start + LONGEST_HEAD)];
        let head = head.lines().next().unwrap_or_default();
        let head = head[KEY_BEGINS.len().min(head.len())..].split_once("-----");
        if head.is_some_and(|(kind, _)| is_wanted(kind)) {
            at = text[at..].find(KEY_ENDS).map_or(text.len(), |end| at + end);
            blocks.push(start..at);
        }
    }
    blocks
}

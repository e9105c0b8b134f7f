//! Credentials in addresses: parameters, paths of webhooks, and tokens in the place of a user.

use std::ops::Range;

use super::super::values;
use super::{SHORTEST, near, range_in};

pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = parameters(text);
    for marker in HOOKS {
        found
            .extend(text.match_indices(marker).filter_map(|(at, _)| hook(text, at + marker.len())));
    }
    for (at, _) in text.match_indices("://") {
        let address = until(&text[at + "://".len()..], "");
        found.extend(user(text, address));
        found.extend(segments_of_hook(text, address));
    }
    found
}

/// Parameters that hold a credential, without separators and in lower case.
const PARAMETERS: [&str; 26] = [
    "accesstoken",
    "accesskey",
    "apikey",
    "apitoken",
    "authtoken",
    "clientsecret",
    "hapikey",
    "hmac",
    "idtoken",
    "jwt",
    "pass",
    "passwd",
    "password",
    "privatetoken",
    "pwd",
    "refreshtoken",
    "secret",
    "sessiontoken",
    "sig",
    "signature",
    "subscriptionkey",
    "token",
    "xamzcredential",
    "xamzsecuritytoken",
    "xamzsignature",
    "xgoogsignature",
];
/// Parameters that may also hold something else.
const OFTEN_OTHERS: [&str; 7] = ["auth", "authkey", "code", "key", "session", "sessionid", "sid"];
/// The fewest characters of a credential in one of them.
const SHORTEST_OF_OTHERS: usize = 8;

/// The values of `?sig=…` and `&token=…`.
fn parameters(text: &str) -> Vec<Range<usize>> {
    let parameter = |(at, _)| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let before: &str = &text[..at];
        let start = before.trim_end_matches(is_part).len();
        let name = before[start..].replace(['_', '-'], "").to_ascii_lowercase();
        let value = until(&text[at + 1..], "&#);");
        let is_separated = before[..start].ends_with(['?', '&', '#', ';']);
        let has_digit = || value.contains(|c: char| c.is_ascii_digit());
        let is_secret = PARAMETERS.contains(&name.as_str())
            || OFTEN_OTHERS.contains(&name.as_str())
                && value.len() >= SHORTEST_OF_OTHERS
                && has_digit();
        (is_separated && is_secret && is_hidden(value)).then(|| range_in(text, value))
    };
    text.match_indices('=').filter_map(parameter).collect()
}

/// A path behind one of these is the credential of a webhook.
const HOOKS: [&str; 18] = [
    "hooks.slack.com/services/",
    "hooks.slack.com/workflows/",
    "hooks.slack.com/triggers/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    ".webhook.office.com/",
    "outlook.office.com/webhook/",
    "outlook.office365.com/webhook/",
    "hooks.zapier.com/hooks/",
    "maker.ifttt.com/trigger/",
    "api.telegram.org/bot",
    "events.pagerduty.com/integration/",
    "alert.victorops.com/integrations/",
    "open.feishu.cn/open-apis/bot/",
    "open.larksuite.com/open-apis/bot/",
    "hc-ping.com/",
    "nosnch.in/",
    "uptime.betterstack.com/api/v1/heartbeat/",
];

fn hook(text: &str, start: usize) -> Option<Range<usize>> {
    let path = until(&text[start..], ")");
    is_hidden(path).then(|| range_in(text, path))
}

/// The fewest characters of a credential in the path of another webhook.
const SHORTEST_SEGMENT: usize = 16;

/// The parts of the path of a webhook that are no words.
fn segments_of_hook<'a>(
    text: &'a str,
    address: &'a str,
) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let has_hook = address.to_ascii_lowercase().contains("hook");
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let segments = path.split('/').skip(1).filter(move |_| has_hook);
    let is_credential = |segment: &&str| {
        let parts: Vec<&str> = segment.split('-').collect();
        let is_id = parts.len() == 5 && parts.iter().all(|part| part.len() >= SHORTEST);
        let is_word = parts.len() == 1 && segment.len() >= SHORTEST_SEGMENT;
        let has_digit = segment.contains(|c: char| c.is_ascii_digit());
        (is_word || is_id) && has_digit && is_hidden(segment)
    };
    segments.filter(is_credential).map(|segment| range_in(text, segment))
}

/// The fewest characters of a token in the place of a user.
const SHORTEST_USER: usize = 20;

/// A token before `@`, such as the key of a DSN of Sentry.
fn user(text: &str, address: &str) -> Option<Range<usize>> {
    let (user, _) = address.split(['/', '?', '#']).next()?.rsplit_once('@')?;
    let is_token = user.len() >= SHORTEST_USER
        && user.contains(|c: char| c.is_ascii_digit())
        && user.chars().all(|c| c.is_ascii_alphanumeric());
    is_token.then(|| range_in(text, user))
}

/// The text up to what ends an address, or one of these characters.
fn until<'a>(text: &'a str, ends: &str) -> &'a str {
    let text = near(text);
    let is_end = |c: char| c.is_whitespace() || "\"'`<>\\,".contains(c) || ends.contains(c);
    &text[..text.find(is_end).unwrap_or(text.len())]
}

fn is_hidden(value: &str) -> bool {
    value.len() >= SHORTEST && !values::is_literal(value) && !values::is_reference(value)
}

//! The claims of identity providers, and what the subjects of their tokens say.

use crate::ecosystem::hcl_value::HOLE;

/// The beginning of a Kubernetes service account as a token names it.
pub(crate) const SERVICE_ACCOUNT: &str = "system:serviceaccount:";

/// What a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// The identity that it is for.
    Subject,
    /// The service that it was made for.
    Audience,
}

/// A provider whose claims have names of their own.
struct Provider {
    host: &'static str,
    subject: &'static [&'static str],
    audience: &'static [&'static str],
}

/// All others have `sub` and `aud`. Amazon and Facebook sign in the users of an application, which is
/// what a role for them is for.
const PROVIDERS: [Provider; 5] = [
    Provider {
        host: "token.actions.githubusercontent.com",
        subject: &["sub", "repository", "repository_id", "job_workflow_ref"],
        audience: &["aud"],
    },
    Provider {
        host: "cognito-identity.amazonaws.com",
        subject: &["sub", "amr"],
        audience: &["aud"],
    },
    Provider { host: "accounts.google.com", subject: &["sub"], audience: &["aud", "oaud"] },
    Provider { host: "www.amazon.com", subject: &["app_id", "user_id"], audience: &["app_id"] },
    Provider { host: "graph.facebook.com", subject: &["app_id", "id"], audience: &["app_id"] },
];

impl Claim {
    /// Returns true if the key of a condition is this claim; `None` where a reference gives it.
    pub(crate) fn is_key(self, key: &str) -> Option<bool> {
        let (host, name) = key.rsplit_once(':').unwrap_or(("", key));
        if name.contains(HOLE) {
            return None;
        }
        let provider = PROVIDERS.iter().find(|it| it.host.eq_ignore_ascii_case(host));
        let names = match (self, provider) {
            (Claim::Subject, Some(provider)) => provider.subject,
            (Claim::Audience, Some(provider)) => provider.audience,
            (Claim::Subject, None) => &["sub"],
            (Claim::Audience, None) => &["aud"],
        };
        let is_named = names.iter().any(|known| known.eq_ignore_ascii_case(name));
        Some(is_named && key.contains(':'))
    }

    /// The name of the claim in a statement for some providers.
    pub(crate) fn name(self, providers: &[String]) -> &'static str {
        let is_of = |host: &str| providers.iter().any(|it| it.contains(host));
        match self {
            Claim::Subject if is_of("cognito-identity.amazonaws.com") => ":amr",
            Claim::Subject => ":sub",
            Claim::Audience if is_of("www.amazon.com") || is_of("graph.facebook.com") => ":app_id",
            Claim::Audience => ":aud",
        }
    }
}

/// What a value that a condition allows says of the identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenSubject {
    One,
    /// A wildcard or a variable in it lets in others.
    Many,
    /// A reference gives a part of it.
    Unknown,
}

impl TokenSubject {
    /// The subject of a value that an operator compares with wildcards.
    pub(crate) fn of(value: &str) -> TokenSubject {
        let identity = &value[..identity_end(value)];
        if is_open(identity) {
            TokenSubject::Many
        } else if value.contains(HOLE) {
            TokenSubject::Unknown
        } else {
            TokenSubject::One
        }
    }
}

/// Returns true if a pattern matches more than one text. A variable of a policy, such as
/// `${aws:username}`, is what a token says.
pub(crate) fn is_open(pattern: &str) -> bool {
    pattern.contains(['*', '?']) || pattern.contains("${") || pattern.contains("&{")
}

/// Where the part of a subject ends that names who it is. The rest says what was run, such as a branch.
fn identity_end(value: &str) -> usize {
    let end_of = |separator: char, parts: usize| {
        value.match_indices(separator).nth(parts - 1).map_or(value.len(), |(at, _)| at)
    };
    let begins = |prefix: &str| value.starts_with(prefix);
    if begins("repo:") || begins("project_path:") || begins("repository_id:") {
        // GitHub: repo:OWNER/NAME:…; GitLab: project_path:GROUP/PROJECT:…
        end_of(':', 2)
    } else if begins("job_workflow_ref:") {
        end_of('@', 1)
    } else if begins("organization:") && value.contains(":pipeline:") {
        // Buildkite: organization:O:pipeline:P:…
        end_of(':', 4)
    } else if begins("organization:") {
        // HCP Terraform: organization:O:project:P:workspace:W:…
        end_of(':', 6)
    } else if begins("org/") {
        // CircleCI: org/O/project/P/…
        end_of('/', 4)
    } else if begins("{") {
        // Bitbucket: {REPOSITORY}:…
        value.find("}:").map_or(value.len(), |at| at + 1)
    } else {
        value.len()
    }
}

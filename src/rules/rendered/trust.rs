//! A trust policy that takes a token says who may come with it, and for whom it was made; and the
//! service account that it lets in is the one that the pods run as.
//!
//! Who that is, is told by the pack's manifest.

use crate::model::code::Code;
use std::borrow::Cow;

use super::{Judge, Rendered};
use crate::ecosystem::terraform::Trust;
use crate::model::diagnostic::{Label, Problems};
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Span;
use crate::pack::path_of_item;
use crate::resolve;

pub const RULE: Code = Code::IrsaTrust;

pub fn check(judge: &Judge<'_>, trusts: &[Trust], problems: &mut Problems) {
    let pack = &judge.rendered.pack.name;
    for trust in trusts {
        let say = |message: String, line: usize, mend: &str| {
            (!judge.waived(RULE)).then(|| judge.problem(RULE, message, line, mend))
        };
        let mend = "add the condition, as the component `irsa_statement` does";
        if !trust.names_subject {
            let message = format!(
                "a trust policy of the pack `{pack}` does not say who may assume the role: it has no condition on `:sub`"
            );
            problems.extend(say(message, trust.line, mend));
        }
        if !trust.names_audience {
            let message = format!(
                "a trust policy of the pack `{pack}` does not say for whom a token was made: it has no condition on `:aud`"
            );
            problems.extend(say(message, trust.line, mend));
        }
        let Some(first) = trust.service_account_lines.first() else { continue };
        let Some(pods) = pods(&judge.rendered) else {
            if judge.rendered.pack.identity.is_none() {
                let message = format!(
                    "the pack `{pack}` lets a service account assume a role, and does not say which one its pods run as"
                );
                let mend = "say it in the pack's manifest: [identity] namespace = \"…\", service_account = \"…\", as the values file has them";
                problems.extend(say(message, *first, mend));
            }
            continue;
        };
        let is_other = |line: &&usize| !lets_in(judge.line(**line), &pods);
        for line in trust.service_account_lines.iter().filter(is_other) {
            let environment = judge.environment().map_or("", |it| it.name.as_str());
            let message = format!(
                "the role of the pods in `{environment}` is for another service account than theirs, `{pods}`"
            );
            let mend = "give the trust policy and the values file the same names";
            let places = given(&judge.rendered);
            let mut found = say(message, *line, mend);
            if let Some(problem) = &mut found {
                // What was written last is what to mend.
                let labels =
                    places.iter().map(|place| Label { place: *place, text: String::new() });
                problem.labels.splice(0..0, labels);
            }
            problems.extend(found);
        }
    }
}

/// The pods' namespace and service account, `namespace:account`.
fn pods(rendered: &Rendered<'_>) -> Option<String> {
    let (identity, of) = (rendered.pack.identity.as_ref()?, rendered.of.as_ref()?);
    let with_item = |part: &Part| match part {
        Part::Reference(Reference { scope: Scope::Service, path, spot }) => {
            let path = path_of_item(rendered.rule.items.as_ref(), path, rendered.item).into();
            Part::Reference(Reference { scope: Scope::Service, path, spot: *spot })
        }
        other => other.clone(),
    };
    let filled = |text: &[Part]| {
        let text = match rendered.item {
            Some(_) => Cow::Owned(text.iter().map(with_item).collect()),
            None => Cow::Borrowed(text),
        };
        resolve::fill(&text, &of.environment.facts, &of.deployment.settings).ok()
    };
    Some(format!("{}:{}", filled(&identity.namespace)?, filled(&identity.service_account)?))
}

/// Where `environments.toml` gives what the pods run as.
fn given(rendered: &Rendered<'_>) -> Vec<Span> {
    let (Some(identity), Some(of)) = (&rendered.pack.identity, &rendered.of) else {
        return Vec::new();
    };
    let parts = identity.namespace.iter().chain(&identity.service_account);
    let nodes = parts.filter_map(|part| match part {
        Part::Reference(Reference { scope: Scope::Service, path, .. }) => {
            let path = path_of_item(rendered.rule.items.as_ref(), path, rendered.item);
            of.deployment.settings.at(&path)
        }
        _ => None,
    });
    let written = nodes.filter(|node| node.origin.pack.is_none());
    written.map(|node| node.origin.value).collect()
}

/// Whether a line names a service account, and no other.
fn lets_in(line: &str, pods: &str) -> bool {
    let mut named = line.split("system:serviceaccount:").skip(1);
    named.all(|rest| rest.strip_prefix(pods).is_some_and(|rest| rest.starts_with(['"', '\''])))
}

#[cfg(test)]
mod tests {
    use super::lets_in;

    #[test]
    fn a_line_lets_in_one_service_account_only() {
        for (line, expected) in [
            ("values = [\"system:serviceaccount:n:s\"]", true),
            ("values = [\"system:serviceaccount:n:s2\"]", false),
            ("values = [\"system:serviceaccount:n:*\"]", false),
            ("values = [\"system:serviceaccount:n:s\", \"system:serviceaccount:o:s\"]", false),
        ] {
            assert_eq!(lets_in(line, "n:s"), expected, "{line}");
        }
    }
}

//! A trust policy that accepts tokens has conditions on the subject and the audience; and the service
//! account that it allows is the one that the pods run as, which `[identity]` of the pack names.

use std::borrow::Cow;

use super::RenderedFile;
use crate::ecosystem::trust::Trust;
use crate::model::code::Code;
use crate::model::diagnostic::Label;
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Span;
use crate::pack::path_of_item;
use crate::resolve;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::IrsaTrust,
    summary: "a trust policy has conditions on `:sub` and `:aud`, and allows the service account of the pods",
    waivable_at: Some("the path of the rendered file"),
    checks: &[RuleCheck::File(conditions), RuleCheck::File(service_account)],
};

fn conditions(file: &RenderedFile<'_>, findings: &mut Findings<'_>) {
    let pack = &file.pack.name;
    let mend = "add the condition, as the component `irsa_statement` does";
    for trust in &file.facts.trusts {
        if !trust.names_subject {
            let message = format!(
                "a trust policy of the pack `{pack}` has no condition on `:sub`, so that any identity of the issuer may assume the role"
            );
            file.report(findings, message, trust.line, mend);
        }
        if !trust.names_audience {
            let message = format!(
                "a trust policy of the pack `{pack}` has no condition on `:aud`, so that it accepts tokens made for another service"
            );
            file.report(findings, message, trust.line, mend);
        }
    }
}

fn service_account(file: &RenderedFile<'_>, findings: &mut Findings<'_>) {
    for trust in &file.facts.trusts {
        let Some(first) = trust.service_account_lines.first() else { continue };
        match pods(file) {
            Some(pods) => other_accounts(file, trust, &pods, findings),
            None if file.pack.identity.is_none() => no_identity(file, *first, findings),
            None => {}
        }
    }
}

fn no_identity(file: &RenderedFile<'_>, line: usize, findings: &mut Findings<'_>) {
    let message = format!(
        "the pack `{}` lets a service account assume a role, and does not name the service account of its pods",
        file.pack.name
    );
    let mend = "name it in the pack's manifest: [identity] namespace = \"…\", service_account = \"…\", as the values file has them";
    file.report(findings, message, line, mend);
}

fn other_accounts(file: &RenderedFile<'_>, trust: &Trust, pods: &str, findings: &mut Findings<'_>) {
    let is_other = |line: &&usize| !allows_only(file.line(**line), pods);
    for line in trust.service_account_lines.iter().filter(is_other) {
        let environment = file.environment().map_or("", |it| it.name.as_str());
        let message = format!(
            "the role of the pods in `{environment}` is for another service account than theirs, `{pods}`"
        );
        let mut problem = file.problem(findings, message, *line);
        // The settings come first: they are what is usually mended.
        let labels = given(file).into_iter().map(|place| Label { place, text: String::new() });
        problem.labels.splice(0..0, labels);
        file.report_problem(
            findings,
            problem,
            "give the trust policy and the values file the same names",
        );
    }
}

/// The pods' namespace and service account, `namespace:account`.
fn pods(file: &RenderedFile<'_>) -> Option<String> {
    let (identity, of) = (file.pack.identity.as_ref()?, file.of.as_ref()?);
    let with_item = |part: &Part| match part {
        Part::Reference(Reference { scope: Scope::Service, path, spot }) => {
            let path = path_of_item(file.rule.items.as_ref(), path, file.item).into();
            Part::Reference(Reference { scope: Scope::Service, path, spot: *spot })
        }
        other => other.clone(),
    };
    let filled = |text: &[Part]| {
        let text = match file.item {
            Some(_) => Cow::Owned(text.iter().map(with_item).collect()),
            None => Cow::Borrowed(text),
        };
        resolve::fill(&text, &of.environment.facts, &of.deployment.settings).ok()
    };
    Some(format!("{}:{}", filled(&identity.namespace)?, filled(&identity.service_account)?))
}

/// The places in `environments.toml` that give the service account of the pods.
fn given(file: &RenderedFile<'_>) -> Vec<Span> {
    let (Some(identity), Some(of)) = (&file.pack.identity, &file.of) else {
        return Vec::new();
    };
    let parts = identity.namespace.iter().chain(&identity.service_account);
    let nodes = parts.filter_map(|part| match part {
        Part::Reference(Reference { scope: Scope::Service, path, .. }) => {
            let path = path_of_item(file.rule.items.as_ref(), path, file.item);
            of.deployment.settings.at(&path)
        }
        _ => None,
    });
    let written = nodes.filter(|node| node.origin.pack.is_none());
    written.map(|node| node.origin.value).collect()
}

/// Returns true if a line names a service account and no other.
fn allows_only(line: &str, pods: &str) -> bool {
    let mut named = line.split("system:serviceaccount:").skip(1);
    named.all(|rest| rest.strip_prefix(pods).is_some_and(|rest| rest.starts_with(['"', '\''])))
}

#[cfg(test)]
mod tests {
    use super::allows_only;

    #[test]
    fn a_line_allows_one_service_account_only() {
        for (line, expected) in [
            ("values = [\"system:serviceaccount:n:s\"]", true),
            ("values = [\"system:serviceaccount:n:s2\"]", false),
            ("values = [\"system:serviceaccount:n:*\"]", false),
            ("values = [\"system:serviceaccount:n:s\", \"system:serviceaccount:o:s\"]", false),
        ] {
            assert_eq!(allows_only(line, "n:s"), expected, "{line}");
        }
    }
}

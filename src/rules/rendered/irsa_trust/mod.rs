//! A trust policy that accepts tokens has conditions on the subject and the audience; and the service
//! account that it allows is the one that the pods run as, which `[identity]` of the pack names.

mod claims;

use std::borrow::Cow;

use super::RenderedFile;
use crate::ecosystem::trust::{self, Claim, Effect, Statement};
use crate::model::code::Code;
use crate::model::diagnostic::Label;
use crate::model::reference::{Part, Reference, Scope};
use crate::model::span::Span;
use crate::pack::path_of_item;
use crate::resolve;
use crate::rules::{Findings, Rule, RuleCheck};
use claims::{Judgement, Leak, judge, service_accounts};

pub(crate) const RULE: Rule = Rule {
    code: Code::IrsaTrust,
    summary: "a trust policy has conditions on `:sub` and `:aud`, and allows the service account of the pods",
    waivable_at: Some("the path of the rendered file"),
    checks: &[RuleCheck::File(check)],
};

fn check(file: &RenderedFile<'_>, findings: &mut Findings<'_>) {
    if !trust::may_trust(file.text.as_str()) {
        return;
    }
    let own = file.own();
    for value in &file.facts.policies {
        for policy in trust::policies(value, &own) {
            for statement in policy.iter().filter(|it| it.effect != Effect::Deny) {
                check_statement(file, statement, &policy, findings);
            }
        }
    }
}

fn check_statement(
    file: &RenderedFile<'_>,
    statement: &Statement,
    policy: &[Statement],
    findings: &mut Findings<'_>,
) {
    if statement.is_uncertain || statement.effect == Effect::Unknown {
        return file.count(|unjudged| &mut unjudged.trusts);
    }
    let (accounts, has_references) = service_accounts(statement);
    let mut is_judged = true;
    for claim in [Claim::Subject, Claim::Audience] {
        let judgement = judge(statement, policy, claim);
        is_judged &= match judgement {
            Judgement::NotJudged => false,
            // The service account may be another one.
            Judgement::Restricted => claim == Claim::Audience || !has_references,
            Judgement::Open(..) | Judgement::NoCondition => true,
        };
        report(file, statement, claim, judgement, findings);
    }
    if !is_judged {
        file.count(|unjudged| &mut unjudged.trusts);
    }
    let Some((_, first)) = accounts.first() else { return };
    match pods(file) {
        Some(pods) => {
            for (_, line) in accounts.iter().filter(|(account, _)| *account != pods) {
                other_account(file, *line, &pods, findings);
            }
        }
        None if file.pack.identity.is_none() => no_identity(file, *first, findings),
        None => {}
    }
}

fn report(
    file: &RenderedFile<'_>,
    statement: &Statement,
    claim: Claim,
    judgement: Judgement,
    findings: &mut Findings<'_>,
) {
    let name = claim.name(&statement.providers);
    let consequence = match claim {
        Claim::Subject => "any identity of the issuer may assume the role",
        Claim::Audience => "it accepts tokens made for another service",
    };
    let (what, line, mend) = match judgement {
        Judgement::Restricted | Judgement::NotJudged => return,
        Judgement::NoCondition => (
            format!("has no condition on `{name}`, so that {consequence}"),
            statement.line,
            "add the condition, as the component `irsa_statement` does",
        ),
        Judgement::Open(line, Leak::Operator(operator, why)) => {
            (format!("tests `{name}` with `{operator}`, which {why}"), line, "use `StringEquals`")
        }
        Judgement::Open(line, Leak::Literal(operator)) => (
            format!(
                "compares `{name}` with a `*`, which `{operator}` takes for a character as any other"
            ),
            line,
            "write the value that a token has, without wildcards",
        ),
        Judgement::Open(line, Leak::Wildcard) => match claim {
            Claim::Subject => (
                format!("has a wildcard in `{name}`, so that others may assume the role too"),
                line,
                "name the identity in full; a wildcard may follow it, as in `repo:acme/shop:*`",
            ),
            Claim::Audience => (
                format!("allows every `{name}`, so that {consequence}"),
                line,
                "write the audience",
            ),
        },
    };
    let message = format!("a trust policy of the pack `{}` {what}", file.pack.name);
    file.report(findings, message, line, mend);
}

fn no_identity(file: &RenderedFile<'_>, line: usize, findings: &mut Findings<'_>) {
    let message = format!(
        "the pack `{}` lets a service account assume a role, and does not name the service account of its pods",
        file.pack.name
    );
    let mend = "name it in the pack's manifest: [identity] namespace = \"…\", service_account = \"…\", as the values file has them";
    file.report(findings, message, line, mend);
}

fn other_account(file: &RenderedFile<'_>, line: usize, pods: &str, findings: &mut Findings<'_>) {
    let environment = file.environment().map_or("", |it| it.name.as_str());
    let message = format!(
        "the role of the pods in `{environment}` is for another service account than theirs, `{pods}`"
    );
    let mut problem = file.problem(findings, message, line);
    // The settings come first: they are what is usually mended.
    let labels = given(file).into_iter().map(|place| Label { place, text: String::new() });
    problem.labels.splice(0..0, labels);
    file.report_problem(
        findings,
        problem,
        "give the trust policy and the values file the same names",
    );
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

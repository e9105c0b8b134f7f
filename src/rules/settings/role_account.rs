//! Account ids are twelve digits, and every ARN of an environment names that environment's account.
//!
//! Judges facts and settings as resolved, `values` included: strings, keys and numbers. What AWS itself
//! owns has no account.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::Settings;
use super::strings;
use crate::base::parallel;
use crate::model::code::Code;
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::model::reference::Scope;
use crate::model::span::Span;
use crate::model::tree::Node;
use crate::resolve::{Environment, Resolved};
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::RoleAccount,
    summary: "account ids have 12 digits, and every ARN in the facts and settings of an environment names that environment's account",
    waivable_at: Some("the path of the value, or of the layer that gives it"),
    checks: &[RuleCheck::Settings(account_ids), RuleCheck::Settings(arns)],
};

fn account_ids(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    // The pattern of a pack's schema is stricter.
    if has_pattern(settings.resolved) {
        return;
    }
    for environment in &settings.resolved.environments {
        let Some(node) = environment.facts.get("account_id") else { continue };
        let Some(text) = node.str().filter(|text| !is_account(text)) else { continue };
        let path = format!("environments.{}.account_id", environment.name);
        let message = format!("`{text}` is not an account id: an account id has twelve digits");
        let problem = findings.problem(message).at(node.origin.value);
        let problem = problem.for_target(None, Some(&environment.name));
        findings.report(problem, "write all twelve digits", &[&path]);
    }
}

fn arns(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let holders = holders(settings);
    let known: BTreeSet<&str> =
        settings.resolved.environments.iter().filter_map(account_of).collect();
    let found = parallel::map(&holders, |holder| misnamed(*holder, &known));
    for (holder, found) in holders.iter().zip(found) {
        report(settings.resolved, *holder, found, findings);
    }
}

fn has_pattern(resolved: &Resolved) -> bool {
    let path = Path::of(&["account_id"]);
    resolved.services.iter().any(|service| {
        let declared = service.pack.schema.declared(Scope::Env, &path);
        declared.and_then(|shape| shape.node()).is_some_and(|node| node.get("pattern").is_some())
    })
}

/// Facts of an environment, or settings of a service in it.
#[derive(Clone, Copy)]
struct Holder<'a> {
    environment: &'a Environment,
    service: Option<&'a Name>,
    root: &'a Node,
}

fn holders<'a>(settings: &Settings<'a>) -> Vec<Holder<'a>> {
    let facts = settings.resolved.environments.iter();
    let facts =
        facts.map(|environment| Holder { environment, service: None, root: &environment.facts });
    let deployed = settings.deployed().map(|it| Holder {
        environment: it.environment,
        service: Some(&it.service.name),
        root: &it.deployment.settings,
    });
    facts.chain(deployed).collect()
}

/// An account that a holder should not name as it does.
struct Misnamed<'a> {
    /// Its path below the holder.
    path: String,
    node: &'a Node,
    place: Span,
    fault: AccountFault<'a>,
}

enum AccountFault<'a> {
    /// An ARN that names another account, and that account.
    Arn(&'a str, &'a str),
    /// The id of an account of the project, as a number.
    Number(String),
}

fn misnamed<'a>(holder: Holder<'a>, known: &BTreeSet<&str>) -> Vec<Misnamed<'a>> {
    let mut found = Vec::new();
    let Some(own) = account_of(holder.environment) else { return found };
    strings::each_text(holder.root, &mut |text| {
        let mut add = |fault| {
            let (path, node) = (strings::below("", text.keys), text.node);
            found.push(Misnamed { path, node, place: text.deciding_origin().1, fault });
        };
        match &text.text {
            Cow::Owned(number) => {
                let id = format!("{number:0>12}");
                if known.contains(id.as_str()) {
                    add(AccountFault::Number(id));
                }
            }
            // Nearly all strings are too short for an ARN or hold none, and splitting them costs
            // more than everything else.
            Cow::Borrowed(text) if may_hold_arn(text) => {
                let foreign = arns_in(text).filter(|(_, account)| *account != own);
                foreign.for_each(|(arn, account)| add(AccountFault::Arn(arn, account)));
            }
            Cow::Borrowed(_) => {}
        }
    });
    found
}

fn may_hold_arn(text: &str) -> bool {
    text.len() >= SHORTEST && BEGINS.find(text.as_bytes()).is_some()
}

fn report(
    resolved: &Resolved,
    holder: Holder<'_>,
    found: Vec<Misnamed<'_>>,
    findings: &mut Findings<'_>,
) {
    let Holder { environment, service, .. } = holder;
    let name = &environment.name;
    for Misnamed { path: below, node, place, fault } in found {
        let path = match service {
            Some(service) => format!("environments.{name}.services.{service}{below}"),
            None => format!("environments.{name}{below}"),
        };
        let (message, mend) = in_words(resolved, name, &fault);
        let mut problem = findings.problem(message).at(place);
        if let Some(own) = environment.facts.get("account_id") {
            problem = problem.label(own.origin.value, format!("the account of `{name}`"));
        }
        let problem = problem.in_table(node.deciding_origin());
        let problem = problem.for_target(service, Some(name));
        findings.report_values(problem, mend, &[&path], &[node]);
    }
}

/// The message and the fix.
fn in_words(resolved: &Resolved, name: &Name, fault: &AccountFault<'_>) -> (String, &'static str) {
    match fault {
        AccountFault::Arn(arn, account) => {
            let is_its = |other: &&Environment| account_of(other) == Some(account);
            let owner = match resolved.environments.iter().find(is_its) {
                Some(other) => format!("the account of `{}`", other.name),
                None => "another account".to_owned(),
            };
            let message = format!("`{name}` names `{arn}`, which belongs to {owner}");
            (message, "write {{ env.account_id }} in place of the account")
        }
        AccountFault::Number(id) => {
            let message = format!("`{name}` writes the account id `{id}` as a number");
            (message, "write \"{{ env.account_id }}\": Helm prints a large number as 1.2e+11")
        }
    }
}

fn account_of(environment: &Environment) -> Option<&str> {
    environment.facts.get("account_id")?.str()
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The beginning of an ARN.
static BEGINS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("arn:"));

/// The length of `arn:aws:x::111111111111:x`.
const SHORTEST: usize = 25;

/// The ARNs in a text that name an account, each with it.
fn arns_in(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let begins = text.match_indices("arn:").filter(|(at, _)| {
        !text[..*at].ends_with(|before: char| before.is_ascii_alphanumeric() || before == '-')
    });
    begins.filter_map(|(at, _)| {
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '`' | ')' | ']');
        let arn = text[at..].split(ends).next()?;
        let mut parts = arn.splitn(6, ':').skip(1);
        let (partition, _service, _region, account) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        parts.next()?;
        (partition.starts_with("aws") && is_account(account)).then_some((arn, account))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let accounts: Vec<&str> = arns_in(text).map(|(_, account)| account).collect();
        assert_eq!(accounts, expected, "{text}");
    }

    #[test]
    fn an_arn_names_an_account_or_none() {
        check("arn:aws:iam::111111111111:role/a", &["111111111111"]);
        check("arn:aws-us-gov:sns:us-gov-west-1:111111111111:topic", &["111111111111"]);
        check("arn:aws:iam::aws:policy/ReadOnlyAccess", &[]);
        check("arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", &[]);
        check("arn:aws:s3:::bucket/222222222222:x", &[]);
        check("arn:aws:iam::*:role/a", &[]);
        check("arn:aws:iam::11111111111:role/a", &[]);
        check("111111111111.dkr.ecr.eu-west-1.amazonaws.com/a", &[]);
        check("barn:aws:iam::111111111111:role/a", &[]);
        check(
            "[\"arn:aws:sqs:eu-west-1:111111111111:a\",\"arn:aws:sqs:eu-west-1:222222222222:b\"]",
            &["111111111111", "222222222222"],
        );
        check("arn:aws:iam::111111111111", &[]);
    }

    #[test]
    fn facts_and_settings_are_judged_in_every_environment() {
        use crate::rules::tests::found;
        let arn = |account: &str| format!("\"arn:aws:iam::{account}:role/a\"");
        let (dev, other) = (arn("111111111111"), arn("999999999999"));
        let rows = [
            (format!("[environments.dev]\nrole = {dev}"), vec![]),
            (format!("[environments.dev]\nrole = {other}"), vec![format!("role-account {other}")]),
            (
                "[profiles.p]\nrole = \"arn:aws:iam::{{ env.account_id }}:role/a\"".to_owned(),
                vec![],
            ),
            (
                format!("[environments.dev.services.s]\nvalues.a = [{other}]"),
                vec![format!("role-account {other}")],
            ),
        ];
        for (text, expected) in rows {
            assert_eq!(found(&text), expected, "{text}");
        }
        // Two environments, each with its own account, take one ARN.
        let text = format!("[services.s]\nroles = [{dev}]");
        assert_eq!(found(&text).len(), 2, "prod and prod-eu");
        let waiver =
            "[[waivers]]\ncheck = \"role-account\"\nat = \"services.s.roles\"\nreason = \"x\"";
        assert_eq!(found(&format!("{text}\n{waiver}")), [""; 0]);
    }

    #[test]
    fn keys_and_numbers_are_judged_too() {
        use crate::rules::tests::found;
        let arn = "arn:aws:iam::999999999999:role/a";
        for (line, expected) in [
            (format!("values.\"{arn}\" = 1"), vec![format!("role-account \"{arn}\"")]),
            (format!("values.a.\"{arn}\".b = 1"), vec![format!("role-account \"{arn}\"")]),
            (format!("values.a = [{{ \"{arn}\" = 1 }}]"), vec![format!("role-account \"{arn}\"")]),
            (format!("values.\"{arn}\" = {{}}"), vec![format!("role-account \"{arn}\"")]),
            ("values.\"arn:aws:iam::222222222222:role/a\" = 1".to_owned(), vec![]),
            ("values.\"arn:aws:iam::aws:policy/A\" = 1".to_owned(), vec![]),
            // A number is wrong even where it is the environment's own account.
            ("values.a = 222222222222".to_owned(), vec!["role-account 222222222222".to_owned()]),
            ("values.a = [222222222222]".to_owned(), vec!["role-account 222222222222".to_owned()]),
            (
                "values.a = 222222222222.0".to_owned(),
                vec!["role-account 222222222222.0".to_owned()],
            ),
            ("values.a = 444444444444".to_owned(), vec![]),
            ("values.a = 22222222222".to_owned(), vec![]),
        ] {
            assert_eq!(
                found(&format!("[environments.prod.services.s]\n{line}")),
                expected,
                "{line}"
            );
        }
        // The id of `west` begins with a zero, which a number does not show.
        let west = "[environments.west]\naccount_id = \"012345678901\"\n[environments.west.services.s]\nvalues.a = 12345678901";
        assert_eq!(found(west), ["role-account 12345678901"]);
    }

    #[test]
    fn an_account_id_is_twelve_digits() {
        for (text, expected) in [
            ("012345678901", true),
            ("12345678901", false),
            ("1234567890123", false),
            ("12345678901a", false),
        ] {
            assert_eq!(is_account(text), expected, "{text}");
        }
        let west = "[environments.west]\naccount_id = \"123\"";
        assert_eq!(crate::rules::tests::found(west), ["role-account \"123\""]);
    }
}

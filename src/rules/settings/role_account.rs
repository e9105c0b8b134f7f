//! Account ids are twelve digits, and every ARN of an environment names that environment's account.
//!
//! Judges facts and settings as resolved, `values` included. What AWS itself owns has no account.

use crate::model::code::Code;
use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::texts;
use super::waivers::{Waivers, or_waive};
use crate::base::parallel;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::model::reference::Scope;
use crate::model::tree::Node;
use crate::resolve::{Environment, Resolved};

pub const RULE: Code = Code::RoleAccount;

pub fn check(resolved: &Resolved, waivers: &Waivers, problems: &mut Problems) {
    // A pack whose schema has a pattern for it says more.
    if !has_pattern(resolved) {
        for environment in &resolved.environments {
            problems.extend(malformed(environment, waivers));
        }
    }
    let holders = holders(resolved);
    let found = parallel::map(&holders, |holder| strangers(*holder));
    for (holder, found) in holders.iter().zip(found) {
        Judge { resolved, waivers, holder: *holder }.all(found, problems);
    }
}

fn has_pattern(resolved: &Resolved) -> bool {
    let path = Path::of(&["account_id"]);
    resolved.services.iter().any(|service| {
        let declared = service.pack.schema.declared(Scope::Env, &path);
        declared.and_then(|shape| shape.node()).is_some_and(|node| node.get("pattern").is_some())
    })
}

fn malformed(environment: &Environment, waivers: &Waivers) -> Option<Problem> {
    let node = environment.facts.get("account_id")?;
    let text = node.str().filter(|text| !is_account(text))?;
    let at = format!("environments.{}.account_id", environment.name);
    if waivers.cover(RULE, &at) {
        return None;
    }
    let message = format!("`{text}` is no account id: it has twelve digits");
    let problem = Problem::error(RULE, message).at(node.origin.value);
    Some(
        problem
            .help(or_waive("write all of them", RULE, &at))
            .for_target(None, Some(&environment.name)),
    )
}

/// Facts of an environment, or settings of a service in it.
#[derive(Clone, Copy)]
struct Holder<'a> {
    environment: &'a Environment,
    service: Option<&'a Name>,
    root: &'a Node,
}

fn holders(resolved: &Resolved) -> Vec<Holder<'_>> {
    let facts = resolved.environments.iter();
    let facts =
        facts.map(|environment| Holder { environment, service: None, root: &environment.facts });
    let deployments = resolved.services.iter().flat_map(|service| {
        service.deployments.iter().map(|deployment| Holder {
            environment: &resolved.environments[deployment.environment],
            service: Some(&service.name),
            root: &deployment.settings,
        })
    });
    facts.chain(deployments).collect()
}

/// An ARN of another account: where it stands, the ARN and that account.
type Stranger<'a> = (String, &'a Node, &'a str, &'a str);

fn strangers(holder: Holder<'_>) -> Vec<Stranger<'_>> {
    let mut found = Vec::new();
    let Some(own) = account_of(holder.environment) else { return found };
    texts::each(holder.root, &mut |at, node, text| {
        // Nearly all strings are too short for an ARN or hold none, and to take them apart costs
        // more than all else.
        if text.len() < SHORTEST || BEGINS.find(text.as_bytes()).is_none() {
            return;
        }
        for (arn, account) in arns(text).filter(|(_, account)| *account != own) {
            found.push((texts::below("", at), node, arn, account));
        }
    });
    found
}

struct Judge<'a> {
    resolved: &'a Resolved,
    waivers: &'a Waivers,
    holder: Holder<'a>,
}

impl Judge<'_> {
    fn all(&self, found: Vec<Stranger<'_>>, problems: &mut Problems) {
        let Holder { environment, service, .. } = self.holder;
        let name = &environment.name;
        for (path, node, arn, account) in found {
            let origin = node.deciding_origin();
            let at = match service {
                Some(service) => format!("environments.{name}.services.{service}{path}"),
                None => format!("environments.{name}{path}"),
            };
            if self.waivers.cover(RULE, &at) || self.waivers.cover(RULE, &origin.path.to_string()) {
                continue;
            }
            let is_its = |other: &&Environment| account_of(other) == Some(account);
            let whose = match self.resolved.environments.iter().find(is_its) {
                Some(other) => format!("the account of `{}`", other.name),
                None => "another account".to_owned(),
            };
            let message = format!("`{name}` names `{arn}`, which belongs to {whose}");
            let mut problem = Problem::error(RULE, message).at(origin.value);
            if let Some(own) = environment.facts.get("account_id") {
                problem = problem.label(own.origin.value, format!("the account of `{name}`"));
            }
            let mend = "write {{ env.account_id }} in place of the account";
            let problem = problem.note(format!("in {}", origin.table()));
            let problem = problem.help(or_waive(mend, RULE, &at));
            problems.push(problem.for_target(service, Some(name)));
        }
    }
}

fn account_of(environment: &Environment) -> Option<&str> {
    environment.facts.get("account_id")?.str()
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What an ARN begins with.
static BEGINS: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("arn:"));

/// The length of `arn:aws:x::111111111111:x`.
const SHORTEST: usize = 25;

/// The ARNs in a text that name an account, each with it.
fn arns(text: &str) -> impl Iterator<Item = (&str, &str)> {
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
        let accounts: Vec<&str> = arns(text).map(|(_, account)| account).collect();
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
        use crate::rules::settings::tests::found;
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
        assert_eq!(crate::rules::settings::tests::found(west), ["role-account \"123\""]);
    }
}

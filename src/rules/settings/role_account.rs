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
use crate::ecosystem::aws_accounts::is_of_amazon;
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
                let foreign = arns_in(text).filter(|(_, account)| is_foreign(account, own, known));
                foreign.for_each(|(arn, account)| add(AccountFault::Arn(arn, account)));
            }
            Cow::Borrowed(_) => {}
        }
    });
    found
}

/// Returns true for the account of another. Amazon's accounts belong to no environment, unless the project says so.
fn is_foreign(account: &str, own: &str, known: &BTreeSet<&str>) -> bool {
    account != own && (known.contains(account) || !is_of_amazon(account))
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

    /// Returns true if a project with the accounts 111111111111 and 127311923021 refuses a text in the first.
    fn refused(text: &str) -> bool {
        let own = "111111111111";
        let known = BTreeSet::from([own, "127311923021"]);
        arns_in(text).any(|(_, account)| is_foreign(account, own, &known))
    }

    #[test]
    fn what_belongs_to_another_account() {
        for (kind, arn) in OF_ANOTHER {
            let arn = arn.replace("OTHER", "999999999999");
            assert!(refused(&arn), "{kind}: {arn}");
        }
    }

    #[test]
    fn what_belongs_to_no_environment() {
        for (kind, arn) in OF_NO_ONE {
            assert!(!refused(arn), "{kind}: {arn}");
        }
    }

    /// The kind of resource, and an ARN.
    const OF_ANOTHER: [(&str, &str); 41] = [
        ("role", "arn:aws:iam::OTHER:role/deploy"),
        ("role with a path", "arn:aws:iam::OTHER:role/service-role/deploy"),
        ("policy", "arn:aws:iam::OTHER:policy/read"),
        ("user", "arn:aws:iam::OTHER:user/ci"),
        ("root", "arn:aws:iam::OTHER:root"),
        ("provider", "arn:aws:iam::OTHER:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A1"),
        ("session", "arn:aws:sts::OTHER:assumed-role/deploy/x"),
        ("queue", "arn:aws:sqs:eu-west-1:OTHER:jobs"),
        ("topic", "arn:aws:sns:eu-west-1:OTHER:alerts"),
        ("function", "arn:aws:lambda:eu-west-1:OTHER:function:a:1"),
        ("layer", "arn:aws:lambda:eu-west-1:OTHER:layer:tools:3"),
        ("secret", "arn:aws:secretsmanager:eu-west-1:OTHER:secret:db-AbCdEf"),
        ("parameter", "arn:aws:ssm:eu-west-1:OTHER:parameter/app/db"),
        ("key", "arn:aws:kms:eu-west-1:OTHER:key/0f1e2d3c-0000-0000-0000-000000000000"),
        ("alias of a key", "arn:aws:kms:eu-west-1:OTHER:alias/app"),
        ("certificate", "arn:aws:acm:eu-west-1:OTHER:certificate/0f1e"),
        ("repository", "arn:aws:ecr:eu-west-1:OTHER:repository/app"),
        ("cluster of EKS", "arn:aws:eks:eu-west-1:OTHER:cluster/main"),
        ("cluster of ECS", "arn:aws:ecs:eu-west-1:OTHER:cluster/main"),
        ("task definition", "arn:aws:ecs:eu-west-1:OTHER:task-definition/app:7"),
        ("load balancer", "arn:aws:elasticloadbalancing:eu-west-1:OTHER:loadbalancer/app/a/0f1e"),
        ("target group", "arn:aws:elasticloadbalancing:eu-west-1:OTHER:targetgroup/a/0f1e"),
        ("log group", "arn:aws:logs:eu-west-1:OTHER:log-group:/aws/eks/main:*"),
        ("table", "arn:aws:dynamodb:eu-west-1:OTHER:table/locks"),
        ("stream", "arn:aws:kinesis:eu-west-1:OTHER:stream/events"),
        ("delivery stream", "arn:aws:firehose:eu-west-1:OTHER:deliverystream/events"),
        ("database", "arn:aws:rds:eu-west-1:OTHER:db:app"),
        ("snapshot", "arn:aws:rds:eu-west-1:OTHER:cluster-snapshot:app"),
        ("file system", "arn:aws:elasticfilesystem:eu-west-1:OTHER:file-system/fs-0f1e"),
        ("web ACL", "arn:aws:wafv2:eu-west-1:OTHER:regional/webacl/a/0f1e"),
        ("rule", "arn:aws:events:eu-west-1:OTHER:rule/nightly"),
        ("bus", "arn:aws:events:eu-west-1:OTHER:event-bus/default"),
        ("state machine", "arn:aws:states:eu-west-1:OTHER:stateMachine:a"),
        ("API", "arn:aws:execute-api:eu-west-1:OTHER:0f1e/*/GET/x"),
        ("access point", "arn:aws:s3:eu-west-1:OTHER:accesspoint/a"),
        ("cluster of Kafka", "arn:aws:kafka:eu-west-1:OTHER:cluster/a/0f1e"),
        ("China", "arn:aws-cn:iam::OTHER:role/deploy"),
        ("government", "arn:aws-us-gov:sqs:us-gov-west-1:OTHER:jobs"),
        ("annotation", "{\"role\":\"arn:aws:iam::OTHER:role/deploy\"}"),
        ("list", "arn:aws:iam::156460612806:root,arn:aws:iam::OTHER:role/a"),
        ("account of the project that is also Amazon's", "arn:aws:iam::127311923021:root"),
    ];
    const OF_NO_ONE: [(&str, &str); 46] = [
        ("own role", "arn:aws:iam::111111111111:role/deploy"),
        ("own queue", "arn:aws:sqs:eu-west-1:111111111111:jobs"),
        ("own list", "arn:aws:iam::111111111111:root arn:aws:iam::111111111111:role/a"),
        ("load balancers in Ireland", "arn:aws:iam::156460612806:root"),
        ("load balancers in Frankfurt", "arn:aws:iam::054676820928:root"),
        ("load balancers in London", "arn:aws:iam::652711504416:root"),
        ("load balancers in Oregon", "arn:aws:iam::797873946194:root"),
        ("load balancers in Tokyo", "arn:aws:iam::582318560864:root"),
        ("load balancers in government", "arn:aws-us-gov:iam::048591011584:root"),
        ("load balancers in China", "arn:aws-cn:iam::638102146993:root"),
        ("Insights", "arn:aws:lambda:eu-west-1:580247275435:layer:LambdaInsightsExtension:38"),
        (
            "tools for Python",
            "arn:aws:lambda:eu-west-1:017000801446:layer:AWSLambdaPowertoolsPythonV2:60",
        ),
        (
            "tools for TypeScript",
            "arn:aws:lambda:eu-west-1:094274105915:layer:AWSLambdaPowertoolsTypeScriptV2:3",
        ),
        ("pandas", "arn:aws:lambda:eu-west-1:336392948345:layer:AWSSDKPandas-Python312:8"),
        (
            "telemetry",
            "arn:aws:lambda:eu-west-1:901920570463:layer:aws-otel-python-amd64-ver-1-20-0:3",
        ),
        (
            "parameters in Ireland",
            "arn:aws:lambda:eu-west-1:015030872274:layer:AWS-Parameters-and-Secrets-Lambda-Extension:11",
        ),
        (
            "parameters in London",
            "arn:aws:lambda:eu-west-2:133256977650:layer:AWS-Parameters-and-Secrets-Lambda-Extension:11",
        ),
        (
            "parameters in Virginia",
            "arn:aws:lambda:us-east-1:177933569100:layer:AWS-Parameters-and-Secrets-Lambda-Extension:11",
        ),
        (
            "configurations",
            "arn:aws:lambda:eu-west-1:434848589818:layer:AWS-AppConfig-Extension:100",
        ),
        ("images of EKS", "arn:aws:ecr:us-west-2:602401143452:repository/amazon-k8s-cni"),
        (
            "images of EKS in government",
            "arn:aws-us-gov:ecr:us-gov-west-1:013241004608:repository/eks/coredns",
        ),
        (
            "images of deep learning",
            "arn:aws:ecr:eu-west-1:763104351884:repository/pytorch-inference",
        ),
        ("trails in Virginia", "arn:aws:iam::086441151436:root"),
        ("trails in Ireland", "arn:aws:iam::859597730677:root"),
        ("logs of Redshift", "arn:aws:iam::193672423079:user/logs"),
        ("bills", "arn:aws:iam::386209384616:root"),
        ("news of GuardDuty", "arn:aws:sns:us-east-1:242987662583:GuardDutyAnnouncements"),
        ("news of addresses", "arn:aws:sns:us-east-1:806199016981:AmazonIpSpaceChanged"),
        ("private endpoints", "arn:aws:iam::392220576650:root"),
        (
            "telemetry of each service",
            "arn:aws:lambda:eu-west-1:615299751070:layer:AWSOpenTelemetryDistroJs:13",
        ),
        ("rules of Inspector", "arn:aws:inspector:us-east-1:316112463485:rulespackage/0-gEjTy7T7"),
        ("managed policy", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        ("managed policy for a service", "arn:aws:iam::aws:policy/service-role/AmazonEKSCNIPolicy"),
        ("access policy", "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy"),
        ("rules of a firewall", "arn:aws:wafv2:eu-west-1:aws:managed-rule-set/x"),
        (
            "identity of a distribution",
            "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
        ),
        ("bucket", "arn:aws:s3:::acme-state"),
        ("objects", "arn:aws:s3:::acme-state/222222222222:x/*"),
        ("public parameter", "arn:aws:ssm:eu-west-1::parameter/aws/service/eks/optimized-ami"),
        ("zone", "arn:aws:route53:::hostedzone/Z0123"),
        ("API", "arn:aws:apigateway:eu-west-1::/restapis/0f1e"),
        ("image", "arn:aws:ec2:eu-west-1::image/ami-0f1e"),
        ("any account", "arn:aws:iam::*:role/deploy"),
        ("variable", "arn:aws:iam::${account}:role/deploy"),
        ("registry", "999999999999.dkr.ecr.eu-west-1.amazonaws.com/app"),
        ("text", "barn:aws:iam::999999999999:role/a"),
    ];

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

//! Providers and backends of AWS guard the account: with credentials of another account, Terraform
//! stops.
//!
//! A list of accounts guards it, and so does a role of the account that Terraform assumes.

use super::RenderedFile;
use crate::ecosystem::hcl_value::{HOLE, HclObject, HclText, HclValue, OwnText};
use crate::ecosystem::terraform::AccountGuard;
use crate::model::code::Code;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::AccountGuard,
    summary: "AWS providers and S3 backends list the environment's account in `allowed_account_ids`",
    waivable_at: Some("the path of the rendered file"),
    checks: &[RuleCheck::File(check)],
};

const MEND: &str = "write allowed_account_ids = [\"{{ env.account_id }}\"], as the components `provider_aws` and `backend_s3` do";

fn check(file: &RenderedFile<'_>, findings: &mut Findings<'_>) {
    if file.facts.guards.is_empty() {
        return;
    }
    let (pack, own) = (&file.pack.name, file.own());
    let environment = file.environment();
    let own_account = environment.and_then(|it| it.facts.get("account_id")?.str());
    let name = environment.map_or("", |it| it.name.as_str());
    for guard in &file.facts.guards {
        let what = &guard.what;
        let list = argument(&guard.arguments, "allowedaccountids", &own).last();
        let line = list.map_or(guard.line, |(key, _)| key.line);
        let message = match guarded(guard, own_account, &own) {
            Guarded::Rightly => continue,
            Guarded::Unknown => {
                file.count(|unjudged| &mut unjudged.accounts);
                continue;
            }
            Guarded::Not if list.is_some() => {
                format!("the `allowed_account_ids` of `{what}` in the pack `{pack}` are empty")
            }
            Guarded::Not => {
                format!("the pack `{pack}` renders `{what}` without `allowed_account_ids`")
            }
            Guarded::ForOther => format!(
                "the `allowed_account_ids` of `{what}` in the pack `{pack}` do not include the account of `{name}`"
            ),
            Guarded::ByOtherRole => format!(
                "the role that `{what}` assumes in the pack `{pack}` is not in the account of `{name}`"
            ),
        };
        file.report(findings, message, line, MEND);
    }
}

/// How a block guards the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guarded {
    Rightly,
    /// Only Terraform knows.
    Unknown,
    Not,
    ForOther,
    ByOtherRole,
}

fn guarded(guard: &AccountGuard, account: Option<&str>, own: &OwnText<'_>) -> Guarded {
    // A provider with an alias may be for another account.
    let is_alias = argument(&guard.arguments, "alias", own).next().is_some();
    let account = account.filter(|_| !is_alias);
    let list = argument(&guard.arguments, "allowedaccountids", own).last();
    let listed = list.map_or(ListedAccount::Nothing, |(_, value)| listed(value, account, own));
    match listed {
        ListedAccount::It => Guarded::Rightly,
        ListedAccount::Unknown if is_alias => Guarded::Rightly,
        ListedAccount::Unknown => Guarded::Unknown,
        ListedAccount::Others if account.is_none() => Guarded::Rightly,
        ListedAccount::Others => Guarded::ForOther,
        ListedAccount::Nothing => match role(&guard.arguments, account, own) {
            None => Guarded::Not,
            Some(ListedAccount::Unknown) if !is_alias => Guarded::Unknown,
            Some(ListedAccount::Others) if account.is_some() => Guarded::ByOtherRole,
            Some(_) => Guarded::Rightly,
        },
    }
}

/// The arguments and blocks of a name, which has no `_` here.
fn argument<'o>(
    object: &'o HclObject,
    name: &'static str,
    own: &OwnText<'_>,
) -> impl DoubleEndedIterator<Item = &'o (HclText, HclValue)> {
    let is_meant = move |(key, _): &&(HclText, HclValue)| own.key(key) == name;
    object.items.iter().filter(is_meant)
}

/// What of accounts is the one of the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ListedAccount {
    It,
    Unknown,
    Others,
    Nothing,
}

fn listed(value: &HclValue, account: Option<&str>, own: &OwnText<'_>) -> ListedAccount {
    match value {
        HclValue::Null => ListedAccount::Nothing,
        HclValue::Unknown | HclValue::Object(_) => ListedAccount::Unknown,
        HclValue::Text(text) => one(&own.string(text), account),
        HclValue::List(items) => {
            let all = items.iter().map(|item| listed(item, account, own));
            all.fold(ListedAccount::Nothing, |all, item| match (all, item) {
                (ListedAccount::It, _) | (_, ListedAccount::It) => ListedAccount::It,
                (ListedAccount::Unknown, _) | (_, ListedAccount::Unknown) => ListedAccount::Unknown,
                (ListedAccount::Nothing, ListedAccount::Nothing) => ListedAccount::Nothing,
                _ => ListedAccount::Others,
            })
        }
        HclValue::Either(both) => {
            let [one, other] = both.each_ref().map(|value| listed(value, account, own));
            if one == other { one } else { ListedAccount::Unknown }
        }
        HclValue::Maybe(value) => match listed(value, account, own) {
            ListedAccount::It => ListedAccount::Unknown,
            other => other,
        },
    }
}

fn one(id: &str, account: Option<&str>) -> ListedAccount {
    if id.contains(HOLE) {
        ListedAccount::Unknown
    } else if Some(id) == account {
        ListedAccount::It
    } else {
        ListedAccount::Others
    }
}

/// The account of the role that a block assumes, if it assumes one.
fn role(object: &HclObject, account: Option<&str>, own: &OwnText<'_>) -> Option<ListedAccount> {
    let names = ["assumerole", "assumerolewithwebidentity", "assumerolewithsaml"];
    let blocks = names.into_iter().flat_map(|name| argument(object, name, own));
    let of_blocks = blocks.filter_map(|(_, value)| role_in(value, account, own));
    let direct = argument(object, "rolearn", own).filter_map(|(_, value)| arn(value, account, own));
    of_blocks.chain(direct).last()
}

/// The account of the last role in some blocks.
fn role_in(value: &HclValue, account: Option<&str>, own: &OwnText<'_>) -> Option<ListedAccount> {
    match value {
        HclValue::List(items) => items.iter().rev().find_map(|it| role_in(it, account, own)),
        HclValue::Object(object) => {
            let mut arns = argument(object, "rolearn", own).rev();
            arns.find_map(|(_, value)| arn(value, account, own))
        }
        // Without the role, nothing guards the account.
        HclValue::Maybe(_) | HclValue::Either(_) | HclValue::Unknown => {
            Some(ListedAccount::Unknown)
        }
        HclValue::Text(_) | HclValue::Null => None,
    }
}

/// The account in the ARN of a role.
fn arn(value: &HclValue, account: Option<&str>, own: &OwnText<'_>) -> Option<ListedAccount> {
    match value {
        HclValue::Null => None,
        HclValue::Text(text) => {
            let text = own.string(text);
            let id = text.split(':').nth(4);
            Some(id.map_or(ListedAccount::Unknown, |id| one(id, account)))
        }
        _ => Some(ListedAccount::Unknown),
    }
}

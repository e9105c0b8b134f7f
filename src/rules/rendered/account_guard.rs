//! Providers and backends of AWS guard the account: with credentials of another account, Terraform
//! stops.
//!
//! An account that a variable gives is not judged.

use super::RenderedFile;
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
    let pack = &file.pack.name;
    for guard in &file.facts.guards {
        let AccountGuard { what, line, account_line, is_alias } = guard;
        let found = match account_line {
            None => {
                let message =
                    format!("the pack `{pack}` renders `{what}` without `allowed_account_ids`");
                Some((message, *line))
            }
            // A provider with an alias may be for another account.
            Some(_) if *is_alias => None,
            Some(line) => wrong_account(file, *line).map(|fault| {
                let message =
                    format!("the `allowed_account_ids` of `{what}` in the pack `{pack}` {fault}");
                (message, *line)
            }),
        };
        if let Some((message, line)) = found {
            file.report(findings, message, line, MEND);
        }
    }
}

/// The fault of the accounts that are listed from a line on.
fn wrong_account(file: &RenderedFile<'_>, line: usize) -> Option<String> {
    let environment = file.environment()?;
    let own = environment.facts.get("account_id")?.str()?;
    let mut listed = String::new();
    for line in file.lines_from(line) {
        listed.push_str(line);
        if line.contains(']') {
            break;
        }
    }
    let ids: Vec<&str> = listed.split('"').skip(1).step_by(2).collect();
    let listed = listed.split_once('[').map_or("", |(_, ids)| ids);
    match ids.as_slice() {
        // A reference, whose value is not known here.
        [] if listed.trim_start().starts_with(|c: char| c.is_alphabetic()) => None,
        [] => Some("are empty".to_owned()),
        ids if ids.contains(&own) => None,
        _ => Some(format!("do not include the account of `{}`", environment.name)),
    }
}

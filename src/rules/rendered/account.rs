//! Providers and backends of AWS guard the account: with credentials of another one, Terraform stops.
//!
//! What stands in a variable is not judged.

use super::Judge;
use crate::ecosystem::terraform::AccountGuard;
use crate::model::code::Code;
use crate::model::diagnostic::Problems;

pub const RULE: Code = Code::AccountGuard;

pub fn check(judge: &Judge<'_>, guards: &[AccountGuard], problems: &mut Problems) {
    for guard in guards {
        let AccountGuard { what, line, account_line, is_alias } = guard;
        let pack = &judge.rendered.pack.name;
        let found = match account_line {
            None => {
                let message =
                    format!("the pack `{pack}` renders `{what}` without `allowed_account_ids`");
                Some((message, *line))
            }
            // One of another name may be for another account.
            Some(_) if *is_alias => None,
            Some(line) => wrong_account(judge, *line).map(|whose| {
                let message =
                    format!("the `allowed_account_ids` of `{what}` in the pack `{pack}` {whose}");
                (message, *line)
            }),
        };
        let Some((message, line)) = found.filter(|_| !judge.waived(RULE)) else { continue };
        let mend = "write allowed_account_ids = [\"{{ env.account_id }}\"], as the components `provider_aws` and `backend_s3` do";
        problems.push(judge.problem(RULE, message, line, mend));
    }
}

/// What is wrong with the accounts that are listed from a line on.
fn wrong_account(judge: &Judge<'_>, line: usize) -> Option<String> {
    let environment = judge.environment()?;
    let own = environment.facts.get("account_id")?.str()?;
    let mut listed = String::new();
    for line in judge.lines_from(line) {
        listed.push_str(line);
        if line.contains(']') {
            break;
        }
    }
    let ids: Vec<&str> = listed.split('"').skip(1).step_by(2).collect();
    let listed = listed.split_once('[').map_or("", |(_, ids)| ids);
    match ids.as_slice() {
        // A reference, which is not known here.
        [] if listed.trim_start().starts_with(|c: char| c.is_alphabetic()) => None,
        [] => Some("are none".to_owned()),
        ids if ids.contains(&own) => None,
        _ => Some(format!("are not that of `{}`", environment.name)),
    }
}

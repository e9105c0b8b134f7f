//! Policy statements that let an identity from outside AWS assume a role.
//!
//! Knows how AWS reads a statement. What is right is the rules' to say.

mod operator;
mod provider;
mod statement;

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::hcl_value::{HclObject, HclValue, OwnText};
pub(crate) use operator::Operator;
pub(crate) use provider::{Claim, SERVICE_ACCOUNT, TokenSubject, is_open};
pub(crate) use statement::{Condition, Effect, Statement};

/// Words of which a text has one if it may hold such a statement.
const WORDS: [&str; 6] =
    ["ederated", "ebIdentity", "ebidentity", "EBIDENTITY", "assume_role_policy", "aws_iam_policy_"];

/// Returns true if a text may let an identity from outside AWS assume a role.
pub(crate) fn may_trust(text: &str) -> bool {
    static FINDERS: LazyLock<[Finder<'_>; 6]> = LazyLock::new(|| WORDS.map(Finder::new));
    FINDERS.iter().any(|finder| finder.find(text.as_bytes()).is_some())
}

/// The statements of each policy in a value. Those of one list, and the blocks of one document, are one
/// policy.
pub(crate) fn policies(value: &HclValue, own: &OwnText<'_>) -> Vec<Vec<Statement>> {
    let mut found = Vec::new();
    search(value, own, &mut found);
    found
}

fn search(value: &HclValue, own: &OwnText<'_>, found: &mut Vec<Vec<Statement>>) {
    match value {
        HclValue::Object(object) => match Statement::read(object, own) {
            Some(statement) => found.push(vec![statement]),
            None => within(object, own, found),
        },
        HclValue::List(_) => group(&[value], own, found),
        HclValue::Either(both) => both.iter().for_each(|it| search(it, own, found)),
        HclValue::Maybe(value) => search(value, own, found),
        HclValue::Text(_) | HclValue::Null | HclValue::Unknown => {}
    }
}

fn within(object: &HclObject, own: &OwnText<'_>, found: &mut Vec<Vec<Statement>>) {
    let is_statement = |key: &str| matches!(key, "statement" | "statements");
    let statements: Vec<&HclValue> = own.get(object, is_statement).collect();
    group(&statements, own, found);
    let others = own.get(object, |key| !is_statement(key));
    others.for_each(|value| search(value, own, found));
}

/// Adds the statements of some lists as one policy, and the policies that are deeper in them.
fn group(values: &[&HclValue], own: &OwnText<'_>, found: &mut Vec<Vec<Statement>>) {
    let mut policy = Vec::new();
    let mut objects = Vec::new();
    values.iter().for_each(|value| push_objects(value, &mut objects));
    for object in objects {
        match Statement::read(object, own) {
            Some(statement) => policy.push(statement),
            None => within(object, own, found),
        }
    }
    if !policy.is_empty() {
        found.push(policy);
    }
}

fn push_objects<'v>(value: &'v HclValue, objects: &mut Vec<&'v HclObject>) {
    match value {
        HclValue::Object(object) => objects.push(object),
        HclValue::List(items) => items.iter().for_each(|it| push_objects(it, objects)),
        HclValue::Either(both) => both.iter().for_each(|it| push_objects(it, objects)),
        HclValue::Maybe(value) => push_objects(value, objects),
        HclValue::Text(_) | HclValue::Null | HclValue::Unknown => {}
    }
}

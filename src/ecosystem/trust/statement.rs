//! Reads a statement: a block of `aws_iam_policy_document`, or an object of a policy in JSON.

use super::operator::Operator;
use super::provider::Claim;
use crate::ecosystem::hcl_value::{HOLE, HclObject, HclText, HclValue, OwnText};

/// The action by which an identity from outside AWS assumes a role.
const ACTION: &str = "sts:assumerolewithwebidentity";

/// A statement about identities from outside AWS.
#[derive(Debug)]
pub(crate) struct Statement {
    pub line: usize,
    pub effect: Effect,
    /// True if a reference decides whether it is about them.
    pub is_uncertain: bool,
    /// The providers that it names.
    pub providers: Vec<String>,
    pub conditions: Vec<Condition>,
    /// True if it may have further conditions.
    pub may_have_more: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    Allow,
    Deny,
    Unknown,
}

/// A condition on one key.
#[derive(Debug)]
pub(crate) struct Condition {
    pub line: usize,
    pub operator: String,
    pub key: String,
    /// Each with its line.
    pub values: Vec<(String, usize)>,
    pub has_unknown_values: bool,
    /// False for a condition that may be left out.
    pub is_certain: bool,
}

/// How a list of actions includes the action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Includes {
    Named,
    /// By a pattern of STS, or by one of all services.
    Sts,
    All,
    Unknown,
    No,
}

/// The principals of a statement.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Principals {
    NotGiven,
    Outside,
    Anyone,
    /// Within AWS, or by SAML.
    Others,
}

impl Statement {
    /// The statement that an object is, if it is about identities from outside AWS.
    pub(super) fn read(object: &HclObject, own: &OwnText<'_>) -> Option<Statement> {
        let includes = includes(object, own).filter(|it| *it != Includes::No)?;
        let (principals, providers) = principals(object, own);
        let mut statement = Statement {
            line: object.line,
            effect: effect(object, own),
            is_uncertain: includes == Includes::Unknown,
            providers,
            conditions: Vec::new(),
            may_have_more: object.is_open,
        };
        let is_condition = |key: &str| matches!(key, "condition" | "conditions");
        for value in own.get(object, is_condition) {
            statement.read_conditions(value, own, true);
        }
        let has_resource =
            own.get(object, |key| key.trim_start_matches("not").starts_with("resource"));
        let is_trust = has_resource.count() == 0;
        let is_meant = match (includes, principals) {
            (_, Principals::Others) => false,
            (_, Principals::Outside) | (Includes::Named, _) => true,
            (Includes::Sts, _) => is_trust,
            (Includes::All, Principals::Anyone) => is_trust && statement.has_claims(),
            (Includes::All, _) => statement.has_claims(),
            (Includes::Unknown | Includes::No, _) => false,
        };
        is_meant.then_some(statement)
    }

    fn has_claims(&self) -> bool {
        let is_claim = |it: &Condition| {
            [Claim::Subject, Claim::Audience]
                .iter()
                .any(|claim| claim.is_key(&it.key) == Some(true))
        };
        self.conditions.iter().any(is_claim)
    }

    fn read_conditions(&mut self, value: &HclValue, own: &OwnText<'_>, is_certain: bool) {
        match value {
            HclValue::List(items) => {
                items.iter().for_each(|item| self.read_conditions(item, own, is_certain));
            }
            HclValue::Maybe(value) => self.read_conditions(value, own, false),
            HclValue::Either(both) => {
                both.iter().for_each(|it| self.read_conditions(it, own, false));
            }
            HclValue::Object(object) => {
                self.may_have_more |= object.is_open;
                match own.get(object, |key| key == "variable").next() {
                    Some(variable) => self.read_block(object, variable, own, is_certain),
                    None => self.read_map(object, own, is_certain),
                }
            }
            HclValue::Null => {}
            HclValue::Text(_) | HclValue::Unknown => self.may_have_more = true,
        }
    }

    /// A condition with the arguments `test`, `variable` and `values`.
    fn read_block(
        &mut self,
        object: &HclObject,
        variable: &HclValue,
        own: &OwnText<'_>,
        is_certain: bool,
    ) {
        let one = |value: Option<&HclValue>| match value {
            Some(HclValue::Text(text)) => own.string(text).into_owned(),
            _ => String::from(HOLE),
        };
        let operator = one(own.get(object, |key| key == "test").next());
        let values = own.get(object, |key| key == "values").next().unwrap_or(&HclValue::Unknown);
        let key = one(Some(variable));
        self.push(object.line, operator, key, values, own, is_certain);
    }

    /// Conditions as `{ OPERATOR = { KEY = VALUES } }`.
    fn read_map(&mut self, operators: &HclObject, own: &OwnText<'_>, is_certain: bool) {
        for (operator, keys) in &operators.items {
            self.read_keys(operator, keys, own, is_certain);
        }
    }

    fn read_keys(
        &mut self,
        operator: &HclText,
        keys: &HclValue,
        own: &OwnText<'_>,
        is_certain: bool,
    ) {
        match keys {
            HclValue::Object(keys) => {
                self.may_have_more |= keys.is_open;
                for (key, values) in &keys.items {
                    let [operator, name] = [operator, key].map(|it| own.string(it).into_owned());
                    self.push(key.line, operator, name, values, own, is_certain);
                }
            }
            HclValue::Maybe(keys) => self.read_keys(operator, keys, own, false),
            HclValue::Either(both) => {
                both.iter().for_each(|it| self.read_keys(operator, it, own, false));
            }
            _ => self.may_have_more = true,
        }
    }

    fn push(
        &mut self,
        line: usize,
        operator: String,
        key: String,
        values: &HclValue,
        own: &OwnText<'_>,
        is_certain: bool,
    ) {
        let is_maybe = matches!(values, HclValue::Maybe(_));
        let values = own.strings(values);
        self.conditions.push(Condition {
            line,
            operator,
            key,
            values: values.known,
            has_unknown_values: values.has_unknown,
            is_certain: is_certain && !is_maybe,
        });
    }

    /// The operator of a condition: what others test of the same key counts.
    pub(crate) fn operator(&self, condition: &Condition) -> Operator {
        let exists = self.conditions.iter().any(|it| {
            Operator::of(&it.operator, false) == Operator::Exists
                && it.is_certain
                && it.key.eq_ignore_ascii_case(&condition.key)
                && it.values.iter().all(|(value, _)| value == "false")
                && !it.values.is_empty()
        });
        Operator::of(&condition.operator, exists)
    }
}

fn effect(object: &HclObject, own: &OwnText<'_>) -> Effect {
    match own.get(object, |key| key == "effect").last() {
        None | Some(HclValue::Null) => Effect::Allow,
        Some(HclValue::Text(text)) => match &*own.string(text) {
            "Allow" => Effect::Allow,
            "Deny" => Effect::Deny,
            // Neither AWS nor the provider takes any other.
            other if other.contains(HOLE) => Effect::Unknown,
            _ => Effect::Allow,
        },
        Some(_) => Effect::Unknown,
    }
}

/// How the actions of an object include the action; `None` if it has no actions.
fn includes(object: &HclObject, own: &OwnText<'_>) -> Option<Includes> {
    let mut found = None;
    for value in own.get(object, |key| matches!(key, "action" | "actions")) {
        let actions = own.strings(value);
        let of_actions = actions.known.iter().map(|(action, _)| includes_one(action));
        let unknown = if actions.has_unknown { Includes::Unknown } else { Includes::No };
        found = Some(of_actions.fold(unknown, broader));
    }
    found.or_else(|| {
        let value = own.get(object, |key| matches!(key, "notaction" | "notactions")).next()?;
        let actions = own.strings(value);
        let is_excluded = actions.known.iter().any(|(it, _)| includes_one(it) != Includes::No);
        Some(match (is_excluded, actions.has_unknown) {
            (true, _) => Includes::No,
            (false, true) => Includes::Unknown,
            (false, false) => Includes::All,
        })
    })
}

fn broader(one: Includes, other: Includes) -> Includes {
    let rank = |it: &Includes| match it {
        Includes::Named => 0,
        Includes::Sts => 1,
        Includes::All => 2,
        Includes::Unknown => 3,
        Includes::No => 4,
    };
    if rank(&one) <= rank(&other) { one } else { other }
}

fn includes_one(action: &str) -> Includes {
    let pattern = action.trim().to_ascii_lowercase();
    if pattern == ACTION {
        Includes::Named
    } else if pattern.contains(HOLE) {
        Includes::Unknown
    } else if !matches(pattern.as_bytes(), ACTION.as_bytes()) {
        Includes::No
    } else if pattern.starts_with("sts:") {
        Includes::Sts
    } else {
        Includes::All
    }
}

/// Returns true if a pattern with `*` and `?` matches a text.
fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    // Where to go on after the last `*`.
    let mut star = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, read));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[read] => (at, read) = (at + 1, read + 1),
            _ => {
                let Some((after, start)) = star else { return false };
                star = Some((after, start + 1));
                (at, read) = (after, start + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

/// The principals of an object, and the providers among them.
fn principals(object: &HclObject, own: &OwnText<'_>) -> (Principals, Vec<String>) {
    let mut found = Vec::new();
    for value in own.get(object, |key| matches!(key, "principal" | "principals")) {
        push_principals(value, own, &mut found);
    }
    // All but some are anyone.
    let others = own.get(object, |key| matches!(key, "notprincipal" | "notprincipals"));
    found.extend(others.map(|_| ("*".to_owned(), String::new())));
    let mut principals = if found.is_empty() { Principals::NotGiven } else { Principals::Others };
    for (kind, name) in &found {
        let is_saml = name.contains(":saml-provider/");
        principals = match kind.to_ascii_lowercase().as_str() {
            "federated" if !is_saml => Principals::Outside,
            _ if principals == Principals::Outside => principals,
            "*" => Principals::Anyone,
            "aws" if name == "*" => Principals::Anyone,
            unknown if unknown.contains(HOLE) => Principals::Anyone,
            _ => principals,
        };
    }
    let outside = found.into_iter().filter(|(kind, _)| kind.eq_ignore_ascii_case("federated"));
    (principals, outside.map(|(_, name)| name).collect())
}

/// Adds principals: the type and the name of each.
fn push_principals(value: &HclValue, own: &OwnText<'_>, found: &mut Vec<(String, String)>) {
    match value {
        HclValue::List(items) => items.iter().for_each(|it| push_principals(it, own, found)),
        HclValue::Either(both) => both.iter().for_each(|it| push_principals(it, own, found)),
        HclValue::Maybe(value) => push_principals(value, own, found),
        HclValue::Text(text) => found.push((own.string(text).into_owned(), String::new())),
        HclValue::Unknown => found.push((String::from(HOLE), String::new())),
        HclValue::Null => {}
        HclValue::Object(object) => {
            let kinds = own.get(object, |key| key == "type").next();
            let names = own.get(object, |key| key == "identifiers").next();
            match (kinds, names) {
                (Some(HclValue::Text(kind)), names) => {
                    let kind = own.string(kind);
                    push_names(&kind, names.unwrap_or(&HclValue::Unknown), own, found);
                }
                _ => {
                    for (kind, names) in &object.items {
                        push_names(&own.string(kind), names, own, found);
                    }
                }
            }
        }
    }
}

fn push_names(kind: &str, names: &HclValue, own: &OwnText<'_>, found: &mut Vec<(String, String)>) {
    let names = own.strings(names);
    let unknown = names.has_unknown.then(|| String::from(HOLE));
    let all = names.known.into_iter().map(|(name, _)| name).chain(unknown);
    found.extend(all.map(|name| (kind.to_owned(), name)));
}

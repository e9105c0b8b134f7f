//! Whether the conditions of a statement restrict a claim of a token.

use crate::ecosystem::hcl_value::HOLE;
use crate::ecosystem::trust::{
    Claim, Condition, Effect, Operator, SERVICE_ACCOUNT, Statement, TokenSubject, is_open,
};

/// What a statement does with a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    Restricted,
    /// A reference decides it.
    NotJudged,
    /// It lets in others, at a line.
    Open(usize, Leak),
    NoCondition,
}

/// Why a condition does not restrict a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leak {
    /// The operator, and what it does.
    Operator(String, &'static str),
    Wildcard,
    /// An operator that takes `*` for a character as any other.
    Literal(String),
}

impl Judgement {
    fn rank(&self) -> u8 {
        match self {
            Judgement::Restricted => 0,
            Judgement::NotJudged => 1,
            Judgement::Open(..) => 2,
            Judgement::NoCondition => 3,
        }
    }

    /// Of two conditions that both must hold, the narrower one counts.
    fn narrower(self, other: Judgement) -> Judgement {
        if other.rank() < self.rank() { other } else { self }
    }
}

/// Judges a statement that allows, with those of its policy that deny.
pub(super) fn judge(statement: &Statement, policy: &[Statement], claim: Claim) -> Judgement {
    let mut judgement = match statement.may_have_more {
        true => Judgement::NotJudged,
        false => Judgement::NoCondition,
    };
    for condition in &statement.conditions {
        judgement = judgement.narrower(match claim.is_key(&condition.key) {
            Some(true) => by_condition(statement, condition, claim),
            Some(false) => Judgement::NoCondition,
            None => Judgement::NotJudged,
        });
    }
    let denying = policy.iter().filter(|it| it.effect == Effect::Deny && !it.is_uncertain);
    for denial in denying.filter_map(|it| by_denial(it, claim)) {
        judgement = judgement.narrower(denial);
    }
    judgement
}

fn by_condition(statement: &Statement, condition: &Condition, claim: Claim) -> Judgement {
    let operator = statement.operator(condition);
    let leak =
        |why| Judgement::Open(condition.line, Leak::Operator(condition.operator.clone(), why));
    match operator {
        Operator::Weak(why) => leak(why),
        Operator::Not { .. } => leak("lets in every other value"),
        Operator::Exists => leak("tests only that there is one"),
        Operator::Exact | Operator::Like | Operator::Unknown => {
            let judgement = by_values(condition, operator, claim);
            let is_known = condition.is_certain && operator != Operator::Unknown;
            match judgement {
                Judgement::Restricted if !is_known => Judgement::NotJudged,
                other => other,
            }
        }
    }
}

/// A statement that denies all values but some restricts the others of its policy to these.
fn by_denial(denial: &Statement, claim: Claim) -> Option<Judgement> {
    let [condition] = denial.conditions.as_slice() else { return None };
    let Operator::Not { like } = denial.operator(condition) else { return None };
    let is_whole = claim.is_key(&condition.key) == Some(true) && !denial.may_have_more;
    let operator = if like { Operator::Like } else { Operator::Exact };
    match by_values(condition, operator, claim) {
        _ if !is_whole => None,
        Judgement::Restricted if !condition.is_certain => Some(Judgement::NotJudged),
        other => Some(other),
    }
}

fn by_values(condition: &Condition, operator: Operator, claim: Claim) -> Judgement {
    let mut is_known = !condition.has_unknown_values;
    for (value, line) in &condition.values {
        let is_exact = operator == Operator::Exact;
        if is_exact && value.contains('*') {
            return Judgement::Open(*line, Leak::Literal(condition.operator.clone()));
        }
        match subject(value, claim) {
            TokenSubject::Many => return Judgement::Open(*line, Leak::Wildcard),
            TokenSubject::Unknown => is_known = false,
            TokenSubject::One => {}
        }
    }
    // Whatever an audience is that a reference gives: compared as a whole, it is one.
    let is_one = claim == Claim::Audience && operator == Operator::Exact;
    if is_known || is_one { Judgement::Restricted } else { Judgement::NotJudged }
}

fn subject(value: &str, claim: Claim) -> TokenSubject {
    let is_any = !value.is_empty() && value.chars().all(|it| matches!(it, '*' | '?'));
    match claim {
        Claim::Subject => TokenSubject::of(value),
        Claim::Audience if is_any => TokenSubject::Many,
        Claim::Audience if value.contains(HOLE) => TokenSubject::Unknown,
        Claim::Audience => TokenSubject::One,
    }
}

/// The Kubernetes service accounts that a statement names in full, each with its line, and whether a
/// reference gives other subjects.
pub(super) fn service_accounts(statement: &Statement) -> (Vec<(&str, usize)>, bool) {
    let mut accounts = Vec::new();
    let mut has_references = false;
    for condition in &statement.conditions {
        if Claim::Subject.is_key(&condition.key) != Some(true) {
            continue;
        }
        has_references |= condition.has_unknown_values;
        for (value, line) in &condition.values {
            has_references |= value.contains(HOLE);
            let account = value.strip_prefix(SERVICE_ACCOUNT);
            let account = account.filter(|it| !it.contains(HOLE) && !is_open(it));
            accounts.extend(account.map(|account| (account, *line)));
        }
    }
    (accounts, has_references)
}

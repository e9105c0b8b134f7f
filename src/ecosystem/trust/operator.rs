//! The operators of conditions, by what they let in.

use crate::ecosystem::hcl_value::HOLE;

/// What an operator does with a claim of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Compares whole values, in which `*` is a character as any other.
    Exact,
    /// Compares values with the wildcards `*` and `?`.
    Like,
    /// Lets in all values but those that it lists.
    Not { like: bool },
    /// Lets in more than it seems: the reason, in one clause.
    Weak(&'static str),
    /// Tests that the claim exists.
    Exists,
    /// A reference.
    Unknown,
}

impl Operator {
    /// The operator of a name. `exists` is true if another condition tests that the claim exists.
    pub(crate) fn of(name: &str, exists: bool) -> Operator {
        if name.contains(HOLE) {
            return Operator::Unknown;
        }
        let name = name.trim().to_ascii_lowercase();
        let all = name.strip_prefix("forallvalues:");
        let any = name.strip_prefix("foranyvalue:");
        let name = all.or(any).unwrap_or(&name);
        let if_exists = name.strip_suffix("ifexists");
        let operator = base(if_exists.unwrap_or(name));
        let is_optional = (all.is_some() || if_exists.is_some()) && !exists;
        match operator {
            Operator::Exact | Operator::Like if is_optional => {
                Operator::Weak("also lets in a token without the claim")
            }
            operator => operator,
        }
    }
}

fn base(name: &str) -> Operator {
    match name {
        "stringequals" | "stringequalsignorecase" => Operator::Exact,
        "stringlike" => Operator::Like,
        "stringnotequals" | "stringnotequalsignorecase" => Operator::Not { like: false },
        "stringnotlike" => Operator::Not { like: true },
        "null" => Operator::Exists,
        _ => Operator::Weak("does not compare strings"),
    }
}

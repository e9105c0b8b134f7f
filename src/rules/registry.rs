//! Every rule, in the order of the codes.

use std::sync::LazyLock;

use super::rule::Rule;
use super::{drift, rendered, settings};

/// The rules of all folders.
pub static RULES: LazyLock<Vec<&Rule>> = LazyLock::new(|| {
    let mut rules = [settings::RULES, rendered::RULES, drift::RULES].concat();
    rules.sort_by_key(|rule| rule.code.as_str());
    rules
});

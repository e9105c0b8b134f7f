//! Every rule, in the order of the codes.

use super::rule::Rule;
use super::{drift, rendered, settings};

pub static RULES: &[&Rule] = &[
    &rendered::account_guard::RULE,
    &drift::chart_version::RULE,
    &settings::chart_version_range::RULE,
    &settings::distinct::RULE,
    &rendered::irsa_trust::RULE,
    &rendered::module_arguments::RULE,
    &drift::moved_state::RULE,
    &rendered::path_collision::RULE,
    &settings::placeholder::RULE,
    &settings::role_account::RULE,
    &settings::same::RULE,
    &settings::scaling::RULE,
    &settings::secret::RULE,
    &settings::shared_state::RULE,
    &settings::sibling::RULE,
    &rendered::state_mismatch::RULE,
    &settings::unknown_chart_key::RULE,
    &settings::wrong_format::RULE,
];

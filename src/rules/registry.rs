//! Every rule, in the order of the codes.

use super::drift::{chart_version, moved_state};
use super::rendered::{
    account_guard, irsa_trust, module_arguments, path_collision, state_mismatch,
};
use super::rule::Rule;
use super::settings::{
    chart_version_range, distinct, placeholder, role_account, same, scaling, secret, shared_state,
    sibling, unknown_chart_key, wrong_format,
};

pub static RULES: [&Rule; 18] = [
    &account_guard::RULE,
    &chart_version::RULE,
    &chart_version_range::RULE,
    &distinct::RULE,
    &irsa_trust::RULE,
    &module_arguments::RULE,
    &moved_state::RULE,
    &path_collision::RULE,
    &placeholder::RULE,
    &role_account::RULE,
    &same::RULE,
    &scaling::RULE,
    &secret::RULE,
    &shared_state::RULE,
    &sibling::RULE,
    &state_mismatch::RULE,
    &unknown_chart_key::RULE,
    &wrong_format::RULE,
];

//! The words that `environments.toml` keeps for itself.

/// Keys of a fact layer that mean something to envroot itself.
pub(crate) const RESERVED_FACTS: [&str; 7] =
    ["name", "profiles", "status", "services", "vars", "unset", "null"];
/// Keys of a service layer that mean something to envroot itself, beside `unset` and `null`.
pub(crate) const RESERVED_SETTINGS: [&str; 6] =
    ["pack", "environments", "files", "keep", "same", "distinct"];

//! Folders that scans of a repository leave out by their names.

/// Returns true for a hidden folder and for one that a tool fills.
pub(crate) fn in_survey(folder: &str) -> bool {
    is_hidden(folder) || matches!(folder, "node_modules" | "target" | "vendor")
}

/// Returns true for a folder without Terraform roots. `vendor` may hold some, and a `target` that
/// Cargo fills has the tag of a cache.
pub(crate) fn in_terraform_scan(folder: &str) -> bool {
    is_hidden(folder) || folder == "node_modules"
}

/// Returns true for a name in the output folder that is never envroot's.
pub(crate) fn in_output(name: &str) -> bool {
    matches!(name, ".git" | ".terraform" | super::PATCHES)
}

/// The file by which a tool marks its cache.
pub(crate) const CACHE_TAG: &str = "CACHEDIR.TAG";

fn is_hidden(folder: &str) -> bool {
    folder.starts_with('.')
}

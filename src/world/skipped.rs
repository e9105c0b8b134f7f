//! Folders that scans of a repository leave out by their names.

/// Returns true for a hidden folder and for one that a tool fills.
pub(crate) fn in_survey(folder: &str) -> bool {
    is_hidden(folder) || matches!(folder, "node_modules" | "target" | "vendor")
}

/// Returns true for a folder whose Terraform files no person applies. `vendor` and a hidden folder
/// may hold roots, and a `target` that Cargo fills has the tag of a cache.
pub(crate) fn in_roots_scan(folder: &str) -> bool {
    matches!(folder, ".git" | ".terraform" | ".terragrunt-cache" | "node_modules")
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

//! The steps by which a person takes a state along to where its root looks for it now.
//!
//! Text out: nothing here runs anything.

use std::fmt::Write;

use crate::ecosystem::backend::Backend;
use crate::model::printable;
use crate::rules::drift::moved_state::Moved;

/// The worktree with the files before the move.
const BEFORE: &str = "../before-the-move";

/// The steps for some roots; `below` leads from the repository's top to the project's folder.
pub fn steps(moved: &[Moved], below: &str) -> String {
    let mut out = String::new();
    if moved.is_empty() {
        return out;
    }
    out.push_str("\nBefore merging, pause applies and move the state:\n\n");
    _ = writeln!(out, "  git worktree add --detach {BEFORE} HEAD");
    for Moved { target, before, after, from, to } in moved {
        let parts =
            [&target.service, &target.environment].map(|it| it.as_ref().map(|it| it.as_str()));
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join("-");
        let old = format!("terraform -chdir={BEFORE}/{below}{before}");
        let new = format!("terraform -chdir={after}");
        let file = format!("{name}.tfstate");
        _ = writeln!(out, "\n  # {name}: from {} to {}", shown(from), shown(to));
        _ = writeln!(out, "  {old} init -input=false");
        _ = writeln!(out, "  {old} state pull > {file}");
        _ = writeln!(out, "  {new} init -input=false -reconfigure");
        _ = writeln!(out, "  {new} state push \"$PWD/{file}\"");
        _ = writeln!(out, "  {new} plan -input=false   # it shows no change that you did not make");
        _ = writeln!(out, "  rm {file}");
    }
    _ = writeln!(out, "\n  git worktree remove --force {BEFORE}");
    out.push_str("\nAfter merging and applying, remove the old states.\n");
    out
}

/// `s3 bucket/key`
fn shown(backend: &Backend) -> String {
    let place = ["bucket", "key", "address", "path", "prefix", "container_name"];
    let values = place.iter().filter_map(|name| backend.arguments.get(*name));
    let values: Vec<&str> = values.map(String::as_str).collect();
    let place = format!("{} {}", backend.kind, values.join("/"));
    printable::line(place.trim_end()).into_owned()
}

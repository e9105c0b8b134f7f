//! The report of a change of `environments.toml` and the files that it affects.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::base::english::count;
use crate::model::key_path::Path;
use crate::model::name::RelativePath;
use crate::model::secret;

/// One key that was changed.
pub(crate) struct Change {
    pub path: Path,
    /// As TOML writes it, or in words.
    pub from: String,
    /// As TOML writes it; `None` where the key was taken away.
    pub to: Option<String>,
    /// The files that read otherwise because of it.
    pub files: BTreeSet<RelativePath>,
}

/// The number of paths in one line.
const SHOWN: usize = 2;

/// A line for each change, and one for each comment that went with a key.
pub(crate) fn changes(changes: &[Change], lost: &[String]) -> String {
    let mut out = String::new();
    for Change { path, from, to, files } in changes {
        let to = to.as_deref().unwrap_or("unset");
        let reached = match files.len() {
            0 => "no file".to_owned(),
            number if number <= SHOWN => {
                files.iter().map(RelativePath::to_string).collect::<Vec<_>>().join(", ")
            }
            number => {
                let first: Vec<String> =
                    files.iter().take(SHOWN).map(RelativePath::to_string).collect();
                format!("{}: {}, …", count(number, "file"), first.join(", "))
            }
        };
        let key = path.0.last().map_or("", |key| key);
        let [from, to] = [from, to].map(|it| secret::masked_value(key, it).replace('\n', " "));
        let path = path.to_string();
        let path = secret::masked(&path);
        _ = writeln!(out, "set      {path}: {from} -> {to}    {reached}");
    }
    for comment in lost {
        _ = writeln!(out, "gone     {}", secret::masked_file(comment));
    }
    out
}

/// The summary: whether `environments.toml` itself changed, and the number of changed files.
pub(crate) fn total(text_changed: bool, files: usize, dry_run: bool) -> String {
    let verb = if dry_run { "to change" } else { "changed" };
    match (text_changed, files) {
        (false, 0) => "environments.toml says so already\n".to_owned(),
        (false, _) => format!("{} {verb}\n", count(files, "file")),
        (true, 0) => format!("environments.toml {verb}, and no file\n"),
        (true, _) => format!("environments.toml and {} {verb}\n", count(files, "file")),
    }
}

#[cfg(test)]
mod tests {
    use super::changes;

    #[test]
    fn a_secret_in_a_comment_is_not_shown_when_it_goes() {
        let comments = ["# was AKIAABCDEFGHIJKLMNOP".to_owned()];
        assert_eq!(changes(&[], &comments), "gone     # was ********************\n");
    }
}

//! Scans of the repository that `init` and the rules of modules need. Writes nothing.

use std::fs;
use std::path::Path;

use super::listing::{read_bytes, read_text};
use super::{At, Disk, GIT};
use crate::model::name::RelativePath;
use crate::world::{Result, skipped};

/// The top of the Git repository around a folder.
pub(crate) fn repository(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|folder| folder.join(GIT).exists())
}

impl Disk {
    /// The texts of the files below the folder whose names matter, in the order of their paths.
    /// Links are not followed; hidden folders and what tools bring in are left out.
    pub(in crate::world) fn survey(
        &self,
        matters: fn(&str) -> bool,
    ) -> Result<Vec<(RelativePath, String)>> {
        let mut files = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).at("list", &folder)? {
                let entry = entry.at("list", &folder)?;
                let kind = entry.file_type().at("read", &entry.path())?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                if kind.is_dir() && !skipped::in_survey(&name) {
                    folders.push(entry.path());
                } else if kind.is_file() && matters(&name) {
                    let below = entry.path();
                    let below = below.strip_prefix(&self.root).ok().and_then(Path::to_str);
                    let path = below.and_then(|path| RelativePath::parse(path).ok());
                    let text = read_text(&entry.path());
                    files.extend(path.zip(text.ok()));
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// The Terraform files of a folder in the repository, by name: none where there is no such folder,
    /// `None` where some of them are JSON, no text, or out of the repository.
    pub(in crate::world) fn terraform_texts(
        &self,
        path: &str,
    ) -> Result<Option<Vec<(String, String)>>> {
        let folder = self.root.join(path);
        let mut texts = Vec::new();
        if !folder.is_dir() {
            return Ok(Some(texts));
        }
        let top = repository(&self.root).unwrap_or(&self.root);
        let is_within = |path: &Path| fs::canonicalize(path).is_ok_and(|it| it.starts_with(top));
        if !is_within(&folder) {
            return Ok(None);
        }
        for entry in fs::read_dir(&folder).at("list", &folder)? {
            let entry = entry.at("list", &folder)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue; // Terraform does not load it
            }
            if [".tf.json", ".tofu", ".tofu.json"].iter().any(|end| name.ends_with(end)) {
                return Ok(None);
            }
            if name.ends_with(".tf") && !entry.path().is_dir() {
                let text = is_within(&entry.path()).then(|| text_at(&entry.path())).transpose()?;
                match text.flatten() {
                    Some(text) => texts.push((name, text)),
                    None => return Ok(None),
                }
            }
        }
        texts.sort();
        Ok(Some(texts))
    }
}

/// A text anywhere in the repository; `None` if the file is not text.
fn text_at(path: &Path) -> Result<Option<String>> {
    Ok(String::from_utf8(read_bytes(path).at("read", path)?).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_is_read_within_the_repository() {
        let outer = tempfile::tempdir().unwrap();
        let at = |path: &str| outer.path().join(path);
        for folder in ["repository/.git", "repository/project/m", "repository/shared", "away"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for folder in ["repository/project/m", "repository/shared", "away"] {
            fs::write(at(folder).join("a.tf"), "variable \"a\" {}\n").unwrap();
        }
        let link = |target: &str, path: &str| {
            std::os::unix::fs::symlink(target, at("repository/project").join(path)).unwrap();
        };
        link("m", "inner");
        link("../shared", "around");
        link("../../away", "out");
        link("nowhere", "dangling");
        link("loop", "loop");
        for (folder, name, target) in [
            ("file-within", "b.tf", "../../shared/a.tf"),
            ("file-out", "b.tf", "../../../away/a.tf"),
            ("file-dangling", "b.tf", "nowhere"),
            ("lock", ".#a.tf", "someone@host"),
        ] {
            fs::create_dir(at("repository/project").join(folder)).unwrap();
            fs::write(at("repository/project").join(folder).join("a.tf"), "").unwrap();
            link(target, &format!("{folder}/{name}"));
        }
        for (folder, name) in [("tofu", "a.tofu"), ("json", "a.tf.json"), ("hidden", ".a.tf.json")]
        {
            fs::create_dir(at("repository/project").join(folder)).unwrap();
            fs::write(at("repository/project").join(folder).join(name), "").unwrap();
        }
        let disk = Disk::at(&at("repository/project")).unwrap();
        for (folder, expected) in [
            ("m", Some(1)),
            ("inner", Some(1)),
            ("around", Some(1)),
            ("../shared", Some(1)),
            ("../project/inner", Some(1)),
            ("out", None),
            ("../../away", None),
            ("dangling", Some(0)),
            ("loop", Some(0)),
            ("missing", Some(0)),
            ("file-within", Some(2)),
            ("file-out", None),
            ("file-dangling", None),
            ("lock", Some(1)),
            ("tofu", None),
            ("json", None),
            ("hidden", Some(0)),
        ] {
            let texts = disk.terraform_texts(folder).unwrap();
            assert_eq!(texts.map(|texts| texts.len()), expected, "{folder}");
        }
    }
}

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

    /// The Terraform files of a folder of the project, by name: none where there is no such folder,
    /// `None` where some of them are JSON or no text.
    pub(in crate::world) fn terraform_texts(
        &self,
        path: &str,
    ) -> Result<Option<Vec<(String, String)>>> {
        let folder = self.root.join(path);
        let mut texts = Vec::new();
        if !folder.is_dir() {
            return Ok(Some(texts));
        }
        for entry in fs::read_dir(&folder).at("list", &folder)? {
            let entry = entry.at("list", &folder)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.ends_with(".tf.json") {
                return Ok(None);
            }
            if name.ends_with(".tf") && entry.path().is_file() {
                match text_at(&entry.path())? {
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

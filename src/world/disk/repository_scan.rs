//! A scan of the repository outside the folders that envroot owns. Writes nothing.

use std::fs;
use std::path::{Path, PathBuf};

use super::listing::{read_bytes, read_text};
use super::{At, Disk, GIT};
use crate::model::name::RelativePath;
use crate::world::{CONFIG, Result, skipped};

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

    /// The texts of the repository's files outside the folders that envroot owns whose names
    /// `matters` accepts, by path relative to the project.
    ///
    /// Skips hidden folders, caches, links, other projects and folders that cannot be listed.
    pub(in crate::world) fn outside_texts(
        &self,
        owned: &[&str],
        matters: fn(&str) -> bool,
    ) -> Result<Vec<(String, String)>> {
        let mut texts = Vec::new();
        for (shown, path) in self.outside_files(owned, matters) {
            texts.extend(text_at(&path)?.map(|text| (shown, text)));
        }
        Ok(texts)
    }

    /// Those files: each with its path relative to the project and its path on disk.
    fn outside_files(&self, owned: &[&str], matters: fn(&str) -> bool) -> Vec<(String, PathBuf)> {
        let repository = repository(&self.root).unwrap_or(&self.root);
        let between = self.root.ancestors().skip(1).take_while(|it| it.starts_with(repository));
        // A project above ours has rules of its own.
        let is_nested = between.into_iter().any(|folder| folder.join(CONFIG).exists());
        let top = if is_nested { &self.root } else { repository };
        let owned: Vec<PathBuf> = owned.iter().map(|path| self.root.join(path)).collect();
        let mut found = Vec::new();
        if !owned.iter().any(|it| it == top) {
            self.files_below(top, &owned, matters, &mut found);
        }
        found.sort();
        let below = |path: &Path| path.strip_prefix(top).ok()?.to_str().map(str::to_owned);
        let ours = below(&self.root).unwrap_or_default();
        let shown = found.into_iter().filter_map(|path| {
            Some((RelativePath::parse(&below(&path)?).ok()?.relative_to(&ours), path))
        });
        shown.collect()
    }

    fn files_below(
        &self,
        folder: &Path,
        owned: &[PathBuf],
        matters: fn(&str) -> bool,
        found: &mut Vec<PathBuf>,
    ) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let (Ok(name), Ok(kind)) = (entry.file_name().into_string(), entry.file_type()) else {
                continue;
            };
            let path = entry.path();
            if kind.is_file() && matters(&name) {
                found.push(path);
            } else if kind.is_dir() && !skipped::in_terraform_scan(&name) {
                let is_other = path != self.root && path.join(CONFIG).exists();
                let is_cache = path.join(skipped::CACHE_TAG).exists();
                if !is_other && !is_cache && !owned.contains(&path) {
                    self.files_below(&path, owned, matters, found);
                }
            }
        }
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

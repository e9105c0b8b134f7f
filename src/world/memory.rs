//! A world in memory, for tests that start no process and touch no disk.
//!
//! It has files and the folders above them, but no links and no empty folders. `tests.rs` beside it
//! compares it with the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::disk::is_draft;
use super::{
    BelongsTo, CONFIG, Failure, FileChanges, FitsPath, FolderFiles, Found, Listing, Lock, Matters,
    PATCHES, Result, RootsScan, Scanned, TEMPLATES, Unmerged, World, found, skipped,
};
use crate::model::name::RelativePath;
use crate::model::printable::Printable;

/// A project's folder in memory. A clone has the same files.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryWorld {
    files: Arc<RwLock<BTreeMap<String, Vec<u8>>>>,
    /// The files that Git would report of an unfinished merge.
    pub unmerged: Unmerged,
    /// The files of each commit, the first one first.
    pub commits: Vec<BTreeMap<String, String>>,
}

impl MemoryWorld {
    pub(crate) fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> MemoryWorld {
        let world = MemoryWorld::default();
        files.into_iter().for_each(|(path, text)| world.set(path, text));
        world
    }

    /// Sets the text of a file.
    pub(crate) fn set(&self, path: &str, text: &str) {
        self.set_bytes(path, text.as_bytes());
    }

    pub(crate) fn set_bytes(&self, path: &str, bytes: &[u8]) {
        self.changed().insert(path.to_owned(), bytes.to_vec());
    }

    /// Commits all files.
    pub(crate) fn commit(&mut self) {
        self.commits.push(self.texts());
    }

    /// All files that are text, by path.
    pub(crate) fn texts(&self) -> BTreeMap<String, String> {
        let text = |(path, bytes): (&String, &Vec<u8>)| {
            Some((path.clone(), String::from_utf8(bytes.clone()).ok()?))
        };
        self.files().iter().filter_map(text).collect()
    }

    fn files(&self) -> RwLockReadGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) -> RwLockWriteGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.files.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn content(&self, path: &str) -> Option<Vec<u8>> {
        self.files().get(path).cloned()
    }

    /// The paths of the files below a folder.
    fn below(&self, folder: &str) -> Vec<String> {
        self.files().keys().filter(|path| below(folder, path).is_some()).cloned().collect()
    }

    fn is_folder(&self, path: &str) -> bool {
        !self.below(path).is_empty()
    }

    /// Returns true if one of the folders that lead to a path is a file.
    fn is_blocked(&self, path: &str) -> bool {
        let files = self.files();
        folders_of(path).any(|folder| files.contains_key(folder))
    }

    fn put(&self, path: &str, text: &str) -> Result<()> {
        if self.is_blocked(path) {
            return Err(failure("write below", path, "it is in the place of a folder"));
        }
        if self.is_folder(path) {
            return Err(failure("replace", path, "it is a folder"));
        }
        self.set(path, text);
        Ok(())
    }

    fn add_drafts(&self, folder: &str, listing: &mut Listing) {
        let files = self.files();
        let inside = files.keys().filter(|path| folder_of(path) == folder);
        listing.drafts.extend(inside.filter(|it| is_draft_at(it)).map(PathBuf::from));
    }
}

impl World for MemoryWorld {
    fn lock(&self, _write: bool, _waiting: &dyn Fn()) -> Result<Lock> {
        Ok(Lock::unshared())
    }

    fn shown(&self, path: &str) -> PathBuf {
        PathBuf::from(path)
    }

    fn below_repository(&self, _top: Option<&Path>) -> String {
        String::new()
    }

    fn has_file(&self, path: &str) -> bool {
        self.files().contains_key(path)
    }

    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>> {
        match self.is_folder(path) {
            true => Err(failure("read", path, "it is a folder")),
            false => Ok(self.content(path)),
        }
    }

    fn folder(&self, path: &str) -> Result<Option<FolderFiles>> {
        let mut files = Vec::new();
        for file in self.below(path) {
            let name = below(path, &file).unwrap_or_default().to_owned();
            files.push((name, self.content(&file).unwrap_or_default()));
        }
        let found = FolderFiles { files, unread: Vec::new() };
        Ok((!found.files.is_empty()).then_some(found))
    }

    fn folders(&self, path: &str) -> Result<Vec<String>> {
        let files = self.below(path);
        let inner = files.iter().filter_map(|file| below(path, file)?.split_once('/'));
        let names: BTreeSet<&str> = inner.map(|(name, _)| name).collect();
        Ok(names.into_iter().map(str::to_owned).collect())
    }

    fn survey(&self, matters: fn(&str) -> bool) -> Result<Vec<(RelativePath, String)>> {
        let is_skipped = |path: &str| folders_of(path).any(|it| skipped::in_survey(name_of(it)));
        let texts = self.texts().into_iter();
        let texts = texts.filter(|(path, _)| matters(name_of(path)) && !is_skipped(path));
        let parsed =
            texts.filter_map(|(path, text)| Some((RelativePath::parse(&path).ok()?, text)));
        let mut files: Vec<(RelativePath, String)> = parsed.collect();
        files.sort();
        Ok(files)
    }

    fn terraform_texts(&self, folder: &str) -> Result<Option<Vec<(String, String)>>> {
        let mut texts = Vec::new();
        for path in self.below(folder).iter().filter(|path| folder_of(path) == folder) {
            let name = name_of(path);
            if name.starts_with('.') {
                continue;
            }
            if [".tf.json", ".tofu", ".tofu.json"].iter().any(|end| name.ends_with(end)) {
                return Ok(None);
            }
            if name.ends_with(".tf") {
                let bytes = self.content(path).unwrap_or_default();
                let Ok(text) = String::from_utf8(bytes) else { return Ok(None) };
                texts.push((name.to_owned(), text));
            }
        }
        texts.sort();
        Ok(Some(texts))
    }

    fn scan_roots(&self, scan: &RootsScan<'_>) -> Scanned {
        let mut scanned = Scanned::default();
        if scan.owned.contains(&"") {
            return scanned;
        }
        let holds = |folder: &str, name: &str| self.has_file(&format!("{folder}/{name}"));
        let is_skipped = |folder: &str| {
            skipped::in_roots_scan(name_of(folder))
                || scan.owned.contains(&folder)
                || folder == TEMPLATES
                || holds(folder, CONFIG)
                || holds(folder, skipped::CACHE_TAG)
        };
        let files = self.below("");
        let files = files.iter().filter(|path| (scan.matters)(name_of(path)));
        for path in files.filter(|path| !folders_of(path).any(is_skipped)) {
            let bytes = self.content(path).unwrap_or_default();
            scanned.texts.push((path.clone(), String::from_utf8_lossy(&bytes).into_owned()));
        }
        scanned.texts.sort_by(|(a, _), (b, _)| Path::new(a).cmp(Path::new(b)));
        scanned
    }

    fn list(
        &self,
        owned: &[&str],
        matters: Matters,
        _fits_path: FitsPath,
        _belongs_to: BelongsTo,
    ) -> Result<Listing> {
        let mut listing = Listing::default();
        listing.unmerged = self.unmerged.clone();
        self.add_drafts("", &mut listing);
        self.add_drafts(PATCHES, &mut listing);
        for entry in owned {
            self.add_drafts(folder_of(entry), &mut listing);
            let named = RelativePath::parse(entry).ok();
            let file = named.filter(|_| self.has_file(entry));
            file.into_iter().for_each(|file| listing.add(file, true));
            let is_inside = |folder: &&str| folder == entry || below(entry, folder).is_some();
            let is_other = |folder: &str| {
                let is_skipped = folder != *entry && skipped::in_output(name_of(folder));
                is_skipped || self.has_file(&format!("{folder}/{CONFIG}"))
            };
            let files = self.below(entry);
            let ours = files.iter().filter(|it| !folders_of(it).filter(is_inside).any(is_other));
            for path in ours {
                match name_of(path) {
                    _ if is_draft_at(path) => _ = listing.drafts.insert(PathBuf::from(path)),
                    name if skipped::in_output(name) => {}
                    name if matters.in_folder(entry)(name) => match RelativePath::parse(path) {
                        Ok(named) => listing.add(named, true),
                        Err(_) => listing.add_unusual(path),
                    },
                    _ => {}
                }
            }
        }
        Ok(listing.sorted())
    }

    fn committed(
        &self,
        wanted: &BTreeSet<&RelativePath>,
        fits_path: FitsPath,
        _listing: &Listing,
    ) -> BTreeMap<RelativePath, String> {
        let text = |path: &&RelativePath| {
            let path = (*path).clone();
            let mut texts = self.commits.iter().rev().map(|commit| commit.get(path.as_str()));
            let last = texts.clone().next()??;
            let text = texts.find_map(|text| text.filter(|text| fits_path(text, &path)));
            let text = text.unwrap_or(last).clone();
            Some((path, text))
        };
        wanted.iter().filter_map(text).collect()
    }

    fn holds(&self, path: &RelativePath, text: &str, listing: &Listing) -> bool {
        listing.is_plain(path) && self.found(path, listing) == Found::Text(text.to_owned())
    }

    fn found(&self, path: &RelativePath, listing: &Listing) -> Found {
        if listing.unusual.contains(path) {
            return Found::Other(found::UNUSUAL);
        }
        let path = path.as_str();
        if self.is_blocked(path) {
            return Found::Other(found::FILE_FOR_FOLDER);
        }
        match self.files().get(path).cloned() {
            Some(bytes) => {
                String::from_utf8(bytes).map_or(Found::Other(found::NOT_TEXT), Found::Text)
            }
            None if self.is_folder(path) => Found::Other(found::FOLDER),
            None => Found::Nothing,
        }
    }

    fn write(&self, path: &RelativePath, text: &str) -> Result<()> {
        self.put(path.as_str(), text)
    }

    fn change_together(&self, changes: &FileChanges<'_>) -> Result<()> {
        let before = self.files().clone();
        let removed = changes.removed.iter().try_for_each(|path| self.remove(path));
        let texts = changes.config.into_iter().map(|text| (CONFIG, text));
        let mut texts =
            texts.chain(changes.written.iter().map(|(path, text)| (path.as_str(), *text)));
        let changed =
            removed.and_then(|()| texts.try_for_each(|(path, text)| self.put(path, text)));
        if changed.is_err() {
            *self.changed() = before;
        }
        changed
    }

    fn remove(&self, path: &RelativePath) -> Result<()> {
        let removed = self.changed().remove(path.as_str());
        removed.map(|_| ()).ok_or_else(|| failure("remove", path.as_str(), "it does not exist"))
    }

    fn clear_drafts(&self, listing: &Listing) -> Result<()> {
        let mut files = self.changed();
        for draft in listing.drafts.iter().filter_map(|draft| draft.to_str()) {
            files.remove(draft);
        }
        Ok(())
    }

    fn save_patch(&self, text: &str) -> Result<PathBuf> {
        self.put(&format!("{PATCHES}/.gitignore"), "*\n")?;
        let mut paths = (1..).map(|number| format!("{PATCHES}/overwritten-{number}.patch"));
        let path = paths.find(|path| !self.has_file(path)).expect("some number is free");
        self.put(&path, text)?;
        Ok(PathBuf::from(path))
    }

    fn append(&self, path: &Path, text: &Printable) -> Result<()> {
        let path = path.to_string_lossy();
        let before = self.bytes(&path)?.unwrap_or_default();
        self.set_bytes(&path, &[&before, text.as_bytes()].concat());
        Ok(())
    }
}

fn failure(doing: &'static str, path: &str, why: &str) -> Failure {
    Failure { path: PathBuf::from(path), doing, source: Error::other(why) }
}

/// The rest of a path below a folder; the empty folder is the project's.
fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    match folder {
        "" => Some(path),
        _ => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}

fn is_draft_at(path: &str) -> bool {
    is_draft(name_of(path), folders_of(path).count())
}

/// The folders that lead to a path, the outermost first.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn name_of(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

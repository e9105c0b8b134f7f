//! The only module that touches the file system.
//!
//! Every failure names its path. What is read and written stays below the folder of
//! `environments.toml`, and no link is followed out of it. `clippy.toml` forbids `std::fs`
//! elsewhere.
#![expect(clippy::disallowed_methods, reason = "this module is the file system boundary")]

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::name::RelativePath;
use crate::plan::{self, Found};

pub const CONFIG: &str = "environments.toml";
/// Files on their way to their place. One that is left behind is cleared by the next `gen`.
const DRAFT_PREFIX: &str = ".envroot-";
const DRAFT_SUFFIX: &str = ".draft";
const PATCHES: &str = ".envroot";

/// The world failed: a path, and what it would not do.
#[derive(Debug)]
pub struct Failure {
    pub path: PathBuf,
    pub doing: &'static str,
    pub source: io::Error,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot {} {}: {}", self.doing, self.path.display(), self.source)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}

type Result<T> = std::result::Result<T, Failure>;

/// The files of a folder, by path below it.
pub type FolderFiles = Vec<(String, Vec<u8>)>;

/// Names the path an I/O result is about.
trait At<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T>;
}

impl<T> At<T> for io::Result<T> {
    fn at(self, doing: &'static str, path: &Path) -> Result<T> {
        self.map_err(|source| Failure { path: path.to_path_buf(), doing, source })
    }
}

/// A project's folder: that of its `environments.toml`.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
}

/// The files below the folders that envroot owns.
#[derive(Debug, Default)]
pub struct Listing {
    /// Files whose names may matter, and what is no file under such a name.
    pub files: Vec<RelativePath>,
    /// Those of them that are plain files, reached through plain folders.
    plain: IndexMap<RelativePath, bool>,
    drafts: BTreeSet<PathBuf>,
}

/// Holds off other runs until it is dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the handle")] File);

impl Disk {
    /// The nearest `environments.toml` at or above a folder.
    pub fn find(start: &Path) -> Result<Option<Disk>> {
        let start = fs::canonicalize(start).at("open", start)?;
        for folder in start.ancestors() {
            let config = folder.join(CONFIG);
            if stands(&config).at("look for", &config)? {
                return Ok(Some(Disk { root: folder.to_path_buf() }));
            }
        }
        Ok(None)
    }

    /// A folder that is to become a project's.
    pub fn at(folder: &Path) -> Result<Disk> {
        Ok(Disk { root: fs::canonicalize(folder).at("open", folder)? })
    }

    /// The texts of the files below the folder whose names matter, in the order of their paths.
    /// Links are not followed; hidden folders and what tools bring in are left out.
    pub fn survey(&self, matters: impl Fn(&str) -> bool) -> Result<Vec<(RelativePath, String)>> {
        let mut files = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).at("list", &folder)? {
                let entry = entry.at("list", &folder)?;
                let kind = entry.file_type().at("read", &entry.path())?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                let is_brought = matches!(name.as_str(), "node_modules" | "target" | "vendor");
                if kind.is_dir() && !name.starts_with('.') && !is_brought {
                    folders.push(entry.path());
                } else if kind.is_file() && matters(&name) {
                    let below = entry.path();
                    let below = below.strip_prefix(&self.root).ok().and_then(Path::to_str);
                    let path = below.and_then(|path| RelativePath::parse(path).ok());
                    let text = fs::read_to_string(entry.path());
                    files.extend(path.zip(text.ok()));
                }
            }
        }
        files.sort();
        Ok(files)
    }

    /// The path of something of the project, as messages show it.
    pub fn shown(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// What stands before a path of the project in a patch: the project's folder as seen from that
    /// of the Git repository around it, with a slash, or nothing.
    pub fn below_repository(&self) -> String {
        self.below_repository_or(None)
    }

    /// The same, with the folder that is the repository's where no `.git` shows it.
    pub fn below_repository_or(&self, top: Option<&Path>) -> String {
        let is_repository = |folder: &&Path| fs::exists(folder.join(".git")).unwrap_or(false);
        let top = top.and_then(|top| fs::canonicalize(top).ok());
        let repository = self.root.ancestors().find(is_repository).or(top.as_deref());
        let repository = repository.unwrap_or(&self.root);
        let below = self.root.strip_prefix(repository).into_iter().flat_map(Path::components);
        below.map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
    }

    /// Whether a path of the project leads to a file.
    pub fn has_file(&self, path: &str) -> bool {
        self.root.join(path).is_file()
    }

    /// A text of the project, `None` where there is none.
    pub fn text(&self, path: &str) -> Result<Option<String>> {
        let path = self.root.join(path);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) => absent(error, &path).map(|()| None).at("read", &path),
        }
    }

    /// All files below a folder, by path below it; `None` where there is no such folder.
    pub fn folder(&self, path: &str) -> Result<Option<FolderFiles>> {
        let root = self.root.join(path);
        if !is_folder(&root)? {
            return Ok(None);
        }
        let mut files = Vec::new();
        read_folder(&root, "", &mut files)?;
        files.sort_by(|a, b| a.0.cmp(&b.0));
        Ok(Some(files))
    }

    /// The names of the folders in a folder, sorted.
    pub fn folders(&self, path: &str) -> Result<Vec<String>> {
        let root = self.root.join(path);
        if !is_folder(&root)? {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&root).at("list", &root)? {
            let entry = entry.at("list", &root)?;
            if is_folder(&entry.path())? {
                names.extend(entry.file_name().into_string());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Lists what is below the output folder and the entries of `also`.
    pub fn list(&self, owned: &[&str]) -> Result<Listing> {
        let mut listing = Listing::default();
        let above = |entry: &&str| entry.rsplit_once('/').map_or("", |(above, _)| above).to_owned();
        for folder in owned.iter().map(above).chain(["".to_owned(), PATCHES.to_owned()]) {
            listing.add_drafts(&self.root.join(folder))?;
        }
        for entry in owned {
            let path = self.root.join(entry);
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    self.list_folder(&path, entry, &mut listing)?
                }
                Ok(metadata) => listing.add(entry, metadata.is_file()),
                Err(error) => absent(error, &path).at("list", &path)?,
            }
        }
        listing.plain.sort_unstable_keys();
        listing.files = listing.plain.keys().cloned().collect();
        Ok(listing)
    }

    fn list_folder(&self, folder: &Path, relative: &str, listing: &mut Listing) -> Result<()> {
        // A folder with a configuration of its own is another project.
        let nested = !relative.is_empty() && stands(&folder.join(CONFIG)).at("list", folder)?;
        if nested {
            return Ok(());
        }
        for entry in fs::read_dir(folder).at("list", folder)? {
            let entry = entry.at("list", folder)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type().at("read", &entry.path())?;
            let path =
                if relative.is_empty() { name.clone() } else { format!("{relative}/{name}") };
            match kind {
                kind if kind.is_file() && is_draft(&name) => {
                    listing.drafts.insert(entry.path());
                }
                _ if matches!(name.as_str(), ".git" | ".terraform" | PATCHES) => {}
                kind if kind.is_dir() => self.list_folder(&entry.path(), &path, listing)?,
                kind if plan::may_matter(&name) => listing.add(&path, kind.is_file()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether a plain file at a path holds a text, and nothing else.
    pub fn holds(&self, path: &RelativePath, text: &str, listing: &Listing) -> bool {
        let is_plain = listing.plain.get(path) == Some(&true);
        is_plain && is_text(&self.root.join(path.as_str()), text).unwrap_or(false)
    }

    /// What stands at a path, no link followed.
    pub fn found(&self, path: &RelativePath, listing: &Listing) -> Found {
        let on_disk = self.root.join(path.as_str());
        if listing.plain.get(path) != Some(&true) {
            match self.obstacle(path) {
                Ok(Some(Obstacle::Absent)) => return Found::Nothing,
                Ok(Some(Obstacle::Other(what))) => return Found::Other(what),
                Ok(None) => {}
                Err(error) => return Found::Failed(error.to_string()),
            }
        }
        match read_bytes(&on_disk) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Found::Text(text),
                Err(_) => Found::Other("a file that is no text"),
            },
            Err(error) => Found::Failed(error.to_string()),
        }
    }

    /// What keeps a path from being a plain file below the project's folder.
    fn obstacle(&self, path: &RelativePath) -> io::Result<Option<Obstacle>> {
        let mut walked = self.root.clone();
        let mut parts = path.as_str().split('/').peekable();
        while let Some(part) = parts.next() {
            walked.push(part);
            let is_last = parts.peek().is_none();
            let kind = match fs::symlink_metadata(&walked) {
                Ok(metadata) => metadata.file_type(),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(Some(Obstacle::Absent));
                }
                Err(error) => return Err(error),
            };
            match (is_last, kind.is_dir(), kind.is_file()) {
                (true, _, true) | (false, true, _) => {}
                (true, true, _) => return Ok(Some(Obstacle::Other("a directory"))),
                (false, _, true) => {
                    return Ok(Some(Obstacle::Other("a file in the place of its directory")));
                }
                _ if kind.is_symlink() => return Ok(Some(Obstacle::Other("a symbolic link"))),
                _ => return Ok(Some(Obstacle::Other("something that is no file"))),
            }
        }
        Ok(None)
    }

    /// Waits until no `gen` writes; with `write`, until nobody reads either. `waiting` is called
    /// first if there is somebody to wait for.
    pub fn lock(&self, write: bool, waiting: impl FnOnce()) -> Result<Lock> {
        let folder = File::open(&self.root).at("open", &self.root)?;
        let tried = if write { folder.try_lock() } else { folder.try_lock_shared() };
        match tried {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                waiting();
                let locked = if write { folder.lock() } else { folder.lock_shared() };
                locked.at("lock", &self.root)?;
            }
            Err(fs::TryLockError::Error(error)) => return Err(error).at("lock", &self.root),
        }
        Ok(Lock(folder))
    }

    /// Replaces a file in one step, so that a crash leaves the old contents or the new.
    pub fn write(&self, path: &RelativePath, text: &str) -> Result<()> {
        self.make_folder(path.directory())?;
        replace(&self.root.join(path.as_str()), text)
    }

    /// Replaces `environments.toml` in one step. A link stays one: what it leads to is replaced.
    pub fn write_config(&self, text: &str) -> Result<()> {
        let config = self.root.join(CONFIG);
        replace(&fs::canonicalize(&config).at("open", &config)?, text)
    }

    /// Makes a folder and those above it, none of them a link.
    fn make_folder(&self, path: &str) -> Result<PathBuf> {
        let mut folder = self.root.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            folder.push(part);
            match fs::symlink_metadata(&folder) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => {
                    let error = io::Error::other("it is in the place of a folder");
                    return Err(error).at("write below", &folder);
                }
                Err(error) => {
                    absent(error, &folder)
                        .and_then(|()| fs::create_dir(&folder))
                        .at("create", &folder)?;
                }
            }
        }
        Ok(folder)
    }

    /// Removes a file, and the folders it leaves empty.
    pub fn remove(&self, path: &RelativePath) -> Result<()> {
        let on_disk = self.root.join(path.as_str());
        fs::remove_file(&on_disk).at("remove", &on_disk)?;
        let mut folder = path.directory();
        while !folder.is_empty() && fs::remove_dir(self.root.join(folder)).is_ok() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
        Ok(())
    }

    /// Clears away what a killed run left half written.
    pub fn clear_drafts(&self, listing: &Listing) -> Result<()> {
        for draft in &listing.drafts {
            match fs::remove_file(draft) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(error).at("remove", draft);
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Saves a patch in a folder that ignores itself, under the first free number, and returns its
    /// path.
    pub fn save_patch(&self, text: &str) -> Result<PathBuf> {
        let folder = self.make_folder(PATCHES)?;
        replace(&folder.join(".gitignore"), "*\n")?;
        let mut number = 1;
        let name = loop {
            let name = format!("overwritten-{number}.patch");
            let path = folder.join(&name);
            if !stands(&path).at("look for", &path)? {
                break name;
            }
            number += 1;
        };
        replace(&folder.join(&name), text)?;
        Ok(Path::new(PATCHES).join(name))
    }
}

/// Adds to a file that is none of the project's, such as the summary page of a CI host.
pub fn append(path: &Path, text: &str) -> Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path).at("write", path)?;
    file.write_all(text.as_bytes()).at("write", path)
}

enum Obstacle {
    Absent,
    Other(&'static str),
}

impl Listing {
    /// Adds the drafts that stand in a folder, if there is one.
    fn add_drafts(&mut self, folder: &Path) -> Result<()> {
        match fs::symlink_metadata(folder) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Ok(()),
            Err(error) => return absent(error, folder).at("list", folder),
        }
        for entry in fs::read_dir(folder).at("list", folder)? {
            let entry = entry.at("list", folder)?;
            let is_ours = entry.file_name().to_str().is_some_and(is_draft);
            if is_ours && entry.file_type().at("read", &entry.path())?.is_file() {
                self.drafts.insert(entry.path());
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &str, plain: bool) {
        // A name that could not be one of ours, such as one with a backslash, is nobody's business.
        if let Ok(path) = RelativePath::parse(path) {
            self.plain.insert(path, plain);
        }
    }
}

fn is_draft(name: &str) -> bool {
    name.starts_with(DRAFT_PREFIX) && name.ends_with(DRAFT_SUFFIX)
}

/// Whether a file holds a text: no more of it is read than that takes.
fn is_text(path: &Path, text: &str) -> io::Result<bool> {
    let mut bytes = Vec::with_capacity(text.len() + 1);
    File::open(path)?.take(text.len() as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes == text.as_bytes())
}

/// Replaces a file in one step, keeping its permissions.
fn replace(path: &Path, text: &str) -> Result<()> {
    let folder = path.parent().expect("a file stands in a folder");
    let mut builder = tempfile::Builder::new();
    builder.prefix(DRAFT_PREFIX).suffix(DRAFT_SUFFIX);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut draft = builder.tempfile_in(folder).at("write in", folder)?;
    draft.write_all(text.as_bytes()).at("write", path)?;
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {
            draft.as_file().set_permissions(metadata.permissions()).at("write", path)?;
        }
        Ok(_) => {}
        Err(error) => absent(error, path).at("replace", path)?,
    }
    draft.persist(path).map_err(|error| error.error).at("replace", path)?;
    Ok(())
}

/// Whether anything stands at a path, be it a link that leads nowhere.
fn stands(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if is_absence(&error) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Tells what is not there from what cannot be read, such as a link that leads nowhere.
fn absent(error: io::Error, path: &Path) -> io::Result<()> {
    match is_absence(&error) {
        true if !stands(path)? => Ok(()),
        true => Err(io::Error::other("it is a link that leads nowhere")),
        false => Err(error),
    }
}

fn is_absence(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Whether a path leads to a folder.
fn is_folder(path: &Path) -> Result<bool> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.is_dir()),
        Err(error) => absent(error, path).map(|()| false).at("read", path),
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// How deep folders may lie: deeper, links lead in a circle.
const DEPTH: usize = 40;

fn read_folder(folder: &Path, below: &str, files: &mut FolderFiles) -> Result<()> {
    if below.split('/').count() > DEPTH {
        return Err(io::Error::other("its folders lie too deep, or links lead in a circle"))
            .at("read", folder);
    }
    for entry in fs::read_dir(folder).at("list", folder)? {
        let entry = entry.at("list", folder)?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        // Links are followed, as Helm follows them in a chart.
        let kind = fs::metadata(entry.path()).at("read", &entry.path())?;
        if kind.is_dir() {
            read_folder(&entry.path(), &path, files)?;
        } else if kind.is_file() {
            files.push((path, read_bytes(&entry.path()).at("read", &entry.path())?));
        }
    }
    Ok(())
}

//! Files written in one step, removed, and held against other runs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{At, Disk, absent, exists};
use tempfile::NamedTempFile;

use crate::model::name::RelativePath;
use crate::model::printable::Printable;
use crate::world::{CONFIG, FileChanges, Listing, PATCHES, Result};

const RETRIES: usize = 3;

/// Files on their way to their place. One that is left behind is cleared by the next `gen`. The name
/// tells how many folders below the project's it is, so that two projects with one output folder do
/// not clear each other's: their own folders are different ones above it.
const DRAFT_PREFIX: &str = ".envroot-";
const DRAFT_SUFFIX: &str = ".draft";

/// Holds off other runs until it is dropped.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock lasts as long as the handle")] Option<File>);

impl Lock {
    /// The lock of a world that no other command can reach.
    #[cfg(test)]
    pub(in crate::world) fn unshared() -> Lock {
        Lock(None)
    }
}

impl Disk {
    /// Waits until no `gen` writes; with `write`, until no command reads either. Calls `waiting`
    /// first if it has to wait.
    pub(in crate::world) fn lock(&self, write: bool, waiting: impl FnOnce()) -> Result<Lock> {
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
        Ok(Lock(Some(folder)))
    }

    /// Replaces a file in one step, so that a crash leaves the old contents or the new.
    pub(in crate::world) fn write(&self, path: &RelativePath, text: &str) -> Result<()> {
        let on_disk = self.root.join(path.as_str());
        for _ in 0..RETRIES {
            self.make_folder(path.directory())?;
            match self.replace(&on_disk, text) {
                // Another project with the same output folder has removed the folder while empty.
                Err(failure) if failure.source.kind() == io::ErrorKind::NotFound => {}
                result => return result,
            }
        }
        self.replace(&on_disk, text)
    }

    /// Replaces a file in one step, keeping its permissions.
    fn replace(&self, path: &Path, text: &str) -> Result<()> {
        Draft::write(&self.root, path.to_owned(), text.as_bytes())?.take_its_place()
    }

    /// Makes all changes or, if one fails, none. First every text is written to a draft, because that
    /// is what a full disk refuses. A run that is killed after removals, but before it replaces
    /// `environments.toml`, leaves files for the next `gen` to render again; the other way round it
    /// would leave files that nothing renders any more.
    pub(in crate::world) fn change_together(&self, changes: &FileChanges<'_>) -> Result<()> {
        let changed = self.drafts(changes).and_then(|drafts| {
            let removed = changes.removed.iter().map(|path| self.root.join(path.as_str()));
            take_their_places(&self.root, drafts, removed.collect())
        });
        // A folder is empty after a removal, or because no file was written into it after all.
        match &changed {
            Ok(()) => changes.removed.iter().for_each(|path| self.remove_empty_folders(path)),
            Err(_) => changes.written.iter().for_each(|(path, _)| self.remove_empty_folders(path)),
        }
        changed
    }

    fn drafts(&self, changes: &FileChanges<'_>) -> Result<Vec<Draft>> {
        let mut drafts = Vec::new();
        if let Some(text) = changes.config {
            let on_disk = self.root.join(CONFIG);
            let on_disk = fs::canonicalize(&on_disk).at("open", &on_disk)?;
            drafts.push(Draft::write(&self.root, on_disk, text.as_bytes())?);
        }
        for (path, text) in &changes.written {
            self.make_folder(path.directory())?;
            let on_disk = self.root.join(path.as_str());
            drafts.push(Draft::write(&self.root, on_disk, text.as_bytes())?);
        }
        Ok(drafts)
    }

    /// Makes a folder and those above it, none of them a link.
    fn make_folder(&self, path: &str) -> Result<PathBuf> {
        let mut folder = self.root.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            folder.push(part);
            match fs::symlink_metadata(&folder) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => {
                    let error = io::Error::other("it is where a folder should be");
                    return Err(error).at("write below", &folder);
                }
                Err(error) => {
                    absent(error, &folder)
                        .and_then(|()| create_folder(&folder))
                        .at("create", &folder)?;
                }
            }
        }
        Ok(folder)
    }

    /// Removes a file, and the folders it leaves empty.
    pub(in crate::world) fn remove(&self, path: &RelativePath) -> Result<()> {
        let on_disk = self.root.join(path.as_str());
        fs::remove_file(&on_disk).at("remove", &on_disk)?;
        self.remove_empty_folders(path);
        Ok(())
    }

    /// Removes the folders above a path that are empty.
    fn remove_empty_folders(&self, path: &RelativePath) {
        let mut folder = path.directory();
        while !folder.is_empty() && fs::remove_dir(self.root.join(folder)).is_ok() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// Clears away what a killed run left half written.
    pub(in crate::world) fn clear_drafts(&self, listing: &Listing) -> Result<()> {
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
    /// path. It holds every byte of an edit, secrets too, so only its owner may read it.
    pub(in crate::world) fn save_patch(&self, text: &str) -> Result<PathBuf> {
        let folder = self.make_folder(PATCHES)?;
        self.replace(&folder.join(".gitignore"), "*\n")?;
        let mut number = 1;
        let name = loop {
            let name = format!("overwritten-{number}.patch");
            let path = folder.join(&name);
            if !exists(&path).at("look for", &path)? {
                break name;
            }
            number += 1;
        };
        let path = folder.join(&name);
        Draft::write_with(&self.root, path, text.as_bytes(), PRIVATE)?.take_its_place()?;
        Ok(Path::new(PATCHES).join(name))
    }
}

/// Creates a folder, which another project with the same output may have created meanwhile.
fn create_folder(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(_) if fs::symlink_metadata(folder).is_ok_and(|it| it.is_dir()) => Ok(()),
        created => created,
    }
}

/// Adds to a file that is none of the project's, such as the summary page of a CI host.
pub(crate) fn append(path: &Path, text: &Printable) -> Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path).at("write", path)?;
    file.write_all(text.as_bytes()).at("write", path)
}

/// Returns true for the name of a draft in a folder so many folders below the project's.
pub(crate) fn is_draft(name: &str, depth: usize) -> bool {
    name.starts_with(&draft_prefix(depth)) && name.ends_with(DRAFT_SUFFIX)
}

fn draft_prefix(depth: usize) -> String {
    format!("{DRAFT_PREFIX}{depth}-")
}

/// The permissions of a new file, before the process's mask, and of one that only its owner may read.
const PUBLIC: u32 = 0o666;
const PRIVATE: u32 = 0o600;

/// A new text of a file, complete beside it.
struct Draft {
    path: PathBuf,
    file: NamedTempFile,
}

impl Draft {
    fn write(root: &Path, path: PathBuf, text: &[u8]) -> Result<Draft> {
        Draft::write_with(root, path, text, PUBLIC)
    }

    /// Writes a draft. It takes the permissions of the file that it replaces.
    #[cfg_attr(not(unix), expect(unused_variables, reason = "permissions are those of the folder"))]
    fn write_with(root: &Path, path: PathBuf, text: &[u8], mode: u32) -> Result<Draft> {
        let folder = path.parent().expect("a file is in a folder");
        let mut builder = tempfile::Builder::new();
        // `environments.toml` may be a link to a file elsewhere.
        let prefix = draft_prefix(folder.strip_prefix(root).map_or(0, |it| it.iter().count()));
        builder.prefix(&prefix).suffix(DRAFT_SUFFIX);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        let mut file = builder.tempfile_in(folder).at("write in", folder)?;
        file.write_all(text).at("write", &path)?;
        match fs::symlink_metadata(&path) {
            Ok(metadata) if metadata.is_file() => {
                file.as_file().set_permissions(metadata.permissions()).at("write", &path)?;
            }
            Ok(_) => {}
            Err(error) => absent(error, &path).at("replace", &path)?,
        }
        Ok(Draft { path, file })
    }

    fn take_its_place(self) -> Result<()> {
        let Draft { path, file } = self;
        file.persist(&path).map_err(|error| error.error).at("replace", &path)?;
        Ok(())
    }
}

/// Removes files and puts drafts into their places or, if one step fails, undoes all of them.
fn take_their_places(root: &Path, drafts: Vec<Draft>, removed: Vec<PathBuf>) -> Result<()> {
    let mut undo = Undo { root, files: Vec::new() };
    for path in removed {
        undo.run(&path, || fs::remove_file(&path).at("remove", &path))?;
    }
    for draft in drafts {
        let path = draft.path.clone();
        undo.run(&path, || draft.take_its_place())?;
    }
    undo.files.clear();
    Ok(())
}

/// The files that changed, with their bytes before; `None` if there was no file. Unless it is cleared,
/// it restores them when it is dropped. The next `gen` rewrites what cannot be restored.
struct Undo<'a> {
    root: &'a Path,
    files: Vec<(PathBuf, Option<Vec<u8>>)>,
}

impl Undo<'_> {
    fn run(&mut self, path: &Path, change: impl FnOnce() -> Result<()>) -> Result<()> {
        let before = before(path)?;
        change()?;
        self.files.push((path.to_owned(), before));
        Ok(())
    }
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        while let Some((path, before)) = self.files.pop() {
            _ = match before {
                Some(bytes) => {
                    Draft::write(self.root, path, &bytes).and_then(Draft::take_its_place)
                }
                None => fs::remove_file(&path).at("remove", &path),
            };
        }
    }
}

/// The bytes of a file; `None` if there is none.
fn before(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) => absent(error, path).map(|()| None).at("read", path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_another_process_creates_first_is_no_error() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("out");
        for _ in 0..2 {
            create_folder(&folder).unwrap();
        }
        fs::write(folder.join("file"), "").unwrap();
        for path in ["out/file", "none/below"] {
            assert!(create_folder(&top.path().join(path)).is_err(), "{path}");
        }
    }
}

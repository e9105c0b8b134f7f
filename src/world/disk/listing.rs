//! The content of the folders that envroot owns. Follows no link.

use std::ffi::OsString;
use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::Path;

use super::write::is_draft;
use super::{At, Disk, GIT, absent, shown_name};
use crate::model::name::RelativePath;
use crate::world::{CONFIG, Found, Listing, Matters, PATCHES, Result, found, skipped};

impl Disk {
    /// Lists the files below the output folder and the entries of `also` that matter.
    pub(in crate::world) fn list(&self, owned: &[&str], matters: Matters) -> Result<Listing> {
        let mut listing = Listing::default();
        add_drafts(&mut listing, &self.root, 0)?;
        add_drafts(&mut listing, &self.root.join(PATCHES), 1)?;
        for entry in owned {
            let path = self.root.join(entry);
            let Ok(named) = RelativePath::parse(entry) else {
                self.list_folder(&self.root, "", matters.in_folder(""), &mut listing);
                continue;
            };
            // Behind a link nothing is ours.
            let above = entry.rsplit_once('/').map_or("", |(above, _)| above);
            if !self.is_plain_folder(above)? {
                continue;
            }
            let folders = entry.match_indices('/').map(|(at, _)| &entry[..at]);
            let repositories = folders.filter(|it| self.root.join(it).join(GIT).exists());
            listing.repositories.extend(repositories.map(str::to_owned));
            add_drafts(&mut listing, &self.root.join(above), parts(above))?;
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_dir() => {
                    self.list_folder(&path, entry, matters.in_folder(entry), &mut listing);
                }
                Ok(metadata) => {
                    listing.unlisted.extend(metadata.is_symlink().then_some(path));
                    listing.add(named, metadata.is_file());
                }
                Err(error) => absent(error, &path).at("list", &path)?,
            }
        }
        Ok(listing.sorted())
    }

    /// Returns true if a path leads to a folder through folders only, without links.
    fn is_plain_folder(&self, path: &str) -> Result<bool> {
        let mut folder = self.root.clone();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            folder.push(part);
            match fs::symlink_metadata(&folder) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Ok(false),
                Err(error) => return absent(error, &folder).map(|()| false).at("list", &folder),
            }
        }
        Ok(true)
    }

    fn list_folder(
        &self,
        folder: &Path,
        relative: &str,
        matters: fn(&str) -> bool,
        listing: &mut Listing,
    ) {
        let entries = match entries(folder) {
            Ok(entries) => entries,
            Err(error) => return listing.unreadable.push((relative.to_owned(), error.to_string())),
        };
        let has = |wanted: &str| entries.iter().any(|(name, _)| name == wanted);
        // A folder with a configuration of its own is another project.
        if !relative.is_empty() && has(CONFIG) {
            return;
        }
        if !relative.is_empty() && has(GIT) {
            listing.repositories.insert(relative.to_owned());
        }
        for (name, kind) in entries {
            let on_disk = folder.join(&name);
            let shown = shown_name(&name);
            let path = if relative.is_empty() { shown } else { format!("{relative}/{shown}") };
            let named = name.to_str().and_then(|_| RelativePath::parse(&path).ok());
            let name = name.to_string_lossy();
            match (kind, named) {
                (kind, _) if kind.is_file() && is_draft(&name, parts(relative)) => {
                    listing.drafts.insert(on_disk);
                }
                _ if skipped::in_output(&name) => {}
                (kind, Some(_)) if kind.is_dir() => {
                    self.list_folder(&on_disk, &path, matters, listing);
                }
                (kind, named) => {
                    let is_usual = named.is_some() && !kind.is_symlink();
                    listing.unlisted.extend((!is_usual).then_some(on_disk));
                    match named {
                        _ if kind.is_dir() || !matters(&name) => {}
                        Some(named) => listing.add(named, kind.is_file()),
                        None => listing.add_unusual(&path),
                    }
                }
            }
        }
    }

    /// Returns true if the file at a path is a plain one and contains exactly a text.
    pub(in crate::world) fn holds(
        &self,
        path: &RelativePath,
        text: &str,
        listing: &Listing,
    ) -> bool {
        listing.is_plain(path) && is_text(&self.shown(path.as_str()), text).unwrap_or(false)
    }

    /// The content of a path. Follows no link.
    pub(in crate::world) fn found(&self, path: &RelativePath, listing: &Listing) -> Found {
        let on_disk = self.shown(path.as_str());
        if listing.unusual.contains(path) {
            return Found::Other(found::UNUSUAL);
        }
        if !listing.is_plain(path) {
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
                Err(_) => Found::Other(found::NOT_TEXT),
            },
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Found::Other(TOO_LARGE),
            Err(error) => Found::Failed(error.to_string()),
        }
    }

    /// The reason why a path is not a plain file below the project's folder.
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
                (true, true, _) => return Ok(Some(Obstacle::Other(found::FOLDER))),
                (false, _, true) => {
                    return Ok(Some(Obstacle::Other(found::FILE_FOR_FOLDER)));
                }
                _ if kind.is_symlink() => return Ok(Some(Obstacle::Other("a symbolic link"))),
                _ => return Ok(Some(Obstacle::Other("something other than a file"))),
            }
        }
        Ok(None)
    }
}

/// The names in a folder, in order, each with its kind.
fn entries(folder: &Path) -> io::Result<Vec<(OsString, FileType)>> {
    let entries = fs::read_dir(folder)?.map(|entry| {
        let entry = entry?;
        Ok((entry.file_name(), entry.file_type()?))
    });
    let mut entries = entries.collect::<io::Result<Vec<_>>>()?;
    entries.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    Ok(entries)
}

enum Obstacle {
    Absent,
    Other(&'static str),
}

/// The number of parts of a path.
fn parts(path: &str) -> usize {
    path.split('/').filter(|part| !part.is_empty()).count()
}

/// Adds the drafts in a folder to a listing, if the folder exists.
fn add_drafts(listing: &mut Listing, folder: &Path, depth: usize) -> Result<()> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Ok(()),
        Err(error) => return absent(error, folder).at("list", folder),
    }
    for entry in fs::read_dir(folder).at("list", folder)? {
        let entry = entry.at("list", folder)?;
        let is_ours = entry.file_name().to_str().is_some_and(|name| is_draft(name, depth));
        if is_ours && entry.file_type().at("read", &entry.path())?.is_file() {
            listing.drafts.insert(entry.path());
        }
    }
    Ok(())
}

/// Returns true if a plain file contains exactly a text, and reads no more than necessary. `read`
/// returns fewer bytes than requested only at the end of such a file (POSIX), so requesting one more
/// byte detects a longer file.
fn is_text(path: &Path, text: &str) -> io::Result<bool> {
    let mut file = File::open(path)?;
    let mut bytes = vec![0; text.len() + 1];
    let mut length = 0;
    loop {
        let read = file.read(&mut bytes[length..])?;
        length += read;
        if read == 0 || length >= text.len() {
            return Ok(bytes[..length] == *text.as_bytes());
        }
    }
}

/// The most that is read of a file, in bytes: more than envroot writes, and than it can read at all.
const LARGEST: u64 = 32 << 20;
pub(super) const NOT_A_FILE: &str = "it is not a regular file";
const TOO_LARGE: &str = "a file of more than 32 MB";

pub(crate) fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    // Opening a pipe would wait for a writer.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other(NOT_A_FILE));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 <= LARGEST {
        true => Ok(bytes),
        false => Err(io::Error::new(io::ErrorKind::FileTooLarge, TOO_LARGE)),
    }
}

pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8 text");
    String::from_utf8(read_bytes(path)?).map_err(no_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_holds_a_text_only_where_no_byte_is_missing_or_more() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::at(folder.path()).unwrap();
        let file = |name: &str, text: &str| fs::write(disk.shown(name), text).unwrap();
        fs::create_dir(disk.shown("out")).unwrap();
        file("out/a.tf", "a = 1\n");
        file("out/more.tf", "a = 1\n\n");
        file("out/less.tf", "a = 1");
        file("out/other.tf", "a = 2\n");
        #[cfg(unix)]
        std::os::unix::fs::symlink("a.tf", disk.shown("out/link.tf")).unwrap();
        let listing =
            disk.list(&["out"], Matters { inside: |_| true, anywhere: |_| true }).unwrap();
        let holds = |name: &str| {
            let path = RelativePath::parse(&format!("out/{name}.tf")).unwrap();
            disk.holds(&path, "a = 1\n", &listing)
        };
        assert!(holds("a"));
        for name in ["more", "less", "other", "link", "missing"] {
            assert!(!holds(name), "{name}");
        }
    }
}

//! A scan for the Terraform files of the repository that envroot does not list as its own.
//!
//! Writes nothing, and never fails: what cannot be read is part of the result.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::listing::read_bytes;
use super::repository_scan::repository;
use super::{Disk, shown_path};
use crate::model::name::RelativePath;
use crate::world::{CONFIG, RootsScan, Scanned, TEMPLATES, skipped};

/// The limit for links in links. More are a cycle.
const DEPTH: usize = 16;

impl Disk {
    /// The texts of the repository's files whose names matter, by path relative to the project,
    /// without the plain files that were listed.
    ///
    /// Follows links within the repository. Skips the project's templates, other projects, and
    /// folders that tools fill.
    pub(in crate::world) fn scan_roots(&self, scan: &RootsScan<'_>) -> Scanned {
        let mut walk = RootsWalk::new(self, scan);
        if !walk.owned.contains(&walk.top) {
            walk.folder(&walk.top.clone());
        }
        for place in &scan.listing.unlisted {
            match place.is_dir() && !place.is_symlink() {
                true => walk.folder(place),
                false => walk.entry(place),
            }
        }
        walk.follow_links();
        walk.scanned()
    }
}

struct RootsWalk<'a> {
    scan: &'a RootsScan<'a>,
    root: &'a Path,
    /// The folder in which the scan begins: that of the repository, or the project's.
    top: PathBuf,
    owned: Vec<PathBuf>,
    folders: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
    links: BTreeSet<PathBuf>,
    unread: Vec<(PathBuf, String)>,
}

impl<'a> RootsWalk<'a> {
    fn new(disk: &'a Disk, scan: &'a RootsScan<'a>) -> RootsWalk<'a> {
        let root = disk.root.as_path();
        let repository = repository(root).unwrap_or(root);
        let between = root.ancestors().skip(1).take_while(|it| it.starts_with(repository));
        // A project above ours has rules of its own.
        let is_nested = between.into_iter().any(|folder| folder.join(CONFIG).exists());
        RootsWalk {
            scan,
            root,
            top: if is_nested { root } else { repository }.to_owned(),
            owned: scan.owned.iter().map(|path| join(root, path)).collect(),
            folders: BTreeSet::new(),
            files: BTreeSet::new(),
            links: BTreeSet::new(),
            unread: Vec::new(),
        }
    }

    fn folder(&mut self, folder: &Path) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.unread.push((folder.to_owned(), error.to_string())),
        };
        self.folders.insert(folder.to_owned());
        for entry in entries.flatten() {
            self.entry(&entry.path());
        }
    }

    fn entry(&mut self, path: &Path) {
        let Ok(metadata) = fs::symlink_metadata(path) else { return };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if metadata.is_symlink() {
            self.links.insert(path.to_owned());
        } else if metadata.is_dir() && !skipped::in_roots_scan(&name) {
            let is_other = path != self.root && path.join(CONFIG).exists();
            let is_cache = path.join(skipped::CACHE_TAG).exists();
            let is_ours = self.owned.iter().any(|it| it == path)
                || path.parent() == Some(self.root) && name == TEMPLATES;
            if !is_other && !is_cache && !is_ours {
                self.folder(path);
            }
        } else if metadata.is_file() && (self.scan.matters)(&name) {
            self.files.insert(path.to_owned());
        }
    }

    /// Follows the links that were found, and those in folders that they lead to.
    fn follow_links(&mut self) {
        for depth in 0.. {
            let links = std::mem::take(&mut self.links);
            if links.is_empty() {
                return;
            }
            for link in links {
                if depth == DEPTH {
                    self.unread.push((link, "its links form a cycle".to_owned()));
                } else {
                    self.link(&link);
                }
            }
        }
    }

    fn link(&mut self, link: &Path) {
        // A link that leads nowhere is often the lock of an editor.
        let Ok(target) = fs::canonicalize(link) else { return };
        let name = link.file_name().unwrap_or_default().to_string_lossy();
        if target.is_file() {
            if (self.scan.matters)(&name) {
                self.files.insert(link.to_owned());
            }
            return;
        }
        let parent = link.parent().and_then(|parent| fs::canonicalize(parent).ok());
        let is_cycle = parent.is_some_and(|parent| parent.starts_with(&target));
        // What is scanned at its own path holds no further root, unless it is ours.
        let is_known = self.folders.contains(&target)
            && !self.owned.iter().any(|it| it.starts_with(&target) || target.starts_with(it));
        if !target.is_dir() || is_cycle || is_known || skipped::in_roots_scan(&name) {
            return;
        }
        if !target.starts_with(&self.top) {
            let why = "it is a link that leads out of the repository";
            return self.unread.push((link.to_owned(), why.to_owned()));
        }
        self.folder(link);
    }

    fn scanned(self) -> Scanned {
        let mut scanned = Scanned::default();
        let shown = |path: &Path| self.shown(path);
        for path in self.files.iter().filter(|path| !self.is_known(path)) {
            match read_bytes(path) {
                // Terraform reads only UTF-8, but a copy with one wrong byte is soon mended.
                Ok(bytes) => {
                    scanned.texts.push((shown(path), String::from_utf8_lossy(&bytes).into_owned()));
                }
                Err(error) => scanned.unread.push((shown(path), error.to_string())),
            }
        }
        scanned.unread.extend(self.unread.iter().map(|(path, why)| (shown(path), why.clone())));
        scanned.unread.sort();
        scanned
    }

    /// Returns true for a file behind a link that is judged at its own path.
    fn is_known(&self, path: &Path) -> bool {
        let Ok(real) = fs::canonicalize(path) else { return false };
        if real == path {
            return false;
        }
        let below = real.strip_prefix(self.root).ok().and_then(Path::to_str);
        let listed = below.and_then(|below| RelativePath::parse(below).ok());
        let is_rendered = |path: &RelativePath| (self.scan.is_rendered)(path);
        self.files.contains(&real)
            || listed.is_some_and(|it| self.scan.listing.is_plain(&it) && !is_rendered(&it))
    }

    /// A path as messages show it: relative to the project.
    fn shown(&self, path: &Path) -> String {
        let up = self.root.ancestors().position(|folder| path.starts_with(folder)).unwrap_or(0);
        let above = self.root.ancestors().nth(up).unwrap_or(self.root);
        format!("{}{}", "../".repeat(up), shown_path(path.strip_prefix(above).unwrap_or(path)))
    }
}

fn join(root: &Path, path: &str) -> PathBuf {
    if path.is_empty() { root.to_owned() } else { root.join(path) }
}

//! The real world: the disk and the program `git`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::disk::{self, Disk, Lock};
use super::{
    BelongsTo, FileChanges, FitsPath, FolderFiles, Found, Listing, Matters, Result, RootsScan,
    Scanned, World, git,
};
use crate::model::name::RelativePath;
use crate::model::printable::Printable;

impl World for Disk {
    fn lock(&self, write: bool, waiting: &dyn Fn()) -> Result<Lock> {
        self.lock(write, waiting)
    }

    fn shown(&self, path: &str) -> PathBuf {
        self.shown(path)
    }

    fn below_repository(&self, top: Option<&Path>) -> String {
        self.below_repository(top)
    }

    fn has_file(&self, path: &str) -> bool {
        self.has_file(path)
    }

    fn bytes(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.bytes(path)
    }

    fn folder(&self, path: &str) -> Result<Option<FolderFiles>> {
        self.folder(path)
    }

    fn folders(&self, path: &str) -> Result<Vec<String>> {
        self.folders(path)
    }

    fn survey(&self, matters: fn(&str) -> bool) -> Result<Vec<(RelativePath, String)>> {
        self.survey(matters)
    }

    fn terraform_texts(&self, folder: &str) -> Result<Option<Vec<(String, String)>>> {
        self.terraform_texts(folder)
    }

    fn scan_roots(&self, scan: &RootsScan<'_>) -> Scanned {
        self.scan_roots(scan)
    }

    fn list(
        &self,
        owned: &[&str],
        matters: Matters,
        fits_path: FitsPath,
        belongs_to: BelongsTo,
    ) -> Result<Listing> {
        let mut listing = self.list(owned, matters)?;
        let (root, inner) = (self.shown(""), &listing.repositories);
        listing.unmerged = git::unmerged(&root, inner, fits_path, belongs_to)?;
        Ok(listing)
    }

    fn committed(
        &self,
        wanted: &BTreeSet<&RelativePath>,
        fits_path: FitsPath,
        listing: &Listing,
    ) -> BTreeMap<RelativePath, String> {
        git::committed(&self.shown(""), &listing.repositories, wanted, fits_path)
    }

    fn holds(&self, path: &RelativePath, text: &str, listing: &Listing) -> bool {
        self.holds(path, text, listing)
    }

    fn found(&self, path: &RelativePath, listing: &Listing) -> Found {
        self.found(path, listing)
    }

    fn write(&self, path: &RelativePath, text: &str) -> Result<()> {
        self.write(path, text)
    }

    fn change_together(&self, changes: &FileChanges<'_>) -> Result<()> {
        self.change_together(changes)
    }

    fn remove(&self, path: &RelativePath) -> Result<()> {
        self.remove(path)
    }

    fn clear_drafts(&self, listing: &Listing) -> Result<()> {
        self.clear_drafts(listing)
    }

    fn save_patch(&self, text: &str) -> Result<PathBuf> {
        self.save_patch(text)
    }

    fn append(&self, path: &Path, text: &Printable) -> Result<()> {
        disk::append(path, text)
    }
}

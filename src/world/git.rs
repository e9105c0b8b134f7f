//! The versions that Git has of files that it has not finished merging.
//!
//! Only reads. Without Git, or outside a repository, there are none, and that is not an error. No
//! other module spawns processes.
#![expect(clippy::disallowed_methods, reason = "Git's own folder says whether a merge has begun")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use crate::model::name::RelativePath;
use crate::world::disk;
use crate::world::{Side, Unmerged};

/// Returns true if a merge, rebase, cherry-pick or revert is in progress. Spawns no process.
pub(crate) fn is_merging(folder: &Path) -> bool {
    let begun = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply"];
    disk::repository(folder).is_some_and(|repository| {
        let git = git_folder(&repository.join(".git"));
        begun.iter().any(|name| git.join(name).exists())
    })
}

/// In a further working tree and in a submodule `.git` is a file that names the folder.
fn git_folder(git: &Path) -> PathBuf {
    let text = fs::read_to_string(git).unwrap_or_default();
    match (text.trim().strip_prefix("gitdir: "), git.parent()) {
        (Some(named), Some(folder)) => folder.join(named),
        _ => git.to_owned(),
    }
}

/// Tells whether a text may come from a path. Where it may not, Git followed a renamed file, and the
/// path is looked up in the commits that are being merged.
pub type FitsPath = fn(&str, &RelativePath) -> bool;

/// The files below a folder that Git calls unmerged, with the versions it holds of each.
pub(crate) fn unmerged(folder: &Path, fits_path: FitsPath) -> Unmerged {
    stages(folder).map(|stages| versions(folder, &stages, fits_path)).unwrap_or_default()
}

/// A version of an unmerged file: 1 is the base, 2 and 3 are the sides.
struct Stage {
    number: u8,
    blob: String,
    path: RelativePath,
}

fn stages(folder: &Path) -> Option<Vec<Stage>> {
    let listed = git(folder, &["ls-files", "--unmerged", "-z"], "")?;
    let stage = |entry: &str| {
        let (head, path) = entry.split_once('\t')?;
        let mut words = head.split(' ').skip(1);
        let (blob, number) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
        Some(Stage { number, blob, path: RelativePath::parse(path).ok()? })
    };
    let listed = String::from_utf8_lossy(&listed).into_owned();
    Some(listed.split_terminator('\0').filter_map(stage).collect())
}

fn versions(folder: &Path, stages: &[Stage], fits_path: FitsPath) -> Unmerged {
    let Some(texts) = texts(folder, stages) else { return Unmerged::new() };
    let fits =
        |stage: &Stage| texts.get(&stage.blob).is_none_or(|text| fits_path(text, &stage.path));
    let moved: BTreeSet<&str> =
        stages.iter().filter(|stage| !fits(stage)).map(|stage| &*stage.blob).collect();
    let elsewhere = if moved.is_empty() { BTreeMap::new() } else { places(folder, &moved) };
    let mut unmerged = Unmerged::new();
    for stage in stages {
        let Some(text) = texts.get(&stage.blob) else { continue };
        let versions = unmerged.entry(stage.path.clone()).or_default();
        if stage.number == 1 {
            versions.base = Some(text.clone());
        } else {
            let mut paths = elsewhere.get(&stage.blob).cloned().unwrap_or_default();
            paths.push(stage.path.clone());
            versions.sides.push(Side { text: text.clone(), paths });
        }
    }
    unmerged
}

/// The texts of blobs, by their names.
fn texts(folder: &Path, stages: &[Stage]) -> Option<BTreeMap<String, String>> {
    let wanted: String = stages.iter().map(|stage| format!("{}\n", stage.blob)).collect();
    let mut said = &*git(folder, &["cat-file", "--batch"], &wanted)?;
    let mut texts = BTreeMap::new();
    while let Some(end) = said.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8_lossy(&said[..end]).into_owned();
        said = &said[end + 1..];
        // `<name> blob <length>`, or `<name> missing`.
        let words: Vec<&str> = head.split(' ').collect();
        if let [name, _, length] = words[..] {
            let length: usize = length.parse().ok()?;
            let text = String::from_utf8_lossy(said.get(..length)?).into_owned();
            texts.insert(name.to_owned(), text);
            said = said.get(length + 1..)?;
        }
    }
    Some(texts)
}

/// The paths of blobs in the commits that are being merged.
fn places(folder: &Path, blobs: &BTreeSet<&str>) -> BTreeMap<String, Vec<RelativePath>> {
    let mut places: BTreeMap<String, Vec<RelativePath>> = BTreeMap::new();
    let commits =
        ["HEAD", "MERGE_HEAD", "REBASE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD^", "refs/stash"];
    for commit in commits {
        let listed = git(folder, &["ls-tree", "-r", "-z", commit], "").unwrap_or_default();
        let listed = String::from_utf8_lossy(&listed).into_owned();
        for entry in listed.split_terminator('\0') {
            let Some((head, path)) = entry.split_once('\t') else { continue };
            let blob = head.rsplit(' ').next().unwrap_or_default();
            if let (true, Ok(path)) = (blobs.contains(blob), RelativePath::parse(path)) {
                places.entry(blob.to_owned()).or_default().push(path);
            }
        }
    }
    places
}

/// The output of Git, or `None` if it fails.
fn git(folder: &Path, arguments: &[&str], input: &str) -> Option<Vec<u8>> {
    // No program that the repository's configuration names is started either.
    let mut command = Command::new("git");
    command.args(["-c", "core.fsmonitor=false", "--no-optional-locks"]).args(arguments);
    command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().ok()?;
    let mut stdin = child.stdin.take()?;
    let output = thread::scope(|scope| {
        // If Git stops reading, its exit says so.
        scope.spawn(move || stdin.write_all(input.as_bytes()));
        child.wait_with_output()
    });
    output.ok().filter(|output| output.status.success()).map(|output| output.stdout)
}

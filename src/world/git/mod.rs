//! The versions that Git has of files that it has not finished merging, and those of the last commit.
//!
//! Only reads. Outside a repository there are none, and that is not an error. Git is started only
//! if an index calls a file unmerged or cannot be read without it, or if a file of the last commit
//! is asked for. No other module spawns processes.
#![expect(clippy::disallowed_methods, reason = "Git's own folder says what is unmerged")]

mod index;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use crate::model::name::RelativePath;
use crate::world::disk;
use crate::world::{Failure, Result, Side, Unmerged, Versions};

/// Tells whether a text may come from a path. Where it may not, Git followed a renamed file, and the
/// path is looked up in the commits that are being merged.
pub type FitsPath = fn(&str, &RelativePath) -> bool;

/// The file that a file belongs to, if it does: both are judged together.
pub type BelongsTo = fn(&RelativePath) -> Option<RelativePath>;

/// The files of a project that Git calls unmerged, with the versions it holds of each, and the files
/// that these belong to. `inner` are the folders below the project that are repositories themselves.
pub(crate) fn unmerged(
    root: &Path,
    inner: &BTreeSet<String>,
    fits_path: FitsPath,
    belongs_to: BelongsTo,
) -> Result<Unmerged> {
    let mut unmerged = Unmerged::new();
    for repository in Repository::all(root, inner) {
        let mut found = repository.unmerged(fits_path)?;
        let wanted: BTreeSet<RelativePath> = found.keys().filter_map(belongs_to).collect();
        let wanted = wanted.into_iter().filter(|path| !found.contains_key(path)).collect();
        found.extend(repository.merged(&wanted).unwrap_or_default());
        unmerged.extend(found);
    }
    Ok(unmerged)
}

/// The texts that commits have of some files: for each the newest that `fits_path` accepts or, if there is
/// none, that of the last commit. A file that it does not have is left out, and so is every file where
/// Git cannot tell.
pub(crate) fn committed(
    root: &Path,
    inner: &BTreeSet<String>,
    wanted: &BTreeSet<&RelativePath>,
    fits_path: FitsPath,
) -> BTreeMap<RelativePath, String> {
    let repositories = Repository::all(root, inner);
    let texts = repositories.flat_map(|it| it.committed(wanted, fits_path).unwrap_or_default());
    texts.collect()
}

/// A repository that holds files of a project.
struct Repository {
    /// The folder with `.git`.
    top: PathBuf,
    /// The folder in which Git runs, and from which it names paths.
    folder: PathBuf,
    /// The path of that folder below the top; with a slash at its end, unless it is empty.
    above: String,
    /// The path of that folder below the project; the same.
    below: String,
}

impl Repository {
    /// The repository around a project, and those below it.
    fn all(root: &Path, inner: &BTreeSet<String>) -> impl Iterator<Item = Repository> {
        let inner = inner.iter().map(|folder| Repository {
            top: root.join(folder),
            folder: root.join(folder),
            above: String::new(),
            below: format!("{folder}/"),
        });
        Repository::around(root).into_iter().chain(inner)
    }

    fn around(root: &Path) -> Option<Repository> {
        let top = disk::repository(root)?.to_owned();
        let above = root.strip_prefix(&top).into_iter().flat_map(Path::components);
        let above = above.map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect();
        Some(Repository { top, folder: root.to_owned(), above, below: String::new() })
    }

    fn unmerged(&self, fits_path: FitsPath) -> Result<Unmerged> {
        let index = git_folder(&self.top.join(".git")).join("index");
        let failed = |source| Failure { path: index.clone(), doing: "read", source };
        let bytes = match fs::read(&index) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Unmerged::new()),
            read => read.map_err(failed)?,
        };
        let listed = index::unmerged(&bytes);
        let paths = listed.as_ref().map(|paths| paths.iter().filter_map(|path| self.ours(path)));
        let paths: Option<Vec<RelativePath>> = paths.map(Iterator::collect);
        if paths.as_ref().is_some_and(Vec::is_empty) {
            return Ok(Unmerged::new());
        }
        match (self.stages().and_then(|stages| self.versions(&stages, fits_path)), paths) {
            (Ok(unmerged), _) => Ok(unmerged),
            (Err(error), None) => Err(failed(error)),
            (Err(error), Some(paths)) => {
                let why = format!("its merge is unfinished, and {error}");
                let unknown = Versions { unreadable: Some(why), ..Versions::default() };
                Ok(paths.into_iter().map(|path| (path, unknown.clone())).collect())
            }
        }
    }

    /// A path of the index as a path of the project.
    fn ours(&self, path: &[u8]) -> Option<RelativePath> {
        self.named(str::from_utf8(path.strip_prefix(self.above.as_bytes())?).ok()?)
    }

    /// A path of the project as Git names it.
    fn below_folder<'p>(&self, path: &'p RelativePath) -> &'p str {
        path.as_str().strip_prefix(&self.below).unwrap_or(path.as_str())
    }

    /// A path as Git names it, as a path of the project.
    fn named(&self, path: &str) -> Option<RelativePath> {
        RelativePath::parse(&format!("{}{path}", self.below)).ok()
    }
}

/// In a further working tree and in a submodule `.git` is a file that names the folder.
fn git_folder(git: &Path) -> PathBuf {
    let text = fs::read_to_string(git).unwrap_or_default();
    match (text.trim_end_matches(['\n', '\r']).strip_prefix("gitdir: "), git.parent()) {
        (Some(named), Some(folder)) => folder.join(named),
        _ => git.to_owned(),
    }
}

/// A version of an unmerged file: 1 is the base, 2 and 3 are the sides.
struct Stage {
    number: u8,
    blob: String,
    path: RelativePath,
}

impl Repository {
    fn stages(&self) -> io::Result<Vec<Stage>> {
        let listed = self.git(&["ls-files", "--unmerged", "-z"], "")?;
        let stage = |entry: &str| {
            let (head, path) = entry.split_once('\t')?;
            let mut words = head.split(' ').skip(1);
            let (blob, number) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
            Some(Stage { number, blob, path: self.named(path)? })
        };
        let listed = String::from_utf8_lossy(&listed).into_owned();
        Ok(listed.split_terminator('\0').filter_map(stage).collect())
    }

    fn versions(&self, stages: &[Stage], fits_path: FitsPath) -> io::Result<Unmerged> {
        let texts = self.texts(stages.iter().map(|stage| &*stage.blob))?;
        let fits =
            |stage: &Stage| texts.get(&stage.blob).is_none_or(|text| fits_path(text, &stage.path));
        let moved: BTreeSet<&str> =
            stages.iter().filter(|stage| !fits(stage)).map(|stage| &*stage.blob).collect();
        let elsewhere = if moved.is_empty() { BTreeMap::new() } else { self.places(&moved) };
        let mut unmerged = Unmerged::new();
        for stage in stages {
            let versions = unmerged.entry(stage.path.clone()).or_default();
            match (stage.number, texts.get(&stage.blob)) {
                (1, base) => versions.base = base.cloned(),
                (_, Some(text)) => {
                    let mut paths = elsewhere.get(&stage.blob).cloned().unwrap_or_default();
                    paths.push(stage.path.clone());
                    versions.sides.push(Side { text: text.clone(), paths });
                }
                (_, None) => {
                    let why = "one side of its unfinished merge is not text".to_owned();
                    versions.unreadable = Some(why);
                }
            }
        }
        Ok(unmerged)
    }

    /// The texts of blobs, by their names. One that is not text is left out.
    fn texts<'b>(
        &self,
        blobs_wanted: impl Iterator<Item = &'b str>,
    ) -> io::Result<BTreeMap<String, String>> {
        let wanted: String = blobs_wanted.map(|blob| format!("{blob}\n")).collect();
        let said = self.git(&["cat-file", "--batch"], &wanted)?;
        Ok(blobs(&said).collect())
    }

    /// The texts that some files have in the commits that are being merged.
    fn merged(&self, wanted: &BTreeSet<RelativePath>) -> io::Result<Unmerged> {
        if wanted.is_empty() {
            return Ok(Unmerged::new());
        }
        let squashed = self.squashed();
        let commits = MERGED.iter().copied().chain(squashed.as_deref());
        let files = commits.flat_map(|commit| self.tree(commit).unwrap_or_default());
        let files: BTreeSet<(String, RelativePath)> =
            files.filter(|(_, path)| wanted.contains(path)).collect();
        let texts = self.texts(files.iter().map(|(blob, _)| &**blob))?;
        let mut merged = Unmerged::new();
        for (blob, path) in &files {
            let versions: &mut Versions = merged.entry(path.clone()).or_default();
            versions.is_merged = true;
            let side = |text: &String| Side { text: text.clone(), paths: vec![path.clone()] };
            versions.sides.extend(texts.get(blob).map(side));
        }
        Ok(merged)
    }

    /// The paths of blobs in the commits that are being merged.
    fn places(&self, blobs: &BTreeSet<&str>) -> BTreeMap<String, Vec<RelativePath>> {
        let squashed = self.squashed();
        let commits = MERGED.iter().copied().chain(squashed.as_deref());
        let mut places: BTreeMap<String, Vec<RelativePath>> = BTreeMap::new();
        for commit in commits {
            for (blob, path) in self.tree(commit).unwrap_or_default() {
                if blobs.contains(&*blob) {
                    places.entry(blob).or_default().push(path);
                }
            }
        }
        places
    }

    /// The files of a commit, each with its blob.
    fn tree(&self, commit: &str) -> io::Result<Vec<(String, RelativePath)>> {
        let listed = self.git(&["ls-tree", "-r", "-z", commit], "")?;
        let file = |entry: &str| {
            let (head, path) = entry.split_once('\t')?;
            Some((head.rsplit(' ').next()?.to_owned(), self.named(path)?))
        };
        let listed = String::from_utf8_lossy(&listed).into_owned();
        Ok(listed.split_terminator('\0').filter_map(file).collect())
    }

    fn committed(
        &self,
        wanted: &BTreeSet<&RelativePath>,
        fits_path: FitsPath,
    ) -> io::Result<BTreeMap<RelativePath, String>> {
        let mut files = self.tree("HEAD")?;
        files.retain(|(_, path)| wanted.contains(path));
        let texts = self.texts(files.iter().map(|(blob, _)| &**blob))?;
        let text = |(blob, path)| Some((path, texts.get(&blob)?.clone()));
        let mut committed: BTreeMap<RelativePath, String> =
            files.into_iter().filter_map(text).collect();
        let unfit: BTreeSet<&RelativePath> = committed
            .iter()
            .filter(|(path, text)| !fits_path(text, path))
            .map(|(path, _)| path)
            .collect();
        if !unfit.is_empty() {
            let older = self.older(&unfit, fits_path).unwrap_or_default();
            committed.extend(older);
        }
        Ok(committed)
    }

    /// The newest texts of some files that `fits_path` accepts, among the last ones of each.
    fn older(
        &self,
        paths: &BTreeSet<&RelativePath>,
        fits_path: FitsPath,
    ) -> io::Result<BTreeMap<RelativePath, String>> {
        let mut versions = self.history(paths)?;
        versions.values_mut().for_each(|blobs| blobs.truncate(OLDER));
        let texts = self.texts(versions.values().flatten().map(String::as_str))?;
        let newest = |(path, blobs): (RelativePath, Vec<String>)| {
            let mut texts = blobs.iter().filter_map(|blob| texts.get(blob));
            let text = texts.find(|text| fits_path(text, &path))?.clone();
            Some((path, text))
        };
        Ok(versions.into_iter().filter_map(newest).collect())
    }

    /// The blobs that some files had in the history of the last commit, the newest first.
    fn history(
        &self,
        paths: &BTreeSet<&RelativePath>,
    ) -> io::Result<BTreeMap<RelativePath, Vec<String>>> {
        let given: String =
            paths.iter().map(|path| format!("{}\n", self.below_folder(path))).collect();
        let log = ["--literal-pathspecs", "log", "--raw", "-z", "--no-abbrev", "--no-renames"];
        let log = [&log[..], &["--format=", "--relative", "-m", "--stdin"]].concat();
        let listed = self.git(&log, &format!("HEAD\n--\n{given}"))?;
        let listed = String::from_utf8_lossy(&listed).into_owned();
        let mut words = listed.split('\0').map(|word| word.trim_start_matches('\n'));
        let mut versions: BTreeMap<RelativePath, Vec<String>> = BTreeMap::new();
        // `:100644 100644 <blob before> <blob after> M`, and the path.
        while let Some(head) = words.next() {
            let Some(head) = head.strip_prefix(':') else { continue };
            let path = words.next().and_then(|path| self.named(path));
            let after = head.split(' ').nth(3);
            if let Some((path, after)) = path.zip(after) {
                versions.entry(path).or_default().push(after.to_owned());
            }
        }
        Ok(versions)
    }

    /// The commit that `merge --squash` merges, which no reference names.
    fn squashed(&self) -> Option<String> {
        let message = git_folder(&self.top.join(".git")).join("SQUASH_MSG");
        let message = fs::read_to_string(message).ok()?;
        message.lines().find_map(|line| line.strip_prefix("commit ").map(str::to_owned))
    }

    /// The output of Git.
    fn git(&self, arguments: &[&str], input: &str) -> io::Result<Vec<u8>> {
        // No program that the repository's configuration names is started either.
        let mut command = Command::new("git");
        command.args(["-c", "core.fsmonitor=false", "--no-optional-locks"]).args(arguments);
        // A hook of another repository sets these.
        OF_A_REPOSITORY.iter().for_each(|name| _ = command.env_remove(name));
        command.env("GIT_NO_LAZY_FETCH", "1").current_dir(&self.folder);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let cannot = |error: io::Error| other(format!("git cannot be started: {error}"));
        let mut child = command.spawn().map_err(cannot)?;
        let stdin = child.stdin.take();
        let output = thread::scope(|scope| {
            // If Git stops reading, its exit says so.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
            child.wait_with_output()
        });
        let Output { status, stdout, stderr } = output?;
        let said = String::from_utf8_lossy(&stderr);
        let first = said.lines().next().unwrap_or("it says nothing");
        status.success().then_some(stdout).ok_or_else(|| other(format!("git fails: {first}")))
    }
}

/// The number of versions of a file that are looked at.
const OLDER: usize = 50;

fn other(message: String) -> io::Error {
    io::Error::other(message)
}

/// The names of the commits that may be merged, and of those that were checked out before.
const MERGED: [&str; 8] = [
    "HEAD",
    "MERGE_HEAD",
    "REBASE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD^",
    "refs/stash",
    "ORIG_HEAD",
    "HEAD@{1}",
];

/// The variables that tell Git which repository and which index it works on.
const OF_A_REPOSITORY: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
];

/// The blobs in what `git cat-file --batch` prints, those that are text.
fn blobs(mut said: &[u8]) -> impl Iterator<Item = (String, String)> {
    std::iter::from_fn(move || {
        let end = memchr::memchr(b'\n', said)?;
        let head = String::from_utf8_lossy(&said[..end]).into_owned();
        said = &said[end + 1..];
        // `<name> blob <length>`, or `<name> missing`.
        let words: Vec<&str> = head.split(' ').collect();
        let [name, kind, length] = words[..] else { return Some(None) };
        let (blob, rest) = said.split_at_checked(length.parse().ok()?)?;
        said = rest.get(1..)?;
        let text = String::from_utf8(blob.to_vec()).ok().filter(|_| kind == "blob");
        Some(text.map(|text| (name.to_owned(), text)))
    })
    .flatten()
}

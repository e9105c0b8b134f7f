//! The state of a single file compared with the rendered one: the rules of ownership.
//!
//! envroot owns a file only if its path and its seal prove it. Reads and writes nothing.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use super::beside::{OnDisk, Seals};
use super::merge::{self, Loss};
use super::origins::Origins;
use super::{Options, Roots, State};
use crate::ecosystem::terraform::{may_hold_backend, terraform_ignores, terraform_loads};
use crate::format::Format;
use crate::format::conflict_markers;
use crate::format::registry;
use crate::format::seal::{self, Sealed};
use crate::format::sealed_beside;
use crate::model::diagnostic::Target;
use crate::model::name::RelativePath;
use crate::render::{File, FileText, Source};
use crate::world::{Found, Versions};

/// Returns true if a file of this name can have a seal or Terraform would load it. envroot ignores
/// all others, such as lock files, plans and state.
pub fn may_matter(name: &str) -> bool {
    terraform_loads(name)
        || may_hold_backend(name)
        || name == ".gitattributes"
        || sealed_beside::sealed_name(name).is_some()
        || registry::of(name).is_some() && name != ".terraform.lock.hcl" && !terraform_ignores(name)
}

/// Returns true if a file of this name in a folder of generated files can have a seal: a pack may give
/// a text any name. Those of Terraform's own work never have one.
pub fn may_matter_inside(name: &str) -> bool {
    let is_of_terraform = |ending: &&str| name.ends_with(*ending);
    let is_work = [".tfstate", ".tfstate.backup", ".tfplan", ".terraform.lock.hcl"];
    may_matter(name) || !is_work.iter().any(is_of_terraform) && !terraform_ignores(name)
}

pub(crate) struct Judge<'a> {
    /// In the order of their paths.
    pub files: &'a [File],
    pub origins: Origins<'a>,
    pub roots: Roots<'a>,
    /// The targets of the rendered roots.
    pub targets: HashSet<&'a Target, RandomState>,
    pub options: &'a Options,
}

/// The state of a rendered file on disk.
#[derive(Default)]
pub(crate) struct Judged {
    /// `None`: it could not be read.
    pub state: Option<(State, Found)>,
    pub failure: Option<String>,
    /// True if it is current except for Windows line endings.
    pub crlf: bool,
    /// The edits that an unfinished merge would lose.
    pub edits: Vec<String>,
}

impl Judged {
    fn of(state: State, found: Found) -> Judged {
        Judged { state: Some((state, found)), ..Default::default() }
    }
}

/// The state of a file that no pack renders.
pub(crate) enum Stray {
    Ignored,
    Failed(String),
    /// With the edits that an unfinished merge would lose.
    Found(State, Target, Found, Vec<String>),
}

/// A file that no pack renders, with its state.
pub(crate) struct StrayFile {
    pub path: RelativePath,
    /// True if a file beside seals it.
    pub has_seal: bool,
    pub stray: Stray,
}

impl Judge<'_> {
    pub(crate) fn rendered(&self, file: &File, text: &FileText, on_disk: OnDisk) -> Judged {
        let OnDisk { found, is_unfinished, .. } = on_disk;
        let judged = self.as_found(file, text, found);
        let is_current = matches!(judged.state, Some((State::Current, _)));
        match is_unfinished && is_current {
            true => Judged::of(State::Outdated, Found::Text(text.sealed().to_owned())),
            false => judged,
        }
    }

    fn as_found(&self, file: &File, text: &FileText, found: Found) -> Judged {
        match found {
            found @ Found::Nothing => self.merged(file, text, Judged::of(State::Missing, found)),
            found @ Found::Other(_) => Judged::of(State::Foreign, found),
            Found::Failed(why) => Judged { failure: Some(why), ..Default::default() },
            Found::Text(disk) => self.merged(file, text, self.text(file, text, disk)),
        }
    }

    /// The versions of a file of ours that Git has not finished merging.
    fn unmerged(&self, path: &RelativePath) -> Option<&Versions> {
        let versions = self.options.unmerged.get(path)?;
        merge::are_of(versions, &self.options.project).then_some(versions)
    }

    /// The same file, if Git has not finished merging it.
    fn merged(&self, file: &File, text: &FileText, judged: Judged) -> Judged {
        let Some(versions) = self.unmerged(&file.path) else { return judged };
        if let Some(why) = &versions.unreadable {
            return Judged { failure: Some(why.clone()), ..Default::default() };
        }
        let Judged { state: Some((state, found)), .. } = judged else { return judged };
        let (state, edits) =
            match merge::loss(versions, merge::text(&found, state), Some(&text.body())) {
                Loss::Nothing if state.is_unlike_us() => (State::Outdated, Vec::new()),
                Loss::Nothing | Loss::Disk => (state, Vec::new()),
                Loss::Edits(edits) if state.is_unlike_us() => (state, edits),
                Loss::Edits(edits) => (State::Edited, edits),
            };
        Judged { state: Some((state, found)), edits, ..judged }
    }

    fn text(&self, file: &File, rendered: &FileText, text: String) -> Judged {
        if text == rendered.sealed() {
            return Judged::of(State::Current, Found::Nothing);
        }
        if only_line_ends_differ(&text, rendered.sealed()) {
            return Judged { crlf: true, ..Judged::of(State::Current, Found::Nothing) };
        }
        let sealed = seal::read(&text);
        let body = sealed.as_ref().map_or(text.as_str(), |sealed| &sealed.body);
        let rendered_body = rendered.body();
        // Projects with one output folder share its `.gitattributes`, in whichever project it was written.
        let is_shared = matches!(file.source, Source::Own) && body == rendered_body;
        if is_shared && sealed.as_ref().is_some_and(|sealed| self.is_anothers(sealed)) {
            return Judged::of(State::Current, Found::Nothing);
        }
        let state = if seal::unix(body) == rendered_body {
            // Nothing can be lost, whatever the seal says.
            State::Outdated
        } else {
            match &sealed {
                Some(sealed) if sealed.fits(&file.path) => State::Outdated,
                Some(sealed) if self.is_anothers(sealed) => State::Foreign,
                _ if self.is_unedited_merge(&text, &file.path, Some(&rendered_body)) => {
                    State::Outdated
                }
                Some(sealed) if self.origins.has(sealed, &file.path) => State::Copied,
                Some(_) => State::Edited,
                None if seal::is_near_the_top(&text) => State::Edited,
                // What a person wrote, but for blanks that mean nothing.
                None if differs_in_blanks(file, &text, rendered) => State::Outdated,
                None => State::Foreign,
            }
        };
        Judged::of(state, Found::Text(text))
    }

    /// The state of a file that no pack renders, with its seal; of a seal alone if there is no file.
    pub(crate) fn stray_or_seal(
        &self,
        path: &RelativePath,
        seals: &Seals<'_>,
        read: impl Fn(&RelativePath) -> Found,
    ) -> StrayFile {
        let sealed = sealed_beside::sealed_path(path);
        let (path, is_alone) = match sealed {
            None => (path.clone(), false),
            Some(sealed) if read(&sealed) == Found::Nothing => (path.clone(), true),
            // An unknown name that is rendered is judged there, with a head of its own.
            Some(sealed) if self.is_rendered(&sealed) => (path.clone(), true),
            Some(sealed) => (sealed, false),
        };
        if is_alone {
            let stray = self.lone_seal(&path, read(&path));
            return StrayFile { path, has_seal: false, stray };
        }
        let OnDisk { found, has_seal, .. } = seals.read(&path, false, read);
        let stray = match found {
            // A name that no format has tells nothing, and neither does a copy under such a name.
            found if has_seal || may_matter(path.file_name()) => self.stray(&path, found),
            Found::Text(text) if seal::is_intact(&text, &path) => {
                self.stray(&path, Found::Text(text))
            }
            _ => Stray::Ignored,
        };
        StrayFile { path, has_seal, stray }
    }

    fn is_rendered(&self, path: &RelativePath) -> bool {
        self.files.binary_search_by(|file| file.path.cmp(path)).is_ok()
    }

    /// The state of a seal whose file is not there, or has a head of its own.
    fn lone_seal(&self, path: &RelativePath, found: Found) -> Stray {
        let text = match found {
            Found::Text(text) => text,
            Found::Failed(why) => return Stray::Failed(why),
            Found::Nothing | Found::Other(_) => return Stray::Ignored,
        };
        let owner = seal::owner_near_the_top(&text);
        let Some(owner) = owner.filter(|owner| owner.project == self.options.project) else {
            return Stray::Ignored;
        };
        let is_head = |line: &str| line.is_empty() || seal::is_head_line(line);
        let is_seal = text.lines().all(|line| is_head(line) || conflict_markers::is_marker(line));
        let state = if is_seal { State::Orphaned } else { State::Edited };
        let state = self.unrendered(state, path, &owner.target);
        Stray::Found(state, owner.target, Found::Text(text), Vec::new())
    }

    fn stray(&self, path: &RelativePath, found: Found) -> Stray {
        let text = match found {
            Found::Failed(why) => return Stray::Failed(why),
            Found::Nothing => return Stray::Ignored,
            Found::Other(_) => return self.unmanaged(path, found),
            Found::Text(text) => text,
        };
        if let Some(stray) = self.merged_stray(path, &text) {
            return stray;
        }
        let Some(sealed) = seal::read(&text) else {
            if !seal::is_near_the_top(&text) {
                return self.unmanaged(path, Found::Text(text));
            }
            let named = seal::owner_near_the_top(&text).map(|owner| owner.target);
            let root = self.roots.get(path.directory()).copied().cloned();
            let target = root.or(named).unwrap_or_default();
            let state = self.unrendered(State::Edited, path, &target);
            return Stray::Found(state, target, Found::Text(text), Vec::new());
        };
        let target = sealed.owner.target.clone();
        let state = match () {
            () if sealed.fits(path) => State::Orphaned,
            () if self.is_anothers(&sealed) => return self.unmanaged(path, Found::Text(text)),
            () if self.is_unedited_merge(&text, path, None) => State::Orphaned,
            () if self.origins.has(&sealed, path) => State::Copied,
            () => State::Edited,
        };
        let state = self.unrendered(state, path, &target);
        Stray::Found(state, target, Found::Text(text), Vec::new())
    }

    /// A file of ours that nothing renders, if Git has not finished merging it.
    fn merged_stray(&self, path: &RelativePath, text: &str) -> Option<Stray> {
        let versions = self.unmerged(path)?;
        let is_ours = || merge::owner(versions).is_some() || seal::is_near_the_top(text);
        if let Some(why) = versions.unreadable.as_ref().filter(|_| is_ours()) {
            return Some(Stray::Failed(why.clone()));
        }
        let owner = merge::owner(versions)?;
        let state = match seal::read(text) {
            Some(sealed) if sealed.fits(path) => State::Orphaned,
            _ => State::Edited,
        };
        let (state, edits) = match merge::loss(versions, Some((text, state)), None) {
            Loss::Nothing => (self.unrendered(State::Orphaned, path, &owner.target), Vec::new()),
            Loss::Disk => return None,
            Loss::Edits(edits) => (State::Edited, edits),
        };
        Some(Stray::Found(state, owner.target, Found::Text(text.to_owned()), edits))
    }

    /// The state of a file of ours that nothing renders: its root's resources may still be there, and
    /// then no edit of it is dropped either.
    fn unrendered(&self, state: State, path: &RelativePath, target: &Target) -> State {
        let is_destroyed = self.options.destroyed.contains(target);
        // A side of a merge that deleted the file was told so.
        let is_deleted = state == State::Edited && self.options.unmerged.contains_key(path);
        if is_destroyed || is_deleted || !matches!(state, State::Orphaned | State::Edited) {
            return state;
        }
        let is_old_place = self.is_old_place(path.directory());
        // Its backend decides whether the root of a whole service or project is stranded.
        let is_of_root = target.service.is_some() && target.environment.is_some();
        let is_lost = is_old_place || is_of_root && !self.targets.contains(target);
        if is_lost { State::Stranded } else { state }
    }

    fn is_old_place(&self, directory: &str) -> bool {
        let places = &self.options.old_places;
        let above = directory.match_indices('/').map(|(at, _)| &directory[..at]);
        !places.is_empty() && above.chain(["", directory]).any(|folder| places.contains(folder))
    }

    fn unmanaged(&self, path: &RelativePath, found: Found) -> Stray {
        let Some(&target) = self.roots.get(path.directory()) else { return Stray::Ignored };
        let name = path.file_name();
        let allowed = self.options.allowed.get(target);
        let allowed = allowed.is_some_and(|names| names.iter().any(|known| known == name));
        match terraform_loads(name) && !allowed {
            true => Stray::Found(State::Unmanaged, target.clone(), found, Vec::new()),
            false => Stray::Ignored,
        }
    }

    /// Returns true if a broken seal names another project. An intact one was made by this project,
    /// whatever its name was, because it covers the path from the folder of `environments.toml`.
    fn is_anothers(&self, sealed: &Sealed<'_>) -> bool {
        sealed.owner.project != self.options.project
    }

    /// Returns true if a text is a merge of two generated versions and contains no hand edit: each
    /// seal is intact, or the merged text is the rendered one.
    fn is_unedited_merge(&self, text: &str, path: &RelativePath, rendered: Option<&str>) -> bool {
        let nothing_to_lose = |side: &String| {
            seal::read(side).is_some_and(|sealed| {
                let is_whole = sealed.fits(path) || rendered == Some(&*seal::unix(&sealed.body));
                is_whole && !self.is_anothers(&sealed)
            })
        };
        conflict_markers::sides(text).is_some_and(|sides| sides.iter().all(nothing_to_lose))
    }
}

fn differs_in_blanks(file: &File, text: &str, rendered: &FileText) -> bool {
    let same = |format: &dyn Format| {
        format.without_end_blanks(text) == format.without_end_blanks(&rendered.body())
    };
    file.format.is_some_and(same)
}

fn only_line_ends_differ(disk: &str, rendered: &str) -> bool {
    disk.len() > rendered.len()
        && disk.matches('\n').count() == disk.matches("\r\n").count()
        && seal::unix(disk) == rendered
}

//! The path of each file.
//!
//! Knows `[[files]]` entries and settings, but not contents.

use crate::model::code::Code;
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::{Input, Planned};
use crate::base::parallel;
use crate::config::ProjectConfig;
use crate::format::sealed_beside;
use crate::model::cause::{Cause, Subject};
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::key_path::Key;
use crate::model::name::{RelativePath, folded};
use crate::model::span::Span;
use crate::model::tree::{Node, Table, Value};
use crate::pack::{Content, Each, FileRule, ITEM, Pack};
use crate::resolve::{Unfilled, fill};

/// The files of every deployment and every service, by index, and of the project.
pub struct Layout<'a> {
    pub deployments: Vec<Vec<Vec<Planned<'a>>>>,
    pub services: Vec<Vec<Planned<'a>>>,
    /// By the pack that renders them, whose services they are about.
    pub project: Vec<(&'a Arc<Pack>, Vec<Planned<'a>>)>,
}

/// Decides the path of every file.
pub(crate) fn plan<'a>(input: &Input<'a>, problems: &mut Problems) -> Layout<'a> {
    let mut layout = Layout { deployments: Vec::new(), services: Vec::new(), project: Vec::new() };
    for service in &input.resolved.services {
        let planned = parallel::map(&service.deployments, |deployment| {
            let environment = &input.resolved.environments[deployment.environment];
            let target = Target {
                service: Some(service.name.clone()),
                environment: Some(environment.name.clone()),
            };
            let (env, settings) = (&environment.facts, &deployment.settings);
            let scope = PathScope { env, service: settings, target: &target };
            let mut problems = Problems::default();
            (scope.planned(input.project, deployment.files(), &mut problems), problems)
        });
        let planned = planned.into_iter().map(|(planned, found)| {
            problems.extend(found);
            planned
        });
        layout.deployments.push(planned.collect());
        let target = Target { service: Some(service.name.clone()), environment: None };
        let rules = service.pack.files.iter().filter(|rule| rule.each == Each::Service);
        let scope =
            PathScope { env: &service.settings, service: &service.settings, target: &target };
        layout.services.push(scope.planned(input.project, rules, problems));
        if !layout.project.iter().any(|(pack, _)| Arc::ptr_eq(pack, &service.pack)) {
            let planned = of_project(input.project, &service.pack, problems);
            layout.project.push((&service.pack, planned));
        }
    }
    layout
}

/// The files that a pack renders once for the project. Their paths can name no fact or setting.
fn of_project<'a>(
    project: &ProjectConfig,
    pack: &'a Arc<Pack>,
    problems: &mut Problems,
) -> Vec<Planned<'a>> {
    let nothing = pack.defaults.emptied();
    let rules = pack.files.iter().filter(|rule| rule.each == Each::Project);
    let scope = PathScope { env: &nothing, service: &nothing, target: &Target::default() };
    scope.planned(project, rules, problems)
}

struct PathScope<'a> {
    env: &'a Node,
    service: &'a Node,
    target: &'a Target,
}

impl PathScope<'_> {
    fn planned<'a>(
        &self,
        project: &ProjectConfig,
        rules: impl Iterator<Item = &'a FileRule>,
        problems: &mut Problems,
    ) -> Vec<Planned<'a>> {
        let mut planned = Vec::new();
        for rule in rules {
            for item in self.items(rule) {
                let settings = item.as_ref().map_or(self.service, |(_, settings)| settings);
                if !is_wanted(rule, settings) || !self.has_data(rule, item.as_ref()) {
                    continue;
                }
                match self.path(project, rule, settings) {
                    Ok(path) => planned.push(Planned { rule, path, item }),
                    Err(problem) => problems.push(super::concerned(*problem, self.target)),
                }
            }
        }
        planned
    }

    /// Returns false if the file is printed from a setting that is not set: then it is not rendered,
    /// and `files` does not name it.
    fn has_data(&self, rule: &FileRule, item: Option<&(Key, Arc<Node>)>) -> bool {
        let Content::Data(setting) = &rule.content else { return true };
        self.service.at(&rule.path_of(setting, item.map(|(name, _)| name))).is_some()
    }

    fn path(
        &self,
        project: &ProjectConfig,
        rule: &FileRule,
        settings: &Node,
    ) -> Result<RelativePath, Box<Problem>> {
        let unusable = |why: &dyn Display| {
            let message = format!("the path of this file is unusable: {why}");
            Problem::error(Code::WrongPath, message).at(rule.path_place)
        };
        let path = fill(&rule.path, self.env, settings).map_err(|unfilled| {
            let problem = unusable(&unfilled);
            Box::new(match unfilled {
                Unfilled::Malformed => problem,
                Unfilled::NotPlain(scope, path) => {
                    problem.caused_by(Cause::Rendered(vec![Subject::Setting(scope, path)]))
                }
            })
        })?;
        let path = place(project, &path).map_err(|why| Box::new(unusable(&why)))?;
        // The seal beside it has a longer name.
        let longest = LONGEST_NAME - "..seal".len();
        match rule.comment.is_none() && path.file_name().len() > longest {
            true => Err(Box::new(unusable(&format!(
                "a file that is sealed beside has a name of at most {longest} bytes"
            )))),
            false => Ok(path),
        }
    }

    /// The entries that a rule is for: one without a name where it is for no table's entries.
    fn items(&self, rule: &FileRule) -> Vec<Option<(Key, Arc<Node>)>> {
        let Some(items) = &rule.items else { return vec![None] };
        let table = self.service.at(items).and_then(Node::table);
        let with_item = |(name, entry): (&Key, &Arc<Node>)| {
            let text = Node::new(Value::String(Arc::clone(name)), entry.origin.clone());
            let with_name = |item: &mut Table| item.insert("name".into(), Arc::new(text));
            let item = Arc::new(Node::clone(entry).with_table(with_name));
            let with_item = |settings: &mut Table| settings.insert(ITEM.into(), item);
            Some((Arc::clone(name), Arc::new(self.service.clone().with_table(with_item))))
        };
        table.into_iter().flatten().map(with_item).collect()
    }
}

fn is_wanted(rule: &FileRule, settings: &Node) -> bool {
    let given = |path| settings.at(path).map(|node| &node.value);
    let Some(when) = &rule.when else { return true };
    !matches!(given(when), None | Some(Value::Null | Value::Boolean(false)))
}

/// A path below the output folder, unless it lies under an entry of `project.also`.
fn place(project: &ProjectConfig, path: &str) -> Result<RelativePath, String> {
    let path = RelativePath::parse(path)?;
    let path = match &project.output {
        Some(output) if !project.also.iter().any(|also| path.starts_with(also.as_str())) => {
            output.join(&path)
        }
        _ => path,
    };
    if path.as_str().len() > LONGEST {
        return Err(format!("it has {} bytes, and {LONGEST} are the most", path.as_str().len()));
    }
    if path.is_in_templates() {
        return Err(format!("`{path}` is in the folder of the packs"));
    }
    if sealed_beside::sealed_name(path.file_name()).is_some() {
        return Err(format!("`{}` is the name of a seal", path.file_name()));
    }
    path.as_str().split('/').try_for_each(usable)?;
    Ok(path)
}

/// The longest path that every system accepts below the folder of a project.
const LONGEST: usize = 1024;

/// The longest name that file systems accept.
const LONGEST_NAME: usize = 255;

/// Names that belong to Git, to Terraform and to people.
const NOT_OURS: [&str; 6] =
    [".git", "git~1", ".terraform", ".terraform.lock.hcl", ".envroot", "environments.toml"];

/// Names that Windows keeps for devices, whatever their extension, in front of a digit or alone.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];
const LONGEST_DEVICE: usize = "com1".len();

/// Returns true for the common case of a component that needs no further check.
fn is_harmless(part: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    part.len() > LONGEST_DEVICE && part.bytes().all(is_plain)
}

/// Checks that a component of a path is a valid and unique file name on every system: some file
/// systems ignore case, others invisible characters.
fn usable(part: &str) -> Result<(), String> {
    if is_harmless(part) {
        return Ok(());
    }
    let visible = match part.is_ascii() {
        true => Cow::Borrowed(part),
        false => part.chars().filter(|c| !is_invisible(*c)).collect(),
    };
    let plain = folded(&visible);
    if NOT_OURS.contains(&&*plain) {
        return Err(format!("`{}` is not envroot's to write", part.escape_debug()));
    }
    let stem = plain.split('.').next().unwrap_or_default();
    let letters = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = stem.len() - letters.len();
    let is_numbered = matches!(letters, "com" | "lpt");
    if DEVICES.contains(&letters) && digits == usize::from(is_numbered)
        || part.ends_with(['.', ' '])
        || part.contains(['<', '>', '"', '|', '?', '*'])
    {
        return Err(format!("`{part}` can be no file's name on Windows"));
    }
    Ok(())
}

/// Characters that take no room, which macOS leaves out where it compares names.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Two files that cannot both be on disk.
pub struct Collision {
    pub kind: CollisionKind,
    /// The place of the rule of the file that comes later, and of the one that comes first.
    pub place: Span,
    pub first: Span,
}

#[derive(Debug)]
pub enum CollisionKind {
    SamePath(String),
    FileAndFolder {
        file: String,
        below: String,
    },
    /// Two paths that are one where a file system ignores case.
    Case(String, String),
}

/// Every collision of a layout: each file with the first that is in its way.
pub(crate) fn collisions(layout: &Layout<'_>) -> Vec<Collision> {
    let of_services = layout.services.iter();
    let of_project = layout.project.iter().map(|(_, planned)| planned);
    let all = layout.deployments.iter().flatten().chain(of_services).chain(of_project);
    let all: Vec<&Planned<'_>> = all.flatten().collect();
    let mut collisions = Vec::new();
    // Files share folders, so there are few other paths.
    let (room, hash) = (2 * all.len(), RandomState::default());
    let mut known: HashMap<Cow<'_, str>, (&str, &Planned<'_>), _> =
        HashMap::with_capacity_and_hasher(room, hash.clone());
    let mut directories = HashSet::with_hasher(hash);
    for planned in all {
        let path = planned.path.as_str();
        let is_new = directories.insert(planned.path.directory());
        let folders = path.match_indices('/').filter(|_| is_new).map(|(at, _)| &path[..at]);
        for part in folders.chain([path]) {
            let (known_part, first) = match known.entry(folded(part)) {
                Entry::Vacant(entry) => {
                    entry.insert((part, planned));
                    continue;
                }
                Entry::Occupied(entry) => *entry.get(),
            };
            let Some(kind) = collision((known_part, first), (part, planned)) else { continue };
            let (place, first) = (planned.rule.path_place, first.rule.path_place);
            collisions.push(Collision { kind, place, first });
            break;
        }
    }
    collisions
}

/// The collision of two paths or folders that are equal where case is ignored.
fn collision(
    (known, first): (&str, &Planned<'_>),
    (part, planned): (&str, &Planned<'_>),
) -> Option<CollisionKind> {
    let (path, first) = (planned.path.as_str(), first.path.as_str());
    let file_and_folder = |file: &str, below: &str| {
        Some(CollisionKind::FileAndFolder { file: file.to_owned(), below: below.to_owned() })
    };
    match (known == part, part == path, known == first) {
        (true, false, false) => None,
        (true, true, true) => Some(CollisionKind::SamePath(path.to_owned())),
        (true, true, false) => file_and_folder(path, first),
        (true, false, true) => file_and_folder(part, path),
        (false, _, _) => Some(CollisionKind::Case(known.to_owned(), part.to_owned())),
    }
}

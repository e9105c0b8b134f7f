//! A pack: the templates, defaults and input schema for one kind of service.
//!
//! A pack is data. It is loaded from texts, wherever they come from; nothing here reads the disk or
//! knows what any pack is for.

pub mod embedded;
mod setting;
mod rules;
mod manifest;
mod check;
mod view;

use crate::model::code::Code;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::format::seal::{Comment, unix};
use crate::format::{Format, LayoutMode, registry};
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{Key, Path};
use crate::model::reference::Part;
use crate::model::span::{FileId, Sources, Span};
use crate::model::tree::Node;
use crate::schema::{Schema, Shape};
use crate::template::{Engine, Text};
use manifest::Manifest;
pub use rules::{ChartRule, Identity, StateArgument, StateRule};

/// The texts of a pack's folder, by path below it.
#[derive(Clone, Debug)]
pub struct Folder {
    pub name: String,
    /// The path of the folder for messages: `templates/helm-service`.
    pub shown: String,
    pub files: Vec<(String, String)>,
    /// Files that should be text and are not UTF-8.
    pub damaged: Vec<(String, Vec<u8>)>,
}

impl Folder {
    /// Takes those of a folder's files that are text. A byte-order mark and Windows line ends are
    /// dropped, so that a pack renders the same bytes wherever it was checked out.
    pub fn new(name: &str, files: Vec<(String, Vec<u8>)>) -> Folder {
        let (shown, mut damaged) = (format!("templates/{name}"), Vec::new());
        let mut texts = Vec::new();
        for (path, bytes) in files.into_iter().filter(|(path, _)| !is_leftover(path)) {
            match String::from_utf8(bytes) {
                Ok(text) => {
                    let text = unix(text.trim_start_matches('\u{feff}')).into_owned();
                    texts.push((path, text));
                }
                Err(error) => {
                    let bytes = error.into_bytes();
                    damaged.extend(is_like_text(&bytes).then_some((path, bytes)));
                }
            }
        }
        Folder { name: name.to_owned(), shown, files: texts, damaged }
    }
}

/// Returns true for a file that an editor, `patch` or the system leaves behind.
pub fn is_leftover(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let ends = ["~", ".rej", ".orig", ".bak", ".tmp", ".swp", ".swo", ".swx", ".save"];
    let starts = [".#", "._", ".nfs", ".~lock.", "~$", ".goutputstream-", ".fuse_hidden"];
    let names = [".DS_Store", ".directory", "Icon\r", "Thumbs.db", "desktop.ini", "4913"];
    let tools = [".git", ".hg", ".svn", ".idea", ".vscode", ".vs", "__MACOSX"];
    ends.iter().any(|end| name.ends_with(end))
        || name.starts_with('#') && name.ends_with('#')
        || starts.iter().any(|start| name.starts_with(start))
        || names.contains(&name)
        || folders.split('/').any(|folder| tools.contains(&folder))
}

/// Returns true for text in another encoding: UTF-16 begins with a mark, others hold no NUL.
fn is_like_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0) || bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff")
}

pub struct Pack {
    pub name: String,
    pub schema: Schema,
    pub defaults: Arc<Node>,
    /// Settings that must differ in all environments of a service.
    pub distinct: Vec<Path>,
    /// Settings that change with every deploy: no file of a whole service or project sees them, so
    /// that a deploy changes the files of one root only.
    pub volatile: Vec<Path>,
    /// Hand-written files that are allowed in a root of this pack.
    pub allow: Vec<String>,
    /// The setting that names a local chart.
    pub chart: Option<Path>,
    /// Charts that it takes from repositories.
    pub charts: Vec<ChartRule>,
    /// The location of the state of its roots.
    pub state: Option<StateRule>,
    /// The service account that its trust policies allow.
    pub identity: Option<Identity>,
    pub files: Vec<FileRule>,
    pub engine: Engine,
    /// Its manifests, its templates and the components: the texts that people write for it.
    pub texts: Vec<FileId>,
}

/// A file the pack renders, for each environment, for each service or once.
#[derive(Debug)]
pub struct FileRule {
    /// Its name in `files` of a service and in the variable `files` of a template.
    pub name: String,
    pub content: Content,
    pub format: &'static dyn Format,
    /// The comment that its seal is written in; `None` for a seal beside it.
    pub comment: Option<Comment>,
    /// The path as written, references in it taken apart.
    pub path: Vec<Part>,
    pub path_place: Span,
    pub each: Each,
    /// A table of settings: the file is rendered for each of its entries, which paths and templates
    /// know as `service.item`.
    pub items: Option<Path>,
    /// The setting that must be given, and not be false, for the file to be rendered.
    pub when: Option<Path>,
    /// True if the header of the file records the chart it was rendered for.
    pub records_chart: bool,
    /// True for the runbook of an environment.
    pub runbook: bool,
    pub layout: LayoutMode,
}

#[derive(Debug)]
pub enum Content {
    /// A template of the pack, by name.
    Template(Arc<str>),
    /// The value of a setting, printed as data.
    Data(Path),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    Environment,
    Service,
    Project,
}

impl FileRule {
    /// The template that it renders, where it renders one.
    pub fn template(&self) -> Option<&str> {
        match &self.content {
            Content::Template(template) => Some(template),
            Content::Data(_) => None,
        }
    }

    /// Returns true if it renders a template of that name.
    pub fn is_template(&self, name: &str) -> bool {
        self.template() == Some(name)
    }

    /// The path of a setting for a path in this entry, with `item` replaced by an entry of `items`.
    pub fn path_of(&self, path: &Path, item: Option<&Key>) -> Path {
        path_of_item(self.items.as_ref(), path, item)
    }
}

/// The path of a setting, with `item` replaced by an entry of `items`.
pub fn path_of_item(items: Option<&Path>, path: &Path, item: Option<&Key>) -> Path {
    match (items, item, path.0.split_first()) {
        (Some(items), Some(item), Some((first, rest))) if &**first == ITEM => {
            Path(items.0.iter().chain([item]).chain(rest).cloned().collect())
        }
        _ => path.clone(),
    }
}

/// The name of the entry, below `service`, in a file for each entry of a table.
pub const ITEM: &str = "item";

/// The pack that a pack takes and adds to, by its manifest.
pub fn extends(folder: &Folder) -> Option<String> {
    let (_, text) = folder.files.iter().find(|(path, _)| path == MANIFEST)?;
    // A manifest that cannot be read is reported when the pack is loaded.
    let manifest: toml::Table = text.parse().ok()?;
    Some(manifest.get("extends")?.as_str()?.to_owned())
}

/// Loads a pack from its folder and those of the packs it extends, the lowest first, with the
/// components that all packs may use. What is wrong is in the problems; without a usable schema or
/// manifest there is no pack.
pub fn load(
    sources: &mut Sources,
    chain: Vec<Folder>,
    components: Folder,
) -> (Option<Pack>, Problems) {
    let mut problems = Problems::default();
    let name = chain.last().map(|folder| folder.name.clone()).unwrap_or_default();
    let mut files: Files = Files::new();
    let (mut schemas, mut texts) = (Vec::new(), Vec::new());
    let mut whole: Option<Manifest> = None;
    for folder in chain {
        let shown = folder.shown.clone();
        let pack = folder.name.clone();
        let mut own = add(sources, folder, "");
        let Some(manifest) = own.shift_remove(MANIFEST) else {
            let message = format!("`{shown}` is not a pack: it has no {MANIFEST}");
            problems.push(Problem::error(Code::PackManifest, message));
            return (None, problems);
        };
        texts.push(manifest);
        let Some(manifest) = manifest::read(sources, manifest, &pack, &mut problems) else {
            return (None, problems);
        };
        schemas.extend(own.shift_remove(manifest.schema.as_str()));
        files.extend(own);
        whole = Some(match whole {
            Some(base) => manifest.over(base),
            None => manifest,
        });
    }
    let Some(manifest) = whole else { return (None, problems) };
    if files.len() + components.files.len() > MOST_FILES {
        let message = format!("the pack `{name}` has more than {MOST_FILES} files");
        problems.push(Problem::error(Code::PackManifest, message).at(manifest.place));
        return (None, problems);
    }
    let Some(schema) = read_schema(sources, &schemas, &manifest, &mut problems) else {
        return (None, problems);
    };
    problems.extend(check::check(&manifest, &schema, &files));
    let components = add(sources, components, "components/");
    texts.extend(files.values().chain(components.values()));
    let engine = load_templates(sources, &files, &components, &manifest, &schema, &mut problems);
    let pack = Pack {
        name,
        schema,
        defaults: manifest.defaults,
        distinct: manifest.distinct.into_iter().map(|(path, _)| path).collect(),
        volatile: manifest.volatile.into_iter().map(|(path, _)| path).collect(),
        allow: manifest.allow,
        chart: manifest.chart.map(|(path, _)| path),
        charts: manifest.charts,
        state: manifest.state,
        identity: manifest.identity,
        files: manifest.files,
        engine,
        texts,
    };
    (Some(pack), problems)
}

/// The files of a pack by path.
type Files = IndexMap<String, FileId>;

const MANIFEST: &str = "pack.toml";
/// The limit for the files of a pack, extended packs and components included. Templates may include
/// each other in a chain, and each level uses some of the stack.
const MOST_FILES: usize = 500;

fn add(sources: &mut Sources, folder: Folder, prefix: &str) -> Files {
    let Folder { shown, files, .. } = folder;
    let files = files.into_iter().map(|(path, text)| {
        let file = sources.add(format!("{shown}/{path}"), text);
        (format!("{prefix}{path}"), file)
    });
    files.collect()
}

fn read_schema(
    sources: &Sources,
    files: &[FileId],
    manifest: &Manifest,
    problems: &mut Problems,
) -> Option<Schema> {
    let mut documents = Vec::new();
    for file in files {
        match serde_json::from_str(sources.text(*file)) {
            Ok(document) => documents.push(document),
            Err(error) => {
                let message = format!("invalid JSON: {error}");
                let place = sources.locate(*file, error.line(), error.column(), 1);
                problems.push(Problem::error(Code::PackSchema, message).at(place));
                return None;
            }
        }
    }
    let message = match Schema::new(documents) {
        _ if files.is_empty() => {
            format!("the pack has no file `{}` for its schema", manifest.schema)
        }
        Ok(schema) => return Some(schema),
        Err(message) => format!("this is not a JSON Schema of {{ env, service }}: {message}"),
    };
    let place = files.last().map_or(manifest.place, |file| Span { file: *file, start: 0, end: 0 });
    problems.push(Problem::error(Code::PackSchema, message).at(place));
    None
}

/// The names of the filters that print code of a format.
fn filter_names(format: Option<&dyn Format>) -> Vec<&'static str> {
    let filters = format.map_or(&[][..], |format| format.code_filters());
    filters.iter().map(|(name, _)| *name).collect()
}

fn load_templates(
    sources: &Sources,
    files: &Files,
    components: &Files,
    manifest: &Manifest,
    schema: &Schema,
    problems: &mut Problems,
) -> Engine {
    let views = view::Views::new(schema, manifest);
    // A component sees its parameters only.
    let nothing = serde_json::json!({});
    let components = components.iter().map(|(path, file)| Text {
        name: path.clone(),
        file: *file,
        text: sources.text(*file),
        root: Shape::of(&nothing),
        code_filters: filter_names(registry::of(path)),
    });
    let texts = files.iter().map(|(path, file)| {
        let rule = manifest.files.iter().find(|rule| rule.is_template(path));
        let format = rule.map(|rule| rule.format).or(registry::of(path));
        Text {
            name: path.clone(),
            file: *file,
            text: sources.text(*file),
            root: Shape::of(views.of(rule)),
            code_filters: filter_names(format),
        }
    });
    let (engine, faults) = Engine::load(
        components.chain(texts).collect(),
        &registry::code_filters(),
        &registry::filter_styles(),
    );
    for (place, fault) in faults {
        let problem = Problem::error(fault.code, fault.message).at(place).about(fault.undeclared);
        problems.push(match fault.help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }
    engine
}

#[cfg(test)]
mod tests;

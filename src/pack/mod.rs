//! A pack: the templates, defaults and input schema for one kind of service.
//!
//! A pack is data. It is loaded from texts, wherever they come from; nothing here reads the disk or
//! knows what any pack is for.

pub mod embedded;
mod manifest;
mod view;

use std::sync::Arc;

use crate::diagnostic::{Problem, Problems};
use crate::format::{hcl, yaml};
use crate::path::Path;
use crate::place::{FileId, Place, Sources};
use crate::reference::Part;
use crate::schema::{Schema, Shape};
use crate::template::{CodePrinter, Engine, Text};
use crate::tree::Node;

/// The texts of a pack's folder, by path below it.
#[derive(Debug)]
pub struct Folder {
    pub name: String,
    /// Where the folder stands, as a person knows it: `templates/helm-service`.
    pub shown: String,
    pub files: Vec<(String, String)>,
}

pub struct Pack {
    pub name: String,
    pub schema: Schema,
    pub defaults: Arc<Node>,
    /// Settings that must differ in all environments of a service.
    pub distinct: Vec<Path>,
    /// Hand-written files that may stand in a root of this pack.
    pub allow: Vec<String>,
    /// The setting that names a local chart.
    pub chart: Option<Path>,
    pub files: Vec<FileRule>,
    pub engine: Engine,
}

/// A file the pack renders, for each environment, for each service or once.
#[derive(Debug)]
pub struct FileRule {
    /// What `files` of a service and the variable `files` of a template know it by.
    pub name: String,
    pub content: Content,
    pub format: Format,
    /// The path as written, references in it taken apart.
    pub path: Vec<Part>,
    pub path_place: Place,
    pub each: Each,
    /// The setting that must be true for the file to be rendered.
    pub when: Option<Path>,
    /// Whether the file's head records the chart it was rendered for.
    pub records_chart: bool,
    pub layout: hcl::Layout,
}

#[derive(Debug)]
pub enum Content {
    /// A template of the pack, by name.
    Template(String),
    /// The value of a setting, printed as data.
    Data(Path),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    Environment,
    Service,
    Project,
}

/// The grammar of a file, which its name decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Hcl,
    Yaml,
    Markdown,
}

impl Format {
    /// Formats without comments, or whose first line must be their own, cannot carry a seal.
    pub fn of(path: &str) -> Option<Format> {
        match path.rsplit_once('.')?.1 {
            "tf" | "tfvars" | "tofu" | "hcl" => Some(Format::Hcl),
            "yaml" | "yml" => Some(Format::Yaml),
            "md" => Some(Format::Markdown),
            _ => None,
        }
    }

    fn code_filter(self) -> Option<&'static str> {
        match self {
            Format::Hcl => Some("hcl"),
            Format::Yaml => Some("yaml"),
            Format::Markdown => None,
        }
    }
}

/// Loads a pack. What is wrong with it is in the problems; without a usable schema or manifest
/// there is no pack.
pub fn load(sources: &mut Sources, folder: Folder) -> (Option<Pack>, Problems) {
    let mut problems = Problems::default();
    let files: Vec<(String, FileId)> = folder
        .files
        .into_iter()
        .map(|(path, text)| (path.clone(), sources.add(format!("{}/{path}", folder.shown), text)))
        .collect();
    let find = |name: &str| files.iter().find(|(path, _)| path == name).map(|(_, file)| *file);
    let Some(manifest) = find("pack.toml") else {
        let message = format!("`{}` is no pack: it has no pack.toml", folder.shown);
        problems.push(Problem::error("pack-manifest", message));
        return (None, problems);
    };
    let manifest = manifest::read(sources, manifest, &folder.name, &mut problems);
    let Some(schema) = read_schema(sources, find(&manifest.schema), &manifest, &mut problems)
    else {
        return (None, problems);
    };
    manifest.check(&schema, &files, &mut problems);
    let engine = load_templates(sources, &files, &manifest, &schema, &mut problems);
    let pack = Pack {
        name: folder.name,
        schema,
        defaults: manifest.defaults,
        distinct: manifest.distinct.into_iter().map(|(path, _)| path).collect(),
        allow: manifest.allow,
        chart: manifest.chart.map(|(path, _)| path),
        files: manifest.files,
        engine,
    };
    (Some(pack), problems)
}

fn read_schema(
    sources: &Sources,
    file: Option<FileId>,
    manifest: &manifest::Manifest,
    problems: &mut Problems,
) -> Option<Schema> {
    let Some(file) = file else {
        let message = format!("the pack has no file `{}`, its input schema", manifest.schema);
        problems.push(Problem::error("pack-schema", message).at(manifest.place));
        return None;
    };
    let read = Schema::read(sources.text(file));
    read.map_err(|message| {
        let message = format!("this is no JSON Schema of {{ env, service }}: {message}");
        problems.push(Problem::error("pack-schema", message).at(Place { file, start: 0, end: 0 }));
    })
    .ok()
}

fn load_templates(
    sources: &Sources,
    files: &[(String, FileId)],
    manifest: &manifest::Manifest,
    schema: &Schema,
    problems: &mut Problems,
) -> Engine {
    let views = view::Views::new(schema, &manifest.files);
    let texts = files.iter().filter(|(path, _)| path != "pack.toml" && *path != manifest.schema);
    let texts = texts.map(|(path, file)| {
        let rule = manifest
            .files
            .iter()
            .find(|rule| matches!(&rule.content, Content::Template(template) if template == path));
        // A template that only others include sees what a file for an environment does.
        let each = rule.map_or(Each::Environment, |rule| rule.each);
        let format = rule.map(|rule| rule.format).or(Format::of(path));
        Text {
            name: path.clone(),
            file: *file,
            text: sources.text(*file),
            root: Shape::of(views.of(each)),
            code_filter: format.and_then(Format::code_filter),
        }
    });
    let code: [(&'static str, CodePrinter); 2] = [("hcl", hcl::expression), ("yaml", yaml::inline)];
    let (engine, faults) = Engine::load(texts.collect(), &code);
    for (place, fault) in faults {
        let problem = Problem::error(fault.code, fault.message).at(place);
        problems.push(match fault.help {
            Some(help) => problem.help(help),
            None => problem,
        });
    }
    engine
}

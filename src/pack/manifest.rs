//! Reads `pack.toml`.
//!
//! Knows the manifest's keys; what they lead to in other files is the pack's target.

use crate::model::code::Code;
use std::sync::Arc;

use super::{ChartRule, Content, Each, FileRule, Identity, MANIFEST, StateRule};
use super::{rules, setting};
use crate::format::seal::Comment;
use crate::format::{Format, LayoutMode, registry, text};
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::Path;
use crate::model::reference;
use crate::model::span::{FileId, Sources, Span};
use crate::model::tree::{self, Node};
use crate::toml_file::{self, Codes, TableReader};

pub(crate) struct Manifest {
    /// The manifest as a whole.
    pub place: Span,
    pub schema: String,
    pub defaults: Arc<Node>,
    pub distinct: Vec<(Path, Span)>,
    pub volatile: Vec<(Path, Span)>,
    pub allow: Vec<String>,
    pub chart: Option<(Path, Span)>,
    pub charts: Vec<ChartRule>,
    pub state: Option<StateRule>,
    pub identity: Option<Identity>,
    pub files: Vec<FileRule>,
}

const KEYS: [&str; 11] = [
    "extends", "schema", "distinct", "volatile", "allow", "chart", "charts", "state", "identity",
    "defaults", "files",
];
const FILE_KEYS: [&str; 12] = [
    "name", "template", "data", "path", "each", "items", "when", "records", "runbook", "layout",
    "format", "comment",
];

/// The content of a manifest, or `None` if it is not valid TOML.
pub(crate) fn read(
    sources: &Sources,
    file: FileId,
    pack: &str,
    problems: &mut Problems,
) -> Option<Manifest> {
    let tree = toml_file::read_valid(sources, file, pack, problems)?;
    let code = Code::PackManifest;
    let codes = Codes { wrong_type: code, wrong_value: code, missing_key: code };
    let mut reader = TableReader::new(codes);
    reader.known_keys(&tree, &KEYS, MANIFEST);
    let manifest = Manifest {
        place: Span { file, start: 0, end: 0 },
        schema: reader.string(tree.get("schema")).unwrap_or_else(|| "schema.json".to_owned()),
        defaults: defaults(&mut reader, &tree),
        distinct: setting::list(&mut reader, tree.get("distinct")),
        volatile: setting::list(&mut reader, tree.get("volatile")),
        allow: reader.strings(tree.get("allow")).into_iter().map(|(text, _)| text).collect(),
        chart: setting::one(&mut reader, tree.get("chart")),
        charts: rules::charts(&mut reader, &tree),
        state: rules::state(&mut reader, &tree),
        identity: rules::identity(&mut reader, &tree),
        files: files(&mut reader, &tree),
    };
    problems.extend(reader.problems);
    Some(manifest)
}

fn defaults(reader: &mut TableReader, tree: &Node) -> Arc<Node> {
    let node = tree.get("defaults").filter(|node| reader.table(Some(node)).is_some());
    node.cloned().unwrap_or_else(|| Arc::new(tree.emptied()))
}

impl Manifest {
    /// This manifest over the one it extends: it adds, and replaces files of the same name.
    pub(crate) fn over(self, base: Manifest) -> Manifest {
        let mut files = base.files;
        for rule in self.files {
            match files.iter_mut().find(|known| known.name == rule.name) {
                Some(known) => *known = rule,
                None => files.push(rule),
            }
        }
        Manifest {
            defaults: tree::merge(&base.defaults, &self.defaults),
            distinct: base.distinct.into_iter().chain(self.distinct).collect(),
            volatile: base.volatile.into_iter().chain(self.volatile).collect(),
            allow: base.allow.into_iter().chain(self.allow).collect(),
            chart: self.chart.or(base.chart),
            charts: base.charts.into_iter().chain(self.charts).collect(),
            state: self.state.or(base.state),
            identity: self.identity.or(base.identity),
            files,
            ..self
        }
    }
}

fn files(reader: &mut TableReader, tree: &Node) -> Vec<FileRule> {
    let items = reader.tables(tree.get("files"));
    items.iter().filter_map(|item| file(reader, item)).collect()
}

fn file(reader: &mut TableReader, node: &Node) -> Option<FileRule> {
    reader.known_keys(node, &FILE_KEYS, "[[files]]");
    let path_text = reader.required(node, "path", "where the file is written")?;
    let path_place = node.get("path")?.origin.value;
    let content = content(reader, node)?;
    let comment = comment(reader, node.get("comment"))?;
    let format = match node.get("format") {
        Some(named) => named_format(reader, named, &content)?,
        None => format(reader, &path_text, path_place, &content, comment)?,
    };
    let each = [
        ("environment", Each::Environment),
        ("service", Each::Service),
        ("project", Each::Project),
    ];
    let each = reader.one_of(node.get("each"), &each)?;
    let layouts = [("canonical", LayoutMode::Canonical), ("keep", LayoutMode::Keep)];
    Some(FileRule {
        name: reader.string(node.get("name")).unwrap_or_else(|| path_text.clone()),
        content,
        format,
        comment: comment.or(format.comment()),
        path: reference::parse(&path_text),
        path_place,
        each,
        items: setting::one(reader, node.get("items")).map(|(path, _)| path),
        when: setting::one(reader, node.get("when")).map(|(path, _)| path),
        runbook: runbook(reader, node.get("runbook"), format, each),
        records_chart: reader.one_of(node.get("records"), &[("", false), ("chart", true)])?,
        layout: reader.one_of(node.get("layout"), &layouts)?,
    })
}

fn content(reader: &mut TableReader, node: &Node) -> Option<Content> {
    let template = reader.string(node.get("template"));
    match (template, setting::one(reader, node.get("data"))) {
        (Some(template), None) => Some(Content::Template(template.into())),
        (None, Some((path, _))) => Some(Content::Data(path)),
        _ => {
            let message = "a file has either a `template` or, as `data`, a setting to print";
            reader.wrong(node.origin.value, message);
            None
        }
    }
}

fn runbook(
    reader: &mut TableReader,
    node: Option<&Arc<Node>>,
    format: &dyn Format,
    each: Each,
) -> bool {
    let runbook = reader.flag(node);
    let is_page = format.is_page() && each == Each::Environment;
    if let Some(node) = node.filter(|_| runbook && !is_page) {
        reader.wrong(node.origin.value, "a runbook is a Markdown page for each environment");
    }
    runbook
}

/// The style of comments that a rule names: `Some(None)` if it names none.
fn comment(reader: &mut TableReader, node: Option<&Arc<Node>>) -> Option<Option<Comment>> {
    let mut styles = vec![("", None)];
    styles.extend(Comment::ALL.map(|comment| (comment.signs(), Some(comment))));
    reader.one_of(node, &styles)
}

fn prints_data(format: &dyn Format) -> bool {
    format.data_printer().is_some()
}

/// The format that a rule names.
fn named_format(
    reader: &mut TableReader,
    node: &Arc<Node>,
    content: &Content,
) -> Option<&'static dyn Format> {
    let name = reader.string(Some(node))?;
    let is_data = matches!(content, Content::Data(_));
    match registry::named(&name) {
        Some(format) if !is_data || prints_data(format) => return Some(format),
        Some(format) => {
            let message = format!("`data` cannot be printed as {}", format.name());
            reader.wrong(node.origin.value, &message);
        }
        None => {
            let names = registry::names().join("`, `");
            let problem = Problem::error(Code::PackManifest, format!("unknown format `{name}`"));
            let help = format!("the formats are `{names}`");
            reader.problems.push(problem.at(node.origin.value).help(help));
        }
    }
    None
}

/// The format of a file, which its name decides, or else the style of its comments.
fn format(
    reader: &mut TableReader,
    path: &str,
    place: Span,
    content: &Content,
    comment: Option<Comment>,
) -> Option<&'static dyn Format> {
    let (message, help) = match (registry::of(path).or(comment.map(text::with)), content) {
        (None, _) => (
            format!("unsupported file name `{path}`"),
            format!(
                "name the style of its comments, such as `comment = \"#\"`, or use one of these names: {}",
                registry::file_names(|_| true).join(", ")
            ),
        ),
        (Some(format), Content::Data(_)) if !prints_data(format) => {
            let names = registry::file_names(prints_data).join(", ");
            (
                format!("`data` cannot be printed as {}", format.name()),
                format!("use a `template`, or a path with one of these names: {names}"),
            )
        }
        (format, _) => return format,
    };
    reader.problems.push(Problem::error(Code::PackManifest, message).at(place).help(help));
    None
}

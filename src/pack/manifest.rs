//! Reads `pack.toml`.
//!
//! Knows the manifest's keys; what they lead to in other files is the pack's target.

use crate::model::code::Code;
use std::sync::Arc;

use super::rules;
use super::{ChartRule, Content, Each, FileRule, Files, Identity, StateRule};
use crate::base::english;
use crate::format::{Format, LayoutMode, registry};
use crate::model::cause::Subject;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{Key, Path};
use crate::model::reference::{self, Part, Reference, Scope};
use crate::model::span::{FileId, Sources, Span};
use crate::model::tree::{self, Node, Table, Value};
use crate::schema::Schema;
use crate::toml_file;

pub struct Manifest {
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
const FILE_KEYS: [&str; 10] =
    ["name", "template", "data", "path", "each", "items", "when", "records", "runbook", "layout"];

/// The content of a manifest, or `None` if it is not valid TOML.
pub fn read(
    sources: &Sources,
    file: FileId,
    pack: &str,
    problems: &mut Problems,
) -> Option<Manifest> {
    let tree = toml_file::read_valid(sources, file, pack, problems)?;
    let mut reader = Reader { problems };
    reader.known(&tree, &KEYS);
    let empty = || Arc::new(Node::new(Value::Table(Table::default()), tree.origin.clone()));
    Some(Manifest {
        place: Span { file, start: 0, end: 0 },
        schema: reader.string(&tree, "schema").map_or("schema.json".to_owned(), |(text, _)| text),
        defaults: tree.get("defaults").cloned().unwrap_or_else(empty),
        distinct: reader.paths(&tree, "distinct"),
        volatile: reader.paths(&tree, "volatile"),
        allow: reader.strings(&tree, "allow").into_iter().map(|(text, _)| text).collect(),
        chart: reader.path(&tree, "chart"),
        charts: rules::charts(&mut reader, &tree),
        state: rules::state(&mut reader, &tree),
        identity: rules::identity(&mut reader, &tree),
        files: reader.files(&tree),
    })
}

impl Manifest {
    /// This manifest over the one it extends: it adds, and replaces files of the same name.
    pub fn over(self, base: Manifest) -> Manifest {
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

    /// Holds every path and reference of the manifest against the schema.
    pub fn check(&self, schema: &Schema, files: &Files, problems: &mut Problems) {
        let settings = self.distinct.iter().chain(&self.volatile).chain(&self.chart);
        for (path, place) in settings {
            declared(schema, Scope::Service, path, *place, problems);
        }
        rules::check(self, schema, problems);
        for rule in &self.files {
            for part in &rule.path {
                if let Part::Reference(Reference { scope, path, .. }) = part {
                    rule_names(schema, rule, *scope, path, problems);
                }
            }
            let data = match &rule.content {
                Content::Data(path) => Some(path),
                Content::Template(_) => None,
            };
            for path in data.into_iter().chain(&rule.when).chain(&rule.items) {
                rule_names(schema, rule, Scope::Service, path, problems);
            }
            if let Content::Template(template) = &rule.content
                && !files.contains_key(&**template)
            {
                let message = format!("the pack has no template `{template}`");
                let problem = Problem::error(Code::MissingTemplate, message);
                let known: Vec<&str> = files.keys().map(String::as_str).collect();
                problems.push(problem.unknown_word(rule.path_place, template, &known));
            }
        }
        check_references(schema, &self.defaults, problems);
    }
}

/// A default may refer to a value that is not set, but not to one that the schema does not declare.
fn check_references(schema: &Schema, node: &Node, problems: &mut Problems) {
    match &node.value {
        Value::Table(table) => {
            table.values().for_each(|item| check_references(schema, item, problems));
        }
        Value::List(items) => {
            items.iter().for_each(|item| check_references(schema, item, problems));
        }
        _ => {
            for part in node.segments.iter().flat_map(|parts| parts.iter()) {
                if let Part::Reference(Reference { scope, path, .. }) = part {
                    declared(schema, *scope, path, node.origin.value, problems);
                }
            }
        }
    }
}

/// Holds a path of a rule against the schema; in one for each entry of a table, `item` is the entry.
fn rule_names(
    schema: &Schema,
    rule: &FileRule,
    scope: Scope,
    path: &Path,
    problems: &mut Problems,
) {
    let entry = Key::from("0");
    let real = match scope {
        Scope::Service => rule.path_of(path, Some(&entry)),
        Scope::Env => path.clone(),
    };
    let is_name = path.0.last().is_some_and(|key| &**key == "name");
    if !(is_name && real != *path) {
        declared(schema, scope, &real, rule.path_place, problems);
    }
}

pub fn declared(schema: &Schema, scope: Scope, path: &Path, place: Span, problems: &mut Problems) {
    if schema.declared(scope, path).is_some() {
        return;
    }
    let what = if scope == Scope::Env { "fact" } else { "setting" };
    let message = format!("the pack's schema declares no {what} `{path}`");
    let subject = Subject::Setting(scope, path.clone());
    problems.push(Problem::error(Code::UndeclaredName, message).at(place).about([subject]));
}

pub struct Reader<'a> {
    pub problems: &'a mut Problems,
}

impl Reader<'_> {
    pub fn known(&mut self, node: &Node, known: &[&str]) {
        for (key, item) in node.table().into_iter().flatten() {
            if !known.contains(&&**key) {
                let message = format!("a pack's manifest has no key `{key}` here");
                let problem = Problem::error(Code::UnknownKey, message);
                self.problems.push(problem.unknown_word(item.origin.key, key, known));
            }
        }
    }

    pub fn wrong(&mut self, node: &Node, message: impl Into<String>) {
        self.problems.push(Problem::error(Code::PackManifest, message).at(node.origin.value));
    }

    pub fn string(&mut self, node: &Node, key: &str) -> Option<(String, Span)> {
        let item = node.get(key)?;
        let text = item.str().map(|text| (text.to_owned(), item.origin.value));
        if text.is_none() {
            self.wrong(item, format!("`{key}` must be a string"));
        }
        text
    }

    fn strings(&mut self, node: &Node, key: &str) -> Vec<(String, Span)> {
        let Some(item) = node.get(key) else { return Vec::new() };
        let Value::List(items) = &item.value else {
            self.wrong(item, format!("`{key}` must be a list of strings"));
            return Vec::new();
        };
        let texts = items.iter().map(|item| (item.str(), item.origin.value));
        texts.filter_map(|(text, place)| Some((text?.to_owned(), place))).collect()
    }

    pub fn path(&mut self, node: &Node, key: &str) -> Option<(Path, Span)> {
        let (text, place) = self.string(node, key)?;
        // A manifest may write `service.` before a setting, as templates do.
        let path = Path::parse(text.strip_prefix("service.").unwrap_or(&text));
        path.map_err(|message| {
            self.problems.push(Problem::error(Code::PackManifest, message).at(place));
        })
        .ok()
        .map(|path| (path, place))
    }

    fn paths(&mut self, node: &Node, key: &str) -> Vec<(Path, Span)> {
        let texts = self.strings(node, key);
        texts.iter().filter_map(|(text, place)| Some((Path::parse(text).ok()?, *place))).collect()
    }

    fn files(&mut self, node: &Node) -> Vec<FileRule> {
        let Some(list) = node.get("files") else { return Vec::new() };
        let Value::List(items) = &list.value else {
            self.wrong(list, "`files` must be a list of tables: [[files]]");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.file(item)).collect()
    }

    fn file(&mut self, node: &Node) -> Option<FileRule> {
        self.known(node, &FILE_KEYS);
        let Some((path, path_place)) = self.string(node, "path") else {
            self.wrong(node, "this file has no `path`");
            return None;
        };
        let content = match (self.string(node, "template"), self.path(node, "data")) {
            (Some((template, _)), None) => Content::Template(template.into()),
            (None, Some((path, _))) => Content::Data(path),
            _ => {
                self.wrong(
                    node,
                    "a file has either a `template` or, as `data`, a setting to print",
                );
                return None;
            }
        };
        let format = self.format(&path, path_place, &content)?;
        let each = [
            ("environment", Each::Environment),
            ("service", Each::Service),
            ("project", Each::Project),
        ];
        let each = self.one_of(node, "each", &each)?;
        let runbook = self.flag(node, "runbook");
        let is_page = format.is_page() && each == Each::Environment;
        if let Some(item) = node.get("runbook").filter(|_| runbook && !is_page) {
            self.wrong(item, "a runbook is a Markdown page for each environment");
        }
        Some(FileRule {
            name: self.string(node, "name").map_or_else(|| path.clone(), |(name, _)| name),
            content,
            format,
            path: reference::parse(&path),
            path_place,
            each,
            items: self.path(node, "items").map(|(path, _)| path),
            when: self.path(node, "when").map(|(path, _)| path),
            runbook,
            records_chart: self.one_of(node, "records", &[("", false), ("chart", true)])?,
            layout: self.one_of(
                node,
                "layout",
                &[("canonical", LayoutMode::Canonical), ("keep", LayoutMode::Keep)],
            )?,
        })
    }

    /// The format of a file, which its name decides.
    fn format(
        &mut self,
        path: &str,
        place: Span,
        content: &Content,
    ) -> Option<&'static dyn Format> {
        let prints_data = |format: &dyn Format| format.data_printer().is_some();
        let (message, help) = match (registry::of(path), content) {
            (None, _) => (
                format!("unsupported file name `{path}`"),
                format!("supported names: {}", registry::file_names(|_| true).join(", ")),
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
        self.problems.push(Problem::error(Code::PackManifest, message).at(place).help(help));
        None
    }

    fn flag(&mut self, node: &Node, key: &str) -> bool {
        let Some(item) = node.get(key) else { return false };
        let Value::Boolean(flag) = item.value else {
            self.wrong(item, format!("`{key}` is true or false"));
            return false;
        };
        flag
    }

    /// The meaning of a keyword; the first one if the key is absent.
    fn one_of<T: Copy>(&mut self, node: &Node, key: &str, known: &[(&str, T)]) -> Option<T> {
        let Some(item) = node.get(key) else { return Some(known[0].1) };
        let found = known.iter().find(|(word, _)| Some(*word) == item.str());
        if found.is_none() {
            let known: Vec<&str> =
                known.iter().map(|(word, _)| *word).filter(|word| !word.is_empty()).collect();
            self.wrong(item, format!("`{key}` is one of {}", english::names(&known)));
        }
        found.map(|(_, value)| *value)
    }
}

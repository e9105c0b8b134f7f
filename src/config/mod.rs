//! The structure of `environments.toml`: its tables and reserved words.
//!
//! `resolve` merges the layers. Nothing here knows packs or the disk.

pub(crate) mod layer;
pub(crate) mod reserved;
mod reader;
mod waiver;

use crate::model::cause::{Cause, Subject};
use crate::model::code::Code;
use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::{IndexMap, IndexSet};

use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{Key, Path};
use crate::model::name::{Name, RelativePath, folded};
use crate::model::reference::Scope;
use crate::model::span::Span;
use crate::model::tree::Node;
use crate::toml_file::{Codes, TableReader};

/// A configuration as written, every name in it known to be one.
#[derive(Debug)]
pub struct Config {
    pub project: ProjectConfig,
    pub defaults: LayerSource,
    pub profiles: IndexMap<Key, ProfileConfig>,
    /// In the order of `project.order`.
    pub environments: IndexMap<Name, EnvironmentConfig>,
    pub services: IndexMap<Name, ServiceConfig>,
    pub waivers: Vec<Waiver>,
}

#[derive(Debug)]
pub struct ProjectConfig {
    pub name: Option<String>,
    /// The folder of generated files; `None` is the folder of `environments.toml` itself.
    pub output: Option<RelativePath>,
    /// The folders outside it that envroot may write to.
    pub also: Vec<RelativePath>,
    /// Promotion steps; the environments of one step may share an account.
    pub order: Vec<Vec<Name>>,
}

impl ProjectConfig {
    /// The folder of generated files, relative to `environments.toml`; empty for that folder itself.
    pub fn output(&self) -> &str {
        self.output.as_ref().map_or("", RelativePath::as_str)
    }
}

/// A layer as written: its keys, and what its head takes away or nulls.
#[derive(Debug)]
pub struct LayerSource {
    pub table: Arc<Node>,
    pub unset: Vec<(Path, Span)>,
    pub null: Vec<(Path, Span)>,
}

#[derive(Debug)]
pub struct ProfileConfig {
    pub facts: LayerSource,
    pub services: IndexMap<Name, LayerSource>,
}

#[derive(Debug)]
pub struct EnvironmentConfig {
    /// The place of its name.
    pub place: Span,
    pub facts: LayerSource,
    pub profiles: Vec<Key>,
    /// Still rendered so that it can be destroyed, out of every deploy list.
    pub retiring: bool,
    /// The services of which that holds alone.
    pub retiring_services: BTreeSet<Name>,
    pub services: IndexMap<Name, LayerSource>,
}

#[derive(Debug)]
pub struct ServiceConfig {
    /// The place of its name.
    pub place: Span,
    pub settings: LayerSource,
    /// The environments in which it runs; `None` means all.
    pub environments: Option<Vec<(Name, Span)>>,
    /// Settings that must be equal in all its environments.
    pub same: Vec<(Path, Span)>,
    /// Settings that must differ in all its environments.
    pub distinct: Vec<(Path, Span)>,
}

impl ServiceConfig {
    pub fn runs_in(&self, environment: &Name) -> bool {
        self.environments
            .as_ref()
            .is_none_or(|listed| listed.iter().any(|(name, _)| name == environment))
    }
}

/// An exception to a rule, with the reason for it.
#[derive(Clone, Debug)]
pub struct Waiver {
    pub check: String,
    pub at: String,
    pub reason: String,
    pub place: Span,
}

const TOP: [&str; 6] = ["project", "defaults", "profiles", "environments", "services", "waivers"];

/// Reads the configuration from the tree of `environments.toml`.
///
/// `version` is that of this envroot, which `project.requires` must allow. What is wrong is in the
/// problems and left out of the configuration.
pub fn read(tree: &Node, version: &semver::Version) -> (Config, Problems) {
    let codes = Codes {
        wrong_type: Code::WrongType,
        wrong_value: Code::WrongValue,
        missing_key: Code::MissingKey,
    };
    let mut reader = TableReader::new(codes);
    known_tables(&mut reader, tree);
    let project = project(&mut reader, tree, version);
    let services: IndexMap<Name, ServiceConfig> = reader
        .named(tree.get("services"))
        .into_iter()
        .map(|(name, node)| (name, service(&mut reader, &node)))
        .collect();
    let profiles: IndexMap<Key, ProfileConfig> = reader
        .table(tree.get("profiles"))
        .into_iter()
        .flatten()
        .map(|(key, node)| (Key::clone(key), profile(&mut reader, node, &services)))
        .collect();
    let mut environments: IndexMap<Name, EnvironmentConfig> = reader
        .named(tree.get("environments"))
        .into_iter()
        .map(|(name, node)| {
            let environment = environment(&mut reader, &name, &node, &services, &profiles);
            (name, environment)
        })
        .collect();
    let defaults = match tree.get("defaults") {
        Some(node) => reader::facts(&mut reader, node, &[]),
        None => LayerSource::none(tree),
    };
    let waivers = waivers(&mut reader, tree.get("waivers"));
    check_order(&mut reader, &project, &environments, tree);
    check_where_services_run(&mut reader, &services, &environments);
    let ranks: IndexSet<&Name> = project.order.iter().flatten().collect();
    environments.sort_by_cached_key(|name, _| ranks.get_index_of(name));
    (Config { project, defaults, profiles, environments, services, waivers }, reader.problems)
}

/// Reports tables that are none of ours. Where one is misspelt, all that it holds is missing.
fn known_tables(reader: &mut TableReader, tree: &Node) {
    for (key, item) in tree.table().into_iter().flatten() {
        if TOP.contains(&&**key) {
            continue;
        }
        let message = format!("environments.toml has no key `{key}`");
        let problem = Problem::error(Code::UnknownKey, message);
        let problem = problem.unknown_word(item.origin.key, key, &TOP);
        let keys = item.table().into_iter().flatten().map(|(key, _)| key);
        let held: Vec<Subject> = match problem.meant.as_deref() {
            Some("defaults") => {
                keys.map(|key| Subject::Setting(Scope::Env, Path::of(&[key]))).collect()
            }
            Some(meant) => keys.map(|key| Subject::Table(Path::of(&[meant, key]))).collect(),
            None => Vec::new(),
        };
        reader.problems.push(problem.about(held));
    }
}

/// The cause of a problem with a name: the table of that name is misspelt.
fn table_missing(kind: &str, name: &str) -> Cause {
    Cause::Table(Path::of(&[kind, name]))
}

impl LayerSource {
    fn none(near: &Node) -> LayerSource {
        let empty =
            Node::new(crate::model::tree::Value::Table(Default::default()), near.origin.clone());
        LayerSource { table: Arc::new(empty), unset: Vec::new(), null: Vec::new() }
    }
}

fn project(reader: &mut TableReader, tree: &Node, version: &semver::Version) -> ProjectConfig {
    let mut project =
        ProjectConfig { name: None, output: None, also: Vec::new(), order: Vec::new() };
    let Some(node) = tree.get("project") else {
        let message = "there is no `[project]` table";
        let help = "begin with [project] and order = [\"dev\", …], the promotion order";
        reader.problems.push(
            Problem::error(Code::MissingKey, message).at(tree.origin.key.part(0, 0)).help(help),
        );
        return project;
    };
    reader.known_keys(node, &["name", "requires", "output", "also", "order"], "[project]");
    let name = reader.parsed(node.get("name"), Name::parse);
    project.name = name.map(|(name, _)| name.to_string());
    reader::requires(reader, node.get("requires"), version);
    let output = node.get("output").filter(|node| node.str() != Some("."));
    project.output = reader.parsed(output, owned_folder).map(|(path, _)| path);
    let also = reader.parsed_list(node.get("also"), owned_folder);
    project.also = also.into_iter().map(|(path, _)| path).collect();
    project.order = reader::order(reader, node);
    project
}

/// A folder for generated files: none of the packs, of Git, of Terraform or of the patches.
fn owned_folder(text: &str) -> Result<RelativePath, String> {
    let path = RelativePath::parse(text)?;
    if path.is_in_templates() {
        return Err(format!(
            "`{path}` is the folder of the packs, and generated files go elsewhere"
        ));
    }
    match path.as_str().split('/').find(|part| NOT_OURS.contains(&&*folded(part))) {
        Some(part) => Err(format!("`{part}` is not envroot's to write")),
        None => Ok(path),
    }
}

/// Names that belong to Git, to Terraform and to people.
const NOT_OURS: [&str; 4] = [".git", "git~1", ".terraform", ".envroot"];

fn service(reader: &mut TableReader, node: &Arc<Node>) -> ServiceConfig {
    reader::refuse(reader, node, "name", "the name is the table's own key");
    let environments = node.get("environments").map(|_| reader.names(node.get("environments")));
    ServiceConfig {
        place: node.origin.key,
        settings: reader::layer(reader, node, &["environments", "same", "distinct"]),
        environments,
        same: reader.paths(node.get("same")),
        distinct: reader.paths(node.get("distinct")),
    }
}

fn profile(
    reader: &mut TableReader,
    node: &Arc<Node>,
    services: &IndexMap<Name, ServiceConfig>,
) -> ProfileConfig {
    reader::refuse(
        reader,
        node,
        "profiles",
        "an environment lists its profiles, a profile takes none",
    );
    reader::refuse(reader, node, "status", "only an environment has a status");
    let services = reader::services(reader, node, services, &[]);
    ProfileConfig { facts: reader::facts(reader, node, &["services"]), services }
}

fn environment(
    reader: &mut TableReader,
    name: &Name,
    node: &Arc<Node>,
    services: &IndexMap<Name, ServiceConfig>,
    profiles: &IndexMap<Key, ProfileConfig>,
) -> EnvironmentConfig {
    let services = reader::services(reader, node, services, &["status"]);
    let mut listed = Vec::new();
    for (text, place) in reader.strings(node.get("profiles")) {
        match profiles.get_key_value(text.as_str()) {
            Some((name, _)) => listed.push(Arc::clone(name)),
            None => {
                let known: Vec<&str> = profiles.keys().map(|key| &**key).collect();
                let problem =
                    Problem::error(Code::UnknownProfile, format!("there is no profile `{text}`"));
                // The profile may give any fact and setting of the environment.
                let whole = Subject::Table(Path::of(&["environments", name.as_str()]));
                let problem = problem.caused_by(table_missing("profiles", &text)).about([whole]);
                reader.problems.push(problem.unknown_word(place, &text, &known));
            }
        }
    }
    let written = |name: &Name| node.get("services")?.get(name.as_str());
    let retiring_services = services
        .keys()
        .filter(|name| written(name).is_some_and(|it| reader::is_retiring(reader, it)))
        .cloned()
        .collect();
    EnvironmentConfig {
        place: node.origin.key,
        facts: reader::facts(reader, node, &["services", "profiles", "status"]),
        profiles: listed,
        retiring: reader::is_retiring(reader, node),
        retiring_services,
        services,
    }
}

fn waivers(reader: &mut TableReader, node: Option<&Arc<Node>>) -> Vec<Waiver> {
    let mut waivers = Vec::new();
    for item in reader.tables(node) {
        reader.known_keys(&item, &["check", "at", "reason"], "a waiver");
        let check = reader.required(&item, "check", "the rule it waives, such as \"distinct\"");
        let at = reader.required(
            &item,
            "at",
            "where it applies, such as \"environments.dev.account_id\"",
        );
        let reason = reader.required(&item, "reason", "why the rule does not hold here");
        if let (Some(check), Some(at), Some(reason)) = (check, at, reason)
            && waiver::is_narrow(reader, &item, &at)
        {
            let (at, place) = (waiver::written(&at), item.origin.value);
            waivers.push(Waiver { check, at, reason, place });
        }
    }
    waivers
}

/// `order` lists exactly the tables under `environments`, each once.
fn check_order(
    reader: &mut TableReader,
    project: &ProjectConfig,
    environments: &IndexMap<Name, EnvironmentConfig>,
    tree: &Node,
) {
    let order = tree.get("project").and_then(|project| project.get("order"));
    let Some(order) = order else { return };
    let mut listed: IndexSet<&Name> = IndexSet::new();
    for name in project.order.iter().flatten() {
        if !listed.insert(name) {
            let message = format!("`order` lists `{name}` twice");
            reader.problems.push(Problem::error(Code::Order, message).at(order.origin.value));
        } else if !environments.contains_key(name) {
            let message =
                format!("`order` lists `{name}`, but there is no table `[environments.{name}]`");
            let help = format!("add [environments.{name}], or take `{name}` out of `order`");
            let problem = Problem::error(Code::Order, message).at(order.origin.value).help(help);
            reader.problems.push(problem.caused_by(table_missing("environments", name.as_str())));
        }
    }
    for (name, environment) in environments {
        if !listed.contains(name) {
            let message = format!("`order` does not list the environment `{name}`");
            let help = "add it to `order` in [project], at its step of the promotion";
            let problem = Problem::error(Code::Order, message).at(environment.place).help(help);
            reader.problems.push(problem.label(order.origin.value, "the promotion order"));
        }
    }
}

fn check_where_services_run(
    reader: &mut TableReader,
    services: &IndexMap<Name, ServiceConfig>,
    environments: &IndexMap<Name, EnvironmentConfig>,
) {
    for (name, service) in services {
        for (listed, place) in service.environments.iter().flatten() {
            if !environments.contains_key(listed) {
                let message = format!(
                    "`services.{name}.environments` lists `{listed}`, which is not an environment"
                );
                let known: Vec<&str> = environments.keys().map(Name::as_str).collect();
                let problem = Problem::error(Code::UnknownEnvironment, message)
                    .caused_by(table_missing("environments", listed.as_str()));
                reader.problems.push(problem.unknown_word(*place, listed.as_str(), &known));
            }
        }
    }
    for (name, environment) in environments {
        for (service, written) in &environment.services {
            let known = services.get(service);
            if known.is_some_and(|service| !service.runs_in(name)) {
                let message =
                    format!("`{service}` has settings for `{name}`, where it does not run");
                let help = format!(
                    "add \"{name}\" to services.{service}.environments, or remove this table"
                );
                let problem =
                    Problem::error(Code::NotDeployed, message).at(written.table.origin.key);
                reader.problems.push(problem.help(help));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::span::Sources;
    use crate::toml_file;

    /// The problems of a configuration, each as `code slice`, beside what it reads as.
    fn problems(text: &str) -> Vec<String> {
        let mut sources = Sources::default();
        let file = sources.add("environments.toml", text);
        let (tree, found) = toml_file::read(&sources, file, None);
        assert!(found.is_empty(), "{found:?}");
        let (_, problems) = read(&tree, &semver::Version::new(0, 1, 3));
        let shown = |problem: &Problem| {
            format!("{} {}", problem.code, sources.slice(problem.labels[0].place))
        };
        problems.sorted().iter().map(shown).collect()
    }

    const GOOD: &str = "
        [project]
        requires = \"0.1\"
        order = [\"dev\", [\"prod-us\", \"prod-eu\"]]
        [profiles.live]
        [environments.dev]
        [environments.prod-us]
        profiles = [\"live\"]
        [environments.prod-eu]
        status = \"retiring\"
        [services.web]
        environments = [\"dev\", \"prod-us\"]
    ";

    #[test]
    fn a_good_configuration_has_no_problems() {
        assert_eq!(problems(GOOD), [""; 0]);
    }

    #[track_caller]
    fn check(from: &str, to: &str, expected: &[&str]) {
        assert!(GOOD.contains(from));
        assert_eq!(problems(&GOOD.replace(from, to)), expected);
    }

    #[test]
    fn every_mistake_is_found_at_its_place() {
        check("requires", "require", &["unknown-key require"]);
        check("\"0.1\"", "\"0.2\"", &["wrong-version \"0.2\""]);
        check("\"0.1\"", "\"new\"", &["wrong-value \"new\""]);
        check("[\"dev\", [", "[[", &["order dev"]);
        check(
            "\"dev\", [\"prod-us\"",
            "\"dev\", [\"dev\", \"prod-us\"",
            &["order [\"dev\", [\"dev\", \"prod-us\", \"prod-eu\"]]"],
        );
        check("profiles = [\"live\"]", "profiles = [\"life\"]", &["unknown-profile \"life\""]);
        check("\"retiring\"", "\"gone\"", &["wrong-value \"gone\""]);
        check("[services.web]", "[services.Web]", &["wrong-name Web"]);
        check("[profiles.live]", "[profiles.live.services.wbe]", &["unknown-service wbe"]);
        check("[profiles.live]", "[profiles.live]\nname = \"x\"", &["misplaced-key name"]);
        check("\"prod-us\"]\n    ", "\"prod\"]\n", &["unknown-environment \"prod\""]);
        check(
            "[services.web]",
            "[environments.prod-eu.services.web]\n[services.web]",
            &["not-deployed web"],
        );
        check(
            "[services.web]",
            "[services.web]\nnull = [\"hostname\"]",
            &["misplaced-null \"hostname\""],
        );
        check(
            "[services.web]",
            "[[waivers]]\ncheck = \"x\"\nat = \"y\"\n[services.web]",
            &["missing-key [[waivers]]"],
        );
        check("[services.web]", "[service.web]", &["unknown-key service"]);
    }

    #[test]
    fn no_file_is_generated_into_a_folder_of_others() {
        let refused = [
            "templates",
            "templates/out",
            "Templates",
            "TEMPLATES/a",
            ".git",
            "a/.git/b",
            ".GIT",
            "git~1",
            ".terraform",
            "live/.terraform",
            ".envroot",
        ];
        for folder in refused {
            let value = format!("wrong-value \"{folder}\"");
            let order = "order = [\"dev\", [\"prod-us\", \"prod-eu\"]]";
            let with = |line: String| format!("{line}\n        {order}");
            check(order, &with(format!("output = \"{folder}\"")), &[&value]);
            check(order, &with(format!("also = [\"x\", \"{folder}\"]")), &[&value]);
        }
        for folder in [".", "template", "live/templates", "templates-2", ".github", "charts", "git"]
        {
            check("[project]", &format!("[project]\noutput = \"{folder}\""), &[]);
        }
    }

    #[test]
    fn environments_come_in_promotion_order() {
        let text = "project.order = [\"b\", \"a\"]\n[environments.a]\n[environments.b]";
        let mut sources = Sources::default();
        let file = sources.add("environments.toml", text);
        let (tree, _) = toml_file::read(&sources, file, None);
        let (config, _) = read(&tree, &semver::Version::new(0, 1, 0));
        let names: Vec<&str> = config.environments.keys().map(Name::as_str).collect();
        assert_eq!(names, ["b", "a"]);
    }
}

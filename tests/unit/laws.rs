//! The laws of layers, held against a second reading of the rules: what merges, what `unset` and
//! `null` do, and where every value that comes out was written.
//!
//! Random layers from seeds, the same in every run; a failure names its seed.

mod layers;

use std::collections::BTreeMap;
use std::path::Path as DiskPath;
use std::sync::Arc;

use crate::support::random::Random;
use crate::support::rounds::rounds;
use envroot::model::key_path::Path;
use envroot::model::span::Sources;
use envroot::model::tree::{self, Node, Value};
use envroot::pack::{self, Folder};
use envroot::project::load::{self, RenderedProject};
use envroot::render::trace;
use envroot::render::{self, Charts, File, Source};
use envroot::resolve::{self, Packs, Resolved};
use envroot::world::{Disk, World};
use envroot::{config, toml_file};
use layers::Layer;
use serde_json::{Value as Json, json};

const SCHEMA: &str =
    r#"{ "properties": { "env": { "properties": {} }, "service": { "properties": {} } } }"#;
const FILES: &str = "
[[files]]
name = \"values\"
data = \"values\"
path = \"values-{{ env.name }}.yaml\"
each = \"environment\"
";

/// What a configuration comes to: settings, files, and how often something was wrong.
struct Made {
    sources: Sources,
    tree: Arc<Node>,
    defaults: Arc<Node>,
    resolved: Resolved,
    files: Vec<File>,
    codes: Vec<&'static str>,
}

fn made(environments: &str, defaults: &str) -> Made {
    let mut sources = Sources::default();
    let file = sources.add("environments.toml", environments);
    let (tree, problems) = toml_file::read(&sources, file, None);
    assert!(problems.is_empty(), "{problems:?}\n{environments}");
    let (config, mut problems) = config::read(&tree, &semver::Version::new(0, 1, 0));
    let manifest = format!("{FILES}\n[defaults]\n{defaults}\n");
    let file = |name: &str, text: &str| (name.to_owned(), text.as_bytes().to_vec());
    let folder = Folder::new("p", vec![file("pack.toml", &manifest), file("schema.json", SCHEMA)]);
    let nothing = Folder::new("components", Vec::new());
    let (pack, found) = pack::load(&mut sources, vec![folder], nothing);
    problems.extend(found);
    let pack = Arc::new(pack.expect("a sound pack"));
    let packs: Packs = [("p".to_owned(), Arc::clone(&pack))].into_iter().collect();
    let (resolved, found) = resolve::resolve(&config, &packs, &sources);
    problems.extend(found);
    let charts = Charts::new();
    let input = render::Input {
        project: &config.project,
        resolved: &resolved,
        charts: &charts,
        sources: &sources,
    };
    let (files, found) = render::render(&input);
    problems.extend(found);
    let codes = problems.sorted().iter().map(|problem| problem.code.as_str()).collect();
    Made { defaults: Arc::clone(&pack.defaults), sources, tree, resolved, files, codes }
}

/// The tables that the layers of a service stand in, the lowest first; below them all is the pack.
const TABLES: [&str; 4] =
    ["services.s", "profiles.a.services.s", "profiles.b.services.s", "environments.dev.services.s"];

fn written(layers: &[Layer]) -> String {
    let head = "[project]\noutput = \"out\"\norder = [\"dev\"]\n";
    let facts = "[environments.dev]\nprofiles = [\"a\", \"b\"]\n[profiles.a]\n[profiles.b]\n";
    let mut text = format!("{head}{facts}");
    for (table, layer) in TABLES.iter().zip(layers) {
        let pack = if *table == "services.s" { "pack = \"p\"\n" } else { "" };
        text.push_str(&format!("[{table}]\n{pack}{}", layer.written("values")));
    }
    text
}

#[test]
fn layers_come_to_what_the_rules_say() {
    let (mut leaves, mut problems) = (0, 0);
    for seed in 0..rounds(2_000) as u64 {
        let random = &mut Random(seed);
        let defaults = Layer { unset: Vec::new(), null: Vec::new(), ..Layer::random(random) };
        let layers: Vec<Layer> = TABLES.map(|_| Layer::random(random)).into();
        let text = written(&layers);
        let made = made(&text, &defaults.written("values"));
        let mut expected = json!({});
        let stack = [&defaults].into_iter().chain(&layers);
        let mut wrong = [0, 0];
        for layer in stack {
            let [unset, null] = layer.applied(&mut expected);
            wrong = [wrong[0] + unset, wrong[1] + null];
        }
        let count = |code: &str| made.codes.iter().filter(|it| **it == code).count();
        let found = [count("unset-nothing"), count("misplaced-null")];
        assert_eq!((found, made.codes.len()), (wrong, wrong.iter().sum()), "seed {seed}:\n{text}");
        let settings = &made.resolved.services[0].deployments[0].settings;
        let values = settings.get("values").map_or(json!({}), |values| values.to_json());
        assert_eq!(values, expected, "seed {seed}:\n{text}");
        problems += made.codes.len();
        leaves += provenances(&made, seed);
    }
    assert!(
        leaves > rounds(10_000) && problems > rounds(500),
        "{leaves} leaves, {problems} problems"
    );
}

/// Holds every leaf of the values, and every line that prints one, against where it was written.
fn provenances(made: &Made, seed: u64) -> usize {
    let settings = &made.resolved.services[0].deployments[0].settings;
    let mut leaves = 0;
    let Some(values) = settings.get("values") else { return 0 };
    for_each_leaf(values, &mut |node| {
        let origin = &node.origin;
        let slice = made.sources.slice(origin.value);
        if node.value == Value::Null {
            assert!(slice.starts_with("\"values."), "seed {seed}: {slice}");
        } else {
            let root = if origin.pack.is_some() { &made.defaults } else { &made.tree };
            let path = match origin.pack {
                Some(_) => Path(origin.path.0[1..].to_vec()),
                None => (*origin.path).clone(),
            };
            let there = root.at(&path).unwrap_or_else(|| panic!("seed {seed}: {path}"));
            assert_eq!(there.to_json(), node.to_json(), "seed {seed}: {path}");
            let read: Json = toml::from_str::<BTreeMap<String, Json>>(&format!("x = {slice}"))
                .unwrap()
                .remove("x")
                .unwrap();
            assert_eq!(read, node.to_json(), "seed {seed}: {path}");
        }
        leaves += 1;
    });
    for file in made.files.iter().filter(|file| matches!(file.source, Source::Data { .. })) {
        for line in 0..file.text().unwrap().body().lines().count() {
            assert!(trace::decided(file, line, &made.resolved).is_some(), "seed {seed}: {line}");
        }
    }
    leaves
}

fn for_each_leaf(node: &Node, see: &mut impl FnMut(&Node)) {
    match &node.value {
        Value::Table(table) => table.values().for_each(|inner| for_each_leaf(inner, see)),
        _ => see(node),
    }
}

fn parsed(text: &str) -> Arc<Node> {
    let mut sources = Sources::default();
    let file = sources.add("layer.toml", text);
    toml_file::read(&sources, file, None).0
}

#[test]
fn layers_that_agree_on_what_is_a_table_may_be_merged_in_any_grouping() {
    for seed in 0..rounds(5_000) as u64 {
        let random = &mut Random(seed);
        let shape = layers::shape(random, 3);
        let layers: Vec<Arc<Node>> =
            (0..4).map(|_| parsed(&layers::within(&shape, random).written("x"))).collect();
        let merge = |layers: &[Arc<Node>]| {
            layers[1..].iter().fold(Arc::clone(&layers[0]), |a, b| tree::merge(&a, b))
        };
        let expected = merge(&layers).to_json();
        for split in 1..4 {
            let (low, high) = layers.split_at(split);
            let found = tree::merge(&merge(low), &merge(high));
            assert_eq!(found.to_json(), expected, "seed {seed}");
        }
    }
}

#[test]
fn layers_that_disagree_on_what_is_a_table_are_merged_from_the_lowest_up() {
    let layers = ["x = { a = 1 }", "x = 1", "x = { b = 2 }"].map(parsed);
    let [one, two, three] = &layers;
    let up = tree::merge(&tree::merge(one, two), three);
    let down = tree::merge(one, &tree::merge(two, three));
    assert_eq!(up.to_json(), json!({ "x": { "b": 2 } }));
    assert_ne!(up.to_json(), down.to_json());
    let layer = |x: &str| Layer {
        keys: json!({ "x": parsed(x).get("x").unwrap().to_json() }),
        ..Layer::default()
    };
    let stack = ["x = { a = 1 }", "x = 1", "x = { b = 2 }"].map(layer);
    let made = made(&written(&stack), "");
    let values = made.resolved.services[0].deployments[0].settings.get("values").unwrap().to_json();
    assert_eq!(values, up.to_json());
}

fn loaded(folder: &str) -> RenderedProject {
    let disk = Disk::find(DiskPath::new(folder)).unwrap().expect("a project");
    let text = String::from_utf8(disk.bytes("environments.toml").unwrap().unwrap()).unwrap();
    let Ok(read) = load::read(text) else { panic!("{folder} cannot be read") };
    read.load(&disk).unwrap()
}

#[test]
fn what_real_projects_print_leads_back_to_a_setting() {
    for folder in [".", "examples/cluster-manager", "examples/platform", "examples/ecs"] {
        let loaded = loaded(folder);
        assert!(loaded.problems.is_empty(), "{folder}");
        let mut printed = 0;
        for file in &loaded.files {
            let text = file.text().unwrap();
            let lines: Vec<usize> = match &file.source {
                Source::Own => continue,
                Source::Data { .. } => (0..text.body().lines().count()).collect(),
                Source::Template { pack, deployment: Some(_), .. } => {
                    let of_setting = |(_, tag): &&(u32, u32)| {
                        let uses = &pack.engine.tag(*tag).uses;
                        uses.iter().any(|used| used.component.is_none() && is_setting(&used.path))
                    };
                    text.tags().iter().filter(of_setting).map(|(line, _)| *line as usize).collect()
                }
                // What holds for several environments is decided in several places.
                Source::Template { deployment: None, .. } => continue,
            };
            for line in lines {
                let decided = trace::decided(file, line, &loaded.resolved);
                let body = text.body();
                let shown = body.lines().nth(line);
                assert!(decided.is_some(), "{folder}: {}:{line}: {shown:?}", file.path);
                printed += 1;
            }
        }
        assert!(printed > 50, "{folder}: {printed}");
        eprintln!("{folder}: {printed} lines lead back to a setting");
    }
}

/// Whether a name in a template is that of a setting or a fact. A name is the key of its table, and
/// no setting decides it.
fn is_setting(path: &Path) -> bool {
    let keys: Vec<&str> = path.0.iter().map(|key| &**key).collect();
    matches!(keys[..], ["env" | "service", first, ..] if !matches!(first, "name" | "item"))
}

//! The whole pipeline from texts to a report, without a disk.
//!
//! An input is a list of files, each behind a line `== path`: `environments.toml`, packs below
//! `templates/`, charts below `charts/`; all other files are on disk already.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use envroot::ecosystem::helm_chart;
use envroot::model::diagnostic::Problems;
use envroot::model::name::RelativePath;
use envroot::pack::{self, Folder};
use envroot::plan::{self, Options, Selection};
use envroot::project::load::{self, RenderedProject, Unreadable};
use envroot::render::trace;
use envroot::render::{self, Charts};
use envroot::report::{self, Checked, Style, View};
use envroot::resolve::{self, Packs};
use envroot::rules::drift::{Drift, moved_state};
use envroot::rules::runner;
use envroot::world::Found;

type Files<'a> = BTreeMap<&'a str, &'a str>;

/// Reads, resolves, renders, compares and reports, twice, with the same result.
pub(crate) fn holds(input: &[u8]) {
    let Ok(input) = std::str::from_utf8(input) else { return };
    let files = files(input);
    assert_eq!(run(&files), run(&files), "two runs differ");
}

fn files(input: &str) -> Files<'_> {
    let parts = input.strip_prefix("== ").unwrap_or(input).split("\n== ");
    parts.filter_map(|part| part.split_once('\n')).collect()
}

/// Everything that a run would print or write.
fn run(files: &Files<'_>) -> String {
    let text = files.get("environments.toml").unwrap_or(&"");
    let mut read = match load::read((*text).to_owned()) {
        Ok(read) => read,
        Err(Unreadable { problems, sources }) => {
            return report::problem::show(&problems, &sources, Style::default()).to_string();
        }
    };
    let mut packs = Packs::default();
    let mut found_in_packs = Problems::default();
    for (name, _) in resolve::packs_in_use(&read.config) {
        let Some(folder) = folder(files, &name) else { continue };
        let components = folder_of(files, "components");
        let (pack, found) = pack::load(&mut read.sources, vec![folder], components);
        found_in_packs.extend(found);
        packs.extend(pack.map(|pack| (name, Arc::new(pack))));
    }
    let module = |folder: &str| Ok::<_, Infallible>(Some(terraform_files(files, folder)));
    let meant = read.resolve((packs, found_in_packs));
    let Ok(loaded) = meant.render(charts(files), |_, _| false, module);
    let RenderedProject { sources, resolved, files: rendered, waivers, unknown_charts, .. } =
        loaded;
    let mut problems = loaded.problems;
    problems.extend(waivers.unused());
    let mut out = String::new();
    for file in &rendered {
        // What cannot be read back is a problem of the pack's; that it is found is what counts.
        let text = file.text().expect("every file keeps its text");
        out.push_str(&format!("{}\n{}{:?}\n", file.path, text.as_str(), render::check(file)));
        for line in 0..text.body().lines().count() {
            trace::decided(file, line, &resolved);
        }
    }
    let listed: Vec<RelativePath> =
        files.keys().filter_map(|path| RelativePath::parse(path).ok()).collect();
    let read = |path: &RelativePath| match files.get(path.as_str()) {
        Some(text) => Found::Text((*text).to_owned()),
        None => Found::Nothing,
    };
    let plan = plan::plan(&rendered, &listed, &Options::default(), read);
    let view = View {
        plan: &plan,
        unknown_charts,
        unjudged: Default::default(),
        waivers: &waivers,
        files: &rendered,
        resolved: &resolved,
        sources: &sources,
        selection: &Selection::default(),
    };
    out.push_str(&report::text::check(&view, Style::default()));
    let moved = moved_state::moved(&rendered, &plan.entries, &BTreeMap::new(), false);
    let drift = Drift {
        resolved: &resolved,
        files: &rendered,
        entries: &plan.entries,
        moved: &moved,
        handwritten: &[],
    };
    problems.extend(runner::drift(&drift, &[], &waivers));
    out.push_str(&report::migration::steps(&moved, ""));
    let problems = problems.sorted();
    let checked = Checked {
        view: Some(&view),
        problems: &problems,
        failures: &plan.failures,
        sources: &sources,
        prefix: "",
        here: &BTreeSet::new(),
    };
    out.push_str(&report::json::check(&checked, false, 0, true));
    out.push_str(&report::github::commands(&report::finding::findings(&checked)));
    if !problems.is_empty() {
        out.push_str(&report::problem::show(&problems, &sources, Style::default()));
    }
    out
}

/// The Terraform files that lie in a folder.
fn terraform_files(files: &Files<'_>, folder: &str) -> Vec<(String, String)> {
    let inside = files.iter().filter_map(|(path, text)| {
        let name = path.strip_prefix(folder)?.strip_prefix('/')?;
        let is_module = name.ends_with(".tf") && !name.contains('/');
        is_module.then(|| (name.to_owned(), (*text).to_owned()))
    });
    inside.collect()
}

fn folder(files: &Files<'_>, name: &str) -> Option<Folder> {
    let folder = folder_of(files, name);
    (!folder.files.is_empty()).then_some(folder)
}

fn folder_of(files: &Files<'_>, name: &str) -> Folder {
    Folder::new(name, below(files, &format!("templates/{name}/")))
}

fn below(files: &Files<'_>, prefix: &str) -> Vec<(String, Vec<u8>)> {
    let found = files.iter().filter_map(|(path, text)| Some((path.strip_prefix(prefix)?, text)));
    found.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
}

/// The charts below `charts/`, each by itself.
fn charts(files: &Files<'_>) -> Charts {
    let mut charts = Charts::new();
    for path in files.keys() {
        let Some(folder) = path.strip_suffix("/Chart.yaml") else { continue };
        let Ok(name) = RelativePath::parse(folder) else { continue };
        let whole =
            helm_chart::ChartFolder { path: name, files: below(files, &format!("{folder}/")) };
        _ = helm_chart::local_dependencies(&whole);
        charts.extend(helm_chart::read(&whole, &[]).ok().map(|chart| (folder.to_owned(), chart)));
    }
    charts
}

//! The files of a new project: an `environments.toml` that renders at once, and a chart if the
//! repository has none.
//!
//! The texts are in the folder `starter`.

use include_dir::{Dir, include_dir};

use super::survey::Survey;

static STARTER: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/starter");

/// The chart of the starter, and the service that runs it.
const CHART: &str = "charts/hello";
const SERVICE: &str = "hello";

/// A chart of the repository's own has its own keys.
const OWN_VALUES: &str = "\
unset     = [\"values\"]                # what the pack maps is for its own charts
values    = {}                          # what this one is told
";

/// The files to write, by path. The first chart that was found takes the place of the starter's;
/// generated files go to `output`.
pub(crate) fn files(found: &Survey, output: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    collect(&STARTER, &mut files);
    files.sort();
    for (_, text) in &mut files {
        *text = text.replace("output   = \"generated\"", &format!("output   = \"{output}\""));
    }
    let Some(chart) = found.charts.first() else { return files };
    let name = chart.rsplit('/').next().unwrap_or_default();
    let service =
        crate::model::name::Name::parse(name).map_or(SERVICE.to_owned(), |it| it.to_string());
    files.retain(|(path, _)| !path.starts_with(CHART));
    let named = format!("chart     = \"{CHART}\"\n");
    let own = format!("chart     = \"{chart}\"\n{OWN_VALUES}");
    for (_, text) in &mut files {
        *text = text
            .replace(&named, &own)
            .replace(&format!("services.{SERVICE}]"), &format!("services.{service}]"));
    }
    files
}

fn collect(folder: &Dir<'_>, files: &mut Vec<(String, String)>) {
    for file in folder.files() {
        let text = file.contents_utf8().expect("a starter's files are text");
        files.push((file.path().to_string_lossy().into_owned(), text.to_owned()));
    }
    folder.dirs().for_each(|inner| collect(inner, files));
}

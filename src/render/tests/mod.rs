mod routes;

use std::sync::{Arc, Mutex};

use super::*;
use crate::config;
use crate::ecosystem::helm_chart::{self, ChartFolder};
use crate::pack::{self, Folder};
use crate::resolve::{self, Packs};
use crate::toml_file;

const PROJECT: &str = "
[project]
name = \"shop\"
output = \"out\"
also = [\".github\"]
order = [\"dev\", \"prod\"]
[environments.dev]
region = \"eu\"
[environments.prod]
region = \"us\"
status = \"retiring\"
[services.web]
pack = \"small\"
chart = \"charts/web\"
size = 3
";

const SCHEMA: &str = r#"{ "properties": {
    "env": { "properties": { "region": { "type": "string" } } },
    "service": { "properties": { "size": {}, "on": {}, "chart": {}, "text": {} } }
} }"#;

/// A pack's manifest with one file of each kind.
const MANIFEST: &str = "
chart = \"chart\"
[[files]]
name = \"main\"
template = \"main.tf\"
path = \"{{ service.name }}/{{ env.name }}/main.tf\"
[[files]]
name = \"extra\"
data = \"values\"
path = \"{{ service.name }}/{{ env.name }}/extra.yaml\"
when = \"on\"
[[files]]
name = \"flow\"
template = \"flow.yml\"
path = \".github/{{ service.name }}.yml\"
each = \"service\"
[[files]]
name = \"page\"
template = \"page.md\"
path = \"page.md\"
each = \"project\"
";

struct Rendered {
    /// Paths with the text below the head.
    files: Vec<(String, String)>,
    /// `code place: message` for each problem.
    problems: Vec<String>,
    collisions: Vec<String>,
}

fn render_with(project: &str, manifest: &str, templates: [(&str, &str); 3]) -> Rendered {
    let mut sources = Sources::default();
    let file = sources.add("environments.toml", project);
    let (tree, mut problems) = toml_file::read(&sources, file, None);
    let (config, found) = config::read(&tree, &semver::Version::new(0, 1, 0));
    problems.extend(found);
    let files = [("pack.toml", manifest), ("schema.json", SCHEMA)].into_iter().chain(templates);
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
    let folder = Folder { files, ..Folder::new("small", Vec::new()) };
    let components = Folder::new("components", Vec::new());
    let (pack, found) = pack::load(&mut sources, vec![folder], components);
    problems.extend(found);
    let packs = Packs::from_iter([("small".to_owned(), Arc::new(pack.expect("a pack")))]);
    let (resolved, found) = resolve::resolve(&config, &packs, &sources);
    problems.extend(found);
    let folder = ChartFolder {
        path: RelativePath::parse("charts/web").unwrap(),
        files: vec![("Chart.yaml".to_owned(), b"name: web\nversion: 1.2.3\n".to_vec())],
    };
    let mut chart = helm_chart::read(&folder, &[]).expect("a chart");
    chart.digest = "abc".into();
    let charts = Charts::from_iter([("charts/web".to_owned(), chart)]);
    let input =
        Input { project: &config.project, resolved: &resolved, charts: &charts, sources: &sources };
    let (files, found) = render(&input);
    let collisions = paths::collisions(&paths::plan(&input, &mut Problems::default()));
    each_file_is_seen_once_and_may_be_dropped(&input, &files);
    problems.extend(found);
    let shown = |problem: &Problem| {
        let place = problem.labels.first().map(|label| sources.show(label.place));
        format!("{} {}: {}", problem.code, place.unwrap_or_default(), problem.message)
    };
    Rendered {
        files: files
            .iter()
            .map(|file| (file.path.to_string(), file.text().unwrap().body().into_owned()))
            .collect(),
        problems: problems.sorted().iter().map(shown).collect(),
        collisions: collisions.iter().map(|it| format!("{:?}", it.kind)).collect(),
    }
}

/// Holds of every project that is rendered here.
fn each_file_is_seen_once_and_may_be_dropped(input: &Input<'_>, whole: &[File]) {
    let is_dropped = |file: &File| matches!(file.path.file_name(), "main.tf" | "flow.yml");
    let seen = Mutex::new(Vec::new());
    let text = |file: &File| file.text().map(|text| text.sealed().to_owned());
    let beside = render_each(input, |file, _| {
        seen.lock().unwrap().push((file.path.clone(), text(file)));
        is_dropped(file)
    });
    let mut seen = seen.into_inner().unwrap();
    seen.sort();
    let rendered = |file: &File| (file.path.clone(), text(file));
    let mut all: Vec<_> = whole.iter().map(rendered).collect();
    all.sort();
    assert_eq!(seen, all);
    let left = |file: &File| match is_dropped(file) {
        true => (file.path.clone(), None),
        false => rendered(file),
    };
    let left: Vec<_> = whole.iter().map(left).collect();
    assert_eq!(beside.files.iter().map(rendered).collect::<Vec<_>>(), left);
}

fn render_all(project: &str, main: &str, flow: &str, page: &str) -> Rendered {
    render_with(project, MANIFEST, [("main.tf", main), ("flow.yml", flow), ("page.md", page)])
}

#[track_caller]
fn check(rendered: &Rendered, path: &str, expected: &str) {
    assert_eq!(rendered.problems, [""; 0]);
    let found = rendered.files.iter().find(|(known, _)| known == path);
    assert_eq!(found.map(|(_, body)| body.as_str()), Some(expected), "{path}");
}

#[test]
fn templates_see_what_their_kind_of_file_declares() {
    let common = "\"{{ project.name }}\", \"{{ project.output }}\", \"{{ file.path }}\", \"{{ file.directory }}\"";
    let chart = "\"{{ chart.path }}\", \"{{ chart.name }}\", \"{{ chart.version }}\", \"{{ chart.digest }}\"";
    let main = format!(
        "a = [{common}, {chart}, \"{{{{ files.main }}}}\", \"{{{{ env.region }}}}\", {{{{ service.size }}}}, {{{{ retiring }}}}]\n"
    );
    let flow = "{% for target in service.environments %}\n- \"{{ target.env.name }} {{ target.service.size }} {{ target.directory }} {{ target.files.main }} {{ target.chart.version }} {{ files.flow }}\"\n- {{ target.retiring }}\n{% endfor %}\n";
    let page = "{% for service in services %}\n{{ service.name }} {{ service.size }} {% for target in service.environments %}{{ target.env.region }} {% endfor %}\n{% endfor %}\n{% for environment in environments %}\n{{ environment.name }} {{ environment.retiring }}\n{% endfor %}\n";
    let rendered = render_all(PROJECT, &main, flow, page);
    check(
        &rendered,
        "out/web/dev/main.tf",
        "a = [\"shop\", \"out\", \"out/web/dev/main.tf\", \"out/web/dev\", \"charts/web\", \"web\", \"1.2.3\", \"abc\", \"out/web/dev/main.tf\", \"eu\", 3, false]\n",
    );
    let retiring = |(path, text): &(String, String)| {
        path == "out/web/prod/main.tf" && text.ends_with("\"us\", 3, true]\n")
    };
    assert!(rendered.files.iter().any(retiring));
    check(
        &rendered,
        ".github/web.yml",
        "- \"dev 3 out/web/dev out/web/dev/main.tf 1.2.3 .github/web.yml\"\n- false\n- \"prod 3 out/web/prod out/web/prod/main.tf 1.2.3 .github/web.yml\"\n- true\n",
    );
    check(&rendered, "out/page.md", "web 3 eu us \ndev false\nprod true\n");
    check(&rendered, "out/.gitattributes", "* -merge text eol=lf\n");
    assert_eq!(rendered.files.len(), 5);
}

#[test]
fn a_file_is_rendered_when_its_setting_is_true() {
    let project = format!("{PROJECT}on = true\n[services.web.values]\nb = \"no\"\na = 1\n");
    let rendered = render_all(&project, "", "", "");
    check(&rendered, "out/web/prod/extra.yaml", "b: \"no\"\na: 1\n");
    let project = format!("{PROJECT}files = [\"extra\"]\non = true\nvalues.a = 1\n");
    let rendered = render_all(&project, "", "", "");
    assert!(!rendered.files.iter().any(|(path, _)| path.ends_with("main.tf")));
    check(&rendered, "out/web/dev/extra.yaml", "a: 1\n");
}

#[test]
fn data_is_printed_only_into_a_format_that_has_a_printer_for_it() {
    let project = format!("{PROJECT}on = true\nvalues.a = 1\n");
    let templates = [("main.tf", ""), ("flow.yml", ""), ("page.md", "")];
    for (path, format) in
        [("extra.md", "Markdown"), ("CODEOWNERS", "lines of words"), ("extra.tf", "HCL")]
    {
        let manifest = MANIFEST.replace("extra.yaml", path);
        let rendered = render_with(&project, &manifest, templates);
        let expected = format!(
            "pack-manifest templates/small/pack.toml:10:8: `data` cannot be printed as {format}"
        );
        assert_eq!(rendered.problems, [expected]);
        assert!(!rendered.files.iter().any(|(known, _)| known.ends_with(path)), "{path}");
    }
}

#[test]
fn a_format_needs_one_file_and_a_line_in_the_registry() {
    let project = format!("{PROJECT}on = true\nvalues.a = 1\nvalues.b = \"x y\"\n");
    let manifest = MANIFEST.replace("extra.yaml", "extra.ini").replace("page.md", "page.ini");
    let page = |text| [("main.tf", ""), ("flow.yml", ""), ("page.ini", text)];
    let rendered = render_with(&project, &manifest, page("a = {{ project.name | ini }}\n"));
    check(&rendered, "out/web/dev/extra.ini", "a = 1\nb = x y\n");
    check(&rendered, "out/page.ini", "a = shop\n");
    let rendered = render_with(&project, &manifest, page("a = {{ project.name }}\n"));
    assert_eq!(
        rendered.problems,
        ["misplaced-value templates/small/page.ini:1:8: not through `ini`"]
    );
}

#[track_caller]
fn fails(main: &str, expected: &[&str]) {
    assert_eq!(render_all(PROJECT, main, "", "").problems, expected);
}

#[test]
fn what_a_template_does_wrong_is_shown_in_the_template() {
    fails(
        "a = 1\nb = {{ env.region }}\n",
        &["misplaced-value templates/small/main.tf:2:8: unquoted string"],
    );
    fails(
        "a = \"{{ service.text }}\"\n",
        &[
            "not-given templates/small/main.tf:1:9: the template prints `service.text`, which is not set",
        ],
    );
    fails(
        "a = \"{{ service.txt }}\"\n",
        &[
            "undeclared-name templates/small/main.tf:1:17: `service` has no `txt`: the pack's schema does not declare it",
        ],
    );
}

#[track_caller]
fn path_fails(path: &str, expected: &str) {
    let manifest = MANIFEST.replace("\"page.md\"\neach", &format!("\"{path}\"\neach"));
    let templates = [("main.tf", ""), ("flow.yml", ""), ("page.md", "")];
    let rendered = render_with(PROJECT, &manifest, templates);
    assert_eq!(rendered.problems.len(), 1, "{:?}", rendered.problems);
    assert!(rendered.problems[0].contains(expected), "{:?}", rendered.problems);
}

#[test]
fn no_file_leaves_its_place() {
    path_fails("../page.md", "leaves its folder");
    path_fails("/page.md", "is not a relative path");
    path_fails(".git/page.md", "`.git` is not envroot's to write");
    path_fails("a/.terraform/page.md", "`.terraform` is not envroot's to write");
    path_fails("{{ service.text }}.md", "`service.text` has no plain value");
}

#[test]
fn two_files_cannot_share_a_place() {
    let manifest = MANIFEST.replace("{{ env.name }}/main.tf", "main.tf");
    let templates = [("main.tf", ""), ("flow.yml", ""), ("page.md", "")];
    let rendered = render_with(PROJECT, &manifest, templates);
    assert_eq!(rendered.collisions, ["SamePath(\"out/web/main.tf\")"]);
    let both = MANIFEST
        .replace("/extra.yaml", "/Main.tf")
        .replace("extra.yaml", "main.tf")
        .replace("data = \"values\"", "template = \"main.tf\"")
        .replace("when = \"on\"", "");
    let rendered = render_with(PROJECT, &both, templates);
    let case = |environment: &str| {
        format!("Case(\"out/web/{environment}/main.tf\", \"out/web/{environment}/Main.tf\")")
    };
    assert_eq!(rendered.collisions, ["dev", "prod"].map(case));
}

#[test]
fn files_names_no_file_whose_setting_is_not_set() {
    let manifest = "
        [[files]]
        name = \"main\"
        template = \"main.tf\"
        path = \"{{ env.name }}/main.tf\"
        [[files]]
        name = \"values\"
        data = \"values\"
        path = \"{{ env.name }}/values.yaml\"
    ";
    let rendered = |values: &str, main: &str| {
        let project = format!(
            "[project]\noutput = \"out\"\norder = [\"dev\"]\n[environments.dev]\n[services.web]\npack = \"small\"\n{values}"
        );
        render_with(&project, manifest, [("main.tf", main), ("a", ""), ("b", "")])
    };
    // Beside them there is always .gitattributes.
    let named = "a = \"{{ files.values | relative }}\"\n";
    let found = rendered("", named);
    assert_eq!((found.files.len(), found.problems.len()), (1, 1), "{:?}", found.problems);
    assert!(found.problems[0].contains("`files.values"), "{:?}", found.problems);
    let found = rendered("values.a = 1", named);
    assert_eq!((found.files.len(), found.problems.len()), (3, 0), "{:?}", found.problems);
    let tested = "a = \"{% if files.values %}{{ files.values | relative }}{% endif %}\"\n";
    let found = rendered("", tested);
    assert_eq!((found.files.len(), found.problems.len()), (2, 0), "{:?}", found.problems);
}

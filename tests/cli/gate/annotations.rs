//! Annotations as GitHub's runner reads them, held against the lines that they are put on.
//!
//! Reads the commands by their documentation, and not with anything of the code that writes them.

use crate::gate::shop;
use crate::support::project::Project;

/// A command as the runner takes it apart.
pub(super) struct Annotation {
    pub level: String,
    pub file: String,
    pub line: usize,
    pub end_line: usize,
    pub columns: Option<(usize, usize)>,
    pub title: String,
    pub message: String,
}

/// The annotations in what a step printed.
pub(super) fn read(log: &str) -> Vec<Annotation> {
    let commands = log.lines().filter_map(|line| line.trim_start().strip_prefix("::"));
    commands.map(annotation).collect()
}

fn annotation(command: &str) -> Annotation {
    let (head, message) = command.split_once("::").expect(command);
    let (level, properties) = head.split_once(' ').expect(head);
    let property = |name: &str| {
        let of_name =
            |it: &str| it.split_once('=').filter(|it| it.0 == name).map(|it| it.1.to_owned());
        let value = properties.split(',').find_map(of_name)?;
        Some(unescaped(&value.replace("%3A", ":").replace("%2C", ",")))
    };
    let number = |name: &str| property(name).map(|value| value.parse::<usize>().unwrap());
    let line = number("line").unwrap();
    Annotation {
        level: level.to_owned(),
        file: property("file").unwrap(),
        line,
        end_line: number("endLine").unwrap_or(line),
        columns: number("col").map(|from| (from, number("endColumn").unwrap())),
        title: property("title").unwrap(),
        message: unescaped(message),
    }
}

fn unescaped(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

/// What stands at an annotation's place.
fn text_at(project: &Project, annotation: &Annotation) -> String {
    let text = project.read(&annotation.file);
    let lines: Vec<&str> = text.lines().collect();
    match annotation.columns {
        Some((from, end)) => {
            lines[annotation.line - 1].chars().skip(from - 1).take(end - from).collect()
        }
        None => lines[annotation.line - 1..annotation.end_line].join("\n"),
    }
}

/// Runs a check of a changed shop; what each annotation is called and stands on.
#[track_caller]
fn check(file: &str, from: &str, to: &str, expected: &[(&str, &str)]) {
    let project = shop();
    project.edit(file, from, to);
    let run = project.envroot_in("infra", "check --format github");
    let annotations = read(&run.out);
    assert_eq!(annotations.len(), run.out.lines().count());
    let found = annotations.iter().map(|it| (it.title.clone(), text_at(&project, it)));
    let expected =
        expected.iter().map(|(title, text)| (format!("envroot: {title}"), (*text).into()));
    assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{}", run.out);
}

const DEV: &str = "infra/generated/shop/dev/main.tf";
const CONFIG: &str = "infra/environments.toml";

#[test]
fn an_edit_is_annotated_on_the_lines_that_were_edited() {
    check(DEV, "max_count = 2", "max_count = 3", &[("edited", "  max_count = 3")]);
    let three = "  max_count = 3\n  # 100%: a, b::c\n  more = 1";
    check(DEV, "  max_count = 2", three, &[("edited", three)]);
    // Where lines are gone, the line before them is all there is.
    let before = "  hostname  = \"shop.dev.example.net\"";
    check(DEV, "  max_count = 2\n", "", &[("edited", before)]);
    // Each change of a file is an annotation of its own.
    let (region, count) = ("  region              = \"eu-west-2\"", "  max_count = 5");
    let project = shop();
    project.edit(DEV, "  region              = \"eu-west-1\"", region);
    project.edit(DEV, "  max_count = 2", count);
    let annotations = read(&project.envroot_in("infra", "check --format github").out);
    let found: Vec<String> = annotations.iter().map(|it| text_at(&project, it)).collect();
    assert_eq!(found, [region, count]);
}

#[test]
fn a_mistake_is_annotated_where_its_caret_is() {
    check(CONFIG, "scaling.max = 9", "scaling.mx = 9", &[("unknown-key", "mx")]);
    check(CONFIG, "\"111111111111\"", "\"1111\"", &[("wrong-value", "\"1111\"")]);
    check(
        CONFIG,
        "profiles   = [\"small\"]",
        "profiles = [\"tíny\", \"smal\"]",
        &[("unknown-profile", "\"tíny\""), ("unknown-profile", "\"smal\"")],
    );
    let template = "infra/templates/web/main.tf";
    check(template, "env.region", "env.regoin", &[("undeclared-name", "regoin")]);
}

#[test]
fn what_only_a_pack_that_comes_with_envroot_shows_is_annotated_at_the_top() {
    let project = Project::own();
    project.edit(
        "environments.toml",
        "[services.icepack]\n",
        "[services.icepack]\nunset = [\"timeout\"]\n",
    );
    let annotations = read(&project.envroot("check --format github").out);
    let [annotation] = &annotations[..] else { panic!("{}", annotations.len()) };
    assert_eq!((annotation.file.as_str(), annotation.line), ("environments.toml", 1));
    let template = "\nat templates/helm-service/main.tf:32:26, which comes with envroot\n";
    assert!(annotation.message.contains(template), "{}", annotation.message);
}

#[test]
fn a_setting_whose_files_were_not_generated_anew_is_annotated_with_them() {
    let image = "  image     = \"shop:1.0\"";
    let expected = [
        ("outdated", image),
        ("outdated", "image: shop:1.0"),
        ("outdated", image),
        ("outdated", "image: shop:1.0"),
        ("outdated", "\"shop:1.1\""),
    ];
    check(CONFIG, "shop:1.0", "shop:1.1", &expected);
    let project = shop();
    project.edit(CONFIG, "shop:1.0", "shop:1.1");
    let annotations = read(&project.envroot_in("infra", "check --format github").out);
    let levels: Vec<&str> = annotations.iter().map(|it| it.level.as_str()).collect();
    assert_eq!(levels, ["error", "error", "error", "error", "notice"]);
    for outdated in &annotations[..4] {
        let cause = "decided at infra/environments.toml:26:9 (services.shop.image)";
        assert!(outdated.message.contains(cause), "{}", outdated.message);
        assert!(annotations[4].message.contains(outdated.file.trim_start_matches("infra/")));
    }
}

#[test]
fn the_first_ten_annotations_tell_of_as_many_files_as_they_can() {
    let project = shop();
    for path in ["dev/main.tf", "prod/main.tf"] {
        let path = format!("infra/generated/shop/{path}");
        let changed = project.read(&path).replace("  ", "   ");
        project.write(&path, &changed);
    }
    let files: Vec<String> = read(&project.envroot_in("infra", "check --format github").out)
        .into_iter()
        .map(|it| it.file)
        .collect();
    assert!(files.len() > 4 && files[0] != files[1], "{files:?}");
}

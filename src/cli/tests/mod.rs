//! Commands on a world in memory: the states of files, and what `gen`, `set`, `add` and `retire`
//! write. No process is started and no disk is touched.

mod beside;
mod json_roots;
mod kinds;
mod moved;
mod secrets;
mod stranded;

use clap::Parser;

use super::*;
use crate::world::memory::MemoryWorld;

const CONFIG_TEXT: &str = "\
[project]
output = \"out\"
order  = [\"dev\", \"prod\"]

[environments.dev]
account_id = \"111111111111\"

[environments.prod]
account_id = \"222222222222\"

[services.web]
pack = \"small\"
size = 1
";

const SCHEMA: &str = r#"{
  "properties": {
    "env": { "properties": { "account_id": { "type": "string" } } },
    "service": { "properties": { "size": { "type": "integer" } } }
  }
}"#;

const MANIFEST: &str = "\
[[files]]
name     = \"main\"
template = \"main.tf\"
path     = \"{{ env.name }}/main.tf\"
";

const PACK: &str = "templates/small/pack.toml";
const DEV: &str = "out/dev/main.tf";
const PROD: &str = "out/prod/main.tf";

fn project() -> MemoryWorld {
    MemoryWorld::new([
        (CONFIG, CONFIG_TEXT),
        (PACK, MANIFEST),
        ("templates/small/schema.json", SCHEMA),
        ("templates/small/main.tf", "locals {\n  size = {{ service.size }}\n}\n"),
    ])
}

/// A project of which everything is written.
fn generated() -> MemoryWorld {
    let world = project();
    let outcome = run_in(&world, "gen");
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    world
}

fn run_in(world: &MemoryWorld, line: &str) -> Outcome {
    let words = std::iter::once("envroot").chain(line.split_whitespace());
    let cli = Cli::try_parse_from(words).unwrap();
    cli.command.run(&Common::default(), None, &|_| Ok(Box::new(world.clone())))
}

fn text(world: &MemoryWorld, path: &str) -> Option<String> {
    world.texts().remove(path)
}

fn replace(world: &MemoryWorld, path: &str, from: &str, to: &str) {
    let before = text(world, path).unwrap();
    assert!(before.contains(from), "{path} has no {from}");
    world.set(path, &before.replace(from, to));
}

fn remove(world: &MemoryWorld, path: &str) {
    world.remove(&crate::model::name::RelativePath::parse(path).unwrap()).unwrap();
}

/// Changes a generated project, then holds `check`, `gen` and `gen --force` to what they do with the
/// state of a file. `forced` is the text that `gen --force` leaves at the path.
#[track_caller]
fn state(path: &str, state: &str, change: impl Fn(&MemoryWorld), plain: Exit, forced: Left) {
    let changed = || {
        let world = generated();
        change(&world);
        world
    };
    let rendered = text(&generated(), path);
    let world = changed();
    let before = world.texts();
    let check = run_in(&world, "check --format json");
    let report: serde_json::Value = serde_json::from_str(&check.out).unwrap();
    let files = report["files"].as_array().unwrap();
    let found = files.iter().find(|file| file["path"] == path).map(|file| &file["state"]);
    assert_eq!(found.and_then(|it| it.as_str()), Some(state), "{}", check.out);
    assert_eq!((check.exit, &world.texts()), (Exit::Drift, &before), "check writes nothing");
    let gen_outcome = run_in(&world, "gen");
    assert_eq!(gen_outcome.exit, plain, "{}", gen_outcome.err);
    if plain != Exit::Done {
        assert_eq!(world.texts(), before, "a refused run writes nothing");
    }
    let world = changed();
    let original = text(&world, path);
    run_in(&world, "gen --force");
    let expected = match forced {
        Left::Rendered => rendered,
        Left::Nothing => None,
        Left::Original => original,
    };
    assert_eq!(text(&world, path), expected, "{state} after gen --force");
}

/// The text at a path after `gen --force`.
enum Left {
    Rendered,
    Nothing,
    Original,
}

#[test]
fn each_state_of_a_file_decides_what_gen_does() {
    let append = |world: &MemoryWorld, path: &str| {
        world.set(path, &(text(world, path).unwrap() + "# mine\n"));
    };
    let resize = |world: &MemoryWorld| {
        world.set(CONFIG, &CONFIG_TEXT.replace("size = 1", "size = 2"));
    };
    let old = |world: &MemoryWorld| {
        let at_size_2 = generated();
        resize(&at_size_2);
        run_in(&at_size_2, "gen");
        world.set(DEV, &text(&at_size_2, DEV).unwrap());
    };
    let without_dev = |world: &MemoryWorld| {
        let listed = "pack = \"small\"\nenvironments = [\"prod\"]";
        world.set(CONFIG, &CONFIG_TEXT.replace("pack = \"small\"", listed));
    };
    state(DEV, "outdated", old, Exit::Done, Left::Rendered);
    state(DEV, "missing", |world| remove(world, DEV), Exit::Done, Left::Rendered);
    state(DEV, "edited", |world| append(world, DEV), Exit::Drift, Left::Rendered);
    state(DEV, "foreign", |world| world.set(DEV, "x = 1\n"), Exit::Drift, Left::Rendered);
    let same_body = |world: &MemoryWorld| world.set(DEV, &text(world, PROD).unwrap());
    let copied_root = |world: &MemoryWorld| world.set("out/qa/main.tf", &text(world, DEV).unwrap());
    state(DEV, "outdated", same_body, Exit::Done, Left::Rendered);
    state("out/qa/main.tf", "copied", copied_root, Exit::Drift, Left::Nothing);
    let extra = |world: &MemoryWorld| world.set("out/dev/own.tf", "x = 1\n");
    state("out/dev/own.tf", "unmanaged", extra, Exit::Done, Left::Original);
    state(DEV, "stranded", without_dev, Exit::Drift, Left::Original);
}

#[test]
fn a_file_that_nothing_renders_is_removed_once_its_root_remains_or_is_destroyed() {
    let world = generated();
    world.set("templates/small/more.tf", "locals {\n}\n");
    let more = MANIFEST.replace("name     = \"main\"", "name     = \"more\"");
    let more = more.replace("main.tf", "more.tf");
    world.set(PACK, &format!("{MANIFEST}\n{more}"));
    run_in(&world, "gen");
    assert!(text(&world, "out/dev/more.tf").is_some());
    world.set(PACK, MANIFEST);
    let check = run_in(&world, "check");
    assert!(check.out.contains("orphaned  out/dev/more.tf"), "{}", check.out);
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
    assert_eq!(text(&world, "out/dev/more.tf"), None);

    let listed = CONFIG_TEXT.replace("size = 1", "size = 1\nenvironments = [\"prod\"]");
    world.set(CONFIG, &listed);
    assert_eq!(run_in(&world, "gen").exit, Exit::Drift);
    assert_eq!(run_in(&world, "gen --destroyed web/dev").exit, Exit::Done);
    assert_eq!(text(&world, DEV), None);
}

#[test]
fn a_project_that_is_current_stays_as_it_is() {
    let world = generated();
    let before = world.texts();
    for line in ["check", "diff", "gen", "gen --force"] {
        assert_eq!(run_in(&world, line).exit, Exit::Done, "{line}");
        assert_eq!(world.texts(), before, "{line}");
    }
}

#[test]
fn gen_force_saves_an_edit_as_a_patch() {
    let world = generated();
    world.set(DEV, &(text(&world, DEV).unwrap() + "# mine\n"));
    assert_eq!(run_in(&world, "gen --force").exit, Exit::Done);
    let patch = text(&world, ".envroot/overwritten-1.patch").unwrap();
    assert!(patch.contains("+# mine"), "{patch}");
}

#[test]
fn set_changes_the_configuration_and_only_the_files_that_use_the_setting() {
    let world = generated();
    let before = world.texts();
    let dry = run_in(&world, "set --env dev --service web size=3 --dry-run");
    assert_eq!((dry.exit, &world.texts()), (Exit::Done, &before), "{}", dry.err);
    let set = run_in(&world, "set --env dev --service web size=3");
    assert_eq!(set.exit, Exit::Done, "{}", set.err);
    assert!(text(&world, DEV).unwrap().contains("size = 3"));
    assert_eq!(text(&world, PROD).as_ref(), before.get(PROD));
    assert_eq!(run_in(&world, "check").exit, Exit::Done);
    let unknown = run_in(&world, "set --env qa --service web size=3");
    assert_eq!(unknown.exit, Exit::WrongCommandLine);
}

#[test]
fn set_writes_nothing_if_a_file_that_it_reaches_was_edited() {
    let world = generated();
    world.set(DEV, &(text(&world, DEV).unwrap() + "# mine\n"));
    let before = world.texts();
    assert_eq!(run_in(&world, "set --env dev --service web size=3").exit, Exit::Drift);
    assert_eq!(world.texts(), before);
}

#[test]
fn add_writes_an_environment_and_its_files() {
    let world = generated();
    let before = world.texts();
    let missing = run_in(&world, "add qa --like dev");
    assert_eq!((missing.exit, world.texts()), (Exit::WrongInput, before), "{}", missing.err);
    let add = run_in(&world, "add qa --like dev --set account_id=333333333333");
    assert_eq!(add.exit, Exit::Done, "{}", add.err);
    assert!(text(&world, "out/qa/main.tf").is_some());
    assert!(text(&world, CONFIG).unwrap().contains("[\"dev\", \"qa\", \"prod\"]"));
    assert_eq!(run_in(&world, "check").exit, Exit::Done);
}

#[test]
fn retire_keeps_the_files_until_the_resources_are_destroyed() {
    let world = generated();
    let early = run_in(&world, "retire dev --destroyed");
    assert_eq!(early.exit, Exit::Drift, "{}", early.err);
    assert!(text(&world, DEV).is_some());
    assert_eq!(run_in(&world, "retire dev").exit, Exit::Done);
    assert!(text(&world, CONFIG).unwrap().contains("status = \"retiring\""));
    assert!(text(&world, DEV).is_some());
    assert_eq!(run_in(&world, "retire dev --destroyed").exit, Exit::Done);
    assert_eq!(text(&world, DEV), None);
    assert!(!text(&world, CONFIG).unwrap().contains("dev"));
    assert_eq!(run_in(&world, "check").exit, Exit::Done);
}

/// A page that cannot be rendered if a size is 2, for each service or for the project.
const PAGE: &str = "locals {\n{% for it in service.environments %}  {{ it.env.name | identifier }} = {{ 6 / (it.service.size - 2) }}\n{% endfor %}}\n";
const PROJECT_PAGE: &str = "locals {\n{% for one in services %}{% for it in one.environments %}  {{ one.name | identifier }}_{{ it.env.name | identifier }} = {{ 6 / (it.service.size - 2) }}\n{% endfor %}{% endfor %}}\n";

/// A generated project with a second service that does not run in dev, and with a page.
fn with_page(each: &str, path: &str, template: &str) -> MemoryWorld {
    let world = project();
    let other = "\n[services.other]\npack = \"small\"\nsize = 5\nenvironments = [\"prod\"]\n";
    world.set(CONFIG, &format!("{CONFIG_TEXT}{other}"));
    let manifest = MANIFEST.replace("{{ env.name }}/", "{{ service.name }}/{{ env.name }}/");
    let page = format!(
        "\n[[files]]\nname = \"page\"\ntemplate = \"page.tf\"\neach = \"{each}\"\npath = \"{path}\"\n"
    );
    world.set(PACK, &(manifest + &page));
    world.set("templates/small/page.tf", template);
    let outcome = run_in(&world, "gen");
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    world
}

fn of_service() -> MemoryWorld {
    with_page("service", "{{ service.name }}.tf", PAGE)
}

fn of_project() -> MemoryWorld {
    with_page("project", "all.tf", PROJECT_PAGE)
}

#[track_caller]
fn writes_nothing(world: &MemoryWorld, line: &str) {
    let before = world.texts();
    let outcome = run_in(world, line);
    let done = (outcome.exit, world.texts());
    assert_eq!(done, (Exit::WrongInput, before), "{line}: {}{}", outcome.out, outcome.err);
}

const SETS: [&str; 6] = [
    "set --env dev --service web size=7",
    "set --env prod --service web size=7",
    "set --service web size=7",
    "set --env dev --service web size=7 --dry-run",
    "set --env dev services.web.size=7",
    "set --env dev account_id=333333333333",
];

#[test]
fn set_is_refused_if_a_page_of_the_whole_service_or_project_cannot_be_rendered() {
    for world in [of_service(), of_project()] {
        writes_nothing(&world, "set --env dev --service web size=2");
        writes_nothing(&world, "set --service web size=2");
        // It was wrong before, because of another environment.
        let prod = "\n[environments.prod.services.web]\nsize = 2\n";
        world.set(CONFIG, &(text(&world, CONFIG).unwrap() + prod));
        for line in SETS.iter().filter(|line| !line.contains("prod")) {
            writes_nothing(&world, line);
        }
        writes_nothing(&world, "add qa --like dev --set account_id=444444444444");
        writes_nothing(&world, "retire dev");
        let set = run_in(&world, "set --env prod --service web size=7");
        assert_eq!(set.exit, Exit::Done, "the mistake itself can be corrected: {}", set.err);
    }
}

#[test]
fn set_is_refused_if_the_cause_of_a_wrong_page_is_elsewhere() {
    let world = of_service();
    let config = text(&world, CONFIG).unwrap().replace("size = 1\n", "");
    let sizes = "\n[environments.dev.services.web]\nsize = 1\n\n[environments.prod.services.web]\n";
    world.set(CONFIG, &format!("{config}{sizes}size = 1\n"));
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
    world.set(CONFIG, &format!("{config}{sizes}sise = 1\n"));
    for line in SETS.iter().filter(|line| line.contains("--env dev")) {
        writes_nothing(&world, line);
    }
    let set = run_in(&world, "set --env prod --service other size=7");
    assert_eq!(set.exit, Exit::Done, "{}", set.err);
}

#[test]
fn a_wrong_page_of_another_service_stops_no_set() {
    let world = of_service();
    let config = text(&world, CONFIG).unwrap();
    world.set(CONFIG, &config.replace("size = 5", "size = 2"));
    for line in SETS.iter().filter(|line| line.contains("--env dev") && !line.contains("account")) {
        let set = run_in(&world, line);
        assert_eq!(set.exit, Exit::Done, "{line}: {}", set.err);
    }
}

#[test]
fn no_file_is_rendered_into_the_folder_of_the_packs() {
    for path in
        ["templates/small/main.tf", "Templates/{{ env.name }}.tf", "templates/{{ env.name }}"]
    {
        let world = project();
        replace(&world, CONFIG, "\"out\"", "\".\"");
        replace(&world, PACK, "{{ env.name }}/main.tf", path);
        writes_nothing(&world, "gen");
        writes_nothing(&world, "gen --force");
    }
    let world = project();
    replace(&world, CONFIG, "\"out\"", "\"templates/small\"");
    writes_nothing(&world, "gen --force");
}

#[test]
fn what_a_template_reads_of_a_broken_chart_is_no_problem_of_its_own() {
    let world = project();
    let set = |path: &str, text: &str| world.set(path, text);
    set(PACK, &format!("chart = \"chart\"\n\n{MANIFEST}"));
    set(
        "templates/small/schema.json",
        &SCHEMA.replace("\"size\"", "\"chart\": { \"type\": \"string\" }, \"size\""),
    );
    set("templates/small/main.tf", "locals {\n  v = \"{{ chart.version }}-{{ chart.name }}\"\n}\n");
    set(CONFIG, &CONFIG_TEXT.replace("size = 1", "chart = \"charts/web\""));
    set("charts/web/Chart.yaml", "apiVersion: v2\nname: web\n");
    let outcome = run_in(&world, "gen");
    assert!(outcome.err.contains("it has no `version`"), "{}", outcome.err);
    assert!(outcome.err.contains("\n1 problem; nothing was written"), "{}", outcome.err);
    set("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
}

#[test]
fn a_file_by_hand_that_differs_in_blanks_that_mean_nothing_is_taken_over() {
    let rendered = text(&generated(), PROD);
    for (by_hand, state) in [
        ("locals {\n  size = 1\n}\n", "outdated"),
        ("locals {\n  size = 1\n}", "outdated"),
        ("locals {  \n  size = 1\t\n}\n\n \n", "outdated"),
        ("locals {\r\n  size = 1\r\n}", "outdated"),
        ("locals {\n\n  size = 1\n}\n", "foreign"),
        ("\nlocals {\n  size = 1\n}\n", "foreign"),
        ("locals {\n  size =  1\n}\n", "foreign"),
        ("locals {\n  size = 2\n}", "foreign"),
    ] {
        let world = generated();
        world.set(PROD, by_hand);
        let check = run_in(&world, "check --format json");
        let report: serde_json::Value = serde_json::from_str(&check.out).unwrap();
        assert_eq!(report["files"][0]["state"], state, "{by_hand:?}");
        let exit = run_in(&world, "gen").exit;
        let (expected, left) = match state {
            "outdated" => (Exit::Done, rendered.as_deref()),
            _ => (Exit::Drift, Some(by_hand)),
        };
        assert_eq!((exit, text(&world, PROD).as_deref()), (expected, left), "{by_hand:?}");
    }
}

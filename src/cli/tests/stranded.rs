//! A root whose state would be lost with its files is stranded, whatever stops rendering it.

use super::*;

const TWO_ROOTS: &str = r#"
[state]
backend = "s3"
bucket  = "states"
key     = "{{ service.name }}/{{ env.name }}"

[[files]]
name     = "main"
template = "main.tf"
path     = "{{ env.name }}/main.tf"

[[files]]
name     = "versions"
template = "versions.tf"
path     = "{{ env.name }}/versions.tf"

[[files]]
name     = "alarms"
template = "alarms.tf"
path     = "{{ env.name }}/alarms/alarms.tf"

[[files]]
name     = "shared"
template = "shared.tf"
each     = "service"
path     = "shared/{{ service.name }}.tf"
"#;

const MAIN: &str = "terraform {
  backend \"s3\" {
    bucket              = \"states\"
    key                 = \"{{ service.name }}/{{ env.name }}\"
    allowed_account_ids = [\"{{ env.account_id }}\"]
  }
}
";

const SHARED: &str = "terraform {
  backend \"s3\" {
    bucket              = \"states\"
    key                 = \"shared/{{ service.name }}\"
    allowed_account_ids = [\"111111111111\"]
  }
}
";

fn roots() -> MemoryWorld {
    let world = project();
    world.set(PACK, TWO_ROOTS);
    world.set("templates/small/main.tf", MAIN);
    world.set("templates/small/versions.tf", "locals {\n}\n");
    world.set("templates/small/alarms.tf", "locals {\n  size = {{ service.size }}\n}\n");
    world.set("templates/small/shared.tf", SHARED);
    world.set("templates/other/pack.toml", MANIFEST);
    world.set("templates/other/schema.json", SCHEMA);
    world.set("templates/other/main.tf", "locals {\n}\n");
    let outcome = run_in(&world, "gen");
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    world
}

/// Removes the rule of the pack with this name.
fn remove_rule(world: &MemoryWorld, name: &str) {
    let manifest = text(world, PACK).unwrap();
    let mut parts: Vec<&str> = manifest.split("\n[[files]]\n").collect();
    parts.retain(|part| !part.starts_with(&format!("name     = \"{name}\"")));
    world.set(PACK, &parts.join("\n[[files]]\n"));
}

fn state_of(world: &MemoryWorld, path: &str) -> Option<String> {
    let check = run_in(world, "check --format json");
    let report: serde_json::Value = serde_json::from_str(&check.out).unwrap();
    let files = report["files"].as_array().unwrap();
    let file = files.iter().find(|file| file["path"] == path)?;
    Some(file["state"].as_str().unwrap().to_owned())
}

/// After a change, the file at `path` is stranded, and no form of `gen` that does not name the
/// destroyed root removes it.
#[track_caller]
fn check(path: &str, change: impl Fn(&MemoryWorld)) {
    let world = roots();
    change(&world);
    check_in(&world, path);
}

#[track_caller]
fn check_in(world: &MemoryWorld, path: &str) {
    let shown = run_in(world, "check");
    let state = state_of(world, path);
    assert_eq!(state.as_deref(), Some("stranded"), "{path}: {}{}", shown.out, shown.err);
    for line in ["gen", "gen --force", "gen --move-state", "gen --force --move-state"] {
        let outcome = run_in(world, line);
        assert_eq!(outcome.exit, Exit::Drift, "{line}: {}", outcome.err);
        assert!(outcome.err.contains("--destroyed"), "{line}: {}", outcome.err);
        assert!(text(world, path).is_some(), "{line} removed {path}");
    }
    let refused = run_in(world, "gen").err;
    let (_, named) = refused.rsplit_once("`envroot ").expect("the next step");
    let (named, _) = named.split_once('`').unwrap();
    let edited = text(world, path).is_some_and(|text| text.contains("# mine"));
    let named = if edited { format!("{named} --force") } else { named.to_owned() };
    let outcome = run_in(world, &named);
    assert_eq!((outcome.exit, text(world, path)), (Exit::Done, None), "{named}: {}", outcome.err);
}

#[test]
fn whatever_stops_rendering_a_root_leaves_it_stranded() {
    let main = "out/dev/main.tf";
    check(main, |world| {
        replace(world, CONFIG, "size = 1", "size = 1\nenvironments = [\"prod\"]");
    });
    check(main, |world| {
        let dev = "[environments.dev]\naccount_id = \"111111111111\"\n";
        replace(world, CONFIG, dev, "");
        replace(world, CONFIG, "[\"dev\", \"prod\"]", "[\"prod\"]");
    });
    let service = "[services.web]\npack = \"small\"\nsize = 1\n";
    check(main, |world| replace(world, CONFIG, service, ""));
    check(main, |world| {
        // The other pack renders a file of the same service and environment, but no state.
        world.set("templates/other/pack.toml", &MANIFEST.replace("/main.tf\"", "/x/main.tf\""));
        replace(world, CONFIG, "pack = \"small\"", "pack = \"other\"");
    });
    check(main, |world| remove_rule(world, "main"));
    check("out/dev/versions.tf", |world| {
        remove_rule(world, "main");
        remove_rule(world, "versions");
    });
    check(main, |world| {
        let each = "name     = \"main\"\neach     = \"service\"";
        replace(world, PACK, "name     = \"main\"", each);
        replace(world, PACK, "path     = \"{{ env.name }}/main.tf\"", "path     = \"all/main.tf\"");
        world.set("templates/small/main.tf", "locals {\n}\n");
        remove_rule(world, "versions");
    });
    check("out/shared/web.tf", |world| remove_rule(world, "shared"));
    check("out/shared/web.tf", |world| {
        replace(
            world,
            PACK,
            "name     = \"shared\"\ntemplate = \"shared.tf\"\neach     = \"service\"\npath     = \"shared/{{ service.name }}.tf\"",
            "name     = \"shared\"\ntemplate = \"alarms.tf\"\npath     = \"{{ env.name }}/x/{{ service.name }}.tf\"",
        );
    });
    check(main, |world| {
        replace(world, CONFIG, "[project]", "[project]\nname = \"renamed\"");
        replace(world, CONFIG, service, "");
    });
}

#[test]
fn a_root_whose_state_is_still_used_moves_with_its_folder() {
    let world = roots();
    replace(&world, PACK, "\"{{ env.name }}/main.tf\"", "\"live/{{ env.name }}/main.tf\"");
    replace(&world, PACK, "\"{{ env.name }}/versions.tf\"", "\"live/{{ env.name }}/versions.tf\"");
    assert_eq!(state_of(&world, "out/dev/main.tf").as_deref(), Some("orphaned"));
    let outcome = run_in(&world, "gen");
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    assert_eq!(text(&world, "out/dev/main.tf"), None);
    assert!(text(&world, "out/live/dev/main.tf").is_some());
}

#[test]
fn a_new_name_of_the_project_reseals_its_files() {
    let world = roots();
    replace(&world, CONFIG, "[project]", "[project]\nname = \"renamed\"");
    assert_eq!(state_of(&world, "out/dev/main.tf").as_deref(), Some("outdated"));
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
    assert!(text(&world, "out/dev/main.tf").unwrap().contains("renamed:web/dev"));
    assert_eq!(run_in(&world, "check").exit, Exit::Done);
}

#[test]
fn a_hand_edit_and_force_move_no_state() {
    let world = roots();
    replace(&world, PACK, "key     = \"", "key     = \"new/");
    replace(
        &world,
        "templates/small/main.tf",
        "= \"{{ service.name }}/",
        "= \"new/{{ service.name }}/",
    );
    world.set("out/dev/main.tf", &(text(&world, "out/dev/main.tf").unwrap() + "# mine\n"));
    let before = world.texts();
    let outcome = run_in(&world, "gen --force");
    assert_eq!((outcome.exit, world.texts()), (Exit::WrongInput, before));
    assert!(outcome.err.contains("the state of `web` in `dev`"), "{}", outcome.err);
    assert_eq!(run_in(&world, "gen --force --move-state").exit, Exit::Done);
    assert!(text(&world, "out/dev/main.tf").unwrap().contains("new/web/dev"));
}

/// Some places in which a root without a known place of its state keeps it.
const LOCAL: [&str; 6] = [
    "locals {\n  size = {{ service.size }}\n}\n",
    "terraform {\n  required_version = \">= 1.9\"\n}\n",
    "terraform {\n  backend \"local\" {}\n}\n",
    "terraform {\n  backend \"local\" {\n    path = \"../{{ env.name }}.tfstate\"\n  }\n}\n",
    "terraform {\n  backend \"gcs\" {}\n}\n",
    "terraform {\n  backend \"http\" {\n    username = \"ci\"\n  }\n}\n",
];

/// A project of which a template is the only file.
fn with_template(template: &str) -> MemoryWorld {
    let world = project();
    world.set("templates/small/main.tf", template);
    if template.contains("backend ") {
        let waiver = "\n[[waivers]]\ncheck = \"state-mismatch\"\nat = \"templates/small/\"\nreason = \"CI knows\"\n";
        world.set(CONFIG, &format!("{CONFIG_TEXT}{waiver}"));
    }
    let outcome = run_in(&world, "gen");
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    world
}

#[test]
fn a_root_whose_state_may_be_in_its_folder_moves_only_with_it() {
    let changes: [fn(&MemoryWorld); 6] = [
        |world| replace(world, PACK, "\"{{ env.name }}/", "\"live/{{ env.name }}/"),
        |world| replace(world, CONFIG, "\"out\"", "\"gen2\""),
        |world| replace(world, CONFIG, "\"out\"", "\".\""),
        |world| replace(world, CONFIG, "\"out\"", "\"out/inner\""),
        |world| {
            replace(world, CONFIG, "\"out\"", "\"gen2\"\nname = \"renamed\"");
            replace(world, PACK, "main.tf\"\n", "root.tf\"\n");
            world.set("templates/small/root.tf", &text(world, "templates/small/main.tf").unwrap());
        },
        |world| {
            replace(world, CONFIG, "\"out\"", "\"gen2\"");
            replace(world, CONFIG, "size = 1", "size = 1\nenvironments = [\"prod\"]");
        },
    ];
    let all = LOCAL.iter().flat_map(|template| changes.map(|change| (*template, change)));
    // Each template and each change occurs, and few pairs of them.
    for (template, change) in all.step_by(changes.len() + 1).chain(changes.map(|it| (LOCAL[0], it)))
    {
        let world = with_template(template);
        change(&world);
        check_in(&world, DEV);
    }
}

#[test]
fn a_folder_that_moves_with_its_root_is_the_way_out() {
    for template in LOCAL {
        let world = with_template(template);
        replace(&world, CONFIG, "\"out\"", "\"gen2\"");
        let refused = run_in(&world, "gen").err;
        let moves = "out/dev to gen2/dev, out/prod to gen2/prod";
        assert!(refused.contains(moves), "{refused}");
        for (from, to) in [(DEV, "gen2/dev/main.tf"), (PROD, "gen2/prod/main.tf")] {
            world.set(to, &text(&world, from).unwrap());
            remove(&world, from);
        }
        let outcome = run_in(&world, "gen");
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
        assert_eq!(run_in(&world, "check").exit, Exit::Done);
    }
}

#[test]
fn every_root_of_an_output_folder_of_before_is_stranded() {
    for path in
        ["out/dev/main.tf", "out/prod/versions.tf", "out/dev/alarms/alarms.tf", "out/shared/web.tf"]
    {
        let world = roots();
        replace(&world, CONFIG, "\"out\"", "\"gen2\"");
        assert_eq!(state_of(&world, path).as_deref(), Some("stranded"), "{path}");
        let destroyed = "gen --destroyed web/dev --destroyed web/prod --destroyed web/-";
        let outcome = run_in(&world, destroyed);
        assert_eq!((outcome.exit, text(&world, path)), (Exit::Done, None), "{}", outcome.err);
        assert_eq!(run_in(&world, "check").exit, Exit::Done);
    }
    let world = generated();
    replace(&world, CONFIG, "\"out\"", "\"out\"\nalso = [\"live\"]");
    replace(&world, PACK, "\"{{ env.name }}/", "\"live/{{ env.name }}/");
    world.set("live/dev/main.tf", &text(&world, DEV).unwrap());
    world.set("live/prod/main.tf", &text(&world, PROD).unwrap());
    [DEV, PROD].iter().for_each(|path| remove(&world, path));
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
    replace(&world, CONFIG, "also = [\"live\"]", "");
    check_in(&world, "live/dev/main.tf");
}

#[test]
fn a_copy_in_another_folder_is_no_root_of_before() {
    let world = generated();
    world.set("docs/dev/main.tf", &text(&world, DEV).unwrap());
    assert_eq!(run_in(&world, "check").exit, Exit::Done);
}

#[test]
fn a_hand_edit_and_force_remove_no_root() {
    let edits: [fn(&str) -> String; 5] = [
        |text| text.to_owned() + "# mine\n",
        |text| text.to_owned() + "# mine\n}}}\n",
        |text| format!("# mine\n{text}"),
        |text| text.replacen('\n', "\n# mine\n", 1),
        |text| text.replace("key ", "# mine\n    key "),
    ];
    for edit in edits {
        let edited = |world: &MemoryWorld, path: &str| {
            world.set(path, &edit(&text(world, path).unwrap()));
        };
        check("out/dev/main.tf", |world| {
            edited(world, "out/dev/main.tf");
            replace(world, CONFIG, "size = 1", "size = 1\nenvironments = [\"prod\"]");
        });
        check("out/shared/web.tf", |world| {
            edited(world, "out/shared/web.tf");
            remove_rule(world, "shared");
        });
        check("out/dev/main.tf", |world| {
            edited(world, "out/dev/main.tf");
            remove_rule(world, "main");
        });
        let world = with_template(LOCAL[0]);
        edited(&world, DEV);
        replace(&world, CONFIG, "\"out\"", "\"gen2\"");
        check_in(&world, DEV);
    }
}

#[test]
fn a_module_is_no_root() {
    let module = "\n[[files]]\nname = \"size\"\ntemplate = \"size.tf\"\npath = \"{{ env.name }}/size/main.tf\"\n";
    let call = "module \"size\" {\n  source = \"./size\"\n}\n";
    let world = project();
    world.set(PACK, &format!("{MANIFEST}{module}"));
    world.set("templates/small/size.tf", "locals {\n}\n");
    world.set("templates/small/main.tf", call);
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
    world.set(PACK, MANIFEST);
    world.set("templates/small/main.tf", "locals {\n}\n");
    assert_eq!(state_of(&world, "out/dev/size/main.tf").as_deref(), Some("orphaned"));
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
    assert_eq!(text(&world, "out/dev/size/main.tf"), None);
}

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
    let shown = run_in(&world, "check");
    let state = state_of(&world, path);
    assert_eq!(state.as_deref(), Some("stranded"), "{path}: {}{}", shown.out, shown.err);
    for line in ["gen", "gen --force", "gen --move-state", "gen --force --move-state"] {
        let outcome = run_in(&world, line);
        assert_eq!(outcome.exit, Exit::Drift, "{line}: {}", outcome.err);
        assert!(outcome.err.contains("--destroyed"), "{line}: {}", outcome.err);
        assert!(text(&world, path).is_some(), "{line} removed {path}");
    }
    let refused = run_in(&world, "gen").err;
    let (_, named) = refused.rsplit_once("`envroot ").expect("the next step");
    let (named, _) = named.split_once('`').unwrap();
    let outcome = run_in(&world, named);
    assert_eq!((outcome.exit, text(&world, path)), (Exit::Done, None), "{named}: {}", outcome.err);
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

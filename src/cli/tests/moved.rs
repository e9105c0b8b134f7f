//! The problem of a state that moves is at what was changed.

use super::*;

const TEMPLATE: &str = "templates/small/main.tf";

const CONFIG_TEXT: &str = r#"[project]
output = "out"
order  = ["dev", "prod"]

[defaults]
bucket = "states"
region = "eu-west-1"

[environments.dev]
account_id = "111111111111"

[environments.prod]
account_id = "222222222222"

[services.web]
pack = "small"
team = "web"
"#;

const MANIFEST: &str = r#"[state]
backend = "s3"
bucket  = "{{ env.bucket }}"
key     = "{{ service.team }}/{{ service.prefix }}/{{ env.name }}"

[defaults]
prefix = "first"

[[files]]
template = "main.tf"
path     = "{{ env.name }}/main.tf"
"#;

const MAIN: &str = r#"terraform {
  backend "s3" {
    bucket              = "{{ env.bucket }}"
    key                 = "{{ service.team }}/{{ service.prefix }}/{{ env.name }}"
    region              = "{{ env.region }}"
    allowed_account_ids = ["{{ env.account_id }}"]
  }
}
"#;

const SCHEMA: &str = r#"{
  "properties": {
    "env": {
      "properties": {
        "account_id": { "type": "string" },
        "bucket": { "type": "string" },
        "region": { "type": "string" }
      }
    },
    "service": {
      "properties": { "team": { "type": "string" }, "prefix": { "type": "string" } }
    }
  }
}"#;

fn project() -> MemoryWorld {
    let world = MemoryWorld::new([
        (CONFIG, CONFIG_TEXT),
        (PACK, MANIFEST),
        ("templates/small/schema.json", SCHEMA),
        (TEMPLATE, MAIN),
    ]);
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
    world
}

/// The place that `gen` and, over a hand edit of every file, `gen --force` name for each state that
/// moves after some changes.
#[track_caller]
fn check(changes: &[(&str, &str, &str)], expected: &[&str]) {
    let world = project();
    for (path, from, to) in changes {
        replace(&world, path, from, to);
    }
    assert_eq!(places(&world, "gen"), expected, "{changes:?}");
    for path in [DEV, PROD] {
        world.set(path, &(text(&world, path).unwrap() + "# by hand\n"));
    }
    assert_eq!(places(&world, "gen --force"), expected, "by force: {changes:?}");
}

fn places(world: &MemoryWorld, line: &str) -> Vec<String> {
    let outcome = run_in(world, line);
    let shown = outcome.err.split("error[moved-state]").skip(1);
    let place = |shown: &str| {
        let (_, rest) = shown.split_once("--> ").expect("a place");
        rest.lines().next().unwrap().to_owned()
    };
    shown.map(place).collect()
}

#[test]
fn it_is_at_the_setting() {
    let config = |from, to| (CONFIG, from, to);
    check(&[config("\"states\"", "\"other\"")], &["environments.toml:6:10"; 2]);
    check(&[config("\"web\"", "\"shop\"")], &["environments.toml:17:8"; 2]);
    check(
        &[config("\"222222222222\"", "\"222222222222\"\nbucket = \"own\"")],
        &["environments.toml:14:10"],
    );
    check(
        &[config("\"111111111111\"", "\"111111111111\"\nbucket = \"own\"")],
        &["environments.toml:11:10"],
    );
    let prod =
        "\n[environments.prod.services.web]\nprefix = \"second\"\nteam = \"web\"\n\n[services.web]";
    check(&[config("\n[services.web]", prod)], &["environments.toml:16:10"]);
    let prod = prod.replace("second", "first").replace("web\"\n\n", "shop\"\n\n");
    check(&[config("\n[services.web]", &prod)], &["environments.toml:17:8"]);
    check(
        &[config("team = \"web\"", "team = \"web\"\nprefix = \"second\"")],
        &["environments.toml:18:10"; 2],
    );
}

#[test]
fn it_is_at_the_pack_where_the_pack_was_changed() {
    check(&[(PACK, "\"first\"", "\"second\"")], &["templates/small/pack.toml:7:10"; 2]);
    let key = "{{ service.team }}/{{ service.prefix }}/{{ env.name }}";
    let literal = [(PACK, key, "new/{{ env.name }}"), (TEMPLATE, key, "new/{{ env.name }}")];
    check(&literal, &["templates/small/pack.toml:4:11"; 2]);
    let longer = format!("v2/{key}");
    check(
        &[(PACK, key, &longer), (TEMPLATE, key, &longer)],
        &["templates/small/pack.toml:4:11"; 2],
    );
    let bucket = [(PACK, "{{ env.bucket }}", "fixed"), (TEMPLATE, "{{ env.bucket }}", "fixed")];
    check(&bucket, &["templates/small/pack.toml:3:11"; 2]);
    check(
        &[(PACK, "\"s3\"", "\"oss\""), (TEMPLATE, "\"s3\"", "\"oss\"")],
        &["templates/small/pack.toml:1:2"; 2],
    );
}

#[test]
fn what_does_not_name_the_place_moves_nothing() {
    check(&[(CONFIG, "eu-west-1", "eu-west-3")], &[]);
    check(&[(TEMPLATE, "  backend", "  # one\n  backend")], &[]);
}

/// Each command refuses its work with a message, and nothing is written.
#[track_caller]
fn refused(world: &MemoryWorld, lines: &[&str], says: &str) {
    let before = world.texts();
    for line in lines {
        let outcome = run_in(world, line);
        assert!(outcome.err.contains(says), "{line}: {}", outcome.err);
        assert_eq!((outcome.exit, world.texts()), (Exit::WrongInput, before.clone()));
    }
}

/// A change of every generated file by hand.
type Edit = fn(&str) -> String;

#[test]
fn force_moves_no_state_whatever_a_hand_edit_left_of_the_file() {
    let edits: [Edit; 12] = [
        |text| text.to_owned() + "# by hand\n",
        |text| text.to_owned() + "}}}\n",
        |text| text.to_owned() + "locals {\n",
        |text| format!("<<<<<<< ours\n{text}=======\n>>>>>>> theirs\n"),
        |text| text.replace("    region", "<<<<<<< ours\n    region"),
        |text| text.replace("    key", "    = =\n    key"),
        |text| text.trim_end().trim_end_matches('}').to_owned(),
        |text| text.replace('\n', "\r\n") + "}\r\n",
        |text| text.lines().skip(3).collect::<Vec<_>>().join("\n") + "\n}\n",
        |text| text.replace("first", "by-hand"),
        |text| text.replace("\"s3\"", "\"gcs\""),
        |text| text.replace("eu-west-1\"", "eu-west-1"),
    ];
    for edit in edits {
        let world = project();
        for path in [DEV, PROD] {
            world.set(path, &edit(&text(&world, path).unwrap()));
        }
        replace(&world, PACK, "\"first\"", "\"second\"");
        refused(&world, &["gen --force", "gen --force --env prod"], "error[moved-state]");
        let outcome = run_in(&world, "gen --force --move-state");
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    }
}

#[test]
fn a_root_that_loses_its_backend_moves_its_state() {
    let world = project();
    let from = MAIN.find("  backend").unwrap();
    let without = MAIN[..from].to_owned() + "}\n";
    world.set(TEMPLATE, &without);
    world.set(PACK, &MANIFEST[MANIFEST.find("[defaults]").unwrap()..]);
    let says = "` to local\n --> templates/small/pack.toml:1:1";
    refused(&world, &["check", "gen", "gen --force", "gen --env dev"], says);
    let outcome = run_in(&world, "gen --move-state");
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    assert!(
        outcome.out.contains("# web-dev: from s3 states/web/first/dev to local\n"),
        "{}",
        outcome.out
    );
    assert_eq!(run_in(&world, "check").exit, Exit::Done);
}

#[test]
fn the_last_commit_shows_where_the_state_of_a_lost_backend_is() {
    let gone: Edit = |text| text.replace("  backend", "  # ").replace("    key", "    # key");
    let lost: [Option<Edit>; 5] = [
        None,
        Some(|_| String::new()),
        Some(gone),
        Some(|text| text.lines().next().unwrap_or_default().to_owned() + "\n"),
        Some(|text| text.lines().filter(|line| line.starts_with('#')).collect()),
    ];
    for edit in lost {
        let mut world = project();
        world.commit();
        let lose = |world: &MemoryWorld| {
            for path in [DEV, PROD] {
                match edit {
                    None => remove(world, path),
                    Some(edit) => world.set(path, &edit(&text(world, path).unwrap())),
                }
            }
        };
        lose(&world);
        // What is lost comes back where it was.
        assert_eq!(run_in(&world, "gen --force").exit, Exit::Done);
        lose(&world);
        replace(&world, PACK, "\"first\"", "\"second\"");
        refused(&world, &["gen --force", "gen --force --env prod"], "error[moved-state]");
        let outcome = run_in(&world, "gen --force --move-state");
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
        assert!(outcome.out.contains("from s3 states/web/first/dev to"), "{}", outcome.out);
    }
}

/// Edits that write the new key by hand, each with the body that is rendered then or with another one.
const NEW_KEY: [Edit; 8] = [
    |text| text.replace("first", "second"),
    |text| text.replace("first", "second").replace('\n', "\r\n"),
    |text| text.replace("first", "second") + "\n\n",
    |text| text.replace("first", "second") + "# by hand\n",
    |text| text.lines().skip(3).map(|line| line.replace("first", "second") + "\n").collect(),
    |text| text.replace("first", "second").replacen("v1 ", "v1 0", 1),
    |text| format!("\u{feff}{}", text.replace("first", "second")),
    |text| format!("# mine\n{}", text.replace("first", "second")),
];

#[test]
fn a_key_that_a_hand_edit_wrote_first_moves_the_state_as_well() {
    for (index, edit) in NEW_KEY.into_iter().enumerate() {
        for is_committed in [false, true] {
            let mut world = project();
            world.commit();
            for path in [DEV, PROD] {
                world.set(path, &edit(&text(&world, path).unwrap()));
            }
            if is_committed {
                world.commit();
            }
            replace(&world, PACK, "\"first\"", "\"second\"");
            refused(
                &world,
                &["gen --force"],
                "from s3 key `web/first/dev` to s3 key `web/second/dev`",
            );
            if index < 2 {
                refused(&world, &["check", "gen", "gen --env dev"], "error[moved-state]");
            }
            let outcome = run_in(&world, "gen --force --move-state");
            assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
            assert!(outcome.out.contains("from s3 states/web/first/dev to"), "{}", outcome.out);
            assert_eq!(run_in(&world, "check").exit, Exit::Done);
        }
    }
}

#[test]
fn a_hand_edit_that_takes_the_backend_away_first_moves_the_state_as_well() {
    let without: Edit = |text| {
        let (before, rest) = text.split_once("  backend").unwrap();
        format!("{before}{}", rest.split_once("  }\n").unwrap().1)
    };
    let mut world = project();
    world.commit();
    for path in [DEV, PROD] {
        world.set(path, &without(&text(&world, path).unwrap()));
    }
    world.set(TEMPLATE, "terraform {\n}\n");
    world.set(PACK, &MANIFEST[MANIFEST.find("[defaults]").unwrap()..]);
    refused(&world, &["check", "gen", "gen --force"], "` to local");
}

#[test]
fn what_was_generated_after_a_move_is_no_move() {
    let mut world = project();
    world.commit();
    replace(&world, PACK, "\"first\"", "\"second\"");
    assert_eq!(run_in(&world, "gen --move-state").exit, Exit::Done);
    assert_eq!(run_in(&world, "check").exit, Exit::Done);
    replace(&world, CONFIG, "eu-west-1", "eu-west-3");
    assert_eq!(run_in(&world, "gen").exit, Exit::Done);
    world.commit();
    world.set(DEV, &(text(&world, DEV).unwrap() + "# by hand\n"));
    assert_eq!(run_in(&world, "gen --force").exit, Exit::Done);
}

#[test]
fn another_workspace_is_another_place() {
    let workspace = |head: &str, name: &str| {
        format!(
            "terraform {{\n  {head} {{\n    organization = \"o\"\n    workspaces {{\n      name = \"{name}-{{{{ env.name }}}}\"\n    }}\n  }}\n}}\n"
        )
    };
    let waiver =
        "\n[[waivers]]\ncheck = \"state-mismatch\"\nat = \"templates/small/\"\nreason = \"one\"\n";
    let heads = ["cloud", "backend \"remote\""];
    for (from, to) in [(heads[0], heads[0]), (heads[1], heads[1]), (heads[0], heads[1])] {
        let world = project();
        let set = |head: &str, name: &str| {
            let waiver = if head == "cloud" { "" } else { waiver };
            world.set(CONFIG, &format!("{CONFIG_TEXT}{waiver}"));
            world.set(TEMPLATE, &workspace(head, name));
        };
        world.set(PACK, &MANIFEST[MANIFEST.find("[defaults]").unwrap()..]);
        set(from, "a");
        let outcome = run_in(&world, "gen --move-state");
        assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
        set(to, "b");
        assert!(run_in(&world, "gen").err.contains("error[moved-state]"), "{from}");
    }
}

//! Roots in Terraform's JSON: the rules of states read them as they read HCL, and what no rule reads is
//! counted.

use super::*;

const CONFIG_TEXT: &str = r#"[project]
output = "out"
order  = ["dev", "prod"]

[defaults]
bucket = "states"

[environments.dev]

[environments.prod]

[services.web]
pack = "small"
team = "web"
"#;

const MANIFEST: &str = r#"[state]
backend = "gcs"
bucket  = "{{ env.bucket }}"
prefix  = "{{ service.team }}/{{ env.name }}"

[[files]]
template = "main.json"
path     = "{{ env.name }}/main.tf.json"
"#;

const MAIN: &str = r#"{
  "terraform": {
    "backend": {
      "gcs": {"bucket": "{{ env.bucket }}", "prefix": "{{ service.team }}/{{ env.name }}"}
    }
  }
}
"#;

const SCHEMA: &str = r#"{
  "properties": {
    "env": { "properties": { "bucket": { "type": "string" } } },
    "service": { "properties": { "team": { "type": "string" } } }
  }
}"#;

const TEMPLATE: &str = "templates/small/main.json";

fn generated() -> MemoryWorld {
    let world = MemoryWorld::new([
        (CONFIG, CONFIG_TEXT),
        (PACK, MANIFEST),
        ("templates/small/schema.json", SCHEMA),
        (TEMPLATE, MAIN),
    ]);
    let outcome = run_in(&world, "gen");
    assert_eq!(outcome.exit, Exit::Done, "{}", outcome.err);
    world
}

/// Changes a generated project, and looks for words in what `gen` says and whether it is done.
#[track_caller]
fn check(change: impl Fn(&MemoryWorld), exit: Exit, expected: &[&str]) {
    let world = generated();
    change(&world);
    let outcome = run_in(&world, "gen");
    let said = format!("{}{}", outcome.out, outcome.err);
    assert_eq!(outcome.exit, exit, "{said}");
    for words in expected {
        assert!(said.contains(words), "`{words}` in {said}");
    }
}

#[test]
fn a_state_that_moves_is_seen() {
    let moves = ["error[moved-state]", "prefix `web/dev`", "prefix `shop/dev`"];
    check(
        |world| replace(world, CONFIG, "team = \"web\"", "team = \"shop\""),
        Exit::WrongInput,
        &moves,
    );
    // A deleted file does not hide it.
    let mut world = generated();
    world.commit();
    remove(&world, "out/dev/main.tf.json");
    replace(&world, CONFIG, "team = \"web\"", "team = \"shop\"");
    let said = run_in(&world, "gen").err.to_string();
    assert!(said.contains("prefix `web/dev`"), "{said}");
    let to_hcl = |world: &MemoryWorld| {
        replace(world, PACK, "main.json", "main.tf");
        replace(world, PACK, "main.tf.json", "main.tf");
        let main = "terraform {\n  backend \"gcs\" {\n    bucket = \"{{ env.bucket }}\"\n    prefix = \"{{ service.team }}/{{ env.name }}\"\n  }\n}\n";
        world.set("templates/small/main.tf", main);
    };
    check(to_hcl, Exit::Done, &["removed"]);
    let both = |world: &MemoryWorld| {
        to_hcl(world);
        replace(world, CONFIG, "team = \"web\"", "team = \"shop\"");
    };
    check(both, Exit::WrongInput, &["error[moved-state]"]);
}

#[test]
fn the_backend_is_the_one_of_the_manifest() {
    let other = |world: &MemoryWorld| replace(world, TEMPLATE, "{{ service.team }}", "x");
    check(other, Exit::WrongInput, &["error[state-mismatch]", "`prefix` is `x/dev`"]);
    let kind = |world: &MemoryWorld| replace(world, TEMPLATE, "\"gcs\"", "\"s3\"");
    check(kind, Exit::WrongInput, &["renders a backend `s3`"]);
    let missing = |world: &MemoryWorld| replace(world, TEMPLATE, "\"bucket\"", "\"region\"");
    check(missing, Exit::WrongInput, &["names `bucket`, which its backend does not have"]);
}

#[test]
fn a_hand_written_root_with_the_same_state_is_found() {
    let copy = |world: &MemoryWorld| {
        world.set("other/main.tf.json", &text(world, "out/dev/main.tf.json").unwrap());
    };
    check(copy, Exit::WrongInput, &["error[shared-state]", "other/main.tf.json"]);
}

#[test]
fn a_root_that_a_rule_no_longer_renders_is_stranded() {
    let gone = |world: &MemoryWorld| {
        replace(world, PACK, "path     =", "when = \"team2\"\npath     =");
        replace(
            world,
            "templates/small/schema.json",
            "\"team\":",
            "\"team2\": { \"type\": \"string\" }, \"team\":",
        );
    };
    check(gone, Exit::Drift, &["stranded"]);
}

#[test]
fn what_no_rule_reads_in_json_is_counted() {
    let provider = |world: &MemoryWorld| {
        replace(
            world,
            TEMPLATE,
            "{\n  \"terraform\"",
            "{\n  \"provider\": {\"aws\": {}},\n  \"terraform\"",
        );
    };
    check(provider, Exit::Done, &["2 Terraform files in JSON not judged"]);
}

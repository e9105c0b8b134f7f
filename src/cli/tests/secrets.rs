//! What may be a secret is in no output, and what only looks so is readable in a diff.

use super::*;
use crate::model::secret::shown::tests::{INNOCENT, SECRETS, filled, secrets_of};

const COMMANDS: [&str; 9] = [
    "check",
    "check -v",
    "check --format json",
    "check --format sarif",
    "check --format github",
    "check --summary summary.md",
    "diff",
    "gen",
    "set --dry-run --service web size=2",
];

/// What commands print, and the summary.
fn outputs(world: &MemoryWorld, commands: &[&str]) -> String {
    let shown = commands.iter().map(|line| {
        let outcome = run_in(world, line);
        format!("{line}:\n{}{}\n", &*outcome.out, &*outcome.err)
    });
    let shown: String = shown.collect();
    let summary = text(world, "summary.md");
    if summary.is_some() {
        remove(world, "summary.md");
    }
    shown + &summary.unwrap_or_default()
}

#[track_caller]
fn assert_hidden(secrets: &[String], shown: &str) {
    for secret in secrets {
        assert!(!shown.contains(secret.as_str()), "{secret}\n{shown}");
    }
}

#[test]
fn a_secret_of_a_hand_edit_is_in_no_output() {
    let world = generated();
    let before = text(&world, DEV).unwrap();
    for rows in SECRETS.chunks(10) {
        let rows: Vec<_> = rows.iter().map(|row| secrets_of(row)).collect();
        let lines: Vec<&str> = rows.iter().map(|(lines, _)| &**lines).collect();
        world.set(DEV, &format!("{before}{}\n", lines.join("\n---\n")));
        let shown = outputs(&world, &COMMANDS);
        rows.iter().for_each(|(_, secrets)| assert_hidden(secrets, &shown));
    }
}

#[test]
fn a_secret_in_a_line_with_a_mistake_is_in_no_output() {
    let world = project();
    let template = "templates/small/main.tf";
    let before = text(&world, template).unwrap();
    // Each form is tried by itself in another test; here it is enough that these outputs hide it too.
    for row in SECRETS.iter().step_by(3) {
        let (lines, secrets) = secrets_of(row);
        world.set(CONFIG, &format!("{CONFIG_TEXT}\n{lines}\n"));
        assert_hidden(&secrets, &outputs(&world, &["check --summary summary.md"]));
        world.set(CONFIG, CONFIG_TEXT);
        let lines = lines.replace("{{", "").replace("}}", "");
        world.set(template, &format!("{lines} # {{{{ nothing }}}}\n"));
        assert_hidden(&secrets, &outputs(&world, &["check"]));
        world.set(template, &before);
    }
}

#[test]
fn a_diff_shows_what_only_looks_like_a_secret() {
    let world = generated();
    let before = text(&world, DEV).unwrap();
    for rows in INNOCENT.chunks(10) {
        let lines = rows.iter().map(|row| filled(row)).collect::<Vec<_>>().join("\n");
        world.set(DEV, &format!("{before}{lines}\n"));
        let shown = run_in(&world, "diff").out;
        for line in lines.lines() {
            assert!(shown.contains(&format!("-{line}\n")), "{line}\n{}", &*shown);
        }
    }
}

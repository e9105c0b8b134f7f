//! What every output leaves out: what steers a terminal or the host of a CI run, and secrets.

use std::process::Command;

use crate::support::chance::Chance;
use crate::support::project::Project;
use crate::support::rounds::rounds;
use crate::support::tools::tool;

const EDITED: &str = "generated/shop/dev/main.tf";
const VALUES: &str = "generated/shop/dev/values.yaml";
const CONFIG: &str = "environments.toml";

/// All commands that show something of a project's files, and write nothing.
const COMMANDS: [&str; 10] = [
    "check",
    "check --format json --all",
    "check --format sarif",
    "check --format github --summary summary.md",
    "diff",
    "gen",
    "set --dry-run --service shop scaling.max=3",
    "set --dry-run --service shop --unset image",
    "retire --dry-run dev",
    "add --dry-run qa --like dev --set account_id=333333333333",
];

/// The output of every command, with its name.
fn outputs(project: &Project) -> Vec<(&'static str, String)> {
    let run = |command: &'static str| {
        let run = project.envroot(command);
        (command, format!("{}{}", run.out, run.err))
    };
    let mut outputs: Vec<(&str, String)> = COMMANDS.into_iter().map(run).collect();
    outputs.push(("the summary", project.read("summary.md")));
    outputs
}

/// Texts that would move a cursor, hide or turn a text, end a line or command a host.
const STEERING: [&str; 30] = [
    "\u{1b}[2J",
    "\u{1b}]0;title\u{7}",
    "\u{1b}[31m",
    "\u{1b}[8m",
    "\u{1b}c",
    "\u{1b}P1$q\u{1b}\\",
    "\u{9b}2J",
    "\u{9d}0;a\u{9c}",
    "\u{8}\u{8}\u{8}",
    "\r",
    "\u{b}",
    "\u{7f}",
    "\u{85}",
    "\u{202e}",
    "\u{2066}a\u{2069}",
    "\u{200f}",
    "\u{2028}",
    "\u{feff}",
    "\u{e0041}",
    "::error file=a::b",
    "##[error]a",
    "##vso[task.setvariable variable=a]b",
    "##VSO[task.complete]",
    "section_start:1:a\r\u{1b}[0K",
    "\u{1b}]8;;https://example.net\u{1b}\\",
    "\u{1b}[6n",
    "\u{1b}_a\u{9c}",
    "\u{200b}\u{ad}\u{3164}",
    "a\u{200d}b",
    "\u{e0101}",
];

fn steers(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
        || matches!(c, '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{ad}' | '\u{200b}' | '\u{3164}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// The beginnings of the lines that `check --format github` may print.
const COMMANDED: [&str; 2] = ["::error file=", "::notice file="];

fn is_command(line: &&str) -> bool {
    line.strip_prefix("::").is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic()))
}

#[track_caller]
fn assert_harmless(command: &str, shown: &str, input: &str) {
    let context = || format!("{command} of {input:?}:\n{}", shown.escape_debug());
    assert!(!shown.contains(steers), "{}", context());
    for line in shown.lines().map(str::trim_start).filter(is_command) {
        let is_ours = COMMANDED.iter().any(|begin| line.starts_with(begin));
        let is_annotation = command.contains("github") && line.contains(",title=envroot%3A ");
        assert!(is_ours && is_annotation, "{}", context());
    }
    for begin in ["##[", "##vso[", "##teamcity["] {
        assert!(!shown.contains(begin), "{}", context());
    }
    if command.contains("json") || command.contains("sarif") {
        serde_json::from_str::<serde_json::Value>(shown).unwrap_or_else(|error| {
            panic!("{error}: {}", context());
        });
    }
}

/// A text as a string of TOML, with escapes where TOML wants them.
fn toml(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Puts a text into one place of a generated project after the other, and checks every output.
fn in_every_place(text: &str) {
    let places: [fn(&Project, &str); 8] = [
        |project, text| {
            project.edit(EDITED, "provider", &format!("{text}\n# {text}\n{text} provider"));
        },
        |project, text| project.edit(VALUES, "max: 2", &format!("a: 1\nmax: 2 # {text}\n{text}")),
        |project, text| {
            project.edit(CONFIG, "image = \"shop:1.0\"", &format!("image = {}", toml(text)));
        },
        |project, text| {
            project.edit(CONFIG, "[defaults]", &format!("[defaults]\n{} = 1", toml(text)));
        },
        |project, text| {
            project.edit(CONFIG, "[services.shop]", &format!("[services.{}]", toml(text)));
        },
        |project, text| project.edit(CONFIG, "image = ", &format!("# {text}\nimage == ")),
        |project, text| {
            let text = text.replace('\r', "");
            project.write(
                "templates/web/main.tf",
                &format!("{text}\n{{{{ service.nothing }}}} {text}\n"),
            );
        },
        |project, text| {
            let folder = format!("templates/{}", text.replace(['/', '\0'], "").trim());
            project.write(&format!("{folder}/x/pack.toml"), text);
            project.edit(CONFIG, "\"web\"", "\"wob\"");
        },
    ];
    for place in places {
        let project = Project::shop();
        project.done("gen");
        place(&project, text);
        for (command, shown) in outputs(&project) {
            assert_harmless(command, &shown, text);
        }
    }
}

#[test]
fn nothing_printed_steers_a_terminal_or_a_ci_host() {
    let all = STEERING.concat();
    in_every_place(&all);
    in_every_place(&format!("::error::{all}"));
}

#[test]
fn no_mixture_of_control_characters_is_printed() {
    let mut chance = Chance::of(7);
    let others = ["a", " ", "::", "#", "[", "é", "\"", "`", "%0A", "\\", ":", "</details>"];
    let pieces = (0..rounds(60)).map(|index| match index % 2 {
        0 => *chance.pick(&STEERING),
        _ => *chance.pick(&others),
    });
    let mut text = String::new();
    for piece in pieces {
        // It becomes the name of a file, and no file system here takes more than 255 bytes.
        if text.len() + piece.len() <= 200 {
            text.push_str(piece);
        }
    }
    in_every_place(&text);
}

#[test]
fn words_of_the_command_line_are_printed_without_control_characters() {
    let project = Project::shop();
    let text = STEERING.concat();
    let text = text.as_str();
    for words in [
        vec!["explain", text],
        vec!["set", text],
        vec!["check", "--env", text],
        vec!["check", "--nothing", text],
        vec![text],
        vec!["-C", text, "check"],
        vec!["add", text, "--like", "dev"],
        vec!["init", "--output", text],
        vec!["man", text],
        vec!["check", "--summary", "\u{1b}[2J\n/x"],
    ] {
        let run = project.envroot_words("", &words);
        assert_harmless(&words.join(" "), &format!("{}{}", run.out, run.err), text);
    }
}

/// Every string that a script takes from a report in JSON is harmless too.
#[test]
fn strings_that_jq_prints_steer_nothing() {
    let Some(jq) = tool("jq") else { return };
    let project = Project::shop();
    project.done("gen");
    let text = format!("{}{}", STEERING.concat(), "\n::error::a");
    project.edit(EDITED, "provider", &format!("{text}\n# {text}\nprovider"));
    project.write("generated/shop/dev/\u{1b}[2J\n::error::a/main.tf", &project.read(EDITED));
    for command in ["check --format json", "check --format sarif"] {
        let broken = Project::shop();
        broken.edit(CONFIG, "image = ", &format!("{} = 1\nimage = ", toml(&text)));
        for project in [&project, &broken] {
            let report = project.path("report.json");
            std::fs::write(&report, project.envroot(command).out).unwrap();
            let output =
                Command::new(&jq).args(["-r", ".. | scalars"]).arg(report).output().unwrap();
            let shown = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success() && shown.contains("\\u001b"), "{command}: {shown}");
            assert_harmless("jq", &shown, &text);
        }
    }
}

/// At a terminal the reports have colours, and nothing else that a terminal would take for a command.
#[test]
fn a_terminal_gets_colours_and_no_other_sequence() {
    let Some(python) = tool("python3") else { return };
    let project = Project::shop();
    project.done("gen");
    project.edit(EDITED, "provider", "# \u{1b}[31m\u{1b}[2J\u{1b}]0;a\u{7}\nprovider");
    project.edit(CONFIG, "image = \"", "imag = \"\\u001b[31m\u{202e}\u{9b}2J");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/terminal.py");
    for command in ["check", "diff", "gen", "set image=1", "retire dev"] {
        let output = Command::new(&python)
            .args([script, "[]", env!("CARGO_BIN_EXE_envroot")])
            .args(command.split(' '))
            .env("TERM", "xterm")
            .env_remove("NO_COLOR")
            .current_dir(project.path(""))
            .output()
            .unwrap();
        let shown = String::from_utf8(output.stdout).unwrap();
        let mut parts = shown.split('\u{1b}');
        assert!(!parts.next().unwrap().contains(steers), "{}", shown.escape_debug());
        for part in parts {
            let numbers = part.strip_prefix('[').and_then(|part| part.split_once('m'));
            let is_colour = numbers.is_some_and(|(numbers, _)| {
                numbers.chars().all(|c| c.is_ascii_digit() || c == ';') && numbers != "31"
            });
            assert!(is_colour && !part.contains(steers), "{command}: {}", shown.escape_debug());
        }
    }
}

/// Lines with a secret, `§`, that people write into generated files.
const SECRETS: [(&str, &str); 16] = [
    (EDITED, "locals {\n  db_password = \"§\"\n}\n"),
    (EDITED, "# password: §\n"),
    (EDITED, "variable \"api_token\" {\n  default = \"§\"\n}\n"),
    (EDITED, "locals {\n  env = [{ name = \"DB_PASSWORD\", value = \"§\" }]\n}\n"),
    (EDITED, "locals {\n  url = \"postgres://app:§@db/app\"\n}\n"),
    (
        EDITED,
        "locals {\n  key = <<-EOT\n    -----BEGIN RSA PRIVATE KEY-----\n    §\n    -----END RSA PRIVATE KEY-----\n  EOT\n}\n",
    ),
    (EDITED, "locals {\n  password = <<-EOT\n    §\n  EOT\n}\n"),
    (VALUES, "env:\n  - name: DB_PASSWORD\n    value: §\n"),
    (VALUES, "env:\n  - value: \"§\"\n    name: DB_PASSWORD\n"),
    (VALUES, "password: |\n  §\n"),
    (VALUES, "password:\n  §\n"),
    (VALUES, "passwords:\n  - §\n"),
    (VALUES, "config: \"Server=db;Password=§;\"\n"),
    (VALUES, "args:\n  - --token=§\n"),
    (VALUES, "extra:\n  - kind: Secret\n    stringData:\n      anything: §\n"),
    (VALUES, "json: '{\"client_secret\":\"§\"}'\n"),
];

const SECRET: &str = "hunter2secret";

/// Adds lines to a file in front of its last one, so that lines around them are shown.
fn add(project: &Project, path: &str, lines: &str) {
    let text = project.read(path);
    let lines = lines.replace('§', SECRET);
    project.write(path, &format!("{text}{lines}"));
}

#[test]
fn a_secret_of_a_hand_edit_is_printed_nowhere_and_its_patch_has_it() {
    let project = Project::shop();
    project.done("gen");
    for (path, lines) in SECRETS {
        add(&project, path, lines);
    }
    for (command, shown) in outputs(&project) {
        assert!(!shown.contains(SECRET), "{command}:\n{shown}");
    }
    let masked = "*".repeat(SECRET.len());
    assert!(project.envroot("check -v").out.matches(&masked).count() >= SECRETS.len());
    let forced = project.envroot("gen --force");
    assert!(!forced.out.contains(SECRET) && !forced.err.contains(SECRET), "{}", forced.err);
    assert!(forced.err.contains("only you can read the patch"), "{}", forced.err);
    let patch = project.read(".envroot/overwritten-1.patch");
    assert_eq!(patch.matches(SECRET).count(), SECRETS.len());
    project.git("init -q");
    assert_eq!(project.git("apply .envroot/overwritten-1.patch").exit, 0);
    let edits = [EDITED, VALUES].map(|path| project.read(path)).concat();
    assert_eq!(edits.matches(SECRET).count(), SECRETS.len());
}

#[test]
fn two_edits_that_differ_in_a_secret_only_are_shown_as_a_change() {
    let project = Project::shop();
    project.edit(CONFIG, "[services.shop]", "[services.shop]\nvalues.url = \"https://a:${x}@b\"");
    project.done("gen");
    project.edit(VALUES, "https://a:${x}@b", "https://a:hunter2secret@b");
    let shown = project.envroot("check").out;
    assert!(shown.contains("-url: \"https://a:*************@b\""), "{shown}");
}

#[test]
fn a_secret_in_the_configuration_is_printed_nowhere() {
    for lines in [
        "password = \"§\n",
        "password = \"§\" x\n",
        "password = § x\n",
        "password = \"§\"\npassword = \"§\"\n",
        "text = { password = \"§\", a = inf }\n",
        "text = { password = \"§\", a = 2026-11-20 }\n",
        "password = '''\n§\n''' x\n",
        "values.env = [{ name = \"DB_PASSWORD\", value = \"§\", a = nan }]\n",
        "values.env = [{ name = \"DB_PASSWORD\", value = \"§\" }]\n",
        "values.url = \"postgres://app:§@db/app\"\n",
        "values.passwords = { app = \"§\" }\n",
        "values.glpat-§SECRETSECRET = 1\n",
        "url = \"https://a:§@b\" = 1\n",
        "[services.shop.values.passwords]\napp = \"§\" x\n",
        "# was https://a:§@b\n",
    ] {
        let project = Project::shop();
        project.done("gen");
        add(&project, CONFIG, lines);
        for command in ["check", "check --format json", "check --format github", "gen", "diff"] {
            let run = project.envroot(command);
            assert!(!run.out.contains(SECRET) && !run.err.contains(SECRET), "{lines}: {}", run.err);
        }
    }
}

#[test]
fn a_change_of_a_setting_shows_no_secret() {
    let waiver = |at: &str| {
        format!(
            "[[waivers]]\ncheck = \"secret\"\nat = \"services.shop.values.{at}\"\nreason = \"known\"\n"
        )
    };
    let secret = ["a.password", "b.url", "c.env.0.value"].map(waiver).concat();
    let text = "values.a.password = \"§\" # password: §\nvalues.b.url = \"https://a:§@b\"\nvalues.c.env = [{ name = \"A_TOKEN\", value = \"§\" }]\n";
    for command in [
        "set --service shop --unset values.a.password",
        "set --service shop --unset values.b.url",
        "set --service shop --unset values.c.env",
        "set --service shop values.a.password=other2secret",
        "set --service shop values.b.url=https://a:other2secret@b",
        "set --service shop values.d.apiKey=other2secret --dry-run",
        "set --service shop --unset values.a.password --dry-run",
        "set --service shop --env dev values.a.password=other2secret --dry-run",
        "retire dev --dry-run",
        "add qa --like dev --set account_id=333333333333 --dry-run",
    ] {
        let project = Project::shop();
        project.edit(CONFIG, "[services.shop]", &format!("{secret}\n[services.shop]"));
        add(&project, CONFIG, text);
        project.done("gen");
        let run = project.envroot(command);
        let shown = format!("{}{}", run.out, run.err);
        assert!(!shown.contains("2secret"), "{command}:\n{shown}");
    }
}

#[test]
#[cfg(unix)]
fn only_its_owner_can_read_a_patch() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::shop();
    project.done("gen");
    for number in 1..3 {
        project.edit(EDITED, "provider", "# x\nprovider");
        project.done("gen --force");
        let patch = project.path(&format!(".envroot/overwritten-{number}.patch"));
        let mode = std::fs::metadata(patch).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

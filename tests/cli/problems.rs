//! Every problem code is explained, and the example of its explanation produces it.

use std::fs;

use crate::support::project::Project;

/// The codes whose explanation has no example: what produces them is too large for one,
/// or no text.
const WITHOUT_EXAMPLE: [&str; 4] = ["not-utf8", "reference-depth", "too-large", "unreadable-file"];

/// The pack `web` of the examples, of which each may replace files.
const PACK: [(&str, &str); 3] = [
    (
        "templates/web/pack.toml",
        "[[files]]\ntemplate = \"main.tf\"\npath     = \"{{ env.name }}/main.tf\"\n",
    ),
    (
        "templates/web/schema.json",
        r#"{ "properties": {
            "env": { "properties": {
                "account_id": { "type": "string" },
                "region": { "type": "string" }
            } },
            "service": { "properties": {
                "bucket": { "type": "string" },
                "chart": { "type": "string" },
                "hostname": { "type": "string" },
                "image_tag": { "type": "string" },
                "releases": { "additionalProperties": { "properties": {
                    "repository": { "type": "string" },
                    "version": { "type": "string" }
                } } },
                "scaling": { "properties": { "min": {}, "max": {} } }
            } }
        } }"#,
    ),
    ("templates/web/main.tf", "locals {\n  name = \"{{ env.name }}\"\n}\n"),
];

/// The fenced blocks of an explanation: the word behind the language, and the text.
fn blocks(explanation: &str) -> Vec<(String, String)> {
    let parts = explanation.split("```").skip(1).step_by(2);
    let block = |part: &str| {
        let (head, text) = part.split_once('\n').unwrap();
        let name = head.split_once(' ').map_or(head, |(_, name)| name);
        (name.to_owned(), text.to_owned())
    };
    parts.map(block).collect()
}

/// The standard error of the command of an example, or else of `check`. A file that comes twice
/// changes after `gen`.
fn run(explanation: &str) -> String {
    let project = Project::empty();
    PACK.iter().for_each(|(path, text)| project.write(path, text));
    let mut written: Vec<String> = Vec::new();
    let mut command = "check".to_owned();
    for (name, text) in blocks(explanation) {
        if name == "console" {
            command = text.trim().strip_prefix("$ envroot ").unwrap().to_owned();
            continue;
        }
        if written.contains(&name) {
            project.done("gen");
        }
        project.write(&name, &text);
        written.push(name);
    }
    project.envroot(&command).err
}

#[test]
fn the_example_of_each_code_produces_it() {
    let project = Project::empty();
    let mut missing = Vec::new();
    for entry in fs::read_dir("docs/problems").unwrap() {
        let path = entry.unwrap().path();
        let code = path.file_stem().unwrap().to_str().unwrap();
        let explanation = project.done(&format!("explain {code}")).out;
        assert_eq!(explanation, fs::read_to_string(&path).unwrap());
        if WITHOUT_EXAMPLE.contains(&code) {
            assert!(!explanation.contains("## Example"), "{code}");
            continue;
        }
        let found = run(&explanation);
        if !found.contains(&format!("error[{code}]")) {
            missing.push(format!("{code}: {found}"));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_code_that_does_not_exist_gets_the_nearest() {
    let project = Project::empty();
    let run = project.envroot("explain unknown-kye");
    assert_eq!(run.exit, 2);
    assert_eq!(
        run.err,
        "error: there is no problem code `unknown-kye`: did you mean `unknown-key`?\n"
    );
    let run = project.envroot("explain nothing-like-it");
    assert_eq!(run.exit, 2);
    assert!(run.err.contains("such as error[unknown-key]"), "{}", run.err);
}

/// The table of the README, from the registry.
fn table() -> String {
    let row = |rule: &&envroot::rules::Rule| {
        let at = rule.waivable_at.unwrap_or("-");
        format!("| `{}` | {} | {at} |\n", rule.code, rule.summary)
    };
    let rows: String = envroot::rules::registry::RULES.iter().map(row).collect();
    format!("| `check` | requires that | waivable at |\n| --- | --- | --- |\n{rows}")
}

#[test]
fn the_readme_lists_every_rule() {
    let (readme, table) = (fs::read_to_string("README.md").unwrap(), table());
    assert!(readme.contains(&table), "write this table into README.md:\n{table}");
}

#[test]
fn the_rules_are_printed_in_the_order_of_their_codes() {
    let printed = Project::empty().done("rules").out;
    let first = printed.lines().map(|line| line.split("  ").next().unwrap());
    let first: Vec<&str> = first.filter(|code| !code.is_empty()).collect();
    let codes: Vec<&str> =
        envroot::rules::registry::RULES.iter().map(|rule| rule.code.as_str()).collect();
    assert_eq!(first[1..first.len() - 1], codes);
    assert!(codes.is_sorted());
}

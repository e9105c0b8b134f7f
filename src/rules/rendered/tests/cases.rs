//! Tables of HCL, each row under what the rules find in it.

use super::super::*;
use crate::config;
use crate::model::code::Code;
use crate::model::diagnostic::Problem;
use crate::model::span::Sources;
use crate::pack::{self, Folder};
use crate::{render, resolve, toml_file};

#[path = "../../../../tests/support/module_rows.rs"]
mod module_rows;

const TRUST: &str = include_str!("../../../../tests/rows/trust.txt");
const ACCOUNTS: &str = include_str!("../../../../tests/rows/accounts.txt");

const CONFIG: &str = "[project]\norder = [\"dev\"]\n[environments.dev]\naccount_id = \"111111111111\"\n[services.web]\npack = \"web\"\n";
const SCHEMA: &str = r#"{ "properties": { "env": { "properties": { "account_id": {} } }, "service": { "properties": {} } } }"#;
const MANIFEST: &str = "[identity]\nnamespace = \"web\"\nservice_account = \"web\"\n[[files]]\ntemplate = \"main.tf\"\nlayout = \"keep\"\npath = \"{{ env.name }}/main.tf\"\n";

/// The words for what the messages of a rule say.
const WORDS: [(&str, &str); 13] = [
    ("no-sub", "no condition on `:sub`"),
    ("no-aud", "no condition on `:aud`"),
    ("no-amr", "no condition on `:amr`"),
    ("operator", " with `"),
    ("wildcard", "has a wildcard in"),
    ("literal", "takes for a character"),
    ("every-aud", "allows every"),
    ("account", "for another service account"),
    ("identity", "does not name the service account"),
    ("none", "without `allowed_account_ids`"),
    ("empty", "are empty"),
    ("other", "do not include the account"),
    ("role", "is not in the account"),
];

type Files<'t> = &'t [(&'t str, &'t str)];

/// The problems of a file of an environment, and the number of what cannot be judged. There are other
/// files in its folder, and those of a module.
fn judged(hcl: &str, beside: Files<'_>, module: Files<'_>) -> (Vec<Problem>, usize) {
    let mut sources = Sources::default();
    let file = sources.add("environments.toml", CONFIG);
    let (tree, _) = toml_file::read(&sources, file, None);
    let (config, problems) = config::read(&tree, &semver::Version::new(0, 1, 0));
    assert!(problems.is_empty(), "{problems:?}");
    let template = format!("{{% raw %}}{hcl}{{% endraw %}}\n");
    let files = [("pack.toml", MANIFEST), ("schema.json", SCHEMA), ("main.tf", &template)];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let folder = vec![Folder::new("web", files.to_vec())];
    let (pack, problems) = pack::load(&mut sources, folder, Folder::new("components", vec![]));
    assert!(problems.is_empty(), "{problems:?}");
    let packs = [("web".to_owned(), std::sync::Arc::new(pack.unwrap()))].into_iter().collect();
    let (resolved, problems) = resolve::resolve(&config, &packs, &sources);
    assert!(problems.is_empty(), "{problems:?}");
    let input = render::Input {
        project: &config.project,
        resolved: &resolved,
        charts: &render::Charts::new(),
        sources: &sources,
    };
    let (files, problems) = render::render(&input);
    assert!(problems.is_empty(), "{hcl}\n{problems:?}");
    let file = files.iter().find(|file| file.path.as_str().ends_with(".tf")).unwrap();
    let text = file.text().unwrap().as_str();
    assert!(crate::ecosystem::terraform::root_facts(text).is_some(), "cannot be parsed: {text}");
    let waivers = Waivers::of(&config);
    let judge = FileJudge::new(&resolved, &waivers);
    let mut problems = Problems::default();
    judge.check(file, &mut problems);
    let read = |folder: &str| {
        let files = if folder.ends_with("module") { module } else { beside }.iter();
        let files = files.map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Ok::<_, std::convert::Infallible>(Some(files.collect()))
    };
    let Ok(calls) = judge.check_calls(std::slice::from_ref(file), read);
    problems.extend(calls);
    let unjudged = judge.into_unjudged().first().map_or(0, |it| it.1.trusts + it.1.accounts);
    (problems.sorted(), unjudged)
}

/// What a rule finds in a file of an environment, and the number that it cannot judge.
fn found(hcl: &str, code: Code) -> Vec<String> {
    let (problems, unjudged) = judged(hcl, &[], &[]);
    let mut found = Vec::new();
    for problem in problems.iter().filter(|it| it.code == code) {
        let word = WORDS.iter().find(|(_, part)| problem.message.contains(part));
        found.push(word.map_or(problem.message.clone(), |(word, _)| (*word).to_owned()));
    }
    found.extend((unjudged > 0).then(|| format!("count={unjudged}")));
    found.sort();
    found
}

fn table(rows: &str, code: Code, least: usize) {
    let (mut count, mut wrong) = (0, Vec::new());
    for row in rows.split("\n###").skip(1) {
        let (expected, hcl) = row.split_once('\n').unwrap();
        let mut expected: Vec<&str> = expected.split_whitespace().collect();
        expected.sort_unstable();
        let found = found(hcl.trim_end(), code);
        if found != expected {
            wrong.push(format!("expected {expected:?}, found {found:?}:\n{}", hcl.trim_end()));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{} rows:\n{}", wrong.len(), wrong.join("\n\n"));
    assert!(count >= least, "{count} rows");
}

#[test]
fn trust_policies_are_read_as_aws_reads_them() {
    table(TRUST, Code::IrsaTrust, 150);
}

#[test]
fn accounts_are_read_as_terraform_reads_them() {
    table(ACCOUNTS, Code::AccountGuard, 60);
}

/// What the rule says of the call of a module: `missing a`.
fn found_in_call(problem: &Problem) -> String {
    let quoted: Vec<&str> = problem.message.split('`').collect();
    match quoted[..] {
        [_, _, " is given ", name, ", which", ..] | [_, _, " is given ", name, _] => {
            format!("unknown {name}")
        }
        [_, _, " is not given ", name, _] => format!("missing {name}"),
        [_, _, " is given ", _, " without ", name, _] => format!("attribute {name}"),
        _ => problem.message.clone(),
    }
}

#[test]
fn calls_of_modules_are_judged_as_terraform_judges_them() {
    let rows = include_str!("../../../../tests/rows/modules.txt");
    let rows = module_rows::of(rows);
    assert!(rows.len() >= 45, "{} rows", rows.len());
    for module_rows::ModuleRow { mut expected, files, call } in rows {
        let hcl = format!("module \"m\" {{\n  source = \"../module\" # hand-written\n{call}\n}}");
        let (problems, _) = judged(&hcl, &[], &files);
        let mut found: Vec<String> = problems.iter().map(found_in_call).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{files:?}\n{call}");
    }
}

/// Another file of the root may give an argument to a call.
#[test]
fn a_call_that_an_override_changes_is_not_judged() {
    let call = |name: &str| format!("module \"{name}\" {{\n  a = 1\n}}\n");
    let module = [("main.tf", "variable \"a\" {}\n")];
    for (name, text, expected) in [
        ("override.tf", call("m"), 0),
        ("x_override.tf", call("m"), 0),
        ("override.tf", call("other"), 1),
        ("other.tf", call("other"), 1),
        (".override.tf", call("m"), 1),
    ] {
        let hcl = "module \"m\" {\n  source = \"../module\"\n}";
        let (problems, _) = judged(hcl, &[(name, &text)], &module);
        assert_eq!(problems.len(), expected, "{name}: {text}");
    }
}

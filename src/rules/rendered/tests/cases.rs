//! Tables of HCL, each row under what the rules find in it.

use super::super::*;
use crate::config;
use crate::model::code::Code;
use crate::model::span::Sources;
use crate::pack::{self, Folder};
use crate::{render, resolve, toml_file};

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

/// What a rule finds in a file of an environment, and the number that it cannot judge.
fn found(hcl: &str, code: Code) -> Vec<String> {
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
    let mut found = Vec::new();
    for problem in problems.sorted().iter().filter(|it| it.code == code) {
        let word = WORDS.iter().find(|(_, part)| problem.message.contains(part));
        found.push(word.map_or(problem.message.clone(), |(word, _)| (*word).to_owned()));
    }
    let unjudged = judge.into_unjudged().first().map_or(0, |it| it.1.trusts + it.1.accounts);
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

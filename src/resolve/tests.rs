use std::sync::Arc;

use crate::config;
use crate::model::diagnostic::Problem;
use crate::model::span::Sources;
use crate::pack::{self, Folder};
use crate::resolve::{Packs, resolve};
use crate::toml_file;

const SCHEMA: &str = r#"{ "properties": {
    "env": {
        "properties": { "account_id": {}, "region": {} },
        "required": ["account_id"]
    },
    "service": {
        "properties": { "image_tag": {}, "host": {}, "url": {}, "size": { "type": "integer" } },
        "required": ["image_tag"]
    } } }"#;

/// The problems of a configuration, each as `code slice targets`.
fn problems(environments: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("environments.toml", environments);
    let (tree, mut problems) = toml_file::read(&sources, file, None);
    let (config, found) = config::read(&tree, &semver::Version::new(0, 1, 0));
    problems.extend(found);
    let folder = |name: &str, files: &[(&str, &str)]| Folder {
        name: name.to_owned(),
        shown: name.to_owned(),
        files: files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect(),
        damaged: Vec::new(),
    };
    let small = folder("small", &[("pack.toml", ""), ("schema.json", SCHEMA)]);
    let (pack, _) = pack::load(&mut sources, vec![small], folder("components", &[]));
    let packs = Packs::from_iter([("small".to_owned(), Arc::new(pack.expect("a pack")))]);
    problems.extend(resolve(&config, &packs, &sources).1);
    let shown = |problem: &Problem| {
        let targets = problem.targets.iter().map(|target| {
            let names = [&target.service, &target.environment].into_iter().flatten();
            names.map(|name| name.as_str()).collect::<Vec<_>>().join("/")
        });
        let place = sources.slice(problem.labels[0].place);
        format!("{} {place} {}", problem.code, targets.collect::<Vec<_>>().join(" "))
    };
    problems.sorted().iter().map(shown).collect()
}

#[track_caller]
fn check(environments: &str, expected: &[&str]) {
    let head = "[project]\norder = ['dev', 'prod']\n";
    assert_eq!(problems(&format!("{head}{environments}")), expected);
}

const ACCOUNTS: &str =
    "[environments.dev]\naccount_id = '1'\n[environments.prod]\naccount_id = '2'\n";

#[test]
fn a_typo_in_one_service_hides_no_missing_setting_of_another() {
    let services = "[services.a]\npack = 'small'\nimage_tg = '1'\n[services.b]\npack = 'small'\n";
    check(
        &format!("{ACCOUNTS}{services}"),
        &["unknown-key image_tg a/dev a/prod", "missing-setting b b/dev b/prod"],
    );
}

#[test]
fn a_typo_in_one_environment_hides_no_missing_setting_of_another() {
    let facts = "[environments.dev]\nacount_id = '1'\n[environments.prod]\n";
    let service = "[services.a]\npack = 'small'\nimage_tag = '1'\n";
    check(
        &format!("{facts}{service}"),
        &["unknown-key acount_id dev", "missing-setting prod a/prod"],
    );
    let layer = "[environments.dev.services.a]\nimage_tg = '1'\n[services.a]\npack = 'small'\n";
    check(
        &format!("{ACCOUNTS}{layer}"),
        &["unknown-key image_tg a/dev", "missing-setting a a/prod"],
    );
}

#[test]
fn a_typo_in_a_profile_hides_no_missing_setting_of_another_environment() {
    let profile = "[profiles.p.services.a]\nimage_tg = '1'\n[services.a]\npack = 'small'\n";
    let accounts = ACCOUNTS.replace("'1'\n", "'1'\nprofiles = ['p']\n");
    check(
        &format!("{accounts}{profile}"),
        &["unknown-key image_tg a/dev", "missing-setting a a/prod"],
    );
}

#[test]
fn a_missing_setting_that_a_reference_leaves_out_follows_from_the_reference() {
    let service =
        |settings: &str| format!("[services.a]\npack = 'small'\nimage_tag = '1'\n{settings}");
    check(
        &format!(
            "[environments.dev]\naccount_id = '{{{{ env.region }}}}'\n[environments.prod]\n{}",
            service("")
        ),
        &["missing-setting prod a/prod", "unknown-reference {{ env.region }} dev"],
    );
    check(
        &format!("{ACCOUNTS}{}", service("host = '{{ env.region }}'\nurl = '{{ service.host }}'")),
        &["unknown-reference {{ env.region }} a/dev a/prod"],
    );
}

#[test]
fn a_reference_to_a_missing_setting_follows_from_what_is_missing() {
    let defaults = "[defaults]\nregion = '{{ env.account_id }}'\n";
    let facts = "[environments.dev]\n[environments.prod]\naccount_id = '2'\n";
    let service = "[services.a]\npack = 'small'\nimage_tag = '1'\nhost = '{{ env.region }}'\n";
    check(&format!("{defaults}{facts}{service}"), &["missing-setting dev a/dev"]);
}

#[test]
fn a_misspelt_table_is_the_cause_of_all_that_it_would_hold() {
    let service = "[services.a]\npack = 'small'\nimage_tag = '1'\n";
    check(
        &format!(
            "[environment.dev]\naccount_id = '1'\n[environments.dev.services.a]\nhost = 'a'\n\
             [environments.prod]\naccount_id = '2'\n{service}"
        ),
        &["unknown-key environment "],
    );
    check(
        &format!("[environment.dev]\n[environments.prod]\n{service}"),
        &["unknown-key environment ", "missing-setting prod a/prod"],
    );
    check(
        &format!("[default]\naccount_id = '1'\n[environments.dev]\n[environments.prod]\n{service}"),
        &["unknown-key default "],
    );
}

#[test]
fn a_wrong_value_that_a_reference_brings_follows_from_the_value() {
    let service = "[services.a]\npack = 'small'\nimage_tag = '1'\nsize = 'x'\n";
    check(&format!("{ACCOUNTS}{service}"), &["wrong-type 'x' a/dev a/prod"]);
}

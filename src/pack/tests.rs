use super::*;
use crate::model::diagnostic::Problem;

const SCHEMA: &str = r#"{ "properties": {
    "env": { "properties": {} },
    "service": { "properties": { "queue": { "properties": { "name": {} } }, "chart": {} } } } }"#;

/// The problems of a manifest, each as `code slice`, and the settings that must be distinct.
fn read(manifest: &str) -> (Vec<String>, Vec<String>) {
    let mut sources = Sources::default();
    let files = [("pack.toml", manifest), ("schema.json", SCHEMA)];
    let folder = Folder {
        name: "small".to_owned(),
        shown: "small".to_owned(),
        files: files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect(),
        damaged: Vec::new(),
    };
    let components = Folder::new("", Vec::new());
    let (pack, problems) = load(&mut sources, vec![folder], components);
    let shown =
        |problem: &Problem| format!("{} {}", problem.code, sources.slice(problem.labels[0].place));
    let distinct = pack.map(|pack| pack.distinct.iter().map(Path::to_string).collect());
    (problems.sorted().iter().map(shown).collect(), distinct.unwrap_or_default())
}

#[track_caller]
fn check(manifest: &str, expected: &[&str]) {
    assert_eq!(read(manifest).0, expected);
}

#[test]
fn an_entry_of_a_list_that_cannot_be_read_is_a_problem() {
    for key in ["distinct", "volatile"] {
        check(&format!("{key} = ['queue']"), &[]);
        check(&format!("{key} = ['queue.']"), &["pack-manifest 'queue.'"]);
        check(&format!("{key} = [{{ path = 'queue' }}]"), &["pack-manifest { path = 'queue' }"]);
        check(
            &format!("{key} = ['queue..x', 1]"),
            &["pack-manifest 'queue..x'", "pack-manifest 1"],
        );
        check(&format!("{key} = 'queue'"), &["pack-manifest 'queue'"]);
    }
    check("allow = [1]", &["pack-manifest 1"]);
    check("allow = ['bastion.tf']", &[]);
}

#[test]
fn a_setting_may_be_written_as_in_a_template() {
    let (problems, distinct) = read("chart = 'service.chart'\ndistinct = ['service.queue.name']");
    assert_eq!(
        (problems.as_slice(), distinct.as_slice()),
        (&[][..], &["queue.name".to_owned()][..])
    );
}

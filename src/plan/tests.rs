use super::*;
use crate::format::seal::{self, Comment, Owner};
use crate::model::name::Name;
use crate::render::Source;

fn path(text: &str) -> RelativePath {
    RelativePath::parse(text).unwrap()
}

fn owner(root: &str) -> Owner {
    let (service, environment) = root.split_once('/').unwrap();
    let name = |text: &str| Name::parse(text).ok();
    Owner {
        project: None,
        target: Target { service: name(service), environment: name(environment) },
    }
}

fn sealed(at: &str, root: &str, body: &str) -> String {
    seal::seal(&path(at), &owner(root), Some(Comment::Hash), None, body)
}

/// A tree as `path = contents`: `sealed ROOT BODY` is sealed for its own path, `moved PATH ROOT BODY`
/// for another, anything else is literal.
fn disk(text: &str) -> BTreeMap<RelativePath, Found> {
    let line = |line: &str| {
        let (at, contents) = line.trim().split_once(" = ")?;
        let words: Vec<&str> = contents.splitn(4, ' ').collect();
        let found = match words.as_slice() {
            ["sealed", root, body @ ..] => Found::Text(sealed(at, root, &body.join(" "))),
            ["moved", from, root, body] => Found::Text(sealed(from, root, body)),
            ["edited", root, body @ ..] => Found::Text(sealed(at, root, &body.join(" ")) + "x"),
            ["directory"] => Found::Other("a directory"),
            ["unreadable"] => Found::Failed("no".into()),
            _ => Found::Text(contents.to_owned()),
        };
        Some((path(at), found))
    };
    text.lines().filter_map(line).collect()
}

/// Rendered files as `path ROOT BODY`.
fn rendered(text: &str) -> Vec<File> {
    let file = |line: &str| {
        let (at, rest) = line.trim().split_once(' ')?;
        let (root, body) = rest.split_once(' ')?;
        let contents = Contents::Text(FileText::new(sealed(at, root, body), Vec::new()));
        let (path, owner) = (path(at), owner(root));
        Some(File {
            path,
            owner,
            contents,
            format: None,
            chart: None,
            is_beside: false,
            runbook: false,
            source: Source::Own,
        })
    };
    text.lines().filter_map(file).collect()
}

fn text(file: &File) -> &str {
    file.text().unwrap().as_str()
}

fn planned(files: &[File], disk: &BTreeMap<RelativePath, Found>, options: &Options) -> Plan {
    let listed: Vec<RelativePath> = disk.keys().cloned().collect();
    plan(files, &listed, options, |path| disk.get(path).cloned().unwrap_or(Found::Nothing))
}

/// Entries are shown as `path state`. Carrying a plan out by force must leave nothing to do but what
/// `gen` never does.
#[track_caller]
fn check(files: &str, on_disk: &str, expected: &[&str]) {
    let (files, mut disk) = (rendered(files), disk(on_disk));
    let options = Options::default();
    let first = planned(&files, &disk, &options);
    let shown: Vec<String> = first
        .entries
        .iter()
        .map(|entry| format!("{} {}", entry.path, entry.state.word()))
        .collect();
    assert_eq!(shown, expected);
    for entry in &first.entries {
        match (entry.action(true), entry.file) {
            (Action::Write, Some(index)) => {
                disk.insert(entry.path.clone(), Found::Text(text(&files[index]).to_owned()));
            }
            (Action::Remove, _) => _ = disk.remove(&entry.path),
            _ => {}
        }
    }
    for entry in planned(&files, &disk, &options).entries {
        assert!(matches!(entry.action(true), Action::Leave | Action::Refuse), "{entry:?}");
    }
}

#[test]
fn every_way_a_rendered_file_can_differ_has_its_state() {
    check("a.tf web/dev x", "a.tf = sealed web/dev x", &[]);
    check("a.tf web/dev x", "", &["a.tf missing"]);
    check("a.tf web/dev x", "a.tf = sealed web/dev y", &["a.tf outdated"]);
    check("a.tf web/dev x", "a.tf = sealed web/prod x", &["a.tf outdated"]);
    check("a.tf web/dev x", "a.tf = x", &["a.tf outdated"]);
    check("a.tf web/dev x", "a.tf = edited web/dev x", &["a.tf edited"]);
    check("a.tf web/dev x", "a.tf = y", &["a.tf foreign"]);
    check("a.tf web/dev x", "a.tf = directory", &["a.tf foreign"]);
    check(
        "a.tf web/dev x",
        "a.tf = moved b.tf web/dev y\nb.tf = sealed web/dev y",
        &["a.tf copied", "b.tf orphaned"],
    );
}

#[test]
fn a_file_that_nothing_renders_is_removed_only_where_nothing_can_be_lost() {
    let root = "d/a.tf web/dev x";
    let with = |extra: &str| format!("d/a.tf = sealed web/dev x\n{extra}");
    check(root, &with("d/b.tf = sealed web/dev y"), &["d/b.tf orphaned"]);
    check(root, &with("e/b.yaml = sealed web/- y"), &["e/b.yaml orphaned"]);
    check(root, &with("e/b.tf = sealed web/prod y"), &["e/b.tf stranded"]);
    check(root, &with("d/b.tf = edited web/dev y"), &["d/b.tf edited"]);
    check(root, &with("e/a.tf = moved d/a.tf web/dev x"), &["e/a.tf copied"]);
    check(root, &with("d/b.tf = y"), &["d/b.tf unmanaged"]);
    check(root, &with("d/b.auto.tfvars.json = y"), &["d/b.auto.tfvars.json unmanaged"]);
    check(root, &with("d/b.tf = directory"), &["d/b.tf unmanaged"]);
    check(root, &with("d/b.yaml = y"), &[]);
    check(root, &with("e/b.tf = y"), &[]);
}

#[test]
fn a_file_of_the_project_does_not_own_the_root_of_an_environment() {
    let files = rendered("d/a.tf web/dev x\nd/b.tf -/- y");
    let disk = disk("d/a.tf = sealed web/dev x\nd/b.tf = sealed -/- y\nd/own.tf = z");
    let allowed = BTreeMap::from([(owner("web/dev").target, vec!["own.tf".to_owned()])]);
    let plan = planned(&files, &disk, &Options { allowed, ..Options::default() });
    assert_eq!((plan.entries.len(), plan.roots), (0, 1));
}

#[test]
fn what_cannot_be_read_is_not_taken_for_missing() {
    let files = rendered("a.tf web/dev x");
    let plan = planned(&files, &disk("a.tf = unreadable\nb.tf = unreadable"), &Options::default());
    let failed: Vec<&str> = plan.failures.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!((failed, plan.entries.len()), (vec!["a.tf", "b.tf"], 0));
}

#[test]
fn a_file_under_another_case_is_not_removed_where_both_names_are_one() {
    for (on_disk, name) in [("Dev/A.tf", "dev/a.tf"), ("cafe\u{301}.tf", "caf\u{e9}.tf")] {
        let files = rendered(&format!("{name} web/dev x"));
        let old = disk(&format!("{on_disk} = sealed web/dev x"));
        let listed: Vec<RelativePath> = old.keys().cloned().collect();
        let states = |there: Found| {
            let read = |path: &RelativePath| old.get(path).cloned().unwrap_or(there.clone());
            let plan = plan(&files, &listed, &Options::default(), read);
            plan.entries.iter().map(|entry| entry.state).collect::<Vec<_>>()
        };
        assert_eq!(states(Found::Text(text(&files[0]).to_owned())), [], "one file");
        assert_eq!(states(Found::Text("by hand\n".to_owned())), [State::Foreign], "one file");
        assert_eq!(states(Found::Nothing).len(), 2, "two files");
    }
}

#[test]
fn an_unchanged_file_is_current_and_not_read_again() {
    let mut files = rendered("a.tf web/dev x");
    files[0].contents = Contents::Unchanged;
    let plan = planned(&files, &disk("a.tf = unreadable"), &Options::default());
    assert_eq!((plan.current, plan.entries.len(), plan.failures.len()), (1, 0, 0));
}

#[test]
fn windows_line_ends_alone_are_no_difference() {
    let files = rendered("a.tf web/dev x");
    let text = text(&files[0]).replace('\n', "\r\n");
    let disk = BTreeMap::from([(path("a.tf"), Found::Text(text.clone()))]);
    let plan = planned(&files, &disk, &Options::default());
    assert_eq!((plan.current, plan.with_crlf, plan.entries.len()), (1, 1, 0));
    let mixed = text.replacen("\r\n", "\n", 1);
    let disk = BTreeMap::from([(path("a.tf"), Found::Text(mixed))]);
    assert_eq!(planned(&files, &disk, &Options::default()).entries[0].state, State::Outdated);
}

#[test]
fn what_is_destroyed_may_go_and_nothing_else() {
    let disk = disk("d/a.tf = sealed web/dev x\ne/a.tf = sealed web/prod x");
    let destroyed = BTreeSet::from([Target::parse("web/dev").unwrap()]);
    let plan = planned(&[], &disk, &Options { destroyed, ..Default::default() });
    let states: Vec<State> = plan.entries.iter().map(|entry| entry.state).collect();
    assert_eq!(states, [State::Orphaned, State::Stranded]);
    assert_eq!(plan.entries[0].action(false), Action::Remove);
    assert_eq!(plan.entries[1].action(true), Action::Refuse);
}

#[test]
fn a_selection_includes_files_as_the_flags_say() {
    #[track_caller]
    fn check(service: &str, environment: &str, root: &str, expected: bool) {
        let name = |text: &str| Name::parse(text).ok();
        let selection = Selection { service: name(service), environment: name(environment) };
        assert_eq!(selection.includes(&owner(root).target), expected);
    }
    check("", "", "-/-", true);
    check("", "dev", "web/dev", true);
    check("", "dev", "web/-", false);
    check("", "dev", "-/-", false);
    check("web", "", "web/-", true);
    check("web", "", "web/prod", true);
    check("web", "", "api/-", false);
    check("web", "dev", "web/dev", true);
    check("web", "dev", "web/-", false);
}

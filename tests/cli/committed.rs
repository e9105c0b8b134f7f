//! A root whose backend is not on disk any more: Git's last commit shows where its state is.

use std::fs;

use crate::support::project::Project;

const TEMPLATE: &str = "templates/web/main.tf";
const PROD: &str = "generated/shop/prod/main.tf";
const MANIFEST: &str = "templates/web/pack.toml";
const STATE: &str = "[state]
backend = \"s3\"
bucket  = \"states\"
key     = \"{{ service.name }}/{{ env.name }}/one\"

[defaults]
";
const BACKEND: &str = "terraform {
  backend \"s3\" {
    bucket              = \"states\"
    key                 = \"{{ service.name }}/{{ env.name }}/one\"
    allowed_account_ids = [\"{{ env.account_id }}\"]
  }

";

/// The shop with a state for each root, below a folder.
fn shop(folder: &str) -> Project {
    let project = Project::empty();
    for (path, text) in Project::shop().tree() {
        project.write(&format!("{folder}{path}"), &text);
    }
    project.edit(&format!("{folder}{TEMPLATE}"), "terraform {\n", BACKEND);
    project.edit(&format!("{folder}{MANIFEST}"), "[defaults]\n", STATE);
    let run = project.envroot_in(folder, "gen");
    assert_eq!(run.exit, 0, "{}", run.err);
    project
}

#[track_caller]
fn git(project: &Project, folder: &str, arguments: &str) {
    let run = project.git_in(folder, arguments);
    assert_eq!(run.exit, 0, "git {arguments}\n{}{}", run.out, run.err);
}

/// Loses the backend of a root, changes its place in the pack, and runs `gen`.
#[track_caller]
fn gen_after_a_change(project: &Project, folder: &str, lose: fn(&str)) -> (i32, String) {
    lose(project.path(&format!("{folder}{PROD}")).to_str().unwrap());
    for path in [TEMPLATE, MANIFEST] {
        project.edit(&format!("{folder}{path}"), "/one", "/two");
    }
    let run = project.envroot_in(folder, "gen --force --env prod");
    (run.exit, run.err)
}

const LOSSES: [fn(&str); 3] = [
    |path| fs::remove_file(path).unwrap(),
    |path| fs::write(path, "").unwrap(),
    |path| {
        let text = fs::read_to_string(path).unwrap();
        fs::write(path, text.replace("backend", "cloud")).unwrap();
    },
];

#[test]
fn a_state_does_not_move_although_its_backend_was_deleted_by_hand() {
    // The project's folder, and that of the repository.
    for (folder, repository) in [("", ""), ("team a/", ""), ("team ä/b/", ""), ("", "generated")] {
        for lose in LOSSES {
            let project = shop(folder);
            git(&project, repository, "init -q -b main");
            git(&project, repository, "add -A");
            git(&project, repository, "commit -qm one");
            let (exit, said) = gen_after_a_change(&project, folder, lose);
            assert_eq!(exit, 3, "{folder} {repository}: {said}");
            let moves = "the state of `shop` in `prod` would move from s3 key `shop/prod/one` to s3 key `shop/prod/two`";
            assert!(said.contains(moves), "{folder} {repository}: {said}");
        }
    }
}

#[test]
fn without_a_commit_nothing_is_known_of_a_deleted_file() {
    for commands in [&[][..], &["init -q -b main"], &["init -q -b main", "add -A"]] {
        let project = shop("");
        commands.iter().for_each(|arguments| git(&project, "", arguments));
        let (exit, said) = gen_after_a_change(&project, "", LOSSES[0]);
        assert_eq!(exit, 0, "{commands:?}: {said}");
    }
}

#[test]
fn an_edit_that_writes_the_new_place_first_moves_the_state_as_well() {
    for (folder, repository) in [("", ""), ("team a/", ""), ("team ä/b/", ""), ("", "generated")] {
        let project = shop(folder);
        git(&project, repository, "init -q -b main");
        let path = format!("{folder}{PROD}");
        // The newest commits hold the edit, and one of another branch is merged.
        git(&project, repository, "add -A");
        git(&project, repository, "commit -qm one");
        git(&project, repository, "checkout -qb side");
        project.edit(&path, "/one", "/1");
        git(&project, repository, "commit -qam two");
        git(&project, repository, "checkout -q main");
        git(&project, repository, "merge -q --no-ff -m three side");
        project.edit(&path, "/1", "/two");
        git(&project, repository, "commit -qam four");
        let (exit, said) = gen_after_a_change(&project, folder, |_| {});
        assert_eq!(exit, 3, "{folder} {repository}: {said}");
        let moves = "from s3 key `shop/prod/one` to s3 key `shop/prod/two`";
        assert!(said.contains(moves), "{folder} {repository}: {said}");
    }
}

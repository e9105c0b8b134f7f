//! Changes made by the commands on branches of their own, as the real Git merges them.
//!
//! Nothing here is random.

use crate::support::project::{Project, Run};

const CONFIG: &str = "environments.toml";

/// Runs Git, which must succeed.
#[track_caller]
fn git(project: &Project, arguments: &str) {
    let run = project.git(arguments);
    assert_eq!(run.exit, 0, "git {arguments}\n{}{}", run.out, run.err);
}

fn commit(project: &Project) {
    git(project, "add --all");
    git(project, "commit --quiet --message change");
}

/// A project with everything generated and committed on `main`.
fn repository(project: Project) -> Project {
    project.done("gen");
    git(&project, "init --quiet --initial-branch main");
    commit(&project);
    project
}

/// A branch off `main` on which a command was run and everything committed.
#[track_caller]
fn branch(project: &Project, name: &str, command: &str) {
    git(project, &format!("checkout --quiet -b {name} main"));
    project.done(command);
    commit(project);
}

const SERVICES: usize = 20;

/// Twenty services in two environments, each with a tag of its own.
fn services() -> Project {
    let project = Project::shop();
    let tag =
        "\"properties\": {\n        \"image_tag\": { \"type\": \"string\" },\n        \"hostname\"";
    project.edit("templates/web/schema.json", "\"properties\": {\n        \"hostname\"", tag);
    let mut text = project.read(CONFIG);
    text.truncate(text.find("[profiles").unwrap());
    text.push_str(
        "[environments.dev]\naccount_id = \"111111111111\"\n\n\
         [environments.prod]\naccount_id = \"222222222222\"\n",
    );
    for number in 1..=SERVICES {
        text.push_str(&format!(
            "\n[services.s{number}]\npack        = \"web\"\nimage       = \"s:{{{{ service.image_tag }}}}\"\n\
             image_tag   = \"1.0\"\nscaling.max = 2\n"
        ));
    }
    project.write(CONFIG, &text);
    project
}

/// Bumps each service on a branch of its own and merges one after another: nothing conflicts, and
/// everything is in sync.
#[track_caller]
fn check_bumps(options: &str, environment: &str, other: &str) {
    let project = repository(services());
    for number in 1..=SERVICES {
        let command = format!("set --service s{number} {options} image_tag=2.{number}");
        branch(&project, &format!("bump-{number}"), &command);
    }
    git(&project, "checkout --quiet main");
    for number in 1..=SERVICES {
        git(&project, &format!("merge --quiet --no-edit bump-{number}"));
    }
    project.done("check");
    assert_eq!(project.done("gen").out.lines().last(), Some("101 files: 101 already current"));
    for number in 1..=SERVICES {
        let image = |environment: &str| {
            let main = project.read(&format!("generated/s{number}/{environment}/main.tf"));
            main.lines().find(|line| line.contains("image ")).unwrap().trim().to_owned()
        };
        assert_eq!(image(environment), format!("image     = \"s:2.{number}\""));
        assert!(image("prod").contains(&other.replace('N', &number.to_string())));
    }
}

#[test]
fn twenty_branches_that_each_bump_another_service_merge() {
    check_bumps("", "dev", "s:2.N");
}

#[test]
fn twenty_branches_that_each_bump_another_service_in_one_environment_merge() {
    check_bumps("--env dev", "dev", "s:1.0");
}

/// Adds an environment on each of two branches and merges them. What conflicts is said, and taking
/// one side and adding the other's environment to it brings everything in order.
#[track_caller]
fn check_additions(first: (&str, &str), second: (&str, &str), order: &str, conflicts: usize) {
    let project = repository(Project::shop());
    let add = |(name, like): (&str, &str), digit: &str| {
        format!("add {name} --like {like} --set account_id={}", digit.repeat(12))
    };
    branch(&project, first.0, &add(first, "3"));
    branch(&project, second.0, &add(second, "4"));
    let Run { exit, out, .. } = project.git(&format!("merge {}", first.0));
    assert_eq!(exit, 1, "{out}");
    assert!(out.contains(&format!("CONFLICT (content): Merge conflict in {CONFIG}")), "{out}");
    let text = project.read(CONFIG);
    assert_eq!(text.matches("<<<<<<<").count(), conflicts, "{text}");
    // Until somebody has resolved it, nothing is made of it.
    for command in ["check", "gen", "set region=eu-west-1"] {
        let run = project.envroot(command);
        assert_eq!(run.exit, 3, "{command}\n{}", run.err);
        let said = run.err.matches("error[merge-conflict]: unresolved merge conflict").count();
        assert_eq!(said, conflicts, "{command}\n{}", run.err);
        assert_eq!(project.read(CONFIG), text, "{command}");
    }
    git(&project, &format!("checkout --ours {CONFIG}"));
    project.done(&add(first, "3"));
    project.done("gen");
    project.done("check");
    let text = project.read(CONFIG);
    assert!(text.contains(&format!("order  = {order}\n")), "{text}");
    let workflow = project.read(".github/workflows/deploy-shop.yml");
    for (name, _) in [first, second] {
        assert!(project.path(&format!("generated/shop/{name}/main.tf")).exists());
        assert!(workflow.contains(&format!("  {name}:\n")), "{workflow}");
    }
    commit(&project);
    assert_eq!(project.git("status --porcelain").out, "");
}

#[test]
fn two_branches_that_each_add_an_environment_conflict_in_the_order() {
    let order = r#"["dev", "qa", "prod", "eu"]"#;
    check_additions(("qa", "dev"), ("eu", "prod"), order, 1);
}

#[test]
fn two_environments_that_are_added_at_the_same_place_conflict_there_too() {
    let order = r#"["dev", "qa", "eu", "prod"]"#;
    check_additions(("qa", "dev"), ("eu", "dev"), order, 2);
}

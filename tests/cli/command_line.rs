//! What helps while a command line is typed: completions, examples, the manual, and the word that was
//! meant.
//!
//! Shells are asked as they ask; nothing here looks at how candidates are found.

use std::path::Path;
use std::process::Command;

use crate::support::project::Project;
use crate::support::tools::tool;
use clap::{CommandFactory, Parser};
use clap_complete::engine::ArgValueCandidates;
use envroot::cli::{self, Cli};

/// Runs a program in a folder with the built envroot on the path.
fn said(program: &Path, arguments: &[&str], variable: (&str, &str), folder: &Path) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_envroot")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new(program)
        .args(arguments)
        .env("PATH", path)
        .env(variable.0, variable.1)
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

/// What is offered for the last of some words, without the explanations that fish shows beside it.
fn offered(project: &Project, words: &str) -> Vec<String> {
    let words: Vec<&str> = ["--", "envroot"].into_iter().chain(words.split(' ')).collect();
    let envroot = Path::new(env!("CARGO_BIN_EXE_envroot"));
    let said = said(envroot, &words, ("ENVROOT_COMPLETE", "fish"), &project.path(""));
    said.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect()
}

#[test]
fn the_project_s_names_are_offered_where_they_belong() {
    let project = Project::shop();
    #[track_caller]
    fn check(project: &Project, words: &str, expected: &[&str]) {
        assert_eq!(offered(project, words), expected, "{words}");
    }
    check(&project, "check --env ", &["dev", "prod"]);
    check(&project, "check --env p", &["prod"]);
    check(&project, "check --service ", &["shop"]);
    check(&project, "gen --destroyed shop/p", &["shop/prod"]);
    check(&project, "add qa --like ", &["dev", "prod"]);
    check(&project, "retire p", &["prod"]);
    check(&project, "set --env dev acc", &["account_id="]);
    check(&project, "set sc", &[]);
    check(
        &project,
        "set services.shop.sc",
        &["services.shop.scaling.min=", "services.shop.scaling.max="],
    );
    check(&project, "set --service shop sc", &["scaling.max=", "scaling.min="]);
    check(&project, "set --service shop --unset im", &["image"]);
    check(&project, "add qa --like dev --set acc", &["account_id="]);
    check(&project, "check --format s", &["sarif"]);
    check(&project, "completions f", &["fish"]);
    check(&project, "explain unknown-f", &["unknown-file", "unknown-filter", "unknown-function"]);
    check(&project, "che", &["check"]);
}

#[test]
fn names_are_those_of_the_folder_that_is_meant() {
    let elsewhere = Project::empty();
    assert_eq!(offered(&elsewhere, "check --env "), [""; 0]);
    for (path, text) in Project::shop().tree() {
        elsewhere.write(&format!("infra/{path}"), &text);
    }
    assert_eq!(offered(&elsewhere, "check --env "), [""; 0]);
    assert_eq!(offered(&elsewhere, "-C infra check --env "), ["dev", "prod"]);
    assert_eq!(offered(&elsewhere, "check -Cinfra/templates --env "), ["dev", "prod"]);
}

#[test]
fn what_is_wrong_with_a_project_is_not_said_while_a_line_is_typed() {
    let project = Project::shop();
    project.edit("environments.toml", "scaling.max = 9", "scaling.mx = 9");
    project.edit("environments.toml", "\"web\"", "\"wbe\"");
    assert_eq!(offered(&project, "check --env "), ["dev", "prod"]);
    assert_eq!(offered(&project, "set --service shop sc"), [""; 0]);
    project.edit("environments.toml", "[project]", "[project");
    assert_eq!(offered(&project, "check --env "), [""; 0]);
}

#[test]
fn bash_completes_with_the_script_it_is_given() {
    let Some(bash) = tool("bash") else { return };
    let project = Project::shop();
    let script = "source <(envroot completions bash)
        complete -p envroot | grep -q -- '-F _clap_complete_envroot' || exit 1
        reply() {
            COMP_WORDS=(\"$@\") COMP_CWORD=$(($# - 1)) COMP_TYPE=9
            _clap_complete_envroot envroot \"${@: -1}\" \"${@: -2:1}\"
            echo \"${COMPREPLY[@]}\"
        }
        reply envroot check --env ''
        reply envroot set --service shop image
        reply envroot ge";
    let said = said(&bash, &["-c", script], ("LC_ALL", "C"), &project.path(""));
    assert_eq!(said, "dev prod\nimage=\ngen\n");
}

#[test]
fn every_shell_gets_a_script_that_asks_envroot() {
    let project = Project::empty();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = project.done(&format!("completions {shell}")).out;
        assert!(script.contains("ENVROOT_COMPLETE"), "{shell}: {script}");
        assert!(script.contains("envroot"), "{shell}: {script}");
    }
}

/// All commands but envroot itself.
fn commands() -> Vec<clap::Command> {
    let mut command = Cli::command();
    command.build();
    let commands: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    commands.into_iter().filter(|it| it.get_name() != "help").collect()
}

#[test]
fn every_argument_that_takes_a_name_is_completed() {
    let command = cli::completing(std::iter::empty());
    let mut completed = 0;
    for argument in command.get_subcommands().flat_map(clap::Command::get_arguments) {
        for name in argument.get_value_names().into_iter().flatten() {
            let known =
                ["CODE", "ENV", "SERVICE", "PATH", "NAME=VALUE"].iter().any(|it| name.contains(it));
            let has = argument.get::<ArgValueCandidates>().is_some();
            assert_eq!(has, known, "{} takes {name}", argument.get_id());
            completed += usize::from(has);
        }
    }
    assert!(completed >= 12, "{completed}");
}

#[test]
fn every_command_has_an_example_that_can_be_typed() {
    for command in commands() {
        let name = command.get_name();
        let about = command.get_long_about().unwrap_or_default().to_string();
        let examples: Vec<&str> =
            about.lines().filter_map(|line| line.strip_prefix("Example: ")).collect();
        assert_eq!(examples.len(), 1, "{name}: {about}");
        let typed = examples[0].split(" > ").next().unwrap().split(' ');
        let words: Vec<&str> = typed.collect();
        assert_eq!(words[..2], ["envroot", name]);
        Cli::try_parse_from(words).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn the_manual_tells_of_every_command_and_every_option() {
    let project = Project::empty();
    let whole = project.done("man").out;
    for command in commands() {
        let name = command.get_name();
        assert!(whole.contains(&format!("envroot\\-{name}(1)")), "{name}");
        let page = project.done(&format!("man {name}")).out;
        let title = format!(".TH envroot-{name} 1  \"envroot {}\"", env!("CARGO_PKG_VERSION"));
        assert!(page.contains(&title), "{page}");
        for long in command.get_arguments().filter_map(clap::Arg::get_long) {
            let option = format!("\\-\\-{}\\fR", long.replace('-', "\\-"));
            assert!(page.contains(&option), "{option} is not in the page of {name}");
        }
    }
}

#[test]
fn the_intended_word_is_suggested() {
    let project = Project::shop();
    for (arguments, meant) in [
        ("chekc", "'check'"),
        ("check --servce shop", "'--service'"),
        ("check --format sarfi", "'sarif'"),
        ("check --env prd", "`prod`"),
        ("check --service shpo", "`shop`"),
        ("man chekc", "`check`"),
        ("completions bsah", "'bash'"),
    ] {
        let run = project.envroot(arguments);
        assert_eq!(run.exit, 2, "{arguments}: {}", run.err);
        assert!(run.err.contains(meant), "{arguments}: {}", run.err);
    }
}

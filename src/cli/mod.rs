//! The command line: what may be typed, and which command it means.
//!
//! Parses and hands over; nothing is decided here.

pub mod commands;
pub mod completion;
mod filter;
mod manual;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{CommandFactory, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use crate::base::huge_pages;
use crate::project::outcome::{Common, Exit, Outcome};
use crate::report::Style;
use crate::world::{CONFIG, Disk, World};
use commands::{Add, Check, Generate, PromptFn, Retire, Set};
use filter::Filter;

/// Generate Terraform roots and Helm values from environments.toml.
#[derive(Debug, Parser)]
#[command(name = "envroot", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Look for environments.toml in DIR and upwards from there
    #[arg(short = 'C', value_name = "DIR", value_hint = ValueHint::DirPath)]
    #[arg(default_value = ".", global = true)]
    directory: PathBuf,

    /// Show long reports in full
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the files that differ from environments.toml
    ///
    /// Example: envroot gen --env dev --service icepack
    #[command(name = "gen")]
    Generate(Generate),
    /// Check for drift and rule violations; exits non-zero if there are any
    ///
    /// Example: envroot check --format json
    Check(Check),
    /// Create a first environments.toml that renders at once
    ///
    /// Lists the Terraform roots and values files that the repository already has.
    ///
    /// Example: envroot init
    Init {
        /// The folder for generated files; `.` is that of environments.toml
        #[arg(long, value_name = "DIR", default_value = "generated")]
        output: String,
    },
    /// Add an environment: its tables, its files and the remaining manual steps
    ///
    /// Copies the tables of another environment without the values that are unique to it. Set those
    /// with --set, or enter them at a terminal. NAME is a key in the environment's table, such as
    /// account_id or services.icepack.hostname.
    ///
    /// Example: envroot add qa --like stage --set account_id=222222222222
    Add(Add),
    /// Remove an environment in two steps: first from deployment, then its files
    ///
    /// The first step removes it from every deployment pipeline, keeps its files and prints the
    /// commands that destroy its resources. After that, --destroyed removes its tables and files.
    ///
    /// Example: envroot retire qa
    Retire(Retire),
    /// Change settings in environments.toml, and the files that use them
    ///
    /// PATH is a dotted key: a fact or, with --service or as services.S.KEY, a setting. --env
    /// changes it for that environment only. VALUE is TOML; an unquoted word is a string.
    ///
    /// Example: envroot set --env dev --service icepack image_tag=1.4.2
    Set(Set),
    /// Show the unified diff that gen would apply
    ///
    /// Example: envroot diff --env prod
    Diff {
        #[command(flatten)]
        filter: Filter,
    },
    /// Explain the code of a problem: what it means, an example, and how to fix it
    ///
    /// Example: envroot explain unknown-key
    Explain(commands::Explain),
    /// Print all rules in a table
    ///
    /// Example: envroot rules
    Rules,
    /// Print the JSON Schema of environments.toml, for editors with Taplo or Tombi
    ///
    /// Example: envroot schema > environments.schema.json
    Schema,
    /// Print a script for shell completion of commands, options and names
    ///
    /// Example: envroot completions bash > ~/.local/share/bash-completion/completions/envroot
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print a manual page of envroot or of a command
    ///
    /// Example: envroot man check > envroot-check.1
    Man {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

fn failed(message: &str, exit: Exit) -> Outcome {
    Outcome { err: format!("error: {message}\n"), exit, ..Default::default() }
}

/// The command line for shell completion, with the words that are typed so far.
pub fn completing(words: impl Iterator<Item = OsString>) -> clap::Command {
    completion::completing(Cli::command(), words)
}

/// Where a command works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// In a project that exists.
    Project,
    /// In a folder that is to become a project's.
    Folder,
}

/// Opens the world in which a command works.
type OpenWorld<'a> = &'a dyn Fn(Start) -> Result<Box<dyn World>, Outcome>;

/// Runs a command on the disk. `ask` prompts the person at a terminal, if there is one.
pub fn run(cli: Cli, colour: bool, ask: Option<PromptFn<'_>>, tell: fn(&str)) -> Outcome {
    let style = Style { fold: !cli.verbose, colour };
    let common = Common { style, tell: Some(tell), ..Common::default() };
    let open = |start: Start| -> Result<Box<dyn World>, Outcome> {
        let disk = match start {
            Start::Folder => Some(Disk::at(&cli.directory)?),
            Start::Project => Disk::find(&cli.directory)?,
        };
        let disk = disk.ok_or_else(|| no_project(&cli.directory))?;
        Ok(Box::new(disk))
    };
    cli.command.run(&common, ask, &open)
}

fn no_project(directory: &Path) -> Outcome {
    let folder = match directory.to_str() {
        Some(".") => "this folder".to_owned(),
        _ => directory.display().to_string(),
    };
    let hint = "set its folder with -C DIR";
    failed(&format!("there is no {CONFIG} in {folder} or above it: {hint}"), Exit::WrongCommandLine)
}

impl Command {
    fn run(self, common: &Common, ask: Option<PromptFn<'_>>, open: OpenWorld<'_>) -> Outcome {
        let project = |command: &mut dyn FnMut(&dyn World) -> Outcome| match open(Start::Project) {
            Ok(world) => command(&*world),
            Err(outcome) => outcome,
        };
        match self {
            Command::Generate(arguments) => {
                // It holds all that it writes.
                huge_pages::disable();
                let common = arguments.filter.applied(common);
                project(&mut |world| commands::generate(world, &common, &arguments))
            }
            Command::Check(arguments) => {
                let common = arguments.filter.applied(common);
                project(&mut |world| commands::check(world, &common, &arguments))
            }
            Command::Init { output } => match open(Start::Folder) {
                Ok(world) => commands::init(&*world, common, &output),
                Err(outcome) => outcome,
            },
            Command::Add(arguments) => {
                let mut ask = ask;
                project(&mut |world| commands::add(world, common, &arguments, ask.take()))
            }
            Command::Retire(arguments) => {
                project(&mut |world| commands::retire(world, common, &arguments))
            }
            Command::Set(arguments) => {
                project(&mut |world| commands::set(world, common, &arguments))
            }
            Command::Diff { filter } => {
                let common = filter.applied(common);
                project(&mut |world| commands::diff(world, &common))
            }
            Command::Explain(arguments) => commands::explain(&arguments),
            Command::Rules => commands::rules(),
            Command::Schema => project(&mut |world| commands::schema(world, common)),
            Command::Completions { shell } => match completion::registration(shell) {
                Ok(out) => Outcome { out, ..Default::default() },
                Err(error) => failed(&error.to_string(), Exit::WorldFailed),
            },
            Command::Man { command } => match manual::page(Cli::command(), command.as_deref()) {
                Ok(out) => Outcome { out, ..Default::default() },
                Err(message) => failed(&message, Exit::WrongCommandLine),
            },
        }
    }
}

//! The commands: their list, and one file for each, which reads, calls the pure core and passes the
//! result to a report.
//!
//! No command prints, formats or touches the file system itself.

mod add;
mod check;
mod diff;
mod explain;
mod generate;
mod init;
mod names;
mod retire;
mod rules;
mod runbook;
mod set;
mod schema;

use clap::{CommandFactory, Subcommand};
use clap_complete::Shell;

use super::filter::Filter;
use super::{Cli, completion, manual};
use crate::base::huge_pages;
use crate::project::outcome::{Common, Exit, Outcome};
use crate::world::World;
pub use add::{Prompt, PromptFn};
pub use names::{Names, names};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write the files that differ from environments.toml
    ///
    /// Example: envroot gen --env dev --service icepack
    #[command(name = "gen")]
    Generate(generate::Generate),
    /// Check for drift and rule violations; exits non-zero if there are any
    ///
    /// Example: envroot check --format json
    Check(check::Check),
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
    Add(add::Add),
    /// Remove an environment in two steps: first from deployment, then its files
    ///
    /// The first step removes it from every deployment pipeline, keeps its files and prints the
    /// commands that destroy its resources. After that, --destroyed removes its tables and files.
    ///
    /// Example: envroot retire qa
    Retire(retire::Retire),
    /// Change settings in environments.toml, and the files that use them
    ///
    /// PATH is a dotted key: a fact or, with --service or as services.S.KEY, a setting. --env
    /// changes it for that environment only. VALUE is TOML; an unquoted word is a string.
    ///
    /// Example: envroot set --env dev --service icepack image_tag=1.4.2
    Set(set::Set),
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
    Explain(explain::Explain),
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

/// Where a command works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// In a project that exists.
    Project,
    /// In a folder that is to become a project's.
    Folder,
}

/// Opens the world in which a command works.
pub(crate) type OpenWorld<'a> = &'a dyn Fn(Start) -> Result<Box<dyn World>, Outcome>;

impl Command {
    pub(crate) fn run(
        self,
        common: &Common,
        ask: Option<PromptFn<'_>>,
        open: OpenWorld<'_>,
    ) -> Outcome {
        let project = |command: &mut dyn FnMut(&dyn World) -> Outcome| match open(Start::Project) {
            Ok(world) => command(&*world),
            Err(outcome) => outcome,
        };
        match self {
            Command::Generate(arguments) => {
                // It holds all that it writes.
                huge_pages::disable();
                let common = arguments.filter.applied(common);
                project(&mut |world| generate::generate(world, &common, &arguments))
            }
            Command::Check(arguments) => {
                let common = arguments.filter.applied(common);
                project(&mut |world| check::check(world, &common, &arguments))
            }
            Command::Init { output } => match open(Start::Folder) {
                Ok(world) => init::init(&*world, common, &output),
                Err(outcome) => outcome,
            },
            Command::Add(arguments) => {
                let mut ask = ask;
                project(&mut |world| add::add(world, common, &arguments, ask.take()))
            }
            Command::Retire(arguments) => {
                project(&mut |world| retire::retire(world, common, &arguments))
            }
            Command::Set(arguments) => project(&mut |world| set::set(world, common, &arguments)),
            Command::Diff { filter } => {
                let common = filter.applied(common);
                project(&mut |world| diff::diff(world, &common))
            }
            Command::Explain(arguments) => explain::explain(&arguments),
            Command::Rules => rules::rules(),
            Command::Schema => project(&mut |world| schema::schema(world, common)),
            Command::Completions { shell } => match completion::registration(shell) {
                Ok(out) => Outcome { out: out.into(), ..Default::default() },
                Err(error) => failed(&error.to_string(), Exit::WorldFailed),
            },
            Command::Man { command } => match manual::page(Cli::command(), command.as_deref()) {
                Ok(out) => Outcome { out: out.into(), ..Default::default() },
                Err(message) => failed(&message, Exit::WrongCommandLine),
            },
        }
    }
}

pub(crate) fn failed(message: &str, exit: Exit) -> Outcome {
    Outcome { err: format!("error: {message}\n").into(), exit, ..Default::default() }
}

//! The command line: what may be typed, and which command it means.
//!
//! Parses and hands over; nothing is decided here.

pub mod commands;
pub mod completion;
mod manual;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::base::huge_pages;
use crate::model::name::Name;
use crate::project::outcome::{Common, Exit, Outcome};
use crate::report::Style;
use crate::toml_file::edit::InsertSide;
use commands::{Add, Ask, Check, Format, Generate, Retire, Set};

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
    Generate {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        options: GenerateOptions,
    },
    /// Check for drift and rule violations; exits non-zero if there are any
    ///
    /// Example: envroot check --format json
    Check {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        options: CheckOptions,
    },
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
    Add {
        /// The new environment
        #[arg(value_name = "ENV")]
        name: String,
        /// The environment to copy
        #[arg(long, value_name = "ENV")]
        like: String,
        /// A value of the new environment
        #[arg(long = "set", value_name = "NAME=VALUE")]
        values: Vec<String>,
        /// Place it before this environment in the promotion order
        #[arg(long, value_name = "ENV", conflicts_with = "after")]
        before: Option<String>,
        /// Place it after this environment (default: after the copied one)
        #[arg(long, value_name = "ENV")]
        after: Option<String>,
        /// Show the changes without writing them
        #[arg(long)]
        dry_run: bool,
    },
    /// Remove an environment in two steps: first from deployment, then its files
    ///
    /// The first step removes it from every deployment pipeline, keeps its files and prints the
    /// commands that destroy its resources. After that, --destroyed removes its tables and files.
    ///
    /// Example: envroot retire qa
    Retire {
        /// The environment
        #[arg(value_name = "ENV")]
        environment: String,
        /// Retire only this service
        #[arg(long, value_name = "SERVICE")]
        service: Option<String>,
        /// The second step: its resources are destroyed
        #[arg(long)]
        destroyed: bool,
        /// Show the changes without writing them
        #[arg(long)]
        dry_run: bool,
    },
    /// Change settings in environments.toml, and the files that use them
    ///
    /// PATH is a dotted key: a fact or, with --service or as services.S.KEY, a setting. --env
    /// changes it for that environment only. VALUE is TOML; an unquoted word is a string.
    ///
    /// Example: envroot set --env dev --service icepack image_tag=1.4.2
    Set {
        /// Change only this environment
        #[arg(long, value_name = "ENV")]
        env: Option<String>,
        /// Change this service; may be repeated
        #[arg(long, value_name = "SERVICE")]
        service: Vec<String>,
        /// Copy values from this environment (promotion)
        #[arg(long, value_name = "ENV")]
        from: Option<String>,
        /// The values to set
        #[arg(value_name = "PATH=VALUE", required_unless_present = "unset")]
        assignments: Vec<String>,
        /// Remove the value at PATH
        #[arg(long, value_name = "PATH")]
        unset: Vec<String>,
        /// Show the changes without writing them
        #[arg(long)]
        dry_run: bool,
    },
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

#[derive(Debug, Default, Args)]
struct Filter {
    /// Select only this environment
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
    /// Select only this service
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
}

#[derive(Debug, Args)]
struct GenerateOptions {
    /// Show the changes without writing them
    #[arg(long)]
    dry_run: bool,
    /// Overwrite edited, foreign and copied files, saving each as a patch first
    #[arg(long)]
    force: bool,
    /// Remove the files of a root whose resources are destroyed
    #[arg(long, value_name = "SERVICE/ENV", value_parser = root)]
    destroyed: Vec<(Name, Name)>,
    /// Accept a changed chart under an unchanged version that was never released
    #[arg(long)]
    same_version: bool,
    /// Allow state moves and print the migration commands
    #[arg(long)]
    move_state: bool,
}

#[derive(Debug, Args)]
struct CheckOptions {
    /// The format of the report
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// With --format json, list current files too
    #[arg(long)]
    all: bool,
    /// Append a Markdown summary to FILE, such as "$GITHUB_STEP_SUMMARY"
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    summary: Option<PathBuf>,
    /// The folder of the repository, for paths in reports if there is no .git
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    repository: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ReportFormat {
    /// For people
    #[default]
    Text,
    /// For scripts
    Json,
    /// Annotations of a pull request on GitHub
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

impl From<ReportFormat> for Format {
    fn from(format: ReportFormat) -> Format {
        match format {
            ReportFormat::Text => Format::Text,
            ReportFormat::Json => Format::Json,
            ReportFormat::Github => Format::Github,
            ReportFormat::Sarif => Format::Sarif,
        }
    }
}

fn root(text: &str) -> Result<(Name, Name), String> {
    let (service, environment) =
        text.split_once('/').ok_or("write it as SERVICE/ENV, such as icepack/prod")?;
    Ok((Name::parse(service)?, Name::parse(environment)?))
}

fn failed(message: &str, exit: Exit) -> Outcome {
    Outcome { err: format!("error: {message}\n"), exit, ..Default::default() }
}

/// The command line for shell completion, with the words that are typed so far.
pub fn completing(words: impl Iterator<Item = OsString>) -> clap::Command {
    completion::completing(Cli::command(), words)
}

/// Runs a command. `ask` prompts the person at a terminal, if there is one.
pub fn run(cli: Cli, colour: bool, ask: Option<Ask<'_>>, tell: fn(&str)) -> Outcome {
    let style = Style { fold: !cli.verbose, colour };
    let common = |filter: Filter| Common {
        directory: cli.directory.clone(),
        environment: filter.env,
        service: filter.service,
        style,
        tell: Some(tell),
    };
    match cli.command {
        Command::Generate { filter, options } => {
            // It holds all that it writes.
            huge_pages::disable();
            let GenerateOptions { dry_run, force, destroyed, same_version, move_state } = options;
            let destroyed: BTreeSet<(Name, Name)> = destroyed.into_iter().collect();
            commands::generate(
                &common(filter),
                &Generate { dry_run, force, destroyed, same_version, move_state },
            )
        }
        Command::Check { filter, options } => {
            let CheckOptions { format, all, summary, repository } = options;
            let options = Check { format: format.into(), all, summary, repository };
            commands::check(&common(filter), &options)
        }
        Command::Init { output } => commands::init(&common(Filter::default()), &output),
        Command::Add { name, like, values, before, after, dry_run } => {
            let before = before.map(|name| (name, InsertSide::Before));
            let beside = before.or(after.map(|name| (name, InsertSide::After)));
            let options = Add { name, like, values, beside, dry_run };
            commands::add(&common(Filter::default()), &options, ask)
        }
        Command::Retire { environment, service, destroyed, dry_run } => {
            let options = Retire { environment, service, destroyed, dry_run };
            commands::retire(&common(Filter::default()), &options)
        }
        Command::Set { env, service, from, assignments, unset, dry_run } => {
            let common = common(Filter { env, service: None });
            commands::set(&common, &Set { services: service, assignments, unset, from, dry_run })
        }
        Command::Diff { filter } => commands::diff(&common(filter)),
        Command::Explain(arguments) => commands::explain(&arguments),
        Command::Rules => commands::rules(),
        Command::Schema => commands::schema(&common(Filter::default())),
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

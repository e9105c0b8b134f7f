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
use crate::toml_file::edit::Side;
use commands::{Add, Ask, Check, Format, Generate, Retire, Set};

/// One environments.toml in; every Terraform environment root and Helm values file out.
#[derive(Debug, Parser)]
#[command(name = "envroot", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Look for environments.toml in DIR and upwards from there
    #[arg(short = 'C', value_name = "DIR", value_hint = ValueHint::DirPath)]
    #[arg(default_value = ".", global = true)]
    directory: PathBuf,

    /// Show everything: reports are not folded
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write what differs from environments.toml
    ///
    /// Example: envroot gen --env dev --service icepack
    #[command(name = "gen")]
    Generate {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        options: GenerateOptions,
    },
    /// Fail when anything differs, or an invariant is broken
    ///
    /// Example: envroot check --format json
    Check {
        #[command(flatten)]
        filter: Filter,
        #[command(flatten)]
        options: CheckOptions,
    },
    /// Begin a project: a first environments.toml that renders at once
    ///
    /// Says what it found where roots or values files stand already.
    ///
    /// Example: envroot init
    Init {
        /// Where generated files go; `.` is beside environments.toml
        #[arg(long, value_name = "DIR", default_value = "generated")]
        output: String,
    },
    /// Bring a new environment up: its tables, its files, and what is left to do
    ///
    /// Copies the tables of another environment, but never what belongs to that one alone: each such
    /// value is taken from --set, or asked for at a terminal. NAME is what stands below the
    /// environment's table: account_id, services.icepack.hostname.
    ///
    /// Example: envroot add qa --like stage --set account_id=222222222222
    Add {
        /// The new environment
        #[arg(value_name = "ENV")]
        name: String,
        /// The environment it is like
        #[arg(long, value_name = "ENV")]
        like: String,
        /// A value of its own
        #[arg(long = "set", value_name = "NAME=VALUE")]
        values: Vec<String>,
        /// Place it before this environment in the promotion order
        #[arg(long, value_name = "ENV", conflicts_with = "after")]
        before: Option<String>,
        /// Place it after this environment; without either, after the one it is like
        #[arg(long, value_name = "ENV")]
        after: Option<String>,
        /// Show what would be changed, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Take an environment down in two steps: first out of every deploy, then away
    ///
    /// The first step keeps everything rendered and prints the destroy commands. After they have
    /// run, --destroyed removes its tables and files.
    ///
    /// Example: envroot retire qa
    Retire {
        /// The environment
        #[arg(value_name = "ENV")]
        environment: String,
        /// This service alone
        #[arg(long, value_name = "SERVICE")]
        service: Option<String>,
        /// The second step: its resources are gone
        #[arg(long)]
        destroyed: bool,
        /// Show what would be changed, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Change settings in place, then write exactly the files they reach
    ///
    /// PATH is a dotted key: a fact or, with --service or as services.S.KEY, a setting. With --env
    /// it is changed for that environment alone. VALUE is TOML; a bare word is a string.
    ///
    /// Example: envroot set --env dev --service icepack image_tag=1.4.2
    Set {
        /// Only for this environment
        #[arg(long, value_name = "ENV")]
        env: Option<String>,
        /// For this service; may be given several times
        #[arg(long, value_name = "SERVICE")]
        service: Vec<String>,
        /// Take over the values of this environment: a promotion
        #[arg(long, value_name = "ENV")]
        from: Option<String>,
        /// What to change
        #[arg(value_name = "PATH=VALUE", required_unless_present = "unset")]
        assignments: Vec<String>,
        /// Remove what is said at PATH
        #[arg(long, value_name = "PATH")]
        unset: Vec<String>,
        /// Show what would be changed, and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Show the unified diff that gen would make
    ///
    /// Example: envroot diff --env prod
    Diff {
        #[command(flatten)]
        filter: Filter,
    },
    /// Print the JSON Schema of environments.toml, for editors with Taplo or Tombi
    ///
    /// Example: envroot schema > environments.schema.json
    Schema,
    /// Print the script by which a shell completes commands, options and the project's names
    ///
    /// Example: envroot completions bash > ~/.local/share/bash-completion/completions/envroot
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print a page of the manual: of envroot, or of one of its commands
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
    /// Only this environment
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
    /// Only this service
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
}

#[derive(Debug, Args)]
struct GenerateOptions {
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Overwrite edited, foreign and copied files, saving each as a patch first
    #[arg(long)]
    force: bool,
    /// Remove the files of a root whose resources were destroyed
    #[arg(long, value_name = "SERVICE/ENV", value_parser = root)]
    destroyed: Vec<(Name, Name)>,
    /// Accept a changed chart under an unchanged version that was never released
    #[arg(long)]
    same_version: bool,
    /// Accept that states move, and print the steps that take them along
    #[arg(long)]
    move_state: bool,
}

#[derive(Debug, Args)]
struct CheckOptions {
    /// How to report
    #[arg(long, value_enum, default_value_t)]
    format: ReportFormat,
    /// With --format json, list current files too
    #[arg(long)]
    all: bool,
    /// Append a summary in Markdown to FILE, such as "$GITHUB_STEP_SUMMARY"
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    summary: Option<PathBuf>,
    /// The repository's folder, for paths in reports where there is no .git
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

/// The command line as a shell completes it, with the words that are typed so far.
pub fn completing(words: impl Iterator<Item = OsString>) -> clap::Command {
    completion::completing(Cli::command(), words)
}

/// Runs the command that was typed. `ask` puts questions to a person, where there is one.
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
            huge_pages::save();
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
            let before = before.map(|name| (name, Side::Before));
            let beside = before.or(after.map(|name| (name, Side::After)));
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

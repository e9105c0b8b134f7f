//! The command line: what may be typed, and which command it means.
//!
//! Parses and hands over; nothing is decided here.

use std::collections::BTreeSet;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::command::{self, Common, Format, Generate, Outcome};
use crate::name::Name;
use crate::report::Style;

/// One environments.toml in; every Terraform environment root and Helm values file out.
#[derive(Debug, Parser)]
#[command(name = "envroot", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Look for environments.toml in DIR and upwards from there
    #[arg(short = 'C', value_name = "DIR", default_value = ".", global = true)]
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
        /// How to report
        #[arg(long, value_enum, default_value_t)]
        format: ReportFormat,
        /// With --format json, list current files too
        #[arg(long)]
        all: bool,
    },
    /// Show the unified diff that gen would make
    ///
    /// Example: envroot diff --env prod
    Diff {
        #[command(flatten)]
        filter: Filter,
    },
}

#[derive(Debug, Args)]
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
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ReportFormat {
    #[default]
    Text,
    Json,
}

fn root(text: &str) -> Result<(Name, Name), String> {
    let (service, environment) =
        text.split_once('/').ok_or("write it as SERVICE/ENV, such as icepack/prod")?;
    Ok((Name::parse(service)?, Name::parse(environment)?))
}

/// Runs the command that was typed.
pub fn run(cli: Cli, colour: bool) -> Outcome {
    let style = Style { fold: !cli.verbose, colour };
    let common = |filter: Filter| Common {
        directory: cli.directory.clone(),
        environment: filter.env,
        service: filter.service,
        style,
    };
    match cli.command {
        Command::Generate { filter, options } => {
            let GenerateOptions { dry_run, force, destroyed, same_version } = options;
            let destroyed: BTreeSet<(Name, Name)> = destroyed.into_iter().collect();
            command::generate(
                &common(filter),
                &Generate { dry_run, force, destroyed, same_version },
            )
        }
        Command::Check { filter, format, all } => {
            let format = match format {
                ReportFormat::Text => Format::Text,
                ReportFormat::Json => Format::Json,
            };
            command::check(&common(filter), format, all)
        }
        Command::Diff { filter } => command::diff(&common(filter)),
    }
}

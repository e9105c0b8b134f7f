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

use clap::{CommandFactory, Parser, ValueHint};

use crate::model::printable;
use crate::project::outcome::Common;
pub use crate::project::outcome::{Exit, Outcome};
use crate::report::Style;
use crate::world::{CONFIG, Disk, World};
use commands::{Command, PromptFn, Start, failed};

/// Generate Terraform roots and Helm values from environments.toml.
#[derive(Debug, Parser)]
#[command(name = "envroot", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    /// Look for environments.toml in DIR and above it, up to the top of the repository
    #[arg(short = 'C', value_name = "DIR", value_hint = ValueHint::DirPath)]
    #[arg(default_value = ".", global = true)]
    directory: PathBuf,

    /// Show long reports in full
    #[arg(short, long, global = true)]
    verbose: bool,
}

/// The command line for shell completion, with the words that are typed so far.
pub fn completing(words: impl Iterator<Item = OsString>) -> clap::Command {
    completion::completing(Cli::command(), words)
}

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
        _ => printable::line(&directory.to_string_lossy()).into_owned(),
    };
    let hint = "set its folder with -C DIR";
    failed(&format!("there is no {CONFIG} in {folder} or above it: {hint}"), Exit::WrongCommandLine)
}

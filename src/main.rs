//! Prints what commands say, and ends with their exit code.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use anyhow::Context;
use clap::Parser;
use envroot::cli::{self, Cli};

fn main() -> anyhow::Result<ExitCode> {
    let colour = std::io::stderr().is_terminal();
    let outcome = cli::run(Cli::parse(), colour);
    print(&outcome.out, anstream::stdout())?;
    print(&outcome.err, anstream::stderr())?;
    Ok(ExitCode::from(outcome.exit as u8))
}

/// Prints a text whole. A reader that has gone away, such as `head`, is no failure.
fn print(text: &str, mut stream: impl Write) -> anyhow::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("cannot print"),
    }
}

//! Prints what commands say, and ends with their exit code.
#![forbid(unsafe_code)]

use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use clap_complete::CompleteEnv;
use envroot::base::parallel;
use envroot::cli::commands::Prompt;
use envroot::cli::completion::VARIABLE;
use envroot::cli::{self, Cli, Exit, Outcome};
use envroot::model::printable::Printable;

/// glibc's allocator grows the memory of each thread page by page under one lock; mimalloc does not.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // A shell that completes a command line puts `--` before it. The variable alone changes nothing.
    if std::env::args_os().nth(1).is_some_and(|word| word == "--") {
        let completing = || cli::completing(std::env::args_os());
        CompleteEnv::with_factory(completing).var(VARIABLE).completer("envroot").complete();
    }
    let Outcome { out, err, exit } = match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => usage(&error),
    };
    let printed = print(&out, anstream::stdout()).and_then(|()| print(&err, anstream::stderr()));
    match printed {
        Ok(()) => ExitCode::from(exit as u8),
        Err(error) => {
            tell(&format!("error: cannot print: {error}\n"));
            ExitCode::from(Exit::WorldFailed as u8)
        }
    }
}

fn run(cli: Cli) -> Outcome {
    let colour = std::io::stderr().is_terminal();
    let is_person = std::io::stdin().is_terminal() && colour;
    let mut ask = ask;
    parallel::use_current_thread();
    cli::run(cli, colour, is_person.then_some(&mut ask), tell)
}

/// The help that was asked for, or what is wrong with the command line. Its colours are left out if
/// words of the command line could be taken for colours.
fn usage(error: &clap::Error) -> Outcome {
    let plain = error.to_string();
    let text = match plain.contains('\u{1b}') {
        true => Printable::new(&plain),
        false => Printable::with_colours(&error.render().ansi().to_string()),
    };
    match error.use_stderr() {
        true => Outcome { err: text, exit: Exit::WrongCommandLine, ..Outcome::default() },
        false => Outcome { out: text, ..Outcome::default() },
    }
}

/// Prints a message while a command is running. A failure to print is not an error.
fn tell(text: &str) {
    _ = print(&Printable::new(text), anstream::stderr());
}

/// Puts a question to the person at the terminal; `None` at the end of the input.
fn ask(asked: &Prompt<'_>) -> Option<String> {
    let Prompt { name, description, like, written, offered } = asked;
    let mut question = format!("{name}\n");
    if let Some(line) = description {
        question.push_str(&format!("  {line}\n"));
    }
    question.push_str(&format!("  {like} has {written}\n"));
    question.push_str(&match offered {
        Some(offered) => format!("  [{offered}] > "),
        None => "  > ".to_owned(),
    });
    print(&Printable::new(&question), anstream::stderr()).ok()?;
    let mut answer = String::new();
    let read = std::io::stdin().lock().read_line(&mut answer).ok()?;
    (read > 0).then(|| answer.trim_end_matches(['\n', '\r']).to_owned())
}

/// Prints a text whole. A reader that has gone away, such as `head`, is no failure.
fn print(text: &Printable, mut stream: impl Write) -> std::io::Result<()> {
    match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

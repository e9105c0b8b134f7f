//! Shell completion.
//!
//! The value name of an argument, such as ENV, selects the names to offer, so every command with
//! such an argument is completed. Reads the project and ignores its problems.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Command;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use clap_complete::env::Shells;

use crate::cli::commands::{Names, names};
use crate::model::code::Code;
use crate::model::printable;
use crate::world::Disk;

/// The variable by which a shell's script asks for candidates instead of running a command.
pub const VARIABLE: &str = "ENVROOT_COMPLETE";

/// The script that a shell reads once to complete envroot's commands.
pub fn registration(shell: clap_complete::Shell) -> std::io::Result<String> {
    let shells = Shells::builtins();
    let completer = shells.completer(&shell.to_string()).expect("every shell has one");
    let mut script = Vec::new();
    completer.write_registration(VARIABLE, "envroot", "envroot", "envroot", &mut script)?;
    Ok(String::from_utf8_lossy(&script).into_owned())
}

/// A command line as far as it is typed, where it tells which names are meant.
struct Typed {
    /// The folder in which to look for the project.
    directory: PathBuf,
    /// True if the settings are those of a given service.
    of_a_service: bool,
}

/// Makes a command, and those below it, offer the project's names. `words` are those typed so far.
pub fn completing(command: Command, words: impl Iterator<Item = OsString>) -> Command {
    attach(command, &Arc::new(typed(words)))
}

fn typed(words: impl Iterator<Item = OsString>) -> Typed {
    let mut typed = Typed { directory: PathBuf::from("."), of_a_service: false };
    let mut words = words.map(|word| word.to_string_lossy().into_owned()).peekable();
    while let Some(word) = words.next() {
        match word.strip_prefix("-C") {
            Some("") => typed.directory = words.peek().map_or(PathBuf::from("."), PathBuf::from),
            Some(directory) => typed.directory = PathBuf::from(directory),
            None => typed.of_a_service |= word.starts_with("--service"),
        }
    }
    typed
}

fn attach(command: Command, typed: &Arc<Typed>) -> Command {
    let command = command.mut_args(|argument| {
        let of =
            argument.get_value_names().and_then(|names| names.first()).map(|name| name.as_str());
        let Some(kind) = of.and_then(Kind::of) else { return argument };
        let typed = Arc::clone(typed);
        argument.add(ArgValueCandidates::new(move || kind.candidates(&typed)))
    });
    command.mut_subcommands(|inner| attach(inner, typed))
}

/// The kind of name that an argument accepts.
#[derive(Clone, Copy)]
enum Kind {
    Environment,
    Service,
    Root,
    Path,
    Assignment,
    Code,
}

impl Kind {
    fn of(value_name: &str) -> Option<Kind> {
        match value_name {
            "ENV" => Some(Kind::Environment),
            "SERVICE" => Some(Kind::Service),
            "SERVICE/ENV" => Some(Kind::Root),
            "PATH" => Some(Kind::Path),
            "CODE" => Some(Kind::Code),
            "PATH=VALUE" | "NAME=VALUE" => Some(Kind::Assignment),
            _ => None,
        }
    }

    fn candidates(self, typed: &Typed) -> Vec<CompletionCandidate> {
        let codes = Code::ALL.iter().map(|code| code.as_str());
        if matches!(self, Kind::Code) {
            return codes.map(CompletionCandidate::new).collect();
        }
        let disk = Disk::find(&typed.directory).ok().flatten();
        let Some(names) = disk.and_then(|disk| names(&disk)) else { return Vec::new() };
        let Names { environments, services, roots, .. } = &names;
        match self {
            Kind::Environment => environments.iter().map(CompletionCandidate::new).collect(),
            Kind::Service => services.iter().map(CompletionCandidate::new).collect(),
            Kind::Root => roots.iter().map(CompletionCandidate::new).collect(),
            Kind::Path => paths(&names, typed, ""),
            Kind::Assignment => paths(&names, typed, "="),
            Kind::Code => Vec::new(),
        }
    }
}

/// Settings where a service is named; otherwise facts, and settings by way of their service.
fn paths(names: &Names, typed: &Typed, end: &str) -> Vec<CompletionCandidate> {
    let candidate = |(path, description): (String, &Option<String>)| {
        let help = description.as_deref().map(|it| printable::line(it).into_owned().into());
        CompletionCandidate::new(format!("{path}{end}")).help(help)
    };
    let settings = names.settings.iter();
    if typed.of_a_service {
        let mut settings: Vec<(String, &Option<String>)> =
            settings.map(|setting| (setting.path.clone(), &setting.description)).collect();
        settings.sort();
        settings.dedup_by(|a, b| a.0 == b.0);
        return settings.into_iter().map(candidate).collect();
    }
    let facts = names.facts.iter().map(|fact| (fact.path.clone(), &fact.description));
    let settings = settings.map(|setting| {
        let service = setting.service.as_deref().unwrap_or_default();
        (format!("services.{service}.{}", setting.path), &setting.description)
    });
    facts.chain(settings).map(candidate).collect()
}

//! Manual pages, generated from the definition of the command line.
//!
//! Only renders. The texts are beside the arguments.

use clap::Command;

use crate::base::english;

/// The page of envroot or of one of its commands, or a message where there is no such command.
pub(crate) fn page(mut command: Command, of: Option<&str>) -> Result<String, String> {
    command.build();
    let of = match of {
        None => command,
        Some(name) => {
            command.find_subcommand(name).cloned().ok_or_else(|| unknown(&command, name))?
        }
    };
    let mut page = Vec::new();
    let source = concat!("envroot ", env!("CARGO_PKG_VERSION"));
    let manual = clap_mangen::Man::new(of).source(source);
    manual.render(&mut page).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn unknown(command: &Command, name: &str) -> String {
    let known: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
    let hint = match english::nearest(name, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => english::there_are(&known),
    };
    format!("there is no command `{name}`: {hint}")
}

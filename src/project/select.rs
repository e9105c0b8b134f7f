//! The names on a command line, looked up in the configuration.

use super::abort::{Abort, wrong_command_line};
use super::outcome::Common;
use crate::base::english;
use crate::config::Config;
use crate::model::name::Name;
use crate::plan::Selection;

/// The selection of `--env` and `--service`. An unknown name is an invalid command line.
pub(crate) fn selection(common: &Common, config: &Config) -> Result<Selection, Abort> {
    let environments = config.environments.keys();
    let services = config.services.keys();
    Ok(Selection {
        environment: named("environment", common.environment.as_deref(), environments)?,
        service: named("service", common.service.as_deref(), services)?,
    })
}

/// The known name that `wanted` is. `what` is the noun for the message about an unknown name.
pub(crate) fn named<'a>(
    what: &str,
    wanted: Option<&str>,
    known: impl Iterator<Item = &'a Name> + Clone,
) -> Result<Option<Name>, Abort> {
    let Some(wanted) = wanted else { return Ok(None) };
    if let Some(name) = known.clone().find(|name| name.as_str() == wanted) {
        return Ok(Some(name.clone()));
    }
    let known: Vec<&str> = known.map(Name::as_str).collect();
    let hint = match english::nearest(wanted, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => english::there_are(&known),
    };
    Err(wrong_command_line(format_args!("there is no {what} `{wanted}`: {hint}")))
}

//! The reason why a command stopped before it had a result.

use std::fmt::Display;

use super::load::Unreadable;
use super::outcome::{Common, Exit, Outcome};
use crate::model::secret;
use crate::report;
use crate::world::Failure;

pub(crate) enum Abort {
    /// The command line or the world is at fault, and the outcome is complete.
    Reported(Outcome),
    /// `environments.toml` is not TOML.
    Unreadable(Unreadable),
}

impl Abort {
    /// The outcome to print. `consequence` says what did not happen, such as "nothing was written".
    pub(crate) fn outcome(self, common: &Common, consequence: &str) -> Outcome {
        match self {
            Abort::Reported(outcome) => outcome,
            Abort::Unreadable(Unreadable { problems, sources }) => {
                let err = report::problem::report(&problems, &sources, common.style, consequence);
                Outcome { err, exit: Exit::WrongInput, ..Default::default() }
            }
        }
    }
}

/// A command line that names something wrong.
pub(crate) fn wrong_command_line(message: impl Display) -> Abort {
    let message = message.to_string();
    let err = format!("error: {}\n", secret::masked(&message)).into();
    Abort::Reported(Outcome { err, exit: Exit::WrongCommandLine, ..Default::default() })
}

impl From<Outcome> for Abort {
    fn from(outcome: Outcome) -> Abort {
        Abort::Reported(outcome)
    }
}

impl From<Failure> for Abort {
    fn from(failure: Failure) -> Abort {
        Abort::Reported(failure.into())
    }
}

impl From<Unreadable> for Abort {
    fn from(unreadable: Unreadable) -> Abort {
        Abort::Unreadable(unreadable)
    }
}

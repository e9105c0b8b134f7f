//! The outcome of a command (output, messages, exit code) and the options of all commands.

use crate::model::code::Code;
use crate::model::diagnostic::Problem;
use crate::model::printable::Printable;
use crate::world::Failure;

/// The output of a command, its messages and its exit code.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Data, for standard output.
    pub out: Printable,
    /// All else, for standard error.
    pub err: Printable,
    pub exit: Exit,
}

/// The exit code of a command; the highest one wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    #[default]
    Done = 0,
    Drift = 1,
    WrongCommandLine = 2,
    WrongInput = 3,
    WorldFailed = 4,
}

impl Exit {
    /// The exit code of problems, of which there is at least one.
    pub(crate) fn of(problems: &[Problem]) -> Exit {
        match problems.iter().any(|problem| problem.code == Code::UnreadableFile) {
            true => Exit::WorldFailed,
            false => Exit::WrongInput,
        }
    }
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Outcome {
        Outcome {
            err: format!("error: {failure}\n").into(),
            exit: Exit::WorldFailed,
            ..Default::default()
        }
    }
}

/// The options of all commands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Common {
    pub environment: Option<String>,
    pub service: Option<String>,
    pub style: crate::report::Style,
    /// Says at once what cannot wait until the command has ended.
    pub tell: Option<fn(&str)>,
}

//! How a command ends: its data, its messages and its exit code; and the options all commands take.

use crate::world::disk::Failure;

/// What a command leaves to be said, and how it ended.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Data, for standard output.
    pub out: String,
    /// All else, for standard error.
    pub err: String,
    pub exit: Exit,
}

/// How a command ended; the highest counts where several hold.
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

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Outcome {
        Outcome {
            err: format!("error: {failure}\n"),
            exit: Exit::WorldFailed,
            ..Default::default()
        }
    }
}

/// What all commands take.
#[derive(Clone, Debug, Default)]
pub struct Common {
    /// Where to look for `environments.toml`, upwards from here.
    pub directory: std::path::PathBuf,
    pub environment: Option<String>,
    pub service: Option<String>,
    pub style: crate::report::Style,
    /// Says at once what cannot wait until the command has ended.
    pub tell: Option<fn(&str)>,
}

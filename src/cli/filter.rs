//! `--env` and `--service`, which limit the work and the verdict of a command.

use clap::Args;

use crate::project::outcome::Common;

#[derive(Debug, Default, Args)]
pub(crate) struct Filter {
    /// Select only this environment
    #[arg(long, value_name = "ENV")]
    pub env: Option<String>,
    /// Select only this service
    #[arg(long, value_name = "SERVICE")]
    pub service: Option<String>,
}

impl Filter {
    /// The options of a command with this selection.
    pub(crate) fn applied(&self, common: &Common) -> Common {
        Common { environment: self.env.clone(), service: self.service.clone(), ..common.clone() }
    }
}

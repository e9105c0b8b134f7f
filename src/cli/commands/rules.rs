//! `envroot rules`: all rules in a table.

use crate::project::outcome::Outcome;
use crate::report;

pub(crate) fn rules() -> Outcome {
    Outcome { out: report::rules::table().into(), ..Default::default() }
}

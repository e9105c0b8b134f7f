//! The commands: read, call the pure core, hand the result to a report.
//!
//! Each is a page. No command prints, formats or touches the file system itself.

mod add;
mod check;
mod diff;
mod explain;
mod generate;
mod init;
mod names;
mod retire;
mod rules;
mod runbook;
mod set;
mod schema;

pub use add::{Add, Prompt, PromptFn, add};
pub use check::{Check, check};
pub use diff::diff;
pub use explain::{Explain, explain};
pub use generate::{Generate, generate};
pub use init::init;
pub use names::{Names, names};
pub use retire::{Retire, retire};
pub use rules::rules;
pub use schema::schema;
pub use set::{Set, set};

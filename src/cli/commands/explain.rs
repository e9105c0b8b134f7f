//! `envroot explain CODE`: the meaning of a problem, an example, and the fix.

use clap::Args;

use crate::base::english;
use crate::model::code::Code;
use crate::model::printable::Printable;
use crate::project::outcome::{Exit, Outcome};
use crate::report::explanation;

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code of a problem, as in `error[CODE]`
    #[arg(value_name = "CODE")]
    code: String,
}

pub(crate) fn explain(arguments: &Explain) -> Outcome {
    let text = &arguments.code;
    if let Some(code) = Code::parse(text) {
        return Outcome { out: Printable::new(explanation::of(code)), ..Default::default() };
    }
    let codes = Code::ALL.iter().map(|code| code.as_str());
    let hint = match english::nearest(text, codes) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "a report has it in brackets, such as error[unknown-key]".to_owned(),
    };
    let err = Printable::new(&format!("error: there is no problem code `{text}`: {hint}\n"));
    Outcome { err, exit: Exit::WrongCommandLine, ..Default::default() }
}

//! What a pack says in `[state]` is what its roots print.
//!
//! The rule that no two roots share a state, and the migration of a state that moves, rely on it.

use super::Judge;
use crate::ecosystem::terraform::{self, BackendHead};
use crate::model::code::Code;
use crate::model::diagnostic::Problems;
use crate::resolve;

pub const RULE: Code = Code::StateMismatch;

pub fn check(judge: &Judge<'_>, backends: &[BackendHead], problems: &mut Problems) {
    for backend in backends {
        let Some((message, mend)) = fault(judge, backend) else { continue };
        if !judge.waived(RULE) {
            problems.push(judge.problem(RULE, message, backend.line, &mend));
        }
    }
}

fn fault(judge: &Judge<'_>, backend: &BackendHead) -> Option<(String, String)> {
    let (pack, kind) = (&judge.rendered.pack, &backend.kind);
    let name = &pack.name;
    let Some(rule) = &pack.state else {
        let message = format!(
            "the pack `{name}` renders a backend `{kind}`, and does not say where its state is"
        );
        let mend = format!(
            "say it in the pack's manifest: [state] backend = \"{kind}\", and the arguments that tell the place"
        );
        return Some((message, mend));
    };
    if rule.backend != *kind {
        let message = format!(
            "the pack `{name}` renders a backend `{kind}`, and says in [state] that it is `{}`",
            rule.backend
        );
        return Some((message, "make them the same".to_owned()));
    }
    let of = judge.rendered.of.as_ref()?;
    let body = || judge.lines_from(backend.line).take_while(|line| line.trim() != "}");
    rule.arguments.iter().find_map(|(argument, text)| {
        let told = resolve::fill(text, &of.environment.facts, &of.deployment.settings).ok()?;
        let is_it = |line: &&str| line.split('=').next().is_some_and(|key| key.trim() == &**argument);
        let printed = body().find(is_it);
        match printed.map(terraform::given) {
            Some(Some(printed)) if printed == told => None,
            // A reference, which is not known here.
            Some(None) => None,
            Some(Some(printed)) => {
                let message = format!("the backend's `{argument}` is `{printed}`, and [state] of the pack `{name}` says `{told}`");
                Some((message, "make them the same".to_owned()))
            }
            None => {
                let message = format!("[state] of the pack `{name}` names `{argument}`, which its backend does not have");
                Some((message, "make them the same".to_owned()))
            }
        }
    })
}

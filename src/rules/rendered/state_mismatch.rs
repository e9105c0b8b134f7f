//! The backend that a pack renders is the one of `[state]` in its manifest.
//!
//! The rule that no two roots share a state, and the migration of a state that moves, rely on it.

use super::RenderedFile;
use crate::ecosystem::backend;
use crate::ecosystem::terraform::{self, BackendHead};
use crate::model::code::Code;
use crate::pack::StateArgument;
use crate::resolve;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::StateMismatch,
    summary: "the rendered backend matches `[state]` in the pack",
    waivable_at: Some("the path of the rendered file"),
    checks: &[RuleCheck::File(check)],
};

fn check(file: &RenderedFile<'_>, findings: &mut Findings<'_>) {
    for backend in &file.facts.backends {
        if let Some((message, mend)) = fault(file, backend) {
            file.report(findings, message, backend.line, &mend);
        }
    }
}

fn fault(file: &RenderedFile<'_>, backend: &BackendHead) -> Option<(String, String)> {
    let (pack, kind) = (file.pack, &backend.kind);
    let name = &pack.name;
    let Some(rule) = &pack.state else {
        let message =
            format!("the pack `{name}` renders a backend `{kind}`, and has no [state] table");
        let mend = format!(
            "add one to the pack's manifest: [state] backend = \"{kind}\", and the arguments that name the place"
        );
        return Some((message, mend));
    };
    if rule.backend != *kind {
        let message = format!(
            "the pack `{name}` renders a backend `{kind}`, and its [state] names `{}`",
            rule.backend
        );
        return Some((message, "make them the same".to_owned()));
    }
    let of = file.of.as_ref()?;
    rule.arguments.iter().find_map(|StateArgument { name: argument, text, .. }| {
        let expected = resolve::fill(text, &of.environment.facts, &of.deployment.settings).ok()?;
        match printed(file, backend, argument).as_ref().map(Option::as_deref) {
            Some(Some(printed)) if printed == expected => None,
            // A reference, whose value is not known here.
            Some(None) => None,
            Some(Some(printed)) => {
                let message = format!("the backend's `{argument}` is `{printed}`, and [state] of the pack `{name}` has `{expected}`");
                Some((message, "make them the same".to_owned()))
            }
            None => {
                let message = format!("[state] of the pack `{name}` names `{argument}`, which its backend does not have");
                Some((message, "make them the same".to_owned()))
            }
        }
    })
}

/// The argument of a backend as it is printed, if it is: its text, unless only Terraform knows it.
fn printed(
    file: &RenderedFile<'_>,
    backend: &BackendHead,
    argument: &str,
) -> Option<Option<String>> {
    if terraform::is_json_code(file.file.path.as_str()) {
        let value = backend::json_argument(file.text.as_str(), &backend.kind, argument)?;
        let text = value.as_str().filter(|text| !text.contains(['$', '%']));
        return Some(text.map(str::to_owned));
    }
    let mut body = file.lines_from(backend.line).take_while(|line| line.trim() != "}");
    let is_it = |line: &&str| line.split('=').next().is_some_and(|key| key.trim() == argument);
    body.find(is_it).map(|line| terraform::given(line).map(str::to_owned))
}

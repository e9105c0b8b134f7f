//! A call gives a local module no argument that the module does not take, and all that it requires.

use super::ModuleCall;
use crate::base::english;
use crate::model::code::Code;
use crate::render::trace;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::ModuleArguments,
    summary: "the call of a local module has every required argument, and no unknown one",
    waivable_at: Some("the path of the rendered file"),
    checks: &[RuleCheck::Call(unknown), RuleCheck::Call(missing)],
};

fn unknown(of: &ModuleCall<'_>, findings: &mut Findings<'_>) {
    let known: Vec<&str> = of.variables.iter().map(|it| it.name.as_str()).collect();
    for (argument, line) in &of.call.arguments {
        if known.contains(&argument.as_str()) {
            continue;
        }
        let message = format!(
            "the module `{}` is given `{argument}`, which {} does not take",
            of.call.name, of.folder
        );
        let mend = match english::nearest(argument, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`? Mend it"),
            None => english::there_are(&known) + "; fix it",
        };
        report(of, message, *line, &mend, findings);
    }
}

fn missing(of: &ModuleCall<'_>, findings: &mut Findings<'_>) {
    let given = |name: &str| of.call.arguments.iter().any(|(argument, _)| argument == name);
    for variable in of.variables.iter().filter(|it| it.required && !given(&it.name)) {
        let message = format!(
            "the module `{}` is not given `{}`, which {} requires",
            of.call.name, variable.name, of.folder
        );
        report(of, message, of.call.line, "give it", findings);
    }
}

/// Reports at the setting that decides the line where one does, or else at the pack's rule.
fn report(
    of: &ModuleCall<'_>,
    message: String,
    line: usize,
    mend: &str,
    findings: &mut Findings<'_>,
) {
    let file = of.file.file;
    let body_line = line.checked_sub(of.file.text.head_lines());
    let decided = body_line.and_then(|line| trace::decided(file, line, of.resolved));
    match decided {
        Some(decided) => {
            let problem = of.file.seen(findings.problem(message).at(decided.place), line);
            of.file.report_problem(findings, problem, mend);
        }
        None => of.file.report(findings, message, line, mend),
    }
}

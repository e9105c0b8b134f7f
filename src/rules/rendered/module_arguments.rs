//! A call gives a local module no argument that the module does not take, and all that it requires.

use super::ModuleCall;
use crate::base::english;
use crate::ecosystem::hcl_value::{HOLE, HclValue, OwnText};
use crate::ecosystem::module_variables::VariableType;
use crate::ecosystem::terraform::CallArgument;
use crate::model::code::Code;
use crate::render::trace;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::ModuleArguments,
    summary: "the call of a local module has every required argument and attribute, and no unknown argument",
    waivable_at: Some("the path of the rendered file"),
    checks: &[RuleCheck::Call(unknown), RuleCheck::Call(missing), RuleCheck::Call(incomplete)],
};

fn unknown(of: &ModuleCall<'_>, findings: &mut Findings<'_>) {
    let known: Vec<&str> = of.variables.iter().map(|it| it.name.as_str()).collect();
    for CallArgument { name: argument, line, .. } in &of.call.arguments {
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
    let given = |name: &str| of.call.arguments.iter().any(|argument| argument.name == name);
    for variable in of.variables.iter().filter(|it| it.required && !given(&it.name)) {
        let message = format!(
            "the module `{}` is not given `{}`, which {} requires",
            of.call.name, variable.name, of.folder
        );
        report(of, message, of.call.line, "give it", findings);
    }
}

/// Objects that lack an attribute. Terraform drops one that the type does not name.
fn incomplete(of: &ModuleCall<'_>, findings: &mut Findings<'_>) {
    let own = of.file.own();
    for argument in &of.call.arguments {
        let variable = of.variables.iter().find(|it| it.name == argument.name);
        let mut lacking = Vec::new();
        if let Some(variable) = variable {
            add_lacking(&variable.kind, &argument.value, &argument.name, &own, &mut lacking);
        }
        for (line, path, attribute) in lacking {
            let message = format!(
                "the module `{}` is given `{path}` without `{attribute}`, which {} requires",
                of.call.name, of.folder
            );
            report(of, message, line, "give it", findings);
        }
    }
}

/// Adds the attributes that a value lacks, each with the line and the path of the object around it.
fn add_lacking<'t>(
    kind: &'t VariableType,
    value: &HclValue,
    path: &str,
    own: &OwnText<'_>,
    lacking: &mut Vec<(usize, String, &'t str)>,
) {
    match (kind, value) {
        (VariableType::Object(attributes), HclValue::Object(object)) if !object.is_open => {
            let keys: Vec<_> = object.items.iter().map(|(key, _)| own.string(key)).collect();
            if keys.iter().any(|key| key.contains(HOLE)) {
                return;
            }
            for attribute in attributes {
                match keys.iter().position(|key| **key == *attribute.name) {
                    Some(at) => {
                        let path = format!("{path}.{}", attribute.name);
                        add_lacking(&attribute.kind, &object.items[at].1, &path, own, lacking);
                    }
                    None if attribute.required => {
                        lacking.push((object.line, path.to_owned(), &attribute.name));
                    }
                    None => {}
                }
            }
        }
        (VariableType::Each(kind), HclValue::Object(object)) => {
            for (key, item) in &object.items {
                add_lacking(kind, item, &format!("{path}.{}", own.string(key)), own, lacking);
            }
        }
        (VariableType::Each(kind), HclValue::List(items)) => {
            for (nth, item) in items.iter().enumerate() {
                add_lacking(kind, item, &format!("{path}[{nth}]"), own, lacking);
            }
        }
        _ => {}
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

//! Values that were to be filled in later and were not.
//!
//! Judges strings as they are written, and what templates say around their tags.

mod brackets;
mod texts;
mod words;

use super::Settings;
use super::layers;
use super::pack_texts;
use super::strings;
use crate::model::code::Code;
use crate::model::span::Span;
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::Placeholder,
    summary: "no value and no text of a pack is a placeholder, such as `changeme`, `<account>`, `YOUR_ID` or `TODO`",
    waivable_at: Some("the path of the value, or of a file of the pack"),
    checks: &[RuleCheck::Settings(check)],
};

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    for layer in layers::of(settings.config) {
        strings::each(&layer.written.table, &mut |_, node, text| {
            let Some(found) = texts::in_string(text) else { return };
            if found.starts_with('<')
                && texts::is_of_a_plugin(settings.sources.text(node.origin.value.file))
            {
                return;
            }
            let problem = findings.problem(format!("`{found}` is a placeholder"));
            let problem = problem.at(node.origin.value).in_table(&node.origin);
            let path = node.origin.path.to_string();
            findings.report(layer.target(problem), "write the real value", &[&path]);
        });
    }
    for text in pack_texts::of(settings).iter().filter(|text| !text.name.ends_with(".md")) {
        let content = settings.sources.text(text.file);
        for range in texts::in_template(content) {
            let place = Span { file: text.file, start: range.start as u32, end: range.end as u32 };
            let problem = findings.problem(format!("`{}` is a placeholder", &content[range]));
            let problem = text.target(problem.at(place));
            findings.report(problem, "write the real value or a setting", &[text.name]);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::tests::found;

    #[test]
    fn a_placeholder_is_refused_wherever_it_is_written() {
        let rows = [
            ("[defaults]\nvars.a = \"changeme\"", "placeholder \"changeme\""),
            ("[profiles.p.services.s]\nvalues.a = [\"<x>\"]", "placeholder \"<x>\""),
            ("[environments.dev.services.s]\nvalues.a = \"TODO\"", "placeholder \"TODO\""),
        ];
        for (text, expected) in rows {
            assert_eq!(found(text), [expected], "{text}");
        }
    }

    #[test]
    fn brackets_that_a_plugin_fills_in_are_not_refused() {
        let layer = "[services.s]\nvalues.password = \"<db-password>\"";
        assert_eq!(found(layer), ["placeholder \"<db-password>\""]);
        let plugin = "values.annotations.\"avp.kubernetes.io/path\" = \"secret/data/db\"";
        assert_eq!(found(&format!("{layer}\n{plugin}")), [""; 0]);
    }
}

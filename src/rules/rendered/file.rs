//! A rendered Terraform file with the pack, the settings and the facts that rules judge it by.

use std::cell::Cell;
use std::str::Lines;

use memchr::memchr_iter;

use crate::ecosystem::hcl_value::OwnText;
use crate::ecosystem::terraform::RootFacts;
use crate::model::diagnostic::Problem;
use crate::model::key_path::Key;
use crate::pack::{FileRule, Pack};
use crate::render::{File, FileText, Source};
use crate::resolve::{Environment, Resolved};
use crate::rules::Findings;
use crate::rules::settings::Deployed;

pub struct RenderedFile<'a> {
    pub file: &'a File,
    pub text: &'a FileText,
    pub facts: &'a RootFacts,
    pub pack: &'a Pack,
    pub rule: &'a FileRule,
    /// For a file of a service in an environment.
    pub of: Option<Deployed<'a>>,
    /// For a file of each entry of a table: the entry.
    pub item: Option<&'a Key>,
    unjudged: Cell<Unjudged>,
}

/// The numbers of what a rule could not judge, because only Terraform knows a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unjudged {
    /// Statements of trust policies.
    pub trusts: usize,
    /// Lists of accounts, and roles in their place.
    pub accounts: usize,
    /// Terraform files in JSON.
    pub json_files: usize,
}

impl Unjudged {
    pub(crate) fn add(&mut self, other: Unjudged) {
        self.trusts += other.trusts;
        self.accounts += other.accounts;
        self.json_files += other.json_files;
    }
}

impl<'a> RenderedFile<'a> {
    pub fn of(
        file: &'a File,
        facts: &'a RootFacts,
        resolved: &'a Resolved,
    ) -> Option<RenderedFile<'a>> {
        let text = file.text()?;
        let Source::Template { pack, template, deployment, item } = &file.source else {
            return None;
        };
        let rule = pack.files.iter().find(|rule| rule.is_template(template))?;
        let of = deployment.map(|(service, index)| {
            let service = &resolved.services[service];
            let deployment = &service.deployments[index];
            let environment = &resolved.environments[deployment.environment];
            Deployed { service, environment, deployment }
        });
        Some(RenderedFile {
            file,
            text,
            facts,
            pack,
            rule,
            of,
            item: item.as_ref(),
            unjudged: Cell::default(),
        })
    }

    pub fn environment(&self) -> Option<&Environment> {
        self.of.as_ref().map(|of| of.environment)
    }

    /// The strings of the file's own text.
    pub(crate) fn own(&self) -> OwnText<'a> {
        OwnText::of(self.text.as_str())
    }

    /// Counts one that could not be judged.
    pub(crate) fn count(&self, kind: fn(&mut Unjudged) -> &mut usize) {
        let mut unjudged = self.unjudged.get();
        *kind(&mut unjudged) += 1;
        self.unjudged.set(unjudged);
    }

    pub(crate) fn unjudged(&self) -> Unjudged {
        self.unjudged.get()
    }

    /// The lines of the file from one on, counted from 0.
    pub fn lines_from(&self, index: usize) -> Lines<'_> {
        let text = self.text.as_str();
        let mut ends = memchr_iter(b'\n', text.as_bytes());
        let start = match index.checked_sub(1) {
            None => 0,
            Some(before) => ends.nth(before).map_or(text.len(), |at| at + 1),
        };
        text[start..].lines()
    }

    pub fn line(&self, index: usize) -> &str {
        self.lines_from(index).next().unwrap_or_default()
    }

    /// A problem with the pack's template, at the rule that renders it.
    pub fn problem(&self, findings: &Findings<'_>, message: String, line: usize) -> Problem {
        self.seen(findings.problem(message).at(self.rule.path_place), line)
    }

    /// Adds the line that shows a problem, and the service and environment of the file.
    pub fn seen(&self, problem: Problem, line: usize) -> Problem {
        let problem = problem.note(format!("seen in {}:{}", self.file.path, line + 1));
        let target = &self.file.owner.target;
        match (&target.service, &target.environment) {
            (None, None) => problem,
            (service, environment) => problem.for_target(service.as_ref(), environment.as_ref()),
        }
    }

    /// Reports a problem with the pack's template.
    pub fn report(&self, findings: &mut Findings<'_>, message: String, line: usize, mend: &str) {
        let problem = self.problem(findings, message, line);
        self.report_problem(findings, problem, mend);
    }

    /// Reports a problem, which a waiver can cover in this file.
    pub fn report_problem(&self, findings: &mut Findings<'_>, problem: Problem, mend: &str) {
        findings.report_file(problem, mend, self.file.path.as_str(), &self.pack.name);
    }
}

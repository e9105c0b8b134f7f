//! Settings that must differ between environments, or must be equal in all of them.
//!
//! Opaque ids cannot be seen to be wrong by their form; only comparison catches a swap.

use crate::model::code::Code;
use std::borrow::Cow;
use std::collections::HashMap;

use super::Waivers;
use crate::config::Config;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::Path;
use crate::model::tree::Node;
use crate::resolve::{Environment, Resolved, Service};

/// Account ids differ, but for the environments of one promotion step.
pub fn accounts(resolved: &Resolved, waivers: &Waivers, problems: &mut Problems) {
    let path = Path::of(&["account_id"]);
    let given: Vec<Given<'_>> = resolved
        .environments
        .iter()
        .filter_map(|environment| {
            Some(Given { node: environment.facts.at(&path)?, environment, service: None })
        })
        .collect();
    let apart = |a: &Environment, b: &Environment| a.step != b.step;
    for problem in equal_pairs(&given, &path, waivers, apart) {
        let help = "give each its own account, put environments that share one into one step of `order`, or waive the rule";
        problems.push(problem.help(help));
    }
}

/// What packs and services list as `distinct` and `same`.
pub fn settings(config: &Config, resolved: &Resolved, waivers: &Waivers, problems: &mut Problems) {
    for service in &resolved.services {
        let written = &config.services[&service.name];
        let own = written.distinct.iter().map(|(path, _)| path);
        let mut distinct: Vec<&Path> = service.pack.distinct.iter().chain(own).collect();
        distinct.dedup();
        for path in distinct {
            let given = given(resolved, service, path);
            for problem in equal_pairs(&given, path, waivers, |_, _| true) {
                problems.push(
                    concerning(problem, service)
                        .help("give each environment its own, or waive the rule"),
                );
            }
        }
        for (path, place) in &written.same {
            let given = given(resolved, service, path);
            if let Some(problem) = different(&given, path, waivers) {
                problems.push(concerning(problem, service).label(*place, "listed here"));
            }
        }
    }
}

/// A value in an environment.
struct Given<'a> {
    node: &'a Node,
    environment: &'a Environment,
    /// `None` for a fact.
    service: Option<&'a Service>,
}

impl Given<'_> {
    /// What a waiver calls it.
    fn at(&self, path: &Path) -> String {
        let environment = &self.environment.name;
        match self.service {
            Some(service) => format!("environments.{environment}.services.{}.{path}", service.name),
            None => format!("environments.{environment}.{path}"),
        }
    }
}

fn given<'a>(resolved: &'a Resolved, service: &'a Service, path: &Path) -> Vec<Given<'a>> {
    let deployments = service.deployments.iter().filter_map(|deployment| {
        let environment = &resolved.environments[deployment.environment];
        Some(Given { node: deployment.settings.at(path)?, environment, service: Some(service) })
    });
    deployments.collect()
}

/// What a value reads as, and whether it is a string: the number 1 is not the string `1`.
fn reading(node: &Node) -> (bool, Cow<'_, str>) {
    match node.str() {
        Some(text) => (true, text.into()),
        None => (false, node.to_json().to_string().into()),
    }
}

/// A problem for each environment whose value an earlier one has already.
fn equal_pairs(
    given: &[Given<'_>],
    path: &Path,
    waivers: &Waivers,
    must_differ: impl Fn(&Environment, &Environment) -> bool,
) -> Vec<Problem> {
    let mut first = HashMap::with_capacity(given.len());
    let mut problems = Vec::new();
    for item in given {
        let earlier: &Given<'_> = first.entry(reading(item.node)).or_insert(item);
        if std::ptr::eq(earlier, item) || !must_differ(earlier.environment, item.environment) {
            continue;
        }
        if [item, earlier].iter().any(|it| waivers.cover(Code::Distinct, &it.at(path))) {
            continue;
        }
        let (a, b) = (&earlier.environment.name, &item.environment.name);
        let message = format!("`{a}` and `{b}` have the same `{path}`, which must differ");
        let mut problem = Problem::error(Code::Distinct, message).at(item.node.origin.value);
        if earlier.node.origin.value != item.node.origin.value {
            problem = problem.label(earlier.node.origin.value, format!("the one of `{a}`"));
        }
        problems.push(problem.for_target(None, Some(a)).for_target(None, Some(b)));
    }
    problems
}

/// The problem that a value differs from that of the first environment.
fn different(given: &[Given<'_>], path: &Path, waivers: &Waivers) -> Option<Problem> {
    let (first, rest) = given.split_first()?;
    let expected = first.node.to_json();
    let other = rest.iter().find(|item| {
        item.node.to_json() != expected && !waivers.cover(Code::Same, &item.at(path))
    })?;
    let (a, b) = (&first.environment.name, &other.environment.name);
    let message =
        format!("`{path}` differs between `{a}` and `{b}`, and must be the same everywhere");
    let problem = Problem::error(Code::Same, message)
        .at(other.node.origin.value)
        .label(first.node.origin.value, format!("the one of `{a}`"))
        .help("give both the same value, or waive the rule");
    Some(problem.for_target(None, Some(a)).for_target(None, Some(b)))
}

fn concerning(problem: Problem, service: &Service) -> Problem {
    let targets = problem.targets.into_iter().map(|target| crate::model::diagnostic::Target {
        service: Some(service.name.clone()),
        ..target
    });
    Problem { targets: targets.collect(), ..problem }
}

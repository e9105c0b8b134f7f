//! The pipeline as GitLab reads it: which jobs an event starts, and what they run with.
//!
//! Knows the expressions that the pipeline uses and refuses all others. Judges nothing.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::{Map, Value};

use crate::example_platform::example;

/// Variables and their values.
pub(crate) type Variables = BTreeMap<String, String>;

/// What happens in GitLab.
pub(crate) enum Event<'a> {
    MergeRequest,
    Push(&'a str),
    Tag(&'a str),
}

impl Event<'_> {
    /// What GitLab itself sets.
    fn variables(&self) -> Variables {
        let variables = match self {
            Event::MergeRequest => vec![("CI_PIPELINE_SOURCE", "merge_request_event")],
            Event::Push(branch) => {
                vec![("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_BRANCH", branch)]
            }
            Event::Tag(tag) => vec![("CI_PIPELINE_SOURCE", "push"), ("CI_COMMIT_TAG", tag)],
        };
        variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

pub(crate) struct Pipeline(Map<String, Value>);

/// A job of a pipeline that was started.
pub(crate) struct Job {
    pub name: String,
    /// With all that it extends.
    pub job: Value,
    pub variables: Variables,
}

const NO_JOBS: [&str; 3] = ["stages", "workflow", "default"];

impl Pipeline {
    pub(crate) fn committed() -> Pipeline {
        Pipeline::read(&example().read(".gitlab-ci.yml"))
    }

    pub(crate) fn read(text: &str) -> Pipeline {
        let Value::Object(pipeline) = serde_yaml::from_str(text).unwrap() else { panic!("{text}") };
        Pipeline(pipeline)
    }

    /// Every job with all that it extends.
    pub(crate) fn jobs(&self) -> impl Iterator<Item = (&str, Value)> {
        let is_job = |name: &&String| !name.starts_with('.') && !NO_JOBS.contains(&name.as_str());
        self.0.keys().filter(is_job).map(|name| (name.as_str(), self.job(name)))
    }

    /// The jobs that an event starts, in the order of the file; `None`, where there is no pipeline.
    pub(crate) fn started(&self, event: &Event<'_>) -> Option<Vec<Job>> {
        let known = event.variables();
        matching(&self.0["workflow"]["rules"], &known)?;
        let start = |(name, job): (&str, Value)| {
            let rule = matching(&job["rules"], &known)?;
            let mut variables = known.clone();
            for more in [&job["variables"], &rule["variables"]] {
                for (name, value) in more.as_object().into_iter().flatten() {
                    variables.insert(name.clone(), value.as_str().unwrap().to_owned());
                }
            }
            Some(Job { name: name.to_owned(), job, variables })
        };
        Some(self.jobs().filter_map(start).collect())
    }

    fn job(&self, name: &str) -> Value {
        let own = &self.0[name];
        match own["extends"].as_str() {
            Some(base) => merged(self.job(base), own),
            None => own.clone(),
        }
    }
}

impl Job {
    /// What it runs, as one script.
    pub(crate) fn script(&self) -> String {
        let lines = self.job["script"].as_array().unwrap().iter();
        lines.map(|line| line.as_str().unwrap().to_owned() + "\n").collect()
    }
}

/// Tables merge by key, everything else replaces.
fn merged(base: Value, over: &Value) -> Value {
    match (base, over) {
        (Value::Object(mut base), Value::Object(over)) => {
            for (key, value) in over {
                let below = base.remove(key).unwrap_or(Value::Null);
                base.insert(key.clone(), merged(below, value));
            }
            Value::Object(base)
        }
        (_, over) => over.clone(),
    }
}

/// The first rule that holds.
fn matching<'a>(rules: &'a Value, variables: &Variables) -> Option<&'a Value> {
    let rules = rules.as_array().expect("everything has rules");
    rules.iter().find(|rule| holds(rule["if"].as_str().unwrap(), variables))
}

fn holds(expression: &str, variables: &Variables) -> bool {
    let value = |name: &str| {
        let name = name.strip_prefix('$').unwrap_or_else(|| panic!("{expression}"));
        variables.get(name).map_or("", String::as_str).to_owned()
    };
    match expression.splitn(3, ' ').collect::<Vec<_>>()[..] {
        [name] => !value(name).is_empty(),
        [name, "==", text] => value(name) == text.trim_matches(['"', '\'']),
        [name, "=~", pattern] => {
            let pattern = pattern.strip_prefix('/').unwrap().strip_suffix('/').unwrap();
            let script = "[[ $1 =~ $2 ]]";
            let arguments = ["-c", script, "bash", &value(name), pattern];
            Command::new("bash").args(arguments).status().unwrap().success()
        }
        _ => panic!("the reader does not know: {expression}"),
    }
}

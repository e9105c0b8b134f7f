//! `envroot add`: a new environment, like one that is there.

mod onboard;

use std::collections::BTreeMap;

use super::runbook;
use clap::Args;

use crate::config::layer::{self, Layer};
use crate::model::diagnostic::Problems;
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::model::secret;
use crate::project::abort::{Abort, wrong_command_line};
use crate::project::edit::EditSession;
use crate::project::outcome::{Common, Exit, Outcome};
use crate::project::select::named;
use crate::report;
use crate::toml_file::edit::{Edited, InsertSide, TypedAs, read_value};
use crate::world::World;
use onboard::Question;

#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The new environment
    #[arg(value_name = "ENV")]
    name: String,
    /// The environment to copy
    #[arg(long, value_name = "ENV")]
    like: String,
    /// A value of the new environment
    #[arg(long = "set", value_name = "NAME=VALUE")]
    values: Vec<String>,
    /// Place it before this environment in the promotion order
    #[arg(long, value_name = "ENV", conflicts_with = "after")]
    before: Option<String>,
    /// Place it after this environment (default: after the copied one)
    #[arg(long, value_name = "ENV")]
    after: Option<String>,
    /// Show the changes without writing them
    #[arg(long)]
    dry_run: bool,
}

impl Add {
    /// The neighbouring environment in the promotion order, and the side of it.
    fn beside(&self) -> Option<(&str, InsertSide)> {
        let before = self.before.as_deref().map(|name| (name, InsertSide::Before));
        before.or(self.after.as_deref().map(|name| (name, InsertSide::After)))
    }
}

/// Asks a person for a value; `None` where there is no answer.
pub type PromptFn<'a> = &'a mut dyn FnMut(&Prompt<'_>) -> Option<String>;

/// A question as it is put to a person.
pub struct Prompt<'a> {
    pub name: &'a str,
    pub description: Option<&'a str>,
    /// The environment that has a value, and how it is written there.
    pub like: &'a str,
    pub written: &'a str,
    /// The value of an empty answer.
    pub offered: Option<&'a str>,
}

/// Adds an environment and everything that is rendered for it: all of it or nothing.
pub(crate) fn add(
    world: &dyn World,
    common: &Common,
    options: &Add,
    ask: Option<PromptFn<'_>>,
) -> Outcome {
    added(world, common, options, ask)
        .unwrap_or_else(|stopped| stopped.outcome(common, "nothing was written"))
}

fn added(
    world: &dyn World,
    common: &Common,
    options: &Add,
    ask: Option<PromptFn<'_>>,
) -> Result<Outcome, Abort> {
    let session = EditSession::begin(world, common, !options.dry_run)?;
    let config = &session.before.config;
    let name = Name::parse(&options.name).map_err(wrong_command_line)?;
    if config.environments.contains_key(&name) {
        return Err(wrong_command_line(format_args!("there is an environment `{name}` already")));
    }
    let known = || config.environments.keys();
    let like = named("environment", Some(&options.like), known())?.expect("a name was given");
    let (beside, side) = match options.beside() {
        Some((beside, side)) => (named("environment", Some(beside), known())?, side),
        None => (None, InsertSide::After),
    };
    let beside = beside.unwrap_or_else(|| like.clone());
    let mut given = given(&options.values).map_err(wrong_command_line)?;
    let questions = questions(&session, &like);
    if let Some(ask) = ask {
        answer(&session, &like, &questions, &mut given, ask);
    }
    let missing: Vec<&Question> =
        questions.iter().filter(|question| !given.contains_key(&question.path)).collect();
    if !missing.is_empty() {
        return Ok(missing_values(common, &session, &like, &missing));
    }
    let mut edited = Edited::new(session.text.clone());
    write(&mut edited, &session, &name, &like, (&beside, side)).map_err(wrong_command_line)?;
    for (path, typed) in &given {
        assign(&mut edited, &session, (&name, &like), path, typed).map_err(wrong_command_line)?;
    }
    let edit = session.edit(edited)?;
    let done = session.carry_out(common, edit, options.dry_run)?;
    let mut outcome = done.outcome;
    outcome.out.push_str(&runbook::steps(&done.project, &name, None, common.style));
    Ok(outcome)
}

/// The values given on the command line.
fn given(values: &[String]) -> Result<BTreeMap<Path, String>, String> {
    let pair = |value: &String| {
        let (path, typed) = value
            .split_once('=')
            .ok_or_else(|| format!("`{value}` has no value: write it as NAME=VALUE"))?;
        Ok((Path::parse(path.trim())?, typed.to_owned()))
    };
    values.iter().map(pair).collect()
}

fn questions(session: &EditSession<'_>, like: &Name) -> Vec<Question> {
    let before = &session.before;
    let written = before.tree.at(&Path::of(&["environments", like.as_str()]));
    let Some(written) = written else { return Vec::new() };
    onboard::questions(&before.config, &before.resolved, like, written)
}

/// Puts what was not given to a person.
fn answer(
    session: &EditSession<'_>,
    like: &Name,
    questions: &[Question],
    given: &mut BTreeMap<Path, String>,
    ask: PromptFn<'_>,
) {
    for question in questions {
        if given.contains_key(&question.path) {
            continue;
        }
        let key = question.path.0.last().map_or("", |key| key);
        let asked = Prompt {
            name: &question.path.to_string(),
            description: question.description.as_deref(),
            like: like.as_str(),
            written: &secret::masked_value(key, session.before.sources.slice(question.place)),
            offered: question.offered.as_deref(),
        };
        let Some(answer) = ask(&asked) else { return };
        let answer = Some(answer).filter(|it| !it.is_empty()).or(question.offered.clone());
        given.extend(answer.map(|answer| (question.path.clone(), answer)));
    }
}

/// All that is missing, at once.
fn missing_values(
    common: &Common,
    session: &EditSession<'_>,
    like: &Name,
    missing: &[&Question],
) -> Outcome {
    let mut problems = Problems::default();
    problems.extend(missing.iter().map(|question| question.problem(like)));
    let problems = problems.sorted();
    let sources = &session.before.sources;
    let err = report::problem::report(&problems, sources, common.style, "nothing was written");
    Outcome { err, exit: Exit::WrongInput, ..Outcome::default() }
}

/// Writes the tables of the other environment once more, and the name into every list.
fn write(
    edited: &mut Edited,
    session: &EditSession<'_>,
    name: &Name,
    like: &Name,
    (beside, side): (&Name, InsertSide),
) -> Result<(), String> {
    let config = &session.before.config;
    let order = Path::of(&["project", "order"]);
    edited.insert_item(&order, name.as_str(), Some((beside.as_str(), side)))?;
    for (service, written) in &config.services {
        let Some(listed) = &written.environments else { continue };
        let runs = |name: &Name| listed.iter().any(|(it, _)| it == name);
        if !runs(like) {
            continue;
        }
        let list = Path::of(&["services", service.as_str(), "environments"]);
        let (beside, side) = if runs(beside) { (beside, side) } else { (like, InsertSide::After) };
        edited.insert_item(&list, name.as_str(), Some((beside.as_str(), side)))?;
    }
    let of = |name: &Name| Path::of(&["environments", name.as_str()]);
    edited.copy(&of(like), &of(name), (&of(beside), side))?;
    // It comes up, whatever becomes of the one it is like.
    edited.remove(&layer::below(&of(name), &["status".into()]))?;
    Ok(())
}

/// Puts a value that was typed below the table of the new environment.
fn assign(
    edited: &mut Edited,
    session: &EditSession<'_>,
    (name, like): (&Name, &Name),
    path: &Path,
    typed: &str,
) -> Result<(), String> {
    let (service, setting) = match layer::of_a_service(path) {
        Some((service, setting)) => (Some(Name::parse(service)?), setting),
        None => (None, path.clone()),
    };
    let layer = Layer { environment: Some(name.clone()), service };
    // What runs in the new environment is known from the one it is like.
    let known = Layer { environment: Some(like.clone()), ..layer.clone() };
    session.is_below_tables(&known, &setting)?;
    let whole = layer::below(&Path::of(&["environments", name.as_str()]), &path.0);
    // What replaces a string is one.
    let is_string = edited.value(&whole).is_some_and(|it| it.starts_with(['"', '\'']));
    let typed_as = match is_string {
        true => TypedAs::String,
        false => session.typed_as(&known, &setting),
    };
    let value = read_value(typed, typed_as);
    session.keeps_kind(&known, &setting, typed, &value)?;
    let near = layer.near(&session.before.config);
    for (below, value) in edited.leaves(&whole, &value) {
        edited.assign(&layer::below(&whole, &below), &value, layer.table().0.len(), &near)?;
    }
    Ok(())
}

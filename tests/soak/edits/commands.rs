//! Random commands for the project at hand, each with what it may touch.
//!
//! Runs nothing. Most commands make sense; some do not, and must be refused.

use toml::{Table, Value};

use crate::edits::dice::Dice;
use crate::edits::outline::{Keys, Outline};
use crate::edits::values::{self, Sort};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Set,
    Unset,
    Add,
    Retire,
    Remove,
}

/// A command line, and what it may change in `environments.toml`.
#[derive(Clone, Debug)]
pub(crate) struct Command {
    pub kind: Kind,
    pub words: Vec<String>,
    /// Where everything may become something else.
    pub touched: Vec<Keys>,
    /// Lists into which the environment may be put, or out of which it may be taken.
    pub lists: Vec<Keys>,
    pub environment: Option<String>,
    /// What must be there afterwards, as it was typed.
    pub assigned: Vec<(Keys, String)>,
}

/// The facts and settings that are worth changing in a project, with the values they take.
pub(crate) struct Vocabulary {
    pub facts: &'static [(&'static str, Sort)],
    pub settings: &'static [(&'static str, Sort)],
}

/// What a project is made of, as far as commands name it.
struct Parts<'a> {
    text: &'a str,
    table: Table,
    environments: Vec<String>,
    services: Vec<String>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Parts<'a> {
        let table: Table = text.trim_start_matches('\u{feff}').parse().unwrap();
        let names = |key: &str| match table.get(key) {
            Some(Value::Table(table)) => table.keys().cloned().collect(),
            _ => Vec::new(),
        };
        let (environments, services) = (names("environments"), names("services"));
        Parts { text, table, environments, services }
    }

    /// The lists in which environments stand.
    fn lists(&self, service: Option<&str>) -> Vec<Keys> {
        let order = service.is_none().then(|| keys(&["project", "order"]));
        let services = self.services.iter().filter(|it| service.is_none_or(|name| name == *it));
        order
            .into_iter()
            .chain(services.map(|it| keys(&["services", it, "environments"])))
            .collect()
    }
}

fn keys(parts: &[&str]) -> Keys {
    parts.iter().map(|it| (*it).to_owned()).collect()
}

fn words(parts: &[&str]) -> Vec<String> {
    keys(parts)
}

/// The keys of a path as TOML reads them; none where it is no path.
fn parsed(path: &str) -> Keys {
    envroot::model::key_path::Path::parse(path)
        .map(|path| path.0.iter().map(ToString::to_string).collect())
        .unwrap_or_default()
}

/// A command for the project that a text describes.
pub(crate) fn random(dice: &mut Dice, text: &str, vocabulary: &Vocabulary) -> Command {
    let parts = Parts::of(text);
    let many = parts.environments.len() > 3;
    match dice.below(100) {
        0..62 => set(dice, &parts, vocabulary),
        62..76 => unset(dice, &parts),
        76..90 if !many => add(dice, &parts),
        _ => retire(dice, &parts),
    }
}

/// The table of a layer.
fn layer(environment: Option<&str>, service: Option<&str>) -> Keys {
    match (environment, service) {
        (None, None) => keys(&["defaults"]),
        (Some(environment), None) => keys(&["environments", environment]),
        (None, Some(service)) => keys(&["services", service]),
        (Some(environment), Some(service)) => {
            keys(&["environments", environment, "services", service])
        }
    }
}

fn set(dice: &mut Dice, parts: &Parts<'_>, vocabulary: &Vocabulary) -> Command {
    let mut command = Command::new(Kind::Set, &["set"]);
    let environment = dice.chance(65).then(|| dice.pick(&parts.environments).clone());
    if let Some(environment) = &environment {
        command.words.extend(words(&["--env", environment]));
    }
    let is_fact = dice.chance(25);
    let mut services: Vec<String> = Vec::new();
    if !is_fact {
        services.push(dice.pick(&parts.services).clone());
        if dice.chance(25) {
            services = parts.services.clone();
        }
    }
    // One service may also stand in the path.
    let in_path = services.len() == 1 && dice.chance(20);
    let options = services.iter().filter(|_| !in_path);
    command.words.extend(options.flat_map(|it| words(&["--service", it])));
    let from = dice.chance(12).then(|| dice.pick(&parts.environments).clone());
    if let Some(from) = &from {
        command.words.extend(words(&["--from", from]));
    }
    let known = if is_fact { vocabulary.facts } else { vocabulary.settings };
    for _ in 0..=dice.below(3) {
        let (path, sort) = match dice.chance(4) {
            true => values::odd_path(dice),
            false => *dice.pick(known),
        };
        let typed = values::typed(dice, sort);
        let taken = from.is_some() && dice.chance(80);
        let start = if in_path { format!("services.{}.", services[0]) } else { String::new() };
        command.words.push(match taken {
            true => format!("{start}{path}"),
            false => format!("{start}{path}={typed}"),
        });
        let layers: Vec<Option<&str>> = match services.is_empty() {
            true => vec![None],
            false => services.iter().map(|it| Some(it.as_str())).collect(),
        };
        for service in layers {
            let mut whole = layer(environment.as_deref(), service);
            whole.extend(parsed(path));
            // A later assignment may go below or above an earlier one.
            let apart = |it: &Keys| !it.iter().zip(&whole).all(|(a, b)| a == b);
            command.assigned.retain(|(keys, _)| apart(keys));
            if !taken {
                command.assigned.push((whole.clone(), typed.clone()));
            }
            command.touched.push(whole);
        }
    }
    command
}

fn unset(dice: &mut Dice, parts: &Parts<'_>) -> Command {
    let mut command = Command::new(Kind::Unset, &["set"]);
    let outline = Outline::of(parts.text).unwrap();
    let in_layer = |keys: &&Keys| match keys[0].as_str() {
        "defaults" => keys.len() > 1,
        "services" => keys.len() > 2,
        "environments" => keys.len() > 2 && (keys[2] != "services" || keys.len() > 4),
        _ => false,
    };
    let leaves: Vec<&Keys> = outline.leaves.iter().map(|it| &it.keys).filter(in_layer).collect();
    let keys = *dice.pick(&leaves);
    let (home, environment, service) = match keys[0].as_str() {
        "defaults" => (1, None, None),
        "services" => (2, None, Some(&keys[1])),
        _ if keys[2] == "services" => (4, Some(&keys[1]), Some(&keys[3])),
        _ => (2, Some(&keys[1]), None),
    };
    command.words.extend(environment.into_iter().flat_map(|it| words(&["--env", it])));
    command.words.extend(service.into_iter().flat_map(|it| words(&["--service", it])));
    let length = home + 1 + dice.below(keys.len() - home);
    let below: Vec<_> = keys[home..length].iter().map(|key| format!("{key:?}")).collect();
    command.words.extend(["--unset".to_owned(), below.join(".")]);
    command.touched.push(keys[..length].to_vec());
    command
}

fn add(dice: &mut Dice, parts: &Parts<'_>) -> Command {
    let name = *dice.pick(&["qa", "eu-1", "perf", "x", "q2", "dev", "Bad"]);
    let like = dice.pick(&parts.environments);
    let mut command = Command::add(name, like, parts.text);
    if dice.chance(40) {
        let side = *dice.pick(&["--before", "--after"]);
        command.words.extend([side.to_owned(), dice.pick(&parts.environments).clone()]);
    }
    command
}

impl Command {
    fn new(kind: Kind, start: &[&str]) -> Command {
        Command {
            kind,
            words: words(start),
            touched: Vec::new(),
            lists: Vec::new(),
            environment: None,
            assigned: Vec::new(),
        }
    }

    /// An environment like another one, without anything of its own yet.
    pub(crate) fn add(name: &str, like: &str, text: &str) -> Command {
        let mut command = Command::new(Kind::Add, &["add", name, "--like", like]);
        command.environment = Some(name.to_owned());
        command.lists = Parts::of(text).lists(None);
        command.touched.push(keys(&["environments", name]));
        command
    }

    /// The same with an answer to each question that was put, if there were any.
    pub(crate) fn answered(&self, dice: &mut Dice, said: &str) -> Option<Command> {
        let mut command = self.clone();
        for line in said.lines().filter_map(|line| line.trim().strip_prefix("= help: --set ")) {
            let line = line.trim_matches('\'');
            let answer = match line.strip_suffix("=VALUE") {
                Some(path) => format!("{path}={}", values::answer(dice, path)),
                None => line.to_owned(),
            };
            command.words.extend(["--set".to_owned(), answer]);
        }
        (command.words.len() > self.words.len()).then_some(command)
    }
}

fn retire(dice: &mut Dice, parts: &Parts<'_>) -> Command {
    // One that is being retired is mostly taken to its end.
    let status = |it: &&String| {
        let table = parts.table["environments"].get(it.as_str());
        table.and_then(|it| it.get("status")).is_some()
    };
    let retiring: Vec<&String> = parts.environments.iter().filter(status).collect();
    let (name, is_retiring) = match retiring.first() {
        Some(name) if dice.chance(70) => ((*name).clone(), true),
        _ => (dice.pick(&parts.environments).clone(), false),
    };
    let service = dice.chance(30).then(|| dice.pick(&parts.services).clone());
    let is_second = if is_retiring { dice.chance(80) } else { dice.chance(40) };
    retired(parts, &name, service.as_deref(), is_second)
}

fn retired(parts: &Parts<'_>, name: &str, service: Option<&str>, is_second: bool) -> Command {
    let kind = if is_second { Kind::Remove } else { Kind::Retire };
    let mut command = Command::new(kind, &["retire", name]);
    command.words.extend(service.into_iter().flat_map(|it| words(&["--service", it])));
    let mut table = layer(Some(name), service);
    if is_second {
        command.words.push("--destroyed".to_owned());
        command.lists = parts.lists(service);
    } else {
        table.push("status".to_owned());
    }
    command.environment = Some(name.to_owned());
    command.touched.push(table);
    command
}

/// Both steps for an environment.
pub(crate) fn retirement(text: &str, name: &str) -> [Command; 2] {
    let parts = Parts::of(text);
    [false, true].map(|is_second| retired(&parts, name, None, is_second))
}

//! What must hold after every command, whatever it was.
//!
//! Runs nothing: judges a text before and after, and what was said.

use toml::{Table, Value};

use crate::edits::commands::{Command, Kind};
use crate::edits::outline::{self, Keys, Line, Outline};

/// Whether one path leads to the other or beyond.
fn related(a: &Keys, b: &Keys) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b)
}

/// Asserts what must hold of `environments.toml` after a command that succeeded.
pub(crate) fn changed(
    command: &Command,
    before: &str,
    after: &str,
    said: &str,
) -> Result<(), String> {
    let mark = |text: &str| text.starts_with('\u{feff}');
    let is_windows = before.contains("\r\n");
    if mark(before) != mark(after) {
        return Err("the byte-order mark is not as it was".to_owned());
    }
    if is_windows && after.replace("\r\n", "").contains('\n') {
        return Err(format!("a line ends otherwise than all others:\n{after:?}"));
    }
    comments(command, before, after, said)?;
    let (before, after) = (Outline::of(before)?, Outline::of(after)?);
    meaning(command, before.table.clone(), after.table.clone())?;
    untouched_values(command, &before, &after)?;
    let gone = gone(said);
    let beside: Vec<Keys> = [&before, &after].iter().flat_map(|it| beside(command, it)).collect();
    let kept = remaining(command, &before, &after, &gone, &beside);
    let found = remaining(command, &after, &before, &gone, &beside);
    if kept != found {
        return Err(format!("lines moved or changed:\n{}", difference(&kept, &found)));
    }
    let blank = |it: &Outline<'_>| it.lines.iter().filter(|it| it.1 == Line::Blank).count();
    let (were, are) = (blank(&before), blank(&after));
    let tables = after.headers().count().saturating_sub(before.headers().count());
    let is_right = match command.kind {
        Kind::Set | Kind::Retire => are == were + tables,
        Kind::Unset | Kind::Remove => are <= were,
        Kind::Add => are >= were,
    };
    match is_right {
        true => Ok(()),
        false => Err(format!("there were {were} blank lines, and there are {are}")),
    }
}

/// Comments that a command says are gone.
fn gone(said: &str) -> Vec<&str> {
    said.lines().filter_map(|line| line.strip_prefix("gone     ")).collect()
}

/// Each comment is still there or said to be gone, and there are no others but those typed.
fn comments(command: &Command, before: &str, after: &str, said: &str) -> Result<(), String> {
    let (before, after) = (outline::comments(before), outline::comments(after));
    let lost = less(&before, &after);
    if !less(&lost, &gone(said)).is_empty() {
        return Err(format!("comments are lost: {lost:?}"));
    }
    let typed = |it: &str| command.words.iter().any(|word| word.contains(it));
    match less(&after, &before).into_iter().find(|it| !typed(it)) {
        Some(comment) => Err(format!("nobody wrote `{comment}` there")),
        None if lost.len() < gone(said).len() => Err("what is said to be gone is not".to_owned()),
        None => Ok(()),
    }
}

/// What is left of some comments without others, each taken once.
fn less<'c>(comments: &[&'c str], others: &[&str]) -> Vec<&'c str> {
    let mut others = others.to_vec();
    let mut left = comments.to_vec();
    left.retain(|comment| match others.iter().position(|it| it == comment) {
        Some(index) => {
            others.remove(index);
            false
        }
        None => true,
    });
    left
}

/// What was asked for is there, and all else means what it meant.
fn meaning(command: &Command, before: Table, after: Table) -> Result<(), String> {
    for (keys, typed) in &command.assigned {
        let found = get(&after, keys);
        let read =
            format!("it = {typed}").parse::<Table>().ok().and_then(|it| it.get("it").cloned());
        let as_text = Some(&Value::String(typed.clone()));
        let is_there = found == as_text
            || match (&read, found) {
                (Some(Value::Table(wanted)), Some(Value::Table(found))) => holds(found, wanted),
                (Some(wanted), Some(found)) => wanted == found,
                _ => false,
            };
        if !is_there {
            return Err(format!("{keys:?} is {found:?} and not `{typed}`"));
        }
    }
    if command.kind == Kind::Unset
        && let Some(keys) = command.touched.iter().find(|keys| get(&after, keys).is_some())
    {
        return Err(format!("{keys:?} is still there"));
    }
    let names = |table: &Table, keys: &Keys| -> Option<Vec<String>> {
        let names = get(table, keys).map(strings)?;
        Some(names.into_iter().filter(|it| Some(it) != command.environment.as_ref()).collect())
    };
    for keys in &command.lists {
        let (before, after) = (names(&before, keys), names(&after, keys));
        if before.is_some() && before != after {
            return Err(format!("{keys:?} was {before:?} and is {after:?}"));
        }
    }
    let rest = |mut table: Table| {
        for keys in command.touched.iter().chain(&command.lists) {
            remove(&mut table, keys);
        }
        without_empty(table)
    };
    let (before, after) = (rest(before), rest(after));
    if before != after {
        return Err(format!("something else means something else:\n{before}\n---\n{after}"));
    }
    Ok(())
}

/// Values that were not touched are written as they were, in the same order.
fn untouched_values(
    command: &Command,
    before: &Outline<'_>,
    after: &Outline<'_>,
) -> Result<(), String> {
    let values = |it: &Outline<'_>| -> Vec<(Keys, String)> {
        let leaves = it.leaves.iter().filter(|leaf| !touches(command, &leaf.keys));
        leaves.map(|leaf| (leaf.keys.clone(), it.value(leaf).to_owned())).collect()
    };
    let (before, after) = (values(before), values(after));
    match before.iter().zip(&after).find(|(before, after)| before != after) {
        Some((before, after)) => Err(format!("{before:?} became {after:?}")),
        None if before.len() != after.len() => Err("values came or went".to_owned()),
        None => Ok(()),
    }
}

fn touches(command: &Command, keys: &Keys) -> bool {
    command.touched.iter().chain(&command.lists).any(|touched| related(touched, keys))
}

/// What was not touched, but shares a line with what was: the rest of an inline table.
fn beside(command: &Command, outline: &Outline<'_>) -> Vec<Keys> {
    let keys = |index: &usize| &outline.leaves[*index].keys;
    let lines = outline.lines.iter().filter_map(|(_, line)| match line {
        Line::Leaves(leaves) => Some(leaves),
        _ => None,
    });
    let shared = lines.filter(|leaves| leaves.iter().any(|it| touches(command, keys(it))));
    shared.flatten().map(|it| keys(it).clone()).collect()
}

/// The lines that the command had no business with.
fn remaining<'a>(
    command: &Command,
    own: &Outline<'a>,
    other: &Outline<'_>,
    gone: &[&str],
    beside: &[Keys],
) -> Vec<&'a str> {
    let stays = |(text, line): &&(&'a str, Line)| match line {
        Line::Blank => false,
        Line::Comment => !gone.contains(&text.trim()),
        Line::Header(keys) => {
            !touches(command, keys) || other.headers().any(|header| header == keys)
        }
        Line::Leaves(leaves) => !leaves.iter().any(|it| beside.contains(&own.leaves[*it].keys)),
    };
    own.lines.iter().filter(stays).map(|(text, _)| text.trim_end_matches(['\r', '\n'])).collect()
}

fn difference(before: &[&str], after: &[&str]) -> String {
    let lines = |lines: &[&str]| lines.iter().map(|it| format!("{it}\n")).collect::<String>();
    let (before, after) = (lines(before), lines(after));
    similar::TextDiff::from_lines(&before, &after).unified_diff().to_string()
}

fn get<'t>(table: &'t Table, keys: &[String]) -> Option<&'t Value> {
    let (first, rest) = keys.split_first()?;
    let value = table.get(first)?;
    if rest.is_empty() { Some(value) } else { get(value.as_table()?, rest) }
}

fn remove(table: &mut Table, keys: &[String]) {
    match keys {
        [only] => _ = table.remove(only),
        [first, rest @ ..] => {
            if let Some(Value::Table(inner)) = table.get_mut(first) {
                remove(inner, rest);
            }
        }
        [] => {}
    }
}

fn holds(table: &Table, wanted: &Table) -> bool {
    wanted.iter().all(|(key, wanted)| match (table.get(key), wanted) {
        (Some(Value::Table(table)), Value::Table(wanted)) => holds(table, wanted),
        (found, wanted) => found == Some(wanted),
    })
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

fn without_empty(table: Table) -> Table {
    let kept = table.into_iter().filter_map(|(key, value)| match value {
        Value::Table(inner) => {
            let inner = without_empty(inner);
            (!inner.is_empty()).then_some((key, Value::Table(inner)))
        }
        value => Some((key, value)),
    });
    kept.collect()
}

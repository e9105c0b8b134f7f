//! Texts at one path that are equal in several environments, but for the environments' names.
//!
//! Such a text shows what its environment's name is in it, also where no word ends there, and that
//! another name in all of them is none.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::super::Settings;
use super::super::layers::LayerUse;
use super::super::strings::{self, TextKind, TreeText};
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::model::reference::{Part, Scope};
use crate::model::span::Span;
use crate::model::tree::{Node, Value};

/// A text around a name.
struct NamePattern<'a> {
    before: &'a str,
    after: &'a str,
    /// The first environments that have their own name there, each with the place. A layer that
    /// several environments share has each one's.
    by: Vec<(Option<usize>, Span)>,
}

/// The name of another environment within a word.
pub(super) struct InnerName {
    pub sibling: usize,
    /// Where a third environment has its own name, or all have theirs.
    pub own: Span,
}

/// The patterns of facts, and of each service's settings, by path.
pub(super) struct NamePatterns<'a> {
    names: HashMap<&'a str, usize, RandomState>,
    by_path: HashMap<Option<&'a Name>, HashMap<Vec<&'a str>, Vec<NamePattern<'a>>>, RandomState>,
}

impl<'a> NamePatterns<'a> {
    pub(super) fn of(settings: &Settings<'a>, layers: &[LayerUse<'a>]) -> NamePatterns<'a> {
        let environments = settings.resolved.environments.iter().enumerate();
        let names = environments.map(|(index, it)| (it.name.as_str(), index)).collect();
        let mut patterns = NamePatterns { names, by_path: HashMap::default() };
        for layer in layers {
            let own = layer.environments.first().filter(|_| layer.own);
            let own = own.and_then(|name| Some((*name, *patterns.names.get(name.as_str())?)));
            strings::each(&layer.written.table, &mut |keys, node, text| {
                patterns.add_text(layer.service, own, keys, node, text);
            });
        }
        patterns
    }

    fn add_text(
        &mut self,
        service: Option<&'a Name>,
        own: Option<(&'a Name, usize)>,
        keys: &[&'a str],
        node: &'a Node,
        text: &'a str,
    ) {
        let place = node.origin.value;
        match (own, node.segments.as_deref()) {
            (Some((name, index)), None) => {
                for (at, name) in text.match_indices(name.as_str()) {
                    let around = (&text[..at], &text[at + name.len()..]);
                    self.add(service, keys, around, (Some(index), place));
                }
            }
            (_, Some([Part::Text(before), Part::Reference(reference), Part::Text(after)]))
                if reference.scope == Scope::Env && *reference.path == Path::of(&["name"]) =>
            {
                self.add(service, keys, (before, after), (None, place));
            }
            _ => {}
        }
    }

    fn add(
        &mut self,
        service: Option<&'a Name>,
        keys: &[&'a str],
        (before, after): (&'a str, &'a str),
        by: (Option<usize>, Span),
    ) {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if !is_letter(before.chars().next_back()) && !is_letter(after.chars().next()) {
            return; // it is a word
        }
        let of_service = self.by_path.entry(service).or_default();
        let patterns = of_service.entry(keys.to_vec()).or_default();
        let known = patterns.iter_mut().find(|it| it.before == before && it.after == after);
        match known {
            // Of three, one is neither the environment nor the sibling of a problem.
            Some(known) if known.by.len() < 3 => known.by.push(by),
            Some(_) => {}
            None => patterns.push(NamePattern { before, after, by: vec![by] }),
        }
    }

    /// The name of another environment in a text, where others have theirs.
    pub(super) fn in_text(
        &self,
        service: Option<&Name>,
        own: usize,
        text: &TreeText<'_, '_>,
    ) -> Option<InnerName> {
        if text.kind != TextKind::String || text.node.segments.is_some() {
            return None;
        }
        let patterns = self.by_path.get(&service)?.get(text.keys)?;
        patterns.iter().find_map(|pattern| {
            let name = text.text.strip_prefix(pattern.before)?.strip_suffix(pattern.after)?;
            let sibling = *self.names.get(name).filter(|sibling| **sibling != own)?;
            let is_third = |by: &&(Option<usize>, Span)| by.0 != Some(own) && by.0 != Some(sibling);
            let (_, place) = pattern.by.iter().find(is_third)?;
            Some(InnerName { sibling, own: *place })
        })
    }
}

/// Returns true if a word that is spelt as a sibling's name belongs to what environments have in
/// common at a path, such as the zone `test.example.net` of `dev.app.test.example.net` in dev and of
/// `qa.app.test.example.net` in qa.
///
/// The sibling has it too, and so has a third environment: a text of two may be a copy. A text
/// without an environment's own name must be a whole zone, and no other may be named after its
/// environment.
pub(super) fn is_common(
    settings: &Settings<'_>,
    service: Option<&Name>,
    keys: &[&str],
    (own, sibling): (usize, usize),
    text: &str,
) -> bool {
    let environments = &settings.resolved.environments;
    let own_name = environments[own].name.as_str();
    let has_same = |index: usize| {
        let expected = renamed(text, own_name, environments[index].name.as_str());
        texts_at(settings, service, index, keys).contains(&&*expected)
    };
    let is_zone = || {
        let named = |index: usize| {
            let name = environments[index].name.as_str();
            texts_at(settings, service, index, keys).iter().any(|it| renamed(it, name, "") != **it)
        };
        let (label, zone) = text.split_once('.').unwrap_or_default();
        label == environments[sibling].name.as_str()
            && zone.contains('.')
            && zone.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte))
            && !(0..environments.len()).any(|index| index != sibling && named(index))
    };
    let others = || (0..environments.len()).filter(|index| *index != own && *index != sibling);
    has_same(sibling)
        && others().any(has_same)
        && (renamed(text, own_name, "") != text || is_zone())
}

/// A text with a name in place of another one that is a word of it.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut renamed = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices(from) {
        let end = at + from.len();
        if !is_letter(text[..at].chars().next_back()) && !is_letter(text[end..].chars().next()) {
            renamed.push_str(&text[done..at]);
            renamed.push_str(to);
            done = end;
        }
    }
    renamed + &text[done..]
}

/// The texts at a path of an environment's facts, or of a service's settings there.
fn texts_at<'a>(
    settings: &Settings<'a>,
    service: Option<&Name>,
    environment: usize,
    keys: &[&str],
) -> Vec<&'a str> {
    let mut texts = Vec::new();
    let resolved = settings.resolved;
    match service {
        None => add_texts(&resolved.environments[environment].facts, keys, &mut texts),
        Some(name) => {
            let service = resolved.services.iter().find(|it| it.name == *name);
            let deployments = service.into_iter().flat_map(|it| &it.deployments);
            let deployments = deployments.filter(|it| it.environment == environment);
            deployments.for_each(|it| add_texts(&it.settings, keys, &mut texts));
        }
    }
    texts
}

fn add_texts<'a>(node: &'a Node, keys: &[&str], texts: &mut Vec<&'a str>) {
    match (&node.value, keys.split_first()) {
        (Value::String(text), None) => texts.push(text),
        // An item of a list has the path of the list.
        (Value::List(items), _) => items.iter().for_each(|item| add_texts(item, keys, texts)),
        (Value::Table(table), Some((key, rest))) => {
            table.get(key).into_iter().for_each(|inner| add_texts(inner, rest, texts));
        }
        _ => {}
    }
}

//! The values that an environment gives for itself name no sibling: neither its account id, nor one of
//! its distinct settings, nor, as a whole word, its name.
//!
//! Judges each environment's own layer as it is written: strings, numbers and keys. A value that several environments share, or
//! that a reference names, is not meant for one of them.

mod alike;
#[cfg(test)]
mod tests;
mod vocabulary;

use std::borrow::Cow;
use std::collections::HashMap;

use foldhash::fast::RandomState;
use serde_json::Value as Json;

use super::layers::{self, LayerUse};
use super::schema_annotations::ENVIRONMENT;
use super::strings::{self, TextKind, TreeText};
use super::{Settings, charts};
use crate::config::reserved::RESERVED_SETTINGS;
use crate::model::code::Code;
use crate::model::key_path::{Key, Path};
use crate::model::name::Name;
use crate::model::reference::{Part, Scope};
use crate::model::span::Span;
use crate::model::tree::{Node, Value};
use crate::resolve::Environment;
use crate::rules::{Findings, Rule, RuleCheck};
use crate::schema::{Schema, Shape};
use alike::{InnerName, NamePatterns};
use vocabulary::Word;

pub(crate) const RULE: Rule = Rule {
    code: Code::Sibling,
    summary: "the values of one environment do not contain the account, a distinct setting or, as a whole word, the name of another",
    waivable_at: Some("the path of the value, or a table around it"),
    checks: &[RuleCheck::Settings(check)],
};

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let identifiers = Identifiers::of(settings);
    let layers = layers::of(settings.config);
    let patterns = NamePatterns::of(settings, &layers);
    for layer in layers.iter().filter(|layer| layer.own) {
        // Both are in promotion order; searching the list for each would be quadratic.
        let name = layer.environments[0];
        let Some(own) = settings.config.environments.get_index_of(name) else { continue };
        strings::each_text(&layer.written.table, &mut |text| {
            let found = identifiers.foreign(own, text);
            let inner = patterns.in_text(layer.service, own, text);
            if found.is_empty() && inner.is_none() || is_vocabulary(settings, layer.service, text) {
                return;
            }
            for (word, identifier) in found {
                let pair = (own, identifier.environment);
                if identifier.kind == NAME
                    && alike::is_common(settings, layer.service, text.keys, pair, &text.text)
                {
                    continue;
                }
                let sibling = &settings.resolved.environments[identifier.environment].name;
                report(layer, text, &word, identifier, sibling, findings);
            }
            if let Some(inner) = inner {
                let sibling = &settings.resolved.environments[inner.sibling].name;
                report_inner(layer, text, &inner, sibling, findings);
            }
        });
    }
}

fn report(
    layer: &LayerUse<'_>,
    text: &TreeText<'_, '_>,
    word: &str,
    identifier: &Identifier,
    sibling: &Name,
    findings: &mut Findings<'_>,
) {
    let name = layer.environments[0];
    let message = match word == sibling.as_str() {
        true => format!("`{name}` names its sibling `{sibling}`"),
        false => format!("`{name}` names `{word}`, {} of `{sibling}`", identifier.kind),
    };
    let mut problem = findings.problem(message).at(text.place());
    if identifier.place != text.place() {
        problem = problem.label(identifier.place, format!("{} of `{sibling}`", identifier.kind));
    }
    let origin = &text.node.origin;
    let problem = layer.target(problem.in_table(origin));
    let mend = format!("write the value for `{name}`");
    findings.report(problem, &mend, &[&origin.path.to_string()]);
}

/// Reports the name of a sibling within a word.
fn report_inner(
    layer: &LayerUse<'_>,
    text: &TreeText<'_, '_>,
    inner: &InnerName,
    sibling: &Name,
    findings: &mut Findings<'_>,
) {
    let name = layer.environments[0];
    let problem = findings.problem(format!("`{name}` names its sibling `{sibling}`"));
    let problem = problem.at(text.place()).label(inner.own, "another has its own name there");
    let origin = &text.node.origin;
    let problem = layer.target(problem.in_table(origin));
    let mend = format!("write the value for `{name}`");
    findings.report(problem, &mend, &[&origin.path.to_string()]);
}

/// Returns true for a text that is no free choice of the environment: a setting that envroot defines,
/// one whose schema lists its possible values or says that it names an environment, and the key of a
/// setting that a schema or a chart names.
fn is_vocabulary(settings: &Settings<'_>, service: Option<&Name>, text: &TreeText<'_, '_>) -> bool {
    if service.is_some() && text.keys.first().is_some_and(|key| RESERVED_SETTINGS.contains(key)) {
        return true;
    }
    let path = Path::of(text.keys);
    let scope = if service.is_some() { Scope::Service } else { Scope::Env };
    let concerned = settings.resolved.services.iter();
    let concerned = concerned.filter(|it| service.is_none_or(|name| it.name == *name));
    let packs = concerned.flat_map(|it| it.deployments.iter().map(|deployment| &deployment.pack));
    let mut last = std::ptr::null();
    let is_of_a_pack = packs.into_iter().any(|pack| {
        // Most deployments have the same pack.
        let known =
            std::ptr::eq(std::mem::replace(&mut last, std::sync::Arc::as_ptr(pack)), &**pack);
        !known && is_of_schema(&pack.schema, scope, &path, text.kind)
    });
    is_of_a_pack || text.kind == TextKind::Key && charts::know_key(settings, service, &path)
}

/// The declaration of a key. The path of an item of a list has no index.
fn declared<'s>(shape: Shape<'s>, key: &Key) -> Option<Shape<'s>> {
    shape.key(key).or_else(|| shape.item().key(key))
}

fn is_of_schema(schema: &Schema, scope: Scope, path: &Path, kind: TextKind) -> bool {
    let at = |keys: &[Key]| keys.iter().try_fold(schema.shape(scope), declared);
    match (kind, path.0.split_last()) {
        (TextKind::Key, Some((key, above))) => at(above).is_some_and(|shape| {
            [shape, shape.item()].iter().any(|shape| shape.keys().contains(&&**key))
        }),
        _ => {
            let shapes = at(&path.0).into_iter().flat_map(|shape| [shape, shape.item()]);
            let is_vocabulary = |node: &Json| {
                node.get("enum").is_some() || node.get("names").is_some_and(|it| it == ENVIRONMENT)
            };
            shapes.filter_map(Shape::node).any(is_vocabulary)
        }
    }
}

/// A word that only one environment should use.
struct Identifier {
    environment: usize,
    kind: &'static str,
    place: Span,
}

/// The kind of an identifier that may be a word of a sentence.
const NAME: &str = "the name";

/// The identifiers of all environments, by their text.
struct Identifiers<'a> {
    known: HashMap<Cow<'a, str>, Vec<Identifier>, RandomState>,
    /// The number of words of the longest.
    longest: usize,
}

impl<'a> Identifiers<'a> {
    fn of(settings: &Settings<'a>) -> Identifiers<'a> {
        let mut all = Identifiers { known: HashMap::default(), longest: 1 };
        let environments = settings.resolved.environments.iter().enumerate();
        for (environment, Environment { name, place, facts, .. }) in environments {
            all.add(name.as_str(), Identifier { environment, kind: NAME, place: *place });
            if let Some(node) = facts.get("account_id") {
                all.add_node(node, environment, "the account");
            }
        }
        for service in &settings.resolved.services {
            let own = settings.config.services[&service.name].distinct.iter().map(|(path, _)| path);
            let paths: Vec<_> = service.pack.distinct.iter().chain(own).collect();
            for deployment in &service.deployments {
                for node in paths.iter().filter_map(|path| deployment.settings.at(path)) {
                    all.add_node(node, deployment.environment, "a distinct setting");
                }
            }
        }
        all
    }

    fn add_node(&mut self, node: &'a Node, environment: usize, kind: &'static str) {
        let place = node.deciding_origin().value;
        match &node.value {
            Value::String(text) => self.add(&**text, Identifier { environment, kind, place }),
            _ => {
                if let Some(number) = strings::large_number(&node.value) {
                    self.add(number, Identifier { environment, kind, place });
                }
            }
        }
    }

    fn add(&mut self, text: impl Into<Cow<'a, str>>, identifier: Identifier) {
        let text = text.into();
        self.longest = self.longest.max(words(&text).len());
        self.known.entry(text).or_default().push(identifier);
    }

    /// The identifiers in a text that belong to other environments only.
    fn foreign(&self, own: usize, text: &TreeText<'_, '_>) -> Vec<(String, &Identifier)> {
        let mut found = Vec::new();
        let parts = text.node.segments.as_ref().filter(|_| text.kind == TextKind::String);
        match parts {
            None => self.in_text(own, &text.text, text.keys, &mut found),
            Some(parts) => {
                for part in parts.iter() {
                    if let Part::Text(part) = part {
                        self.in_text(own, part, text.keys, &mut found);
                    }
                }
            }
        }
        found
    }

    fn in_text<'s>(
        &'s self,
        own: usize,
        text: &str,
        keys: &[&str],
        found: &mut Vec<(String, &'s Identifier)>,
    ) {
        let words = words(text);
        let mut first = 0;
        while first < words.len() {
            let ends = (first..words.len().min(first + self.longest)).rev();
            // The longest wins: `prod-us` does not name `prod`.
            let longest = ends.map(|last| (last, &text[words[first].0..words[last].1]));
            let hit = longest
                .into_iter()
                .find_map(|(last, slice)| Some((last, self.known.get_key_value(slice)?)));
            let Some((last, (word, identifiers))) = hit else {
                first += 1;
                continue;
            };
            let is_own = identifiers.iter().any(|it| it.environment == own);
            let (start, end) = (words[first].0, words[last].1);
            let is_word = || {
                in_prose(text, start, end)
                    || vocabulary::means_another_thing(Word { text, start, end, keys })
            };
            let is_word = identifiers[0].kind == NAME && is_word();
            if !is_own && !is_word && !in_region(text, &words, first, last) {
                found.push((word.to_string(), &identifiers[0]));
            }
            first = last + 1;
        }
    }
}

/// The words of a text: runs of letters and digits, by where they begin and end.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut inside = false;
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() {
            if !inside {
                words.push((at, at));
            }
            words.last_mut().expect("a word was started").1 = at + c.len_utf8();
        }
        inside = c.is_alphanumeric();
    }
    words
}

/// Returns true if some words are a part of the name of a region or zone, such as `eu-west-1`.
/// An environment named after a part of the world shares a word with it by chance.
fn in_region(text: &str, words: &[(usize, usize)], first: usize, last: usize) -> bool {
    (first.saturating_sub(3)..=first).any(|start| {
        let end = start + region(text, &words[start..]);
        end > last && end - start > last + 1 - first
    })
}

/// The number of words, from the first, that name a region or zone of AWS or, in two or three words, of Google. As in
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html> and
/// <https://cloud.google.com/compute/docs/regions-zones>.
fn region(text: &str, words: &[(usize, usize)]) -> usize {
    const WITHIN: [&str; 6] = ["gov", "iso", "isob", "isoe", "isof", "de"];
    const GOOGLE: [&str; 8] =
        ["us", "europe", "asia", "australia", "northamerica", "southamerica", "me", "africa"];
    const DIRECTIONS: [&str; 9] = [
        "central",
        "north",
        "northeast",
        "east",
        "southeast",
        "south",
        "southwest",
        "west",
        "northwest",
    ];
    let joined = words.windows(2).take_while(|pair| &text[pair[0].1..pair[1].0] == "-").count();
    let words: Vec<&str> =
        words.iter().take(joined + 1).map(|(start, end)| &text[*start..*end]).collect();
    let is_part = |word: &str| word.len() == 2 || word == "eusc";
    let is_number = |word: &str| {
        let zone = word.trim_start_matches(|c: char| c.is_ascii_digit());
        zone.len() < word.len() && zone.len() <= 1
    };
    let is_region = |words: &[&str]| match words {
        [part, within @ .., direction, number] => {
            is_part(part)
                && within.iter().all(|word| WITHIN.contains(word))
                && DIRECTIONS.contains(direction)
                && is_number(number)
        }
        _ => false,
    };
    // `us-central1`
    let is_of_google = |words: &[&str]| match words {
        [part, place] => {
            let direction = place.trim_end_matches(|c: char| c.is_ascii_digit());
            GOOGLE.contains(part)
                && direction.len() < place.len()
                && DIRECTIONS.contains(&direction)
        }
        _ => false,
    };
    let aws = [3, 4].into_iter().find(|count| words.get(..*count).is_some_and(is_region));
    aws.or_else(|| words.get(..2).is_some_and(is_of_google).then_some(2)).unwrap_or(0)
}

/// Returns true for a word in a sentence, followed by at most a punctuation mark: `as in prod` is a
/// remark about prod, and `topic-prod` is its topic.
fn in_prose(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].trim_start_matches(['.', ',', ';', ':', '!', '?', ')']).chars().next();
    let apart = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c == '(');
    text.trim().contains(char::is_whitespace) && apart(before) && apart(after)
}

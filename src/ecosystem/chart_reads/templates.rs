//! The templates of a release, by name.

use std::collections::BTreeMap;
use std::rc::Rc;

use gotmpl::parse::{DefineNode, ListNode, Parser};

use super::things::{GAP, TextId, TextTable};

/// A file, a definition or a text that `tpl` renders.
pub(super) struct ChartTemplate {
    pub nodes: Rc<ListNode>,
    /// True for a text that `tpl` renders, or may.
    pub is_text: bool,
}

/// What a text holds: itself, and the templates that it defines.
#[derive(Clone)]
struct Parsed {
    own: usize,
    defines: Vec<(TextId, usize)>,
}

/// The templates with a name.
#[derive(Default)]
struct Definitions {
    all: Vec<usize>,
    /// True if Helm takes one of them whatever the values are.
    is_certain: bool,
}

#[derive(Default)]
pub(super) struct Templates {
    all: Vec<ChartTemplate>,
    /// Libraries are often there several times: below each chart of a release.
    parsed: BTreeMap<String, Option<Parsed>>,
    defined: BTreeMap<TextId, Definitions>,
    /// Those that `include` takes by the path of their file.
    files: BTreeMap<TextId, usize>,
    /// Texts that `tpl` renders. Those that are no templates have no number.
    rendered: BTreeMap<TextId, Option<usize>>,
}

impl Templates {
    pub(super) fn get(&self, template: usize) -> &ChartTemplate {
        &self.all[template]
    }

    /// Adds a file, and the templates that it defines. Of definitions with the same name, Helm takes
    /// that of the file that is added first, unless its chart is switched off.
    pub(super) fn add_file(
        &mut self,
        text: &str,
        is_optional: bool,
        words: &mut TextTable,
    ) -> Option<usize> {
        let known = self.parsed.get(text).cloned();
        let parsed = known.unwrap_or_else(|| self.parse(text, false, words));
        self.parsed.insert(text.to_owned(), parsed.clone());
        let parsed = parsed?;
        for (word, template) in parsed.defines {
            self.define(word, template, !is_optional);
        }
        Some(parsed.own)
    }

    fn define(&mut self, word: TextId, template: usize, is_certain: bool) {
        let is_empty = self.all[template].nodes.is_empty_tree();
        let named = self.defined.entry(word).or_default();
        if !named.is_certain && !named.all.contains(&template) {
            named.all.push(template);
            named.is_certain = is_certain && !is_empty;
        }
    }

    fn parse(&mut self, text: &str, is_text: bool, words: &mut TextTable) -> Option<Parsed> {
        let (nodes, defines) = parsed(text).or_else(|| parsed(&without_last_pipes(text)?))?;
        let mut add = |nodes| {
            self.all.push(ChartTemplate { nodes: Rc::new(nodes), is_text });
            self.all.len() - 1
        };
        let defines = defines.into_iter().map(|it| (words.word(&it.name), add(it.body))).collect();
        Some(Parsed { own: add(nodes), defines })
    }

    /// Adds a text that `tpl` renders, unless it is known.
    pub(super) fn add_rendered(&mut self, text: &str, words: &mut TextTable) -> Option<usize> {
        if !text.contains("{{") || text.contains(GAP) {
            return None;
        }
        let word = words.word(text);
        if let Some(known) = self.rendered.get(&word) {
            return *known;
        }
        let parsed = self.parse(text, true, words);
        let template = parsed.as_ref().map(|parsed| parsed.own);
        self.rendered.insert(word, template);
        for (word, template) in parsed.into_iter().flat_map(|parsed| parsed.defines) {
            self.defined.entry(word).or_default().all.push(template);
        }
        template
    }

    pub(super) fn name_file(&mut self, path: TextId, template: usize) {
        self.files.insert(path, template);
    }

    pub(super) fn all_defined(&self) -> impl Iterator<Item = usize> {
        self.defined.values().flat_map(|named| &named.all).copied()
    }

    /// The templates with a name, of which parts may not be known.
    pub(super) fn named(&self, word: TextId, words: &TextTable) -> Vec<usize> {
        let name = words.text(word);
        if !name.contains(GAP) {
            let defined = self.defined.get(&word).map_or(&[][..], |named| &named.all);
            return defined.iter().chain(self.files.get(&word)).copied().collect();
        }
        let defined = self.defined.iter();
        let defined = defined.flat_map(|(it, named)| named.all.iter().map(move |one| (it, one)));
        let found = defined.chain(&self.files).filter(|(it, _)| fits(&name, &words.text(**it)));
        found.map(|(_, template)| *template).collect()
    }
}

fn parsed(text: &str) -> Option<(ListNode, Vec<DefineNode>)> {
    Parser::new(text, "{{", "}}").and_then(Parser::parse).ok()
}

/// A text without the `|` at the end of a tag, which Go takes and the parser does not: `{{ .a | }}`.
/// All else keeps its place.
fn without_last_pipes(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    for (end, _) in text.match_indices("}}") {
        let before = text[..end].strip_suffix('-').unwrap_or(&text[..end]).trim_end();
        if before.ends_with('|') {
            bytes[before.len() - 1] = b' ';
        }
    }
    String::from_utf8(bytes).ok().filter(|changed| changed != text)
}

/// Returns true if a name may be a text with gaps.
fn fits(text: &str, name: &str) -> bool {
    let mut parts = text.split(GAP);
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

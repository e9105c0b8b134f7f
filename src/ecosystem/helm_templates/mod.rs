//! The values that the templates of a chart read.
//!
//! Follows `with`, variables and `index`. Where a template hands a value on, any key below it is read.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

/// The keys that lead to a value, from `.Values`.
pub(super) type ValuePath = Vec<String>;

/// A value that a template reads.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Used {
    pub path: ValuePath,
    /// True if the template prints it whole or hands it on, so that any key below it is read.
    pub whole: bool,
}

/// The words that print a value whole, or hand it on.
const WHOLE: [&str; 28] = [
    "concat",
    "deepCopy",
    "dict",
    "dig",
    "include",
    "keys",
    "list",
    "merge",
    "mergeOverwrite",
    "mustDeepCopy",
    "mustMerge",
    "mustMergeOverwrite",
    "mustToJson",
    "mustToPrettyJson",
    "omit",
    "pick",
    "range",
    "set",
    "template",
    "toJson",
    "toPrettyJson",
    "toRawJson",
    "toToml",
    "toYaml",
    "toYamlPretty",
    "tpl",
    "unset",
    "values",
];

/// The values that a template reads.
pub(super) fn used(template: &str) -> Vec<Used> {
    let mut reader = TagReader::default();
    for tag in tags(template) {
        reader.tag(&tokens(tag));
    }
    reader.used
}

/// The contents of the tags of a template, without comments.
fn tags(template: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = template;
    while let Some(start) = rest.find("{{") {
        rest = &rest[start + 2..];
        let body = rest.trim_start_matches('-').trim_start();
        if body.starts_with("/*") {
            rest = body.split_once("*/").map_or("", |(_, after)| after);
            continue;
        }
        let end = tag_end(rest);
        tags.push(&rest[..end]);
        rest = &rest[end..];
    }
    tags
}

/// Where a tag ends: at the first braces outside strings.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some('"'), '\\') => _ = characters.next(),
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '`') => quote = Some(character),
            (None, '}') if text[at..].starts_with("}}") => return at,
            _ => {}
        }
    }
    text.len()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TagToken<'t> {
    /// `.a.b`, `$.a`, `$x.a`.
    Field(&'t str),
    String(&'t str),
    /// A function, a keyword, a number or a sign.
    Word(&'t str),
    Open,
    Close,
    /// `.a` directly after a closing parenthesis.
    OfGroup(&'t str),
}

fn tokens(tag: &str) -> Vec<TagToken<'_>> {
    let mut tokens = Vec::new();
    let mut rest = tag;
    while let Some(first) = rest.chars().next() {
        let is_of_group = tokens.last() == Some(&TagToken::Close) && first == '.';
        let length = match first {
            '"' | '`' => 1 + string_length(&rest[1..], first),
            '.' | '$' => 1 + run(&rest[1..], |c| is_name(c) || c == '.'),
            _ if is_name(first) => run(rest, |c| is_name(c) || c == '.'),
            _ => first.len_utf8(),
        };
        let (text, after) = rest.split_at(length);
        rest = after;
        match first {
            '"' | '`' => tokens.push(TagToken::String(text.trim_matches(first))),
            '.' if is_of_group => tokens.push(TagToken::OfGroup(text)),
            '.' | '$' => tokens.push(TagToken::Field(text)),
            '(' => tokens.push(TagToken::Open),
            ')' => tokens.push(TagToken::Close),
            _ if first.is_whitespace() => {
                // A blank parts a field from the group before it.
                if tokens.last() == Some(&TagToken::Close) {
                    tokens.push(TagToken::Word(""));
                }
            }
            _ => tokens.push(TagToken::Word(text)),
        }
    }
    tokens.retain(|token| !matches!(token, TagToken::Word("" | "-" | ",")));
    tokens
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn run(text: &str, is_part: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is_part(c)).unwrap_or(text.len())
}

/// The length of a string behind its opening quote, the closing one included.
fn string_length(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' if quote == '"' => _ = characters.next(),
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// What the dot or a variable is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Context {
    /// The top, with `Values`, `Chart` and `Release`.
    #[default]
    Root,
    Value(ValuePath),
    Unknown,
}

#[derive(Default)]
struct TagReader {
    /// The dots of the blocks that are open.
    blocks: Vec<Context>,
    variables: BTreeMap<String, Context>,
    used: Vec<Used>,
}

impl TagReader {
    fn tag(&mut self, tokens: &[TagToken<'_>]) {
        match tokens {
            [TagToken::Word("end")] => _ = self.blocks.pop(),
            [TagToken::Word("else")] => self.alternative(),
            [TagToken::Word("else"), rest @ ..] => {
                self.alternative();
                self.blocks.pop();
                self.tag(rest);
            }
            [TagToken::Word("with"), rest @ ..] => {
                let context = self.pipeline(rest, false);
                self.blocks.push(context);
            }
            [TagToken::Word("range"), rest @ ..] => {
                self.pipeline(rest, true);
                self.blocks.push(Context::Unknown);
            }
            [TagToken::Word("if"), rest @ ..] => {
                self.operands(rest, is_whole(rest));
                self.blocks.push(self.dot());
            }
            [TagToken::Word("define" | "block"), ..] => self.blocks.push(Context::Root),
            [TagToken::Field(name), TagToken::Word(":"), TagToken::Word("="), ..]
            | [TagToken::Field(name), TagToken::Word("="), ..]
                if name.starts_with('$') =>
            {
                self.pipeline(tokens, false);
            }
            _ => self.operands(tokens, is_whole(tokens)),
        }
    }

    /// The other branch of a block: the dot is that around the block.
    fn alternative(&mut self) {
        if self.blocks.pop().is_some() {
            self.blocks.push(self.dot());
        }
    }

    fn dot(&self) -> Context {
        self.blocks.last().cloned().unwrap_or_default()
    }

    /// Reads a pipeline, with the variables that it is given to, and returns what it is.
    fn pipeline(&mut self, tokens: &[TagToken<'_>], whole: bool) -> Context {
        let equals = tokens.iter().position(|token| *token == TagToken::Word("="));
        let (names, value) = tokens.split_at(equals.map_or(0, |at| at + 1));
        let context = self.simple(value);
        let whole = whole || is_whole(value) || context == Context::Unknown;
        self.operands(value, whole);
        let context = if whole { Context::Unknown } else { context };
        for token in names {
            if let TagToken::Field(name) = token {
                self.variables.insert((*name).to_owned(), context.clone());
            }
        }
        context
    }

    /// What a pipeline is, if it is a field or an entry of one.
    fn simple(&self, tokens: &[TagToken<'_>]) -> Context {
        match tokens {
            [TagToken::Field(field)] => self.field(field),
            [TagToken::Open, inner @ .., TagToken::Close] if !inner.contains(&TagToken::Close) => {
                self.simple(inner)
            }
            [TagToken::Open, inner @ .., TagToken::Close, TagToken::OfGroup(field)]
                if !inner.contains(&TagToken::Close) =>
            {
                below(self.simple(inner), parts(field))
            }
            [lookup, TagToken::Field(field), keys @ ..] if is_lookup(*lookup) => {
                let keys: Option<Vec<&str>> = keys.iter().map(string).collect();
                keys.map_or(Context::Unknown, |keys| below(self.field(field), keys.into_iter()))
            }
            _ => Context::Unknown,
        }
    }

    /// Adds the values that some tokens name.
    fn operands(&mut self, tokens: &[TagToken<'_>], whole: bool) {
        for (at, token) in tokens.iter().enumerate() {
            let TagToken::Field(field) = token else { continue };
            let is_entry = at > 0 && is_lookup(tokens[at - 1]);
            let keys: Vec<&str> = match is_entry {
                true => tokens[at + 1..].iter().map_while(string).collect(),
                false => Vec::new(),
            };
            let context = below(self.field(field), keys.iter().copied());
            let context = match tokens[at + 1 + keys.len()..] {
                [TagToken::Close, TagToken::OfGroup(field), ..] => below(context, parts(field)),
                _ => context,
            };
            // An entry that is not known by its name may be any.
            let whole = whole || (is_entry && keys.is_empty());
            if let Context::Value(path) = context {
                self.used.push(Used { path, whole });
            }
        }
    }

    /// What a field is.
    fn field(&self, field: &str) -> Context {
        let (base, rest) = match field.split_once('.') {
            Some(("", rest)) => (self.dot(), rest),
            Some(("$", rest)) => (Context::Root, rest),
            Some((name, rest)) => (self.variable(name), rest),
            None => (self.variable(field), ""),
        };
        match field.strip_prefix('$').unwrap_or(field).strip_prefix(".Values") {
            // Wherever the dot is, `.Values` is that of the top.
            Some(rest) if rest.is_empty() || rest.starts_with('.') => {
                Context::Value(parts(rest).map(str::to_owned).collect())
            }
            _ => below(base, parts(rest)),
        }
    }

    fn variable(&self, name: &str) -> Context {
        match name {
            "$" => Context::Root,
            name => self.variables.get(name).cloned().unwrap_or(Context::Unknown),
        }
    }
}

/// The names in `.a.b`.
fn parts(field: &str) -> impl Iterator<Item = &str> {
    field.split('.').filter(|key| !key.is_empty())
}

fn string<'t>(token: &TagToken<'t>) -> Option<&'t str> {
    match token {
        TagToken::String(text) => Some(text),
        _ => None,
    }
}

/// Returns true for a function that takes an entry of a table by its key.
fn is_lookup(token: TagToken<'_>) -> bool {
    matches!(token, TagToken::Word("index" | "get" | "hasKey"))
}

/// Returns true if some tokens print a value whole or hand it on.
fn is_whole(tokens: &[TagToken<'_>]) -> bool {
    tokens.iter().any(|token| matches!(token, TagToken::Word(word) if WHOLE.contains(word)))
}

/// What keys lead to.
fn below<'k>(context: Context, mut keys: impl Iterator<Item = &'k str>) -> Context {
    match context {
        Context::Value(path) => {
            Context::Value(path.into_iter().chain(keys.map(str::to_owned)).collect())
        }
        Context::Root => match keys.next() {
            None => Context::Root,
            Some("Values") => Context::Value(keys.map(str::to_owned).collect()),
            Some(_) => Context::Unknown,
        },
        Context::Unknown => Context::Unknown,
    }
}

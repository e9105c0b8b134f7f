//! The names in a template's tags, held against what is declared.
//!
//! Tera finds an undefined name only where it is printed, and never in `if`, `set` or a comparison;
//! so the tags are walked when a template is loaded, with the scopes of loops, `set` and components.
//! Knows no values.

use crate::model::code::Code;
use std::ops::Range;

use super::scan::{Tag, TagKind, Token, TokenKind};
use crate::base::english;
use crate::model::cause::Subject;
use crate::model::key_path::{Key, Path};
use crate::schema::Shape;

/// A name that is not allowed in a template.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    pub range: Range<usize>,
    pub code: Code,
    pub message: String,
    pub help: Option<String>,
    /// True if Tera refuses the template for it.
    pub is_fatal: bool,
    /// The setting that is not declared, which has no value then.
    pub undeclared: Option<Subject>,
}

impl Fault {
    /// A fault for which Tera would refuse the template, in words that are no help.
    pub fn fatal(range: Range<usize>, code: Code, message: String) -> Fault {
        Fault { range, code, message, help: None, is_fatal: true, undeclared: None }
    }
}

/// A name that a tag uses, such as `service.timeout`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub path: Path,
    /// For a tag in a component's body: the component, whose parameter the path begins with.
    pub component: Option<String>,
    /// For an argument of a call: the component, and the parameter that gets it.
    pub argument: Option<(String, String)>,
}

/// The filter that leads to a path from the file that is rendered, and the name of that.
pub(crate) const RELATIVE: &str = "relative";
pub(crate) const FILE: &str = "file";

/// The filters of templates. Those of Tera that escape for HTML or switch escaping off are not
/// available.
const FILTERS: [&str; 30] = [
    "default",
    "upper",
    "lower",
    "wordcount",
    "trim",
    "trim_start",
    "trim_end",
    "replace",
    "capitalize",
    "title",
    "truncate",
    "int",
    "float",
    "split",
    "abs",
    "round",
    "first",
    "last",
    "reverse",
    "str",
    "length",
    "nth",
    "join",
    "sort",
    "unique",
    "get",
    "values",
    "keys",
    "pairs",
    RELATIVE,
];
const FUNCTIONS: [&str; 2] = ["range", "throw"];
const KEYWORDS: [&str; 15] = [
    "and", "or", "not", "in", "is", "if", "else", "for", "true", "false", "none", "None", "True",
    "False", "null",
];

/// Everything that is wrong with the names in a template, and what each of its tags uses.
///
/// `root` declares the names at the top: `env`, `service` and so on. `code_filters` are those that
/// print code in the template's format.
pub(crate) fn check<'a>(
    tags: &[Tag<'_>],
    root: Shape<'a>,
    code_filters: &'a [&'static str],
) -> (Vec<Fault>, Vec<Vec<Use>>) {
    let outermost = NameScope { names: Vec::new(), component: None };
    let mut walk = Walk { scopes: vec![outermost], root, code_filters, faults: Vec::new() };
    let uses = tags.iter().map(|tag| walk.tag(tag)).collect();
    (walk.faults, uses)
}

struct NameScope<'a> {
    names: Vec<(String, Shape<'a>)>,
    /// The component whose body this is: it sees its own parameters only.
    component: Option<String>,
}

impl NameScope<'_> {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|(known, _)| known == name)
    }
}

struct Walk<'a> {
    scopes: Vec<NameScope<'a>>,
    root: Shape<'a>,
    code_filters: &'a [&'static str],
    faults: Vec<Fault>,
}

impl<'a> Walk<'a> {
    fn tag(&mut self, tag: &Tag<'_>) -> Vec<Use> {
        match tag.kind {
            TagKind::Comment => Vec::new(),
            TagKind::Print => {
                self.code_filter_is_last(tag);
                self.expression(tag, 0)
            }
            TagKind::Block => self.block(tag),
        }
    }

    fn block(&mut self, tag: &Tag<'_>) -> Vec<Use> {
        match tag.text(0) {
            "for" => return self.for_block(tag),
            "endfor" | "endcomponent" => {
                if self.scopes.len() > 1 {
                    self.scopes.pop();
                }
            }
            "set" | "set_global" => return self.set_block(tag),
            "component" => self.component(tag),
            "if" | "elif" => return self.expression(tag, 1),
            "include" if self.scopes.iter().any(|scope| scope.component.is_some()) => {
                let message = "a component includes nothing: it calls other components";
                self.fault(tag.range.clone(), Code::TemplateTag, message.to_owned(), None);
            }
            "else" | "endif" | "break" | "continue" | "include" | "raw" | "endraw" => {}
            "<" | "</" => return self.expression(tag, 0),
            other => {
                let message = format!("`{other}` is not available in templates");
                let help = "there are if, for, set, include, raw and components";
                self.fault(tag.range.clone(), Code::TemplateTag, message, Some(help.to_owned()));
            }
        }
        Vec::new()
    }

    /// `for x in xs`, `for k, v in map`
    fn for_block(&mut self, tag: &Tag<'_>) -> Vec<Use> {
        let start = tag
            .tokens
            .iter()
            .position(|token| token.text == "in")
            .map_or(tag.tokens.len(), |at| at + 1);
        let uses = self.expression(tag, start);
        let whole = self.path(tag, start);
        let item = match whole {
            Some((shape, end)) if end == tag.tokens.len() => shape.item(),
            _ => Shape::OPEN,
        };
        let names: Vec<&str> =
            words_of(&tag.tokens[..start.min(tag.tokens.len())]).skip(1).collect();
        let mut scope = vec![("loop".to_owned(), Shape::OPEN)];
        match names.as_slice() {
            [key, value, "in"] => {
                scope.push(((*key).to_owned(), Shape::OPEN));
                scope.push(((*value).to_owned(), item));
            }
            [value, ..] => scope.push(((*value).to_owned(), item)),
            [] => {}
        }
        self.scopes.push(NameScope { names: scope, component: None });
        uses
    }

    fn set_block(&mut self, tag: &Tag<'_>) -> Vec<Use> {
        if tag.text(2) != "=" {
            let message =
                "a `set` with a body is not available: its text would lose its values' places";
            self.fault(
                tag.range.clone(),
                Code::TemplateTag,
                message.to_owned(),
                Some("set a value: {% set x = … %}".to_owned()),
            );
            return Vec::new();
        }
        let uses = self.expression(tag, 3);
        let shape = match self.path(tag, 3) {
            Some((shape, end)) if end == tag.tokens.len() => shape,
            _ => Shape::OPEN,
        };
        let scope = self.scopes.last_mut().expect("the outermost scope stays");
        scope.names.push((tag.text(1).to_owned(), shape));
        uses
    }

    /// `component name(a, b: string = "x")`: its parameters are all it sees, beside its body.
    fn component(&mut self, tag: &Tag<'_>) {
        let mut names = vec![("body".to_owned(), Shape::OPEN)];
        for (index, token) in tag.tokens.iter().enumerate().skip(2) {
            let opens = matches!(tag.text(index - 1), "(" | "," | "@");
            if token.kind == TokenKind::Word && opens {
                names.push((token.text.to_owned(), Shape::OPEN));
            }
        }
        self.scopes.push(NameScope { names, component: Some(tag.text(1).to_owned()) });
    }

    /// Walks the tokens of an expression from an index on.
    fn expression(&mut self, tag: &Tag<'_>, from: usize) -> Vec<Use> {
        let comprehension = self.comprehension_names(tag, from);
        self.scopes.push(NameScope { names: comprehension, component: None });
        let mut uses = Vec::new();
        let mut index = from;
        while let Some(token) = tag.tokens.get(index) {
            let before = if index > from { tag.text(index - 1) } else { "" };
            let after = tag.text(index + 1);
            index += 1;
            if token.kind != TokenKind::Word {
                continue;
            }
            match before {
                "|" => self.filter(token),
                "is" | "<" | "</" => {}
                "not" if index > 2 && tag.text(index - 3) == "is" => {}
                "." | "?." => {}
                _ if KEYWORDS.contains(&token.text) => {}
                _ if after == "=" => {}
                _ if after == "(" => self.function(token),
                _ => {
                    let end = self.name(tag, index - 1, &mut uses);
                    index = index.max(end);
                }
            }
        }
        self.scopes.pop();
        uses
    }

    fn comprehension_names(&self, tag: &Tag<'_>, from: usize) -> Vec<(String, Shape<'a>)> {
        let tokens = &tag.tokens[from.min(tag.tokens.len())..];
        let starts = tokens.iter().enumerate().filter(|(_, token)| token.text == "for");
        starts
            .flat_map(|(at, _)| words_of(&tokens[at + 1..]).take_while(|word| *word != "in"))
            .map(|name| (name.to_owned(), Shape::OPEN))
            .collect()
    }

    /// Checks the path that begins at a token and returns where it ends.
    fn name(&mut self, tag: &Tag<'_>, start: usize, uses: &mut Vec<Use>) -> usize {
        let Some((_, end)) = self.path(tag, start) else {
            let end = self.undeclared(tag, start);
            let path = Path(path_keys(&tag.tokens[start..end]));
            uses.push(Use { path, component: None, argument: None });
            return end;
        };
        let scope = self.scopes.iter().rev().find(|scope| scope.has(tag.text(start)));
        let component = scope.and_then(|scope| scope.component.clone());
        // A name from a loop or `set` is not a single setting.
        if scope.is_none() || component.is_some() {
            let path = Path(path_keys(&tag.tokens[start..end]));
            uses.push(Use { path, component, argument: argument(tag, start) });
        }
        end
    }

    /// The shape of the path that begins at a token, and the index after its last token.
    fn path(&self, tag: &Tag<'_>, start: usize) -> Option<(Shape<'a>, usize)> {
        let head = tag.tokens.get(start).filter(|token| token.kind == TokenKind::Word)?;
        let mut shape = self.lookup(head.text)?;
        let mut index = start + 1;
        while let Some((key, length)) = step(&tag.tokens[index.min(tag.tokens.len())..]) {
            shape = match key {
                Some(key) => shape.key(&key)?,
                None => shape.item(),
            };
            index += length;
        }
        Some((shape, index))
    }

    fn lookup(&self, name: &str) -> Option<Shape<'a>> {
        for scope in self.scopes.iter().rev() {
            if let Some((_, shape)) = scope.names.iter().rev().find(|(known, _)| known == name) {
                return Some(*shape);
            }
            if scope.component.is_some() {
                return None;
            }
        }
        self.root.key(name)
    }

    /// Notes the first key of a path that is not declared, and returns where the path ends.
    fn undeclared(&mut self, tag: &Tag<'_>, start: usize) -> usize {
        let head = &tag.tokens[start];
        let mut end = start + 1;
        let (mut known, mut wrong, mut before) = (self.visible(), head.range(), String::new());
        let mut name = head.text.to_owned();
        if let Some(mut shape) = self.lookup(head.text) {
            before = head.text.to_owned();
            while let Some((Some(key), length)) = step(&tag.tokens[end..]) {
                let token = &tag.tokens[end + length.min(2) - 1];
                end += length;
                match shape.key(&key) {
                    Some(inner) => shape = inner,
                    None => {
                        (known, wrong, name) = (shape.keys(), token.range(), key.to_string());
                        break;
                    }
                }
                before = format!("{before}.{key}");
            }
        }
        while let Some((_, length)) = step(&tag.tokens[end..]) {
            end += length;
        }
        let message = match before.as_str() {
            "" => format!("no template sees `{name}`"),
            _ => format!("`{before}` has no `{name}`: the pack's schema does not declare it"),
        };
        let help = match english::nearest(&name, known.iter().copied()) {
            Some(meant) => Some(format!("did you mean `{meant}`?")),
            None if known.is_empty() => None,
            None => Some(english::there_are(&known)),
        };
        let undeclared = Subject::of_name(&path_keys(&tag.tokens[start..end]));
        let fault = Fault::fatal(wrong, Code::UndeclaredName, message);
        self.faults.push(Fault { help, is_fatal: false, undeclared, ..fault });
        end
    }

    fn visible(&self) -> Vec<&'a str> {
        self.root.keys()
    }

    fn filter(&mut self, token: &Token<'_>) {
        let known = FILTERS.into_iter().chain(self.code_filters.iter().copied());
        if known.clone().any(|filter| filter == token.text) {
            return;
        }
        let help = match (english::nearest(token.text, known), self.code_filters.first()) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, Some(filter)) => {
                format!("values are escaped for their position; `{filter}` prints an expression")
            }
            (None, None) => "values are escaped for their position".to_owned(),
        };
        let message = format!("there is no filter `{}` for files of this kind", token.text);
        self.fault(token.range(), Code::UnknownFilter, message, Some(help));
    }

    fn function(&mut self, token: &Token<'_>) {
        if !FUNCTIONS.contains(&token.text) {
            let message = format!("there is no function `{}`", token.text);
            let help = "no template can see the clock, the network, the process or a random number";
            self.fault(token.range(), Code::UnknownFunction, message, Some(help.to_owned()));
        }
    }

    /// A code filter ends a `{{ … }}`: what another filter made of their text would be no
    /// expression any more.
    fn code_filter_is_last(&mut self, tag: &Tag<'_>) {
        let last = tag.code_filter(self.code_filters).map(|pipe| pipe + 1);
        for (index, token) in tag.tokens.iter().enumerate() {
            let is_filter = index > 0 && tag.text(index - 1) == "|";
            if is_filter && self.code_filters.contains(&token.text) && last != Some(index) {
                let message = format!("`{}` must be the last filter", token.text);
                self.fault(token.range(), Code::TemplateTag, message, None);
            }
        }
    }

    fn fault(&mut self, range: Range<usize>, code: Code, message: String, help: Option<String>) {
        self.faults.push(Fault { help, ..Fault::fatal(range, code, message) });
    }
}

/// One step of a path: its key (`None` where only a value decides it) and its length in tokens.
fn step(tokens: &[Token<'_>]) -> Option<(Option<Key>, usize)> {
    let (symbol, inner) = (tokens.first()?, tokens.get(1)?);
    match symbol.text {
        "." | "?." if inner.kind == TokenKind::Word => Some((Some(Key::from(inner.text)), 2)),
        "[" | "?[" => {
            let closed = tokens.get(2).is_some_and(|token| token.text == "]");
            match inner.kind {
                TokenKind::String if closed => {
                    Some((Some(Key::from(&inner.text[1..inner.text.len() - 1])), 3))
                }
                TokenKind::Number if closed => Some((Some(Key::from(inner.text)), 3)),
                // What an expression in brackets names is checked as the walk goes on into it.
                _ => None,
            }
        }
        _ => None,
    }
}

/// The component and the parameter that the value at a token of a call is for.
fn argument(tag: &Tag<'_>, at: usize) -> Option<(String, String)> {
    let is_parameter = |index: &usize| tag.text(index + 1) == "=" && tag.text(index + 2) == "{";
    let parameter = (2..at).rev().find(is_parameter).filter(|_| tag.calls_component())?;
    Some((tag.text(1).to_owned(), tag.text(parameter).to_owned()))
}

fn path_keys(tokens: &[Token<'_>]) -> Vec<Key> {
    let mut keys = vec![Key::from(tokens[0].text)];
    let mut rest = &tokens[1..];
    while let Some((Some(key), length)) = step(rest) {
        keys.push(key);
        rest = &rest[length..];
    }
    keys
}

fn words_of<'a, 'b>(tokens: &'b [Token<'a>]) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
    tokens.iter().filter(|token| token.kind == TokenKind::Word).map(|token| token.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::scan::tags;

    fn schema() -> serde_json::Value {
        serde_json::json!({ "properties": {
            "env": { "properties": { "name": {}, "vars": { "additionalProperties": true } } },
            "service": { "properties": {
                "name": {},
                "api": { "properties": { "replicas": {} } },
                "jobs": { "items": { "properties": { "schedule": {} } } },
                "roles": { "additionalProperties": { "properties": { "arn": {} } } }
            } }
        } })
    }

    #[track_caller]
    fn check(template: &str, expected: &[&str]) {
        let document = schema();
        let tags = tags(template).unwrap();
        let (faults, _) = super::check(&tags, Shape::of(&document), &["hcl"]);
        let shown: Vec<&str> = faults.iter().map(|fault| &template[fault.range.clone()]).collect();
        assert_eq!(shown, expected, "{faults:?}");
    }

    #[test]
    fn declared_names_are_allowed_anywhere() {
        check("{{ env.name }} {{ env.vars.x.y }} {{ service.api.replicas + 1 }}", &[]);
        check("{% for job in service.jobs %}{{ job.schedule }}{{ loop.index }}{% endfor %}", &[]);
        check("{% for k, v in service.roles %}{{ k }}{{ v.arn }}{% endfor %}", &[]);
        check("{% set api = service.api %}{{ api.replicas }}", &[]);
        check("{% if service.api.replicas is defined and not env.name == \"a\" %}{% endif %}", &[]);
        check("{{ service.name | replace(from=\"a\", to=env.name) | upper }}", &[]);
        check("{{ [x.schedule for x in service.jobs] | length }}", &[]);
        check(
            "{% component c(a, b: string = \"x\") %}{{ a }}{{ b.c }}{{ body }}{% endcomponent c %}",
            &[],
        );
        check("{{<c a={env.name} />}}", &[]);
        check("{{ service[\"name\"] }} {{ service.jobs[0].schedule }}", &[]);
        check("{{ 1 if env.name else 2 }}", &[]);
    }

    #[test]
    fn an_undeclared_name_is_found_in_every_position() {
        check("{{ env.nme }}", &["nme"]);
        check("{{ environment }}", &["environment"]);
        check("{% if service.api.replica %}{% endif %}", &["replica"]);
        check("{% if env.name == service.nme %}{% elif env.x != 1 %}{% endif %}", &["nme", "x"]);
        check("{% set a = service.x %}", &["x"]);
        check("{{ service.name ~ env.x }}", &["x"]);
        check("{{ service.name | default(value=env.x) }}", &["x"]);
        check(
            "{% for job in service.jobs %}{{ job.scedule }}{% endfor %}{{ job }}",
            &["scedule", "job"],
        );
        check("{% for k, v in service.roles %}{{ v.x }}{% endfor %}", &["x"]);
        check("{% component c(a) %}{{ env.name }}{% endcomponent c %}", &["env"]);
        check("{{<c a={env.x} />}}", &["x"]);
        check("{{ service[\"x\"] }} {{ service.jobs[env.x].schedule }}", &["\"x\"", "x"]);
        check("{{ service.api[env.x] }}", &["x"]);
        check("{% if a in env.vars %}{% endif %}", &["a"]);
    }

    #[test]
    fn what_would_defeat_the_escaping_is_refused() {
        check("{{ env.name | safe }}", &["safe"]);
        check("{{ env.name | hcl | upper }}", &["hcl"]);
        check("{{ env.name | yaml }}", &["yaml"]);
        check("{{ now() }}", &["now"]);
        check("{% set x %}a{% endset %}", &["{% set x %}", "{% endset %}"]);
        check("{% filter upper %}", &["{% filter upper %}"]);
        let include = "{% include 'a' %}";
        check(
            &format!("{include}{{% component c() %}}{include}{{% endcomponent c %}}"),
            &[include],
        );
    }

    #[test]
    fn each_tag_tells_what_it_uses() {
        let document = schema();
        let template =
            "{{ service.api.replicas ~ env.name }}{% for j in service.jobs %}{{ j.schedule }}";
        let (_, uses) = super::check(&tags(template).unwrap(), Shape::of(&document), &[]);
        let shown: Vec<Vec<String>> = uses
            .iter()
            .map(|uses| uses.iter().map(|used| used.path.to_string()).collect())
            .collect();
        assert_eq!(shown, [vec!["service.api.replicas", "env.name"], vec!["service.jobs"], vec![]]);
    }
}

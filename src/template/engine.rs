//! The template engine: Tera with our filters, and errors that point into the templates.
//!
//! Renders to marked text; knows no file format.

use crate::model::code::Code;
use std::io::Write;

use tera::{Context, Kwargs, State, Tera, Value};

use super::account::{self, Output};
use super::comments;
use super::includes;
use super::names::{self, Fault, Use};
use super::other_engine;
use super::prepare::{self, COMMENT_END, COMMENT_START, PRINT_END, PRINT_START, Prepared};
use super::scan::{self, TagKind};
use super::tera_error::{self, Translated};
use crate::base::english;
use crate::format::markers::{self, ValueKind};
use crate::format::placeholders;
use crate::format::{CodeFilter, FilterStyle};
use crate::model::key_path::Path;
use crate::model::name::RelativePath;
use crate::model::span::{FileId, Span};
use crate::schema::Shape;

/// A template to load.
pub struct Text<'a> {
    /// The name by which it is included and rendered.
    pub name: String,
    pub file: FileId,
    pub text: &'a str,
    /// The names it may use.
    pub root: Shape<'a>,
    /// The filters that print a value as code of its format.
    pub code_filters: Vec<&'static str>,
}

/// Templates ready to render.
pub struct Engine {
    tera: Tera,
    templates: Vec<Template>,
}

struct Template {
    name: String,
    file: FileId,
    prepared: Prepared,
    /// The number of its first tag; the others follow.
    first_number: u32,
    tags: Vec<CompiledTag>,
    includes: Vec<String>,
    /// Tags that may be meant for another engine.
    foreign: Vec<Span>,
}

/// A tag of a template: the range of its inside, and the names that it uses.
pub struct CompiledTag {
    pub place: Span,
    pub uses: Vec<Use>,
}

/// A fault, with a word about other engines if its tag may be meant for one.
fn explained(fault: Fault, place: Span, foreign: &[Span]) -> Fault {
    match foreign.iter().any(|tag| tag.start <= place.start && place.start <= tag.end) {
        true => Fault { help: Some(other_engine::HELP.to_owned()), ..fault },
        false => fault,
    }
}

/// The reason why a template could not be rendered.
#[derive(Debug)]
pub struct RenderFailure {
    pub place: Option<Span>,
    pub message: String,
    /// The number of the tag that failed.
    pub tag: Option<u32>,
    /// True if it printed a declared setting that is not set.
    pub not_given: bool,
}

impl Engine {
    /// Loads templates together, so that they can include each other. `code` has a printer for each
    /// code filter, and `styles` those of its styles. What is wrong with them is returned beside the engine, which lacks those.
    pub fn load(
        texts: Vec<Text<'_>>,
        code: &[CodeFilter],
        styles: &[FilterStyle],
    ) -> (Engine, Vec<(Span, Fault)>) {
        let mut engine = Engine { tera: strict_tera(code, styles), templates: Vec::new() };
        let mut faults = Vec::new();
        let names: Vec<String> = texts.iter().map(|text| text.name.clone()).collect();
        for text in texts {
            if let Some(template) = engine.read(&text, &names, &mut faults) {
                engine.templates.push(template);
            }
        }
        engine.includes_end(&mut faults);
        // A filter for each tag: one for all would have to be told the tag each time.
        let tags = engine.templates.iter().map(|template| template.tags.len() as u32).sum();
        for tag in 0..tags {
            let placed = move |value: Value, _: Kwargs, _: &State<'_>| placed(&value, tag);
            engine.tera.register_filter(prepare::placed(tag), placed);
        }
        engine.compile(&mut faults);
        (engine, faults)
    }

    fn read(
        &self,
        text: &Text<'_>,
        names: &[String],
        faults: &mut Vec<(Span, Fault)>,
    ) -> Option<Template> {
        let whole = Span { file: text.file, start: 0, end: text.text.len() as u32 };
        let place = |range: &std::ops::Range<usize>| whole.part(range.start, range.len());
        let mut fault = |range: std::ops::Range<usize>, message: String| {
            let fault = Fault::fatal(range.clone(), Code::TemplateSyntax, message);
            faults.push((place(&range), fault));
        };
        // Control characters mark values, and the other character replaces one.
        let is_ours =
            |c: char| c.is_control() && !matches!(c, '\n' | '\t') || c == placeholders::PLACEHOLDER;
        if let Some((at, c)) = text.text.char_indices().find(|(_, c)| is_ours(*c)) {
            fault(
                at..at + c.len_utf8(),
                format!("the character U+{:04X} is not allowed in a template", c as u32),
            );
            return None;
        }
        let tags = match scan::tags(text.text) {
            Ok(tags) => tags,
            Err((range, message)) => {
                let tag = text.text[..range.start.max(2)].rfind("{{");
                let is_foreign = tag.is_some_and(|at| other_engine::is_likely(&text.text[at..]));
                let help = is_foreign.then(|| other_engine::HELP.to_owned());
                let fault = Fault::fatal(range, Code::TemplateSyntax, message);
                faults.push((place(&fault.range), Fault { help, ..fault }));
                return None;
            }
        };
        if let Some(tag) = scan::unclosed(&tags) {
            let end = match tag.text(0) {
                "<" => format!("</{}>", tag.text(1)),
                word => format!("end{word}"),
            };
            fault(tag.range.clone(), format!("no {{% {end} %}} closes this tag"));
        }
        if let Some(tag) = scan::too_deep(&tags) {
            fault(
                tag.range.clone(),
                format!("more than {} conditions lie in each other", scan::DEEPEST),
            );
        }
        if let Some((range, message)) = comments::ambiguous(text.text, &tags) {
            let fault = Fault::fatal(range, Code::TemplateSyntax, message);
            let fault = Fault { help: Some(comments::HELP.to_owned()), ..fault };
            faults.push((place(&fault.range), fault));
            return None;
        }
        for (range, name) in tags.iter().filter_map(scan::Tag::included) {
            if !names.iter().any(|known| known == name) {
                let message = format!("the pack has no template `{name}`");
                let known = names.iter().map(String::as_str);
                let help = english::nearest(name, known).map(|it| format!("did you mean `{it}`?"));
                let place = place(&range);
                let fault = Fault::fatal(range, Code::MissingTemplate, message);
                faults.push((place, Fault { help, ..fault }));
            }
        }
        let (found, uses) = names::check(&tags, text.root, &text.code_filters);
        let is_foreign =
            |tag: &&scan::Tag<'_>| other_engine::is_likely(&text.text[tag.range.clone()]);
        let foreign =
            tags.iter().filter(is_foreign).map(|tag| place(&tag.range)).collect::<Vec<_>>();
        // Tera would take it for a name.
        let begins_with_if =
            |tag: &&scan::Tag<'_>| tag.kind == TagKind::Print && tag.text(0) == "if";
        for tag in tags.iter().filter(begins_with_if) {
            let message = "`if` does not begin an expression".to_owned();
            let fault = Fault::fatal(tag.range.clone(), Code::TemplateSyntax, message);
            faults.push((place(&fault.range), explained(fault, place(&tag.range), &foreign)));
        }
        let placed = found.into_iter().map(|fault| (place(&fault.range), fault));
        faults.extend(placed.map(|(place, fault)| (place, explained(fault, place, &foreign))));
        let first_number =
            self.templates.last().map_or(0, |last| last.first_number + last.tags.len() as u32);
        let prepared = prepare::prepare(text.text, &tags, first_number, &text.code_filters);
        let included = tags.iter().filter_map(scan::Tag::included);
        let includes = included.map(|(_, name)| name.to_owned()).collect();
        let tags = tags
            .iter()
            .zip(uses)
            .map(|(tag, uses)| CompiledTag { place: place(&tag.inside()), uses });
        Some(Template {
            name: text.name.clone(),
            file: text.file,
            prepared,
            first_number,
            tags: tags.collect(),
            includes,
            foreign,
        })
    }

    fn includes_end(&self, faults: &mut Vec<(Span, Fault)>) {
        let included = self.templates.iter().map(|template| {
            (template.name.as_str(), template.includes.iter().map(String::as_str).collect())
        });
        for name in includes::too_deep(&included.collect()) {
            let at_fault = self.templates.iter().find(|template| template.name == name);
            let most = includes::DEEPEST;
            let message = format!("from here on, more than {most} templates include each other");
            let fault = Fault::fatal(0..0, Code::TemplateSyntax, message);
            faults.extend(at_fault.map(|it| (Span { file: it.file, start: 0, end: 0 }, fault)));
        }
    }

    /// Gives all templates to Tera, leaving out those it refuses, until it takes the rest.
    fn compile(&mut self, faults: &mut Vec<(Span, Fault)>) {
        let known: Vec<FileId> =
            faults.iter().filter(|(_, it)| it.is_fatal).map(|(place, _)| place.file).collect();
        let is_sound = |index: &usize| !known.contains(&self.templates[*index].file);
        let mut accepted: Vec<usize> = (0..self.templates.len()).filter(is_sound).collect();
        while !accepted.is_empty() {
            let batch = accepted.iter().map(|index| {
                let template = &self.templates[*index];
                (template.name.clone(), template.prepared.text.clone())
            });
            let Err(error) = self.tera.add_raw_templates(batch.collect::<Vec<_>>()) else { return };
            let failure = self.failure(&error);
            if failure.place.is_none() && !known.is_empty() {
                // It misses a template that was left out.
                return;
            }
            let at_fault = failure.place.and_then(|place| {
                accepted.iter().position(|index| self.templates[*index].file == place.file)
            });
            let removed = accepted.remove(at_fault.unwrap_or(accepted.len() - 1));
            let Template { file, foreign, .. } = &self.templates[removed];
            let place = failure.place.unwrap_or(Span { file: *file, start: 0, end: 0 });
            let fault = Fault::fatal(0..0, Code::TemplateSyntax, failure.message);
            faults.push((place, explained(fault, place, foreign)));
        }
    }

    pub fn contains(&self, template: &str) -> bool {
        self.tera.contains_template(template)
    }

    /// The text of a template with the values it prints marked.
    pub fn render(&self, template: &str, context: &Context) -> Result<String, RenderFailure> {
        account::open();
        let mut output = Output::new();
        let rendered = self.tera.render_to(template, context, &mut output);
        rendered.map_err(|error| {
            let failure = self.failure(&error);
            let spent = account::spent().filter(|_| failure.place.is_none());
            RenderFailure { message: spent.map_or(failure.message, str::to_owned), ..failure }
        })?;
        let text = String::from_utf8(output.0).expect("texts and values are UTF-8");
        Ok(markers::indented(text))
    }

    /// The tag with a number.
    pub fn tag(&self, number: u32) -> &CompiledTag {
        let index = self.templates.partition_point(|template| template.first_number <= number);
        let template = &self.templates[index - 1];
        &template.tags[(number - template.first_number) as usize]
    }

    /// The names that decide what a tag printed in a file of a template. A component's parameter
    /// leads to the argument of its call, where the template calls it with one only.
    pub fn decided_by(&self, template: &str, number: u32) -> Vec<Path> {
        let called_from = self.templates.iter().find(|known| known.name == template);
        let calls = called_from.into_iter().flat_map(|template| &template.tags);
        let given: Vec<&Use> = calls.flat_map(|tag| &tag.uses).collect();
        let leads_to = |used: &Use| match &used.component {
            None => Some(used.path.clone()),
            Some(component) => {
                let (parameter, rest) = used.path.0.split_first()?;
                let mut arguments = given.iter().filter(|it| {
                    let argument = it.argument.as_ref();
                    argument.is_some_and(|(name, to)| name == component && **to == **parameter)
                });
                let first =
                    arguments.next().filter(|first| arguments.all(|it| it.path == first.path))?;
                Some(Path(first.path.0.iter().chain(rest).cloned().collect()))
            }
        };
        self.tag(number).uses.iter().filter_map(leads_to).collect()
    }

    fn failure(&self, error: &tera::Error) -> RenderFailure {
        let Translated { at, message, not_given } = tera_error::translate(error);
        let found = at.and_then(|(name, range)| {
            let template = self.templates.iter().find(|template| template.name == name)?;
            Some((template, template.prepared.original(range)))
        });
        let Some((template, range)) = found else {
            return RenderFailure { place: None, message, tag: None, not_given };
        };
        let place = Span { file: template.file, start: range.start as u32, end: range.end as u32 };
        let around =
            |tag: &CompiledTag| tag.place.start <= place.start && place.end <= tag.place.end;
        let index = template.tags.iter().position(around);
        // What is only in the prepared text wraps a whole tag, and a value that is not set fails
        // the whole tag, whichever filter finds it.
        let whole = index.filter(|_| range.is_empty() || not_given);
        let place = whole.map_or(place, |index| template.tags[index].place);
        let tag = index.map(|index| template.first_number + index as u32);
        RenderFailure { place: Some(place), message, tag, not_given }
    }
}

fn strict_tera(code: &[CodeFilter], styles: &[FilterStyle]) -> Tera {
    let mut tera = Tera::default();
    let delimiters = tera::Delimiters {
        comment_start: COMMENT_START.into(),
        comment_end: COMMENT_END.into(),
        variable_start: PRINT_START.into(),
        variable_end: PRINT_END.into(),
        ..Default::default()
    };
    tera.set_delimiters(delimiters).expect("the delimiters are two bytes each and differ");
    // Everything is printed through [`placed`]. Anything else becomes text, which no format accepts
    // unquoted.
    tera.autoescape_on([""]);
    tera.set_escape_fn(|text: &str, out: &mut dyn Write| {
        out.write_all(markers::marked(ValueKind::Text, 0, text).as_bytes())
    });
    account::register(&mut tera);
    tera.register_filter(names::RELATIVE, relative);
    for (name, printer) in code {
        let printer = *printer;
        let styles: Vec<FilterStyle> =
            styles.iter().filter(|style| style.filter == *name).copied().collect();
        tera.register_filter(*name, move |value: Value, options: Kwargs, _: &State<'_>| {
            let printer = match options.get::<&str>("style")? {
                Some(style) => styled(&styles, style)?.print,
                None => printer,
            };
            if value.is_undefined() {
                return Err(tera_error::not_given());
            }
            account::charge_value(&value)?;
            let data = serde_json::to_value(&value).map_err(tera::Error::message)?;
            printer(&data).map(|code| Value::safe_string(&code)).map_err(tera::Error::message)
        });
    }
    tera
}

/// The style of a filter that a template names.
fn styled<'a>(styles: &'a [FilterStyle], wanted: &str) -> tera::TeraResult<&'a FilterStyle> {
    let known: Vec<&str> = styles.iter().map(|style| style.style).collect();
    let refused = || match known.is_empty() {
        true => "this filter has no styles".to_owned(),
        false => format!("there is no style `{wanted}`: {}", english::there_are(&known)),
    };
    let style = styles.iter().find(|style| style.style == wanted);
    style.ok_or_else(|| tera::Error::message(refused()))
}

/// Puts a value between the marks that say what it is. A safe string is what a code filter printed.
fn placed(value: &Value, tag: u32) -> tera::TeraResult<Value> {
    account::charge_value(value)?;
    let kind = match () {
        () if value.is_string() && value.is_safe() => ValueKind::Code,
        () if value.is_string() => ValueKind::Text,
        () if value.is_bool() || value.is_number() => ValueKind::Bare,
        () if value.is_undefined() || value.is_none() => {
            return Err(tera_error::not_given());
        }
        () => {
            let message =
                "a list or a table cannot be printed as it is: end with `| hcl` or `| yaml`";
            return Err(tera::Error::message(message));
        }
    };
    let text = value.as_str().map_or_else(|| value.to_string().into(), std::borrow::Cow::Borrowed);
    Ok(Value::safe_string(&markers::marked(kind, tag, &text)))
}

/// Turns a path relative to `environments.toml` into one from the directory of the file itself.
fn relative(value: Value, _: Kwargs, state: &State<'_>) -> tera::TeraResult<Value> {
    let Some(text) = value.as_str() else { return Err(tera_error::not_given()) };
    let path = RelativePath::parse(text).map_err(tera::Error::message)?;
    let file = state.get::<Value>(names::FILE)?.unwrap_or_else(Value::undefined);
    let directory = file.get_from_path("directory").and_then(Value::as_str).unwrap_or_default();
    Ok(Value::from(path.relative_to(directory)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::markers::{Piece, pieces};
    use crate::model::span::Sources;
    use crate::template::map;

    fn load(texts: &[(&str, &str)]) -> (Sources, Engine, Vec<String>) {
        let mut sources = Sources::default();
        let files: Vec<FileId> =
            texts.iter().map(|(name, text)| sources.add(*name, *text)).collect();
        let texts = texts.iter().zip(files).map(|((name, text), file)| Text {
            name: (*name).to_owned(),
            file,
            text,
            root: Shape::OPEN,
            code_filters: vec!["hcl"],
        });
        let (engine, faults) =
            Engine::load(texts.collect(), &[("hcl", |value| Ok(value.to_string()))], &[]);
        let faults = faults
            .iter()
            .map(|(place, fault)| format!("{}: {}", sources.show(*place), fault.message))
            .collect();
        (sources, engine, faults)
    }

    fn context() -> Context {
        let mut context = Context::new();
        let service = map([
            ("name", Value::from("a \"b\"")),
            ("port", Value::from(80)),
            ("digits", Value::from("012")),
            ("list", Value::from(vec![Value::from("x")])),
            ("on", Value::from(true)),
        ]);
        context.insert_value("service", service);
        context.insert_value("file", map([("directory", Value::from("generated/dev"))]));
        context
    }

    /// Values are shown as `<kind:text>`.
    #[track_caller]
    fn check(template: &str, expected: &str) {
        let (_, engine, faults) = load(&[("t", template)]);
        assert_eq!(faults, [""; 0]);
        let output = engine.render("t", &context()).unwrap();
        let shown: String = pieces(&output)
            .iter()
            .map(|piece| match piece {
                Piece::Literal(text) => (*text).to_owned(),
                Piece::Value(value) => format!("<{:?}:{}>", value.kind, value.text),
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn values_come_out_marked_with_what_they_are() {
        check("{{ service.name }} {{ service.port }}", "<Text:a \"b\"> <Bare:80>");
        check("{{ service.digits }} {{ service.on }}", "<Text:012> <Bare:true>");
        check("{{ service.list | hcl }}", "<Code:[\"x\"]>");
        check("{{ \"a\" ~ service.port }}", "<Text:a80>");
        check("{{ service.x | default(value=1) }}", "<Bare:1>");
        check("{{ \"charts/icepack\" | relative }}", "<Text:../../charts/icepack>");
        check("{{ 'a' if service.on else 'b' }}", "<Text:a>");
        check("{% for x in service.list %}{{ x }}{% endfor %}", "<Text:x>");
    }

    /// A template that would go on for ever, or fill any memory, fails in the end.
    #[track_caller]
    fn goes_on(texts: &[(&str, &str)]) {
        let (_, engine, faults) = load(texts);
        assert_eq!(faults, [""; 0]);
        let failure = engine.render("t", &context()).unwrap_err();
        assert!(failure.message.starts_with("template exceeds the limit"), "{}", failure.message);
    }

    #[test]
    fn every_template_comes_to_an_end() {
        let many = "range(end=100000)";
        let twice = |text: &str| {
            format!(
                "{{% for a in {many} %}}{{% for b in {many} %}}{text}{{% endfor %}}{{% endfor %}}"
            )
        };
        goes_on(&[("t", &twice(""))]);
        goes_on(&[("t", &twice("text "))]);
        goes_on(&[("t", &format!("{{{{ [[b for b in {many}] for a in {many}] | length }}}}"))]);
        let grows = |first: &str, next: &str| {
            format!("{{% set a = {first} %}}{}", format!("{{% set a = {next} %}}").repeat(40))
        };
        goes_on(&[("t", &grows("'x'", "a ~ a"))]);
        goes_on(&[("t", &grows("['x']", "[a, a]"))]);
        goes_on(&[("t", &grows("'xx'", "a | replace(from='x', to=a)"))]);
        goes_on(&[("t", &grows("'xx'", "[a, a, a] | join(sep=a)"))]);
        let calls = "{{<c />}}".repeat(9);
        let component =
            |rest: &str| format!("{{% component c() %}}{rest}{{% endcomponent c %}}{{{{<c />}}}}");
        let (_, engine, _) = load(&[("t", &component(&calls))]);
        assert!(engine.render("t", &context()).is_err());
        let includes: Vec<String> =
            (0..9).map(|index| format!("{{% include '{}' %}}", index + 1).repeat(9)).collect();
        let names: Vec<String> = (0..9).map(|index| index.to_string()).collect();
        let mut texts: Vec<(&str, &str)> =
            names.iter().map(String::as_str).zip(includes.iter().map(String::as_str)).collect();
        texts.extend([("9", ""), ("t", "{% include '0' %}")]);
        goes_on(&texts);
    }

    #[test]
    fn what_is_charged_is_what_it_was() {
        check("{% set a = service.list %}{% for x in a -%}  {{ x }}{% endfor %}", "<Text:x>");
        check("{{ [x ~ 1 for x in service.list] | first }}", "<Text:x1>");
        check("{{ range(start=1, end=8, step_by=3) | join(sep='-') }}", "<Text:1-4-7>");
        check("{{ 'a.b' | replace(from='.', to='') }}", "<Text:ab>");
        check("{{ 12 | str }}{% for turn in [1] %}{{ turn }}{% endfor %}", "<Text:12><Bare:1>");
    }

    #[test]
    fn an_unset_value_is_false_in_an_if_at_any_depth() {
        check("{% if service.a.b.c %}x{% else %}y{% endif %}", "y");
        check("{% if service.a.b == \"c\" %}x{% endif %}", "");
    }

    #[track_caller]
    fn fails(template: &str, expected: &str) {
        let (sources, engine, faults) = load(&[("t", template)]);
        assert_eq!(faults, [""; 0]);
        let failure = engine.render("t", &context()).unwrap_err();
        let place = failure.place.expect("a place");
        let shown =
            format!("{} {}: {}", sources.show(place), sources.slice(place), failure.message);
        assert!(shown.starts_with(expected), "{shown}");
    }

    #[test]
    fn a_failure_points_into_the_template() {
        fails(
            "a\n  {% if true %}\n  {{ service.x.y }}\n  {% endif %}",
            "t:3:6 service.x.y: this has no value",
        );
        fails("a {{ service.list }}", "t:1:6 service.list: a list or a table");
        fails("{{ service.name }} {{ service.name + 1 }}", "t:1:31 name + 1: `+` requires");
    }

    #[test]
    fn all_templates_with_mistakes_are_found_in_one_run() {
        let (_, engine, faults) = load(&[
            ("a", "{% if %}"),
            ("b", "fine"),
            ("c", "{{ x"),
            ("d", "{% endif %}"),
            ("e", "\u{1}"),
            ("e'", "\u{fdd0}"),
            ("f", "\r"),
            ("g", &format!("{{% if 1 %}}{}{{% endif %}}", "{% elif 1 %}".repeat(9999))),
        ]);
        assert_eq!(faults.len(), 7, "{faults:?}");
        assert!(engine.contains("b") && !engine.contains("a"));
    }
}

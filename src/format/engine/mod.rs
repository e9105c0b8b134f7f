//! Templates of other engines: those of Terraform's `templatefile`, and those of Go as Helm and
//! helmfile have them.
//!
//! The engine's own expressions are text that stays as it is. Around them, a value is escaped for its
//! position in the file that the engine prints, and then so that the engine prints it unchanged.

mod expression;

use std::borrow::Cow;

use super::hcl::double_sign;
use super::json;
use super::markers::{MarkedValue, Piece, ValueKind};
use super::placeholders::{PLACEHOLDER, PlaceholderText};
use super::seal::Comment;
use super::shell::script::Shell;
use super::yaml::Yaml;
use super::{
    CodeFilter, Format, InvalidValue, LayoutMode, Printed, Refusal, TemplatePrinter, text,
};

/// Files of an engine.
pub(super) struct EngineFormat {
    name: &'static str,
    file_names: &'static [&'static str],
    syntax: Syntax,
    /// The format of what the engine prints.
    printed: PrintedFormat,
    comment: Option<Comment>,
}

/// The engines by their syntax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Syntax {
    /// `{{ … }}`
    Go,
    /// `${ … }` and `%{ … }`
    Terraform,
    /// Either of them: names such as `x.tpl` do not tell.
    Either,
}

/// The format of what an engine prints.
#[derive(Clone, Copy)]
enum PrintedFormat {
    Known(&'static dyn Format),
    /// Found by how the template begins.
    Unknown,
}

macro_rules! engine {
    ($name:literal, $syntax:ident, $printed:expr, $comment:expr, $file_names:expr) => {
        EngineFormat {
            name: $name,
            file_names: $file_names,
            syntax: Syntax::$syntax,
            printed: $printed,
            comment: $comment,
        }
    };
}

const YAML: PrintedFormat = PrintedFormat::Known(&Yaml);
const JSON: PrintedFormat = PrintedFormat::Known(&json::JSON);
const SHELL: PrintedFormat = PrintedFormat::Known(&Shell);
const HASH: Option<Comment> = Some(Comment::Hash);
const GO: Option<Comment> = Some(Comment::GoTemplate);

pub(super) static GO_YAML: EngineFormat =
    engine!("Go template of YAML", Go, YAML, HASH, &["*.yaml.gotmpl", "*.yml.gotmpl"]);
pub(super) static GO_ANY: EngineFormat =
    engine!("Go template", Go, PrintedFormat::Unknown, GO, &["*.gotmpl"]);
pub(super) static TERRAFORM_YAML: EngineFormat =
    engine!("Terraform template of YAML", Terraform, YAML, HASH, &["*.yaml.tftpl", "*.yml.tftpl"]);
pub(super) static TERRAFORM_JSON: EngineFormat =
    engine!("Terraform template of JSON", Terraform, JSON, None, &["*.json.tftpl"]);
pub(super) static TERRAFORM_SHELL: EngineFormat =
    engine!("Terraform template of shell code", Terraform, SHELL, HASH, &["*.sh.tftpl"]);
pub(super) static TERRAFORM_ANY: EngineFormat =
    engine!("Terraform template", Terraform, PrintedFormat::Unknown, None, &["*.tftpl"]);
pub(super) static EITHER_YAML: EngineFormat =
    engine!("template of YAML", Either, YAML, HASH, &["*.yaml.tpl", "*.yml.tpl"]);
pub(super) static EITHER_JSON: EngineFormat =
    engine!("template of JSON", Either, JSON, None, &["*.json.tpl"]);
pub(super) static EITHER_SHELL: EngineFormat =
    engine!("template of shell code", Either, SHELL, HASH, &["*.sh.tpl"]);
pub(super) static EITHER_ANY: EngineFormat =
    engine!("template", Either, PrintedFormat::Unknown, None, &["*.tpl"]);

impl Format for EngineFormat {
    fn name(&self) -> &'static str {
        self.name
    }

    fn file_names(&self) -> &'static [&'static str] {
        self.file_names
    }

    fn comment(&self) -> Option<Comment> {
        self.comment
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        match self.printed {
            PrintedFormat::Known(format) => format.code_filters(),
            PrintedFormat::Unknown => &[],
        }
    }

    fn template_printer(&self) -> TemplatePrinter {
        let (syntax, printed) = (self.syntax, self.printed);
        Box::new(move |pieces, _| print(pieces, syntax, printed))
    }
}

/// What is in the place of an expression while the format of the printed file reads the text: a word,
/// or a comment if the expression is alone on its line.
const WORD: char = '\u{FDD1}';
const LINE: char = '\u{FDD2}';

const IN_EXPRESSION: Refusal = Refusal {
    reason: "inside an expression of the engine, a value must be a plain word",
    help: "use letters, digits, `_`, `-`, `.` and `/`",
};
const OPENS_EXPRESSION: Refusal = Refusal {
    reason: "the engine may take the value for an expression of its own",
    help: "change the setting, or name the engine by the name of the file: `.tftpl` or `.gotmpl`",
};
const UNPRINTABLE: Refusal = Refusal {
    reason: "the value contains a character that is no text",
    help: "change the setting",
};

fn print(
    pieces: &[Piece<'_>],
    syntax: Syntax,
    printed: PrintedFormat,
) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let template = expression::split(&source, syntax);
    let mut invalid: Vec<InvalidValue> = template.invalid.clone();
    let values = template.values.iter().filter_map(|value| Some((value, refused(value, syntax)?)));
    invalid.extend(values.map(|(value, refusal)| refusal.of(value.tag)));
    if !invalid.is_empty() {
        return Err(invalid);
    }
    let literals = template.text.split(PLACEHOLDER).map(Piece::Literal);
    let mut values = template.values.iter().map(|value| Piece::Value((*value).clone()));
    let mut around: Vec<Piece<'_>> = Vec::new();
    for literal in literals {
        around.extend((!around.is_empty()).then(|| values.next()).flatten());
        around.push(literal);
    }
    let around: Vec<Piece<'_>> =
        around.into_iter().filter(|piece| *piece != Piece::Literal("")).collect();
    let printed = printed.print(&around, &template.text)?;
    Ok(template.put_back(&printed, syntax))
}

/// The reason why a value cannot be in a template of a syntax, wherever it is.
fn refused(value: &MarkedValue<'_>, syntax: Syntax) -> Option<Refusal> {
    let text = &*value.text;
    let opens = ["{{", "${", "%{"].iter().any(|sign| text.contains(sign))
        || text.starts_with('{')
        || text.ends_with(['{', '$', '%']);
    match (value.kind, syntax) {
        _ if text.contains([WORD, LINE]) => Some(UNPRINTABLE),
        (ValueKind::Text | ValueKind::Code, Syntax::Either) if opens => Some(OPENS_EXPRESSION),
        _ => None,
    }
}

impl PrintedFormat {
    fn print(self, pieces: &[Piece<'_>], text: &str) -> Result<Printed, Vec<InvalidValue>> {
        let format: &dyn Format = match self {
            PrintedFormat::Known(format) => format,
            PrintedFormat::Unknown if text.starts_with("#!") => &Shell,
            PrintedFormat::Unknown if text.starts_with("#cloud-config") => &Yaml,
            PrintedFormat::Unknown if text.trim_start().starts_with('{') => &json::JSON,
            PrintedFormat::Unknown => {
                return text::print(pieces, &[("#", ""), ("//", ""), ("<!--", "-->")], &['`']);
            }
        };
        (format.template_printer())(pieces, LayoutMode::Keep)
    }
}

impl Syntax {
    /// A text as the engine must have it to print it unchanged.
    fn escaped(self, text: &str) -> Cow<'_, str> {
        match self {
            Syntax::Go if text.contains("{{") => Cow::Owned(text.replace("{{", "{{\"{{\"}}")),
            Syntax::Terraform if text.contains('{') => {
                let mut out = String::with_capacity(text.len() + 8);
                for c in text.chars() {
                    if c == '{' {
                        double_sign(&mut out, "{");
                    }
                    out.push(c);
                }
                Cow::Owned(out)
            }
            _ => Cow::Borrowed(text),
        }
    }
}

#[cfg(test)]
mod tests;

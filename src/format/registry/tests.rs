//! A format of the tests, and the tests of the list.

use serde_json::Value;

use super::*;
use crate::format::markers::{Piece, ValueKind};
use crate::format::seal::Comment;
use crate::format::{DataPrinter, DataStep, InvalidValue, ParseError, Printed, Refusal};

/// A format that only tests have: lines of `key = value`.
pub(in crate::format) struct Ini;

impl Format for Ini {
    fn name(&self) -> &'static str {
        "INI"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.ini"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        &[("ini", |value| value.as_str().map(str::to_owned).ok_or_else(|| "no string".to_owned()))]
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }

    fn data_printer(&self) -> Option<DataPrinter> {
        Some(DataPrinter { text: |data| Ok(text(data)), line_paths: paths })
    }

    fn read_back(&self, text: &str) -> Result<(), ParseError> {
        let is_wrong =
            |line: &str| !(line.contains(" = ") || line.starts_with('#') || line.is_empty());
        match text.lines().position(is_wrong) {
            Some(line) => Err((line + 1, 1, "no `key = value`".to_owned())),
            None => Ok(()),
        }
    }
}

/// Prints only values of the filter `ini`.
fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let mut printed = Printed::default();
    for piece in pieces {
        match piece {
            Piece::Literal(literal) => printed.text.push_str(literal),
            Piece::Value(value) if value.kind == ValueKind::Code => {
                printed.text.push_str(&value.text);
            }
            Piece::Value(value) => {
                let refusal = Refusal { reason: "not through `ini`", help: "use it" };
                return Err(vec![refusal.of(value.tag)]);
            }
        }
    }
    Ok(printed)
}

fn entries(data: &Value) -> impl Iterator<Item = (&String, &Value)> {
    data.as_object().into_iter().flatten()
}

fn text(data: &Value) -> String {
    let shown = |value: &Value| value.as_str().map_or(value.to_string(), str::to_owned);
    entries(data).map(|(key, value)| format!("{key} = {}\n", shown(value))).collect()
}

fn paths(data: &Value) -> Vec<Vec<DataStep<'_>>> {
    entries(data).map(|(key, _)| vec![DataStep::Key(key)]).collect()
}

#[track_caller]
fn check(path: &str, format: Option<&str>) {
    assert_eq!(of(path).map(|format| format.name()), format, "{path}");
}

#[test]
fn a_name_decides_the_format() {
    for path in ["main.tf", "a/b.tfvars", "a.b.tofu", ".terraform.lock.hcl", ".tf"] {
        check(path, Some("HCL"));
    }
    check("a/values.yaml", Some("YAML"));
    check("deploy.yml", Some("YAML"));
    check("a.tf/README.md", Some("Markdown"));
    for path in ["CODEOWNERS", ".github/CODEOWNERS", ".gitignore", "a/.dockerignore"] {
        check(path, Some("lines of words"));
    }
    check("a/b.ini", Some("INI"));
    check("a/main.tf.json", Some("Terraform JSON"));
    check("terraform.tfvars.json", Some("JSON"));
    check("prod.s3.tfbackend", Some("HCL"));
    for path in [".env", "a/prod.env", ".env.prod"] {
        check(path, Some("dotenv"));
    }
    check("GNUmakefile", Some("make"));
    check("values.yaml.gotmpl", Some("Go template of YAML"));
    check("x.gotmpl", Some("Go template"));
    check("a.sh.tftpl", Some("Terraform template of shell code"));
    check("a.conf.tftpl", Some("Terraform template"));
    check("templates/_helpers.tpl", Some("template"));
    for path in [
        "",
        ".environment",
        "Makefile.in",
        "tf",
        "a.tf.bak",
        "CODEOWNERS.md2",
        "my-CODEOWNERS",
        "a.gitignore",
        "md/",
    ] {
        check(path, None);
    }
}

#[test]
fn no_two_formats_share_a_name_a_filter_or_a_file() {
    let names = FORMATS.iter().map(|format| format.name());
    let texts = text::all().map(|format| format.name());
    let names = names.chain(texts);
    let filters = code_filters().into_iter().map(|(name, _)| name);
    let files = file_names(|_| true);
    for mut all in [names.collect::<Vec<_>>(), filters.collect(), files] {
        all.sort_unstable();
        assert!(all.is_sorted_by(|a, b| a < b), "{all:?}");
    }
}

#[test]
fn the_pack_guide_lists_every_format() {
    let code = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        if words.is_empty() { "none".to_owned() } else { words.join(", ") }
    };
    let row = |format: &&dyn Format| {
        let filters: Vec<&str> = format.code_filters().iter().map(|(name, _)| *name).collect();
        let data = if format.data_printer().is_some() { "yes" } else { "no" };
        let names = code(format.file_names());
        let seal = format.comment().map_or("beside".to_owned(), |it| format!("`{}`", it.signs()));
        format!("| {names} | {} | {} | {data} | {seal} |\n", format.name(), code(&filters))
    };
    let rows: String = FORMATS.iter().filter(|it| it.name() != Ini.name()).map(row).collect();
    let guide = include_str!("../../../docs/packs.md");
    assert!(guide.contains(&format!("| --- | --- | --- | --- | --- |\n{rows}\n")), "{rows}");
}

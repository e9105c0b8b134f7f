//! The facts in Terraform files that rules check: account guards, trust policies and module calls.
//!
//! Reads texts and judges nothing. A text that is not valid HCL contains no facts.

use hcl_edit::Span;
use hcl_edit::structure::{Attribute, Block, Body};

use super::hcl_value::{HclObject, HclValue, LineStarts, ValueReader};
use crate::format::hcl;

/// The call of a module. Lines are counted from 0.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    pub line: usize,
    pub source_line: usize,
    /// The arguments, without those that Terraform itself defines.
    pub arguments: Vec<CallArgument>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct CallArgument {
    pub name: String,
    pub line: usize,
    pub value: HclValue,
}

/// A block that names an AWS account.
#[derive(Debug, PartialEq, Eq)]
pub struct AccountGuard {
    /// The kind of block: `provider "aws"`.
    pub what: String,
    pub line: usize,
    pub arguments: HclObject,
}

/// A `backend` block, by its kind and its line.
#[derive(Debug, PartialEq, Eq)]
pub struct BackendHead {
    pub kind: String,
    pub line: usize,
}

/// The blocks of a file that rules judge. It depends on no plain string and on no number that is the value
/// of an argument.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RootFacts {
    pub backends: Vec<BackendHead>,
    pub guards: Vec<AccountGuard>,
    /// The blocks that may hold policies.
    pub policies: Vec<HclValue>,
    pub calls: Vec<Call>,
}

/// The folders of the modules that a file calls by a path relative to its own.
pub(crate) fn local_sources(text: &str) -> Vec<String> {
    let body = text.contains("module").then(|| body(text)).flatten();
    let calls = body.iter().flat_map(|body| body.get_blocks("module"));
    let sources = calls.filter_map(|call| call.body.get_attribute("source")?.value.as_str());
    sources.filter(|source| source.starts_with('.')).map(str::to_owned).collect()
}

/// The facts of a file, `None` where it cannot be parsed.
pub(crate) fn root_facts(text: &str) -> Option<RootFacts> {
    let body = body(text)?;
    let lines = LineStarts::of(text);
    let reader = FactsReader { lines: &lines, values: ValueReader::of(&lines) };
    let mut facts = RootFacts::default();
    for backend in body.get_blocks("terraform").flat_map(|it| it.body.get_blocks("backend")) {
        facts.backends.extend(reader.backend(backend));
        // Of the backends, only that of AWS can guard its account.
        if has_label(backend, "s3") {
            facts.guards.push(reader.guard(backend));
        }
    }
    for block in body.blocks() {
        match block.ident.as_str() {
            "provider" if has_label(block, "aws") => facts.guards.push(reader.guard(block)),
            "provider" | "terraform" => {}
            kind => {
                if kind == "module" {
                    facts.calls.extend(reader.call(block));
                }
                let value = HclValue::Object(reader.values.block(block));
                if value.has_inner_object() {
                    facts.policies.push(value);
                }
            }
        }
    }
    Some(facts)
}

/// The string that is given on a line, where it is given whole.
pub(crate) fn given(line: &str) -> Option<&str> {
    let (value, rest) = line.split_once('=')?.1.trim().strip_prefix('"')?.split_once('"')?;
    let rest = rest.trim_start();
    let is_whole = rest.is_empty() || rest.starts_with('#') || rest.starts_with("//");
    (is_whole && !value.contains(['\\', '$', '%'])).then_some(value)
}

fn body(text: &str) -> Option<Body> {
    hcl::parse(text).ok()
}

fn has_label(block: &Block, label: &str) -> bool {
    block.labels.first().is_some_and(|first| first.as_str() == label)
}

/// Reads the facts of a file.
struct FactsReader<'t> {
    lines: &'t LineStarts<'t>,
    values: ValueReader<'t>,
}

impl FactsReader<'_> {
    fn backend(&self, block: &Block) -> Option<BackendHead> {
        let kind = block.labels.first()?.as_str().to_owned();
        Some(BackendHead { kind, line: self.lines.line_of(block.span()) })
    }

    fn guard(&self, block: &Block) -> AccountGuard {
        let label = block.labels.first().map_or("", |label| label.as_str());
        AccountGuard {
            what: format!("{} \"{label}\"", block.ident.as_str()),
            line: self.lines.line_of(block.span()),
            arguments: self.values.block(block),
        }
    }

    fn call(&self, block: &Block) -> Option<Call> {
        let source = block.body.get_attribute("source")?;
        let is_argument = |key: &str| {
            !matches!(key, "source" | "version" | "providers" | "count" | "for_each" | "depends_on")
        };
        let line_of = |span| self.lines.line_of(span);
        let attributes = block.body.attributes().filter(|it| is_argument(it.key.as_str()));
        // In this block, an argument may be called as those of Terraform itself.
        let escaped = block.body.get_blocks("_").flat_map(|it| it.body.attributes());
        let argument = |it: &Attribute| CallArgument {
            name: it.key.as_str().to_owned(),
            line: line_of(it.span()),
            value: self.values.argument(&it.value),
        };
        Some(Call {
            name: block.labels.first()?.as_str().to_owned(),
            line: line_of(block.span()),
            source_line: line_of(source.span()),
            arguments: attributes.chain(escaped).map(argument).collect(),
        })
    }
}

/// Returns true if Terraform would load a file of this name.
pub(crate) fn terraform_loads(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    is_configuration(name) || stem == "terraform.tfvars" || stem.ends_with(".auto.tfvars")
}

/// Returns true if the file at a path is a part of a root: Terraform reads its blocks.
pub(crate) fn is_code(path: &str) -> bool {
    is_configuration(path.rsplit('/').next().unwrap_or(path))
}

/// Returns true if the file at a path is in Terraform's JSON.
pub(crate) fn is_json_code(path: &str) -> bool {
    is_code(path) && path.ends_with(".json")
}

/// Returns true if Terraform reads a file of this name as a part of the configuration. It ignores
/// hidden files and the files that editors leave behind; those with values of variables it reads
/// whatever their names begin with.
fn is_configuration(name: &str) -> bool {
    has_configuration_ending(name) && !name.starts_with('.')
}

/// Returns true if Terraform ignores a file that is called like a part of the configuration.
pub(crate) fn terraform_ignores(name: &str) -> bool {
    has_configuration_ending(name) && name.starts_with('.')
}

fn has_configuration_ending(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    stem.ends_with(".tf") || stem.ends_with(".tofu")
}

/// Returns true if a file of this name may configure the backend of a state.
pub(crate) fn may_hold_backend(name: &str) -> bool {
    is_configuration(name) || name.ends_with(".tfbackend")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_loaded_by_the_end_of_its_name() {
        let loaded = [
            "a.tf",
            "a.tf.json",
            "a.tofu",
            "a.tofu.json",
            "a:b.tf",
            "a\\b.tf",
            "a\nb.tf",
            "~a.tf",
            "#a.tf",
            "terraform.tfvars",
            "terraform.tfvars.json",
            "a.auto.tfvars",
            ".auto.tfvars",
            ".a.auto.tfvars",
            "a.auto.tfvars.json",
        ];
        let ignored = [
            ".a.tf",
            ".tf",
            ".#a.tf",
            "a.tf~",
            "#a.tf#",
            "a.tf.swp",
            ".a.tf.swp",
            "a.tf.orig",
            "a.tf.rej",
            "a.tfx",
            "a.tfvars",
            "a.TF",
            "tf",
            ".a.tf.json",
            "a.tfbackend",
        ];
        assert_eq!(loaded.map(terraform_loads), [true; 15]);
        assert_eq!(ignored.map(terraform_loads), [false; 15]);
    }

    #[track_caller]
    fn guards(text: &str, expected: &[&str]) {
        let found = root_facts(text).unwrap().guards;
        let found: Vec<_> = found.iter().map(|it| it.what.as_str()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn an_account_is_guarded_by_the_provider_and_by_the_backend_of_aws() {
        guards("provider \"aws\" {}\nprovider aws {}\n", &["provider \"aws\"", "provider \"aws\""]);
        guards("provider \"aws\" {}\nprovider \"helm\" {}\n", &["provider \"aws\""]);
        guards("terraform {\n  backend \"s3\" {\n  }\n}\n", &["backend \"s3\""]);
        guards("terraform {\n  backend s3 {\n  }\n}\n", &["backend \"s3\""]);
        guards("terraform {\n  backend \"http\" {\n  }\n}\n", &[]);
    }

    #[test]
    fn a_call_knows_what_it_is_given() {
        let text = "module \"a\" {\n  source = \"../m\"\n\n  name = \"x\"\n  count = 2\n  list = [\n    1,\n  ]\n}\n";
        let [call] = root_facts(text).unwrap().calls.try_into().unwrap();
        assert_eq!((call.name.as_str(), call.line, call.source_line), ("a", 0, 1));
        let arguments: Vec<_> =
            call.arguments.iter().map(|it| (it.name.as_str(), it.line)).collect();
        assert_eq!(arguments, [("name", 3), ("list", 5)]);
        assert_eq!(given("  source = \"../m\""), Some("../m"));
        assert_eq!(given("  source = \"../m\" # \"the\" module"), Some("../m"));
        assert_eq!(given("  source = \"../m\"//x"), Some("../m"));
        assert_eq!(given("  source = \"../m\" == 1"), None);
        assert_eq!(given("  source = \"../${x}\""), None);
        assert_eq!(given("  source = var.m"), None);
    }
}

//! Printed HCL against the real Terraform: its layout, and the strings it reads back.

mod source;
mod strings;

use crate::support::rounds::rounds;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::random::Random;
use crate::support::tools::tool;
use envroot::format::markers::{Piece, ValueKind, marked, pieces};
use envroot::format::{LayoutMode, hcl};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Runs Terraform on a folder; none where it is not installed.
fn terraform(folder: &Path, arguments: &[&str]) -> Option<Output> {
    let program = tool("terraform")?;
    let configuration = folder.join("empty.tfrc");
    fs::write(&configuration, "").unwrap();
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments);
    command.env("TF_CLI_CONFIG_FILE", configuration).env("CHECKPOINT_DISABLE", "1");
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "terraform {arguments:?}: {errors}");
    Some(output)
}

/// The file that a template's output becomes.
fn printed(template_output: &str) -> String {
    hcl::HclPrinter::default().print(&pieces(template_output), LayoutMode::Canonical).unwrap().text
}

/// A text without values, in canonical layout.
fn laid_out(text: &str) -> String {
    hcl::HclPrinter::default().print(&[Piece::Literal(text)], LayoutMode::Canonical).unwrap().text
}

/// Without the blank lines at the end, which `terraform fmt` leaves alone.
fn trimmed(text: &str) -> &str {
    text.trim_end_matches(['\r', '\n'])
}

/// Real files in canonical layout: those of this repository.
fn real_files() -> Vec<String> {
    let mut files = Vec::new();
    for pattern in
        ["generated/**/*.tf", "examples/*/generated/**/*.tf", "tests/cases/*/expected/**/*.tf"]
    {
        let found = glob::glob(pattern).unwrap();
        files.extend(found.map(|path| fs::read_to_string(path.unwrap()).unwrap()));
    }
    assert!(files.len() > 40, "{}", files.len());
    files
}

/// The tables that the rules of rendered files are tested with hold what Terraform reads.
#[test]
fn terraform_reads_the_rows_of_the_rules() {
    let folder = tempfile::tempdir().unwrap();
    for table in ["trust", "accounts"] {
        let rows = fs::read_to_string(format!("tests/rows/{table}.txt")).unwrap();
        for (number, row) in rows.split("\n###").skip(1).enumerate() {
            let (_, text) = row.split_once('\n').unwrap();
            fs::write(folder.path().join(format!("{table}{number}.tf")), text).unwrap();
        }
    }
    terraform(folder.path(), &["fmt", "-list=false"]);
}

/// What the library refuses or reads in another way, Terraform reads as it is tested here.
#[test]
fn terraform_takes_loops_and_heredocs_over_lines() {
    let folder = tempfile::tempdir().unwrap();
    for (number, text) in [
        "locals {\n  a = { for k in [1] : k => k == 1 ? 1 :\n  2 }\n}\n",
        "locals {\n  a = { for k in [1] : k =>\n  k == 1\n  ? 1\n  : 2 }\n}\n",
        "locals {\n  a = { for k in [1] : k => # why\n  k == 1 # x\n  ? 1\n  : 2\n  }\n}\n",
        "locals {\n  a = \"${true ?\n1\n:\n2}\"\n}\n",
        "locals {\n  a = <<EOF\nb << EOF\nEOF\"\nc\nEOF\n}\n",
        "locals {\n  a = <<E\nc\n E c\nA\nB\nE\n}\n",
        "locals {\n  a = { x = 1, x = 2 }\n}\n",
    ]
    .iter()
    .enumerate()
    {
        let is_repeated = text.contains("x = 2");
        assert_eq!(hcl::parse(text).is_ok(), !is_repeated, "{text}");
        fs::write(folder.path().join(format!("{number}.tf")), text).unwrap();
    }
    terraform(folder.path(), &["fmt", "-list=false"]);
}

#[test]
fn layout_equals_terraform_fmt() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    let real = real_files();
    for seed in 0..rounds(4500) as u64 {
        // Every third is a real file, the blanks at the edges of its lines and signs changed.
        let unix = match seed % 3 {
            0 => mangled(&real[seed as usize / 3 % real.len()], &mut Random(seed)),
            _ => source::file(seed),
        };
        let text = if seed % 10 == 0 { unix.replace('\n', "\r\n") } else { unix };
        let path = folder.path().join(format!("{seed}.tf"));
        fs::write(&path, &text).unwrap();
        files.push((path, laid_out(&text)));
    }
    // Quotes in quotes take a run each.
    for _ in 0..4 {
        if terraform(folder.path(), &["fmt", "-list=false"]).is_none() {
            return;
        }
    }
    for (path, printed) in files {
        let expected = fs::read_to_string(&path).unwrap();
        assert_eq!(trimmed(&printed), trimmed(&expected), "{}", path.display());
    }
}

/// A file with other blanks around its lines and before its signs; heredocs stay as they are.
fn mangled(text: &str, random: &mut Random) -> String {
    const BLANKS: &[&str] = &["", "", " ", "   ", "\t", "          "];
    let mut blanks = || *random.pick(BLANKS);
    let mut out = String::new();
    let mut heredoc: Option<&str> = None;
    for line in text.lines() {
        if let Some(marker) = heredoc {
            heredoc = heredoc.filter(|_| line.trim() != marker);
            out.extend([line, "\n"]);
            continue;
        }
        heredoc = line.split_once("<<").map(|(_, rest)| rest.trim_start_matches('-').trim());
        let code = line.trim_start();
        let end = code.find(['"', '#', '/']).unwrap_or(code.len());
        out.push_str(blanks());
        for c in code[..end].chars() {
            if "=[](){},:?".contains(c) && !out.ends_with(['=', '!', '<', '>', ':']) {
                out.push_str(blanks());
            }
            out.push(c);
        }
        out.push_str(&code[end..]);
        let may_end_in_blanks = heredoc.is_none() && !code.contains(['#', '/']);
        out.push_str(if may_end_in_blanks { blanks() } else { "" });
        out.push('\n');
    }
    out
}

/// A Terraform file whose outputs must come back as expected.
#[derive(Default)]
struct Outputs {
    template_output: String,
    expected: BTreeMap<String, Value>,
}

impl Outputs {
    fn add(&mut self, expression: &str, expected: Value) {
        let name = format!("o{}", self.expected.len());
        let lines = format!("output \"{name}\" {{\nvalue = {expression}\n}}\n");
        self.template_output.push_str(&lines);
        self.expected.insert(name, expected);
    }

    /// Terraform leaves the printed file as it is, and reads back every expected value.
    fn come_back(&self) {
        let folder = tempfile::tempdir().unwrap();
        let text = printed(&self.template_output);
        assert!(hcl::parse(&text).is_ok(), "{text}");
        fs::write(folder.path().join("main.tf"), text).unwrap();
        for arguments in [&["fmt", "-check", "-diff"][..], &["apply", "-auto-approve"]] {
            if terraform(folder.path(), arguments).is_none() {
                return;
            }
        }
        let output = terraform(folder.path(), &["output", "-json"]).expect("it just ran");
        let outputs: Value = serde_json::from_slice(&output.stdout).unwrap();
        for (name, expected) in &self.expected {
            assert_eq!(outputs[name]["value"], *expected);
        }
    }
}

#[test]
fn values_in_quotes_come_back_from_terraform() {
    let mut random = Random(1);
    let mut outputs = Outputs::default();
    for _ in 0..rounds(250) {
        let rows: Vec<_> = (0..20).map(|_| strings::text_with_values(&mut random)).collect();
        let mut list = String::from("[\n");
        for (printed, _) in &rows {
            // The full stop keeps a string from being one interpolation, which `fmt` takes apart.
            writeln!(list, "\"{printed}.\",").unwrap();
        }
        let meant: Vec<_> = rows.iter().map(|(_, meant)| format!("{meant}.")).collect();
        outputs.add(&(list + "]"), json!(meant));
    }
    outputs.come_back();
}

#[test]
fn values_in_a_heredoc_come_back_from_terraform() {
    let mut random = Random(2);
    let mut outputs = Outputs::default();
    for _ in 0..rounds(1500) {
        let (printed, meant) = strings::text_with_values(&mut random);
        outputs.add(&format!("<<EOT\n{printed}\nEOT"), json!(format!("{meant}\n")));
    }
    outputs.come_back();
}

#[test]
fn values_in_an_indented_heredoc_come_back_from_terraform() {
    let mut random = Random(3);
    let mut outputs = Outputs::default();
    for _ in 0..rounds(1500) {
        let (mut heredoc, mut expected) = ("<<-EOT\n".to_owned(), String::new());
        for _ in 0..1 + random.below(3) {
            let indent = *random.pick(&["", "  "]);
            let (printed, meant) = strings::text_with_values(&mut random);
            writeln!(heredoc, "    {indent}{printed}").unwrap();
            writeln!(expected, "{indent}{meant}").unwrap();
        }
        heredoc.push_str("    base\n  EOT");
        expected.push_str("base\n");
        outputs.add(&heredoc, json!(expected));
    }
    outputs.come_back();
}

#[test]
fn expressions_come_back_from_terraform() {
    let mut random = Random(4);
    let mut outputs = Outputs::default();
    for _ in 0..rounds(1000) {
        let value = json!({ "for": strings::data(&mut random, 3), "null": [-1.5e-7, 1e100] });
        outputs.add(&marked(ValueKind::Code, 0, &hcl::expression(&value)), value);
    }
    outputs.come_back();
}

proptest! {
    #[test]
    fn layout_of_a_layout_changes_nothing(seed: u64) {
        let once = laid_out(&source::file(seed));
        prop_assert_eq!(laid_out(&once), once);
    }

    #[test]
    fn any_data_is_a_valid_expression_with_a_stable_layout(seed: u64) {
        let value = strings::data(&mut Random(seed), 4);
        let once = printed(&format!("a = {}\n", marked(ValueKind::Code, 0, &hcl::expression(&value))));
        prop_assert!(hcl::parse(&once).is_ok(), "{}", once);
        prop_assert_eq!(laid_out(&once), once);
    }

    #[test]
    fn any_text_is_laid_out_without_loss(text in "[a-c0 \n\t\r\"{}\\[\\](),.$%~#/*<=E-]{0,60}") {
        let is_blank = |c: &char| matches!(c, ' ' | '\t' | '\n' | '\r');
        let signs = |text: &str| text.chars().filter(|c| !is_blank(c)).collect::<String>();
        prop_assert_eq!(signs(&laid_out(&text)), signs(&hcl::rewritten(&text)));
    }
}

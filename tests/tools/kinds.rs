//! Values in files of each kind, as programs read them that are not ours: Python's `json` and
//! `tomllib`, Java's `Properties`, Bash, make, Terraform and Helm.
//!
//! Random strings go into each position of a value; what a position refuses is not printed at all.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::rounds::rounds;
use crate::support::text::texts;
use crate::support::tools::tool;
use envroot::format::markers::{ValueKind, marked, pieces};
use envroot::format::{FORMATS, LayoutMode};
use serde_json::Value;

const SEED: u64 = 11;

/// The text that a format prints for a template with a value for each `@`; `None` if it refuses it.
fn printed(format: &str, template: &str, value: &str) -> Option<String> {
    let format = FORMATS.iter().find(|it| it.name() == format).unwrap();
    let output = template.replace('@', &marked(ValueKind::Text, 0, value));
    let printed = (format.template_printer())(&pieces(&output), LayoutMode::Canonical).ok()?;
    assert_eq!(format.read_back(&printed.text), Ok(()), "{}", printed.text);
    Some(printed.text)
}

/// A folder of files, one for each pair of a place and a value that the place takes, and the texts
/// that readers must find in them. There is a value for at least one in `share` pairs.
struct Files {
    folder: tempfile::TempDir,
    expected: Vec<String>,
}

impl Files {
    fn of(format: &str, places: &[&str], share: usize, count: usize) -> Files {
        let folder = tempfile::tempdir().unwrap();
        let mut expected = Vec::new();
        let texts = texts(rounds(count), SEED);
        for (text, place) in texts.iter().flat_map(|text| places.iter().map(move |it| (text, it))) {
            if let Some(printed) = printed(format, place, text) {
                fs::write(folder.path().join(format!("{:06}", expected.len())), printed).unwrap();
                expected.push(text.clone());
            }
        }
        assert!(expected.len() * share >= texts.len() * places.len(), "{}", expected.len());
        Files { folder, expected }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Compares what a program found in all files, a JSON string on each line.
    #[track_caller]
    fn check(&self, output: &Output) {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found = String::from_utf8(output.stdout.clone()).unwrap();
        for (index, (line, expected)) in found.lines().zip(&self.expected).enumerate() {
            let found: String = serde_json::from_str(line).unwrap();
            let text = || fs::read_to_string(self.path().join(format!("{index:06}"))).unwrap();
            assert_eq!(found, *expected, "{}", text());
        }
        assert_eq!(found.lines().count(), self.expected.len());
    }
}

/// A program of Python that prints the value of `a` in each file.
fn python(read: &str, files: &Files) -> Option<Output> {
    let program = format!(
        "import json, os\nfor name in sorted(os.listdir('.')):\n    text = open(name, newline='').read()\n{read}\n    print(json.dumps(value))\n"
    );
    let python = tool("python3")?;
    Some(Command::new(python).args(["-c", &program]).current_dir(files.path()).output().unwrap())
}

#[test]
fn python_reads_json_and_toml_as_they_were_meant() {
    for (format, places, share, read) in [
        (
            "JSON",
            &["{\"a\": \"@\"}\n", "{\"b\": \"@\", \"a\": \"@\"}\n"][..],
            1,
            "    value = json.loads(text)['a']",
        ),
        (
            "TOML",
            &[
                "a = \"@\" # @\n",
                "a = \"\"\"@\"\"\"\n",
                "b = { c = [\"@\"] }\na = '@'\n",
                "a = '''@'''\n",
            ],
            3,
            "    import tomllib; value = tomllib.loads(text)['a']",
        ),
    ] {
        let files = Files::of(format, places, share, 10_000);
        let Some(output) = python(read, &files) else { return };
        files.check(&output);
    }
}

/// The places of a value in a file of environment variables.
const VARIABLES: [&str; 4] = ["a=@\n", "# @\na='@' # @\n", "b=1\na=\"@\"\n", "export a='@'\n"];

#[test]
fn bash_and_python_read_the_same_environment_variables() {
    let Some(bash) = tool("bash") else { return };
    let files = Files::of("dotenv", &VARIABLES, 10, 10_000);
    let script = "for f in *; do . ./$f; printf '%s\\0' \"$a\"; unset a; done";
    let output =
        Command::new(bash).args(["-c", script]).current_dir(files.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let found = String::from_utf8(output.stdout).unwrap();
    let found: Vec<&str> = found.split_terminator('\0').collect();
    assert_eq!(found, files.expected);
    let Some(node) = tool("node") else { return };
    let script = "const fs = require('fs'); for (const f of fs.readdirSync('.').sort()) console.log(JSON.stringify(require('util').parseEnv(fs.readFileSync(f, 'utf8')).a))";
    let output =
        Command::new(node).args(["-e", script]).current_dir(files.path()).output().unwrap();
    files.check(&output);
}

#[test]
fn java_reads_properties_as_they_were_meant() {
    let Some(java) = tool("java") else { return };
    let places = ["a=@\n", "# @\na : @\n", "a @\nb=1\n", "b=1\\\n  2\na = @"];
    let files = Files::of("properties", &places, 1, 2_000);
    let program = tempfile::tempdir().unwrap();
    let source = program.path().join("Read.java");
    let code = r#"import java.io.*; import java.nio.file.*; import java.util.*;
public class Read {
    public static void main(String[] arguments) throws Exception {
        File[] files = new File(arguments[0]).listFiles();
        Arrays.sort(files);
        StringBuilder out = new StringBuilder();
        for (File file : files) {
            Properties properties = new Properties();
            try (InputStream in = new FileInputStream(file)) { properties.load(in); }
            out.append('"');
            for (char c : properties.getProperty("a").toCharArray()) out.append(String.format("\\u%04x", (int) c));
            out.append("\"\n");
        }
        System.out.print(out);
    }
}
"#;
    fs::write(&source, code).unwrap();
    let output = Command::new(java).arg(&source).arg(files.path()).output().unwrap();
    files.check(&output);
    let keys = Files::of("properties", &["@ = a\n"], 1, 2_000);
    let swapped = code.replace("getProperty(\"a\")", "stringPropertyNames().iterator().next()");
    fs::write(&source, swapped).unwrap();
    let Some(java) = tool("java") else { return };
    let mut keys = keys;
    keys.drop_where(String::is_empty);
    keys.check(&Command::new(java).arg(&source).arg(keys.path()).output().unwrap());
}

impl Files {
    /// Removes the files of some texts.
    fn drop_where(&mut self, is_dropped: impl Fn(&String) -> bool) {
        let mut kept = Vec::new();
        for (index, text) in self.expected.iter().enumerate() {
            match is_dropped(text) {
                true => fs::remove_file(self.path().join(format!("{index:06}"))).unwrap(),
                false => kept.push(text.clone()),
            }
        }
        self.expected = kept;
    }
}

#[test]
fn bash_reads_the_values_of_scripts_as_they_are() {
    let Some(bash) = tool("bash") else { return };
    let places = [
        "#!/bin/bash\na=@\n",
        "#!/bin/bash\n# @\na='@'\n",
        "a=\"@\"\n",
        "f() { a=$1; }; f @\n",
        "f() {\n  a=\"$1\"\n}\nf \"@\" # @\n",
    ];
    let files = Files::of("shell", &places, 3, 2_000);
    let script = "for f in *; do bash -n $f || exit 1; . ./$f; printf '%s\\0' \"$a\"; done";
    let output =
        Command::new(bash).args(["-c", script]).current_dir(files.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let found = String::from_utf8(output.stdout).unwrap();
    assert_eq!(found.split_terminator('\0').collect::<Vec<_>>(), files.expected);
}

#[test]
fn make_passes_every_value_on_as_it_is() {
    let Some(make) = tool("make") else { return };
    let places = [
        "export A := @\nit:\n\t@@printf '%s\\0' \"$$A\"\n",
        "export A = @ # @\nit:\n\t@@printf '%s\\0' \"$$A\"\n",
        "# @\nit:\n\t@@printf '%s\\0' @\n",
        "it:\n\t@@printf '%s\\0' '@'\n",
        "it:\n\t@@printf '%s\\0' \"@\" \\\n\t  && true\n",
    ];
    // `@@` is the sign of make itself.
    let places = places.map(|place| place.replace("@@", "\u{2}"));
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    for text in texts(rounds(1_000), SEED) {
        for place in &places {
            let format = FORMATS.iter().find(|it| it.name() == "make").unwrap();
            let output = place.replace('@', &marked(ValueKind::Text, 0, &text));
            // The mark of the sign would be that of a value.
            let output = output.replace("\t\u{2}", "\t@");
            let Ok(printed) = (format.template_printer())(&pieces(&output), LayoutMode::Keep)
            else {
                continue;
            };
            // A blank at the end of the line with a comment belongs to the variable.
            let has_blank = place.contains("@ # @") && !text.is_empty();
            let expected = format!("{text}{}", if has_blank { " " } else { "" });
            let path = folder.path().join("Makefile");
            fs::write(&path, &printed.text).unwrap();
            for arguments in [&["-n"][..], &[]] {
                let output = Command::new(&make)
                    .args(arguments)
                    .args(["-s", "it"])
                    .current_dir(folder.path())
                    .env_remove("A")
                    .output()
                    .unwrap();
                assert!(output.status.success(), "{}\n{output:?}", printed.text);
                if arguments.is_empty() {
                    let found = String::from_utf8(output.stdout).unwrap();
                    assert_eq!(found, format!("{expected}\0"), "{}", printed.text);
                }
            }
            number += 1;
        }
    }
    assert!(number * 4 >= rounds(1_000) * places.len(), "{number}");
}

/// The outputs of Terraform in a folder; `None` if it is not installed.
fn outputs(folder: &Path) -> Option<Value> {
    let terraform = tool("terraform")?;
    let run = |arguments: &[&str]| {
        let output = Command::new(&terraform).args(arguments).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        output.stdout
    };
    run(&["apply", "-auto-approve", "-no-color"]);
    Some(serde_json::from_slice(&run(&["output", "-json"])).unwrap())
}

#[test]
fn terraform_reads_its_json_and_its_templates_as_they_were_meant() {
    let folder = tempfile::tempdir().unwrap();
    let (mut expected, mut main) = (Vec::new(), String::new());
    let mut add = |name: String, text: &str, code: Option<String>, main: &mut String| {
        expected.push((name.clone(), text.to_owned()));
        if let Some(code) = code {
            main.push_str(&format!("output \"{name}\" {{\n  value = {code}\n}}\n"));
        }
    };
    for (index, text) in texts(rounds(1_000), SEED).iter().enumerate() {
        let json = format!("{{\"output\": {{\"json{index}\": {{\"value\": \"@\"}}}}}}\n");
        let json = printed("Terraform JSON", &json, text).unwrap();
        fs::write(folder.path().join(format!("{index}.tf.json")), json).unwrap();
        add(format!("json{index}"), text, None, &mut main);
        for (kind, template, read) in [
            ("Terraform template of JSON", "{\"a\": \"${x}@\"}\n", "jsondecode"),
            ("Terraform template of YAML", "# @\na: \"${x}@\"\n", "yamldecode"),
        ] {
            let Some(template) = printed(kind, template, text) else { continue };
            let name = format!("{read}{index}");
            fs::write(folder.path().join(&name), template).unwrap();
            let code = format!("{read}(templatefile(\"{name}\", {{ x = \"\" }})).a");
            add(name, text, Some(code), &mut main);
        }
        let template = "%{ if x == \"\" }a \"@\"%{ endif }";
        if let Some(template) = printed("Terraform template", template, text) {
            let name = format!("text{index}");
            fs::write(folder.path().join(&name), template).unwrap();
            let code = format!(
                "trimsuffix(trimprefix(templatefile(\"{name}\", {{ x = \"\" }}), \"a \\\"\"), \"\\\"\\n\")"
            );
            add(name, text, Some(code), &mut main);
        }
    }
    fs::write(folder.path().join("main.tf"), main).unwrap();
    let Some(outputs) = outputs(folder.path()) else { return };
    assert!(expected.len() >= rounds(1_000) * 2);
    for (name, text) in expected {
        assert_eq!(outputs[&name]["value"], text, "{name}");
    }
}

#[test]
fn helm_prints_every_value_of_a_go_template_as_it_is() {
    let Some(helm) = tool("helm3") else { return };
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("templates")).unwrap();
    fs::write(folder.path().join("Chart.yaml"), "apiVersion: v2\nname: a\nversion: 1.0.0\n")
        .unwrap();
    let mut expected = Vec::new();
    for (index, text) in texts(rounds(1_000), SEED).into_iter().enumerate() {
        let template = format!(
            "n{index}: 1\n{{{{- with .Release }}}}\na: \"@\" # {{{{ .Name }}}}\n{{{{- end }}}}\n"
        );
        let template = template.replace('@', &marked(ValueKind::Text, 0, &text));
        let format = FORMATS.iter().find(|it| it.name() == "Go template of YAML").unwrap();
        let Ok(printed) = (format.template_printer())(&pieces(&template), LayoutMode::Keep) else {
            continue;
        };
        let path = folder.path().join(format!("templates/{index:06}.yaml"));
        fs::write(path, printed.text).unwrap();
        expected.push((format!("n{index}"), text));
    }
    let output =
        Command::new(helm).args(["template", "."]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).unwrap();
    let documents = printed.split("---\n# Source: ").skip(1);
    let documents: Vec<Value> = documents
        .map(|text| envroot::format::yaml::read(&format!("# {text}")).unwrap())
        .map(|document| serde_json::to_value(document).unwrap())
        .collect();
    assert_eq!(documents.len(), expected.len());
    for (name, text) in expected {
        let document = documents.iter().find(|it| it.get(&name).is_some()).unwrap();
        assert_eq!(document["a"], text);
    }
}

//! Programs that read TOML and hold it against a JSON Schema: a validator, and what two editors run.
//!
//! Says which files each refuses; what is right is decided by the tests.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::tools::tool;

/// A folder with a schema, where files are judged.
pub(crate) struct Judges {
    folder: TempDir,
}

/// Keeps Tombi from asking the network for other schemas.
const TOMBI: &str = "[schema]\ncatalog = { paths = [] }\n";

impl Judges {
    pub(crate) fn of(schema: &str) -> Judges {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("environments.schema.json"), schema).unwrap();
        fs::write(folder.path().join("tombi.toml"), TOMBI).unwrap();
        Judges { folder }
    }

    /// Tells of each judge and each file, by the name given to it, what the judge said against it.
    pub(crate) fn judge(
        &self,
        files: &[(&str, String)],
        mut tell: impl FnMut(&str, &str, Option<String>),
    ) {
        let named = |index: usize| format!("{index:02}.toml");
        for (index, (_, text)) in files.iter().enumerate() {
            let own = text.strip_prefix("#:schema ./environments.schema.json\n").unwrap_or(text);
            let text = format!("#:schema ./environments.schema.json\n\n{own}");
            fs::write(self.folder.path().join(named(index)), text).unwrap();
        }
        if let Some(refused) = self.validator(files.len(), named) {
            for (index, (what, _)) in files.iter().enumerate() {
                let said = refused.iter().find(|(file, _)| file.ends_with(&named(index)));
                tell("check-jsonschema", what, said.map(|(_, said)| said.clone()));
            }
        }
        for editor in [&["taplo", "lint", "--colors", "never"][..], &["tombi", "lint", "--offline"]]
        {
            for (index, (what, _)) in files.iter().enumerate() {
                let Some(program) = tool(editor[0]) else { continue };
                let mut lint = Command::new(program);
                let output = lint
                    .args(&editor[1..])
                    .arg(named(index))
                    .current_dir(self.folder.path())
                    .env("HOME", self.folder.path())
                    .output()
                    .unwrap();
                let said = [output.stdout, output.stderr].concat();
                let said = String::from_utf8_lossy(&said).into_owned();
                tell(editor[0], what, (!output.status.success()).then_some(said));
            }
        }
    }

    /// The files that the validator refuses, all judged in one run.
    fn validator(
        &self,
        count: usize,
        named: impl Fn(usize) -> String,
    ) -> Option<Vec<(String, String)>> {
        let schema = Path::new("environments.schema.json");
        let judge = tool("check-jsonschema")?;
        let run = |arguments: &[&str]| {
            let files: Vec<String> = (0..count).map(&named).collect();
            let mut command = Command::new(&judge);
            command.args(arguments).args(files).current_dir(self.folder.path()).output().unwrap()
        };
        let metaschema = Command::new(&judge)
            .arg("--check-metaschema")
            .arg(schema)
            .current_dir(self.folder.path())
            .status();
        assert!(metaschema.unwrap().success(), "it is no JSON Schema");
        let output = run(&["-o", "json", "--schemafile", "environments.schema.json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let unread = report["parse_errors"].as_array().is_some_and(|errors| !errors.is_empty());
        assert!(!unread, "{report}");
        let errors = report["errors"].as_array().unwrap().iter();
        let error =
            |it: &Value| (it["filename"].as_str().unwrap().to_owned(), it["message"].to_string());
        Some(errors.map(error).collect())
    }
}

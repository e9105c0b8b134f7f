//! A project of 200 generated files in two editions, between which everything changes: most files are
//! rewritten, some are removed with their folders, some are new.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::project::{Project, Tree, tree};

const ENVIRONMENTS: [&str; 4] = ["one", "two", "three", "four"];
/// How many files a root has, how many of them are in one folder, and how many there are to choose from.
const FILES: usize = 50;
const PART: usize = 5;

/// The project in its first edition, nothing generated yet.
pub(crate) fn crowd() -> Project {
    let project = Project::empty();
    let mut pack = "schema = \"schema.json\"\n".to_owned();
    for number in 0..FILES + PART {
        // Only one file makes a root, and it is in both editions: no root is stranded.
        let ending = if number == FILES / 2 { "tf" } else { "hcl" };
        pack.push_str(&format!(
            "\n[[files]]\nname = \"{}\"\ntemplate = \"main.hcl\"\npath = \"{{{{ env.name }}}}/part-{:02}/{}.{ending}\"\n",
            name(number),
            number / PART,
            name(number)
        ));
    }
    project.write("templates/app/pack.toml", &pack);
    let schema = r#"{
        "type": "object",
        "properties": {
            "env": { "type": "object", "properties": { "account_id": { "type": "string" } } },
            "service": { "type": "object", "properties": { "value": { "type": "integer" } } }
        }
    }"#;
    project.write("templates/app/schema.json", schema);
    project.write("templates/app/main.hcl", "locals {\n  value = {{ service.value }}\n}\n");
    edition(&project, 0);
    project
}

fn name(number: usize) -> String {
    format!("f{number:02}")
}

/// Makes `environments.toml` that of an edition; even and odd ones differ in what files there are.
pub(crate) fn edition(project: &Project, number: usize) {
    let first = number % 2 * PART;
    let files: Vec<String> =
        (first..first + FILES).map(|number| format!("\"{}\"", name(number))).collect();
    let mut text = format!("[project]\noutput = \"generated\"\norder = {ENVIRONMENTS:?}\n");
    for (index, environment) in ENVIRONMENTS.iter().enumerate() {
        let account = (index + 1).to_string().repeat(12);
        text.push_str(&format!("\n[environments.{environment}]\naccount_id = \"{account}\"\n"));
    }
    let files = files.join(", ");
    text.push_str(&format!(
        "\n[services.app]\npack  = \"app\"\nvalue = {number}\nfiles = [{files}]\n"
    ));
    project.write("environments.toml", &text);
}

/// The generated files of an edition.
pub(crate) fn rendered(number: usize) -> Tree {
    let project = crowd();
    edition(&project, number);
    project.done("gen");
    generated(&project)
}

/// What stands in the output folder, the drafts of killed runs with it.
pub(crate) fn generated(project: &Project) -> Tree {
    tree(&project.path("generated"))
}

/// Files on their way to their place, anywhere in the project.
pub(crate) fn drafts(project: &Project) -> Vec<String> {
    project
        .tree()
        .into_keys()
        .filter(|path| path.contains("/.envroot-") || path.starts_with(".envroot-"))
        .collect()
}

/// A command that runs as nobody in particular where it would run as root, whom permissions do not
/// stop. The project becomes that user's.
pub(crate) fn unprivileged(project: &Project) -> Command {
    use std::os::unix::fs::{MetadataExt, chown};
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65534;
    let binary = env!("CARGO_BIN_EXE_envroot");
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return Command::new(binary);
    }
    fn give(path: &Path) {
        chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        if path.is_dir() {
            fs::read_dir(path).unwrap().for_each(|entry| give(&entry.unwrap().path()));
        }
    }
    // It may not be able to reach the build folder.
    let copy = project.path("the-binary");
    if !copy.exists() {
        // Another process copies it: if this one had it open for writing, a process that another
        // test starts meanwhile would keep it open, and it could not be run.
        assert!(Command::new("cp").arg(binary).arg(&copy).status().unwrap().success());
    }
    give(&project.path(""));
    let mut command = Command::new(copy);
    command.uid(NOBODY).gid(NOBODY);
    command
}

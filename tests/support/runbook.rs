//! A runbook, followed from its first command to its last, with scripts in place of what reaches the world.
//!
//! Nothing here may know what a page should say.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::project::{Project, tree};
use crate::support::tools::tool;

/// What there is before the first command.
#[derive(Clone, Copy, Debug)]
pub(crate) enum World {
    Empty,
    Complete,
}

/// A call of a program: its name and its arguments. What it read, where it read, comes last behind `<`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Call(pub Vec<String>);

impl Call {
    pub(crate) fn is(&self, words: &str) -> bool {
        let words: Vec<&str> = words.split(' ').collect();
        self.0.len() >= words.len() && self.0.iter().zip(words).all(|(a, b)| a == b)
    }

    /// The argument behind an option.
    pub(crate) fn option(&self, name: &str) -> &str {
        let at = self.0.iter().position(|word| word == name);
        self.0.get(at.unwrap_or_else(|| panic!("{name}: {self:?}")) + 1).unwrap()
    }

    /// What it read.
    pub(crate) fn input(&self) -> &str {
        self.0.last().unwrap().strip_prefix('<').unwrap_or_else(|| panic!("{self:?}"))
    }
}

/// The calls among some that begin with these words.
pub(crate) fn those<'a>(calls: &'a [Call], words: &str) -> Vec<&'a Call> {
    calls.iter().filter(|call| call.is(words)).collect()
}

/// The arguments behind an option of the calls that begin with these words.
pub(crate) fn options<'a>(calls: &'a [Call], words: &str, option: &str) -> Vec<&'a str> {
    those(calls, words).into_iter().map(|call| call.option(option)).collect()
}

/// The shell code of a page.
pub(crate) fn code(page: &str) -> String {
    let mut code = String::new();
    let mut is_code = false;
    for line in page.lines() {
        match line {
            "```sh" => is_code = true,
            "```" => is_code = false,
            _ if is_code => code.push_str(&format!("{line}\n")),
            _ => {}
        }
    }
    code
}

const PROGRAMS: [&str; 11] = [
    "aws",
    "curl",
    "dig",
    "docker",
    "envroot",
    "gh",
    "git",
    "helm",
    "kubectl",
    "sleep",
    "terraform",
];

/// Follows a page of a project, as somebody who is logged in to an account. `None`, where Bash, jq
/// or OpenSSL are not installed.
pub(crate) fn follow(
    project: &Project,
    page: &str,
    account: &str,
    world: World,
) -> Option<Vec<Call>> {
    let bash = tool("bash")?;
    tool("jq")?;
    tool("openssl")?;
    let folder = tempfile::tempdir().unwrap();
    let stand_in = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/stand-in.sh");
    for program in PROGRAMS {
        symlink(&stand_in, folder.path().join(program)).unwrap();
    }
    let script = folder.path().join("page.sh");
    fs::write(&script, code(&project.read(page))).unwrap();
    let calls = folder.path().join("calls");
    let path = std::env::var("PATH").unwrap();
    let mut child = Command::new(bash)
        .args(["-eu"])
        .arg(&script)
        .current_dir(project.path(""))
        .env("PATH", format!("{}:{path}", folder.path().display()))
        .env("CALLS", &calls)
        .env("ACCOUNT", account)
        .env("GITLAB_TOKEN", "token")
        .env("WORLD", format!("{world:?}").to_lowercase())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all("typed\n".repeat(20).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{page} in a world that is {world:?}:\n{out}{err}");
    assert!(!out.contains("another account"), "{page}: {out}");
    assert!(!err.contains("command not found"), "{page}: {err}");
    let calls = fs::read_to_string(calls).unwrap();
    let calls = calls
        .split_terminator('\x1e')
        .map(|call| Call(call.split_terminator('\x1f').map(str::to_owned).collect()));
    Some(calls.collect())
}

/// Asserts that the AWS CLI takes every call of it, as far as it can tell without a network.
#[track_caller]
pub(crate) fn accepted_by_aws(calls: &[Call]) {
    let Some(python) = tool("python-with-aws") else { return };
    let calls = calls.iter().filter(|call| call.is("aws")).map(|call| {
        let words = call.0[1..].iter().filter(|word| !word.starts_with('<'));
        let words = words.map(|word| match word.as_str() {
            "file:///dev/stdin" | "file://metadata.xml" => "x".repeat(2000),
            word => word.to_owned(),
        });
        words.collect::<Vec<_>>()
    });
    let calls: BTreeSet<Vec<String>> = calls.collect();
    assert!(!calls.is_empty());
    let calls = serde_json::to_vec(&calls).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/aws_calls.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&calls).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
}

/// A root's Terraform files as one value: blocks by their kinds and labels.
pub(crate) fn root(project: &Project, folder: &str) -> serde_json::Value {
    let files = tree(&project.path(folder));
    let files = files.iter().filter(|(path, _)| path.ends_with(".tf"));
    let text: String = files.map(|(_, text)| format!("{text}\n")).collect();
    hcl::from_str(&text).unwrap_or_else(|error| panic!("{folder}: {error}"))
}

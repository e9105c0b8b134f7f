//! What a thousand environments cost: `gen` and `check` beside `sha256sum` and bare writes.
//!
//! Prints figures and judges none of them: machines are too different, and too noisy. Every round
//! runs each thing once, so that a slow moment of the machine falls on all of them alike. Rounds
//! that write files come last: a system goes on writing when the program has ended, and that takes
//! a processor from what runs on all of them, and none from what runs on one.

use std::fmt::Write;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

const ENVIRONMENTS: usize = 1000;

/// Seven files of the pack for each environment.
const HEAD: &str = r#"
[project]
requires = "0.1"
output   = "generated"

[defaults]
region       = "us-east-1"
cluster      = "lakehouse-{{ env.name }}"
dns_zone     = "{{ env.name }}.lakehouse.example.net"
state_bucket = "lakehouse-{{ env.account_id }}-terraform-state"
deploy_role  = "arn:aws:iam::{{ env.account_id }}:role/deploy"
keda_role    = "arn:aws:iam::{{ env.account_id }}:role/keda-operator"
vars.polaris = "https://polaris.{{ env.dns_zone }}/api/catalog"

[services.icepack]
pack        = "helm-service"
chart       = "charts/icepack"
image_tag   = "0.1.0"
polaris.uri = "{{ env.vars.polaris }}"
files       = ["versions", "providers", "main", "iam", "secrets", "variables", "values"]

[profiles.nonprod.services.icepack.scaling]
worker       = { max_replicas = 3 }
orchestrator = { schedule = "30 * * * *" }
"#;

fn main() {
    let project = Project::new();
    project.envroot("gen", 0);
    let files = project.files();
    let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    println!("{ENVIRONMENTS} environments, {} files, {bytes} bytes", files.len());

    let mut medians = Vec::new();
    for (rounds, rows) in [(21, &READING[..]), (7, &WRITING[..])] {
        let mut figures = vec![Vec::new(); rows.len()];
        for _ in 0..rounds {
            for ((_, work), figures) in rows.iter().zip(&mut figures) {
                figures.push(work(&project, &files));
            }
        }
        let of_rows = rows.iter().zip(&figures);
        medians.extend(of_rows.map(|((name, _), figures)| (*name, Figures::median(figures))));
    }
    print!("{}", table(&medians));
}

type Files = [(PathBuf, Vec<u8>)];
type Work = fn(&Project, &Files) -> Figures;

/// What is measured, in the order in which a round runs it. Each leaves the project in sync.
const READING: [(&str, Work); 4] = [
    (SHA256SUM, |project, files| project.sha256sum(files)),
    ("check", |project, _| project.envroot("check", 0)),
    ("check, one setting changed", |project, _| project.check_a_change()),
    ("gen, nothing to do", |project, _| project.envroot("gen", 0)),
];
const WRITING: [(&str, Work); 2] = [
    (WRITES, |project, files| project.write(files)),
    ("gen from nothing", |project, _| project.generate_anew()),
];
const SHA256SUM: &str = "sha256sum of the files";
const WRITES: &str = "bare writes of the files";

/// What a run took.
#[derive(Clone, Copy)]
struct Figures {
    wall: Duration,
    /// The most memory it held, in KiB, where it was a process of its own.
    memory: Option<u64>,
}

impl Figures {
    fn median(runs: &[Figures]) -> Figures {
        let middle = |mut sorted: Vec<Figures>| {
            sorted.sort_by_key(|run| run.wall);
            sorted[sorted.len() / 2]
        };
        let memory = runs.iter().filter_map(|run| run.memory).max();
        Figures { memory, ..middle(runs.to_vec()) }
    }
}

/// Median times, their ratios to the two yardsticks, and the most memory of any round.
fn table(medians: &[(&str, Figures)]) -> String {
    let wall = |name: &str| {
        let (_, figures) = medians.iter().find(|(row, _)| *row == name).expect("a row");
        figures.wall.as_secs_f64()
    };
    let mut table = format!(
        "{:28}{:>10}{:>14}{:>10}{:>10}\n",
        "", "median", "x sha256sum", "x writes", "memory"
    );
    for (name, Figures { wall: taken, memory }) in medians {
        let seconds = taken.as_secs_f64();
        let memory = memory.map_or(String::new(), |kib| format!("{:.1} MB", kib as f64 / 1024.0));
        writeln!(
            table,
            "{name:28}{:>7.1} ms{:>14.2}{:>10.2}{memory:>10}",
            seconds * 1000.0,
            seconds / wall(SHA256SUM),
            seconds / wall(WRITES),
        )
        .expect("a string takes any text");
    }
    table
}

/// A project of its own, below a folder that goes when the benchmark ends.
struct Project(TempDir);

impl Project {
    fn new() -> Project {
        let folder = tempfile::tempdir().expect("a folder for the project");
        for chart in ["charts/common", "charts/icepack"] {
            copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(chart), &folder.path().join(chart));
        }
        let project = Project(folder);
        project.configure(3);
        project
    }

    fn configure(&self, replicas_of_the_first: usize) {
        let names: Vec<String> = (0..ENVIRONMENTS).map(|index| format!("e{index:04}")).collect();
        let mut text = HEAD.replace("[project]\n", &format!("[project]\norder = {names:?}\n"));
        for (index, name) in names.iter().enumerate() {
            let account = 100_000_000_000 + index;
            writeln!(text, "\n[environments.{name}]\naccount_id = \"{account}\"")
                .expect("a string takes any text");
            if index % 2 == 0 {
                text.push_str("profiles = [\"nonprod\"]\n");
            }
        }
        let first = &names[0];
        writeln!(
            text,
            "\n[environments.{first}.services.icepack.scaling]\nworker = {{ max_replicas = {replicas_of_the_first} }}"
        )
        .expect("a string takes any text");
        fs::write(self.path("environments.toml"), text).expect("environments.toml");
    }

    fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(below)
    }

    /// Every generated file, its path relative to the project.
    fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut paths = Vec::new();
        list(&self.path("generated"), &mut paths);
        paths.sort();
        let relative = |path: &PathBuf| path.strip_prefix(self.0.path()).map(Path::to_owned);
        let read = |path: PathBuf| (relative(&path).expect("below it"), fs::read(path));
        let read = paths.into_iter().map(read);
        read.map(|(path, bytes)| (path, bytes.expect("a generated file"))).collect()
    }

    fn envroot(&self, command: &str, expected: i32) -> Figures {
        let mut envroot = Command::new(env!("CARGO_BIN_EXE_envroot"));
        envroot.arg(command).current_dir(self.0.path());
        run(envroot, expected)
    }

    fn check_a_change(&self) -> Figures {
        self.configure(4);
        let figures = self.envroot("check", 1);
        self.configure(3);
        figures
    }

    fn generate_anew(&self) -> Figures {
        fs::remove_dir_all(self.path("generated")).expect("a folder to remove");
        self.envroot("gen", 0)
    }

    fn sha256sum(&self, files: &Files) -> Figures {
        let mut sha256sum = Command::new("sha256sum");
        sha256sum.current_dir(self.0.path()).args(files.iter().map(|(path, _)| path));
        run(sha256sum, 0)
    }

    /// Writes the same bytes to new files in the same folders, the plainest way there is.
    fn write(&self, files: &Files) -> Figures {
        let copy = self.path("written");
        let start = Instant::now();
        let mut last = PathBuf::new();
        for (path, bytes) in files {
            let path = copy.join(path);
            let folder = path.parent().expect("a file is in a folder");
            if folder != last {
                fs::create_dir_all(folder).expect("a folder");
                last = folder.to_owned();
            }
            fs::write(path, bytes).expect("a file");
        }
        let wall = start.elapsed();
        fs::remove_dir_all(copy).expect("a folder to remove");
        Figures { wall, memory: None }
    }
}

/// Runs a program to its end; it must end with the expected exit code.
fn run(mut command: Command, expected: i32) -> Figures {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a start");
    let mut errors = String::new();
    child.stderr.take().expect("it is piped").read_to_string(&mut errors).expect("its errors");
    let (code, memory) = wait(child).expect("its end");
    let wall = start.elapsed();
    assert_eq!(code, Some(expected), "{command:?}: {errors}");
    Figures { wall, memory: Some(memory) }
}

/// The exit code of a process and the most memory it held, in KiB.
///
/// A process begins as a copy of this one, whose memory counts too: so this one stays small.
#[expect(unsafe_code, reason = "only the system knows how much memory a process held")]
fn wait(child: Child) -> io::Result<(Option<i32>, u64)> {
    let mut status = 0;
    // SAFETY: all-zero bytes are a valid `rusage`, both pointers outlive the call, and the process
    // is a child that no other code waits for.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::wait4(child.id() as libc::pid_t, &mut status, 0, &mut usage), usage)
    };
    if waited < 0 {
        return Err(io::Error::last_os_error());
    }
    let code = libc::WIFEXITED(status).then(|| libc::WEXITSTATUS(status));
    Ok((code, usage.ru_maxrss as u64))
}

fn list(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { list(&path, paths) } else { paths.push(path) }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() { copy(&from, &to) } else { _ = fs::copy(from, to).expect("a copy") }
    }
}

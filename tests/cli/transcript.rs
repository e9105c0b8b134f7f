//! Whole command lines with all they say, each situation in a file of `tests/snapshots`.
//!
//! Nothing here judges: what is right is decided by whoever reads the snapshot.

mod add;
mod filters;
mod hazards;
mod init;
mod input;
mod packs;
mod reports;
mod retire;
mod rules;
mod runs;
mod set;
mod confinement;
mod states;

use std::fmt::Write;
use std::fs;

use crate::support::project::{Project, Run, tree};

/// What is done in a project, and what is said about it.
#[must_use = "`reads` holds it against its snapshot"]
struct Transcript {
    project: Project,
    text: String,
}

impl Transcript {
    fn of(project: Project) -> Transcript {
        Transcript { project, text: String::new() }
    }

    /// The shop as `gen` left it.
    fn generated() -> Transcript {
        let project = Project::shop();
        project.done("gen");
        Transcript::of(project)
    }

    /// The shop with another configuration, nothing generated yet.
    fn with(environments: &str) -> Transcript {
        let project = Project::shop();
        project.write("environments.toml", environments);
        Transcript::of(project)
    }

    fn edit(mut self, path: &str, from: &str, to: &str) -> Transcript {
        self.project.edit(path, from, to);
        _ = writeln!(
            self.text,
            "# edited {path}:\n#   {}\n# became\n#   {}",
            commented(from),
            commented(to)
        );
        self
    }

    fn write(mut self, path: &str, text: &str) -> Transcript {
        self.project.write(path, text);
        _ = writeln!(self.text, "# wrote {path}:\n#   {}", commented(text.trim_end()));
        self
    }

    /// Does something to the project that a comment can say best.
    fn after(mut self, comment: &str, what: impl FnOnce(&Project)) -> Transcript {
        what(&self.project);
        _ = writeln!(self.text, "# {comment}");
        self
    }

    fn copy(mut self, from: &str, to: &str) -> Transcript {
        self.project.write(to, &self.project.read(from));
        _ = writeln!(self.text, "# copied {from}\n#     to {to}");
        self
    }

    fn remove(mut self, path: &str) -> Transcript {
        self.project.remove(path);
        _ = writeln!(self.text, "# removed {path}");
        self
    }

    fn show(mut self, path: &str) -> Transcript {
        let text = self.project.read(path);
        _ = writeln!(self.text, "$ cat {path}\n{text}");
        self
    }

    fn run(self, arguments: &str) -> Transcript {
        self.run_in("", arguments)
    }

    fn run_in(mut self, folder: &str, arguments: &str) -> Transcript {
        let run = self.project.envroot_in(folder, arguments);
        let folder = if folder.is_empty() { String::new() } else { format!("{folder} ") };
        self.said(&format!("{folder}$ envroot {arguments}"), &run);
        self
    }

    /// Runs envroot with words that may hold blanks.
    fn run_words(mut self, words: &[&str]) -> Transcript {
        let run = self.project.envroot_words("", words);
        let quoted = |word: &&str| match word.contains([' ', '{', '"']) {
            true => format!("'{word}'"),
            false => (*word).to_owned(),
        };
        let line = words.iter().map(quoted).collect::<Vec<_>>().join(" ");
        self.said(&format!("$ envroot {line}"), &run);
        self
    }

    fn git(mut self, arguments: &str) -> Transcript {
        let run = self.project.git(arguments);
        self.said(&format!("$ git {arguments}"), &run);
        self
    }

    fn said(&mut self, line: &str, run: &Run) {
        let Run { exit, out, err } = run;
        _ = writeln!(self.text, "{line}\n{out}");
        if !err.is_empty() {
            _ = writeln!(self.text, "[stderr]\n{err}");
        }
        _ = writeln!(self.text, "[exit {exit}]\n");
    }

    /// Holds the transcript against the snapshot of that name.
    fn reads(self, name: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(SNAPSHOTS);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, self.text));
    }
}

const SNAPSHOTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/snapshots");

fn commented(text: &str) -> String {
    text.replace('\n', "\n#   ")
}

#[test]
fn every_snapshot_is_that_of_a_test() {
    let sources = tree(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/transcript").as_ref());
    let sources: String = sources.into_values().collect();
    for entry in fs::read_dir(SNAPSHOTS).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(sources.contains(&format!("\"{name}\"")), "no test reads {}", path.display());
    }
}

//! Random histories in the real Git: branches that edit, regenerate, merge, rebase, pick and revert.
//!
//! After each step `environments.toml` is resolved, and plain `gen` must do the rest; it may refuse
//! only what a person wrote into a generated file, and must show that before it is gone. Each such
//! edit is a line of its own, so that it can be looked for.

use crate::support::rounds::rounds;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::thread;

use crate::support::chance::Chance;
use crate::support::project::{Project, Run};

const HISTORIES: usize = 200;
const STEPS: u32 = 6;
const CONFIG: &str = "environments.toml";
const EDIT: &str = "# by hand ";

#[test]
fn plain_gen_mends_every_history_and_drops_no_edit_unseen() {
    let histories = rounds(HISTORIES);
    let seeds = Mutex::new(0..histories as u64);
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let tallies: Vec<Tally> = thread::scope(|scope| {
        let work = || {
            let mut tally = Tally::default();
            while let Some(seed) = seeds.lock().unwrap().next() {
                let mut history = History::begin(seed);
                (0..STEPS).for_each(|_| history.step());
                tally.add(&history.tally);
            }
            tally
        };
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().map(|it| it.join().expect("the seed is above")).collect()
    });
    let mut total = Tally::default();
    tallies.iter().for_each(|tally| total.add(tally));
    eprintln!("{histories} histories: {total:?}");
    assert!(total.conflicts > histories / 2 && total.refused > histories / 4, "{total:?}");
    assert!(total.left_out > 0, "{total:?}");
}

/// What happened, so that a history in which nothing does is seen.
#[derive(Debug, Default)]
struct Tally {
    runs: usize,
    conflicts: usize,
    refused: usize,
    /// Edits that Git had left out of the working tree.
    left_out: usize,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.runs += other.runs;
        self.conflicts += other.conflicts;
        self.refused += other.refused;
        self.left_out += other.left_out;
    }
}

struct History {
    project: Project,
    chance: Chance,
    seed: u64,
    branches: Vec<String>,
    edits: usize,
    tally: Tally,
    log: Vec<String>,
}

impl Drop for History {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("history of seed {}:\n  {}", self.seed, self.log.join("\n  "));
        }
    }
}

impl History {
    fn begin(seed: u64) -> History {
        let project = Project::shop();
        project.done("gen");
        let mut history = History {
            project,
            chance: Chance::of(seed),
            seed,
            branches: vec!["main".to_owned()],
            edits: 0,
            tally: Tally::default(),
            log: Vec::new(),
        };
        history.git("init --quiet --initial-branch main");
        history.commit();
        history.branch("one");
        history.branch("two");
        history
    }

    /// Runs Git, which must succeed.
    #[track_caller]
    fn git(&mut self, arguments: &str) -> Run {
        let run = self.try_git(arguments);
        assert_eq!(run.exit, 0, "git {arguments}\n{}{}", run.out, run.err);
        run
    }

    fn try_git(&mut self, arguments: &str) -> Run {
        let run = self.project.git(arguments);
        self.log.push(format!("git {arguments} -> {}", run.exit));
        run
    }

    fn commit(&mut self) {
        self.git("add --all");
        self.git("commit --quiet --allow-empty --message change");
    }

    /// Goes to one of the branches and does something there.
    fn step(&mut self) {
        self.checkout();
        match self.chance.below(12) {
            0 | 1 => self.change_a_setting(),
            2 => self.toggle_an_environment(),
            3 => {
                // Someone forgets to run `gen`.
                self.change_a_setting();
                return self.commit();
            }
            4..=6 => {
                self.edit_by_hand();
                return self.commit();
            }
            7..=9 => self.combine("merge --no-edit", true),
            10 => {
                let command = self.chance.pick(&["cherry-pick", "revert --no-edit"]);
                self.combine(command, false);
            }
            _ => self.rebase(),
        }
        self.generate();
        self.commit();
    }

    fn branch(&mut self, name: &str) {
        self.git(&format!("checkout --quiet -b {name} main"));
        self.branches.push(name.to_owned());
        self.change_a_setting();
        self.generate();
        self.commit();
    }

    fn checkout(&mut self) {
        let branch = self.chance.pick(&self.branches).clone();
        self.git(&format!("checkout --quiet {branch}"));
        self.branches.retain(|known| *known != branch);
        // The last is the one that is checked out.
        self.branches.push(branch);
    }

    /// A branch that is not checked out.
    fn other_branch(&mut self) -> String {
        let others = self.branches.len() - 1;
        self.chance.pick(&self.branches[..others]).clone()
    }

    /// Gives a line of the configuration another value.
    fn change_a_setting(&mut self) {
        let value = self.chance.below(50);
        let (key, value) = match self.chance.below(4) {
            0 => ("image = ", format!("image = \"shop:1.{value}\"")),
            1 => ("region = ", format!("region = \"eu-west-{value}\"")),
            _ => ("scaling.max = ", format!("scaling.max = {value}")),
        };
        let text = self.project.read(CONFIG);
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with(key)).collect();
        let line = *self.chance.pick(&lines);
        self.project.write(CONFIG, &text.replacen(line, &value, 1));
        self.log.push(format!("setting {value}"));
    }

    /// Adds an environment, or takes it away again.
    fn toggle_an_environment(&mut self) {
        let name = *self.chance.pick(&["stage", "preprod"]);
        let digit = if name == "stage" { "3" } else { "4" };
        let table = format!(
            "[environments.{name}]\naccount_id = \"{}\"\nprofiles = [\"small\"]\n\n",
            digit.repeat(12)
        );
        let ordered = format!("\"dev\", \"{name}\"");
        let text = self.project.read(CONFIG);
        let text = match text.contains(&table) {
            true => text.replace(&table, "").replace(&format!(", \"{name}\""), ""),
            false => text.replacen("\"dev\"", &ordered, 1).replacen(
                "[services.shop]",
                &format!("{table}[services.shop]"),
                1,
            ),
        };
        self.project.write(CONFIG, &text);
        self.log.push(format!("environment {name}"));
    }

    /// Puts a line of its own into a generated file, or in the place of a line.
    fn edit_by_hand(&mut self) {
        let generated: Vec<String> =
            self.project.tree().into_keys().filter(|path| is_generated(path)).collect();
        let path = self.chance.pick(&generated).clone();
        let text = self.project.read(&path);
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let at = self.chance.below(lines.len() as u64) as usize;
        let edit = format!("{EDIT}{}.", self.edits);
        self.edits += 1;
        match self.chance.below(2) {
            0 => lines[at] = edit,
            _ => lines.insert(at, edit),
        }
        self.project.write(&path, &(lines.join("\n") + "\n"));
        self.log.push(format!("edit {} in {path}:{}", self.edits - 1, at + 1));
    }

    /// Merges another branch, or picks or reverts a commit of it.
    fn combine(&mut self, command: &str, whole: bool) {
        let branch = self.other_branch();
        let back = self.chance.below(2);
        let what = if whole { branch } else { format!("{branch}~{back}") };
        if !whole {
            let parents = self.project.git(&format!("rev-list --parents -n 1 {what}"));
            if parents.out.split_whitespace().count() != 2 {
                return; // The first commit, none at all, or a merge.
            }
        }
        let run = self.try_git(&format!("{command} {what}"));
        self.conflicted(&run);
        self.resolve();
    }

    fn rebase(&mut self) {
        let branch = self.other_branch();
        let mut run = self.try_git(&format!("rebase {branch}"));
        while run.exit != 0 {
            self.conflicted(&run);
            self.resolve();
            self.generate();
            self.git("add --all");
            run = self.try_git("rebase --continue");
        }
    }

    fn conflicted(&mut self, run: &Run) {
        let said = format!("{}{}", run.out, run.err);
        let empty = said.contains("is now empty") || said.contains("nothing to commit");
        assert!(run.exit == 0 || said.contains("CONFLICT") || empty, "{said}");
        self.tally.conflicts += usize::from(run.exit != 0);
    }

    /// Chooses a side of the configuration: a person would choose with more care.
    fn resolve(&mut self) {
        if self.project.read(CONFIG).contains("<<<<<<<") {
            let side = *self.chance.pick(&["--ours", "--theirs"]);
            self.git(&format!("checkout {side} {CONFIG}"));
        }
    }

    /// Runs plain `gen`, and holds a refusal against what people wrote.
    #[track_caller]
    fn generate(&mut self) {
        let (versions, merging) = self.versions();
        let mut arguments = "gen -v".to_owned();
        let mut run = self.project.envroot(&arguments);
        if run.exit == 3 {
            // Git has put together what makes no sense.
            self.git(&format!("checkout HEAD -- {CONFIG}"));
            run = self.project.envroot(&arguments);
        }
        // That resources are gone is for a person to say, and no matter of force.
        for root in ["shop/stage", "shop/preprod", "shop/dev", "shop/prod"] {
            if run.err.contains(&format!("--destroyed {root}")) {
                arguments.push_str(&format!(" --destroyed {root}"));
            }
        }
        if arguments.contains("--destroyed") {
            run = self.project.envroot(&arguments);
        }
        self.log.push(format!("{arguments} -> {}", run.exit));
        self.tally.runs += 1;
        let refused = run.exit == 1;
        if refused {
            self.refused(&versions, &run);
            self.tally.refused += 1;
            run = self.project.envroot(&format!("{arguments} --force"));
            self.log.push(format!("by force -> {}", run.exit));
        }
        assert_eq!(run.exit, 0, "{}{}", run.out, run.err);
        let tree = self.project.tree();
        for (path, texts) in &versions {
            let saved = |edit: &&String| {
                let stands = tree.get(path).is_some_and(|text| text.contains(*edit));
                let patches = tree.iter().filter(|(path, _)| path.ends_with(".patch"));
                stands || { patches }.any(|(_, patch)| patch.contains(*edit))
            };
            let gone: Vec<String> = edits(texts).into_iter().filter(|edit| !saved(&edit)).collect();
            assert!(gone.is_empty(), "{gone:?} of {path}: {}{}", run.out, run.err);
        }
        if refused || merging {
            self.project.git("add --all");
            let check = self.project.envroot("check");
            assert_eq!(check.exit, 0, "{}{}", check.out, check.err);
        }
    }

    /// Every file that is refused holds an edit, and shows it where something is rendered.
    #[track_caller]
    fn refused(&mut self, versions: &BTreeMap<String, Vec<String>>, run: &Run) {
        let mut shown = run.err.lines().peekable();
        let mut files = 0;
        while let Some(line) = shown.next() {
            let Some((state, path)) = line.split_once(' ') else { continue };
            if !["edited", "foreign", "copied"].contains(&state) {
                continue;
            }
            let path = path.trim();
            let text: Vec<&str> = std::iter::from_fn(|| {
                shown.next_if(|line| line.is_empty() || line.starts_with("    "))
            })
            .collect();
            let text = text.join("\n");
            let versions = versions.get(path).unwrap_or_else(|| panic!("{path}: {}", run.err));
            let edits = edits(versions);
            assert!(!edits.is_empty(), "{path} is refused for nothing:\n{}", run.err);
            let is_rendered = !text.contains("nothing renders it") && text.contains("@@");
            for edit in edits.iter().filter(|_| is_rendered) {
                assert!(text.contains(edit), "`{edit}` of {path} is not shown:\n{}", run.err);
            }
            let on_disk = versions.first().map_or("", String::as_str);
            self.tally.left_out += edits.iter().filter(|edit| !on_disk.contains(*edit)).count();
            files += 1;
        }
        assert!(files > 0, "{}", run.err);
    }

    /// Generated files as they are on disk and, where Git has not finished, on either side; and
    /// whether there is such a file.
    fn versions(&mut self) -> (BTreeMap<String, Vec<String>>, bool) {
        let tree = self.project.tree().into_iter().filter(|(path, _)| is_generated(path));
        let mut versions: BTreeMap<String, Vec<String>> =
            tree.map(|(path, text)| (path, vec![text])).collect();
        let unmerged = self.project.git("ls-files --unmerged").out;
        for line in unmerged.lines() {
            let (head, path) = line.split_once('\t').unwrap();
            let words: Vec<&str> = head.split(' ').collect();
            if words[2] != "1" && versions.contains_key(path) {
                let text = self.project.git(&format!("cat-file blob {}", words[1])).out;
                versions.get_mut(path).unwrap().push(text);
            }
        }
        (versions, !unmerged.is_empty())
    }
}

/// The edits that stand in any of some texts.
fn edits(texts: &[String]) -> BTreeSet<String> {
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.filter(|line| line.starts_with(EDIT)).map(str::to_owned).collect()
}

fn is_generated(path: &str) -> bool {
    path.starts_with("generated/") || path.starts_with(".github/")
}

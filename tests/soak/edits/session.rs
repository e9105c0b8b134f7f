//! Commands one after another in one project, each judged before the next.
//!
//! Decides nothing of what must hold of a text.

use crate::edits::commands::{self, Command, Kind, Vocabulary};
use crate::edits::dice::Dice;
use crate::edits::judge;
use crate::edits::outline::Outline;
use crate::support::project::{Project, Run, Tree};
use crate::support::rounds::rounds;

const CONFIG: &str = "environments.toml";

/// A project, and all that was done in it.
struct Session {
    project: Project,
    seed: u64,
    done: Vec<String>,
    /// How many commands of each kind came to something.
    made: Vec<Kind>,
}

/// Runs so many random commands in a project, and asserts what must hold after each.
#[track_caller]
pub(crate) fn check(project: Project, vocabulary: &Vocabulary, commands: usize) {
    project.done("gen");
    let seed = std::env::var("EDITS_SEED").map_or(1, |seed| seed.parse().unwrap());
    let mut dice = Dice::of(seed);
    let (start, tree) = (project.read(CONFIG), project.tree());
    let mut session = Session { project, seed, done: Vec::new(), made: Vec::new() };
    // There and back, before anything else has changed.
    let environments = start.trim_start_matches('\u{feff}').parse::<toml::Table>().unwrap();
    let names = environments["environments"].as_table().unwrap().keys();
    let added = names.filter(|like| session.there_and_back(&mut dice, like)).count();
    assert!(added > 0, "{}", session.story());
    let commands = rounds(commands);
    while session.done.len() < commands {
        let text = session.project.read(CONFIG);
        let command = commands::random(&mut dice, &text, vocabulary);
        let run = session.run(&command);
        if command.kind == Kind::Add
            && let Some(answered) = command.answered(&mut dice, &run.err)
        {
            session.run(&answered);
        }
        // A project that has lost what it began with begins again.
        if session.done.len().is_multiple_of(20) {
            session.project.restore(&tree);
        }
    }
    // Commands that are all refused prove nothing.
    let made = |kind: Kind| session.made.iter().filter(|it| **it == kind).count();
    let figures = [Kind::Set, Kind::Unset, Kind::Add, Kind::Retire, Kind::Remove].map(made);
    eprintln!(
        "{} of {} commands came to something: {figures:?}",
        session.made.len(),
        session.done.len()
    );
    let is_enough = session.made.len() * 6 > session.done.len();
    let is_mixed = commands < 80 || figures.iter().all(|it| *it > 0);
    assert!(is_enough && is_mixed, "{figures:?}\n{}", session.story());
}

impl Session {
    fn story(&self) -> String {
        format!("EDITS_SEED={}\n{}", self.seed, self.done.join("\n"))
    }

    /// Runs a command, and asserts what must hold after it.
    #[track_caller]
    fn run(&mut self, command: &Command) -> Run {
        let before = self.project.tree();
        let words: Vec<&str> = command.words.iter().map(String::as_str).collect();
        let run = self.project.envroot_words("", &words);
        self.done.push(format!("envroot {words:?} -> {}", run.exit));
        let after = self.project.tree();
        if let Err(message) = self.judge(command, &run, &before, &after) {
            panic!(
                "{message}\n\n{}{}\n{}\n\nbefore:\n{}\nafter:\n{}",
                run.out,
                run.err,
                self.story(),
                before[CONFIG],
                after[CONFIG]
            );
        }
        if run.exit == 0 && before != after {
            self.made.push(command.kind);
        }
        run
    }

    fn judge(
        &self,
        command: &Command,
        run: &Run,
        before: &Tree,
        after: &Tree,
    ) -> Result<(), String> {
        if run.exit != 0 {
            if !(1..=3).contains(&run.exit) || run.err.is_empty() {
                return Err(format!("it ended with {}", run.exit));
            }
            return match before == after {
                true => Ok(()),
                false => Err("it was refused, and something was written".to_owned()),
            };
        }
        judge::changed(command, &before[CONFIG], &after[CONFIG], &run.out)?;
        let check = self.project.envroot("check");
        match check.exit {
            0 => Ok(()),
            _ => Err(format!("out of sync:\n{}{}", check.out, check.err)),
        }
    }

    /// Adds an environment and takes it away again, which must leave no trace. Whether it was added.
    #[track_caller]
    fn there_and_back(&mut self, dice: &mut Dice, like: &str) -> bool {
        let before = self.project.tree();
        let command = Command::add("new", like, &before[CONFIG]);
        let run = self.run(&command);
        if run.exit != 0 {
            let Some(answered) = command.answered(dice, &run.err) else { return false };
            if self.run(&answered).exit != 0 {
                return false;
            }
        }
        let text = self.project.read(CONFIG);
        assert!(Outline::of(&text).is_ok());
        for step in commands::retirement(&text, "new") {
            let run = self.run(&step);
            assert_eq!(run.exit, 0, "{}{}", run.err, self.story());
        }
        let after = self.project.tree();
        let differs = before.iter().find(|(path, text)| after.get(*path) != Some(text));
        assert!(differs.is_none() && before.len() == after.len(), "{differs:?}\n{}", self.story());
        true
    }
}

//! A problem: what is wrong, where, and the next thing to do.
//!
//! A value, collected with others and shown at the end of a run; nothing here prints.

use crate::name::Name;
use crate::place::Place;
use crate::words;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    Error,
    Warning,
}

/// A place, and what is to be said right beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    pub place: Place,
    pub text: String,
}

/// Something that is wrong with what people wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What scripts know it by, in kebab case.
    pub code: &'static str,
    pub severity: Severity,
    /// One clause without a full stop.
    pub message: String,
    /// Where: the first is the one to mend, the others show what it clashes with.
    pub labels: Vec<Label>,
    /// What else helps to understand it, such as the layers involved.
    pub notes: Vec<String>,
    /// The next thing to do.
    pub help: Option<String>,
    /// The known word that was probably meant by the one at the first place.
    pub meant: Option<String>,
    /// Whom it concerns, in promotion order: where a layer is shared, all who use it. Nobody in
    /// particular is everybody.
    pub concerns: Vec<Concern>,
}

/// A service, an environment, or one in the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Concern {
    pub service: Option<Name>,
    pub environment: Option<Name>,
}

impl Problem {
    pub fn error(code: &'static str, message: impl Into<String>) -> Problem {
        Problem {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            meant: None,
            concerns: Vec::new(),
        }
    }

    pub fn at(self, place: Place) -> Problem {
        self.label(place, "")
    }

    pub fn label(mut self, place: Place, text: impl Into<String>) -> Problem {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    /// Points at a word that is not known: with the one that was probably meant, or else with what
    /// there is.
    pub fn unknown_word(self, place: Place, word: &str, known: &[&str]) -> Problem {
        match words::nearest(word, known.iter().copied()) {
            Some(meant) => {
                let problem = self.label(place, format!("did you mean `{meant}`?"));
                Problem { meant: Some(meant.to_owned()), ..problem }
            }
            None if known.is_empty() => self.at(place),
            None => self.at(place).help(words::there_are(known)),
        }
    }

    pub fn note(mut self, text: impl Into<String>) -> Problem {
        self.notes.push(text.into());
        self
    }

    pub fn help(mut self, text: impl Into<String>) -> Problem {
        self.help = Some(text.into());
        self
    }

    pub fn concerns(mut self, service: Option<&Name>, environment: Option<&Name>) -> Problem {
        self.add_concern(Concern { service: service.cloned(), environment: environment.cloned() });
        self
    }

    fn add_concern(&mut self, concern: Concern) {
        if !self.concerns.contains(&concern) {
            self.concerns.push(concern);
        }
    }
}

/// All problems of a run. The same problem met in several environments is one.
#[derive(Clone, Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub fn push(&mut self, problem: Problem) {
        let same = |known: &&mut Problem| {
            known.code == problem.code
                && known.labels == problem.labels
                && known.message == problem.message
        };
        match self.0.iter_mut().find(same) {
            Some(known) => problem.concerns.into_iter().for_each(|it| known.add_concern(it)),
            None => self.0.push(problem),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order of their places, so that a run always reports them alike.
    pub fn sorted(mut self) -> Vec<Problem> {
        self.0
            .sort_by(|a, b| (&a.labels, a.code, &a.message).cmp(&(&b.labels, b.code, &b.message)));
        self.0
    }
}

impl Extend<Problem> for Problems {
    fn extend<T: IntoIterator<Item = Problem>>(&mut self, problems: T) {
        problems.into_iter().for_each(|problem| self.push(problem));
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

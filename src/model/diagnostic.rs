//! A problem: what is wrong, where, and the next thing to do.
//!
//! A value, collected with others and shown at the end of a run; nothing here prints.

use crate::model::code::Code;
use std::collections::BTreeMap;
use std::fmt;

use crate::base::english;
use crate::model::cause::{Cause, Subject};
use crate::model::name::Name;
use crate::model::span::Span;
use crate::model::tree::Origin;

/// A place, and what is to be said right beside it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    pub place: Span,
    pub text: String,
}

/// Further context of a problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The table in which it lies.
    Table(String),
    Text(String),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Table(table) => write!(f, "in {table}"),
            Note::Text(text) => f.write_str(text),
        }
    }
}

/// Something that is wrong with what people wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its stable identifier for scripts, in kebab case.
    pub code: Code,
    /// One clause without a full stop.
    pub message: String,
    /// Places: the first is the one to fix, the others show what it conflicts with.
    pub labels: Vec<Label>,
    /// Further context, such as the layers involved.
    pub notes: Vec<Note>,
    /// The next thing to do.
    pub help: Option<String>,
    /// The known word that was probably meant by the one at the first place.
    pub meant: Option<String>,
    /// The parts of the configuration that have no right value because of it.
    pub subjects: Vec<Subject>,
    /// Its possible cause. A problem about the cause is reported instead.
    pub cause: Option<Cause>,
    /// Affected services and environments, in promotion order: all that use a shared layer. Empty
    /// means all.
    pub targets: Vec<Target>,
}

/// A service, an environment, or one in the other.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    pub service: Option<Name>,
    pub environment: Option<Name>,
}

/// `icepack/prod`, with a dash for a part that does not apply.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [service, environment] =
            [&self.service, &self.environment].map(|name| name.as_ref().map_or("-", Name::as_str));
        write!(f, "{service}/{environment}")
    }
}

impl Target {
    /// Takes the form that is displayed, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Target, String> {
        let part = |text: &str| match text {
            "-" => Ok(None),
            name => Name::parse(name).map(Some),
        };
        let (service, environment) =
            text.split_once('/').ok_or("write it as SERVICE/ENV, such as icepack/prod")?;
        Ok(Target { service: part(service)?, environment: part(environment)? })
    }

    /// Returns true if a service in an environment belongs to both.
    pub fn overlaps(&self, other: &Target) -> bool {
        let fit = |a: &Option<Name>, b: &Option<Name>| a.is_none() || b.is_none() || a == b;
        fit(&self.service, &other.service) && fit(&self.environment, &other.environment)
    }
}

impl Problem {
    pub fn error(code: Code, message: impl Into<String>) -> Problem {
        Problem {
            code,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            meant: None,
            subjects: Vec::new(),
            cause: None,
            targets: Vec::new(),
        }
    }

    pub fn at(self, place: Span) -> Problem {
        self.label(place, "")
    }

    pub fn label(mut self, place: Span, text: impl Into<String>) -> Problem {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    /// Points at a word that is not known: with the one that was probably meant, or else with what
    /// there is.
    pub fn unknown_word(self, place: Span, word: &str, known: &[&str]) -> Problem {
        match english::nearest(word, known.iter().copied()) {
            Some(meant) => {
                let problem = self.label(place, format!("did you mean `{meant}`?"));
                Problem { meant: Some(meant.to_owned()), ..problem }
            }
            None if known.is_empty() => self.at(place),
            None => self.at(place).help(english::there_are(known)),
        }
    }

    pub fn note(mut self, text: impl Into<String>) -> Problem {
        self.notes.push(Note::Text(text.into()));
        self
    }

    /// Notes the table in which a value was written.
    pub fn in_table(mut self, origin: &Origin) -> Problem {
        self.notes.push(Note::Table(origin.table()));
        self
    }

    pub fn about(mut self, subjects: impl IntoIterator<Item = Subject>) -> Problem {
        self.subjects.extend(subjects);
        self
    }

    pub fn caused_by(self, cause: Cause) -> Problem {
        Problem { cause: Some(cause), ..self }
    }

    pub fn help(mut self, text: impl Into<String>) -> Problem {
        self.help = Some(text.into());
        self
    }

    pub fn for_target(mut self, service: Option<&Name>, environment: Option<&Name>) -> Problem {
        let target = Target { service: service.cloned(), environment: environment.cloned() };
        add(&mut self.targets, target);
        self
    }
}

fn add<T: PartialEq>(items: &mut Vec<T>, item: T) {
    if !items.contains(&item) {
        items.push(item);
    }
}

/// The number of problems kept per target. A broken file of many megabytes has millions, and the
/// first ones are enough to show which targets it stops.
const MOST: usize = 1000;

/// All problems of a run. The same problem met in several environments is one.
#[derive(Clone, Debug, Default)]
pub struct Problems {
    all: Vec<Problem>,
    /// The indices of the problems with a code at a place.
    known: BTreeMap<(Code, Option<Span>), Vec<usize>>,
    /// The number of problems kept per target.
    kept: BTreeMap<Vec<Target>, usize>,
}

impl Problems {
    pub fn push(&mut self, problem: Problem) {
        let at = (problem.code, problem.labels.first().map(|label| label.place));
        let known = self.known.entry(at).or_default();
        let same = |index: &&usize| {
            let known = &self.all[**index];
            known.labels == problem.labels && known.message == problem.message
        };
        if let Some(index) = known.iter().find(same) {
            let known = &mut self.all[*index];
            problem.targets.into_iter().for_each(|it| add(&mut known.targets, it));
            return problem.subjects.into_iter().for_each(|it| add(&mut known.subjects, it));
        }
        let kept = self.kept.entry(problem.targets.clone()).or_default();
        if *kept < MOST {
            *kept += 1;
            known.push(self.all.len());
            self.all.push(problem);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.all.iter()
    }

    pub fn len(&self) -> usize {
        self.all.len()
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
        self.all.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_of_problems_hides_their_targets() {
        let name = |text: &str| Name::parse(text).unwrap();
        let (dev, prod) = (name("dev"), name("prod"));
        let mut problems = Problems::default();
        for index in 0..3 * MOST {
            problems
                .push(Problem::error(Code::Same, index.to_string()).for_target(None, Some(&dev)));
        }
        let at = |index: usize| Problem::error(Code::Same, index.to_string());
        problems.push(at(0).for_target(None, Some(&prod)));
        problems.push(at(3 * MOST).for_target(None, Some(&prod)));
        assert_eq!(problems.len(), MOST + 1);
        let concerned = |name: &Name| {
            let of =
                |it: &&Problem| it.targets.iter().any(|it| it.environment.as_ref() == Some(name));
            problems.iter().filter(of).count()
        };
        assert_eq!((concerned(&dev), concerned(&prod)), (MOST, 2));
    }
}

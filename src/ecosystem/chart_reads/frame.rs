//! The variables of a template while it is walked.

use gotmpl::parse::Pos;

use super::things::Things;

/// A place in a use of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub number: u32,
    /// The byte.
    offset: usize,
    /// The turns of the loops around it that are walked one by one.
    turn: usize,
}

/// A walk through one use of a template.
pub(super) struct Frame<'b> {
    pub number: u32,
    pub root: Things,
    pub turn: usize,
    pub variables: Vec<(&'b str, Things)>,
    /// What the variables hold where a loop is left early, or a turn of it.
    pub left: Vec<Things>,
}

impl<'b> Frame<'b> {
    pub(super) fn new(number: u32, root: Things) -> Frame<'b> {
        Frame { number, root, turn: 0, variables: Vec::new(), left: Vec::new() }
    }

    pub(super) fn place(&self, at: Pos) -> Place {
        Place { number: self.number, offset: at.offset, turn: self.turn }
    }

    pub(super) fn variable(&self, name: &str) -> Things {
        let known = self.variables.iter().rev().find(|(known, _)| *known == name);
        known.map(|(_, things)| things.clone()).unwrap_or_default()
    }

    pub(super) fn set(&mut self, name: &str, value: &Things) {
        let known = self.variables.iter_mut().rev().find(|(known, _)| *known == name);
        known.into_iter().for_each(|(_, things)| *things = value.clone());
    }

    /// Adds what variables hold on another way to the same place. Returns true if that is new.
    pub(super) fn join<'t>(&mut self, others: impl Iterator<Item = &'t Things>) -> bool {
        let pairs = self.variables.iter_mut().zip(others);
        pairs.fold(false, |is_new, ((_, things), other)| things.join(other) | is_new)
    }

    pub(super) fn join_variables(&mut self, others: &[(&'b str, Things)]) -> bool {
        self.join(others.iter().map(|(_, things)| things))
    }

    /// Adds what variables hold where a loop was left.
    pub(super) fn add_left_to(&self, variables: &mut [Things]) {
        variables.iter_mut().zip(&self.left).for_each(|(things, left)| _ = things.join(left));
    }

    /// Takes the texts out of what variables are about to hold, if there are new ones.
    pub(super) fn forget_changed_texts(&mut self, after: &mut [Things]) {
        for ((_, things), after) in self.variables.iter_mut().zip(after) {
            if after.iter().any(|thing| !things.contains(thing)) {
                *things = std::mem::take(things).without_texts();
                *after = std::mem::take(after).without_texts();
            }
        }
    }

    /// Notes what the variables hold where the turn of a loop ends early.
    pub(super) fn leave(&mut self) {
        for (nth, (_, things)) in self.variables.iter().enumerate() {
            match self.left.get_mut(nth) {
                Some(left) => _ = left.join(things),
                None => self.left.push(things.clone()),
            }
        }
    }
}

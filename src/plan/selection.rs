//! The part of a project that `--env` and `--service` select.
//!
//! Knows the targets of files and problems, but not their content.

use crate::model::diagnostic::{Problem, Target};
use crate::model::name::Name;

/// The part of a project that a command is about.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    pub service: Option<Name>,
    pub environment: Option<Name>,
}

impl Selection {
    pub fn is_everything(&self) -> bool {
        self.service.is_none() && self.environment.is_none()
    }

    /// Returns true if a file of an owner is selected. With an environment alone, the files of a whole
    /// service or project are not; with a service alone, its own are.
    pub fn includes(&self, target: &Target) -> bool {
        let fits = |wanted: &Option<Name>, has: &Option<Name>| wanted.is_none() || wanted == has;
        fits(&self.service, &target.service) && fits(&self.environment, &target.environment)
    }

    /// Returns true if a problem affects the selection. One without a target always does.
    pub fn touches(&self, problem: &Problem) -> bool {
        let touched = |target: &Target| match (&target.service, &target.environment) {
            // Facts of an environment hold for every service there.
            (None, Some(name)) => self.environment.as_ref().is_none_or(|wanted| wanted == name),
            _ => self.includes(target),
        };
        problem.targets.is_empty() || problem.targets.iter().any(touched)
    }
}

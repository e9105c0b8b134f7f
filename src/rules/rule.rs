//! A rule: its code, what it checks, and the stages of a run at which it does.

use super::drift::Drift;
use super::findings::Findings;
use super::rendered::{ModuleCall, RenderedFile};
use super::settings::Settings;
use crate::model::code::Code;
use crate::render::Collision;

/// A rule of the registry.
pub struct Rule {
    pub code: Code,
    /// The requirement, in one clause.
    pub summary: &'static str,
    /// The paths that a waiver can name; `None` where the rule cannot be waived.
    pub waivable_at: Option<&'static str>,
    pub checks: &'static [RuleCheck],
}

/// A check of a rule, by what it looks at.
pub enum RuleCheck {
    /// The settings of all environments, before anything is rendered.
    Settings(fn(&Settings<'_>, &mut Findings<'_>)),
    /// The paths of the files to render.
    Paths(fn(&[Collision], &mut Findings<'_>)),
    /// A rendered Terraform file.
    File(fn(&RenderedFile<'_>, &mut Findings<'_>)),
    /// The call of a module in a rendered Terraform file.
    Call(fn(&ModuleCall<'_>, &mut Findings<'_>)),
    /// The rendered files, compared with the disk.
    Drift(fn(&Drift<'_>, &mut Findings<'_>)),
}

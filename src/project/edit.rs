//! A change of `environments.toml` together with the files that it reaches: all of it or nothing.
//!
//! `set`, `add` and `retire` decide what changes and return an [`Edit`]; [`EditSession::carry_out`]
//! is the only way to write one.

use std::collections::BTreeSet;

use super::abort::Abort;
use super::load::{self, RenderedProject};
use super::outcome::{Common, Outcome};
use super::planned::{PlannedProject, Request};
use super::workspace::{Workspace, owned};
use crate::base::english::count;
use crate::config::layer::Layer;
use crate::model::diagnostic::Target;
use crate::model::name::{Name, RelativePath};
use crate::plan::Selection;
use crate::render::{File, FileText};
use crate::report;
use crate::report::revision::{self, Change};
use crate::resolve::Deployment;
use crate::toml_file::edit::{Edited, comments_lost};
use crate::world::{CONFIG, World};

/// A project before it is edited, locked.
pub(crate) struct EditSession<'w> {
    workspace: Workspace<'w>,
    pub text: String,
    pub before: RenderedProject,
}

/// A change that a command decided on.
pub(crate) struct Edit {
    /// The new text of `environments.toml`, and what it renders.
    pub text: Edited,
    pub after: RenderedProject,
    /// The settings that change, where they are reported one by one.
    pub changes: Vec<Change>,
    /// The parts that must hold no problem: a mistake in another part does not stop the edit.
    pub selection: Selection,
    pub request: Request,
}

/// An edit that was carried out, or shown with `--dry-run`.
pub(crate) struct EditedProject<'w> {
    pub project: PlannedProject<'w>,
    pub outcome: Outcome,
}

impl<'w> EditSession<'w> {
    /// Reads and renders the project as it is. With `writes`, no other command may run meanwhile.
    pub(crate) fn begin(
        world: &'w dyn World,
        common: &Common,
        writes: bool,
    ) -> Result<EditSession<'w>, Abort> {
        let workspace = Workspace::enter(world, common, writes)?;
        let text = workspace.text()?;
        let before = load::read(text.clone())?.load(world)?;
        Ok(EditSession { workspace, text, before })
    }

    /// Renders a changed text.
    pub(crate) fn render(&self, text: &Edited) -> Result<RenderedProject, Abort> {
        Ok(load::read(text.text().to_owned())?.load(self.workspace.world)?)
    }

    /// An edit that must leave no problem in the whole project.
    pub(crate) fn edit(&self, text: Edited) -> Result<Edit, Abort> {
        let after = self.render(&text)?;
        let (selection, request) = Default::default();
        Ok(Edit { text, after, changes: Vec::new(), selection, request })
    }

    /// The deployments that a layer reaches.
    pub(super) fn deployments<'l>(
        &'l self,
        layer: &'l Layer,
    ) -> impl Iterator<Item = &'l Deployment> {
        let environments = &self.before.resolved.environments;
        let services = self.before.resolved.services.iter();
        let services =
            services.filter(|it| layer.service.as_ref().is_none_or(|name| *name == it.name));
        services.flat_map(|service| &service.deployments).filter(|deployment| {
            let name = &environments[deployment.environment].name;
            layer.environment.as_ref().is_none_or(|wanted| wanted == name)
        })
    }

    /// Writes the changed text and exactly the files that differ because of it. `Err`: something is
    /// wrong or refused, and nothing was written. With `dry_run`, nothing is written either.
    pub(crate) fn carry_out(
        self,
        common: &Common,
        edit: Edit,
        dry_run: bool,
    ) -> Result<EditedProject<'w>, Abort> {
        let Edit { text, after, changes: settings, selection, request } = edit;
        let lost = comments_lost(&self.text, text.text());
        let is_changed = self.text != text.text();
        let reached = reached(&self.before.files, &after.files);
        // A file of a whole service changes with a setting of one environment, too.
        let mut judged = targets(&reached, [&self.before.files, &after.files]);
        let broken = broken(&after, &selection);
        judged.extend(broken.iter().cloned());
        let request = Request { only: Some(reached), judged, broken, ..request };
        let listing = self.workspace.listing(&owned(&after.config))?;
        let project = after.plan(self.workspace, listing, selection, request)?;
        let consequence = "environments.toml is shown as it would be; nothing was written";
        if let Some(outcome) = project.failed(common, consequence) {
            return Err(outcome.into());
        }
        let changes = project.changes(false, common)?;
        let mut out = revision::changes(&settings, &lost);
        let applied = if dry_run {
            out.push_str(&report::diff::unified(CONFIG, Some(&self.text), Some(text.text())));
            changes.preview()
        } else {
            changes.apply_with(is_changed.then(|| text.text()))?
        };
        let mut err = applied.notes;
        if project.problems_outside > 0 {
            let problems = count(project.problems_outside, "problem");
            err.push_str(&format!("{problems} elsewhere: `envroot check` shows all\n"));
        }
        let entries = applied.entries;
        out.push_str(&report::text::written(&project.view(), &entries, dry_run, common.style));
        out.push_str(&revision::total(is_changed, entries.len(), dry_run));
        let outcome = Outcome { out: out.into(), err: err.into(), ..Outcome::default() };
        Ok(EditedProject { project, outcome })
    }
}

/// The whole services and the project, of which a file that a change of the selection reaches cannot be
/// rendered. It may have been wrong before.
fn broken(after: &RenderedProject, selection: &Selection) -> BTreeSet<Target> {
    let environments = &after.resolved.environments;
    let is_selected = |deployment: &Deployment| {
        let name = &environments[deployment.environment].name;
        selection.environment.as_ref().is_none_or(|wanted| wanted == name)
    };
    let services = after.resolved.services.iter();
    let services = services.filter(|it| it.deployments.iter().any(is_selected));
    let services: BTreeSet<&Name> = services.map(|service| &service.name).collect();
    let is_service = |name: &Name| {
        services.contains(name) && selection.service.as_ref().is_none_or(|wanted| wanted == name)
    };
    let is_reached = |target: &&Target| {
        target.environment.is_none() && target.service.as_ref().is_none_or(is_service)
    };
    after.broken.iter().filter(is_reached).cloned().collect()
}

/// The targets of the files at some paths.
fn targets(paths: &BTreeSet<RelativePath>, files: [&[File]; 2]) -> BTreeSet<Target> {
    let files = files.into_iter().flatten().filter(|file| paths.contains(&file.path));
    files.map(|file| file.owner.target.clone()).collect()
}

/// The paths at which two renderings differ.
pub(crate) fn reached(before: &[File], after: &[File]) -> BTreeSet<RelativePath> {
    fn texts(files: &[File]) -> BTreeSet<(&RelativePath, Option<&str>)> {
        files.iter().map(|file| (&file.path, file.text().map(FileText::sealed))).collect()
    }
    let different = &texts(before) ^ &texts(after);
    different.into_iter().map(|(path, _)| path.clone()).collect()
}

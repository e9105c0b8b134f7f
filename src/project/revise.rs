//! A change of `environments.toml` together with the files that it reaches: all of it or nothing.
//!
//! Shared by the commands that make such a change. What the change is they decide themselves.

use std::collections::BTreeSet;

use super::apply;
use super::compare::{Abort, Project, Request, Workspace, owned};
use super::outcome::{Common, Outcome};
use crate::base::english::count;
use crate::config::layer::Layer;
use crate::model::key_path::Path;
use crate::model::name::RelativePath;
use crate::model::reference::Scope;
use crate::plan::{self, Selection};
use crate::project::load::{self, RenderedProject};
use crate::render::{File, FileText};
use crate::report::{self, revision};
use crate::resolve::Deployment;
use crate::toml_file::edit::Edited;
use crate::world::{CONFIG, World};

/// A project that is about to be changed.
pub(crate) struct Revision<'w> {
    pub workspace: Workspace<'w>,
    pub text: String,
    pub before: RenderedProject,
}

/// The options for applying a change.
#[derive(Default)]
pub(crate) struct ApplyOptions {
    pub dry_run: bool,
    pub request: Request,
    pub selection: Selection,
}

/// A change that holds: what it is made of, ready to be said.
pub(crate) struct Revised<'w> {
    pub project: Project<'w>,
    pub outcome: Outcome,
}

impl<'w> Revision<'w> {
    /// Reads and renders the project as it is. With `writes`, no other command may run meanwhile.
    pub(crate) fn begin(
        world: &'w dyn World,
        common: &Common,
        writes: bool,
    ) -> Result<Revision<'w>, Abort> {
        let workspace = Workspace::enter(world, common, writes)?;
        let text = workspace.text()?;
        let before = loaded(world, text.clone())?;
        Ok(Revision { workspace, text, before })
    }

    /// Renders a changed text.
    pub(crate) fn load(&self, edited: &Edited) -> Result<RenderedProject, Abort> {
        loaded(self.workspace.world, edited.text().to_owned())
    }

    /// The deployments that a layer reaches.
    fn deployments<'l>(&'l self, layer: &'l Layer) -> impl Iterator<Item = &'l Deployment> {
        let environments = &self.before.resolved.environments;
        let services = self.before.resolved.services.iter();
        let services =
            services.filter(|it| layer.service.as_ref().is_none_or(|name| *name == it.name));
        services.flat_map(|service| &service.deployments).filter(|deployment| {
            let name = &environments[deployment.environment].name;
            layer.environment.as_ref().is_none_or(|wanted| wanted == name)
        })
    }

    /// Returns true if a pack's schema accepts only a string at a path.
    pub(crate) fn wants_string(&self, layer: &Layer, path: &Path) -> bool {
        let scope = if layer.service.is_some() { Scope::Service } else { Scope::Env };
        self.deployments(layer).any(|deployment| {
            let shape = deployment.pack.schema.declared(scope, path);
            let kind = shape.and_then(|shape| shape.node()).and_then(|node| node.get("type"));
            kind.is_some_and(|kind| kind == "string")
        })
    }

    /// Writes the changed text and exactly the files that differ because of it; `after` is what it
    /// renders. `Err`: something is wrong or refused, and nothing was written.
    pub(crate) fn apply(
        self,
        common: &Common,
        edited: &Edited,
        after: RenderedProject,
        carry: ApplyOptions,
    ) -> Result<Revised<'w>, Abort> {
        let consequence = "environments.toml is shown as it would be; nothing was written";
        let reached = reached(&self.before.files, &after.files);
        let request = Request { only: Some(reached), ..carry.request };
        let listing = self.workspace.world.list(&owned(&after.config), plan::may_matter)?;
        let project = self.workspace.compare(after, listing, carry.selection, request)?;
        if let Some(outcome) = project.failed(common, consequence) {
            return Err(outcome.into());
        }
        let changes = apply::changes(&project, false, common)?;
        let mut outcome = Outcome::default();
        if carry.dry_run {
            outcome.out = report::diff::unified(CONFIG, Some(&self.text), Some(edited.text()));
            outcome.err.push_str("dry run: nothing was written\n");
        } else {
            // The text first: a run that is killed after it is finished by the next `gen`.
            if self.text != edited.text() {
                project.workspace.world.write_config(edited.text())?;
            }
            outcome.err.push_str(&apply::apply(&project, &changes)?);
        }
        if project.problems_outside > 0 {
            let problems = count(project.problems_outside, "problem");
            outcome.err.push_str(&format!("{problems} elsewhere: `envroot check` shows all\n"));
        }
        let shown = report::text::written(&project.view(), &changes, carry.dry_run, common.style);
        let is_changed = self.text != edited.text();
        outcome.out.push_str(&shown);
        outcome.out.push_str(&revision::total(is_changed, changes.len(), carry.dry_run));
        Ok(Revised { project, outcome })
    }
}

/// Renders a text, every file with its text.
fn loaded(world: &dyn World, text: String) -> Result<RenderedProject, Abort> {
    Ok(load::read(text)?.load(world)?)
}

/// The paths at which two renderings differ.
pub(crate) fn reached(before: &[File], after: &[File]) -> BTreeSet<RelativePath> {
    fn texts(files: &[File]) -> BTreeSet<(&RelativePath, Option<&str>)> {
        files.iter().map(|file| (&file.path, file.text().map(FileText::as_str))).collect()
    }
    let different = &texts(before) ^ &texts(after);
    different.into_iter().map(|(path, _)| path.clone()).collect()
}

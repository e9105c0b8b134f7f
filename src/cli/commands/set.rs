//! `envroot set`: settings changed in place, and exactly the files that they reach.

use std::collections::BTreeSet;

use clap::Args;

use crate::config::layer::{self, Layer};
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::plan::Selection;
use crate::project::abort::{Abort, wrong_command_line};
use crate::project::edit::{Edit, EditSession, reached};
use crate::project::load::RenderedProject;
use crate::project::outcome::{Common, Outcome};
use crate::project::planned::Request;
use crate::project::select::named;
use crate::report::revision::Change;
use crate::resolve::Deployment;
use crate::toml_file::edit::{Edited, read_value, written_json};
use crate::world::World;

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// Change only this environment
    #[arg(long, value_name = "ENV")]
    env: Option<String>,
    /// Change this service; may be repeated
    #[arg(long, value_name = "SERVICE")]
    service: Vec<String>,
    /// Copy values from this environment (promotion)
    #[arg(long, value_name = "ENV")]
    from: Option<String>,
    /// The values to set
    #[arg(value_name = "PATH=VALUE", required_unless_present = "unset")]
    assignments: Vec<String>,
    /// Remove the value at PATH
    #[arg(long, value_name = "PATH")]
    unset: Vec<String>,
    /// Show the changes without writing them
    #[arg(long)]
    dry_run: bool,
}

/// One thing that was asked for.
struct Wanted {
    layer: Layer,
    /// Below the layer's table.
    path: Path,
    /// As TOML writes it; `None` takes away what the layer says.
    value: Option<String>,
}

impl Wanted {
    fn whole(&self) -> Path {
        layer::below(&self.layer.table(), &self.path.0)
    }
}

/// Changes `environments.toml` and the files that the changes reach: all of it or nothing.
pub(crate) fn set(world: &dyn World, common: &Common, options: &Set) -> Outcome {
    changed(world, common, options)
        .unwrap_or_else(|stopped| stopped.outcome(common, "nothing was written"))
}

fn changed(world: &dyn World, common: &Common, options: &Set) -> Result<Outcome, Abort> {
    let session = EditSession::begin(world, common, !options.dry_run)?;
    let wanted = SetRequest { options, session: &session }.wanted()?;
    let edit = edit(&session, &wanted)?;
    Ok(session.carry_out(common, edit, options.dry_run)?.outcome)
}

/// The edit that carries out a request, with the files that each setting reaches.
fn edit(session: &EditSession<'_>, wanted: &[Wanted]) -> Result<Edit, Abort> {
    let mut text = Edited::new(session.text.clone());
    let mut changes = Vec::new();
    let mut last: Option<RenderedProject> = None;
    for item in wanted {
        let before = last.as_ref().unwrap_or(&session.before);
        let from = said_before(before, &text, item);
        apply(&mut text, &session.before, item)?;
        let after = session.render(&text)?;
        let files = reached(&before.files, &after.files);
        let to = item.value.clone();
        changes.push(Change { path: item.whole(), from, to, files });
        last = Some(after);
    }
    let after = match last {
        Some(after) => after,
        None => session.render(&text)?,
    };
    let request = Request::default();
    Ok(Edit { text, after, changes, selection: selection(wanted), request })
}

/// A request, checked against the configuration.
struct SetRequest<'a> {
    options: &'a Set,
    session: &'a EditSession<'a>,
}

impl SetRequest<'_> {
    fn wanted(&self) -> Result<Vec<Wanted>, Abort> {
        let config = &self.session.before.config;
        let environments = config.environments.keys();
        let environment = self.options.env.as_deref();
        let environment = named("environment", environment, environments.clone())?;
        let from = named("environment", self.options.from.as_deref(), environments)?;
        let service = |name: &String| named("service", Some(name), config.services.keys());
        let services =
            self.options.service.iter().map(service).collect::<Result<Vec<_>, Abort>>()?;
        let services: Vec<Option<Name>> = if services.is_empty() { vec![None] } else { services };
        let mut wanted = Vec::new();
        for service in &services {
            let layer = Layer { environment: environment.clone(), service: service.clone() };
            for assignment in &self.options.assignments {
                let (path, typed) = match assignment.split_once('=') {
                    Some((path, typed)) => (path, Some(typed)),
                    None => (assignment.as_str(), None),
                };
                let (layer, path) = self.place(&layer, path)?;
                self.session.is_below_tables(&layer, &path).map_err(wrong_command_line)?;
                let value = match (typed, &from) {
                    (Some(typed), _) => self.typed(&layer, &path, typed)?,
                    (None, Some(from)) => self.value_in(from, &layer, &path)?,
                    (None, None) => {
                        return Err(wrong_command_line(format_args!(
                            "`{assignment}` has no value: write {assignment}=VALUE, or copy it with --from ENV"
                        )));
                    }
                };
                wanted.push(Wanted { layer, path, value: Some(value) });
            }
            for path in &self.options.unset {
                let (layer, path) = self.place(&layer, path)?;
                wanted.push(Wanted { layer, path, value: None });
            }
        }
        Ok(wanted)
    }

    /// A typed value as TOML writes it.
    fn typed(&self, layer: &Layer, path: &Path, typed: &str) -> Result<String, Abort> {
        let written = read_value(typed, self.session.typed_as(layer, path));
        let kept = self.session.keeps_kind(layer, path, typed, &written);
        kept.map(|()| written).map_err(wrong_command_line)
    }

    /// A path as it was typed, `services.S.` before it standing for the service.
    fn place(&self, layer: &Layer, typed: &str) -> Result<(Layer, Path), Abort> {
        let path = Path::parse(typed.trim()).map_err(wrong_command_line)?;
        match layer::of_a_service(&path) {
            Some((service, setting)) if layer.service.is_none() => {
                let known = self.session.before.config.services.keys();
                let service = named("service", Some(service), known)?;
                Ok((Layer { service, ..layer.clone() }, setting))
            }
            _ => Ok((layer.clone(), path)),
        }
    }

    /// The value that a fact or setting has in another environment, as TOML writes it.
    fn value_in(&self, from: &Name, layer: &Layer, path: &Path) -> Result<String, Abort> {
        let there = Layer { environment: Some(from.clone()), ..layer.clone() };
        resolved(&self.session.before, &there, path).map(|(value, _)| value).ok_or_else(|| {
            let what = layer.service.as_ref().map_or("fact", |_| "setting");
            wrong_command_line(format_args!("{from} has no {what} `{path}` to copy"))
        })
    }
}

/// The value of a fact or setting where a layer affects one place, and the table that sets it.
fn resolved(loaded: &RenderedProject, layer: &Layer, path: &Path) -> Option<(String, String)> {
    let environment = layer.environment.as_ref()?;
    let environments = &loaded.resolved.environments;
    let index = environments.iter().position(|it| it.name == *environment)?;
    let node = match &layer.service {
        None => environments[index].facts.at(path)?,
        Some(service) => {
            let service = loaded.resolved.services.iter().find(|it| it.name == *service)?;
            let here = |deployment: &&Deployment| deployment.environment == index;
            service.deployments.iter().find(here)?.settings.at(path)?
        }
    };
    Some((written_json(&node.to_json())?, node.origin.table()))
}

/// The previous value in a layer, or the value that it overrides.
fn said_before(loaded: &RenderedProject, edited: &Edited, wanted: &Wanted) -> String {
    if let Some(written) = edited.value(&wanted.whole()) {
        return written.to_owned();
    }
    match resolved(loaded, &wanted.layer, &wanted.path) {
        Some((value, table)) => format!("{value} (from {table})"),
        None => "nothing".to_owned(),
    }
}

fn apply(edited: &mut Edited, before: &RenderedProject, wanted: &Wanted) -> Result<(), Abort> {
    let whole = wanted.whole();
    let Some(value) = &wanted.value else {
        if edited.remove(&whole).map_err(wrong_command_line)? {
            return Ok(());
        }
        return Err(wrong_command_line(format_args!("nothing is set at `{whole}`")));
    };
    let home = wanted.layer.table().0.len();
    let near = wanted.layer.near(&before.config);
    for (below, value) in edited.leaves(&whole, value) {
        edited
            .assign(&layer::below(&whole, &below), &value, home, &near)
            .map_err(wrong_command_line)?;
    }
    Ok(())
}

/// The parts that the changes affect. A mistake in another part does not stop them.
fn selection(wanted: &[Wanted]) -> Selection {
    let layers: BTreeSet<&Layer> = wanted.iter().map(|it| &it.layer).collect();
    let same = |pick: fn(&Layer) -> &Option<Name>| {
        let mut names = layers.iter().map(|layer| pick(layer));
        let first = names.next()?;
        names.all(|name| name == first).then(|| first.clone()).flatten()
    };
    Selection {
        environment: same(|layer| &layer.environment),
        service: same(|layer| &layer.service),
    }
}

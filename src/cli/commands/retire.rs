//! `envroot retire`: an environment taken down in two steps, so that nothing is lost while Terraform
//! still holds its resources.

use std::collections::BTreeSet;

use super::runbook;
use clap::Args;

use crate::config::layer::{self, Layer};
use crate::model::diagnostic::Target;
use crate::model::key_path::Path;
use crate::model::name::Name;
use crate::project::abort::{Abort, wrong_command_line};
use crate::project::edit::{Edit, EditSession};
use crate::project::outcome::{Common, Exit, Outcome};
use crate::project::planned::Request;
use crate::project::select::named;
use crate::toml_file::edit::{Edited, written_json};
use crate::world::World;

#[derive(Debug, Args)]
pub(crate) struct Retire {
    /// The environment
    #[arg(value_name = "ENV")]
    environment: String,
    /// Retire only this service
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// The second step: its resources are destroyed
    #[arg(long)]
    destroyed: bool,
    /// Show the changes without writing them
    #[arg(long)]
    dry_run: bool,
}

/// Marks an environment as retiring or, once it is destroyed, removes it: all of it or nothing.
pub(crate) fn retire(world: &dyn World, common: &Common, options: &Retire) -> Outcome {
    retired(world, common, options)
        .unwrap_or_else(|stopped| stopped.outcome(common, "nothing was written"))
}

fn retired(world: &dyn World, common: &Common, options: &Retire) -> Result<Outcome, Abort> {
    let session = EditSession::begin(world, common, !options.dry_run)?;
    let config = &session.before.config;
    let known = config.environments.keys();
    let name = named("environment", Some(&options.environment), known)?.expect("one was given");
    let service = named("service", options.service.as_deref(), config.services.keys())?;
    if let Some(service) = &service
        && !config.services[service].runs_in(&name)
    {
        return Err(wrong_command_line(format_args!("{service} does not run in {name}")));
    }
    let environment = &config.environments[&name];
    let retiring = environment.retiring
        || service.as_ref().is_some_and(|it| environment.retiring_services.contains(it));
    let mut edited = Edited::new(session.text.clone());
    let mut destroyed = BTreeSet::new();
    match (options.destroyed, retiring) {
        (false, _) => {
            mark(&mut edited, &session, &name, service.as_ref()).map_err(wrong_command_line)?;
        }
        (true, true) => {
            remove(&mut edited, &session, &name, service.as_ref()).map_err(wrong_command_line)?;
            let services =
                config.services.keys().filter(|it| service.as_ref().is_none_or(|s| s == *it));
            let root = |service: &Name| Target {
                service: Some(service.clone()),
                environment: Some(name.clone()),
            };
            destroyed.extend(services.map(root));
        }
        (true, false) => return Ok(not_retiring(&name, service.as_ref())),
    }
    let request = Request { destroyed, ..Request::default() };
    let edit = Edit { request, ..session.edit(edited)? };
    let done = session.carry_out(common, edit, options.dry_run)?;
    let mut outcome = done.outcome;
    if !options.destroyed {
        outcome.out.push_str(&runbook::steps(&done.project, &name, service.as_ref(), common.style));
        let command = command(&name, service.as_ref());
        outcome.err.push_str(&format!("once its resources are destroyed: {command} --destroyed\n"));
    }
    Ok(outcome)
}

fn command(name: &Name, service: Option<&Name>) -> String {
    let service = service.map(|service| format!(" --service {service}")).unwrap_or_default();
    format!("envroot retire {name}{service}")
}

fn not_retiring(name: &Name, service: Option<&Name>) -> Outcome {
    let command = command(name, service);
    let what = service.map(|service| format!("{service} in {name}")).unwrap_or(name.to_string());
    let err = format!(
        "error: {what} is not being retired, so Terraform may still hold its resources\n\
         first `{command}`, then its destroy commands; nothing was written\n"
    );
    Outcome { err: err.into(), exit: Exit::Drift, ..Outcome::default() }
}

/// The first step: still rendered, out of every deploy.
fn mark(
    edited: &mut Edited,
    session: &EditSession<'_>,
    name: &Name,
    service: Option<&Name>,
) -> Result<(), String> {
    let layer = Layer { environment: Some(name.clone()), service: service.cloned() };
    let status = layer::below(&layer.table(), &["status".into()]);
    let near = layer.near(&session.before.config);
    edited.assign(&status, "\"retiring\"", layer.table().0.len(), &near)
}

/// The second step: the tables and every list.
fn remove(
    edited: &mut Edited,
    session: &EditSession<'_>,
    name: &Name,
    service: Option<&Name>,
) -> Result<(), String> {
    let config = &session.before.config;
    let layer = Layer { environment: Some(name.clone()), service: service.cloned() };
    edited.remove(&layer.table())?;
    if service.is_none() {
        edited.remove_item(&Path::of(&["project", "order"]), name.as_str())?;
    }
    for (service, written) in config.services.iter().filter(|it| service.is_none_or(|s| s == it.0))
    {
        let list = Path::of(&["services", service.as_str(), "environments"]);
        match &written.environments {
            Some(_) => _ = edited.remove_item(&list, name.as_str())?,
            // It ran everywhere: now that must be said.
            None if layer.service.is_some() => {
                let others = config.environments.keys().filter(|it| *it != name);
                let others: Vec<&str> = others.map(Name::as_str).collect();
                let others = written_json(&others.into()).unwrap_or_default();
                edited.assign(&list, &others, 2, &[])?;
            }
            None => {}
        }
    }
    Ok(())
}

//! `envroot check`: fails when anything differs, or an invariant is broken.

use super::project::{self, Request, Stopped};
use super::{Common, Exit, Outcome};
use crate::load::Unreadable;
use crate::report;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// Compares and reports; writes nothing.
pub fn check(common: &Common, format: Format, all: bool) -> Outcome {
    let project = match project::open(common, false, Request::default()) {
        Ok(project) => project,
        Err(Stopped::Unreadable(Unreadable { problems, sources })) if format == Format::Json => {
            let exit = Exit::WrongInput;
            let out = report::json::check(None, &problems, &sources, false, exit as u8, all);
            return Outcome { out, exit, ..Default::default() };
        }
        Err(stopped) => return stopped.outcome(common, "nothing was compared"),
    };
    let drift = if project.plan.selected().next().is_some() { Exit::Drift } else { Exit::Done };
    let failed = project.failed(common, "nothing was compared");
    let exit = failed.as_ref().map_or(drift, |outcome| outcome.exit);
    let view = project.view();
    if format == Format::Json {
        let compared = failed.is_none().then_some(&view);
        let partial = !project.selection.is_everything();
        let out = report::json::check(
            compared,
            &project.problems,
            &project.sources,
            partial,
            exit as u8,
            all,
        );
        return Outcome { out, err: project.workspace.notice.clone(), exit };
    }
    failed.unwrap_or_else(|| Outcome {
        out: report::text::check(&view, common.style),
        err: project.workspace.notice.clone() + &project.partial_note(),
        exit,
    })
}

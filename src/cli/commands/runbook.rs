//! The pages that say what people have to do outside of envroot.

use std::borrow::Cow;

use crate::model::name::Name;
use crate::project::planned::PlannedProject;
use crate::report::{Style, runbook};

/// The next steps for an environment, or for one service in it.
pub(crate) fn steps(
    project: &PlannedProject<'_>,
    environment: &Name,
    service: Option<&Name>,
    style: Style,
) -> String {
    let pages = project.rendered.files.iter().filter(|file| {
        let target = &file.owner.target;
        file.runbook
            && target.environment.as_ref() == Some(environment)
            && (service.is_none() || target.service.as_ref() == service)
    });
    let pages: Vec<(&str, Cow<'_, str>)> =
        pages.filter_map(|file| Some((file.path.as_str(), file.text()?.body()))).collect();
    let pages: Vec<(&str, &str)> = pages.iter().map(|(path, text)| (*path, &**text)).collect();
    runbook::steps(&pages, style)
}

//! The pages that say what people have to do outside of envroot.

use super::project::Project;
use crate::name::Name;

/// The pages of an environment, or of one service in it, each under its path.
pub fn pages(project: &Project, environment: &Name, service: Option<&Name>) -> String {
    let pages = project.files.iter().filter(|file| {
        let concern = &file.owner.concern;
        file.path.as_str().ends_with("/RUNBOOK.md")
            && concern.environment.as_ref() == Some(environment)
            && (service.is_none() || concern.service.as_ref() == service)
    });
    pages.map(|file| format!("\n{}:\n\n{}", file.path, file.body())).collect()
}

//! The gate in other people's CI: what hosts and linters make of envroot's reports and of the folders
//! that bring it there.
//!
//! Hosts are played by what they document: the scripts are run as they would run them.

#[path = "gate/annotations.rs"]
mod annotations;
#[path = "support/project.rs"]
mod project;
#[path = "gate/sarif.rs"]
mod sarif;
mod support;

use project::Project;

/// The shop in a folder of a repository, as `gen` left it.
fn shop() -> Project {
    let project = Project::empty();
    for (path, text) in Project::shop().tree() {
        project.write(&format!("infra/{path}"), &text);
    }
    assert_eq!(project.git("init --quiet").exit, 0);
    assert_eq!(project.envroot_in("infra", "gen").exit, 0);
    project
}

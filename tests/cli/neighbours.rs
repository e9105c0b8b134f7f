//! Two projects with one output folder, and folders above a project that are not its own.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::process::Command;

use crate::second_root::lab;
use crate::support::project::Project;

/// The lab with a project in `sub` and one above it, which render into one folder.
fn two(inner: &str, outer: &str) -> Project {
    let project = lab();
    let named = |text: &str, name: &str| match name {
        "" => text.to_owned(),
        _ => text.replacen("[project]", &format!("[project]\nname = \"{name}\""), 1),
    };
    for (path, text) in project.tree() {
        project.write(&format!("sub/{path}"), &text);
    }
    let config = project.read("environments.toml");
    project.write("sub/environments.toml", &named(&config, inner));
    let config = config.replace("\"generated\"", "\"sub/generated\"").replace("orders", "bills");
    project.write("environments.toml", &named(&config, outer));
    project.edit("templates/queue/pack.toml", "key     = \"orders\"", "key     = \"bills\"");
    project.edit("templates/queue/pack.toml", "/orders/", "/bills/");
    project.edit("templates/queue/main.tf", "= \"orders\"", "= \"bills\"");
    fs::remove_dir_all(project.path("generated")).unwrap();
    fs::remove_dir_all(project.path("sub/generated")).unwrap();
    project
}

#[track_caller]
fn all_is_in_sync(project: &Project) {
    for folder in ["", "sub"] {
        let run = project.envroot_in(folder, "check");
        assert_eq!(run.exit, 0, "{folder}\n{}{}", run.out, run.err);
    }
}

#[test]
fn two_projects_with_one_output_folder_are_both_in_sync() {
    for (inner, outer) in [("inner", "outer"), ("inner", ""), ("", "outer")] {
        let project = two(inner, outer);
        for folder in ["sub", "", "sub", ""] {
            let run = project.envroot_in(folder, "gen");
            assert_eq!(run.exit, 0, "{folder}\n{}{}", run.out, run.err);
        }
        all_is_in_sync(&project);
        let before = project.tree();
        for folder in ["", "sub"] {
            let run = project.envroot_in(folder, "gen --force");
            assert!(run.out.ends_with("already current\n"), "{}{}", run.out, run.err);
        }
        assert_eq!(project.tree(), before);
        // The one that is left restores what it needs.
        project.remove("sub/generated/.gitattributes");
        assert_eq!(project.envroot("check").exit, 1);
        project.done("gen");
        all_is_in_sync(&project);
        project.write("sub/generated/.gitattributes", "* text\n");
        assert_eq!(project.envroot_in("sub", "gen").exit, 1, "it is written by hand");
    }
}

#[test]
fn drafts_of_the_other_project_are_left_alone() {
    let project = two("inner", "outer");
    for folder in ["", "sub"] {
        assert_eq!(project.envroot_in(folder, "gen").exit, 0);
    }
    let inner = "sub/generated/dev/.envroot-2-half.draft";
    let outer = "sub/generated/dev/.envroot-3-half.draft";
    for (folder, cleared, left) in [("", outer, inner), ("sub", inner, outer)] {
        project.write(inner, "half");
        project.write(outer, "half");
        assert_eq!(project.envroot_in(folder, "gen").exit, 0);
        assert!(!project.path(cleared).exists() && project.path(left).exists(), "{folder}");
    }
}

#[test]
fn two_projects_write_at_the_same_time() {
    let project = two("inner", "outer");
    for round in 0..10 {
        let start = |folder: &str| {
            let mut envroot = Command::new(env!("CARGO_BIN_EXE_envroot"));
            envroot.arg("gen").current_dir(project.path(folder)).spawn().unwrap()
        };
        for mut run in ["", "sub"].map(start) {
            assert!(run.wait().unwrap().success(), "{round}");
        }
        all_is_in_sync(&project);
        fs::remove_dir_all(project.path("sub/generated")).unwrap();
    }
}

#[test]
fn two_projects_without_names_refuse_each_other() {
    let project = two("", "");
    assert_eq!(project.envroot_in("sub", "gen").exit, 0);
    let before = project.tree();
    let run = project.envroot("gen");
    assert_eq!(run.exit, 1, "{}{}", run.out, run.err);
    assert_eq!(project.tree(), before);
}

#[test]
fn a_second_root_of_the_other_project_is_found() {
    let project = two("inner", "outer");
    for file in ["pack.toml", "main.tf"] {
        let path = format!("templates/queue/{file}");
        let text = project.read(&path).replace("\"bills\"", "\"orders\"");
        project.write(&path, &text);
    }
    assert_eq!(project.envroot_in("sub", "gen").exit, 0);
    let run = project.envroot("gen");
    assert!(run.exit == 3 && run.err.contains("error[shared-state]"), "{}{}", run.out, run.err);
}

#[test]
fn the_search_upwards_ends_at_the_top_of_the_repository() {
    for make in ["mkdir .git", "touch .git", "ln -s /nowhere/.git .git"] {
        let project = lab();
        fs::create_dir_all(project.path("below/deep")).unwrap();
        assert_eq!(project.envroot_in("below/deep", "check").exit, 0);
        let mut words = make.split(' ');
        let mut command = Command::new(words.next().unwrap());
        assert!(command.args(words).current_dir(project.path("below")).status().unwrap().success());
        for folder in ["below/deep", "below"] {
            let run = project.envroot_in(folder, "check");
            assert!(run.exit == 2 && run.err.contains("there is no environments.toml"), "{make}");
        }
        project.write("below/environments.toml", &project.read("environments.toml"));
        let run = project.envroot_in("below/deep", "check");
        assert_ne!(run.exit, 2, "the top itself is searched: {}", run.err);
        project.done("check");
    }
}

#[test]
fn the_search_upwards_ends_at_the_folder_of_another_owner() {
    let project = lab();
    fs::create_dir_all(project.path("below/deep")).unwrap();
    if chown(project.path("below"), Some(65534), None).is_err() {
        return;
    }
    fs::set_permissions(project.path("below"), PermissionsExt::from_mode(0o755)).unwrap();
    for folder in ["below/deep", "below"] {
        assert_eq!(project.envroot_in(folder, "check").exit, 2, "{folder}");
    }
    chown(project.path("below/deep"), Some(65534), None).unwrap();
    assert_eq!(project.envroot_in("below/deep", "check").exit, 2);
    chown(project.path(""), Some(65534), None).unwrap();
    assert_eq!(project.envroot_in("below/deep", "check").exit, 0);
    symlink("below/deep", project.path("link")).unwrap();
    assert_eq!(project.envroot_in("link", "check").exit, 0);
}

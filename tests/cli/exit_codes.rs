//! Exit codes: what is refused, what is wrong input, and what cannot be read or written.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::{Command, Stdio};

use crate::second_root::lab;
use crate::support::project::Project;

fn shop() -> Project {
    let project = Project::shop();
    project.done("gen");
    project
}

/// The name of the only pack of a project.
fn pack(project: &Project) -> String {
    let mut packs = fs::read_dir(project.path("templates")).unwrap();
    packs.next().unwrap().unwrap().file_name().into_string().unwrap()
}

#[test]
fn no_variable_of_the_process_environment_turns_a_failing_check_into_success() {
    let project = shop();
    project.edit("generated/shop/dev/main.tf", "shop:1.0", "shop:hot-fix");
    let shells = ["bash", "zsh", "fish", "elvish", "powershell", "1", "nonsense", ""];
    let names =
        ["ENVROOT_COMPLETE", "COMPLETE", "_CLAP_COMPLETE_INDEX", "ENVROOT", "CI", "PATH", "HOME"];
    for (name, value) in names.into_iter().flat_map(|name| shells.map(|shell| (name, shell))) {
        let mut envroot = Command::new(env!("CARGO_BIN_EXE_envroot"));
        envroot.arg("check").env(name, value).current_dir(project.path(""));
        let output = envroot.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{name}={value}");
    }
}

#[test]
fn input_that_is_not_utf8_is_wrong_input_with_its_place() {
    for (bytes, place) in [
        (&b"# caf\xe9\n"[..], ":1:6"),
        (b"\n\n# \xc3\xa9\xc3 \n", ":3:4"),
        (b"\xff\xfe#\0\n\0", ":1:1"),
        (b"a = \"\xed\xa0\x80\"\n", ":1:6"),
        (b"# \xf0\x9f\x98", ":1:3"),
    ] {
        for file in [
            "environments.toml",
            "templates/web/pack.toml",
            "templates/web/main.tf",
            "templates/web/schema.json",
        ] {
            let project = shop();
            let file = file.replace("web", &pack(&project));
            fs::write(project.path(&file), bytes).unwrap();
            for command in ["check", "gen", "diff", "set --env dev region=x", "check --format json"]
            {
                let run = project.envroot(command);
                let said = format!("{file} {command}\n{}{}", run.out, run.err);
                assert_eq!(run.exit, 3, "{said}");
                assert!(
                    run.out.contains("not-utf8") || run.err.contains(&format!("{file}{place}")),
                    "{said}"
                );
            }
        }
    }
}

#[test]
fn a_pipe_or_a_device_is_refused_and_not_waited_for() {
    for file in ["environments.toml", "templates/web/main.tf"] {
        for make in ["mkfifo", "ln -s /dev/zero", "ln -s /dev/stdin"] {
            let project = Project::shop();
            let path = project.path(&file.replace("web", &pack(&project)));
            fs::remove_file(&path).unwrap();
            let mut words = make.split(' ');
            let mut command = Command::new(words.next().unwrap());
            assert!(command.args(words).arg(&path).status().unwrap().success());
            let mut envroot = Command::new(env!("CARGO_BIN_EXE_envroot"));
            envroot.arg("check").current_dir(project.path("")).stdin(Stdio::piped());
            let mut child = envroot.stderr(Stdio::piped()).spawn().unwrap();
            let _open = child.stdin.take();
            let output = child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(4), "{make} {file}\n{said}");
            assert!(said.contains("not a regular file"), "{said}");
        }
    }
}

#[test]
fn what_cannot_be_printed_is_a_failure_and_a_reader_that_has_gone_is_none() {
    let project = shop();
    for words in [
        &["check"][..],
        &["diff"],
        &["--help"],
        &["check", "--help"],
        &["rules"],
        &["man"],
        &["--version"],
    ] {
        let mut envroot = Command::new(env!("CARGO_BIN_EXE_envroot"));
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        envroot.args(words).current_dir(project.path("")).stdout(full);
        let output = envroot.output().unwrap();
        let expected = if words == ["diff"] { 0 } else { 4 };
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{words:?}: nothing to print is no failure"
        );
    }
    let mut envroot = Command::new(env!("CARGO_BIN_EXE_envroot"));
    let (reader, mut writer) = std::io::pipe().unwrap();
    drop(reader);
    assert!(writer.write_all(b"x").is_err());
    let status = envroot.arg("check").current_dir(project.path("")).stdout(writer).status();
    assert_eq!(status.unwrap().code(), Some(0));
}

#[test]
fn only_a_root_that_is_left_can_be_destroyed() {
    let project = lab();
    for (root, said) in [
        ("nosuch/nope", "no generated files of `nosuch/nope` are left"),
        ("orders/nope", "no generated files of `orders/nope` are left"),
        ("nosuch/dev", "no generated files of `nosuch/dev` are left"),
        ("orders/dev", "`orders/dev` is still rendered"),
        ("nosuch/-", "no generated files of `nosuch/-` are left"),
        ("-/-", "`-/-` is still rendered: remove what renders it first"),
        ("orders", "write it as SERVICE/ENV"),
        ("orders/", "is not a name"),
        ("/dev", "is not a name"),
        ("orders/dev/x", "is not a name"),
        ("ORDERS/dev", "is not a name"),
        ("dev/orders", "no generated files of `dev/orders` are left"),
    ] {
        for flags in ["", "--dry-run", "--force", "--env dev"] {
            let run = project.envroot(&format!("gen --destroyed {root} {flags}"));
            assert!(
                run.exit == 2 && run.err.contains(said),
                "{root} {flags}\n{}{}",
                run.out,
                run.err
            );
        }
    }
    project.edit("environments.toml", "pack =", "environments = [\"dev\"]\npack =");
    assert_eq!(project.envroot("gen").exit, 1);
    let run = project.envroot("gen --destroyed orders/prd");
    assert!(run.exit == 2 && run.err.contains("did you mean `orders/prod`?"), "{}", run.err);
    assert_eq!(project.envroot("gen --destroyed orders/prod --destroyed orders/x").exit, 2);
    project.done("gen --destroyed orders/prod");
}

#[test]
fn leftovers_in_a_pack_stop_nothing() {
    let project = shop();
    let folder = project.path("templates").join(pack(&project));
    for name in [
        "main.tf~",
        "#main.tf#",
        ".#main.tf",
        "main.tf.rej",
        "main.tf.orig",
        ".main.tf.swp",
        "main.tf.swo",
        "main.tf.bak",
        ".DS_Store",
        "Thumbs.db",
        "._main.tf",
        ".nfs0001",
        "pack.toml~",
        "schema.json.orig",
        "main.tf.save",
        "~$main.tf",
        ".~lock.main.tf#",
        ".directory",
        "Icon\r",
        "4913",
        ".idea/main.tf",
        ".git/main.tf",
    ] {
        fs::create_dir_all(folder.join(name).parent().unwrap()).unwrap();
        fs::write(folder.join(name), "{{ no.such( }} \u{1}").unwrap();
        project.done("check");
        fs::write(folder.join(name), b"{{ \xff }}").unwrap();
        project.done("check");
        fs::remove_file(folder.join(name)).unwrap();
        symlink("user@host.123:456", folder.join(name)).unwrap();
        project.done("check");
    }
    for name in ["dangling.tf", "dangling", "lock"] {
        symlink("/nowhere/at/all", folder.join(name)).unwrap();
        symlink("/nowhere/at/all", project.path("templates").join(name)).unwrap();
    }
    fs::write(folder.join("picture.png"), b"\x89PNG\0\xff").unwrap();
    project.done("check");
    project.done("gen");
}

//! A second root with the state of a generated one is found anywhere in the repository, whatever its
//! name. What Terraform ignores is left alone, and what cannot be read is named.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;

use crate::support::project::{Project, Run};
use crate::support::rounds::some_of;

const FILES: [(&str, &str); 4] = [
    (
        "environments.toml",
        r#"[project]
output = "generated"
order  = ["dev", "prod"]

[environments.dev]
account_id = "111111111111"

[environments.prod]
account_id = "222222222222"

[services.orders]
pack = "queue"
"#,
    ),
    (
        "templates/queue/schema.json",
        r#"{ "properties": { "env": { "properties": { "account_id": { "type": "string" } } },
  "service": { "properties": { "note": {} } } } }"#,
    ),
    (
        "templates/queue/pack.toml",
        r#"[state]
backend = "s3"
bucket  = "states-{{ env.account_id }}"
key     = "orders"

[[files]]
template = "main.tf"
path     = "{{ env.name }}/orders/main.tf"
"#,
    ),
    (
        "templates/queue/main.tf",
        r#"terraform {
  backend "s3" {
    bucket              = "states-{{ env.account_id }}"
    key                 = "orders"
    allowed_account_ids = ["{{ env.account_id }}"]
  }
}
"#,
    ),
];
const DEV: &str = "generated/dev/orders";
const JSON: &str =
    r#"{"terraform": [{"backend": {"s3": {"bucket": "states-111111111111", "key": "orders"}}}]}"#;

pub(crate) fn lab() -> Project {
    let project = Project::empty();
    FILES.iter().for_each(|(path, text)| project.write(path, text));
    project.done("gen");
    project
}

/// A path whose bytes may be anything.
fn at(project: &Project, path: &[u8]) -> PathBuf {
    project.path("").join(OsStr::from_bytes(path))
}

/// Writes a copy of a generated file, changed.
fn copy(project: &Project, path: &[u8], change: impl Fn(String) -> String) {
    let path = at(project, path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, change(project.read(&format!("{DEV}/main.tf")))).unwrap();
}

#[track_caller]
fn is_found(run: &Run, what: &[u8]) {
    let what = String::from_utf8_lossy(what);
    let found = run.exit == 3 && run.err.contains("error[shared-state]: `orders` in `dev`");
    assert!(found, "{what}\n{}{}", run.out, run.err);
}

const PLACES: [&[u8]; 22] = [
    b"sandbox/main.tf",
    b"main.tf",
    b"sandbox/deep/er/than/usual/main.tf",
    b".hidden/main.tf",
    b".hidden/main.tofu",
    b"vendor/main.tf",
    b"target/main.tf",
    b"charts/main.tf",
    b"other/templates/main.tf",
    b"sand:box/main.tf",
    b"sand\\box/main.tf",
    b"sand\x07box/main.tf",
    b"sand\nbox/main.tf",
    b"sand\xffbox/main.tf",
    b"sandbox/ma:in.tf",
    b"sandbox/ma\\in.tf",
    b"sandbox/ma\x1bin.tf",
    b"sandbox/ma\xffin.tf",
    b"generated/sand:box/main.tf",
    b"generated/sand\\box/main.tf",
    b"generated/s\xff/deep/main.tf",
    b"generated/sandbox/m\xff\x01.tf",
];

#[test]
fn a_copy_is_found_in_any_folder() {
    for place in some_of(PLACES) {
        let project = lab();
        copy(&project, place, |text| text);
        is_found(&project.envroot("check"), place);
        let run = project.envroot("gen");
        is_found(&run, place);
        assert!(!run.err.contains(['\x07', '\x1b', '\x01']), "{}", run.err.escape_debug());
        copy(&project, place, |text| text + "# edited\n");
        is_found(&project.envroot("check --env dev"), place);
        copy(&project, place, |text| text.lines().skip(3).collect::<Vec<_>>().join("\n"));
        is_found(&project.envroot("check"), place);
        assert_eq!(project.envroot("check --env prod").exit, 0, "it has another state");
    }
}

#[test]
fn the_roots_in_an_output_folder_of_before_are_found() {
    for output in ["gen2", "generated/inner"] {
        let project = lab();
        project.edit("environments.toml", "\"generated\"", &format!("\"{output}\""));
        for command in ["check", "gen", "gen --force", "check --env dev"] {
            let run = project.envroot(command);
            assert_ne!(run.exit, 0, "{output}: {command}\n{}{}", run.out, run.err);
            assert!(project.path(&format!("{DEV}/main.tf")).exists(), "{output}: {command}");
        }
        let old = project.read(&format!("{DEV}/main.tf"));
        project.write(&format!("{DEV}/main.tf"), &(old + "# edited\n"));
        let run = project.envroot("check");
        let said = run.out + &run.err;
        assert!(said.contains("stranded  generated/dev/orders/main.tf"), "{output}:\n{said}");
        // Moving the folder is the way out.
        project.remove("generated/prod/orders/main.tf");
        project.remove(&format!("{DEV}/main.tf"));
        project.done("gen");
    }
}

#[test]
fn an_output_folder_around_the_one_of_before_takes_its_roots_but_no_edit() {
    let project = lab();
    project.edit("environments.toml", "\"generated\"", "\".\"");
    let path = format!("{DEV}/main.tf");
    let before = project.read(&path);
    project.write(&path, &format!("{before}# edited\n"));
    assert_eq!(project.envroot("gen").exit, 1);
    assert!(project.path(&path).exists());
    project.write(&path, &before);
    project.done("gen");
    assert!(!project.path(&path).exists() && project.path("dev/orders/main.tf").exists());
}

#[test]
fn a_copy_beside_the_generated_roots_is_reported_whatever_its_head() {
    for place in
        [&b"generated/dev/copy/main.tf"[..], b"generated/orders/main.tf", b"generated/main.tf"]
    {
        let project = lab();
        for cut in 0..4 {
            copy(&project, place, |text| text.lines().skip(cut).collect::<Vec<_>>().join("\n"));
            assert_ne!(project.envroot("check").exit, 0, "{cut}");
        }
    }
}

#[test]
fn a_backend_in_json_is_found() {
    for place in
        [&b"sandbox/main.tf.json"[..], b"x.tofu.json", b"generated/a/b.tf.json", b"a\xff/b.tf.json"]
    {
        let project = lab();
        copy(&project, place, |_| JSON.to_owned());
        is_found(&project.envroot("check"), place);
    }
}

#[test]
fn a_copy_is_found_through_a_link() {
    for (link, target) in [
        ("generated/dev2", "dev"),
        ("generated/orders", "dev/orders"),
        ("sandbox", "generated/dev/orders"),
        ("sandbox", "generated"),
        ("sand\nbox", "generated/dev"),
        (".sandbox", "generated/dev"),
        ("generated/again", "../generated/dev"),
        ("deep/er/link", "../../generated/dev"),
        ("sandbox.tf", "generated/dev/orders/main.tf"),
        ("sandbox/other-name.tf", "../generated/dev/orders/main.tf"),
        ("generated/own/main.tf", "../dev/orders/main.tf"),
        ("generated/o:wn/main.tf", "../dev/orders/main.tf"),
    ] {
        let project = lab();
        let path = project.path(link);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        symlink(target, path).unwrap();
        is_found(&project.envroot("check"), link.as_bytes());
    }
    let project = lab();
    fs::create_dir(project.path("links")).unwrap();
    for (link, target) in [("a", "../links"), ("b", "."), ("c", ".."), ("d", "d"), ("e", "../.git")]
    {
        symlink(target, project.path("links").join(link)).unwrap();
    }
    project.done("check");
    symlink("../generated/dev", project.path("links/f")).unwrap();
    is_found(&project.envroot("check"), b"a link beside links in a cycle");
}

#[test]
fn what_terraform_ignores_is_left_alone() {
    for name in [
        ".main.tf",
        "main.tf~",
        "#main.tf#",
        ".main.tf.swp",
        "main.tf.orig",
        "main.tf.rej",
        "main.tf.txt",
        ".main.tf.json",
        "main.TF",
        ".#main.tofu",
    ] {
        let project = lab();
        for folder in ["sandbox", "generated/sandbox", DEV, "."] {
            copy(&project, format!("{folder}/{name}").as_bytes(), |text| text[4..].to_owned());
        }
        let run = project.envroot("check");
        assert_eq!(run.exit, 0, "{name}\n{}{}", run.out, run.err);
    }
    let project = lab();
    for folder in ["sandbox", DEV, "templates/queue", "."] {
        fs::create_dir_all(project.path(folder)).unwrap();
        symlink("user@host.123:456", project.path(folder).join(".#main.tf")).unwrap();
    }
    project.done("check");
    project.done("gen");
}

#[test]
fn what_terraform_loads_beside_a_generated_file_is_reported_whatever_its_name() {
    for name in [
        &b"x.tf"[..],
        b"x:y.tf",
        b"x\\y.tf",
        b"x\x07.tf",
        b"x\xff.tf",
        b"x.tofu",
        b".x.auto.tfvars",
        b"terraform.tfvars",
        b"x.tf.json",
        b"~x.tf",
    ] {
        let project = lab();
        fs::write(at(&project, &[DEV.as_bytes(), b"/", name].concat()), "{}\n").unwrap();
        let run = project.envroot("check");
        let shown = String::from_utf8_lossy(name);
        assert!(run.exit == 1 && run.out.contains("unmanaged "), "{shown}\n{}{}", run.out, run.err);
        assert!(!run.out.contains('\x07'), "{}", run.out.escape_debug());
        assert_eq!(project.envroot("gen --force").exit, 0, "{shown}");
    }
}

#[test]
fn templates_are_not_searched() {
    for output in ["generated", "."] {
        let project = Project::empty();
        FILES.iter().for_each(|(path, text)| project.write(path, text));
        project.edit("environments.toml", "\"generated\"", &format!("\"{output}\""));
        project.edit("environments.toml", "order  = [\"dev\", \"prod\"]", "order  = [\"dev\"]");
        let config = project.read("environments.toml");
        let prod = config.find("[environments.prod]").unwrap()..config.find("[services").unwrap();
        project.write("environments.toml", &config.replace(&config[prod], ""));
        for file in ["main.tf", "pack.toml"] {
            let path = format!("templates/queue/{file}");
            let text = project.read(&path).replace("states-{{ env.account_id }}", "states");
            project.write(&path, &text);
        }
        project.done("gen");
        project.done("check");
    }
}

#[test]
fn what_cannot_be_read_is_named_and_fails_no_check() {
    let project = lab();
    project.write("other/team/big.tf", "");
    let big = fs::File::options().write(true).open(project.path("other/team/big.tf")).unwrap();
    big.set_len(33 << 20).unwrap();
    for command in ["check", "check --env dev", "check --format json", "gen", "diff"] {
        let run = project.envroot(command);
        assert_eq!(run.exit, 0, "{}{}", run.out, run.err);
        assert!(run.err.contains("not read: other/team/big.tf: a file of more"), "{}", run.err);
    }
    let outside = Project::empty();
    symlink(outside.path(""), project.path("elsewhere")).unwrap();
    let run = project.done("check");
    assert!(run.err.contains("not read: elsewhere: it is a link that leads out"), "{}", run.err);
}

/// Runs a command as a user without rights; `None` if this user has no others to take.
fn unprivileged(project: &Project, arguments: &str) -> Option<Run> {
    use std::process::Command;
    let is_root = Command::new("id").arg("-u").output().unwrap().stdout == b"0\n";
    if !is_root {
        return Some(project.envroot(arguments));
    }
    let binary = project.path("envroot-under-test");
    // Another process copies it, so that no process of another test keeps it open for writing.
    let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_envroot")).arg(&binary).status();
    assert!(copied.unwrap().success());
    fs::set_permissions(project.path(""), PermissionsExt::from_mode(0o755)).unwrap();
    let mut run = Command::new("setpriv");
    run.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(binary);
    run.args(arguments.split_whitespace()).current_dir(project.path(""));
    let output = run.output().ok()?;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Some(Run { exit: output.status.code()?, out: text(output.stdout), err: text(output.stderr) })
}

#[test]
fn what_is_unreadable_outside_the_selection_changes_no_verdict() {
    for path in [
        "generated/prod/orders/main.tf",
        "generated/prod/orders",
        "generated/prod",
        "generated/stray",
        "generated/stray.tf",
        "other/main.tf",
        "other",
    ] {
        let project = lab();
        for file in ["generated/stray/main.tf", "generated/stray.tf", "other/main.tf"] {
            project.write(file, "locals {}\n");
        }
        fs::set_permissions(project.path(path), PermissionsExt::from_mode(0o000)).unwrap();
        let Some(run) = unprivileged(&project, "check --env dev") else { return };
        assert_eq!(run.exit, 0, "{path}\n{}{}", run.out, run.err);
        assert!(run.err.contains(&format!("not read: {path}")), "{path}\n{}", run.err);
        let whole = unprivileged(&project, "check").unwrap();
        let expected = if path.starts_with("other") { 0 } else { 4 };
        assert_eq!(whole.exit, expected, "{path}\n{}{}", whole.out, whole.err);
        fs::set_permissions(project.path(path), PermissionsExt::from_mode(0o755)).unwrap();
    }
}

//! Packs of the user's own, in the folder `templates` beside `environments.toml`.
//!
//! Nothing here needs a change of envroot: adding a kind of service is adding a folder.

use crate::support::project::Project;

const ENVIRONMENTS: &str = r#"
[project]
order = ["dev"]

[environments.dev]
topic = "orders"

[services.mailer]
pack = "queue"
"#;

const PACK: &str = r#"
[[files]]
name     = "main"
template = "main.tf"
path     = "{{ service.name }}/{{ env.name }}/main.tf"
"#;

const SCHEMA: &str = r#"{
  "properties": {
    "env": { "properties": { "topic": { "type": "string" } } },
    "service": { "properties": {} }
  }
}"#;

const TEMPLATE: &str =
    "resource \"aws_sqs_queue\" \"main\" {\n  name = \"{{ service.name }}-{{ env.topic }}\"\n}\n";

/// A project with a pack `name` of its own.
fn project(name: &str) -> Project {
    let project = Project::empty();
    project.write("environments.toml", &ENVIRONMENTS.replace("queue", name));
    for (file, text) in [("pack.toml", PACK), ("schema.json", SCHEMA), ("main.tf", TEMPLATE)] {
        project.write(&format!("templates/{name}/{file}"), text);
    }
    project
}

/// What is generated below the head of a file.
fn body(project: &Project, path: &str) -> String {
    project.read(path).splitn(4, '\n').nth(3).unwrap().to_owned()
}

const QUEUE: &str = "resource \"aws_sqs_queue\" \"main\" {\n  name = \"mailer-orders\"\n}\n";

#[test]
fn a_folder_is_all_that_a_new_kind_of_service_needs() {
    let project = project("queue");
    project.done("gen");
    assert_eq!(body(&project, "mailer/dev/main.tf"), QUEUE);
    project.done("check");
    project.edit("templates/queue/main.tf", "\"main\"", "\"mail\"");
    let run = project.envroot("check");
    assert_eq!(run.exit, 1);
    assert!(run.out.contains("outdated  mailer/dev/main.tf"), "{}", run.out);
}

#[test]
fn a_pack_of_the_same_name_replaces_the_one_that_comes_with_envroot_whole() {
    let project = project("helm-service");
    let run = project.done("gen");
    assert_eq!(body(&project, "mailer/dev/main.tf"), QUEUE);
    // Not one of its files: no chart is asked for, no workflow and no table are rendered.
    assert!(run.out.contains("1 file: 1 written"), "{}", run.out);
}

#[test]
fn files_beside_environments_toml_are_said_to_be_there() {
    let project = project("queue");
    let more = "[[files]]\ntemplate = \"main.tf\"\npath = \"more.tf\"\n";
    project.write("templates/queue/pack.toml", &format!("{PACK}{more}"));
    project.edit("templates/queue/pack.toml", "{{ service.name }}/{{ env.name }}/", "");
    let run = project.done("gen");
    assert!(run.out.contains("created  mailer/dev  2 files   .\n"), "{}", run.out);
}

#[test]
fn a_pack_that_is_not_used_is_not_read() {
    let project = project("queue");
    project.write("templates/broken/pack.toml", "[");
    project.done("gen");
}

#[test]
fn windows_files_and_a_byte_order_mark_render_the_same() {
    let (expected, windows) = (project("queue"), project("queue"));
    for project in [&expected, &windows] {
        project.edit("environments.toml", "\"orders\"", "\"\"\"orders\nand returns\"\"\"");
    }
    expected.done("gen");
    for (path, text) in windows.tree() {
        windows.write(&path, &format!("\u{feff}{}", text.replace('\n', "\r\n")));
    }
    windows.done("gen");
    assert_eq!(windows.read("mailer/dev/main.tf"), expected.read("mailer/dev/main.tf"));
}

#[test]
fn a_pack_is_staged_by_giving_one_environment_a_changed_copy() {
    let project = project("queue");
    for file in ["pack.toml", "schema.json", "main.tf"] {
        let text = project.read(&format!("templates/queue/{file}"));
        let text = text.replace("\"main\" {", "\"next\" {");
        project.write(&format!("templates/queue-next/{file}"), &text);
    }
    project.edit("environments.toml", "[\"dev\"]", "[\"dev\", \"prod\"]");
    let prod = "[environments.prod]\ntopic = \"orders\"\n\n[services.mailer]";
    project.edit("environments.toml", "[services.mailer]", prod);
    let dev = "[environments.dev.services.mailer]\npack = \"queue-next\"\n\n[environments.prod]";
    project.edit("environments.toml", "[environments.prod]", dev);
    project.done("gen");
    assert!(body(&project, "mailer/dev/main.tf").contains("\"next\""));
    assert_eq!(body(&project, "mailer/prod/main.tf"), QUEUE);
}

#[test]
fn a_string_that_cannot_stay_in_its_place_is_refused_there() {
    let check = |text: &str| {
        let project = project("queue");
        project.write("templates/queue/main.md", &text.replace('@', "{{ env.topic }}"));
        project.write("templates/queue/pack.toml", &PACK.replace("main.tf", "main.md"));
        project.edit("environments.toml", "\"orders\"", "\"$(touch x)\"");
        let run = project.envroot("gen");
        assert_eq!(run.exit, 3, "{text}: {}", run.err);
        assert!(run.err.contains("misplaced-value"), "{}", run.err);
        assert!(run.err.contains("templates/queue/main.md:2:"), "{}", run.err);
    };
    for code in ["$(( @ ))", "[[ @ ]]", "`a @`", "a[@]=1", "eval @", "sh -c '@'", "${a:-@}"] {
        check(&format!("```sh\n{code}\n```\n"));
    }
    for text in ["<b id=\"@\">", "[@]: b\n\n[a]", "[^@]: a\n\n[^a]", "$a @$", "a \\@"] {
        check(&format!("\n{text}\n"));
    }
}

//! Exceptions and edits that reach no further than they say: waivers, kept files, `set`, values.

use crate::support::project::Project;

const SCHEMA: &str = r#"{ "properties": {
    "env": { "properties": { "account_id": { "type": "string" }, "zone": { "type": "string" } } },
    "service": { "properties": {
        "chart": { "type": "string" },
        "queue": { "type": "string" },
        "size": { "type": "integer" },
        "ratio": { "type": "number" },
        "tag": { "enum": ["1.10", "1.11"] },
        "either": { "type": ["string", "integer"] },
        "free": { "additionalProperties": true }
    } }
} }"#;

const MANIFEST: &str = "chart = \"chart\"\n[[files]]\nname = \"main\"\ntemplate = \"main.tf\"\npath = \"{{ env.name }}/main.tf\"\n[[files]]\nname = \"values\"\ndata = \"values\"\npath = \"{{ env.name }}/values.yaml\"\n";

/// A service `web` in `dev` and `prod`, with settings of its own and of `prod`.
fn project(service: &str, prod: &str) -> Project {
    let project = Project::empty();
    project.write("templates/web/schema.json", SCHEMA);
    project.write("templates/web/pack.toml", MANIFEST);
    project.write("templates/web/main.tf", "locals {}\n");
    project.write("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    project.write("charts/web/values.yaml", "image: { tag: \"\", port: 80 }\nfree: {}\n");
    project.write("environments.toml", &text(service, prod));
    project
}

fn text(service: &str, prod: &str) -> String {
    format!(
        "[project]\noutput = \"out\"\norder = [\"dev\", \"prod\"]\n[environments.dev]\naccount_id = \"111111111111\"\n[environments.prod]\naccount_id = \"222222222222\"\n[services.web]\npack = \"web\"\nchart = \"charts/web\"\n{service}\n[environments.prod.services.web]\n{prod}\n"
    )
}

#[test]
fn a_kept_file_exists_in_its_root_and_is_not_rendered() {
    let project = project("", "");
    project.write("out/prod/bastion.tf", "locals {}\n");
    project.write("out/prod/files/policy.json", "{}\n");
    project.write("out/dev/dev.tf", "locals {}\n");
    project.write("x.tf", "locals {}\n");
    for (file, code) in [
        ("bastion.tf", None),
        ("files/policy.json", None),
        ("main.tf", Some("unknown-file")),
        ("nosuch.tf", Some("unknown-file")),
        ("files", Some("unknown-file")),
        ("dev.tf", Some("unknown-file")),
        ("x.tf", Some("unknown-file")),
        ("*", Some("unknown-file")),
        ("bastion*", Some("unknown-file")),
        ("../../x.tf", Some("wrong-path")),
        ("../dev/dev.tf", Some("wrong-path")),
        ("/etc/passwd", Some("wrong-path")),
        ("./bastion.tf", Some("wrong-path")),
        ("", Some("wrong-type")),
    ] {
        let keep = format!("keep = [{{ file = \"{file}\", reason = \"a test\" }}]");
        project.write("environments.toml", &text("", &keep));
        let run = project.envroot("check");
        match code {
            None => assert!(!run.err.contains("error["), "{file}: {}", run.err),
            Some(code) => {
                assert_eq!(run.exit, 3, "{file}: {}", run.err);
                assert!(run.err.contains(&format!("error[{code}]")), "{file}: {}", run.err);
            }
        }
    }
}

#[test]
fn values_are_a_table() {
    for (service, prod) in [
        ("values = 1", ""),
        ("values = \"a\"", ""),
        ("values = []", ""),
        ("values = [{ image = 1 }]", ""),
        ("values = true", ""),
        ("values = 1.5", ""),
        ("", "values = 1"),
        ("values.free.a = 1", "values = 1"),
        ("values = \"{{ service.queue }}\"\nqueue = \"q\"", ""),
        ("values = \"{{ service.size }}\"\nsize = 1", ""),
        ("values = \"a {{ env.name }}\"", ""),
    ] {
        let run = project(service, prod).envroot("gen");
        assert_eq!(run.exit, 3, "{service} {prod}: {}", run.err);
        assert!(run.err.contains("`values` must be a table"), "{service} {prod}: {}", run.err);
    }
    project("values = \"{{ service.free }}\"\nfree = { image = { tag = \"a\" } }", "").done("gen");
    project("values = 1", "values = { free = {} }").envroot("gen");
    project("values = {}", "").done("gen");
}

/// Sets a value in prod, and returns what its values file or its table says then.
#[track_caller]
fn set(project: &Project, assignment: &str) -> String {
    let words = ["set", "--env", "prod", "--service", "web", assignment];
    let run = project.envroot_words("", &words);
    assert_eq!(run.exit, 0, "{assignment}: {}", run.err);
    let path = assignment.split('=').next().unwrap();
    let key = path.rsplit('.').next().unwrap();
    let all = project.read("environments.toml");
    let at = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim().ends_with(key));
    let line = all.lines().rev().find(|line| at(line)).unwrap();
    line.split_once('=').unwrap().1.trim().to_owned()
}

#[test]
fn a_typed_word_keeps_the_type_of_what_it_replaces() {
    let text = "values.image.tag = \"a1b2c3d\"";
    for (service, prod, assignment, expected) in [
        // In the service's layer, in the environment's, in another environment's reach.
        (text, "", "values.image.tag=7310e42", "\"7310e42\""),
        (text, "", "values.image.tag=7310", "\"7310\""),
        (text, "", "values.image.tag=true", "\"true\""),
        ("", text, "values.image.tag=12", "\"12\""),
        ("", text, "values.image.tag=1.5", "\"1.5\""),
        // In the chart's defaults.
        ("", "", "values.image.tag=12", "\"12\""),
        ("", "", "values.image.tag=false", "\"false\""),
        ("", "", "values.image.tag=[1]", "[1]"),
        ("", "", "values.image.port=8080", "8080"),
        // Nothing is replaced: a guess.
        ("", "", "values.free.a=12", "12"),
        ("", "", "values.free.a=true", "true"),
        ("", "", "values.free.a=1.10", "\"1.10\""),
        ("", "", "values.free.a=012", "\"012\""),
        ("", "", "values.free.a=4512e87", "\"4512e87\""),
        ("", "", "values.free.a=1.0", "\"1.0\""),
        ("", "", "values.free.a='x'", "'x'"),
        // A number is replaced by what it cannot be.
        ("values.free.a = 1", "", "values.free.a=abc", "\"abc\""),
        ("values.free.a = 1", "", "values.free.a=012", "\"012\""),
        ("values.free.a = 1", "", "values.free.a=2", "2"),
        // A reference takes the type of what it names.
        ("size = 1\nvalues.free.a = \"{{ service.size }}\"", "", "values.free.a=3", "3"),
        ("queue = \"q\"\nvalues.free.a = \"{{ service.queue }}\"", "", "values.free.a=3", "\"3\""),
        // What the schema says.
        ("", "", "queue=12", "\"12\""),
        ("", "", "size=12", "12"),
        ("", "", "size=1_000", "1_000"),
        ("", "", "ratio=1.10", "1.10"),
        ("", "", "tag=1.10", "\"1.10\""),
        ("", "", "either=12", "12"),
        ("either = \"a\"", "", "either=12", "\"12\""),
    ] {
        let project = project(service, prod);
        project.done("gen");
        assert_eq!(set(&project, assignment), expected, "{service} {prod} {assignment}");
    }
}

#[test]
fn a_bare_word_does_not_replace_a_boolean_a_list_or_a_table() {
    for (service, prod, assignment, expected) in [
        ("values.free.a = true", "", "values.free.a=off", Err("a boolean")),
        ("values.free.a = true", "", "values.free.a=no", Err("a boolean")),
        ("values.free.a = true", "", "values.free.a=0x1", Err("a boolean")),
        ("", "values.free.a = true", "values.free.a=True", Err("a boolean")),
        ("values.free.a = [\"x\"]", "", "values.free.a=y", Err("a list")),
        ("values.free.a = []", "", "values.free.a=y,z", Err("a list")),
        ("values.free.a = { b = 1 }", "", "values.free.a=y", Err("a table")),
        ("free.on = false", "", "free.on=yes", Err("a boolean")),
        // The defaults of the chart.
        ("", "", "values.image=nginx", Err("a table")),
        ("", "", "values.image.on=off", Err("a boolean")),
        ("", "", "values.image.args=-v", Err("a list")),
        // What says what it is, a reference, and a word that is of that kind.
        ("values.free.a = true", "", "values.free.a=\"off\"", Ok("\"off\"")),
        ("values.free.a = true", "", "values.free.a=false", Ok("false")),
        ("values.free.a = []", "", "values.free.a=[\"y\"]", Ok("[\"y\"]")),
        ("values.free.a = true", "", "values.free.a=3", Ok("3")),
        (
            "values.free.a = true",
            "",
            "values.free.a={{ service.chart }}",
            Ok("\"{{ service.chart }}\""),
        ),
        // Layers that do not agree say nothing.
        ("values.free.a = true", "values.free.a = 1", "values.free.a=off", Ok("\"off\"")),
    ] {
        let project = project(service, prod);
        let defaults = "image: { tag: \"\", port: 80, on: true, args: [-q] }\nfree: {}\n";
        project.write("charts/web/values.yaml", defaults);
        project.done("gen");
        let before = project.tree();
        match expected {
            Ok(written) => assert_eq!(set(&project, assignment), written, "{assignment}"),
            Err(kind) => {
                let run = project.envroot_words("", &["set", "--service", "web", assignment]);
                assert_eq!(run.exit, 2, "{assignment}: {}", run.err);
                assert!(run.err.contains(&format!("is {kind}, which")), "{}", run.err);
                assert_eq!(project.tree(), before, "{assignment}");
            }
        }
    }
}

#[test]
fn a_value_is_not_set_below_a_list_or_a_scalar_of_any_layer() {
    for (service, prod, path) in [
        ("values.free.image = \"nginx\"", "", "values.free.image.tag"),
        ("", "values.free.image = \"nginx\"", "values.free.image.tag"),
        ("values.free.image = 1", "", "values.free.image.tag.a"),
        ("values.free.image = true", "", "values.free.image.tag"),
        ("values.free.hosts = [\"a\"]", "", "values.free.hosts.0"),
        ("values.free.hosts = [{ name = \"a\" }]", "", "values.free.hosts.0.name"),
        ("values.free.hosts = []", "", "values.free.hosts.name"),
        ("free = { a = 1 }\nvalues.free = \"{{ service.free }}\"", "", "values.free.b"),
        ("free = 1", "", "free.a"),
        ("", "free = \"x\"", "free.a.b"),
    ] {
        let project = project(service, prod);
        project.done("gen");
        let before = project.tree();
        let assignment = format!("{path}=x");
        for words in [
            &["set", "--env", "prod", "--service", "web", &assignment][..],
            &["set", "--service", "web", &assignment],
        ] {
            if words[1] != "--env" && !prod.is_empty() {
                continue;
            }
            let run = project.envroot_words("", words);
            assert_eq!(run.exit, 2, "{service} {prod} {path}: {}{}", run.out, run.err);
            assert!(run.err.contains("as a whole"), "{path}: {}", run.err);
            assert_eq!(project.tree(), before, "{path}");
        }
    }
}

#[test]
fn a_waiver_holds_wherever_its_text_reaches_and_nowhere_else() {
    let arn = "arn:aws:iam::999999999999:role/a";
    let setting = format!("queue = \"{arn}\"\nvalues.free.a = \"{{{{ service.queue }}}}\"");
    let other = format!("values.free.b = \"{arn}\"");
    let waiver = |at: &str| {
        format!("\n[[waivers]]\ncheck = \"role-account\"\nat = \"{at}\"\nreason = \"a test\"\n")
    };
    for (service, prod, at, exit) in [
        (setting.as_str(), "", "services.web.queue", 1),
        (&setting, &other, "services.web.queue", 3),
        ("", &other, "environments.prod.services.web.values.free.b", 1),
        ("", &other, "environments.prod.services.web.values.free", 1),
        ("", &other, "environments.prod.services.web.'values'.free.\\\"b\\\"", 1),
        ("", &other, "environments.dev.services.web.values.free.b", 3),
        ("", &other, "environments.prod.services.web.values.fre", 3),
        ("", &other, "environments.prod.services.web", 3),
        ("", &other, "environments.prod", 3),
        ("", &other, "environments", 3),
        ("", &other, "out/prod/values.yaml", 3),
        ("", &other, "*", 3),
    ] {
        let project = project(service, prod);
        project.write("environments.toml", &(text(service, prod) + &waiver(at)));
        let run = project.envroot("check");
        assert_eq!(run.exit, exit, "{at}: {}", run.err);
    }
}

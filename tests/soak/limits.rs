//! Input made to take all time, memory or stack: each ends in a problem, never in a crash.
//!
//! Small in itself, or as large as a file can be. Only the program is called, with little memory.

use std::os::unix::process::CommandExt;
use std::process::Command;

use crate::support::project::Project;
use crate::support::rounds::rounds;

/// The memory the program gets, in bytes.
const MEMORY: u64 = 3 << 30;

const HEAD: &str = "[project]\noutput = \"out\"\norder = [\"dev\"]\n[environments.dev]\n";

const PACK: &str = "
[[files]]
template = \"main.tf\"
path     = \"root/{{ env.name }}/main.tf\"
each     = \"environment\"

[[files]]
name = \"values\"
data = \"values\"
path = \"values-{{ env.name }}.yaml\"
each = \"environment\"
";

/// A project of one service; `files` are added to it, or stand in place of its own.
fn project(facts: &str, settings: &str, files: &[(&str, &str)]) -> Project {
    let project = Project::empty();
    let service = "[services.web]\npack = \"p\"\n";
    project.write("environments.toml", &format!("{HEAD}{facts}\n{service}{settings}\n"));
    project.write("templates/p/pack.toml", &format!("chart = \"chart\"\n{PACK}"));
    project.write("templates/p/main.tf", "a = 1\n");
    project.write("templates/p/schema.json", &schema(r#""type": "string""#));
    for (path, text) in files {
        project.write(path, text);
    }
    project
}

/// An input schema in which the setting `text` is what is written.
fn schema(text: &str) -> String {
    let service = format!(r#"{{ "properties": {{ "chart": {{}}, "text": {{ {text} }} }} }}"#);
    format!(r#"{{ "properties": {{ "env": {{ "properties": {{}} }}, "service": {service} }} }}"#)
}

/// Runs `gen`, and finds a problem in what it says.
#[expect(unsafe_code, reason = "only a system call limits the memory of a child")]
#[track_caller]
fn refuses(project: &Project, problem: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_envroot"));
    command.current_dir(project.path("")).arg("gen");
    let limit = libc::rlimit { rlim_cur: MEMORY, rlim_max: MEMORY };
    // SAFETY: nothing but one system call happens between fork and exec.
    unsafe {
        command.pre_exec(move || match libc::setrlimit(libc::RLIMIT_AS, &raw const limit) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        });
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let start: String = said.chars().take(2_000).collect();
    assert_eq!(output.status.code(), Some(3), "{:?}\n{start}", output.status);
    assert!(said.contains(problem), "{start}");
    assert!(said.len() < 1 << 20, "{} bytes", said.len());
    assert!(!project.path("out").exists());
}

/// Refuses settings.
#[track_caller]
fn setting(settings: &str, problem: &str) {
    refuses(&project("", settings, &[]), problem);
}

#[test]
fn settings_that_nest_without_end() {
    let keys = ["a"; 60].join(".");
    setting(&format!("values.a = {}{}", "[".repeat(9_999), "]".repeat(9_999)), "toml-syntax");
    setting(&format!("values.{} = 1", ["a"; 9_999].join(".")), "toml-syntax");
    let inline = format!("{{ {keys} = ").repeat(60);
    setting(&format!("values.a = {inline}1{}", " }".repeat(60)), "too-deep");
    setting(&format!("null = [\"values.{}\"]", ["a"; 99_999].join(".")), "64 parts");
    setting(&format!("unset = [\"{}\"]", ["a"; 99_999].join(".")), "64 parts");
}

#[test]
fn references_that_multiply() {
    let chain = |first: &str, next: &dyn Fn(String) -> String, length: usize| {
        let next = |index: usize| next(format!("{{{{ env.vars.a{} }}}}", index - 1));
        let lines = (1..length).map(|index| format!("vars.a{index} = {}\n", next(index)));
        format!("vars.a0 = {first}\n{}", lines.collect::<String>())
    };
    let facts = |facts: String, problem: &str| refuses(&project(&facts, "", &[]), problem);
    let twice = |it: String| format!("[\"{it}\", \"{it}\"]");
    facts(chain("[\"x\"]", &twice, 60), "reference-size");
    facts(chain("\"x\"", &|it| format!("\"{it}{it}\""), 60), "reference-size");
    facts(chain("\"x\"", &|it| format!("\"{it}\""), 2_000), "reference-depth");
    facts(chain("[\"x\"]", &|it| format!("[\"{it}\"]"), 2_000), "reference-depth");
    let long = format!("vars.a = \"{}\"\n", "x".repeat(1_000_000));
    let values: String =
        (0..99).map(|index| format!("values.a{index} = \"{{{{ env.vars.a }}}}\"\n")).collect();
    refuses(&project(&long, &values, &[]), "reference-size");
}

#[test]
fn large_files() {
    setting(&"#".repeat(10_000_000), "too-large");
    setting(&"=\n".repeat(rounds(1_000_000)), "and 900 problems more");
    setting(&format!("values.a = [{}]", "07:00:00,".repeat(rounds(500_000))), "unusable-value");
    setting(
        &(0..rounds(99_999)).map(|key| format!("a{key} = 1\n")).collect::<String>(),
        "unknown-key",
    );
}

#[test]
fn files_that_are_larger_than_any_of_ours() {
    let project = project("", "values.a = 1", &[]);
    project.done("gen");
    let large = "x\n".repeat(25_000_000);
    project.write("out/root/dev/main.tf", &large);
    for (arguments, exit) in [("check", 1), ("diff", 1), ("gen", 1), ("gen --force", 1)] {
        let run = project.envroot(arguments);
        assert_eq!(run.exit, exit, "{}{}", run.out, run.err);
        assert!(run.out.len() + run.err.len() < 10_000);
    }
    let said = project.envroot("check").out;
    assert!(said.contains("a file of more than 32 MB is in the place of"), "{said}");
    project.write("environments.toml", &large);
    let run = project.envroot("check");
    assert_eq!((run.exit, run.err.contains("a file of more than 32 MB")), (4, true), "{}", run.err);
}

/// Refuses a template.
#[track_caller]
fn template(text: &str, problem: &str) {
    refuses(&project("", "", &[("templates/p/main.tf", text)]), problem);
}

#[test]
fn templates_without_end() {
    template(
        "{% for a in range(end=100000) %}{% for a in range(end=100000) %}{% endfor %}{% endfor %}",
        "template exceeds the limit",
    );
    template(&"{% if true %}".repeat(9_999), "template-syntax");
    template(&format!("{{{{ {}1 }}}}", "(".repeat(9_999)), "template-syntax");
    template("{% include 'main.tf' %}", "Circular include");
    template(
        "{% component c() %}{{<c />}}{% endcomponent c %}{{<c />}}",
        "recursion depth for components",
    );
    template(&"# {{ env.nam }}\n".repeat(9_999), "and 900 problems more");
    let name = |index: usize| format!("templates/p/{index}.tf");
    let files: Vec<(String, String)> = (0..499)
        .map(|index| (name(index), format!("{{% include '{}.tf' %}}", index + 1)))
        .collect();
    let mut files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    files.push(("templates/p/499.tf", ""));
    refuses(&project("", "", &files), "has more than 500 files");
    refuses(&project("", "", &files[200..]), "templates include each other");
}

#[test]
fn output_that_nests_without_end() {
    for (open, close) in [("(", ")"), ("[", "]"), ("!", ""), ("x?1:", ""), ("\"${", "}\"")] {
        let depth = 9_999;
        let text = format!("a = {}1{}\n", open.repeat(depth), close.repeat(depth));
        template(&text, "unreadable-output");
    }
    let pack = PACK.replace("main.tf", "main.yaml");
    for text in ["[".repeat(99_999), "{ a: ".repeat(99_999), "- ".repeat(99_999)] {
        let files =
            [("templates/p/pack.toml", pack.as_str()), ("templates/p/main.yaml", text.as_str())];
        refuses(&project("", "", &files), "unreadable-output");
    }
}

#[test]
fn schemas_without_end() {
    let definition = |index: usize| {
        let next = format!(r##"{{ "$ref": "#/$defs/{}" }}"##, index + 1);
        format!(r#""{index}": {{ "anyOf": [{next}, {next}] }}"#)
    };
    let chain: Vec<String> = (0..60).map(definition).collect();
    let definitions = format!(r#""$defs": {{ {}, "60": {{}} }}"#, chain.join(", "));
    let whole = schema(r##""$ref": "#/$defs/0""##).replacen('{', &format!("{{ {definitions}, "), 1);
    let circle = schema(r##""$ref": "#/properties/service/properties/text", "type": "null""##);
    let pattern = schema(r#""pattern": "^(?=(a+)+$)(a|aa)+\\1$""#);
    let settings = format!("text = \"{}!\"", "a".repeat(60));
    let schema = |text: &str, problem| {
        refuses(&project("", &settings, &[("templates/p/schema.json", text)]), problem);
    };
    schema(&whole, "too many subschemas");
    schema(&circle, "wrong-type");
    schema(&pattern, "wrong-value");
    schema(&"[".repeat(99_999), "invalid JSON");
}

#[test]
fn charts_without_end() {
    let next = |index: u8| {
        let (this, next) = (char::from(b'a' + index), char::from(b'b' + index));
        format!("{next}: &{next} [{}]\n", format!("*{this}, ").repeat(9))
    };
    let bomb: String = (0..9).map(next).collect();
    for (text, problem) in [
        (format!("a: &a [1]\n{bomb}"), "repetition limit"),
        (format!("a: {}", "[".repeat(99_999)), "brackets are open"),
        ("- x\n".repeat(1_000_000), "larger than 2 MB"),
    ] {
        let files = [("charts/c/Chart.yaml", text.as_str())];
        refuses(&project("", "chart = \"charts/c\"", &files), problem);
    }
}

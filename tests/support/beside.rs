//! A project whose files are in JSON, sealed by files beside them.

use crate::support::project::Project;

pub(crate) const FILE: &str = "generated/dev/main.tf.json";

/// The project with a number in all of its files; nothing is generated yet.
pub(crate) fn project(output: &str, number: usize) -> Project {
    let project = Project::empty();
    let files = [("main", "main.tf.json"), ("more", "more.tfvars.json")];
    let rules = files.map(|(name, path)| {
        format!("[[files]]\nname = \"{name}\"\ntemplate = \"it.json\"\npath = \"{{{{ env.name }}}}/{path}\"\n")
    });
    project.write("templates/app/pack.toml", &rules.join("\n"));
    let schema = r#"{ "properties": { "env": { "properties": {} }, "service": { "properties": { "number": { "type": "integer" } } } } }"#;
    project.write("templates/app/schema.json", schema);
    let lines: String = (0..20).map(|line| format!("  \"line{line}\": 0,\n")).collect();
    let text = format!("{{\n  \"first\": {{{{ service.number }}}},\n{lines}  \"last\": 0\n}}\n");
    project.write("templates/app/it.json", &text);
    configure(&project, output, number, "");
    project
}

/// Makes `environments.toml` that of a number. `only` may leave out files.
pub(crate) fn configure(project: &Project, output: &str, number: usize, only: &str) {
    let text = format!(
        "[project]\noutput = \"{output}\"\norder = [\"dev\", \"prod\"]\n\n[environments.dev]\n\n[environments.dev.services.app]\nnumber = {number}\n\n[environments.prod]\n\n[environments.prod.services.app]\nnumber = {number}\n\n[services.app]\npack = \"app\"\n{only}\n"
    );
    project.write("environments.toml", &text);
}

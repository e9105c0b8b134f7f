//! Mistakes in a pack of the user's own: found when it is loaded, shown in its own files.

use super::*;

const MAIN: &str = "templates/web/main.tf";
const PACK: &str = "templates/web/pack.toml";

/// Another template for the shop's `main.tf`, held against its snapshot.
fn template(name: &str, text: &str) {
    let transcript = Transcript::of(Project::shop());
    transcript.project.write(MAIN, text);
    transcript.run("gen").reads(name);
}

#[test]
fn names_that_no_template_sees() {
    template(
        "template_names",
        "a = \"{{ env.regoin }}\"\n{% if service.scaling.mx %}b = 1{% endif %}\nc = \"{{ environment.name }}\"\nd = \"{{ colour }}\"\n",
    );
}

#[test]
fn a_string_printed_bare() {
    template("template_bare_string", "region = {{ env.region }}\nname = {{ env.name }}\n");
    template("template_bare_table", "max = {{ service.scaling }}\n");
}

#[test]
fn a_setting_that_is_not_set_cannot_be_printed() {
    template(
        "template_not_given",
        "{% if service.scaling.min %}\nmin = 1\n{% endif %}\nmin = {{ service.scaling.min }}\n",
    );
}

#[test]
fn filters_and_tags_that_there_are_not() {
    template(
        "template_filters",
        "a = {{ env.region | hlc }}\nb = \"{{ env.region | safe }}\"\nc = {{ env.region | yaml }}\n{% filter upper %}\nd = 1\n{% endfilter %}\n",
    );
}

#[test]
fn tags_that_do_not_close() {
    template("template_unclosed_if", "{% if service.scaling.min %}\na = 1\n");
    template("template_unclosed_print", "a = \"{{ env.region \"\nb = 1\n");
    template("template_expression", "a = {{ service.scaling.max + }}\n");
}

#[test]
fn a_template_that_renders_no_hcl() {
    template("template_no_hcl", "resource \"a\" {\n  b = = 1\n");
}

#[test]
fn a_manifest_with_mistakes() {
    Transcript::of(Project::shop())
        .remove("templates/web/deploy.yml")
        .write(
            PACK,
            "schema   = \"schema.json\"\ndistinct = [\"hostnam\"]\nalow     = []\n\n[defaults]\nhostname = \"{{ service.nme }}\"\n\n[[files]]\ntemplate = \"mian.tf\"\npath     = \"{{ service.name }}/{{ env.nam }}/main.tf\"\n\n[[files]]\npath = \"x.tf\"\n\n[[files]]\ntemplate = \"main.tf\"\npath     = \"state.conf\"\n\n[[files]]\ntemplate = \"main.tf\"\npath     = \"y.tf\"\neach     = \"root\"\n",
        )
        .run("gen")
        .reads("pack_manifest");
}

#[test]
fn a_runbook_that_is_no_page_for_each_environment() {
    let rules = "\n[[files]]\ntemplate = \"main.tf\"\npath     = \"{{ env.name }}/a.tf\"\nrunbook  = true\n\n[[files]]\ntemplate = \"main.tf\"\npath     = \"a.md\"\neach     = \"project\"\nrunbook  = true\n\n[[files]]\ntemplate = \"main.tf\"\npath     = \"{{ env.name }}/a.md\"\nrunbook  = \"yes\"\n";
    let project = Project::shop();
    let pack = project.read(PACK);
    Transcript::of(project).write(PACK, &format!("{pack}{rules}")).run("gen").reads("pack_runbook");
}

#[test]
fn a_pack_that_is_none() {
    let transcript = Transcript::of(Project::shop());
    transcript.project.remove(PACK);
    let transcript = transcript.run("gen");
    transcript.project.write(PACK, "schema = \"schema.jsn\"\n");
    let transcript = transcript.run("gen");
    transcript.project.write(PACK, "schema = \"schema.json\"\n[defaults\n");
    let transcript = transcript.run("gen");
    transcript.project.write(PACK, "schema = \"schema.json\"\n");
    transcript.project.write("templates/web/schema.json", "{ \"type\": ");
    transcript.run("gen").reads("pack_broken");
}

#[test]
fn a_pack_that_there_is_not() {
    Transcript::of(Project::shop())
        .edit("environments.toml", "pack  = \"web\"", "pack  = \"wbe\"")
        .run("gen")
        .edit("environments.toml", "\"wbe\"", "\"lambda-function\"")
        .run("gen")
        .reads("pack_unknown");
}

#[test]
fn an_unquoted_string_in_yaml_is_printed_where_it_is_safe() {
    let page = concat!(
        "host: eks.{{ env.name }}.example.net\n",
        "role: arn:aws:iam::{{ env.account_id }}:role/x\n",
        "{{ env.name }}: [{{ env.name }}, a-{{ env.name }}]\n",
        "name: {{ \"Apply - \" ~ env.name | yaml }}\n",
        "if: ${{ vars.X_{{ env.name | upper }} == 'true' }}\n",
        "account: {{ env.account_id | yaml }}\n",
        "single: {{ env.name | yaml(style=\"single\") }}\n",
        "image: {{ service.image }}\n",
    );
    let rule = "\n[[files]]\nname = \"page\"\ntemplate = \"page.yaml\"\npath = \"{{ env.name }}/page.yaml\"\n";
    let project = Project::shop();
    let pack = project.read("templates/web/pack.toml");
    project.write("templates/web/pack.toml", &format!("{pack}{rule}"));
    project.write("templates/web/page.yaml", page);
    Transcript::of(project)
        .run("gen")
        .show("generated/prod/page.yaml")
        .edit("environments.toml", "\"shop:1.0\"", "\"012\"")
        .run("gen")
        .reads("plain_scalars");
}

//! Names and places that would lead out of what envroot owns: refused where they are written.

use std::os::unix::fs::symlink;

use super::*;

const CONFIG: &str = "environments.toml";
const PACK: &str = "templates/web/pack.toml";
const PATH: &str = "\"{{ service.name }}/{{ env.name }}/main.tf\"";

/// Runs `gen`, which changes nothing.
fn refused(transcript: Transcript, name: &str) {
    let before = transcript.project.tree();
    let transcript = transcript.run("gen --force");
    assert_eq!(transcript.project.tree(), before, "nothing was written");
    transcript.reads(name);
}

#[test]
fn paths_that_no_file_may_have() {
    let long = "a".repeat(256);
    let deep = "abcdefghi/".repeat(110);
    let paths = [
        "../main.tf",
        "a/../../main.tf",
        "/etc/main.tf",
        "a//main.tf",
        "./main.tf",
        "a\\u0000b/main.tf",
        "a\\nb/main.tf",
        "a\\\\b/main.tf",
        "C:/main.tf",
        ".git/main.tf",
        "a/.GIT/main.tf",
        "a/.g\\u200Cit/main.tf",
        "a/git~1/main.tf",
        ".terraform/main.tf",
        ".envroot/main.tf",
        "a/.terraform.lock.hcl/main.tf",
        "environments.toml/main.tf",
        "con/main.tf",
        "a/com1/main.tf",
        "a/LPT1.main.tf",
        "a./main.tf",
        "what?/main.tf",
        &format!("{long}/main.tf"),
        &format!("{deep}main.tf"),
    ];
    let mut transcript = Transcript::of(Project::shop());
    let pack = transcript.project.read(PACK);
    let more: String = paths
        .iter()
        .enumerate()
        .map(|(number, path)| {
            format!("\n[[files]]\nname = \"more-{number}\"\ntemplate = \"main.tf\"\npath = \"{path}\"\neach = \"service\"\n")
        })
        .collect();
    transcript.project.write(PACK, &(pack + &more));
    let before = transcript.project.tree();
    transcript = transcript.run("gen");
    assert_eq!(transcript.text.matches("error[wrong-path]").count(), paths.len());
    assert_eq!(transcript.project.tree(), before);
    transcript.reads("wrong_paths");
}

#[test]
fn settings_that_lead_out_of_the_output() {
    let transcript = Transcript::of(Project::shop())
        .edit(PACK, PATH, "\"{{ service.image }}/{{ env.region }}/main.tf\"")
        .edit(CONFIG, "\"shop:1.0\"", "\"..\"")
        .edit(CONFIG, "\"eu-west-1\"", "\"../../elsewhere\"");
    refused(transcript, "leading_out");
}

#[test]
fn folders_that_envroot_may_not_own() {
    let mut transcript = Transcript::of(Project::shop());
    let config = transcript.project.read(CONFIG);
    for (from, to) in [
        ("output = \"generated\"", "output = \"../generated\""),
        ("output = \"generated\"", "output = \"/tmp\""),
        ("output = \"generated\"", "output = \".git\""),
        ("[\".github/workflows\"]", "[\"..\"]"),
        ("[\".github/workflows\"]", "[\".github/workflows\", \"/etc\"]"),
    ] {
        transcript = transcript.edit(CONFIG, from, to).run("gen");
        transcript.project.write(CONFIG, &config);
    }
    transcript.reads("folders_not_owned");
}

#[test]
fn files_that_would_get_into_each_others_way() {
    let transcript = Transcript::of(Project::shop())
        .edit(
            PACK,
            "[[files]]\nname = \"values\"\ndata = \"values\"\npath = \"{{ service.name }}/{{ env.name }}/values.yaml\"",
            r#"[[files]]
name     = "case"
template = "main.tf"
path     = "{{ service.name }}/{{ env.name }}/Main.tf"

[[files]]
name     = "folder-case"
template = "plain.tf"
path     = "{{ service.name }}/DEV/more.tf"
each     = "service"

[[files]]
name     = "below"
template = "main.tf"
path     = "{{ service.name }}/{{ env.name }}/main.tf/more.tf"
"#,
        )
        .write("templates/web/plain.tf", "locals {}\n");
    refused(transcript, "files_in_the_way");
}

#[test]
fn two_packs_that_render_one_path() {
    let project = Project::shop();
    for (path, text) in project.tree() {
        if let Some(name) = path.strip_prefix("templates/web/") {
            project.write(&format!("templates/worker/{name}"), &text);
        }
    }
    let transcript = Transcript::of(project)
        .edit(PACK, PATH, "\"roots/{{ env.name }}/main.tf\"")
        .edit("templates/worker/pack.toml", PATH, "\"roots/{{ env.name }}/main.tf\"")
        .edit(
            CONFIG,
            "[services.shop]\npack",
            "[services.basket]\npack  = \"worker\"\nimage = \"basket:1.0\"\nscaling.max = 1\n\n[services.shop]\npack",
        );
    refused(transcript, "two_packs_one_path");
}

#[test]
fn templates_that_include_what_is_not_in_their_pack() {
    let transcript = Transcript::of(Project::shop())
        .write("secret.tf", "secret = 1\n")
        .write("templates/other/main.tf", "other = 1\n");
    let main = transcript.project.read("templates/web/main.tf");
    let includes = [
        "../../secret.tf",
        "/etc/hostname",
        "../other/main.tf",
        "other/main.tf",
        "templates/other/main.tf",
    ];
    let includes: String =
        includes.iter().map(|path| format!("{{% include \"{path}\" %}}\n")).collect();
    transcript.project.write("templates/web/main.tf", &(main + &includes));
    refused(transcript, "includes");
}

#[test]
fn packs_and_charts_that_lie_elsewhere() {
    let transcript = Transcript::of(Project::shop())
        .edit(CONFIG, "pack  = \"web\"", "pack  = \"../templates/web\"")
        .run("gen")
        .edit(CONFIG, "\"../templates/web\"", "\"web/../web\"")
        .run("gen");
    let pack = transcript.project.read(PACK);
    transcript
        .project
        .write(PACK, &pack.replace("schema   =", "extends  = \"../web\"\nschema   ="));
    transcript.edit(CONFIG, "\"web/../web\"", "\"web\"").run("gen").reads("packs_elsewhere");
}

#[test]
fn folders_that_are_links() {
    let transcript = Transcript::generated().edit(CONFIG, "shop:1.0", "shop:1.1").after(
        "moved generated/shop and .github elsewhere, and linked them back",
        |project| {
            fs::create_dir(project.path("elsewhere")).unwrap();
            for (path, link) in [("generated/shop", "../elsewhere/0"), (".github", "elsewhere/1")] {
                let number = link.rsplit('/').next().unwrap();
                fs::rename(project.path(path), project.path(&format!("elsewhere/{number}")))
                    .unwrap();
                symlink(link, project.path(path)).unwrap();
            }
        },
    );
    refused(transcript, "linked_folders");
}

#[test]
fn an_output_folder_that_is_a_link() {
    let transcript = Transcript::generated().edit(CONFIG, "shop:1.0", "shop:1.1").after(
        "moved generated elsewhere, and linked it back",
        |project| {
            fs::rename(project.path("generated"), project.path("elsewhere")).unwrap();
            symlink("elsewhere", project.path("generated")).unwrap();
        },
    );
    refused(transcript, "linked_output");
}

#[test]
fn patches_are_not_saved_through_a_link() {
    let transcript = Transcript::generated()
        .edit("generated/shop/prod/main.tf", "max_count = 9", "max_count = 7")
        .after("linked .envroot to another folder", |project| {
            fs::create_dir(project.path("elsewhere")).unwrap();
            symlink("elsewhere", project.path(".envroot")).unwrap();
        });
    refused(transcript, "linked_patches");
}

#[test]
fn a_root_with_a_loop_of_links_is_read_to_its_end() {
    Transcript::generated()
        .after("linked generated/shop/dev/again to generated/shop", |project| {
            symlink("..", project.path("generated/shop/dev/again")).unwrap();
        })
        .run("check")
        .run("gen")
        .reads("link_loop");
}

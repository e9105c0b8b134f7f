//! A thousand random `set`, `add` and `retire` commands: none loses a comment, leaves a file that
//! does not parse or a tree that is out of sync, or touches what it has no business with.
//!
//! The same on every run. `EDITS_SEED=7` runs others.

mod commands;
mod dice;
mod judge;
mod merges;
mod outline;
mod session;
mod starts;
mod values;

use crate::support::project::Project;
use commands::Vocabulary;
use session::check;
use values::Sort;

const SHOP: Vocabulary = Vocabulary {
    facts: &[
        ("region", Sort::Text),
        ("vars.a", Sort::Any),
        ("vars.a.b", Sort::Any),
        ("vars.\"x.y\"", Sort::Any),
        ("vars.hosts", Sort::Of(&["[]", "[\"a\", \"b\"]", "[\n  1, # one\n  2,\n]"])),
        ("account_id", Sort::Of(&["555555555555", "\"666666666666\"", "1"])),
    ],
    settings: &[
        ("image", Sort::Text),
        ("image", Sort::Text),
        ("hostname", Sort::Of(&["a.example.net", "{{ service.name }}-{{ env.name }}.net"])),
        ("scaling.min", Sort::Count),
        ("scaling.max", Sort::Count),
        ("scaling", Sort::Counts(&["min", "max"])),
        ("values.a", Sort::Any),
        ("values.a.b", Sort::Any),
        ("values.\"a b\".\"c.d\"", Sort::Any),
        ("values.list", Sort::Any),
        ("values", Sort::Any),
    ],
};

/// A text with the shop's pack, of which every setting but the image can be left out.
fn shop(text: &str) -> Project {
    let project = Project::shop();
    project.edit("templates/web/pack.toml", "[defaults]\n", "[defaults]\nscaling.max = 1\n");
    project.write("environments.toml", text);
    project
}

#[test]
fn a_round_file_stays_whole() {
    check(shop(starts::ROUND), &SHOP, 130);
}

#[test]
fn a_file_from_windows_stays_whole() {
    check(shop(&starts::ROUND.replace('\n', "\r\n")), &SHOP, 80);
    check(shop(&starts::COMMENTS.replace('\n', "\r\n")), &SHOP, 40);
}

#[test]
fn a_file_with_a_byte_order_mark_stays_whole() {
    check(shop(&format!("\u{feff}{}", starts::ROUND)), &SHOP, 40);
    check(shop(&format!("\u{feff}{}", starts::DOTTED)), &SHOP, 40);
}

#[test]
fn a_file_whose_last_line_has_no_end_stays_whole() {
    check(shop(starts::ROUND.trim_end()), &SHOP, 40);
    check(shop(starts::QUOTED), &SHOP, 90);
}

#[test]
fn dotted_environments_stay_whole() {
    check(shop(starts::DOTTED), &SHOP, 90);
    check(shop(starts::HALF_DOTTED), &SHOP, 90);
}

#[test]
fn inline_tables_stay_whole() {
    check(shop(starts::INLINE), &SHOP, 90);
}

#[test]
fn lists_of_lines_stay_whole() {
    check(shop(starts::LISTS), &SHOP, 90);
}

#[test]
fn comments_in_every_place_stay() {
    check(shop(starts::COMMENTS), &SHOP, 90);
}

#[test]
fn our_own_file_stays_whole() {
    let vocabulary = Vocabulary {
        facts: &[("vars.a", Sort::Any), ("cluster", Sort::Of(&["lake", "lake-{{ env.name }}"]))],
        settings: &[
            ("image_tag", Sort::Of(&["0.2.0", "abc123", "0123456", "'1.0'", "a b"])),
            ("image_tag", Sort::Of(&["12e4567", "0.3.0"])),
            ("timeout", Sort::Count),
            ("scaling.worker.max_replicas", Sort::Count),
            ("scaling.worker", Sort::Counts(&["max_replicas", "polling"])),
            ("suspend.drain", Sort::Of(&["true", "false"])),
        ],
    };
    check(Project::own(), &vocabulary, 40);
}

#[test]
fn the_files_of_the_examples_stay_whole() {
    let ecs = Vocabulary {
        facts: &[("vars.a", Sort::Any), ("stage", Sort::Of(&["one", "two"]))],
        settings: &[
            ("image_tag", Sort::Of(&["0.2.0", "abc123", "0123456"])),
            ("variables.log_retention_days", Sort::Count),
            (
                "containers.api.variables",
                Sort::Of(&["{ A = \"1\" }", "{ B = \"${x}\", C = \"#\" }"]),
            ),
            ("containers.worker.max", Sort::Count),
            ("secrets", Sort::Of(&["[]", "[\"MAIL_PASSWORD\", \"NEW\"]"])),
        ],
    };
    let parts = ["environments.toml", "templates", "modules", "environments", "ENVIRONMENTS.md"];
    check(Project::copy("examples/ecs", &[&parts[..], &[".github"]].concat()), &ecs, 40);

    let platform = Vocabulary {
        facts: &[("vars.a", Sort::Any), ("team_access", Sort::Of(&["read", "write"]))],
        settings: &[
            ("nodes.max", Sort::Count),
            ("nodes", Sort::Counts(&["min", "max"])),
            ("kubernetes_version", Sort::Of(&["1.34", "\"1.33\""])),
            ("deletion_protection", Sort::Of(&["true", "false"])),
            ("review.channel", Sort::Of(&["#new", "\"#it\""])),
        ],
    };
    let parts =
        ["environments.toml", "templates", "modules", "generated", ".gitlab-ci.yml", "CODEOWNERS"];
    check(Project::copy("examples/platform", &parts), &platform, 40);

    let clusters = Vocabulary {
        facts: &[("vars.a", Sort::Any), ("dns_zone", Sort::Of(&["{{ env.name }}.example.org"]))],
        settings: &[
            ("releases.grafana.version", Sort::Of(&["9.3.0", "9.4.1", "latest"])),
            ("releases.prometheus.version", Sort::Of(&["27.21.0", "27.22.0"])),
            ("releases.loki.timeout", Sort::Count),
            ("releases.prometheus.values.server.retention", Sort::Of(&["15d", "45d"])),
            ("releases.loki.values", Sort::Of(&["{ a.b = 1 }", "{ read.replicas = 2 }"])),
            ("namespaces.extra", Sort::Of(&["{}", "{ editors = [\"x\"] }"])),
        ],
    };
    let parts = [
        "environments.toml",
        "templates",
        "modules",
        "deploy",
        ".gitlab-ci.yml",
        "ENVIRONMENTS.md",
    ];
    check(Project::copy("examples/cluster-manager", &parts), &clusters, 40);
}

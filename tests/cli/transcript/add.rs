//! `add`: a new environment like one that is there.

use super::*;

/// Prod says things that are nobody else's.
const OWN: &str = "\
[project]
output = \"generated\"
also   = [\".github/workflows\"]
order  = [\"dev\", \"prod\"] # left to right

[environments.dev]
account_id = \"111111111111\"
region     = \"eu-west-1\"

# The real thing.
[environments.prod]
account_id = \"222222222222\"
region     = \"eu-west-1\"
vars.role  = \"arn:aws:iam::222222222222:role/deploy\"
vars.hosts = [\"shop.example.net\", \"www.example.net\"]
vars.tier  = \"production\"

[services.shop]
pack         = \"web\"
environments = [\"dev\", \"prod\"]
image        = \"shop:1.0\"
scaling.max  = 2

# Only prod.

[environments.prod.services.shop]
hostname    = \"shop.example.net\" # without a suffix
image       = \"shop:1.0-prod\"
scaling.max = 9
";

#[test]
fn an_environment_is_added_after_the_one_it_is_like() {
    Transcript::generated()
        .run("add stage --like dev --set account_id=333333333333")
        .show("environments.toml")
        .run("check")
        .reads("add");
}

#[test]
fn what_belongs_to_one_environment_is_not_copied() {
    Transcript::with(OWN)
        .run("gen")
        .run("add second --like prod")
        .run("check")
        .run_words(&[
            "add",
            "second",
            "--like",
            "prod",
            "--before",
            "prod",
            "--set",
            "account_id=333333333333",
            "--set",
            "services.shop.hostname=shop.second.example.net",
            "--set",
            "services.shop.image=shop:1.0-{{ env.name }}",
            "--set",
            "vars.role=arn:aws:iam::{{ env.account_id }}:role/deploy",
            "--set",
            "vars.hosts=[\"shop.second.example.net\"]",
            "--set",
            "services.shop.scaling.min=1",
        ])
        .show("environments.toml")
        .run("check")
        .reads("add_own_values");
}

#[test]
fn an_addition_that_would_be_wrong_changes_nothing() {
    Transcript::generated()
        .run("add prod --like dev")
        .run("add Stage --like dev")
        .run("add stage --like deev")
        .run("add stage --like dev --before prd")
        .run("add stage --like dev --set account_id")
        .run("add stage --like dev --set account_id=111111111111")
        .run("add stage --like dev --set account_id=333333333333 --set regoin=x")
        .write("generated/shop/stage/main.tf", "# by hand\n")
        .run("add stage --like dev --set account_id=333333333333")
        .show("environments.toml")
        .reads("add_refused");
}

#[test]
fn a_dry_run_of_add_shows_the_change() {
    Transcript::generated()
        .run("add stage --like dev --set account_id=333333333333 --dry-run")
        .run("check")
        .reads("add_dry_run");
}

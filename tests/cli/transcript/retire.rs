//! `retire`: an environment or a service in it goes in two steps.

use super::*;

#[test]
fn an_environment_goes_in_two_steps() {
    Transcript::generated()
        .run("retire prod --destroyed")
        .run("retire prod")
        .run("retire prod")
        .run("check")
        .run("retire prod --destroyed --dry-run")
        .run("retire prod --destroyed")
        .show("environments.toml")
        .run("check")
        .reads("retire");
}

#[test]
fn a_service_goes_from_one_environment() {
    Transcript::generated()
        .run("retire prod --service shop --destroyed")
        .run("retire prod --service shop")
        .show("environments.toml")
        .show(".github/workflows/deploy-shop.yml")
        .run("retire prod --service shop --destroyed")
        .show("environments.toml")
        .run("check")
        .reads("retire_service");
}

#[test]
fn a_root_that_was_not_retired_is_never_removed() {
    Transcript::generated()
        .run("retire prd")
        .run("retire prod --service shp")
        .edit("environments.toml", "order  = [\"dev\", \"prod\"]", "order  = [\"dev\"]")
        .edit(
            "environments.toml",
            "[environments.prod]\naccount_id = \"222222222222\"\n\n[environments.prod.services.shop]\nscaling.max = 9\n\n",
            "",
        )
        .run("gen")
        .reads("retire_by_hand");
}

//! `set`: settings changed in place, and what they reach.

use super::*;

#[test]
fn a_setting_is_changed_in_place() {
    Transcript::generated()
        .run("set image=shop:1.1 --service shop")
        .run("set --env prod --service shop scaling.max=12")
        .run("set region=eu-central-1")
        .show("environments.toml")
        .run("check")
        .reads("set_in_place");
}

#[test]
fn a_setting_that_a_layer_does_not_have_gets_its_place() {
    Transcript::generated()
        .run("set --env dev --service shop image=shop:1.1-dev scaling.min=1")
        .run("set --env prod services.shop.scaling.min=2 region=eu-north-1")
        .show("environments.toml")
        .run("check")
        .reads("set_new_place");
}

#[test]
fn a_value_is_promoted_from_another_environment() {
    Transcript::generated()
        .run("set --env dev --service shop image=shop:1.1")
        .run("set --env prod --from dev --service shop image")
        .run("set --env prod --from dev --service shop scaling")
        .show("environments.toml")
        .reads("set_promotion");
}

#[test]
fn what_a_layer_says_can_be_taken_away() {
    Transcript::generated()
        .edit(
            "environments.toml",
            "scaling.max = 9\n",
            "scaling.max = 9\nhostname    = \"shop.example.net\" # without a suffix\n",
        )
        .run("gen")
        .run("set --env prod --service shop --unset hostname")
        .run("set --env prod --service shop --unset hostname")
        .run("set --env prod --service shop --unset scaling")
        .show("environments.toml")
        .run("check")
        .reads("set_unset");
}

#[test]
fn what_would_be_wrong_is_refused_and_nothing_is_written() {
    Transcript::generated()
        .run("set --service shop imag=shop:1.1")
        .run("set --env prod --service shop scaling.max=many")
        .run("set --env prod account_id=111111111111")
        .run("set --env pro --service shop image=x")
        .run("set services.shpo.image=x")
        .run("set --service shop image.tag=x")
        .run("set --service shop image")
        .run("set --env dev --service shop --from prod nothing")
        .run("set --service shop a..b=1")
        .run("check")
        .reads("set_refused");
}

#[test]
fn a_file_that_was_edited_keeps_the_change_from_being_made() {
    Transcript::generated()
        .edit("generated/shop/prod/main.tf", "max_count = 9", "max_count = 7")
        .run("set --env prod --service shop scaling.max=12")
        .run("set --env dev --service shop scaling.max=3")
        .run("check")
        .reads("set_edited");
}

#[test]
fn a_mistake_elsewhere_that_breaks_a_page_of_the_service_stops_a_change() {
    Transcript::generated()
        .edit("environments.toml", "scaling.max = 9", "scaling.mx = 9")
        .run("set --env dev --service shop scaling.max=3")
        .reads("set_wrong_elsewhere");
}

#[test]
fn a_dry_run_of_set_shows_the_change() {
    Transcript::generated()
        .run("set --env dev --service shop image=shop:1.1 --dry-run")
        .run("check")
        .reads("set_dry_run");
}

#[test]
fn a_secret_is_not_shown_when_it_is_set() {
    Transcript::generated()
        .run("set --env dev --service shop image=ghp_abcdefghijklmnopqrstuvwxyz0123456789")
        .reads("set_secret");
}

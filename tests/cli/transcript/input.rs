//! Wrong input: every problem in one run, each at its place, with the next thing to do.

use super::*;

/// A configuration that is held against its snapshot by `check`.
fn check(name: &str, environments: &str) {
    let transcript = Transcript::with(environments);
    let before = transcript.project.tree();
    let transcript = transcript.run("gen");
    assert_eq!(transcript.project.tree(), before, "nothing was written");
    transcript.reads(name);
}

#[test]
fn many_problems_at_once() {
    check(
        "problems",
        r#"
[project]
order = ["dev", "prod"]

[defaults]
region = "eu-west-1"
zone   = "example.net"

[profiles.small.services.shop]
scaling.mx = 2

[environments.dev]
account_id = "111111111111"
regoin     = "eu-west-2"
profiles   = ["small", "smal"]

[environments.prod]
account_id = 222222222222

[environments.prod.services.shop]
unset   = ["scaling.min"]
null    = ["scaling.max"]
scaling = { max = "9" }

[services.shop]
pack     = "web"
hostname = "{{ env.nme }}.example.net"

[services.basket]
pack = "wep"

[[waivers]]
check  = "distinct"
at     = "environments.dev.account_id"
reason = "It was shared once."
"#,
    );
}

#[test]
fn undeclared_keys() {
    check(
        "unknown_keys",
        r#"
[project]
order   = ["dev"]
ouptut  = "out"

[default]
region = "eu-west-1"

[environments.dev]
account_id = "111111111111"
region     = "eu-west-1"
cost       = 3
regions    = ["a"]

[environments.dev.services.shop]
scaling.max  = 2
scaling.mim  = 1
hostnames    = ["a"]
colour       = "red"

[services.shop]
pack  = "web"
image = "shop:1.0"

[[waivers]]
check = "distinct"
at    = "environments.dev.account_id"
why   = "?"
"#,
    );
}

#[test]
fn references_that_lead_nowhere() {
    check(
        "references",
        r#"
[project]
order = ["dev"]

[environments.dev]
account_id = "111111111111"
region     = "{{ env.vars.region }}"
vars.a     = "{{ env.vars.b }}"
vars.b     = "{{ env.vars.a }}"
vars.list  = ["x"]
vars.pack  = "{{ service.name }}"

[services.shop]
pack         = "web"
image        = "{{ env.account_di }}/shop:{{ env.vars.list }}"
hostname     = "{{ env.name | upper }}.example.net"
scaling.max  = "{{ service.scaling.mim }}"
values.text  = "{{ .Values.fine }} and {{ service.scaling.max"
"#,
    );
}

#[test]
fn values_of_the_wrong_kind() {
    check(
        "wrong_types",
        r#"
[project]
order = ["dev", "stage", "prod"]

[defaults]
region = "eu-west-1"

[environments.dev]
account_id = 111111111111

[environments.stage]
account_id = "33333333333"

[environments.prod]
region = 1.5

[environments.prod.services.shop]
scaling.max = true

[services.shop]
pack        = "web"
image       = ["shop", "1.0"]
scaling.max = "{{ service.image }}"
"#,
    );
}

#[test]
fn a_required_setting_that_is_missing() {
    check(
        "missing_settings",
        r#"
[project]
order = ["dev", "prod"]

[environments.dev]
account_id = "111111111111"
region     = "eu-west-1"

[environments.prod]
region = "eu-west-1"

[services.shop]
pack = "web"
"#,
    );
}

#[test]
fn environments_that_must_differ() {
    check(
        "distinct",
        r#"
[project]
order = ["dev", ["prod-eu", "prod-us"]]

[defaults]
region     = "eu-west-1"
account_id = "111111111111"

[environments.dev]
[environments.prod-eu]
[environments.prod-us]

[services.shop]
pack        = "web"
image       = "shop:1.0"
hostname    = "shop.example.net"
scaling.max = 2
same        = ["scaling.max"]

[environments.dev.services.shop]
scaling.max = 1

[[waivers]]
check  = "distinct"
at     = "environments.prod-us.services.shop.hostname"
reason = "One name for both, by latency."

[[waivers]]
check  = "distinct"
at     = "environments.prod-eu.services.shop.region"
reason = "?"

[[waivers]]
check  = "distnct"
at     = "environments.dev.account_id"
reason = "?"

[[waivers]]
check  = "distinct"
at     = "environments.dev.account_id"
"#,
    );
}

#[test]
fn an_order_that_does_not_fit_the_tables() {
    check(
        "order",
        r#"
[project]
requires = "9.0"
output   = "../generated"
also     = ["/etc"]
order    = ["dev", "prod", "dev"]

[environments.dev]
[environments.stage]
status = "gone"

[services.Shop]
[services.cart]
pakc = "web"

[services.shop]
name         = "store"
pack         = "web"
environments = ["dev", "stagee"]

[environments.stage.services.shop]
scaling.max = 2
name        = "store"

[environments.dev.services.basket]
scaling.max = 2

[profiles.small]
profiles = ["other"]

[profiles.small.services.shop]
same = ["image"]
"#,
    );
}

#[test]
fn heads_of_layers_that_do_nothing() {
    check(
        "unset_and_null",
        r#"
[project]
order = ["dev", "prod"]

[defaults]
region = "eu-west-1"
unset  = ["vars.tier"]

[environments.dev]
account_id = "111111111111"
unset      = ["region"]

[environments.prod]
account_id = "222222222222"
null       = ["region"]

[environments.prod.services.shop]
unset = ["scaling.min", "scaling..max"]
null  = ["values", "scaling.max"]

[services.shop]
pack  = "web"
image = "shop:1.0"
scaling.max = 2
"#,
    );
}

#[test]
fn toml_that_cannot_be_read() {
    check("toml_broken", "[project]\norder = [\"dev\"\n\n[environments.dev]\nregion = eu\n");
    check(
        "toml_twice",
        "[project]\norder = []\n\n[services.shop]\npack = \"a\"\npack = \"b\"\n\n[services.shop]\n",
    );
    check("toml_empty", "");
    check("toml_not_for_us", "[package]\nname = \"x\"\n");
}

#[test]
fn values_that_have_no_one_form_everywhere() {
    check(
        "dates_and_numbers",
        r#"
[project]
order = ["dev"]

[environments.dev]
account_id = "111111111111"
region     = "eu-west-1"
vars       = { since = 2026-01-31, at = 07:30:00, most = inf, some = nan }

[services.shop]
pack  = "web"
image = "shop:1.0"
scaling.max = 1
"#,
    );
}

#[test]
fn files_that_are_kept_or_chosen_wrongly() {
    check(
        "keep_and_files",
        r#"
[project]
order = ["dev"]

[environments.dev]
account_id = "111111111111"
region     = "eu-west-1"

[services.shop]
pack  = "web"
image = "shop:1.0"
scaling.max = 1
keep  = [{ file = "bastion.tf" }, "peering.tf"]
files = ["main", "vlues"]
"#,
    );
}

#[test]
fn two_services_that_want_one_file() {
    let transcript = Transcript::generated();
    transcript.project.write("templates/web/pack.toml", &{
        let pack = transcript.project.read("templates/web/pack.toml");
        pack.replace("deploy-{{ service.name }}.yml", "deploy.yml")
    });
    transcript
        .edit("environments.toml", "[services.shop]", "[services.basket]\npack  = \"web\"\nimage = \"basket:1.0\"\nscaling.max = 1\n\n[services.shop]")
        .run("gen")
        .reads("one_path_twice");
}

#[test]
fn a_secret_is_masked_wherever_it_is_shown() {
    Transcript::generated()
        .edit("generated/shop/dev/values.yaml", "max: 2", "key: AKIAIOSFODNN7EXAMPLE")
        .run("check")
        .run("diff")
        .run("check --format json")
        .edit("environments.toml", "image = \"shop:1.0\"", "imag = \"AKIAIOSFODNN7EXAMPLE\"")
        .run("check")
        .reads("secret");
}

#[test]
fn a_typo_in_one_service_and_a_missing_setting_in_another() {
    check(
        "typo_and_missing",
        r#"
[project]
output = "generated"
order  = ["dev", "prod"]

[defaults]
region = "eu-west-1"

[environments.dev]
account_id = "111111111111"

[environments.prod]
account_id = "222222222222"

[services.cart]
pack  = "web"
imge  = "cart:1.0"

[services.shop]
pack = "web"
"#,
    );
}

#[test]
fn causes_come_before_what_may_follow_from_them() {
    check(
        "cause_first",
        r#"
[project]
output = "generated"
order  = ["dev", "prod"]

[defaults]
region      = "eu-west-1"
vars.bucket = "shop-{{ env.account_id }}"

[environment.dev]
account_id = "111111111111"

[environments.prod_1]
account_id = "222222222222"

[services.shop]
pack  = "web"
image = "shop:1.0"

[environments.dev.services.shop]
scaling.max = 2

[environments.prod.services.shop]
scaling.max = 3
"#,
    );
}

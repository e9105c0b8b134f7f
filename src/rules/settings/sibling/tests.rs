//! Texts that name a sibling, and texts that do not.

use crate::rules::tests::found;

/// The problems of a text in the layer of `prod`. Its siblings are `dev`, whose host name is
/// distinct, `prod-eu` and `west`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let layer = format!("[environments.prod.services.s]\nvalues.a = {text:?}");
    assert_eq!(found(&layer), expected, "{text}");
}

#[test]
fn a_sibling_is_found_by_its_name_its_account_and_its_distinct_settings() {
    check("topic-dev", &["sibling \"topic-dev\""]);
    check("sqs/dev/queue", &["sibling \"sqs/dev/queue\""]);
    check("db_dev", &["sibling \"db_dev\""]);
    check("dev", &["sibling \"dev\""]);
    check("111111111111.dkr.ecr", &["sibling \"111111111111.dkr.ecr\""]);
    check("https://one.example.net/x", &["sibling \"https://one.example.net/x\""]);
    check("-Dprofile=dev -Xmx1g", &["sibling \"-Dprofile=dev -Xmx1g\""]);
    check("topic-prod-eu", &["sibling \"topic-prod-eu\""]);
}

/// Lines of the layer of the service in `prod`.
#[track_caller]
fn check_lines(lines: &str, expected: &[&str]) {
    assert_eq!(found(&format!("[environments.prod.services.s]\n{lines}")), expected, "{lines}");
}

#[test]
fn a_sibling_is_found_in_keys_and_numbers() {
    for (line, expected) in [
        ("values.111111111111 = 1", "sibling 111111111111"),
        ("values.\"111111111111\".a = 1", "sibling \"111111111111\""),
        ("values.topics.dev = 1", "sibling dev"),
        ("values.topics = { \"topic-dev\" = {} }", "sibling \"topic-dev\""),
        ("values.topics = [{ dev = 1 }]", "sibling dev"),
        ("values.\"one.example.net\" = 1", "sibling \"one.example.net\""),
        ("values.a.\"sqs/prod-eu/q\".b = 1", "sibling \"sqs/prod-eu/q\""),
        ("values.a = 111111111111", "sibling 111111111111"),
        ("values.a = [1, 333333333333]", "sibling 333333333333"),
        ("values.a = 111111111111.0", "sibling 111111111111.0"),
    ] {
        let number = line.contains("= 1111") || line.contains("3333");
        let found = found(&format!("[environments.prod.services.s]\n{line}"));
        let role = expected.replace("sibling", "role-account");
        let expected = if number { vec![role.as_str(), expected] } else { vec![expected] };
        let mut found: Vec<&str> = found.iter().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, expected, "{line}");
    }
}

#[test]
fn other_keys_and_numbers_name_no_sibling() {
    for line in [
        "values.development = 1",
        "values.prod = 1",
        "values.222222222222 = 1",
        "values.a = 1111",
        "values.a = 1111111111112",
        "values.a = 1.5",
        "values.\"as big as dev, for now\" = 1",
        "values.\"{{ env.name }}-x\" = 1",
        "values.eu-west-1 = 1",
    ] {
        check_lines(line, &[]);
    }
}

#[test]
fn a_key_that_a_schema_names_is_not_a_sibling() {
    use crate::rules::tests::found_with;
    let schema = |service: &str| {
        format!(
            r#"{{ "properties": {{ "env": {{ "properties": {{ "account_id": {{}}, "ops": {{}} }} }},
            "service": {{ "properties": {{ "hostname": {{}}, {service} }} }} }} }}"#
        )
    };
    let declared = schema(
        r#""jobs": { "properties": { "dev": {}, "west": {} } }, "list": { "items": { "properties": { "dev": {} } } }"#,
    );
    let lines = "jobs.dev = 1\njobs.west = 2\nlist = [{ dev = 1 }]";
    let layer = format!("[environments.prod.services.s]\n{lines}");
    assert_eq!(found_with(&layer, "", &declared), [""; 0]);
    let free = schema(r#""jobs": { "additionalProperties": {} }"#);
    let layer = "[environments.prod.services.s]\njobs.dev = 1";
    assert_eq!(found_with(layer, "", &free), ["sibling dev"]);
}

#[test]
fn other_words_are_not_names() {
    for text in [
        "developer",
        "devel",
        "/dev1/null",
        "topic-prod",
        "prod",
        "222222222222",
        "1111111111112",
        "as big as dev, for now",
        "two.example.net",
        "one.example.org",
        "{{ env.name }}-x",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_region_of_aws_is_not_a_name() {
    for text in ["eu-west-1", "arn:aws:sqs:eu-west-1:2:q", "us-gov-west-1", "eu-west-1a"] {
        check(text, &[]);
        let eu = "[environments.west.services.s]\nhostname = \"eu\"";
        let layer = format!("{eu}\n[environments.prod.services.s]\nvalues.a = {text:?}");
        assert_eq!(found(&layer), [""; 0], "{text}");
    }
    for text in ["q-west", "eu-west", "eu/west-1", "eu-west-1-west", "eu-west-1ab"] {
        check(text, &[&format!("sibling {text:?}")]);
    }
}

#[test]
fn a_region_of_google_is_not_a_name() {
    let us = "[environments.west.services.s]\nhostname = \"us\"";
    for (text, found_there) in
        [("us-central1", false), ("us-central1-a", false), ("us-app1", true), ("q-us", true)]
    {
        let layer = format!("{us}\n[environments.prod.services.s]\nvalues.a = {text:?}");
        assert_eq!(!found(&layer).is_empty(), found_there, "{text}");
    }
}

#[test]
fn a_word_that_means_another_thing_is_not_a_name() {
    for text in ["/dev/null", "1.0.0-dev", "https://go.dev", "--no-dev", "dev@example.net"] {
        check(text, &[]);
    }
    check_lines("values.hostPath.path = \"/dev\"", &[]);
    check_lines("values.prefix = \"/dev\"", &["sibling \"/dev\""]);
    check_lines("values.\"tekton.dev/x\" = 1", &[]);
    // A distinct setting of a sibling is never another thing.
    check("--one.example.net", &["sibling \"--one.example.net\""]);
}

#[test]
fn a_shared_layer_may_name_any_environment() {
    for layer in ["services.s", "profiles.p.services.s"] {
        assert_eq!(found(&format!("[{layer}]\nvalues.a = \"topic-dev\"")), [""; 0], "{layer}");
    }
}

#[test]
fn a_word_that_the_schema_lists_is_not_a_name() {
    assert_eq!(found("[environments.prod.services.s]\nmode = \"dev\""), [""; 0]);
}

#[test]
fn a_waiver_covers_all_that_is_below_its_place() {
    let waiver = "[[waivers]]\ncheck = \"sibling\"\nat = \"environments.prod.services.s.values\"\nreason = \"x\"";
    let layer = "[environments.prod.services.s]\nvalues = { a = \"x-dev\", b = \"y-dev\" }";
    assert_eq!(found(&format!("{layer}\n{waiver}")), [""; 0]);
    assert_eq!(found(waiver), ["unused-waiver [[waivers]]"]);
}

/// The problems where some environments have a value each at the same path.
#[track_caller]
fn check_each(values: &[(&str, &str)], expected: &[&str]) {
    let layer = |(name, value): &(&str, &str)| {
        let text = format!("\"{value}\"");
        let value = if value.starts_with('[') { *value } else { &text };
        format!("[environments.{name}.services.s]\nvalues.a = {value}\n")
    };
    let layers: String = values.iter().map(layer).collect();
    assert_eq!(found(&layers), expected, "{values:?}");
}

#[test]
fn a_sibling_is_found_within_a_word_where_others_have_their_names() {
    let registry = ["sibling \"openmrsprodacr\""];
    for (values, expected) in [
        // Both orders: the wrong one comes first or last.
        (
            &[("west", "openmrsprodacr"), ("dev", "openmrsdevacr"), ("prod", "openmrsprodacr")][..],
            &registry[..],
        ),
        (
            &[("prod", "acmewestx"), ("dev", "acmedevx"), ("west", "acmewestx")],
            &["sibling \"acmewestx\""],
        ),
        (&[("dev", "openmrsdevacr"), ("west", "openmrsprodacr")], &registry),
        (
            &[("dev", "corev1devsa"), ("prod", "corev1prodsa"), ("west", "corev1devsa")],
            &["sibling \"corev1devsa\""],
        ),
        (
            &[("dev", "devsav1"), ("prod", "devsav1"), ("west", "westsav1")],
            &["sibling \"devsav1\""],
        ),
        (
            &[("dev", "statedev"), ("prod", "statedev"), ("west", "statewest")],
            &["sibling \"statedev\""],
        ),
        (
            &[("dev", "acme-devacr.azurecr.io"), ("west", "acme-prodacr.azurecr.io")],
            &["sibling \"acme-prodacr.azurecr.io\""],
        ),
        (&[("dev", "xdevx"), ("prod-eu", "xprodx")], &["sibling \"xprodx\""]),
        (&[("dev", "xdevx"), ("prod", "xprod-eux")], &["sibling \"xprod-eux\""]),
        (
            &[("dev", "[\"a\", \"xdevx\"]"), ("prod", "[\"xwestx\", \"b\"]")],
            &["sibling \"xwestx\""],
        ),
        // Two have it the wrong way round.
        (
            &[("dev", "xprodx"), ("prod", "xdevx"), ("west", "xwestx")],
            &["sibling \"xprodx\"", "sibling \"xdevx\""],
        ),
    ] {
        check_each(values, expected);
    }
    let shared = "[services.s]\nvalues.a = \"acme{{ env.name }}acr\"\n";
    for (text, expected) in [("acmedevacr", 1), ("acmeprodacr", 0), ("acmeacr", 0), ("devacr", 0)] {
        let own = format!("[environments.prod.services.s]\nvalues.a = \"{text}\"\n");
        assert_eq!(found(&(shared.to_owned() + &own)).len(), expected, "{text}");
    }
    let facts = "[environments.dev]\nrole = \"xdevx\"\n[environments.prod]\nrole = \"xwestx\"\n";
    assert_eq!(found(facts), ["sibling \"xwestx\""]);
}

#[test]
fn a_part_of_a_word_is_not_a_name() {
    for values in [
        // Each has its own, all share one, or none has its own.
        &[("dev", "xdevx"), ("prod", "xprodx"), ("west", "xwestx"), ("prod-eu", "xprod-eux")][..],
        &[("dev", "xprodx"), ("prod", "xprodx"), ("west", "xprodx"), ("prod-eu", "xprodx")],
        &[("west", "product"), ("prod", "product"), ("dev", "devices")],
        &[("west", "production-line"), ("prod", "production-line"), ("dev", "development-line")],
        &[("west", "devices"), ("dev", "devices"), ("prod", "products")],
        &[("west", "devices"), ("dev", "devices"), ("prod", "devices")],
        &[("prod", "developer"), ("dev", "developer"), ("west", "western")],
        &[("west", "prodigy"), ("dev", "devil"), ("prod", "prodigy")],
        &[("west", "prodacr"), ("prod", "prodacr")],
        &[("dev", "xdevx"), ("prod", "xdevy")],
        &[("dev", "xdevx"), ("prod", "ydevx")],
        &[("dev", "xdevx"), ("prod", "xtestx")],
        &[("dev", "xdevx"), ("prod", "xx")],
        &[("dev", "devx"), ("prod", "x")],
        &[("dev", "/dev/null"), ("prod", "/prod/null")],
    ] {
        check_each(values, &[]);
    }
}

#[test]
fn a_name_in_what_environments_have_in_common_is_none() {
    for values in [
        &[("west", "dev.example.net"), ("dev", "dev.example.net"), ("prod", "dev.example.net")][..],
        &[
            ("west", "dev.acme.gov.uk"),
            ("dev", "dev.acme.gov.uk"),
            ("prod-eu", "dev.acme.gov.uk"),
            ("prod", "acme.gov.uk"),
        ],
        &[
            ("west", "west.app.dev.acme.net"),
            ("dev", "dev.app.dev.acme.net"),
            ("prod", "prod.app.dev.acme.net"),
        ],
        &[
            ("west", "https://west.lb.app.dev.acme.net/x"),
            ("dev", "https://dev.lb.app.dev.acme.net/x"),
            ("prod", "https://prod.lb.app.dev.acme.net/x"),
            ("prod-eu", "https://lb.acme.net/x"),
        ],
        &[("west", "dev/west"), ("dev", "dev/dev"), ("prod", "dev/prod")],
        &[
            ("west", "[\"west.dev.acme.net\"]"),
            ("dev", "[\"dev.dev.acme.net\"]"),
            ("prod", "[\"a\", \"prod.dev.acme.net\"]"),
        ],
    ] {
        check_each(values, &[]);
    }
}

#[test]
fn a_copied_name_is_not_in_common() {
    for (values, expected) in [
        // Two have it: it may be a copy.
        (&[("west", "dev.acme.net"), ("dev", "dev.acme.net"), ("prod", "acme.net")][..], 1),
        (&[("west", "west-db.dev.acme.net"), ("dev", "dev-db.dev.acme.net")], 1),
        (&[("west", "dev.acme.net"), ("prod", "dev.acme.net")], 2),
        // One is named after its environment.
        (
            &[
                ("west", "dev.acme.net"),
                ("dev", "dev.acme.net"),
                ("prod", "dev.acme.net"),
                ("prod-eu", "prod-eu.acme.net"),
            ],
            2,
        ),
        // No zone
        (&[("west", "jobs-dev"), ("dev", "jobs-dev"), ("prod", "jobs-dev")], 2),
        (&[("west", "dev"), ("dev", "dev"), ("prod", "dev")], 2),
        (
            &[("west", "db.dev.acme.net"), ("dev", "db.dev.acme.net"), ("prod", "db.dev.acme.net")],
            2,
        ),
        (
            &[
                ("west", "west.dev.acme.net"),
                ("dev", "dev.acme.net"),
                ("prod", "prod.dev.acme.net"),
            ],
            2,
        ),
    ] {
        let layer = |(name, value): &(&str, &str)| {
            format!("[environments.{name}.services.s]\nvalues.a = {value:?}\n")
        };
        let layers: String = values.iter().map(layer).collect();
        assert_eq!(found(&layers).len(), expected, "{values:?}");
    }
}

#[test]
fn a_setting_that_names_an_environment_names_one_that_exists() {
    use crate::rules::tests::found_with;
    const SCHEMA: &str = r##"{
        "properties": {
            "env": { "properties": { "account_id": {}, "next": { "names": "environment" } } },
            "service": { "properties": {
                "hostname": {}, "other": {},
                "next": { "type": "string", "names": "environment" },
                "from": { "type": "array", "items": { "$ref": "#/$defs/environment" } },
                "jobs": { "additionalProperties": { "properties": { "of": { "$ref": "#/$defs/environment" } } } },
                "typo": { "names": "enviroment" }
            } }
        },
        "$defs": { "environment": { "type": "string", "names": "environment" } }
    }"##;
    let layer = "[environments.prod.services.s]";
    for (layer, lines, expected) in [
        (layer, "next = \"dev\"", &[][..]),
        (layer, "next = \"prod\"", &[]),
        (layer, "next = \"prod-eu\"", &[]),
        (layer, "from = [\"dev\", \"west\"]", &[]),
        (layer, "jobs.x.of = \"dev\"", &[]),
        (layer, "next = \"{{ env.name }}\"", &[]),
        ("[environments.prod]", "next = \"dev\"", &[]),
        ("[services.s]", "next = \"dev\"", &[]),
        (layer, "other = \"dev\"", &["sibling \"dev\""]),
        (layer, "next = \"dve\"", &["wrong-format \"dve\""]),
        (layer, "next = \"\"", &["wrong-format \"\""]),
        (layer, "next = \"Dev\"", &["wrong-format \"Dev\""]),
        (layer, "from = [\"dev\", \"staging\"]", &["wrong-format \"staging\""]),
        (layer, "jobs.x.of = \"topic-dev\"", &["wrong-format \"topic-dev\""]),
        ("[environments.prod]", "next = \"none\"", &["wrong-format \"none\""]),
        (layer, "typo = \"prod\"", &["wrong-format \"prod\""]),
    ] {
        assert_eq!(
            found_with(&format!("{layer}\n{lines}"), "", SCHEMA),
            expected,
            "{layer} {lines}"
        );
    }
}

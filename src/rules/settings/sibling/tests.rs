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

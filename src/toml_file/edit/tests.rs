//! The text after each change.

use super::*;

const TEXT: &str = r#"# Ours.
[project]
order = ["dev", ["stage", "preprod"], "prod"] # from left to right

[environments.dev]
account_id = "1" # the first
deploy     = "push"
# below dev

# Services.

[services.api]
image_tag = "0.1.0"
scaling   = { worker = { max = 3 } }

# Only stage.
[environments.stage.services.api.scaling]
worker.max = 4
worker.min = 1

[services.web]
image_tag = "0.1.0"
"#;

fn path(text: &str) -> Path {
    Path::parse(text).unwrap()
}

/// The difference, line by line.
fn changed(before: &str, after: &str) -> String {
    let diff = similar::TextDiff::from_lines(before, after);
    let changes = diff.iter_all_changes().filter(|it| it.tag() != similar::ChangeTag::Equal);
    changes.map(|it| format!("{}{}", it.tag(), it.value())).collect()
}

#[track_caller]
fn check(change: impl Fn(&mut Edited) -> Result<bool, String>, expected: &str) {
    let mut edited = Edited::new(TEXT.to_owned());
    assert_eq!(change(&mut edited), Ok(true));
    assert_eq!(changed(TEXT, edited.text()), expected.trim_start());
    // The same in a file from Windows: every line ends as the others do.
    let windows = format!("\u{feff}{}", TEXT.replace('\n', "\r\n"));
    let mut other = Edited::new(windows);
    assert_eq!(change(&mut other), Ok(true));
    assert_eq!(other.text(), format!("\u{feff}{}", edited.text().replace('\n', "\r\n")));
}

#[track_caller]
fn assigns(at: &str, value: &str, home: usize, near: &[InsertAt], expected: &str) {
    check(|edited| edited.assign(&path(at), value, home, near).map(|()| true), expected);
}

#[test]
fn a_value_is_replaced_in_place() {
    assigns(
        "environments.dev.account_id",
        "\"2\"",
        2,
        &[],
        "
-account_id = \"1\" # the first
+account_id = \"2\" # the first
",
    );
    assigns(
        "services.api.scaling.worker.max",
        "5",
        2,
        &[],
        "
-scaling   = { worker = { max = 3 } }
+scaling   = { worker = { max = 5 } }
",
    );
}

#[test]
fn a_new_value_goes_beside_its_relatives() {
    assigns(
        "environments.dev.region",
        "\"x\"",
        2,
        &[],
        "
+region     = \"x\"
",
    );
    assigns(
        "services.web.timeout",
        "9",
        2,
        &[],
        "
+timeout = 9
",
    );
    assigns(
        "services.api.scaling.worker.min",
        "1",
        2,
        &[],
        "
-scaling   = { worker = { max = 3 } }
+scaling   = { worker = { max = 3, min = 1 } }
",
    );
    assigns(
        "environments.stage.services.api.scaling.worker.polling",
        "9",
        4,
        &[],
        "
+worker.polling = 9
",
    );
}

#[test]
fn a_new_table_goes_where_it_belongs() {
    // Above the tables below it.
    assigns(
        "environments.stage.services.api.timeout",
        "9",
        4,
        &[],
        "
+[environments.stage.services.api]
+timeout = 9
+
",
    );
    let near =
        [InsertAt::After(path("environments.dev.services")), InsertAt::After(path("services.api"))];
    assigns(
        "environments.dev.services.api.image_tag",
        "\"x\"",
        4,
        &near,
        "
+[environments.dev.services.api]
+image_tag = \"x\"
+
",
    );
    assigns(
        "defaults.region",
        "\"x\"",
        1,
        &[InsertAt::After(path("project"))],
        "
+[defaults]
+region = \"x\"
+
",
    );
    assigns(
        "a.b.c",
        "1",
        2,
        &[InsertAt::After(path("nothing"))],
        "
+
+[a.b]
+c = 1
",
    );
}

#[test]
fn what_is_taken_out_leaves_the_rest() {
    let remove = |at: &'static str| move |edited: &mut Edited| edited.remove(&path(at));
    check(
        remove("environments.dev.deploy"),
        "
-deploy     = \"push\"
",
    );
    check(
        remove("environments.dev"),
        "
-[environments.dev]
-account_id = \"1\" # the first
-deploy     = \"push\"
-# below dev
-
",
    );
    check(
        remove("services.api.scaling.worker"),
        "
-scaling   = { worker = { max = 3 } }
",
    );
    check(
        remove("environments.stage"),
        "
-# Only stage.
-[environments.stage.services.api.scaling]
-worker.max = 4
-worker.min = 1
-
",
    );
    let mut edited = Edited::new(TEXT.to_owned());
    assert_eq!(edited.remove(&path("services.api.nothing")), Ok(false));
}

#[test]
fn a_name_is_put_into_a_list_and_taken_out() {
    let order = || path("project.order");
    let line =
        "-order = [\"dev\", [\"stage\", \"preprod\"], \"prod\"] # from left to right\n+order = ";
    let beside = [
        (("dev", InsertSide::Before), "[\"qa\", \"dev\", [\"stage\", \"preprod\"], \"prod\"]"),
        (("dev", InsertSide::After), "[\"dev\", \"qa\", [\"stage\", \"preprod\"], \"prod\"]"),
        (("preprod", InsertSide::After), "[\"dev\", [\"stage\", \"preprod\", \"qa\"], \"prod\"]"),
        (("prod", InsertSide::After), "[\"dev\", [\"stage\", \"preprod\"], \"prod\", \"qa\"]"),
    ];
    for (beside, list) in beside {
        let expected = format!("{line}{list} # from left to right\n");
        check(|edited| edited.insert_item(&order(), "qa", Some(beside)), &expected);
    }
    let without = [
        ("dev", "[[\"stage\", \"preprod\"], \"prod\"]"),
        ("stage", "[\"dev\", [\"preprod\"], \"prod\"]"),
        ("preprod", "[\"dev\", [\"stage\"], \"prod\"]"),
        ("prod", "[\"dev\", [\"stage\", \"preprod\"]]"),
    ];
    for (item, list) in without {
        let expected = format!("{line}{list} # from left to right\n");
        check(|edited| edited.remove_item(&order(), item), &expected);
    }
}

#[test]
fn a_list_of_lines_gets_a_line() {
    #[track_caller]
    fn both_ways(before: &str, beside: Option<(&str, InsertSide)>, after: &str) {
        let list = path("list");
        let mut edited = Edited::new(before.to_owned());
        assert_eq!(edited.insert_item(&list, "new", beside), Ok(true));
        assert_eq!(edited.text(), after);
        assert_eq!(edited.remove_item(&list, "new"), Ok(true));
        assert_eq!(edited.text(), before);
    }
    both_ways(
        "list = [\n  'a', # one\n  \"b\", # two\n]\n",
        Some(("a", InsertSide::After)),
        "list = [\n  'a', # one\n  \"new\",\n  \"b\", # two\n]\n",
    );
    both_ways("list = [\n  'a', # one\n]\n", None, "list = [\n  'a', # one\n  \"new\",\n]\n");
    both_ways("list = [\n  'a' # one\n]\n", None, "list = [\n  'a', # one\n  \"new\"\n]\n");
    both_ways("list = [\n  'a' ]\n", None, "list = [\n  'a', \"new\" ]\n");
    both_ways("list = []", None, "list = [\"new\"]");
}

#[test]
fn tables_are_copied_beside_those_they_are_like() {
    let copy = |from: &'static str, to: &'static str, other: &'static str, side| {
        move |edited: &mut Edited| edited.copy(&path(from), &path(to), (&path(other), side))
    };
    check(
        copy("environments.dev", "environments.qa", "environments.dev", InsertSide::After),
        "
+[environments.qa]
+account_id = \"1\"
+deploy     = \"push\"
+
",
    );
    check(
        copy("environments.stage", "environments.qa", "environments.dev", InsertSide::Before),
        "
+[environments.qa.services.api.scaling]
+worker.max = 4
+worker.min = 1
+
",
    );
    check(
        copy("services.api", "services.new", "services.web", InsertSide::After),
        "
+
+[services.new]
+image_tag = \"0.1.0\"
+scaling   = { worker = { max = 3 } }
",
    );
}

#[test]
fn what_was_added_and_taken_out_again_leaves_no_trace() {
    for side in [InsertSide::Before, InsertSide::After] {
        let mut edited = Edited::new(TEXT.to_owned());
        for from in ["environments.dev", "environments.stage", "services.api"] {
            let to = path(&format!("{from}2"));
            assert_eq!(edited.copy(&path(from), &to, (&path(from), side)), Ok(true));
            assert_eq!(edited.remove(&to), Ok(true));
            assert_eq!(edited.text(), TEXT, "{from}");
        }
    }
}

#[test]
fn a_copied_value_leaves_its_comments_behind() {
    let text = "[a.b]\nlist = [ # all\n  1, # one\n  # two\n  2,\n] # c\n";
    let mut edited = Edited::new(text.to_owned());
    let side = InsertSide::After;
    assert_eq!(edited.copy(&path("a.b"), &path("a.c"), (&path("a.b"), side)), Ok(true));
    assert_eq!(edited.text(), format!("{text}\n[a.c]\nlist = [\n  1,\n  2,\n]\n"));
    let text = "[d]\ne = { # two\n  y = 1, # three\n}\n";
    let mut edited = Edited::new(text.to_owned());
    assert_eq!(edited.copy(&path("d.e"), &path("d.f"), (&path("d.e"), side)), Ok(true));
    assert_eq!(edited.text(), format!("{text}f = {{\n  y = 1,\n}}\n"));
}

#[test]
fn a_text_without_an_end_of_its_last_line_is_left_without_one() {
    for end in ["\n", "\r\n"] {
        let text = "[a.b]\nx = 1\n# Last.".replace('\n', end);
        let mut edited = Edited::new(text.clone());
        let beside = path("a.b");
        assert_eq!(edited.copy(&beside, &path("a.c"), (&beside, InsertSide::After)), Ok(true));
        assert!(edited.text().ends_with("x = 1"), "{}", edited.text());
        assert_eq!(edited.remove(&path("a.c")), Ok(true));
        assert_eq!(edited.text(), text);
    }
}

#[test]
fn dotted_and_inline_environments_are_changed_in_their_own_style() {
    let text =
        "[environments]\ndev.id = 1\ndev.x  = 2\nstage = { id = 3, services.a = { t = 4 } }\n";
    let mut edited = Edited::new(text.to_owned());
    assert_eq!(edited.assign(&path("environments.dev.region"), "'r'", 2, &[]), Ok(()));
    let copied = edited.copy(
        &path("environments.stage"),
        &path("environments.qa"),
        (&path("environments.stage"), InsertSide::After),
    );
    assert_eq!(copied, Ok(true));
    assert_eq!(edited.assign(&path("environments.qa.services.a.t"), "5", 4, &[]), Ok(()));
    assert_eq!(
        changed(text, edited.text()),
        "+dev.region = 'r'\n+qa = { id = 3, services.a = { t = 5 } }\n"
    );
    assert_eq!(edited.remove(&path("environments.qa")), Ok(true));
    assert_eq!(edited.remove(&path("environments.dev.region")), Ok(true));
    assert_eq!(edited.text(), text);
}

#[test]
fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let mut edited = Edited::new(TEXT.to_owned());
    let below_a_scalar = edited.assign(&path("services.web.image_tag.x"), "1", 2, &[]);
    assert_eq!(
        below_a_scalar,
        Err("`services.web.image_tag` is not a table, so it cannot contain keys".to_owned())
    );
    let a_table = edited.assign(&path("services.web"), "1", 1, &[]);
    assert!(a_table.is_err(), "{a_table:?}");
    assert!(edited.assign(&path("services.web.x"), "1 2", 2, &[]).is_err());
    assert_eq!(edited.text(), TEXT);
}

#[test]
fn comments_that_go_are_known() {
    let mut edited = Edited::new(TEXT.to_owned());
    edited.remove(&path("environments.dev")).unwrap();
    assert_eq!(comments_lost(TEXT, edited.text()), ["# the first", "# below dev"]);
    assert_eq!(comments_lost(TEXT, TEXT), [""; 0]);
}

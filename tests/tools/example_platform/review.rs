//! What happens to a merge request: who must approve it, where it is announced, what it must name.
//!
//! Nothing here may be about a deploy.

use std::fs;

use serde_json::Value;

use crate::example_platform::example;
use crate::example_platform::gitlab::{Event, Job, Pipeline};
use crate::example_platform::release::{Programs, run};

fn job(name: &str) -> Job {
    let jobs = Pipeline::committed().started(&Event::MergeRequest).unwrap();
    jobs.into_iter().find(|job| job.name == name).unwrap()
}

/// GitLab's form: a section, how many of its owners must approve, who they are, and of what.
#[test]
fn one_of_the_team_must_approve_any_change() {
    let owners = example().read("CODEOWNERS");
    let lines: Vec<&str> = owners.lines().skip_while(|line| line.starts_with('#')).collect();
    assert_eq!(lines, ["", "[Platform Team][1] @it-common-platform/platform-team", "*"]);
}

/// A `curl` that keeps what it is given, unless there is a file `down`.
const CURL: &str = "[ ! -e down ] || exit 22\necho \"$*\" >>posted\ncat >>posted\necho >>posted";

fn announcement() -> Job {
    let mut job = job("announce");
    let link = "https://code.example.edu/it/eks-cluster/-/merge_requests/7";
    assert_eq!(
        job.variables["LINK"],
        "$CI_MERGE_REQUEST_PROJECT_URL/-/merge_requests/$CI_MERGE_REQUEST_IID"
    );
    job.variables.insert("LINK".to_owned(), link.to_owned());
    let webhook = "https://chat.example.edu/hooks/x".to_owned();
    assert_eq!(job.variables.insert("CHANNEL_WEBHOOK".to_owned(), webhook), None);
    job
}

#[test]
fn a_merge_request_is_announced_once_in_the_teams_channel() {
    let (job, programs) = (announcement(), Programs::that(&["curl"], CURL));
    for shell in ["sh", "bash"] {
        run(&job, &programs, shell).unwrap();
    }
    let posted = fs::read_to_string(programs.path("posted")).unwrap();
    let [call, body] = posted.lines().collect::<Vec<_>>()[..] else { panic!("{posted}") };
    assert!(call.ends_with("--json @- https://chat.example.edu/hooks/x"), "{call}");
    let body: Value = serde_json::from_str(body).unwrap();
    assert_eq!(body["channel"], "#it-common-platform-devops");
    let text = body["text"].as_str().unwrap();
    assert!(
        text.ends_with(" https://code.example.edu/it/eks-cluster/-/merge_requests/7"),
        "{text}"
    );
}

#[test]
fn what_could_not_be_announced_is_announced_by_the_next_pipeline_and_stops_no_merge() {
    let (job, programs) = (announcement(), Programs::that(&["curl"], CURL));
    assert_eq!(job.job["allow_failure"], true);
    fs::write(programs.path("down"), "").unwrap();
    run(&job, &programs, "sh").unwrap_err();
    fs::remove_file(programs.path("down")).unwrap();
    run(&job, &programs, "sh").unwrap();
    assert!(fs::exists(programs.path("posted")).unwrap());
}

/// What tells one pipeline of what another posted is kept for this merge request alone.
#[test]
fn the_mark_of_an_announcement_belongs_to_its_merge_request() {
    let cache = &job("announce").job["cache"];
    assert_eq!(cache["key"], "announced-$CI_MERGE_REQUEST_IID");
    assert_eq!(cache["paths"], serde_json::json!([".announced"]));
}

#[test]
fn no_file_holds_the_address_of_the_webhook() {
    for (path, text) in example().tree() {
        if !text.contains("CHANNEL_WEBHOOK") {
            continue;
        }
        assert!(text.contains("\"$CHANNEL_WEBHOOK\""), "{path}");
        assert!(!text.contains("CHANNEL_WEBHOOK:") && !text.contains("CHANNEL_WEBHOOK="), "{path}");
    }
}

/// Asserts whether a title names a ticket.
#[track_caller]
fn check(title: &str, is_named: bool) {
    let mut job = job("ticket");
    job.variables.insert("CI_MERGE_REQUEST_TITLE".to_owned(), title.to_owned());
    for shell in ["sh", "bash"] {
        let verdict = run(&job, &Programs::that_print(&[]), shell);
        assert_eq!(verdict.is_ok(), is_named, "{title}: {verdict:?}");
    }
}

#[test]
fn a_merge_request_names_its_ticket() {
    check("PLAT-123 More nodes in prod", true);
    check("Draft: More nodes (PLAT-9)", true);
    check("More nodes", false);
    check("PLAT-", false);
    check("PLAT-0", false);
    check("XPLAT-12 Another board's", false);
    check("", false);
}

//! The reader of seals and the judgement that follows from it: no edit passes for our own work.

use envroot::format::conflict_markers;
use envroot::format::seal::{self, ChartRecord, Comment, Owner};
use envroot::model::diagnostic::Target;
use envroot::model::name::RelativePath;
use envroot::plan::{self, Options, State};
use envroot::render::{Contents, File, FileText, Source};
use envroot::world::Found;

/// Reads an input as a file on disk and as the body of one of ours.
pub(crate) fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    for comment in [Some(Comment::Hash), Some(Comment::Html), Some(Comment::GoTemplate), None] {
        body_comes_back(text, comment);
    }
    conflict_markers::sides(text);
    judged(text);
}

fn path() -> RelativePath {
    RelativePath::parse("out/main.tf").expect("a plain path")
}

fn body_comes_back(body: &str, comment: Option<Comment>) {
    let record =
        ChartRecord { path: "charts/web".into(), version: "1.0.0".into(), digest: "ab".into() };
    for chart in [None, Some(record)] {
        let text = seal::seal(&path(), &Owner::default(), comment, chart.as_ref(), body);
        let sealed = seal::read(&text).expect("a seal is read");
        assert_eq!((&*sealed.body, &sealed.chart), (body, &chart));
        assert!(sealed.fits(&path()));
        assert!(seal::is_near_the_top(&text));
        let elsewhere = RelativePath::parse("out/other.tf").expect("a plain path");
        assert!(!sealed.fits(&elsewhere));
    }
}

/// A file that is not as we wrote it is never replaced unasked, nor removed.
fn judged(text: &str) {
    let body = "a = 1\n";
    let rendered = seal::seal(&path(), &Owner::default(), Some(Comment::Hash), None, body);
    let file = File {
        path: path(),
        owner: Owner { project: None, target: Target::default() },
        contents: Contents::Text(FileText::new(rendered.clone(), Vec::new())),
        format: None,
        chart: None,
        is_beside: false,
        runbook: false,
        source: Source::Own,
    };
    let intact = |text: &str| {
        let sealed = seal::read(text);
        sealed.is_some_and(|it| it.fits(&path()) || seal::unix(&it.body) == body)
    };
    let sides = conflict_markers::sides(text);
    let is_merge = sides.is_some_and(|sides| sides.iter().all(|side| intact(side)));
    let harmless = intact(text) || seal::unix(text) == body || is_merge || text == rendered;
    let read = |_: &RelativePath| Found::Text(text.to_owned());
    for files in [vec![file], vec![]] {
        let plan = plan::plan(&files, &[path()], &Options::default(), read);
        for entry in &plan.entries {
            let takes_over =
                matches!(entry.action(false), plan::Action::Write | plan::Action::Remove);
            assert!(!takes_over || harmless, "{:?}", entry.state);
            assert!(entry.state != State::Current);
        }
    }
}

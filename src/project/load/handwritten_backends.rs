//! Reads where the hand-written roots of a repository keep their states.
//!
//! Finds files; what is in them, and whether it clashes, is not decided here.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::ecosystem::backend::{self, Backend};
use crate::ecosystem::terraform;
use crate::format::{seal, sealed_beside};
use crate::model::name::RelativePath;
use crate::model::span::{Sources, Span};
use crate::plan::{self, Plan, State};
use crate::render::File;
use crate::rules::settings::shared_state::HandwrittenBackend;
use crate::world::{Found, Listing, RootsScan, Scanned, TEMPLATES, World};

/// Reads the Terraform files of the repository that envroot does not list as its own.
pub(crate) fn scan(
    world: &dyn World,
    owned: &[&str],
    listing: &Listing,
    files: &[File],
) -> Scanned {
    let is_rendered =
        |path: &RelativePath| files.binary_search_by(|file| file.path.cmp(path)).is_ok();
    let matters =
        |name: &str| terraform::may_hold_backend(sealed_beside::sealed_name(name).unwrap_or(name));
    world.scan_roots(&RootsScan { owned, listing, matters, is_rendered: &is_rendered })
}

/// The folders outside those that envroot owns in which it wrote roots of the project before, because
/// its output folder was another one. An intact seal proves it. A file with an edit counts if it is in
/// the same top folder as such a file.
pub(crate) fn old_places(scanned: &Scanned, project: &Option<String>) -> BTreeSet<String> {
    let seals = seals(&scanned.texts);
    let texts = scanned.texts.iter().filter_map(|(path, text)| sealed_text(path, text, &seals));
    let sealed: Vec<(RelativePath, Cow<'_, str>)> = texts.collect();
    let intact: Vec<&RelativePath> = sealed
        .iter()
        .filter(|(path, text)| seal::is_intact(text, path))
        .map(|(path, _)| path)
        .collect();
    let tops: BTreeSet<&str> = intact.iter().filter_map(|path| top_folder(path)).collect();
    let is_edited = |(path, text): &&(RelativePath, Cow<'_, str>)| {
        top_folder(path).is_some_and(|top| tops.contains(top))
            && seal::owner_near_the_top(text).is_some_and(|owner| owner.project == *project)
    };
    let edited = sealed.iter().filter(is_edited).map(|(path, _)| path);
    intact.into_iter().chain(edited).map(|path| path.directory().to_owned()).collect()
}

/// A text with its seal, if it has one.
fn sealed_text<'t>(
    path: &str,
    text: &'t str,
    seals: &BTreeMap<String, &str>,
) -> Option<(RelativePath, Cow<'t, str>)> {
    let path = RelativePath::parse(path).ok()?;
    let is_seal = sealed_beside::sealed_path(&path).is_some();
    let text = match seals.get(path.as_str()) {
        Some(seal) => Cow::Owned(sealed_beside::joined(&path, text, seal).text),
        None => Cow::Borrowed(text),
    };
    (!is_seal && seal::is_near_the_top(&text)).then_some((path, text))
}

/// The texts of seals, by the paths of the files that they seal from beside.
fn seals(texts: &[(String, String)]) -> BTreeMap<String, &str> {
    let mut seals = BTreeMap::new();
    for (path, text) in texts {
        let path = RelativePath::parse(path).ok();
        if let Some(sealed) = path.and_then(|path| sealed_beside::sealed_path(&path)) {
            seals.insert(sealed.to_string(), text.as_str());
        }
    }
    seals
}

fn top_folder(path: &RelativePath) -> Option<&str> {
    path.as_str().split_once('/').map(|(top, _)| top)
}

/// The backends of roots that envroot does not render, in whatever folder, with what could not be
/// read. A copy of a generated root is one of them. Files that the plan reports are left to it.
pub(crate) fn read(
    world: &dyn World,
    listing: &Listing,
    files: &[File],
    plan: &Plan,
    scanned: Scanned,
    sources: &mut Sources,
) -> (Vec<HandwrittenBackend>, Vec<(String, String)>) {
    let matters = terraform::may_hold_backend;
    let Scanned { mut texts, mut unread } = scanned;
    let strays = plan::strays(files, &listing.files);
    for path in strays.filter(|it| matters(it.file_name()) && !it.starts_with(TEMPLATES)) {
        match world.found(path, listing) {
            Found::Text(text) => texts.push((path.to_string(), text)),
            Found::Other(why) if listing.is_plain(path) => {
                unread.push((path.to_string(), format!("it is {why}")));
            }
            Found::Nothing | Found::Other(_) | Found::Failed(_) => {}
        }
    }
    let reported = plan.entries.iter().filter(|entry| entry.state != State::Unmanaged);
    let reported: BTreeSet<&str> = reported.map(|entry| entry.path.as_str()).collect();
    texts.retain(|(path, _)| !reported.contains(path.as_str()));
    texts.sort();
    texts.dedup();
    (backends(texts, sources, &mut unread), unread)
}

/// The backends of some files. One that is given in part is completed by each `.tfbackend` file of
/// its folder, or of those below it. A file that may have one and cannot be parsed is unread.
fn backends(
    texts: Vec<(String, String)>,
    sources: &mut Sources,
    unread: &mut Vec<(String, String)>,
) -> Vec<HandwrittenBackend> {
    let mut foreign = Vec::new();
    let sealed: BTreeSet<String> = seals(&texts).into_keys().collect();
    let is_seal = |path: &str| path.ends_with(".seal");
    let mut by_folder: BTreeMap<String, Backend> = BTreeMap::new();
    for (path, text) in
        texts.iter().filter(|(path, _)| !path.ends_with(".tfbackend") && !is_seal(path))
    {
        let found = backend::read_backends_of(path, text);
        let found = found.unwrap_or_else(|(line, _, why)| {
            unread.push((path.clone(), format!("line {line} is invalid: {why}")));
            Vec::new()
        });
        for backend in found {
            let file = sources.add(path, text.as_str());
            let (start, end) = (backend.head.start as u32, backend.head.end as u32);
            let place = Span { file, start, end };
            by_folder.insert(folder(path).to_owned(), backend.clone());
            let is_sealed = seal::is_near_the_top(text) || sealed.contains(path);
            foreign.push(HandwrittenBackend { backend, place, path: path.clone(), is_sealed });
        }
    }
    for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".tfbackend")) {
        let mut above =
            std::iter::successors(Some(folder(path)), |it| (!it.is_empty()).then(|| folder(it)));
        let Some(base) = above.find_map(|folder| by_folder.get(folder)) else { continue };
        let mut backend = base.clone();
        backend.arguments.extend(backend::settings(text));
        let file = sources.add(path, text.as_str());
        let end = text.find('\n').unwrap_or(text.len()) as u32;
        foreign.push(HandwrittenBackend {
            backend,
            place: Span { file, start: 0, end },
            path: path.clone(),
            is_sealed: false,
        });
    }
    foreign
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[(&str, &str)], unparsed: &[&str]) {
        let texts = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let mut unread = Vec::new();
        let found = backends(texts.collect(), &mut Sources::default(), &mut unread);
        let unread: Vec<&str> = unread.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(unread, unparsed);
        let shown: Vec<(String, String)> = found
            .into_iter()
            .map(|it| (it.path, it.backend.arguments.into_values().collect::<Vec<_>>().join(" ")))
            .collect();
        let expected: Vec<(String, String)> =
            expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn a_backend_that_is_given_in_part_is_completed() {
        let whole =
            "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key = \"k\"\n  }\n}\n";
        let part = "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n  }\n}\n";
        check(&[("a/main.tf", whole), ("a/x.tf", "locals {}")], &[("a/main.tf", "b k")], &[]);
        check(
            &[
                ("a/main.tf", part),
                ("a/env/dev.s3.tfbackend", "key = \"dev\"\n"),
                ("a/env/prod.s3.tfbackend", "key = \"prod\""),
            ],
            &[
                ("a/main.tf", "b"),
                ("a/env/dev.s3.tfbackend", "b dev"),
                ("a/env/prod.s3.tfbackend", "b prod"),
            ],
            &[],
        );
        check(
            &[("b/dev.s3.tfbackend", "key = \"dev\"\n"), ("a/main.tf", whole)],
            &[("a/main.tf", "b k")],
            &[],
        );
    }

    #[test]
    fn a_file_that_may_have_a_backend_and_cannot_be_parsed_is_unread() {
        let files = [
            ("a/main.tf", "terraform { backend \"s3\""),
            ("a/other.tf", "locals {"),
            ("b/main.tf.json", "{\"terraform\": {\"backend\": {},}}"),
            ("b/other.tf.json", "{"),
            ("c/main.tofu", "# no backend\n}"),
        ];
        check(&files, &[], &["a/main.tf", "b/main.tf.json", "c/main.tofu"]);
    }
}

//! Files whose format has no comments: their head is the text of a hidden file beside them.
//!
//! A file `a.json` is sealed by `.a.json.seal`. Both together are one sealed text: the head, a blank
//! line and the file. While both files change, the head of the new text is followed by that of the
//! old one, so that the seal fits whichever text is there when the process is killed.

use super::conflict_markers;
use super::seal::{self, Sealed};
use crate::model::name::RelativePath;

const ENDING: &str = ".seal";

/// The path of the file that seals another one.
pub(crate) fn seal_path(path: &RelativePath) -> RelativePath {
    let (folder, name) = (path.directory(), path.file_name());
    let slash = if folder.is_empty() { "" } else { "/" };
    let path = format!("{folder}{slash}.{name}{ENDING}");
    RelativePath::parse(&path).unwrap_or_else(|_| RelativePath::shown(&path))
}

/// The path of the file that a file of this path seals, if it has such a name.
pub(crate) fn sealed_path(path: &RelativePath) -> Option<RelativePath> {
    let name = sealed_name(path.file_name())?;
    let folder = path.directory();
    let slash = if folder.is_empty() { "" } else { "/" };
    RelativePath::parse(&format!("{folder}{slash}{name}")).ok()
}

/// The name of the file that a file of this name seals.
pub(crate) fn sealed_name(name: &str) -> Option<&str> {
    name.strip_prefix('.')?.strip_suffix(ENDING).filter(|name| !name.is_empty())
}

/// The head and the file of a sealed text, each as it is on disk.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let Some(body) = seal::read(text).map(|sealed| sealed.body.len()) else { return ("", text) };
    let (head, body) = text.split_at(text.len() - body);
    let blank = head.strip_suffix("\r\n\r\n").map(|head| head.len() + 2);
    let blank = blank.or(head.strip_suffix("\n\n").map(|head| head.len() + 1));
    (&head[..blank.unwrap_or(head.len())], body)
}

/// A file and its seal as one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    pub(crate) text: String,
    /// True if the seal is not in its final form, because both files were about to change.
    pub(crate) is_unfinished: bool,
}

/// The sealed text of a file at a path. Without a head that can be read, the seal is broken.
pub(crate) fn joined(path: &RelativePath, text: &str, seal: &str) -> Joined {
    let whole = |text: String| Joined { text, is_unfinished: false };
    let fits = |text: &str| seal::is_intact(text, path);
    // A seal of the text's own, from when the format of the file had comments.
    if fits(text) {
        return Joined { text: text.to_owned(), is_unfinished: true };
    }
    if let Some([ours, theirs]) = conflict_markers::sides(seal) {
        let [our_text, their_text] =
            conflict_markers::sides(text).unwrap_or_else(|| [text.to_owned(), text.to_owned()]);
        let sides = [joined(path, &our_text, &ours), joined(path, &their_text, &theirs)];
        let [ours, theirs] = sides.map(|side| ended(side.text));
        return whole(format!("<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"));
    }
    let heads = heads(seal);
    let candidates = || heads.iter().map(|head| with_head(head, text));
    match candidates().find(|joined| fits(joined)).or_else(|| candidates().next()) {
        Some(text) => Joined { text, is_unfinished: heads.len() > 1 },
        None => whole(match seal::owner_near_the_top(seal) {
            Some(owner) => with_head(&seal::broken(&owner), text),
            None => text.to_owned(),
        }),
    }
}

/// A file below a head.
fn with_head(head: &str, text: &str) -> String {
    let blank = if head.ends_with("\r\n") { "\r\n" } else { "\n" };
    format!("{head}{blank}{text}")
}

fn ended(mut text: String) -> String {
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The heads in the text of a seal; none if it contains anything else.
pub(crate) fn heads(seal: &str) -> Vec<&str> {
    let mut rest = seal.strip_prefix('\u{feff}').unwrap_or(seal);
    let mut heads = Vec::new();
    while !rest.is_empty() {
        let Some(Sealed { body, .. }) = seal::read(rest) else { return Vec::new() };
        let (head, below) = rest.split_at(rest.len() - body.len());
        heads.push(head);
        rest = below;
    }
    heads
}

/// The text of a seal while the file changes from one sealed text to another.
pub(crate) fn changing(before: &str, after: &str) -> String {
    [split(after).0, split(before).0].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::seal::Owner;

    fn path(text: &str) -> RelativePath {
        RelativePath::parse(text).unwrap()
    }

    fn sealed(at: &str, body: &str) -> String {
        seal::seal(&path(at), &Owner::default(), None, None, body)
    }

    fn is_intact(at: &str, text: &str, seal: &str) -> bool {
        let joined = joined(&path(at), text, seal);
        seal::read(&joined.text).is_some_and(|sealed| sealed.fits(&path(at)) && sealed.body == text)
    }

    #[test]
    fn a_seal_has_a_hidden_name_beside_its_file() {
        for (at, seal) in [("a.json", ".a.json.seal"), ("x/y/b", "x/y/.b.seal"), (".c", "..c.seal")]
        {
            assert_eq!(seal_path(&path(at)), path(seal));
            assert_eq!(sealed_path(&path(seal)), Some(path(at)));
        }
        for name in ["a.seal", ".seal", ".a", "seal", ".a.seal.json"] {
            assert_eq!(sealed_name(name), None, "{name}");
        }
    }

    #[test]
    fn a_file_and_its_seal_are_one_text() {
        for body in ["{}\n", "", "#!/bin/sh\n", "\n\n{}", "a\r\nb"] {
            let text = sealed("a.json", body);
            let (head, below) = split(&text);
            assert_eq!((head.lines().count(), below), (2, body));
            assert!(is_intact("a.json", body, head));
            assert!(is_intact("a.json", body, &format!("\u{feff}{head}")));
            assert_eq!(joined(&path("a.json"), body, head).text, text);
            assert!(!is_intact("b.json", body, head));
            assert!(!is_intact("a.json", &format!("{body} "), head));
        }
        let text = sealed("a.json", "{}\n").replace('\n', "\r\n");
        let (head, below) = split(&text);
        assert_eq!(joined(&path("a.json"), below, head).text, text);
    }

    #[test]
    fn while_both_change_the_seal_fits_the_old_text_and_the_new() {
        let (old, new) = (sealed("a.json", "1\n"), sealed("a.json", "2\n"));
        let seal = changing(&old, &new);
        assert_eq!(heads(&seal).len(), 2);
        for (body, expected) in [("1\n", &old), ("2\n", &new)] {
            let joined = joined(&path("a.json"), body, &seal);
            assert_eq!((&joined.text, joined.is_unfinished), (expected, true));
        }
        assert!(!is_intact("a.json", "3\n", &seal));
    }

    #[test]
    fn a_damaged_seal_leaves_the_text_as_it_is() {
        let (head, own) = (sealed("a.json", "1\n"), Owner::default());
        let head = split(&head).0;
        for seal in [
            format!("{head}x\n"),
            format!("x\n{head}"),
            head.replace("generated", "edited"),
            head.lines().nth(1).unwrap().to_owned(),
        ] {
            let joined = joined(&path("a.json"), "1\n", &seal).text;
            let sealed = seal::read(&joined).unwrap();
            assert_eq!((&*sealed.body, &sealed.owner), ("1\n", &own), "{seal}");
            assert!(!sealed.fits(&path("a.json")));
        }
        for seal in ["", "x", "# @generated"] {
            assert_eq!(joined(&path("a.json"), "1\n", seal).text, "1\n");
        }
    }

    #[test]
    fn an_unfinished_merge_of_both_has_two_sides() {
        let sides = [sealed("a.json", "1\n"), sealed("a.json", "2\n")];
        let conflict = |a: &str, b: &str| format!("<<<<<<< a\n{a}=======\n{b}>>>>>>> b\n");
        let seal = conflict(split(&sides[0]).0, split(&sides[1]).0);
        let both = joined(&path("a.json"), &conflict("1\n", "2\n"), &seal).text;
        assert_eq!(conflict_markers::sides(&both), Some(sides));
    }
}

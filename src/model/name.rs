//! Names that prove themselves: parsed once, safe everywhere after.
//!
//! Touches nothing else of this crate.

use std::borrow::Cow;
use std::fmt;

use unicode_normalization::UnicodeNormalization;

/// The name of an environment or of a service: a lower-case DNS label (RFC 1123) that starts with
/// a letter.
///
/// Holding one is the proof that it can be a directory name, a Terraform identifier and a
/// Kubernetes label, so no later stage escapes or checks it again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(std::sync::Arc<str>);

impl Name {
    /// Takes the name, or says what is wrong with it.
    pub fn parse(text: &str) -> Result<Name, String> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if starts_well && text.chars().all(allowed) && !text.ends_with('-') && text.len() <= 63 {
            Ok(Name(text.into()))
        } else {
            Err(format!(
                "`{text}` is not a name: it begins with a lower-case letter, has only lower-case letters, digits and `-`, does not end with `-`, and has at most 63 characters"
            ))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Name {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The folder of the project's packs. Nothing is generated into it.
pub const TEMPLATES: &str = "templates";

/// A relative path with `/` between its parts that cannot leave the folder it is joined to.
///
/// Ordered part by part, so that a folder's files stay together.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RelativePath(std::sync::Arc<str>);

impl RelativePath {
    /// Takes the path, or says what is wrong with it. `.` is no part, and neither is `..`.
    pub fn parse(text: &str) -> Result<RelativePath, String> {
        let fault = |what: &str| Err(format!("`{}` {what}", text.escape_debug()));
        if text.starts_with('/') || text.contains(':') {
            return fault("is not a relative path");
        }
        for part in text.as_bytes().split(|byte| *byte == b'/') {
            match part {
                b"" => return fault("has an empty component"),
                b"." | b".." => {
                    return fault("leaves its folder: `.` and `..` are not allowed");
                }
                _ if part.len() > 255 => return fault("has a component of more than 255 bytes"),
                _ => {}
            }
        }
        let may_be_unusable = |byte: u8| !matches!(byte, b' '..=b'[' | b']'..=b'~');
        let unusable = |c: char| c.is_control() || c == '\\';
        if text.bytes().any(may_be_unusable) && text.chars().any(unusable) {
            return fault("contains a backslash or a control character");
        }
        Ok(RelativePath(text.into()))
    }

    /// A path that is only shown, such as that of a file whose name holds a backslash.
    pub(crate) fn shown(text: &str) -> RelativePath {
        RelativePath(text.into())
    }

    /// The path of something in a folder, from where the folder's is.
    pub fn join(&self, path: &RelativePath) -> RelativePath {
        RelativePath([self.as_str(), "/", path.as_str()].concat().into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().expect("a path has a last part")
    }

    /// All but the last part; empty for a path of one part.
    pub fn directory(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(directory, _)| directory)
    }

    /// Returns true if the path is `folder` or below it.
    pub fn starts_with(&self, folder: &str) -> bool {
        folder.is_empty()
            || self
                .0
                .strip_prefix(folder)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Returns true if the path is the folder of the packs or below it, where case does not count either.
    pub(crate) fn is_in_templates(&self) -> bool {
        let first = self.0.split('/').next().unwrap_or_default();
        folded(first) == TEMPLATES
    }

    /// This path, seen from `directory`; both are relative to the same folder.
    pub fn relative_to(&self, directory: &str) -> String {
        let from: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
        let to: Vec<&str> = self.0.split('/').collect();
        let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        let shared = shared.min(to.len() - 1);
        let up = std::iter::repeat_n("..", from.len() - shared);
        up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/")
    }
}

/// A text as file systems compare it that ignore case and the Unicode normal form.
pub(crate) fn folded(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    let folded = text.nfd().flat_map(char::to_uppercase).flat_map(char::to_lowercase);
    Cow::Owned(folded.nfd().collect())
}

impl PartialOrd for RelativePath {
    fn partial_cmp(&self, other: &RelativePath) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RelativePath {
    fn cmp(&self, other: &RelativePath) -> std::cmp::Ordering {
        // The order is by component: a slash comes before every other character. Paths of one
        // project share long prefixes, so the equal part is skipped in strides.
        const STRIDE: usize = 8;
        let (a, b) = (self.0.as_bytes(), other.0.as_bytes());
        let (strides_a, strides_b) = (a.as_chunks::<STRIDE>().0, b.as_chunks::<STRIDE>().0);
        let equal = strides_a.iter().zip(strides_b).take_while(|(a, b)| a == b).count() * STRIDE;
        let ranked = |byte: &u8| if *byte == b'/' { 0 } else { *byte };
        a[equal..].iter().map(ranked).cmp(b[equal..].iter().map(ranked))
    }
}

impl fmt::Display for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelativePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_dns_label() {
        for name in ["dev", "prod-us", "a1", &"a".repeat(63)] {
            assert!(Name::parse(name).is_ok(), "{name}");
        }
        for name in ["", "Prod", "1a", "-a", "a-", "a_b", "a/b", "..", "dév", &"a".repeat(64)] {
            assert!(Name::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_path_stays_below_its_folder() {
        for path in ["main.tf", ".github/workflows/a.yml", "a/b.c/d"] {
            assert!(RelativePath::parse(path).is_ok(), "{path}");
        }
        for path in ["", "/etc", "a//b", "../a", "a/./b", "a/", "a\\b", "a\0b", "C:/a", "a/.."] {
            assert!(RelativePath::parse(path).is_err(), "{path}");
        }
        assert!(RelativePath::parse(&"a".repeat(256)).is_err());
    }

    #[test]
    fn texts_that_a_file_system_may_take_for_one_fold_to_one() {
        for (a, b) in [
            ("dev", "Dev"),
            ("dev/Main.tf", "DEV/main.TF"),
            ("caf\u{e9}", "cafe\u{301}"),
            ("CAF\u{c9}", "cafe\u{301}"),
            ("\u{212b}", "\u{e5}"),
            ("\u{212a}", "k"),
            ("\u{17f}", "s"),
            ("\u{3c2}", "\u{3a3}"),
            ("stra\u{df}e", "STRASSE"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"),
            ("\u{ac00}", "\u{1100}\u{1161}"),
        ] {
            assert_eq!(folded(a), folded(b), "{a} {b}");
        }
        for (a, b) in [("dev", "devs"), ("cafe", "caf\u{e9}"), ("a/b", "ab"), ("o", "\u{f8}")] {
            assert_ne!(folded(a), folded(b), "{a} {b}");
        }
    }

    #[test]
    fn a_path_is_seen_from_a_directory() {
        #[track_caller]
        fn check(path: &str, directory: &str, expected: &str) {
            assert_eq!(RelativePath::parse(path).unwrap().relative_to(directory), expected);
        }
        check("charts/a", "generated/terraform/dev", "../../../charts/a");
        check("generated/charts/v.yaml", "generated/terraform", "../charts/v.yaml");
        check("charts/a", "", "charts/a");
        check("a/b", "a/b/c", "../../b");
        check("a", "a", "../a");
    }

    #[test]
    fn the_files_of_a_folder_sort_together() {
        let mut paths = ["a-b/c", "a/d", "a/b/c"].map(|path| RelativePath::parse(path).unwrap());
        paths.sort();
        assert_eq!(paths.map(|path| path.to_string()), ["a/b/c", "a/d", "a-b/c"]);
    }
}

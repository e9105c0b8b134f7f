//! Files of one shape: what stands before the `=` of their lines is the same, so that what was found
//! in one is found on the same lines of the others.
//!
//! Knows texts and lines, no rules.

use std::sync::{Arc, LazyLock};

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter};

use crate::base::cache::Remembered;
use crate::ecosystem::terraform::{self, Outline};
use crate::render::File;

/// What was found in one file of each shape. Lines hold for all of them, offsets do not.
#[derive(Default)]
pub struct Shapes(Remembered<Outline>);

/// What a file holds that rules ask about, beside calls of modules.
static WORDS: LazyLock<[Finder<'_>; 3]> = LazyLock::new(|| {
    ["provider \"aws\"", "backend \"", "sts:AssumeRoleWithWebIdentity"].map(Finder::new)
});
static CALL: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("module \""));

impl Shapes {
    /// What rules ask of a file, where anything in it may matter to them.
    pub fn outline(&self, file: &File) -> Option<Arc<Outline>> {
        let matters =
            may_call(file) || is_terraform(file) && WORDS.iter().any(|word| holds(file, word));
        let outline = |_: &str| terraform::outline(&file.text).unwrap_or_default();
        matters.then(|| self.0.of(&shape(&file.text), outline))
    }
}

/// Whether a file may call a module.
pub fn may_call(file: &File) -> bool {
    is_terraform(file) && holds(file, &CALL)
}

fn holds(file: &File, word: &Finder<'_>) -> bool {
    word.find(file.text.as_bytes()).is_some()
}

fn is_terraform(file: &File) -> bool {
    file.path.as_str().ends_with(".tf")
}

/// Names of arguments and heads of blocks; values, comments and the items of lists are left out.
fn shape(text: &str) -> String {
    let mut shape = String::with_capacity(text.len());
    let mut start = 0;
    for end in memchr_iter(b'\n', text.as_bytes()).chain([text.len()]) {
        let line = text[start..end].trim_ascii_start();
        if !line.is_empty() && !line.starts_with(['#', '"']) {
            let name = &line[..memchr(b'=', line.as_bytes()).unwrap_or(line.len())];
            shape.push_str(name.trim_ascii_end());
        }
        shape.push('\n');
        start = end + 1;
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::shape;

    #[test]
    fn values_are_no_part_of_a_shape_and_names_are() {
        let text = "# a\nmodule \"x\" {\n  source = \"../dev\"\n  list = [\n    \"a\",\n  ]\n}\n";
        for (from, to, expected) in [
            ("../dev", "../prod", true),
            ("# a", "# b", true),
            ("\"a\",", "\"b\",", true),
            ("source =", "source    =", true),
            ("source", "sources", false),
            ("\"x\"", "\"y\"", false),
            ("\"a\",", "\"a\",\n    \"b\",", false),
        ] {
            assert_eq!(shape(text) == shape(&text.replace(from, to)), expected, "{from} {to}");
        }
    }
}

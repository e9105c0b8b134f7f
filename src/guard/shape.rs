//! Files of one shape: what stands before the `=` of their lines is the same, so that what was found
//! in one is found on the same lines of the others.
//!
//! Knows texts and lines, no rules.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use memchr::{memchr, memchr_iter, memmem};

use crate::parallel;
use crate::render::File;
use crate::terraform::{self, Outline};

/// What was found in one file of each shape. Lines hold for all of them, offsets do not.
pub struct Shapes {
    /// By file: the shape, where rules ask anything of the file.
    shapes: Vec<Option<u64>>,
    outlines: HashMap<u64, Option<Outline>>,
}

/// What a file holds that rules ask about.
const WORDS: [&[u8]; 4] =
    [b"provider \"aws\"", b"backend \"", b"module \"", b"sts:AssumeRoleWithWebIdentity"];

impl Shapes {
    pub fn of(files: &[File]) -> Shapes {
        let shapes = parallel::map(files, |file| {
            let matters = file.path.as_str().ends_with(".tf")
                && WORDS.iter().any(|word| memmem::find(file.text.as_bytes(), word).is_some());
            matters.then(|| shape(&file.text))
        });
        let mut outlines = HashMap::new();
        for (file, shape) in files.iter().zip(&shapes) {
            if let Some(shape) = shape {
                outlines.entry(*shape).or_insert_with(|| terraform::outline(&file.text));
            }
        }
        Shapes { shapes, outlines }
    }

    /// What rules ask of each file.
    pub fn outlines(&self) -> impl Iterator<Item = Option<&Outline>> {
        self.shapes.iter().map(|shape| self.outlines.get(shape.as_ref()?)?.as_ref())
    }
}

/// Names of arguments and heads of blocks; values, comments and the items of lists are left out.
fn shape(text: &str) -> u64 {
    let text = text.as_bytes();
    let mut shape = Vec::with_capacity(text.len());
    let mut start = 0;
    for end in memchr_iter(b'\n', text).chain([text.len()]) {
        let line = text[start..end].trim_ascii_start();
        if !matches!(line.first(), None | Some(b'#' | b'"')) {
            let name = &line[..memchr(b'=', line).unwrap_or(line.len())];
            shape.extend_from_slice(name.trim_ascii_end());
        }
        shape.push(b'\n');
        start = end + 1;
    }
    let mut hasher = DefaultHasher::new();
    hasher.write(&shape);
    hasher.finish()
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

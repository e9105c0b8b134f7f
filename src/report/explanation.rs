//! The explanation of each problem code: what it means, an example, and how to fix it.
//!
//! The texts are Markdown files, `docs/problems/CODE.md`.

use include_dir::{Dir, include_dir};

use crate::model::code::Code;

static PROBLEMS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/docs/problems");

pub(crate) fn of(code: Code) -> &'static str {
    let file = PROBLEMS.get_file(format!("{code}.md"));
    file.and_then(|file| file.contents_utf8()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_explained_and_nothing_else() {
        for code in Code::ALL {
            let text = of(*code);
            assert!(text.starts_with(&format!("# {code}\n\n")), "{code}");
            let sections: Vec<&str> =
                text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert!(matches!(sections[..], ["Example", "Fix"] | ["Fix"]), "{code}: {sections:?}");
        }
        assert_eq!(PROBLEMS.files().count(), Code::ALL.len());
    }
}

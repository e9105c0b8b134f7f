//! The backend in the text of a Terraform file that cannot be parsed, such as one with conflict markers.

use super::backend::Backend;
use super::terraform;

/// The backends of a text, with those of their arguments that are plain strings on lines of their own. Of an argument that is
/// given several times, as both sides of a conflict give it, the first counts.
pub(crate) fn read(text: &str) -> Vec<Backend> {
    let mut found: Vec<Backend> = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    for line in text.split_inclusive('\n') {
        let written = line.trim();
        if let Some(kind) = kind(written) {
            let start = at + line.find("backend").unwrap_or_default();
            let head = start..at + line.trim_end().len();
            found.push(Backend { kind: kind.to_owned(), arguments: Default::default(), head });
            depth = 1;
            at += line.len();
            continue;
        }
        if let Some(backend) = found.last_mut().filter(|_| depth == 1)
            && let (Some((name, _)), Some(value)) =
                (written.split_once('='), terraform::given(written))
        {
            backend.arguments.entry(name.trim().to_owned()).or_insert_with(|| value.to_owned());
        }
        depth = (depth + written.matches('{').count()).saturating_sub(written.matches('}').count());
        at += line.len();
    }
    found
}

/// The kind in a header such as `backend "s3" {`.
fn kind(line: &str) -> Option<&str> {
    let label = line.strip_prefix("backend")?.trim_start().strip_suffix('{')?.trim_end();
    label.strip_prefix('"')?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let shown = |backend: Backend| {
            let arguments =
                backend.arguments.into_iter().map(|(name, value)| format!(" {name}={value}"));
            backend.kind + &arguments.collect::<String>()
        };
        let found: Vec<String> = read(text).into_iter().map(shown).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn a_backend_is_found_in_a_text_that_cannot_be_parsed() {
        let backend =
            "terraform {\n  backend \"s3\" {\n    bucket = \"b\"\n    key    = \"k\"\n  }\n}\n";
        check(&format!("{backend}}}}}"), &["s3 bucket=b key=k"]);
        check(&format!("locals {{\n{backend}"), &["s3 bucket=b key=k"]);
        check(&backend.replace('\n', "\r\n"), &["s3 bucket=b key=k"]);
        check(&backend.replace("  }\n}\n", ""), &["s3 bucket=b key=k"]);
        let conflict =
            "<<<<<<< ours\n    key = \"k\"\n=======\n    key = \"other\"\n>>>>>>> theirs";
        check(&backend.replace("    key    = \"k\"", conflict), &["s3 bucket=b key=k"]);
        let nested = "    assume_role = {\n      key = \"x\"\n    }\n    key = ";
        check(&backend.replace("    key    = ", nested), &["s3 bucket=b key=k"]);
        check(&backend.replace("\"k\"", "\"k${x}\""), &["s3 bucket=b"]);
        check(&backend.replace("\"k\"", "\"k"), &["s3 bucket=b"]);
        check("backend \"gcs\"{\n", &["gcs"]);
        check("  backend \"s3\" {\n}\nkey = \"k\"\n", &["s3"]);
        check("# backend \"s3\" {\nbackend = \"s3\"\n", &[]);
    }
}

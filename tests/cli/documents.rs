//! The worked examples of the documents, rendered: each file shown must be what envroot makes.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

/// The files that a document shows: the path behind a code block's language, and its text. A block
/// between fences of four holds blocks of its own.
fn files(document: &str) -> Vec<(String, String)> {
    let text = fs::read_to_string(document).unwrap();
    let mut files = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("\n```") {
        let (fence, block) = match after.strip_prefix('`') {
            Some(block) => ("\n````", block),
            None => ("\n```", after),
        };
        let (block, after) = block.split_once(fence).unwrap();
        rest = after;
        files.extend(named(block));
    }
    files
}

fn named(block: &str) -> Option<(String, String)> {
    let (info, text) = block.split_once('\n')?;
    let (_, path) = info.split_once(' ')?;
    Some((path.to_owned(), format!("{text}\n")))
}

#[test]
fn the_examples_of_the_pack_guide_render_as_shown() {
    let mut projects: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (path, text) in files("docs/packs.md") {
        let (project, path) = path.split_once('/').unwrap();
        projects.entry(project.to_owned()).or_default().push((path.to_owned(), text));
    }
    assert_eq!(projects.keys().collect::<Vec<_>>(), ["alarms", "annotated", "queue", "shared"]);
    for (project, files) in projects {
        let folder = tempfile::tempdir().unwrap();
        let (expected, written): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|(path, _)| path.starts_with("generated/"));
        for (path, text) in written {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let program = env!("CARGO_BIN_EXE_envroot");
        let output =
            Command::new(program).arg("gen").arg("-C").arg(folder.path()).output().unwrap();
        assert!(output.status.success(), "{project}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(!expected.is_empty(), "{project}");
        for (path, text) in expected {
            let found = fs::read_to_string(folder.path().join(&path)).unwrap();
            let body = envroot::format::seal::read(&found).unwrap().body;
            assert_eq!(body, text, "{project}/{path}");
        }
    }
}

//! Charts, read by envroot as Helm reads them: what `.helmignore` leaves out, and what Helm refuses.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use envroot::ecosystem::helm_chart::{self, Chart, ChartFault, ChartFolder};
use envroot::model::name::RelativePath;
use tempfile::TempDir;

use crate::support::tools::tool;

type Files = Vec<(String, Vec<u8>)>;

const HELMS: [&str; 2] = ["helm3", "helm4"];

fn files(texts: &[(&str, &str)]) -> Files {
    texts.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn read(files: &Files) -> Result<Chart, ChartFault> {
    let path = RelativePath::parse("charts/web").unwrap();
    helm_chart::read(&ChartFolder { path, files: files.clone() }, &[])
}

/// A folder with the files, `web`, on which Helm is run.
fn helm(program: &Path, files: &Files, arguments: &[&str]) -> (TempDir, Output) {
    let folder = tempfile::tempdir().unwrap();
    for (path, bytes) in files {
        let path = folder.path().join("web").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder.path()).env("HELM_CACHE_HOME", folder.path());
    let output = command.output().unwrap();
    (folder, output)
}

const IGNORED: [&str; 11] = [
    "README.md",
    "docs/x/y.md",
    "a[1].txt",
    "x.txt",
    "!n.txt",
    "#h.txt",
    "values.yaml",
    "templates/a.yaml",
    "templates/.b.yaml",
    "ci/values.yaml",
    "äö.txt",
];

const PATTERNS: [&str; 44] = [
    "",
    "*.md",
    "**",
    "**/y.md",
    "docs/**",
    "!README.md\n*.txt",
    "*.txt\n!x.txt",
    "!*",
    "!x/",
    "/docs",
    "docs/",
    "docs/x",
    "/docs/x",
    "docs/*",
    "docs/*/*.md",
    "d*.md",
    "x/",
    "y.md",
    "/y.md",
    "./x.txt",
    "a[1].txt",
    "a\\[1].txt",
    "a[[]1].txt",
    "[a-",
    "[",
    "[]",
    "[]a]",
    "[^]",
    "[-a]",
    "\\#h.txt",
    "\\!n.txt",
    "# x.txt",
    "  x.txt  ",
    "templates/",
    "/templates/a.yaml",
    "[!a].txt",
    "[^a].txt",
    "[w-y].txt",
    "?.txt",
    "??.txt",
    "a\\",
    "\u{feff}x.txt",
    ".*",
    "*.txt\r\n*.md\r",
];

#[test]
fn what_helmignore_leaves_out_is_what_helm_leaves_out() {
    for program in HELMS {
        let Some(helm_path) = tool(program) else { return };
        for pattern in PATTERNS {
            let mut chart = files(&[("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n")]);
            chart.extend(IGNORED.iter().map(|path| ((*path).to_owned(), b"# 1\n".to_vec())));
            chart.push((".helmignore".to_owned(), pattern.as_bytes().to_vec()));
            let (folder, output) = helm(&helm_path, &chart, &["package", "web"]);
            let ours = read(&chart);
            assert_eq!(ours.is_ok(), output.status.success(), "{program} {pattern:?}: {ours:?}");
            let Ok(whole) = ours else { continue };
            let packed = fs::read(folder.path().join("web-1.0.0.tgz")).unwrap();
            let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(packed.as_slice()));
            let path = |entry: std::io::Result<tar::Entry<'_, _>>| {
                let entry: tar::Entry<'_, flate2::read::GzDecoder<&[u8]>> = entry.unwrap();
                let path = entry.path().unwrap().to_str().unwrap().to_owned();
                path.strip_prefix("web/").unwrap().to_owned()
            };
            let packed: BTreeSet<String> = archive.entries().unwrap().map(path).collect();
            for ignored in IGNORED {
                let mut changed = chart.clone();
                changed.iter_mut().find(|(path, _)| path == ignored).unwrap().1 = b"# 2\n".to_vec();
                let matters = read(&changed).unwrap().digest != whole.digest;
                assert_eq!(matters, packed.contains(ignored), "{program} {pattern:?} {ignored}");
            }
        }
    }
}

const TEMPLATE: &str = "version: {{ .Chart.Version | quote }}\n";

#[test]
fn a_version_is_read_as_helm_reads_it() {
    for program in HELMS {
        let Some(helm_path) = tool(program) else { return };
        for version in [
            "1.10",
            "1.0",
            "1",
            "1.2.3",
            "\"1.10\"",
            "'1'",
            "v1.2.3",
            "1.2.3+b",
            "01.2.3",
            "1e3",
            "0x10",
            "1.10\nversion: 2.0.0",
            "true",
            "",
            "[1]",
            "{}",
            "~",
            "abc",
            "1.2.3.4",
            "1..2",
            ".1",
            "1.2.3-",
            "1.2.3-01",
            "1.2-rc.1+a.b",
            "1.2.3-a_b",
            "^1.2.3",
            "1.x",
            "V1.2.3",
        ] {
            let metadata = format!("apiVersion: v2\nname: web\nversion: {version}\n");
            let chart = files(&[("Chart.yaml", &metadata), ("templates/a.yaml", TEMPLATE)]);
            let (_folder, output) = helm(&helm_path, &chart, &["template", "web"]);
            let ours = read(&chart).map(|chart| chart.version);
            assert_eq!(ours.is_ok(), output.status.success(), "{program} {version}: {ours:?}");
            if let Ok(ours) = ours {
                let text = String::from_utf8(output.stdout).unwrap();
                assert!(
                    text.contains(&format!("version: {ours:?}\n")),
                    "{program} {version}: {text}"
                );
            }
        }
    }
}

#[test]
fn a_chart_is_refused_for_what_helm_refuses() {
    for program in HELMS {
        let Some(helm_path) = tool(program) else { return };
        for (metadata, values) in [
            ("name: web\nversion: 1.0.0\n", b"a: 1\n".as_slice()),
            ("name: a/b\nversion: 1.0.0\n", b""),
            ("name: a b\nversion: 1.0.0\n", b""),
            ("name: Ab_c\nversion: 1.0.0\n", b""),
            ("version: 1.0.0\n", b""),
            ("name: \"\"\nversion: 1.0.0\n", b""),
            ("name: web\n", b""),
            ("name: web\nversion: 1.0.0\ntype: application\n", b""),
            ("name: web\nversion: 1.0.0\ntype: library\n", b""),
            ("name: web\nversion: 1.0.0\ntype: app\n", b""),
            ("name: web\nversion: 1.0.0\ntype: \"\"\n", b""),
            ("name: web\nversion: 1.0.0\n", b"a: \"\xe9\"\n"),
            ("name: web\nversion: 1.0.0\n", b"a: \xff\n"),
        ] {
            let metadata = format!("apiVersion: v2\n{metadata}");
            let mut chart = files(&[("Chart.yaml", &metadata), ("templates/a.yaml", "a: 1\n")]);
            chart.push(("values.yaml".to_owned(), values.to_vec()));
            let (_folder, output) = helm(&helm_path, &chart, &["template", "web"]);
            let ours = read(&chart);
            assert_eq!(ours.is_ok(), output.status.success(), "{program} {metadata}: {ours:?}");
        }
    }
}

#[test]
fn values_that_helm_reads_are_read() {
    let metadata = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    let template = "a: {{ toJson .Values.a }}\n";
    for program in HELMS {
        let Some(helm_path) = tool(program) else { return };
        for values in [
            "a: 1\n",
            "a: 1\na: 2\n",
            "a: { b: 1, b: 2 }\n",
            "---\na: 1\n",
            "---\na: 1\n---\n",
            "a: 1\n...\n",
            "",
            "# none\n",
            "x: &x { b: 1 }\na:\n  <<: *x\n  c: 2\n",
            "1: 2\ntrue: 3\na: x\n",
            "\u{feff}a: 1\n",
            "a: [1, two]\n",
            "- a\n",
            "x\n",
            "a: [\n",
            "a: b: c\n",
            "a: \"\n",
        ] {
            let chart = files(&[
                ("Chart.yaml", metadata),
                ("values.yaml", values),
                ("templates/a.yaml", template),
            ]);
            let (_folder, output) = helm(&helm_path, &chart, &["template", "web"]);
            let ours = read(&chart).map(|chart| chart.defaults["a"].clone());
            assert_eq!(ours.is_ok(), output.status.success(), "{program} {values:?}: {ours:?}");
            if let Ok(ours) = ours {
                let text = String::from_utf8(output.stdout).unwrap();
                let theirs = text.lines().find_map(|line| line.strip_prefix("a: ")).unwrap();
                let theirs: serde_json::Value = serde_json::from_str(theirs).unwrap();
                assert_eq!(ours, theirs, "{program} {values:?}");
            }
        }
    }
}

//! The report of `init`: written files, findings and next steps.

use std::fmt::Write;

use super::survey::Survey;
use crate::base::english::{self, count};
use crate::report::Style;

/// The number of paths of a kind in a folded report.
const FOLDED: usize = 3;

pub fn begun(files: &[(String, String)], found: &Survey, output: &str, style: Style) -> String {
    let mut out = String::new();
    for (path, _) in files {
        _ = writeln!(out, "created  {path}");
    }
    _ = writeln!(out, "next: put your own accounts into environments.toml, then run `envroot gen`");
    if output == "." {
        out.push_str(ATTRIBUTES);
    }
    let values: Vec<&str> = found.values.iter().map(|path| path.as_str()).collect();
    let roots: Vec<&str> = found.roots.iter().map(String::as_str).collect();
    if roots.is_empty() && values.is_empty() {
        return out;
    }
    _ = writeln!(out, "\nfound here, made by hand:");
    push_paths(&mut out, "Terraform root", &roots, style);
    push_paths(&mut out, "values file", &values, style);
    if !found.environments.is_empty() {
        let names: Vec<&str> = found.environments.iter().map(|name| name.as_str()).collect();
        _ = writeln!(out, "  their names speak of {}", english::list(&names));
    }
    out.push_str(TAKING_OVER);
    out
}

fn push_paths(out: &mut String, noun: &str, paths: &[&str], style: Style) {
    if paths.is_empty() {
        return;
    }
    let shown = if style.fold { FOLDED.min(paths.len()) } else { paths.len() };
    let more = if shown < paths.len() { ", … (-v shows all)" } else { "" };
    _ = writeln!(out, "  {}: {}{more}", count(paths.len(), noun), paths[..shown].join(", "));
}

/// In an output folder `gen` writes this file itself. At the top the repository may have its own.
const ATTRIBUTES: &str = "\
and add to .gitattributes, so that a merge leaves generated files whole and `gen` can mend them:
  terraform/** -merge text eol=lf
  charts/*/values-*.yaml -merge text eol=lf
";

const TAKING_OVER: &str = "\
none of them is touched; to take them over:
  1. name their environments in `order`, give each its table, and each chart its service
  2. let the pack render to where they stand: a pack of your own, templates/NAME, may extend
     helm-service and give its files other paths, or hold your own files as templates
  3. `envroot diff` shows what differs; move what is right into settings until it is what you want
  4. a file that equals what is rendered is taken over by `envroot gen`; where one differs, gen
     refuses, and `envroot gen --force` replaces it and saves it as a patch
  5. what stays hand-written in a root goes into `keep`, each file with a reason
";

//! The report of `init`: written files, findings and next steps.

use std::fmt::Write;

use super::survey::Survey;
use crate::base::english::{self, count};
use crate::report::Style;

/// The number of paths of a kind in a folded report.
const FOLDED: usize = 3;

pub(crate) fn begun(
    files: &[(String, String)],
    found: &Survey,
    output: &str,
    style: Style,
) -> String {
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
        _ = writeln!(out, "  environments in their names: {}", english::list(&names));
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
and add to .gitattributes, so that a merge keeps generated files whole and `gen` can repair them:
  terraform/** -merge text eol=lf
  charts/*/values-*.yaml -merge text eol=lf
";

const TAKING_OVER: &str = "\
envroot changed none of them; to generate them:
  1. list their environments in `order`, add a table for each, and a service for each chart
  2. render to their paths: your own pack, templates/NAME, can extend helm-service and give its
     files other paths, or contain your own files as templates
  3. `envroot diff` shows the differences; move correct values into settings until none is left
  4. `envroot gen` adds its seal to a file that equals the rendered one; it refuses one that
     differs, and `envroot gen --force` replaces it and saves it as a patch
  5. list each file that stays hand-written in `keep`, with a reason
";

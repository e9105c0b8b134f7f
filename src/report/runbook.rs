//! The manual steps outside envroot, from the runbooks.

use std::fmt::Write;

use super::Style;
use crate::model::secret;

/// Of the pages, each with its path, the part that is about now: what comes before a second heading
/// of the second level. A folded report shows the first page, and where the others are.
pub(crate) fn steps(pages: &[(&str, &str)], style: Style) -> String {
    let mut out = String::new();
    let shown = if style.fold { 1 } else { pages.len() };
    for (path, text) in &pages[..shown.min(pages.len())] {
        _ = write!(
            out,
            "\nwhat is left to do, from {path}:\n\n{}",
            secret::masked_file(&now(text))
        );
    }
    if let Some(others) = pages.get(shown..).filter(|others| !others.is_empty()) {
        out.push_str("\nand the same for the others (-v shows all):\n");
        others.iter().for_each(|(path, _)| _ = writeln!(out, "  {path}"));
    }
    out
}

fn now(page: &str) -> String {
    let mut headings = 0;
    let mut is_code = false;
    let mut out = String::new();
    for line in page.lines() {
        is_code ^= line.starts_with("```");
        headings += usize::from(!is_code && line.starts_with("## "));
        if headings > 1 {
            break;
        }
        out.push_str(line);
        out.push('\n');
    }
    format!("{}\n", out.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_about_now_ends_at_the_second_section() {
        let page = "# x\n\n## Up\n\n### 1\n\n```sh\n## no heading\n```\n\n## Down\n\n- x\n";
        assert_eq!(now(page), "# x\n\n## Up\n\n### 1\n\n```sh\n## no heading\n```\n");
        let pages = [("a/RUNBOOK.md", "# a\n"), ("b/RUNBOOK.md", "# b\n")];
        let folded = "\nwhat is left to do, from a/RUNBOOK.md:\n\n# a\n\nand the same for the others (-v shows all):\n  b/RUNBOOK.md\n";
        assert_eq!(steps(&pages, Style { fold: true, colour: false }), folded);
        let all = "\nwhat is left to do, from a/RUNBOOK.md:\n\n# a\n\nwhat is left to do, from b/RUNBOOK.md:\n\n# b\n";
        assert_eq!(steps(&pages, Style::default()), all);
        assert_eq!(steps(&[], Style::default()), "");
    }
}

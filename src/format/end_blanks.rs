//! Blanks that cannot be seen: at the ends of lines and at the end of a file.

use super::seal;

/// A text without the blanks at the ends of some lines, and in the end with one line end, if the
/// lines at its end mean nothing.
///
/// `is_kept` says of a line, counted from 0, whether the blanks at its end mean something.
pub(super) fn trimmed(text: &str, is_kept: impl Fn(usize) -> bool, keep_end: bool) -> String {
    let text = seal::unix(text);
    let mut out = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        let line = if is_kept(number) { line } else { line.trim_end_matches([' ', '\t']) };
        out.push_str(line);
        out.push('\n');
    }
    // `split` gives an empty line behind the last line end.
    out.pop();
    if !keep_end {
        out.truncate(out.trim_end_matches('\n').len());
        out.push('\n');
    }
    out
}

/// A text of which only the line ends and the lines at the end are known to mean nothing.
pub(super) fn without_last_lines(text: &str) -> String {
    trimmed(text, |_| true, false)
}

#[cfg(test)]
mod tests {
    use crate::format::Format;
    use crate::format::hcl::Hcl;
    use crate::format::markdown::Markdown;
    use crate::format::yaml::Yaml;

    /// Texts that are the same but for blanks that mean nothing, and texts that are not.
    #[track_caller]
    fn check(format: &dyn Format, text: &str, same: &[&str], others: &[&str]) {
        let form = |text: &str| format.without_end_blanks(text);
        for other in same {
            assert_eq!(form(text), form(other), "{other:?}");
        }
        for other in others {
            assert_ne!(form(text), form(other), "{other:?}");
        }
    }

    #[test]
    fn hcl_keeps_the_blanks_of_heredocs() {
        check(
            &Hcl,
            "a = 1\nb = 2\n",
            &["a = 1\nb = 2", "a = 1  \nb = 2\t\n", "a = 1\r\nb = 2\r\n", "a = 1\nb = 2\n\n  \n"],
            &["a = 1\n\nb = 2\n", "a  = 1\nb = 2\n", "\na = 1\nb = 2\n", " a = 1\nb = 2\n"],
        );
        check(
            &Hcl,
            "a = <<EOT\nb\n\nEOT\n",
            &["a = <<EOT\nb\n\nEOT", "a = <<EOT\nb\n\nEOT\n\n"],
            &["a = <<EOT\nb \n\nEOT\n", "a = <<EOT\nb\n  \nEOT\n", "a = <<EOT\nb\nEOT\n"],
        );
        check(&Hcl, "a = <<EOT\n${b}\nEOT\n", &[], &["a = <<EOT\n${b} \nEOT\n"]);
        check(&Hcl, "/* a\n b */\n", &["/* a \n b */\n"], &[]);
    }

    #[test]
    fn yaml_keeps_the_blanks_of_blocks() {
        check(
            &Yaml,
            "a: b\n# c\n",
            &["a: b\n# c", "a: b \n# c\n", "a: b\r\n# c\r\n", "a: b\n# c\n\n\n"],
            &["a: b\n\n# c\n", "a:  b\n# c\n"],
        );
        check(
            &Yaml,
            "a: |\n  b\nc: d\n",
            &["a: |\n  b\nc: d", "a: |\n  b\nc: d  \n", "a: | \n  b\nc: d\n"],
            &["a: |\n  b \nc: d\n", "a: |\n  b\n\nc: d\n"],
        );
        check(&Yaml, "a: |\n  b\n", &["a: |\r\n  b\r\n"], &["a: |\n  b"]);
        check(&Yaml, "a: |+\n  b\n", &[], &["a: |+\n  b", "a: |+\n  b\n\n"]);
        check(&Yaml, "a: |-\n  b\n", &["a: |-\n  b", "a: |-\n  b\n\n"], &["a: |-\n  b \n"]);
        check(&Yaml, "a: \"b\n  c\"\n", &["a: \"b\n  c\""], &["a: \"b \n  c\"\n"]);
    }

    #[test]
    fn markdown_keeps_its_line_breaks() {
        check(&Markdown, "a\nb\n", &["a\nb", "a\nb\n\n", "a\r\nb\r\n"], &["a  \nb\n"]);
    }
}

//! The result of a check in Markdown, for the summary page of a CI run.
//!
//! Complete, because CI hosts show only a few annotations.

use super::finding::{Finding, Level};
use crate::model::printable::{self, Printable};

/// Hosts refuse a summary above a mebibyte; the rest is for what other steps say.
const LIMIT: usize = 900 * 1024;

/// A heading with the verdict, a line for each finding, and the whole report as it is printed.
pub(crate) fn markdown(findings: &[Finding], verdict: &str, report: &str) -> Printable {
    Printable::new(&page(findings, verdict, report))
}

fn page(findings: &[Finding], verdict: &str, report: &str) -> String {
    let mut lines = verdict.trim_end().lines();
    let mut out = format!("### envroot: {}\n\n", escaped(lines.next().unwrap_or_default()));
    lines.for_each(|line| out.push_str(&format!("{}\n\n", escaped(line))));
    let told = findings.iter().filter(|finding| finding.level != Level::Note);
    for (index, line) in told.clone().map(line).enumerate() {
        if out.len() + line.len() > LIMIT / 2 {
            out.push_str(&format!("- … and {} more\n", told.count() - index));
            break;
        }
        out.push_str(&line);
    }
    if findings.is_empty() {
        return out;
    }
    let fence = fence(report);
    let report = match report.get(..report.floor_char_boundary(LIMIT / 2)) {
        Some(part) if part.len() < report.len() => format!("{part}\n… cut off here"),
        _ => report.trim_end().to_owned(),
    };
    out.push_str("\n<details><summary>The whole report</summary>\n\n");
    out.push_str(&format!("{fence}text\n{report}\n{fence}\n\n</details>\n\n"));
    out
}

fn line(finding: &Finding) -> String {
    let Finding { code, message, spot, .. } = finding;
    let first = message.lines().next().unwrap_or_default();
    let place = escaped(&format!("{}:{}", printable::line(&spot.file), spot.line));
    format!("- **{code}** {place}: {}\n", escaped(first))
}

/// Text that shows as it is.
fn escaped(text: &str) -> String {
    let special = |c: char| "\\`*_[]<>#|~&!$".contains(c);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A fence that no line of the text closes.
fn fence(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::super::finding::Spot;
    use super::*;

    fn finding(message: &str) -> Finding {
        let spot = Spot::line("a_b.tf".to_owned(), 3);
        let (code, level) = ("edited", Level::Error);
        Finding { code, level, message: message.to_owned(), spot, related: Vec::new(), rank: 0 }
    }

    #[test]
    fn nothing_of_the_report_becomes_markdown() {
        let found = [finding("<b> `x` | *y*\nmore")];
        let summary = markdown(&found, "1 of 2 files differs\n", "````\n</details>\n");
        let expected = "### envroot: 1 of 2 files differs\n\n\
            - **edited** a\\_b.tf:3: \\<b\\> \\`x\\` \\| \\*y\\*\n\n\
            <details><summary>The whole report</summary>\n\n\
            `````text\n````\n</details>\n`````\n\n</details>\n\n";
        assert_eq!(*summary, *expected);
        let synced = markdown(&[], "in sync: 2 files\n", "x");
        assert_eq!(*synced, *"### envroot: in sync: 2 files\n\n");
    }

    /// The structure of a page, and its text outside code.
    fn read(page: &str) -> (String, String) {
        use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
        let (mut structure, mut text, mut in_code) = (String::new(), String::new(), false);
        for event in Parser::new_ext(page, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(part) if !in_code => text.push_str(&part),
                Event::Text(_) => {}
                event => {
                    in_code |= matches!(event, Event::Start(Tag::CodeBlock(_)));
                    in_code &= !matches!(event, Event::End(TagEnd::CodeBlock));
                    structure.push_str(&format!("{event:?} "));
                }
            }
        }
        (structure, text)
    }

    #[test]
    fn a_reader_of_a_summary_sees_every_text_as_text() {
        let (plain, _) = read(&markdown(&[finding("x")], "x\n", "x\n"));
        for text in [
            "<img src=x onerror=alert(1)>",
            "</summary></details><script>a</script>",
            "<!-- a",
            "[a](javascript:b)",
            "![a](https://example.net/a.png)",
            "[a]: https://example.net",
            "**a** _b_ ~~c~~ `d`",
            "```",
            "~~~",
            "| a | b |",
            "&lt;b&gt; &#60;",
            "$a$ $$b$$",
            "<https://example.net>",
            "[^1] [x] \\",
            "{{< a >}} ${{ github.token }}",
        ] {
            let (structure, shown) = read(&markdown(&[finding(text)], text, &format!("{text}\n")));
            assert_eq!(structure, plain, "{text}");
            assert_eq!(shown.matches(text).count(), 2, "{text}: {shown}");
        }
    }

    #[test]
    fn a_summary_is_cut_before_its_host_refuses_it() {
        let found = vec![finding(&"é".repeat(1000)); 1000];
        let summary = page(&found, "1000 problems", &"é".repeat(LIMIT));
        assert!(summary.len() < 1024 * 1024, "{}", summary.len());
        assert!(summary.contains(" more\n") && summary.contains("… cut off here\n```\n"));
    }
}

//! Workflow commands of GitHub Actions: findings as annotations of a pull request.
//!
//! One line for each finding. Everything in it is escaped, so that no text of a file becomes a
//! command of its own.

use super::finding::{Finding, Level};
use crate::model::printable::Printable;

/// The commands. GitHub shows the first ten errors of a step only, so each file's first finding
/// comes before any file's second.
pub fn commands(findings: &[Finding]) -> Printable {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by_key(|finding| finding.rank);
    Printable::commands(&findings.into_iter().map(command).collect::<String>())
}

fn command(finding: &Finding) -> String {
    let Finding { code, level, message, spot, .. } = finding;
    let word = match level {
        Level::Error => "error",
        Level::Note => "notice",
    };
    let mut properties = format!("file={},line={}", property(&spot.file), spot.line);
    match spot.columns {
        // GitHub takes columns within one line only.
        Some((column, end)) if spot.line == spot.end_line && column < end => {
            properties.push_str(&format!(",col={column},endColumn={end}"));
        }
        _ if spot.line < spot.end_line => {
            properties.push_str(&format!(",endLine={}", spot.end_line));
        }
        _ => {}
    }
    let title = property(&format!("envroot: {code}"));
    format!("::{word} {properties},title={title}::{}\n", data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::finding::Spot;
    use super::*;

    #[track_caller]
    fn check(file: &str, end_line: usize, columns: Option<(usize, usize)>, expected: &str) {
        let spot = Spot { file: file.to_owned(), line: 3, end_line, columns };
        let message = "100%\r\n::error::no, a: b".to_owned();
        let (code, level) = ("edited", Level::Error);
        let finding = Finding { code, level, message, spot, related: Vec::new(), rank: 0 };
        let message = "title=envroot%3A edited::100%25%0D%0A::error::no, a: b";
        assert_eq!(*commands(&[finding]), *format!("::error {expected},{message}\n"));
    }

    #[test]
    fn a_command_is_one_line_whatever_its_text() {
        check("a.tf", 3, None, "file=a.tf,line=3");
        check("a,b:c%.tf", 3, None, "file=a%2Cb%3Ac%25.tf,line=3");
        check("a.tf", 3, Some((5, 7)), "file=a.tf,line=3,col=5,endColumn=7");
        check("a.tf", 3, Some((5, 5)), "file=a.tf,line=3");
        check("a.tf", 5, Some((5, 7)), "file=a.tf,line=3,endLine=5");
        check("a.tf", 5, None, "file=a.tf,line=3,endLine=5");
    }
}

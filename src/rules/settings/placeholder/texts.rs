//! Placeholders in strings and in templates.
//!
//! A comment tells people what is left to do, and may name a placeholder.

use std::ops::Range;

use super::brackets::bracketed;
use super::words;

/// The first placeholder in a string, outside the comments of a script.
pub(super) fn in_string(text: &str) -> Option<&str> {
    if !text.contains('\n') {
        return in_part(&text[..code_length(text, false)], text);
    }
    text.lines().find_map(|line| in_part(&line[..code_length(line, true)], text))
}

fn in_part<'a>(part: &'a str, whole: &str) -> Option<&'a str> {
    bracketed(part, whole).or_else(|| words::in_text(part))
}

/// The annotation of a plugin that replaces names in brackets.
const PLUGIN: &str = "avp.kubernetes.io/";

/// Returns true if a plugin of Argo CD fills in the names in brackets of a file.
pub(super) fn is_of_a_plugin(file: &str) -> bool {
    file.contains(PLUGIN)
}

/// The placeholders in a template, outside its tags and its comments. A page for people may ask them to fill something in, so
/// it is not judged.
pub(super) fn in_template(text: &str) -> Vec<Range<usize>> {
    let text = without_tags(text);
    let start = text.as_ptr() as usize;
    let range = |found: &str| {
        let at = found.as_ptr() as usize - start;
        at..at + found.len()
    };
    let lines = text.lines().map(|line| &line[..code_length(line, true)]);
    let found = lines.filter_map(|line| in_line(line, &text));
    let found = found.filter(|found| !(found.starts_with('<') && is_of_a_plugin(&text)));
    found.map(range).collect()
}

/// A template with blanks in place of each byte of a tag.
fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, end)) = next_tag(rest) {
        out.push_str(&rest[..at]);
        let length = rest[at..].find(end).map_or(rest.len() - at, |length| length + end.len());
        out.extend(rest[at..at + length].bytes().map(|it| if it == b'\n' { '\n' } else { ' ' }));
        rest = &rest[at + length..];
    }
    out + rest
}

/// The place of the first tag, and what ends it.
fn next_tag(text: &str) -> Option<(usize, &'static str)> {
    // One search for all kinds: that for a kind which does not follow would read the whole rest each time.
    text.match_indices('{').find_map(|(at, _)| match text.as_bytes().get(at + 1)? {
        b'{' => Some((at, "}}")),
        b'%' => Some((at, "%}")),
        // `${#a}` is text.
        b'#' if !text[..at].ends_with('$') => Some((at, "#}")),
        _ => None,
    })
}

/// What begins a comment, in some language.
const MARKS: [&str; 7] = ["#", "//", "/*", "<!--", "-- ", "; ", "* "];

/// The length of a line without the comment at its end. If the comment is all that it holds, it is one only in a longer text.
fn code_length(line: &str, in_text: bool) -> usize {
    let is_outside = |at: usize| line[..at].matches('"').count().is_multiple_of(2);
    let begins = |mark: &str, at: usize| {
        let before = &line[..at];
        match before.trim().is_empty() {
            true => in_text,
            // The last three are also an operator, the end of a command and a list.
            false => before.ends_with([' ', '\t']) && !mark.ends_with(' '),
        }
    };
    let found = MARKS.iter().filter_map(|mark| {
        let mut places = line.match_indices(mark).map(|(at, _)| at);
        places.find(|at| begins(mark, *at) && is_outside(*at))
    });
    found.min().unwrap_or(line.len())
}

/// The placeholder in a line of a template: any inside quotes, elsewhere only those that are no word of a language.
fn in_line<'a>(line: &'a str, whole: &str) -> Option<&'a str> {
    let parts: Vec<&str> = line.split(['"', '\'']).collect();
    parts.iter().enumerate().find_map(|(index, part)| {
        if index % 2 == 0 {
            let value = part.split_once([':', '=']).map_or("", |(_, value)| value.trim());
            let is_bracketed = value.starts_with('<') && value.ends_with('>');
            let bracketed = if is_bracketed { bracketed(value, whole) } else { None };
            return bracketed.or_else(|| words::in_code(part));
        }
        let after = parts.get(index + 1).map_or("", |after| after.trim_start());
        let is_key = after.starts_with([':', '=']) && part.eq_ignore_ascii_case("placeholder");
        let is_mask = line.contains("mktemp");
        if is_key || is_mask { None } else { in_part(part, whole) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind of file that has such a text, the text, and the placeholder in it.
    #[test]
    fn a_placeholder_in_a_string() {
        for (kind, text, expected) in [
            ("credentials", "changeme", "changeme"),
            ("credentials", "Change-Me", "Change-Me"),
            ("credentials", "changeme123", "changeme123"),
            ("credentials", "changeit", "changeit"),
            ("address", "https://CHANGE_ME.example.net", "CHANGE_ME"),
            ("address", "https://TODO.example.net/x", "TODO"),
            ("address", "https://<host>/x", "<host>"),
            ("address", "https://api<ENV>.example.net", "<ENV>"),
            ("address", "postgres://app@<db host>:5432/app", "<db host>"),
            ("host", "your-domain.com", "your-domain"),
            ("role", "REPLACE_ME_WITH_ARN", "REPLACE_ME_WITH_ARN"),
            ("role", "arn:aws:iam::<account>:role/x", "<account>"),
            ("role", "arn:aws:iam::PLACEHOLDER_ACCOUNT:role/x", "PLACEHOLDER_ACCOUNT"),
            ("role", "arn:aws:iam::<AWS_ACCOUNT_ID>:role/x", "<AWS_ACCOUNT_ID>"),
            ("network", "<your VPC id>", "<your VPC id>"),
            ("network", "vpc-xxxxxxxx", "vpc-xxxxxxxx"),
            ("network", "subnet-<id>", "<id>"),
            ("network", "xxx.xxx.xxx.xxx", "xxx"),
            ("anything", "<…>", "<…>"),
            ("anything", "<...>", "<...>"),
            ("anything", "XXX", "XXX"),
            ("anything", "TODO: ask", "TODO"),
            ("anything", "# TODO", "TODO"),
            ("anything", "FIXME", "FIXME"),
            ("anything", "TBD", "TBD"),
            ("anything", "fix-me", "fix-me"),
            ("anything", "to be <name>", "<name>"),
            ("anything", "to_be_determined", "to_be_determined"),
            ("key", "sk_TKTK", "sk_TKTK"),
            ("certificate", "PLACEHOLDER_PROD_CERT_ARN", "PLACEHOLDER_PROD_CERT_ARN"),
            ("image", "YOUR_ACCOUNT_ID.dkr.ecr.eu-west-1.amazonaws.com/app", "YOUR_ACCOUNT_ID"),
            ("image", "registry.example.net/<image>:<tag>", "<image>"),
            ("manifest", "__ACCOUNT_ID__", "__ACCOUNT_ID__"),
            ("manifest", "PLACEHOLDER", "PLACEHOLDER"),
            ("manifest", "placeholder", "placeholder"),
            ("manifest", "MY_YOUR_TOKEN", "MY_YOUR_TOKEN"),
            ("token", "INSERT_TOKEN_HERE", "INSERT_TOKEN_HERE"),
            ("token", "ENTER_VALUE", "ENTER_VALUE"),
            ("token", "FILL_ME_IN", "FILL_ME_IN"),
            ("token", "setme", "setme"),
            ("token", "update_me", "update_me"),
            ("token", "edit-me", "edit-me"),
            ("script", "#!/bin/sh\ncurl https://<host>/x # why\n", "<host>"),
            ("script", "# why\nTOKEN=CHANGE_ME\n", "CHANGE_ME"),
            ("script", "a --password CHANGEME", "CHANGEME"),
            ("query", "SELECT 1 -- CHANGE_ME", "CHANGE_ME"),
            ("command", "helm install <release> .", "<release>"),
        ] {
            assert_eq!(in_string(text), Some(expected), "{kind}: {text}");
        }
    }

    #[test]
    fn no_placeholder_in_a_string() {
        for (kind, text) in [
            ("log shipper", "^(?P<message>.*)$"),
            ("log shipper", "expression: '(?P<level>\\w+) (?P<msg>.*)'"),
            ("web server", "location ~ ^/(?<path>.*)$ { return 301 /$path; }"),
            ("regular expression", "(?<q>a)\\k<q>"),
            ("regular expression", "(a)\\g<one>"),
            ("log shipper", "<match app.logs>\n  @type stdout\n</match>"),
            ("log shipper", "<source>\n  @type tail\n</source>"),
            ("web server", "<IfModule mod_ssl.c>\nSSLEngine on\n</IfModule>"),
            ("LogQL", "{app=\"a\"} | pattern \"<ip> - <user> <method>\""),
            ("LogQL", "<_> level=<level> <_>"),
            ("script", "#!/bin/sh\n# TODO: mend it\necho a\n"),
            ("script", "echo a # TODO\n"),
            ("script", "echo a # TODO"),
            ("script", "// FIXME\nmain();\n"),
            ("script", "/* changeme */\nmain();\n"),
            ("script", "if [ $# -lt 1 ]; then echo \"Usage: $0 <file>\"; exit 1; fi"),
            ("script", "usage: restore <file> <host>"),
            ("script", "dir=$(mktemp -d /tmp/a.XXXXXX)"),
            ("script", "mktemp -t backup-XXXXXXXX"),
            ("script", "path=/tmp/build.XXXXXX"),
            ("script", "open(tempfile.mkstemp('a.XXXX'))"),
            ("script", "cat <<EOT > file\nx\nEOT\n"),
            ("query", "-- TODO\nSELECT 1\n"),
            ("query", "SELECT 1 WHERE a<5 AND b>3"),
            ("query", "SELECT 1 WHERE a<b and c>d"),
            ("query", "INSERT_UPDATE"),
            ("query", "GRANT INSERT, UPDATE ON a"),
            ("program", "List<String>"),
            ("program", "Map<T>"),
            ("program", "std::vector<int> a;"),
            ("program", "Result::<Value>"),
            ("program", "#include <stdio.h>"),
            ("program", "java.lang.Foo.<init>"),
            ("program", "__FILE__"),
            ("program", "cat <<__EOF__"),
            ("program", "__name__"),
            ("JVM", "-Djavax.net.ssl.trustStorePassword=changeit"),
            ("JVM", "keytool -keystore cacerts -storepass changeit"),
            ("address", "https://example.net/browse/TODO-12"),
            ("address", "https://example.net/wiki/TODO"),
            ("address", "https://example.net/?page=TODO"),
            ("issue", "TODO-123"),
            ("file", "TODO.md"),
            ("page", "<b>bold</b>"),
            ("page", "one<br>two<BR>three"),
            ("page", "<p>one<p>two"),
            ("output", "<none>"),
            ("output", "<nil> and <no value> and <unknown>"),
            ("output", "<redacted>"),
            ("sentence", "This is a placeholder for the image"),
            ("sentence", "placeholder-images"),
            ("secret of Argo CD", "<path:secret/data/db#password>"),
            ("mail", "Jane <jane@example.net>"),
            ("chat", "<!channel> <@U0123> <https://example.net|x>"),
            ("comparison", "a < b and c > d"),
            ("comparison", "i<-1"),
            ("application", "todo"),
            ("application", "todo-app"),
            ("application", "your_spotify"),
            ("word", "exchange"),
            ("word", "unchanged"),
            ("word", "replacement"),
            ("word", "yours"),
            ("word", "YOURSELF"),
            ("word", "enter-prise"),
            ("word", "x-large"),
            ("word", "maxxx1"),
            ("word", "5xx"),
            ("word", "<3"),
            ("word", ""),
        ] {
            assert_eq!(in_string(text), None, "{kind}: {text}");
        }
    }

    #[track_caller]
    fn check_template(text: &str, expected: &[&str]) {
        let found = in_template(text).into_iter().map(|range| &text[range]);
        assert_eq!(found.collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn a_placeholder_in_a_template_is_found_outside_its_tags_and_comments() {
        check_template("bucket = \"REPLACE_ME\"", &["REPLACE_ME"]);
        check_template("bucket: REPLACE_ME\n", &["REPLACE_ME"]);
        check_template("a = \"{{ service.a }}-YOUR_BUCKET\" # {{ b }}", &["YOUR_BUCKET"]);
        check_template("arn: arn:aws:iam::PLACEHOLDER_ACCOUNT:role/x", &["PLACEHOLDER_ACCOUNT"]);
        check_template("role = \"arn:aws:iam::<account>:role/x\"", &["<account>"]);
        check_template("account: <account id>", &["<account id>"]);
        check_template("vpc = \"vpc-xxxxxxxx\"\nb = 'TODO'", &["vpc-xxxxxxxx", "TODO"]);
        check_template("n=\"${#A}\"\nb: CHANGE_ME", &["CHANGE_ME"]);
        check_template("text: placeholder\nb: \"placeholder\"", &["placeholder", "placeholder"]);
        check_template("certArn: \"PLACEHOLDER_PROD_CERT_ARN\"", &["PLACEHOLDER_PROD_CERT_ARN"]);
        check_template("<a>x</a>\nb: <account>", &["<account>"]);
    }

    #[test]
    fn no_placeholder_in_a_template() {
        for text in [
            "# TODO: ask, then changeme",
            "// REPLACE_ME",
            "a = 1 # REPLACE_ME",
            "{# changeme #}a",
            "{{ service.changeme }}{% if service.your_id %}",
            "dir=$(mktemp -d \"/tmp/a.XXXXXX\")",
            "map<string>",
            "todo: 1",
            "cat <<EOT > file",
            "for (( i=0; i<n; i++ )); do x>y",
            "XXX",
            "config: |\n  <match app>\n    @type stdout\n  </match>\n",
            "regex = \"(?P<message>.*)\"",
            "expression: '^(?P<ip>\\S+) (?P<user>\\S+)$'",
            "type = \"Map<String>\"",
            "password: <db-password>\nannotations:\n  avp.kubernetes.io/path: a\n",
            "password: <path:secret/data/db#password>",
            "\"placeholder\": \"Search\"",
            "placeholder: Search",
            "echo \"usage: $0 <file>\"",
            "query: '{app=\"a\"} | pattern `<ip> <_>`'",
            "/* TODO */",
            "image: \"<none>\"",
        ] {
            check_template(text, &[]);
        }
    }
}

//! Secrets in the text of a file of any format, by what their keys are called.
//!
//! Reads lines, pairs and margins instead of parsing: a file with a mistake, and a format that envroot does not know, hide their
//! secrets too.

use std::ops::Range;

use super::keys::LONGEST_KEY;
use super::pairs::{self, Pair, WrittenPair};
use super::{keys, shown, siblings, values};

/// The values of keys that hold or may hold secrets, and all data of secrets of Kubernetes.
pub(super) fn assigned(text: &str) -> Vec<Range<usize>> {
    let rows: Vec<Range<usize>> = pairs::rows(text).collect();
    let secrets = documents(text, &rows);
    scanned(text, &rows, secrets, Certainty::Doubtful)
}

/// The values of keys that hold secrets.
pub(super) fn by_key(text: &str) -> Vec<Range<usize>> {
    let rows: Vec<Range<usize>> = pairs::rows(text).collect();
    scanned(text, &rows, vec![false; rows.len()], Certainty::Certain)
}

/// How sure it must be that a value is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    Certain,
    /// Enough to hide it.
    Doubtful,
}

fn scanned(
    text: &str,
    rows: &[Range<usize>],
    secrets: Vec<bool>,
    least: Certainty,
) -> Vec<Range<usize>> {
    let mut scan = Scan {
        text,
        least,
        found: Vec::new(),
        taken: None,
        held: None,
        flag: None,
        is_secret: false,
    };
    for (row, is_secret) in rows.iter().zip(secrets) {
        scan.is_secret = is_secret;
        scan.row(row);
    }
    scan.found.extend(siblings::named(text, rows));
    scan.found
}

/// A text that goes on in the next lines.
#[derive(Clone, Debug)]
enum Taken<'a> {
    /// In the lines with a wider margin.
    Deeper(usize),
    /// The same, if they hold no keys.
    Folded(usize),
    UntilLine(&'a str),
    UntilText(&'static str),
}

/// A table or list in which each value is a secret.
#[derive(Clone, Copy, Debug)]
struct Held {
    margin: usize,
    /// True for one of TOML, which ends at the next header.
    is_header: bool,
    /// True for a secret of Kubernetes, in which every value is one.
    whole: bool,
    /// True for the list of a key that holds a secret: tables in it are something else.
    items: bool,
    certainty: Certainty,
}

impl Held {
    fn table(margin: usize, certainty: Certainty) -> Held {
        Held { margin, is_header: false, whole: false, items: false, certainty }
    }

    fn items(margin: usize) -> Held {
        Held { items: true, ..Held::table(margin, Certainty::Certain) }
    }
}

struct Scan<'a> {
    text: &'a str,
    least: Certainty,
    found: Vec<Range<usize>>,
    taken: Option<Taken<'a>>,
    held: Option<Held>,
    /// The list in which the next line is the value of an option.
    flag: Option<Held>,
    /// True in a document that is a secret of Kubernetes.
    is_secret: bool,
}

impl<'a> Scan<'a> {
    fn row(&mut self, row: &Range<usize>) {
        if self.takes(row) {
            return;
        }
        self.end_held(row);
        let header = header(&self.text[row.clone()]);
        if let Some(certainty) = header.and_then(|header| self.held_by(header)) {
            self.held = Some(Held { is_header: true, ..Held::table(0, certainty) });
            return;
        }
        let held_before = self.held;
        let mut is_empty = true;
        for pair in pairs::of(self.text, row.clone()) {
            is_empty = false;
            self.pair(row, &pair);
        }
        let is_option = self.text[row.clone()].contains("--");
        let item = held_before.or(self.flag.take().filter(|_| !is_option));
        if let Some(held) = item.filter(|_| is_empty) {
            self.item(row, held);
        }
        self.flags(row);
    }

    /// Takes a line that belongs to a longer text.
    fn takes(&mut self, row: &Range<usize>) -> bool {
        let Some(taken) = self.taken.clone() else { return false };
        let line = &self.text[row.clone()];
        let is_blank = line.trim().is_empty();
        let has_pair = || pairs::of(self.text, row.clone()).next().is_some();
        let is_list = || line.trim_start().starts_with(['-', '{', '[', '}']);
        let goes_on = match taken {
            Taken::Deeper(margin) => is_blank || margin_of(line) > margin,
            Taken::Folded(margin) => {
                is_blank || margin_of(line) > margin && !has_pair() && !is_list()
            }
            Taken::UntilLine(word) if line.trim() == word => {
                self.taken = None;
                return true;
            }
            Taken::UntilText(quotes) => match line.find(quotes) {
                Some(end) => {
                    self.take(row.start..row.start + end);
                    self.taken = None;
                    return true;
                }
                None => true,
            },
            Taken::UntilLine(_) => true,
        };
        match goes_on {
            true => self.take(row.clone()),
            false => self.taken = None,
        }
        goes_on
    }

    /// Takes what of a range is not blank, unless it only leads to a secret.
    fn take(&mut self, range: Range<usize>) {
        let text = &self.text[range.clone()];
        let start = range.end - text.trim_start().len();
        let text = text.trim();
        if !text.is_empty() && !values::is_reference(text) {
            self.found.push(start..start + text.len());
        }
    }

    fn end_held(&mut self, row: &Range<usize>) {
        let Some(held) = self.held else { return };
        let line = &self.text[row.clone()];
        let trimmed = line.trim_start();
        let margin = margin_of(line);
        let ends = match held.is_header {
            true => trimmed.starts_with('['),
            false => margin < held.margin || margin == held.margin && !trimmed.starts_with("- "),
        };
        if ends && !trimmed.is_empty() {
            self.held = None;
        }
    }

    fn pair(&mut self, row: &Range<usize>, pair: &Pair) {
        let key = &self.text[pair.key.clone()];
        let margin = margin_of(&self.text[row.clone()]);
        let data = ["data", "stringData", "string_data"];
        let whole = self.is_secret && data.contains(&key);
        let held_by = if whole { Some(Certainty::Certain) } else { self.held_by(key) };
        if let Some(certainty) = held_by {
            self.container(row, pair, Held { whole, ..Held::table(margin, certainty) });
        } else if let Some(held) = self.held.filter(|held| self.is_held(held, row, pair)) {
            if held.whole || held.certainty == Certainty::Doubtful || !keys::is_about(key) {
                self.value(row, pair, held.whole);
            }
        } else if keys::is_password(key) {
            match pair.written(self.text, row) {
                WrittenPair::Opens(at) if self.text[at..].starts_with('[') => {
                    self.container(row, pair, Held::items(margin));
                }
                WrittenPair::Absent if pair.separator == b':' => {
                    self.value(row, pair, false);
                    self.held = Some(Held::items(margin));
                }
                _ => self.value(row, pair, false),
            }
        }
        if self.least == Certainty::Doubtful {
            self.found.extend(shown::revealed(self.text, row, pair));
        }
    }

    /// Returns true if a table decides what a value is, and not its key.
    fn is_held(&self, held: &Held, row: &Range<usize>, pair: &Pair) -> bool {
        let is_shown = || {
            let has_address = self.text[pair.value..row.end].contains("://");
            has_address || shown::is_about(&self.text[pair.key.clone()])
        };
        !held.items && (held.certainty == Certainty::Certain || !is_shown())
    }

    /// Whether each value below a key is a secret.
    fn held_by(&self, key: &str) -> Option<Certainty> {
        match self.least {
            _ if keys::holds_secrets(key) => Some(Certainty::Certain),
            Certainty::Doubtful if shown::holds_secrets(key) => Some(Certainty::Doubtful),
            _ => None,
        }
    }

    /// The value of a key that holds a secret, up to where it ends.
    fn value(&mut self, row: &Range<usize>, pair: &Pair, whole: bool) {
        let margin = margin_of(&self.text[row.clone()]);
        let written = pair.written(self.text, row);
        match &written {
            WrittenPair::Quoted(range, _) | WrittenPair::Bare(range) if whole => {
                self.take(range.clone());
            }
            WrittenPair::Until(quotes, start) => self.quoted_lines(row, quotes, *start),
            _ => self.found.extend(pair.revealed(self.text, row)),
        }
        let is_yaml = pair.separator == b':';
        self.taken = match written {
            WrittenPair::Absent if is_yaml => Some(Taken::Folded(margin)),
            WrittenPair::Quoted(_, false) if is_yaml => Some(Taken::Deeper(margin)),
            WrittenPair::Block => Some(Taken::Deeper(margin)),
            WrittenPair::Heredoc(word) => Some(Taken::UntilLine(word)),
            WrittenPair::Until(..) => self.taken.take(),
            _ => None,
        };
    }

    /// The first line of a text between three quotes.
    fn quoted_lines(&mut self, row: &Range<usize>, quotes: &'static str, start: usize) {
        let length = self.text[start..row.end].find(quotes);
        self.take(start..length.map_or(row.end, |length| start + length));
        if length.is_none() {
            self.taken = Some(Taken::UntilText(quotes));
        }
    }

    /// A table or list of secrets: what of it is in this line, and the lines that follow.
    fn container(&mut self, row: &Range<usize>, pair: &Pair, held: Held) {
        match pair.written(self.text, row) {
            WrittenPair::Absent => self.held = Some(held),
            WrittenPair::Opens(at) => {
                let rest = &self.text[at..row.end];
                let has_pair = pairs::of(self.text, at..row.end).next().is_some();
                if rest.starts_with('[') && !has_pair {
                    self.item(&(at + 1..row.end), held);
                }
                let closes = rest.trim_end().trim_end_matches(',').ends_with(['}', ']', ')']);
                // The pairs of this line come next, and no line after it.
                self.held = Some(match closes {
                    true => Held { margin: usize::MAX, ..held },
                    false => held,
                });
            }
            WrittenPair::Quoted(..) => self.value(row, pair, held.whole),
            _ => {}
        }
    }

    /// An item of a list of secrets.
    fn item(&mut self, row: &Range<usize>, held: Held) {
        let line = &self.text[row.clone()];
        let line = &line[..line.find(" #").unwrap_or(line.len())];
        let is_mark = |c: char| c.is_whitespace() || "-,[]{}()\"'".contains(c);
        let start = row.start + line.len() - line.trim_start_matches(is_mark).len();
        let text = line.trim_matches(is_mark);
        let reveals = match held.certainty {
            _ if held.whole => !values::is_reference(text),
            Certainty::Certain => values::reveals(text),
            Certainty::Doubtful => shown::is_mixed(text),
        };
        if !text.is_empty() && reveals {
            self.found.push(start..start + text.len());
        }
    }

    /// Options of a command that have their value in the next word: `--password x`.
    fn flags(&mut self, row: &Range<usize>) {
        let line = &self.text[row.clone()];
        for (at, _) in line.match_indices("--") {
            let rest = &line[at + 2..];
            let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
            let end = rest.bytes().take(LONGEST_KEY).take_while(in_name).count();
            let is_word = rest[end..].is_empty() || rest[end..].starts_with([' ', '"', '\'']);
            if !is_word || !keys::is_password(&rest[..end]) {
                continue;
            }
            let after = rest[end..].trim_start_matches([' ', '"', '\'', ',']);
            let length = after.find(|c: char| c.is_whitespace() || "\"',]".contains(c));
            let value = &after[..length.unwrap_or(after.len())];
            if value.is_empty() {
                self.flag = Some(Held::items(0));
            }
            if !value.starts_with('-') && values::reveals(value) {
                let start = row.end - after.len();
                self.found.push(start..start + value.len());
            }
        }
    }
}

/// The bytes before the first that is no blank. The mark of a comment counts as one.
pub(super) fn margin_of(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t', '#', '/']).len()
}

/// The path in a header of TOML.
fn header(line: &str) -> Option<&str> {
    line.trim().trim_start_matches('[').strip_suffix(']').filter(|_| line.starts_with('['))
}

/// For each line, whether its document is a secret of Kubernetes.
fn documents(text: &str, rows: &[Range<usize>]) -> Vec<bool> {
    let mut secrets = Vec::with_capacity(rows.len());
    let ends = |row: &Range<usize>| text[row.clone()].starts_with("---");
    for document in rows.chunk_by(|_, next| !ends(next)) {
        let is_secret = document.iter().any(|row| says_secret(&text[row.clone()]));
        secrets.extend(document.iter().map(|_| is_secret));
    }
    secrets
}

fn says_secret(line: &str) -> bool {
    let Some((_, after)) = line.split_once("kind") else { return false };
    let mut words = after.split(|c: char| !c.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    after.trim_start_matches(['"', ' ']).starts_with([':', '=']) && words.next() == Some("Secret")
}

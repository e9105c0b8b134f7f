//! Finds the position of each value: in quotes, in a block scalar, in a comment or bare.
//!
//! Follows YAML's grammar only as far as positions need it. Where readers disagree, a value counts
//! as bare, the position that allows the fewest values. Knows nothing of the values themselves.
//!
//! | mode | begins at | ends at |
//! | --- | --- | --- |
//! | `Start` | a document, `- `, `? `, `: `; in brackets `[`, `{`, `,` | the start of a node |
//! | `Anchor` | `&` | a character that its name cannot contain, or the end of the line |
//! | `Tag` | `!` | a blank, or the end of the line |
//! | `Plain` | any other character | `: `, a line indented too little; in brackets `,`, `]`, `}` |
//! | `Double`, `Single` | `"`, `'` | the same quote |
//! | `After` | the end of quotes or brackets | `: `, the end of the line; in brackets `,`, `]`, `}` |
//! | `Block` | the line after `\|` or `>` | a line indented too little |
//!
//! A document marker begins `Start`, except in quotes and blocks.

use super::block::{BLANKS, Block, indentation};
use super::context::{Edges, YamlContext, YamlContexts};
use super::plain_scalars::PlainScalars;
use crate::format::placeholders::PLACEHOLDER;

/// The positions of all placeholders of a text.
pub(super) fn contexts(text: &str) -> YamlContexts {
    let mut scanner = YamlScanner::default();
    for line in text.split('\n') {
        let kept = scanner.line(line);
        scanner.contexts.kept_ends.push(kept);
    }
    if let ScannerMode::Block(block) = scanner.mode {
        scanner.contexts.open_block = Some(block.chomping());
    }
    scanner.contexts.plain = scanner.plain.into_found();
    scanner.contexts
}

/// The first line, from 1, with more than `most` open `[` and `{`.
pub(super) fn too_deep(text: &str, most: usize) -> Option<usize> {
    let mut scanner = YamlScanner::default();
    let is_too_deep = |line| {
        scanner.line(line);
        scanner.deepest > most
    };
    text.split('\n').position(is_too_deep).map(|line| line + 1)
}

#[derive(Default)]
struct YamlScanner {
    contexts: YamlContexts,
    plain: PlainScalars,
    /// The number of lines begun.
    lines: usize,
    mode: ScannerMode,
    /// The number of open `[` and `{`.
    flow: usize,
    /// The largest number of open `[` and `{` so far.
    deepest: usize,
    /// The least indentation of further lines of the current entry.
    least: usize,
    /// The column on this line where a node begins that may be a key.
    node: Option<usize>,
    /// The block scalar that begins on the next line.
    announced: Option<Block>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum ScannerMode {
    /// The possible start of a node.
    #[default]
    Start,
    /// In an anchor, after which a node may begin.
    Anchor,
    /// In a tag, after which a node may begin.
    Tag,
    Plain,
    Double,
    Single,
    /// After a node that is complete.
    After,
    Block(Block),
}

impl YamlScanner {
    /// Scans a line; true if its end belongs to a scalar.
    fn line(&mut self, line: &str) -> bool {
        self.lines += 1;
        if let ScannerMode::Block(block) = &mut self.mode {
            if let Some(contexts) = block.line(line) {
                self.contexts.values.extend(contexts);
                return true;
            }
            self.mode = ScannerMode::Start;
            // A tab ended the block. Without it a reader continues the block.
            if line.trim_matches(BLANKS).is_empty() {
                return true;
            }
        }
        let mut at = self.begin_line(line);
        loop {
            at += self.run(&line[at..]);
            let Some(c) = line[at..].chars().next() else { break };
            at = self.step(line, at, c);
        }
        self.end_line(line)
    }

    /// Ends the modes that a new line ends, and skips a document marker.
    fn begin_line(&mut self, line: &str) -> usize {
        self.node = None;
        if matches!(self.mode, ScannerMode::Double | ScannerMode::Single) {
            return 0;
        }
        if (line.starts_with("---") || line.starts_with("..."))
            && is_blank(line[3..].chars().next())
        {
            (self.mode, self.flow, self.least) = (ScannerMode::Start, 0, 0);
            self.plain.close();
            return 3;
        }
        let indentation = indentation(line);
        if self.mode == ScannerMode::Plain {
            let text = line.trim();
            if self.flow == 0 && indentation < self.least && !text.is_empty() {
                self.mode = ScannerMode::Start;
                self.plain.close();
            } else if !(text.is_empty() || text.starts_with('#') || self.ends_scalar(text)) {
                self.plain.doubt();
            }
        }
        indentation
    }

    /// Returns true if a line begins with what ends a scalar in brackets.
    fn ends_scalar(&self, line: &str) -> bool {
        self.flow > 0 && line.starts_with([',', ']', '}'])
    }

    fn end_line(&mut self, line: &str) -> bool {
        if self.mode == ScannerMode::Plain {
            self.plain.end_at(line, line.len());
        }
        if let Some(block) = self.announced.take() {
            self.mode = ScannerMode::Block(block);
        } else if matches!(self.mode, ScannerMode::Anchor | ScannerMode::Tag)
            || self.mode == ScannerMode::After && self.flow == 0
        {
            self.mode = ScannerMode::Start;
        }
        matches!(self.mode, ScannerMode::Double | ScannerMode::Single)
    }

    /// The number of bytes at the start of a text that cannot change the mode.
    fn run(&self, text: &str) -> usize {
        let is_inert = |byte: &u8| match self.mode {
            ScannerMode::Plain => {
                byte.is_ascii() && !matches!(byte, b'#' | b':' | b',' | b'[' | b']' | b'{' | b'}')
            }
            ScannerMode::Double => byte.is_ascii() && !matches!(byte, b'"' | b'\\'),
            _ => false,
        };
        text.as_bytes().iter().take_while(|byte| is_inert(byte)).count()
    }

    /// Reads the character at a byte of a line, and returns the start of the next step.
    fn step(&mut self, line: &str, at: usize, c: char) -> usize {
        match self.mode {
            ScannerMode::Double => self.in_double(line, at, c),
            ScannerMode::Single => self.in_single(line, at, c),
            _ => self.outside(line, at, c),
        }
    }

    fn in_double(&mut self, line: &str, at: usize, c: char) -> usize {
        let next = line[at + c.len_utf8()..].chars().next();
        match (c, next) {
            ('\\', Some(PLACEHOLDER)) => {
                self.contexts.values.push(YamlContext::AfterBackslash);
                return at + 1 + PLACEHOLDER.len_utf8();
            }
            ('\\', Some(escaped)) => return at + 1 + escaped.len_utf8(),
            ('"', _) => self.mode = ScannerMode::After,
            (PLACEHOLDER, _) => self.contexts.values.push(YamlContext::Double(edges(line, at))),
            _ => {}
        }
        at + c.len_utf8()
    }

    fn in_single(&mut self, line: &str, at: usize, c: char) -> usize {
        match c {
            '\'' if line[at..].starts_with("''") => return at + 2,
            '\'' => self.mode = ScannerMode::After,
            PLACEHOLDER => self.contexts.values.push(YamlContext::Single(edges(line, at))),
            _ => {}
        }
        at + c.len_utf8()
    }

    /// Reads a character outside quotes and blocks.
    fn outside(&mut self, line: &str, at: usize, c: char) -> usize {
        let after = at + c.len_utf8();
        let next = line[after..].chars().next();
        let in_flow = self.flow > 0;
        // Some readers end an anchor at the first character that others take for a part of its name.
        if self.mode == ScannerMode::Anchor && c != PLACEHOLDER && !is_of_a_name(c) {
            let is_end = BLANKS.contains(&c);
            self.mode = if is_end { ScannerMode::Start } else { ScannerMode::Plain };
        }
        match c {
            '#' if is_blank(line[..at].chars().next_back()) => return self.comment(line, at),
            PLACEHOLDER => {
                let whole = self.mode == ScannerMode::Start && self.is_end(&line[after..]);
                self.begin_node(at, ScannerMode::Plain);
                let scalar = self.plain.value(in_flow);
                let plain = scalar.map(|scalar| YamlContext::Plain { whole, scalar });
                self.contexts.values.push(plain.unwrap_or(YamlContext::Bare));
            }
            ' ' | '\t' if self.mode == ScannerMode::Tag => self.mode = ScannerMode::Start,
            ' ' | '\t' => {}
            ',' if in_flow => {
                self.end_scalar(line, at);
                self.mode = ScannerMode::Start;
            }
            ']' | '}' if in_flow => {
                self.end_scalar(line, at);
                (self.flow, self.mode) = (self.flow - 1, ScannerMode::After);
            }
            '[' | '{' if in_flow || self.mode == ScannerMode::Start => {
                self.plain.close();
                self.begin_node(at, ScannerMode::Start);
                self.flow += 1;
                self.deepest = self.deepest.max(self.flow);
            }
            ':' if self.is_colon(next) => self.colon(line, at),
            _ if self.mode == ScannerMode::Start => return self.start(line, at, c),
            _ => {}
        }
        after
    }

    /// Reads the first character of a node, or an indicator before one.
    fn start(&mut self, line: &str, at: usize, c: char) -> usize {
        let after = at + c.len_utf8();
        match c {
            // In brackets, a question mark needs no blank after it.
            '?' if self.flow > 0 => {}
            '-' | '?' if is_blank(line[after..].chars().next()) => {
                if self.flow == 0 {
                    self.least = at + 1;
                }
            }
            '"' => self.begin_node(at, ScannerMode::Double),
            '\'' => self.begin_node(at, ScannerMode::Single),
            '&' => self.begin_node(at, ScannerMode::Anchor),
            '!' => self.begin_node(at, ScannerMode::Tag),
            '|' | '>' if self.flow == 0 => {
                self.announced = Block::announced(&line[at..], self.least);
                if self.announced.is_some() {
                    return self.comment(line, at);
                }
                self.begin_node(at, ScannerMode::Plain);
            }
            _ => self.begin_node(at, ScannerMode::Plain),
        }
        after
    }

    fn begin_node(&mut self, at: usize, mode: ScannerMode) {
        self.node.get_or_insert(at);
        if (self.mode, mode) == (ScannerMode::Start, ScannerMode::Plain) {
            self.plain.begin(self.lines - 1, at);
        }
        self.mode = mode;
    }

    /// Reads the colon between a key and its value.
    fn colon(&mut self, line: &str, at: usize) {
        if self.flow == 0 {
            self.least = self.node.unwrap_or(at) + 1;
            self.plain.is_key();
        }
        self.end_scalar(line, at);
        self.mode = ScannerMode::Start;
    }

    fn end_scalar(&mut self, line: &str, at: usize) {
        self.plain.end_at(line, at);
        self.plain.close();
    }

    /// Reads the rest of a line, which contains at most a comment.
    fn comment(&mut self, line: &str, at: usize) -> usize {
        self.plain.end_at(line, at);
        let values = line[at..].matches(PLACEHOLDER).map(|_| YamlContext::Comment);
        self.contexts.values.extend(values);
        line.len()
    }

    /// Returns true if a colon before this character separates a key from its value.
    fn is_colon(&self, next: Option<char>) -> bool {
        match self.mode {
            ScannerMode::Plain => is_blank(next),
            // In brackets, neither a quoted nor a missing key needs a blank after the colon.
            ScannerMode::Start | ScannerMode::After => is_blank(next) || self.flow > 0,
            _ => false,
        }
    }

    /// Returns true if every reader ends a node here, before the rest of a line.
    fn is_end(&self, rest: &str) -> bool {
        let tail = rest.trim_start_matches(BLANKS);
        let mut chars = tail.chars();
        match chars.next() {
            None => true,
            Some('#') => tail.len() < rest.len(),
            Some(':') => is_blank(chars.next()),
            Some(',' | ']' | '}') => self.flow > 0,
            Some(_) => false,
        }
    }
}

fn edges(line: &str, at: usize) -> Edges {
    let (before, rest) = line.split_at(at);
    let is_blank = |text: &str| text.trim_matches(BLANKS).is_empty();
    let end = is_blank(&rest[PLACEHOLDER.len_utf8()..]);
    Edges { start: is_blank(before), end, alone: false }
}

/// Returns true if the name of an anchor can contain a character in YAML 1.1.
fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// Returns true if a character is a blank or the edge of a line.
fn is_blank(c: Option<char>) -> bool {
    c.is_none_or(|c| BLANKS.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `@` is a value. A position is written as its name, with a bar for an edge.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let contexts = contexts(&text.replace('@', &PLACEHOLDER.to_string()));
        let shown: Vec<String> = contexts.values.iter().map(shown).collect();
        assert_eq!(shown.join(" "), expected, "{text:?}");
    }

    fn shown(context: &YamlContext) -> String {
        let edged = |name: &str, edges: &Edges| {
            let bar = |edge| if edge { "|" } else { "" };
            format!("{}{name}{}", bar(edges.start), bar(edges.end))
        };
        match context {
            YamlContext::Plain { whole: true, .. } => "whole".to_owned(),
            YamlContext::Plain { whole: false, .. } => "plain".to_owned(),
            YamlContext::Bare => "bare".to_owned(),
            YamlContext::Double(edges) => edged("double", edges),
            YamlContext::Single(edges) => edged("single", edges),
            YamlContext::Block(edges) => edged("block", edges),
            YamlContext::AfterBackslash => "backslash".to_owned(),
            YamlContext::Comment => "comment".to_owned(),
        }
    }

    #[test]
    fn quotes_open_where_a_node_begins() {
        check("\"@\"", "double");
        check("a: '@'", "single");
        check("- \"@\": \"@\"", "double double");
        check("- - '@'", "single");
        check("? \"@\"\n: '@'", "double single");
        check("a: &x \"@\"\nb: !!str '@'", "double single");
        check("a:\n  \"@\"", "double");
        check("--- \"@\"", "double");
        check("&x?y [ \"@\"]", "bare");
        check("&x-1_y [ \"@\"]", "double");
        check("&x.y b@", "bare");
        check("&x b@", "plain");
        check("[&x, '@']", "single");
    }

    #[test]
    fn quotes_inside_plain_text_are_text() {
        check("a: it's @", "plain");
        check("a: b \"@\"", "plain");
        check("-'@'", "plain");
        check("a:'@'", "plain");
        check("a: b\n  \"@\"", "plain");
        check("a: b\n\"@\": c", "double");
        check("- a: b\n   '@'", "plain");
        check("- a: b\n  '@': c", "single");
        check("&x a: b\n  '@'", "plain");
        check("a: [b\n'@']", "plain");
        check("a: b # c\n  '@'", "plain");
    }

    #[test]
    fn quotes_close_at_their_own_kind() {
        check("a: 'it''s @' # @", "single comment");
        check("a: \"\\\"@\" # @", "double comment");
        check("a: \"'@\" # @", "double comment");
        check("a: 'b'@", "bare");
        check("a: \"\\@\"", "backslash");
        check("a: \"\\\\@\"", "double");
    }

    #[test]
    fn the_edge_of_a_line_inside_quotes_is_known() {
        check("a: \"@\n  @ @\n  @\"", "double| |double double| |double");
        check("a: 'b @  \n  @ c'", "single| |single");
        check("a: '\n  @\n  '", "|single|");
    }

    #[test]
    fn comments_begin_behind_a_blank() {
        check("# @", "comment");
        check("a: b # @ \"@\"", "comment comment");
        check("a: b#@", "plain");
        check("a: \"b\" # '@", "comment");
        check("a: | # @\n  @", "comment |block");
        check("[ # @\n  @ ]", "comment whole");
    }

    #[test]
    fn a_block_ends_where_its_indentation_ends() {
        check("a: |\n  @\n  '@\nb: '@'", "|block block single");
        check("a: |\n\n  b @\n\n  # @\n# @", "block block comment");
        check("- |-\n  b\n   @\n- '@'", "block single");
        check("- a: >2+\n    b\n    @\n  c: '@'", "|block single");
        check("a:\n  - |\n   b\n   @\n  - '@'", "block single");
        check("a: |2\n    @\n  @", "block block");
        check("a: |\n@", "whole");
        check("--- |\n@", "whole");
        check("a: |\n     \n  @", "whole");
        check("a: |\n    b\n  @", "whole");
        check("a: |b\n  @", "plain");
        check("a: | \"@\"", "plain");
        check("--- |\n @\n--- '@'", "|block single");
        check("a: [b]\nc: |\n  @", "|block");
        check("a: {b: c}\nd: |\n  @", "|block");
    }

    #[test]
    fn a_whole_node_is_alone() {
        check("@", "whole");
        check("a: @", "whole");
        check("a: @ # b", "whole");
        check("@: @", "whole whole");
        check("- @\n- [@, @]\n- { @: @ }", "whole whole whole whole whole");
        check("a: @ b", "plain");
        check("a: b @", "plain");
        check("a: b@", "plain");
        check("a: @b", "plain");
        check("a: @@", "plain plain");
        check("a: @, b", "plain");
        check("a: @#b", "plain");
        check("a:@", "plain");
        check("@:b", "plain");
        check("&@ a", "bare");
    }

    /// `|` is where a plain scalar begins or ends, `+` where it continues on the next line.
    #[track_caller]
    fn check_scalars(text: &str, expected: &[&str]) {
        let contexts = contexts(&text.replace('@', &PLACEHOLDER.to_string()));
        let lines: Vec<String> =
            text.split('\n').map(|line| line.replace('@', &PLACEHOLDER.to_string())).collect();
        let shown = contexts.plain.iter().map(|scalar| match scalar.is_unclear {
            true => "+".to_owned(),
            false => lines[scalar.line][scalar.range.clone()].replace(PLACEHOLDER, "@"),
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected, "{text:?}");
    }

    #[test]
    fn the_ends_of_plain_scalars_are_known() {
        check_scalars("a: b@c d # e", &["b@c d"]);
        check_scalars("a: b@c#d  ", &["b@c#d"]);
        check_scalars("@a : @", &["@a", "@"]);
        check_scalars("- - @-@: b@:c", &["@-@", "b@:c"]);
        check_scalars("a: [b@ , c d@] # @", &["b@", "c d@"]);
        check_scalars("a: { b@: c@, 'd': e@ }", &["b@", "c@", "e@"]);
        check_scalars("a: @\n\n# c\nb: @", &["@", "@"]);
        check_scalars("a: @\n  b\nc: @", &["+", "@"]);
        check_scalars("a: @ # d\n  b", &["+"]);
        check_scalars("a:\n  b\n  c@", &["+"]);
        check_scalars("a: [b@\n, c]", &["b@"]);
        check_scalars("a: [b\n c@]", &["+"]);
        check_scalars("- @\n- !t &x b@", &["@", "b@"]);
        check_scalars("---\n@\n---\n@a\n", &["@", "@a"]);
        check_scalars("a: ${{ b.@ }}", &["${{ b.@ }}"]);
    }

    #[test]
    fn brackets_are_followed_over_lines() {
        check("a: [\n  \"@\",\n  '@' ]\nb: '@'", "double single single");
        check("a: { b: '@', \"c\":\"@\", d: [\"@\"] } # @", "single double double comment");
        check("a: [b, it's @]", "plain");
        check("a: b, [\"@\"]", "plain");
        check("a: {?'@': b, :'@', c:'@'}", "single single plain");
        check("a: ?'@'", "plain");
    }

    #[test]
    fn blanks_at_the_end_of_a_line_are_kept_where_they_are_text() {
        let kept = |text| contexts(text).kept_ends;
        assert_eq!(kept("a: b \nc: \"d \n  e\" "), [false, true, false]);
        assert_eq!(kept("a: | \n  b \n  \nc "), [false, true, true, false]);
        assert_eq!(kept("a: |\n  b\n\t\n  c "), [false, true, true, false]);
    }
}

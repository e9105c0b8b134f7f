//! Where the values of a text template stand: in quotes, in a block of text, in a comment or bare.
//!
//! Follows YAML's scanner only as far as that takes. Where readers could disagree, a value counts
//! as bare, which admits the fewest. Knows nothing of the values themselves.

use super::block::{BLANKS, Block, indentation};
use crate::format::placeholders::VALUE;

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Outside quotes, blocks and comments; `whole` where the value is a node of its own.
    Bare {
        whole: bool,
    },
    Double(Edges),
    Single(Edges),
    /// In a block scalar.
    Block(Edges),
    /// In double quotes after a backslash, which would take the value's first character with it.
    AfterBackslash,
    Comment,
}

/// The sides on which a reader drops blanks, or gives them a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Edges {
    pub start: bool,
    pub end: bool,
    /// Whether nothing but values stands on a line of a block: at the block's end a reader drops the
    /// line where they are empty.
    pub alone: bool,
}

/// What a template's output looks like around its values.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// For every value where it stands.
    pub values: Vec<Place>,
    /// For every line whether its end belongs to a scalar, so that blanks there are text.
    pub kept_ends: Vec<bool>,
}

/// Finds the places of all values in an outline.
pub(super) fn places(outline: &str) -> Places {
    let mut scanner = Scanner::default();
    for line in outline.split('\n') {
        let kept = scanner.line(line);
        scanner.places.kept_ends.push(kept);
    }
    scanner.places
}

/// The first line, from 1, on which more than `most` of `[` and `{` are open.
pub(super) fn too_deep(text: &str, most: usize) -> Option<usize> {
    let mut scanner = Scanner::default();
    let is_too_deep = |line| {
        scanner.line(line);
        scanner.deepest > most
    };
    text.split('\n').position(is_too_deep).map(|line| line + 1)
}

#[derive(Default)]
struct Scanner {
    places: Places,
    mode: Mode,
    /// How many `[` and `{` are open.
    flow: usize,
    /// How many ever were.
    deepest: usize,
    /// Lines indented by fewer blanks do not belong to the entry that began last.
    least: usize,
    /// Where on this line the node began that may turn out to be a key.
    node: Option<usize>,
    /// The block scalar that begins on the next line.
    announced: Option<Block>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Mode {
    /// A node may begin here.
    #[default]
    Start,
    /// In an anchor, after which a node may begin.
    Anchor,
    /// In a tag, after which a node may begin.
    Tag,
    Plain,
    Double,
    Single,
    /// Behind a node that cannot go on.
    After,
    Block(Block),
}

impl Scanner {
    /// Scans a line; true if its end belongs to a scalar.
    fn line(&mut self, line: &str) -> bool {
        if let Mode::Block(block) = &mut self.mode {
            if let Some(places) = block.line(line) {
                self.places.values.extend(places);
                return true;
            }
            self.mode = Mode::Start;
            // A tab has ended the block. Without it readers would go on.
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
        self.end_line()
    }

    /// Ends what a new line ends, and passes a document marker.
    fn begin_line(&mut self, line: &str) -> usize {
        self.node = None;
        if matches!(self.mode, Mode::Double | Mode::Single) {
            return 0;
        }
        if (line.starts_with("---") || line.starts_with("..."))
            && is_blank(line[3..].chars().next())
        {
            (self.mode, self.flow, self.least) = (Mode::Start, 0, 0);
            return 3;
        }
        let indentation = indentation(line);
        let is_indented = indentation >= self.least || line.trim().is_empty();
        if self.mode == Mode::Plain && self.flow == 0 && !is_indented {
            self.mode = Mode::Start;
        }
        indentation
    }

    fn end_line(&mut self) -> bool {
        if let Some(block) = self.announced.take() {
            self.mode = Mode::Block(block);
        } else if matches!(self.mode, Mode::Anchor | Mode::Tag)
            || self.mode == Mode::After && self.flow == 0
        {
            self.mode = Mode::Start;
        }
        matches!(self.mode, Mode::Double | Mode::Single)
    }

    /// How many bytes at the start of a text go on with what stands before them and mean nothing.
    fn run(&self, text: &str) -> usize {
        let goes_on = |byte: &u8| match self.mode {
            Mode::Plain => {
                byte.is_ascii() && !matches!(byte, b'#' | b':' | b',' | b'[' | b']' | b'{' | b'}')
            }
            Mode::Double => byte.is_ascii() && !matches!(byte, b'"' | b'\\'),
            _ => false,
        };
        text.as_bytes().iter().take_while(|byte| goes_on(byte)).count()
    }

    /// Takes what stands at a byte of a line, and returns where the next step begins.
    fn step(&mut self, line: &str, at: usize, c: char) -> usize {
        match self.mode {
            Mode::Double => self.in_double(line, at, c),
            Mode::Single => self.in_single(line, at, c),
            _ => self.outside(line, at, c),
        }
    }

    fn in_double(&mut self, line: &str, at: usize, c: char) -> usize {
        let next = line[at + c.len_utf8()..].chars().next();
        match (c, next) {
            ('\\', Some(VALUE)) => {
                self.places.values.push(Place::AfterBackslash);
                return at + 1 + VALUE.len_utf8();
            }
            ('\\', Some(escaped)) => return at + 1 + escaped.len_utf8(),
            ('"', _) => self.mode = Mode::After,
            (VALUE, _) => self.places.values.push(Place::Double(edges(line, at))),
            _ => {}
        }
        at + c.len_utf8()
    }

    fn in_single(&mut self, line: &str, at: usize, c: char) -> usize {
        match c {
            '\'' if line[at..].starts_with("''") => return at + 2,
            '\'' => self.mode = Mode::After,
            VALUE => self.places.values.push(Place::Single(edges(line, at))),
            _ => {}
        }
        at + c.len_utf8()
    }

    /// Takes a character outside quotes and blocks.
    fn outside(&mut self, line: &str, at: usize, c: char) -> usize {
        let after = at + c.len_utf8();
        let next = line[after..].chars().next();
        let in_flow = self.flow > 0;
        // Readers end an anchor at whatever its name cannot hold.
        if self.mode == Mode::Anchor && c != VALUE && !is_of_a_name(c) {
            self.mode = Mode::Start;
        }
        match c {
            '#' if is_blank(line[..at].chars().next_back()) => return self.comment(line, at),
            VALUE => {
                let whole = self.mode == Mode::Start && self.is_end(&line[after..]);
                self.places.values.push(Place::Bare { whole });
                self.begin_node(at, Mode::Plain);
            }
            ' ' | '\t' if self.mode == Mode::Tag => self.mode = Mode::Start,
            ' ' | '\t' => {}
            ',' if in_flow => self.mode = Mode::Start,
            ']' | '}' if in_flow => (self.flow, self.mode) = (self.flow - 1, Mode::After),
            '[' | '{' if in_flow || self.mode == Mode::Start => {
                self.begin_node(at, Mode::Start);
                self.flow += 1;
                self.deepest = self.deepest.max(self.flow);
            }
            ':' if self.is_colon(next) => self.colon(at),
            _ if self.mode == Mode::Start => return self.start(line, at, c),
            _ => {}
        }
        after
    }

    /// Takes the first character of a node, or an indicator in front of one.
    fn start(&mut self, line: &str, at: usize, c: char) -> usize {
        let after = at + c.len_utf8();
        match c {
            // In brackets, a question mark needs no blank.
            '?' if self.flow > 0 => {}
            '-' | '?' if is_blank(line[after..].chars().next()) => {
                if self.flow == 0 {
                    self.least = at + 1;
                }
            }
            '"' => self.begin_node(at, Mode::Double),
            '\'' => self.begin_node(at, Mode::Single),
            '&' => self.begin_node(at, Mode::Anchor),
            '!' => self.begin_node(at, Mode::Tag),
            '|' | '>' if self.flow == 0 => {
                self.announced = Block::announced(&line[at..], self.least);
                if self.announced.is_some() {
                    return self.comment(line, at);
                }
                self.begin_node(at, Mode::Plain);
            }
            _ => self.begin_node(at, Mode::Plain),
        }
        after
    }

    fn begin_node(&mut self, at: usize, mode: Mode) {
        self.node.get_or_insert(at);
        self.mode = mode;
    }

    /// Takes the colon between a key and its value.
    fn colon(&mut self, at: usize) {
        if self.flow == 0 {
            self.least = self.node.unwrap_or(at) + 1;
        }
        self.mode = Mode::Start;
    }

    /// Takes the rest of a line, which nothing but a comment begins on.
    fn comment(&mut self, line: &str, at: usize) -> usize {
        let values = line[at..].matches(VALUE).map(|_| Place::Comment);
        self.places.values.extend(values);
        line.len()
    }

    /// Whether a colon with this character behind it separates a key from its value.
    fn is_colon(&self, next: Option<char>) -> bool {
        match self.mode {
            Mode::Plain => is_blank(next),
            // In brackets, a key in quotes needs no blank, nor does one that is missing.
            Mode::Start | Mode::After => is_blank(next) || self.flow > 0,
            _ => false,
        }
    }

    /// Whether a node that ends here, before the rest of a line, ends in the eyes of a reader too.
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
    let end = is_blank(&rest[VALUE.len_utf8()..]);
    Edges { start: is_blank(before), end, alone: false }
}

/// Whether the name of an anchor may hold a character, to readers of YAML 1.1.
fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether a character is a blank or the edge of a line.
fn is_blank(c: Option<char>) -> bool {
    c.is_none_or(|c| BLANKS.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value is written `@`; a place by its name, an edge by a bar.
    #[track_caller]
    fn check(outline: &str, expected: &str) {
        let places = places(&outline.replace('@', &VALUE.to_string()));
        let shown: Vec<String> = places.values.iter().map(shown).collect();
        assert_eq!(shown.join(" "), expected, "{outline:?}");
    }

    fn shown(place: &Place) -> String {
        let edged = |name: &str, edges: &Edges| {
            let bar = |edge| if edge { "|" } else { "" };
            format!("{}{name}{}", bar(edges.start), bar(edges.end))
        };
        match place {
            Place::Bare { whole: true } => "whole".to_owned(),
            Place::Bare { whole: false } => "bare".to_owned(),
            Place::Double(edges) => edged("double", edges),
            Place::Single(edges) => edged("single", edges),
            Place::Block(edges) => edged("block", edges),
            Place::AfterBackslash => "backslash".to_owned(),
            Place::Comment => "comment".to_owned(),
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
        check("[&x, '@']", "single");
    }

    #[test]
    fn quotes_inside_plain_text_are_text() {
        check("a: it's @", "bare");
        check("a: b \"@\"", "bare");
        check("-'@'", "bare");
        check("a:'@'", "bare");
        check("a: b\n  \"@\"", "bare");
        check("a: b\n\"@\": c", "double");
        check("- a: b\n   '@'", "bare");
        check("- a: b\n  '@': c", "single");
        check("&x a: b\n  '@'", "bare");
        check("a: [b\n'@']", "bare");
        check("a: b # c\n  '@'", "bare");
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
        check("a: b#@", "bare");
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
        check("a: |b\n  @", "bare");
        check("a: | \"@\"", "bare");
        check("--- |\n @\n--- '@'", "|block single");
        check("a: [b]\nc: |\n  @", "|block");
        check("a: {b: c}\nd: |\n  @", "|block");
    }

    #[test]
    fn a_whole_node_stands_alone() {
        check("@", "whole");
        check("a: @", "whole");
        check("a: @ # b", "whole");
        check("@: @", "whole whole");
        check("- @\n- [@, @]\n- { @: @ }", "whole whole whole whole whole");
        check("a: @ b", "bare");
        check("a: b @", "bare");
        check("a: b@", "bare");
        check("a: @b", "bare");
        check("a: @@", "bare bare");
        check("a: @, b", "bare");
        check("a: @#b", "bare");
        check("a:@", "bare");
        check("@:b", "bare");
        check("&@ a", "bare");
    }

    #[test]
    fn brackets_are_followed_over_lines() {
        check("a: [\n  \"@\",\n  '@' ]\nb: '@'", "double single single");
        check("a: { b: '@', \"c\":\"@\", d: [\"@\"] } # @", "single double double comment");
        check("a: [b, it's @]", "bare");
        check("a: b, [\"@\"]", "bare");
        check("a: {?'@': b, :'@', c:'@'}", "single single bare");
        check("a: ?'@'", "bare");
    }

    #[test]
    fn blanks_at_the_end_of_a_line_are_kept_where_they_are_text() {
        let kept = |outline| places(outline).kept_ends;
        assert_eq!(kept("a: b \nc: \"d \n  e\" "), [false, true, false]);
        assert_eq!(kept("a: | \n  b \n  \nc "), [false, true, true, false]);
        assert_eq!(kept("a: |\n  b\n\t\n  c "), [false, true, true, false]);
    }
}

//! Shell code that a page shows: where in it a value stands, and how it is written there.
//!
//! Knows the quotes, comments, substitutions and here-documents of POSIX shells as far as a value
//! could break out of its word. A value that holds a line break never comes here.

use super::placeholders::VALUE;

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Outside of quotes, where a blank would end the word.
    Word,
    Single,
    Double,
    Comment,
    /// Where what a value means depends on more than quotes.
    Unclear,
}

/// What was opened and is not yet closed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Single,
    Double,
    /// A command in parentheses.
    Command,
    /// Something that ends at this character, in which no value may stand.
    Unclear(char),
}

#[derive(Default)]
pub struct Scanner {
    /// The innermost last.
    open: Vec<Open>,
    /// The words that end the here-documents to come, or the one that is being read.
    documents: Vec<String>,
}

impl Scanner {
    /// The places of a line's values.
    pub fn line(&mut self, line: &str) -> Vec<Place> {
        if let Some(end) = self.documents.first() {
            if line.trim_start_matches('\t') == end {
                self.documents.remove(0);
            }
            return line.matches(VALUE).map(|_| Place::Unclear).collect();
        }
        let mut places = Vec::new();
        let mut before = ' ';
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            let open = self.open.last().copied();
            if c == VALUE {
                places.push(place(open, before));
            } else if c == '\\' && open != Some(Open::Single) {
                let escaped = rest.chars().next();
                places.extend(escaped.filter(|c| *c == VALUE).map(|_| Place::Unclear));
                rest = &rest[escaped.map_or(0, char::len_utf8)..];
            } else if c == '#' && is_code(open) && " \t;&|(".contains(before) {
                places.extend(rest.matches(VALUE).map(|_| Place::Comment));
                break;
            } else if c == '<' && is_code(open) && rest.starts_with('<') {
                rest = self.document(&rest[1..]);
            } else {
                self.quote(open, before, c);
            }
            before = c;
        }
        places
    }

    /// Opens or closes what a character opens or closes.
    fn quote(&mut self, open: Option<Open>, before: char, c: char) {
        let opened = match (open, c) {
            (Some(Open::Single), '\'') | (Some(Open::Double), '"') | (Some(Open::Command), ')') => {
                self.open.pop();
                return;
            }
            (Some(Open::Unclear(end)), c) if c == end => {
                self.open.pop();
                return;
            }
            (Some(Open::Single | Open::Unclear(_)), _) => return,
            (_, '`') => Open::Unclear('`'),
            (_, '{') if before == '$' => Open::Unclear('}'),
            (_, '(') if before == '$' => Open::Command,
            (Some(Open::Double), _) => return,
            (_, '\'') if before == '$' => Open::Unclear('\''),
            (_, '\'') => Open::Single,
            (_, '"') => Open::Double,
            (Some(Open::Command), '(') => Open::Command,
            _ => return,
        };
        self.open.push(opened);
    }

    /// What follows a here-document's beginning; its lines come after this one.
    fn document<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(rest) = rest.strip_prefix('<') {
            return rest;
        }
        let word = rest.trim_start_matches(['-', ' ']);
        let length = word.find([' ', ';', '|', '&', ')', '>', '<']).unwrap_or(word.len());
        self.documents.push(word[..length].replace(['\'', '"', '\\'], ""));
        &word[length..]
    }
}

fn is_code(open: Option<Open>) -> bool {
    matches!(open, None | Some(Open::Command))
}

fn place(open: Option<Open>, before: char) -> Place {
    match open {
        Some(Open::Single) => Place::Single,
        // Behind a dollar sign it would be the name of a variable.
        _ if before == '$' => Place::Unclear,
        Some(Open::Double) => Place::Double,
        Some(Open::Unclear(_)) => Place::Unclear,
        None | Some(Open::Command) => Place::Word,
    }
}

/// Writes a value so that the shell reads it as it is; `None` where that cannot be said.
pub fn push(out: &mut String, text: &str, place: Place) -> Option<()> {
    match place {
        Place::Word if !text.is_empty() && text.chars().all(is_plain) => out.push_str(text),
        Place::Word => {
            out.push('\'');
            push(out, text, Place::Single)?;
            out.push('\'');
        }
        Place::Single => out.push_str(&text.replace('\'', "'\\''")),
        Place::Double => {
            for c in text.chars() {
                match c {
                    '\\' | '"' | '$' | '`' => out.extend(['\\', c]),
                    // At a prompt it would call up an earlier command, behind a backslash too.
                    '!' => out.push_str("\"'!'\""),
                    _ => out.push(c),
                }
            }
        }
        Place::Comment => out.push_str(text),
        Place::Unclear => return None,
    }
    Some(())
}

/// No character that means more than itself to any shell.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `code` has `@` for each value.
    #[track_caller]
    fn check(code: &str, expected: &[Place]) {
        let code = code.replace('@', &VALUE.to_string());
        let mut scanner = Scanner::default();
        let places: Vec<Place> = code.lines().flat_map(|line| scanner.line(line)).collect();
        assert_eq!(places, expected, "{code}");
    }

    #[test]
    fn a_value_knows_the_quotes_around_it() {
        use Place::{Comment, Double, Single, Unclear, Word};
        check("a @ b=@", &[Word, Word]);
        check("a '@' \"@\" @", &[Single, Double, Word]);
        check("a 'it'\"'@'\" '\"@' \\'@", &[Double, Single, Word]);
        check("a \"$(b @ '@' \"@\" (c) @)@\" @", &[Word, Single, Double, Word, Double, Word]);
        check("a '\n@\n' @", &[Single, Word]);
        check("a # it's @\nb#@ '#@'", &[Comment, Word, Single]);
        check("a ${b:-@} $'@' `c @` $@ \"$@\" \\@", &[Unclear; 6]);
        check("a ${b} $'c' `d` \\\\@", &[Word]);
        check("a <<END\n'@\nEND\n@", &[Unclear, Word]);
        check("a <<-'END' @ | b <<B\n@\n\tEND\n@\nB\n@", &[Word, Unclear, Unclear, Word]);
        check("a <<<\"$(b)\" @ <<< @", &[Word, Word]);
    }

    #[test]
    fn what_is_plain_stays_plain() {
        let mut out = String::new();
        let arn = "arn:aws:iam::411706531007:role/deploy";
        push(&mut out, arn, Place::Word).unwrap();
        assert_eq!(out, arn);
    }
}

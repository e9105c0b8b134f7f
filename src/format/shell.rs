//! Values in shell code: their positions, and how each position escapes them.
//!
//! Knows the quotes, comments, substitutions and here-documents of POSIX shells as far as a value
//! could break out of its word. Values must not contain line breaks.

use super::placeholders::PLACEHOLDER;

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShellContext {
    /// Outside quotes, where a blank ends the word.
    Word,
    Single,
    Double,
    Comment,
    /// A position where quotes alone do not determine the meaning of a value.
    Unclear,
}

/// A construct around a position.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ShellNesting {
    Single,
    Double,
    /// A command in parentheses.
    Command,
    /// A construct that ends at this character and allows no value.
    Unclear(char),
}

#[derive(Default)]
pub(super) struct ShellScanner {
    /// The open constructs, the innermost last.
    open: Vec<ShellNesting>,
    /// The delimiters of the current here-document and of those after it.
    documents: Vec<String>,
}

impl ShellScanner {
    /// The positions of the values on a line.
    pub(super) fn line(&mut self, line: &str) -> Vec<ShellContext> {
        if let Some(end) = self.documents.first() {
            if line.trim_start_matches('\t') == end {
                self.documents.remove(0);
            }
            return line.matches(PLACEHOLDER).map(|_| ShellContext::Unclear).collect();
        }
        let mut contexts = Vec::new();
        let mut before = ' ';
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            let open = self.open.last().copied();
            if c == PLACEHOLDER {
                contexts.push(context(open, before));
            } else if c == '\\' && open != Some(ShellNesting::Single) {
                let escaped = rest.chars().next();
                contexts
                    .extend(escaped.filter(|c| *c == PLACEHOLDER).map(|_| ShellContext::Unclear));
                rest = &rest[escaped.map_or(0, char::len_utf8)..];
            } else if c == '#' && is_code(open) && " \t;&|(".contains(before) {
                contexts.extend(rest.matches(PLACEHOLDER).map(|_| ShellContext::Comment));
                break;
            } else if c == '<' && is_code(open) && rest.starts_with('<') {
                rest = self.document(&rest[1..]);
            } else {
                self.quote(open, before, c);
            }
            before = c;
        }
        contexts
    }

    /// Opens or closes the construct that a character delimits.
    fn quote(&mut self, open: Option<ShellNesting>, before: char, c: char) {
        let opened = match (open, c) {
            (Some(ShellNesting::Single), '\'')
            | (Some(ShellNesting::Double), '"')
            | (Some(ShellNesting::Command), ')') => {
                self.open.pop();
                return;
            }
            (Some(ShellNesting::Unclear(end)), c) if c == end => {
                self.open.pop();
                return;
            }
            (Some(ShellNesting::Single | ShellNesting::Unclear(_)), _) => return,
            (_, '`') => ShellNesting::Unclear('`'),
            (_, '{') if before == '$' => ShellNesting::Unclear('}'),
            (_, '(') if before == '$' => ShellNesting::Command,
            (Some(ShellNesting::Double), _) => return,
            (_, '\'') if before == '$' => ShellNesting::Unclear('\''),
            (_, '\'') => ShellNesting::Single,
            (_, '"') => ShellNesting::Double,
            (Some(ShellNesting::Command), '(') => ShellNesting::Command,
            _ => return,
        };
        self.open.push(opened);
    }

    /// The rest of a line after the start of a here-document, whose own lines come next.
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

fn is_code(open: Option<ShellNesting>) -> bool {
    matches!(open, None | Some(ShellNesting::Command))
}

fn context(open: Option<ShellNesting>, before: char) -> ShellContext {
    match open {
        Some(ShellNesting::Single) => ShellContext::Single,
        // After a dollar sign it would be the name of a variable.
        _ if before == '$' => ShellContext::Unclear,
        Some(ShellNesting::Double) => ShellContext::Double,
        Some(ShellNesting::Unclear(_)) => ShellContext::Unclear,
        None | Some(ShellNesting::Command) => ShellContext::Word,
    }
}

/// Writes a value so that the shell reads it unchanged; `None` if no way to write it is known.
pub(super) fn push(out: &mut String, text: &str, context: ShellContext) -> Option<()> {
    match context {
        ShellContext::Word if !text.is_empty() && text.chars().all(is_plain) => out.push_str(text),
        ShellContext::Word => {
            out.push('\'');
            push(out, text, ShellContext::Single)?;
            out.push('\'');
        }
        ShellContext::Single => out.push_str(&text.replace('\'', "'\\''")),
        ShellContext::Double => {
            for c in text.chars() {
                match c {
                    '\\' | '"' | '$' | '`' => out.extend(['\\', c]),
                    // At a prompt it expands to an earlier command, even after a backslash.
                    '!' => out.push_str("\"'!'\""),
                    _ => out.push(c),
                }
            }
        }
        ShellContext::Comment => out.push_str(text),
        ShellContext::Unclear => return None,
    }
    Some(())
}

/// Returns true if a character has no special meaning in any shell.
fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `code` has `@` for each value.
    #[track_caller]
    fn check(code: &str, expected: &[ShellContext]) {
        let code = code.replace('@', &PLACEHOLDER.to_string());
        let mut scanner = ShellScanner::default();
        let contexts: Vec<ShellContext> =
            code.lines().flat_map(|line| scanner.line(line)).collect();
        assert_eq!(contexts, expected, "{code}");
    }

    #[test]
    fn the_position_depends_on_the_quotes_around_it() {
        use ShellContext::{Comment, Double, Single, Unclear, Word};
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
        push(&mut out, arn, ShellContext::Word).unwrap();
        assert_eq!(out, arn);
    }
}

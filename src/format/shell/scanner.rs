//! Follows shell code from line to line, and finds the position of each value.

use super::command::SimpleCommand;
use super::document::HereDocument;
use super::{PLACEHOLDER, ShellContext};

/// A construct around a position.
pub(super) enum ShellNesting {
    /// Commands: all of the code, or in parentheses.
    Commands(SimpleCommand),
    Single,
    Double,
    /// `$'…'`
    Escaped,
    Backticks,
    /// `${…}`
    Parameter,
    /// `$((…))`, with the number of open parentheses.
    Arithmetic(u32),
    /// `a[…]`
    Subscript,
    /// `[[ … ]]`
    Test,
}

/// The quotes around a position.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum QuoteKind {
    Commands,
    Single,
    Double,
    Other,
}

pub(super) struct ShellScanner {
    /// The open constructs, the innermost last. The first one is all of the code.
    pub(super) open: Vec<ShellNesting>,
    /// The here-documents that begin after this line, or have begun.
    documents: Vec<HereDocument>,
    in_document: bool,
    /// Whether the last line ends in a backslash.
    is_joined: bool,
    /// The variables whose values are arithmetic.
    pub(super) integers: Vec<String>,
    /// Whether the code is beyond what the scanner knows.
    pub(super) is_lost: bool,
    /// The last character, if it was not escaped.
    pub(super) before: char,
    contexts: Vec<ShellContext>,
}

impl Default for ShellScanner {
    fn default() -> ShellScanner {
        ShellScanner {
            open: vec![ShellNesting::Commands(SimpleCommand::default())],
            documents: Vec::new(),
            in_document: false,
            is_joined: false,
            integers: Vec::new(),
            is_lost: false,
            before: ' ',
            contexts: Vec::new(),
        }
    }
}

impl ShellScanner {
    /// Returns true if the next line continues this one.
    pub(super) fn is_open(&self) -> bool {
        self.open.len() > 1 || !self.documents.is_empty() || self.is_joined
    }

    /// The positions of the values on a line.
    pub(super) fn line(&mut self, line: &str) -> Vec<ShellContext> {
        if self.in_document {
            if self.documents[0].ends(line) {
                self.documents.remove(0);
                self.in_document = !self.documents.is_empty();
            }
            return line.matches(PLACEHOLDER).map(|_| ShellContext::Unclear).collect();
        }
        if !self.is_joined {
            self.before = ' ';
        }
        self.is_joined = false;
        let mut rest = line;
        while let Some(c) = rest.chars().next() {
            rest = &rest[c.len_utf8()..];
            rest = self.character(c, rest);
        }
        if !self.is_joined {
            self.end_line();
        }
        std::mem::take(&mut self.contexts)
    }

    /// Reads a character, and returns the rest of the line behind what belongs to it.
    fn character<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        let kind = self.kind();
        if c == PLACEHOLDER {
            let context = self.context(rest);
            self.contexts.push(context);
            self.push_word(c);
        } else if c == '\\' && kind != QuoteKind::Single {
            return self.backslash(rest);
        } else {
            match kind {
                QuoteKind::Commands => return self.command(c, rest),
                _ => return self.nested(c, rest),
            }
        }
        self.before = c;
        rest
    }

    fn backslash<'a>(&mut self, rest: &'a str) -> &'a str {
        let escaped = rest.chars().next();
        self.is_joined = escaped.is_none();
        if let Some(c) = escaped {
            if c == PLACEHOLDER {
                self.contexts.push(ShellContext::Unclear);
            }
            self.push_word(c);
            self.before = '\\';
        }
        &rest[escaped.map_or(0, char::len_utf8)..]
    }

    /// Reads a character between words, or in a word without quotes.
    fn command<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        let before = std::mem::replace(&mut self.before, c);
        let Some(command) = self.current_command() else { return rest };
        let (in_word, opens_subscript) = (command.in_word, command.opens_subscript());
        match c {
            ' ' | '\t' => self.end_word(),
            '#' if !in_word => {
                let is_lost = self.is_lost;
                let context = if is_lost { ShellContext::Unclear } else { ShellContext::Comment };
                self.contexts.extend(rest.matches(PLACEHOLDER).map(|_| context));
                return "";
            }
            '<' if rest.starts_with('<') && !rest.starts_with("<<") => {
                self.end_word();
                return self.document(&rest[1..]);
            }
            '<' if rest.starts_with("<<") => {
                self.end_word();
                self.current_command().into_iter().for_each(SimpleCommand::reads_input);
                return &rest[2..];
            }
            '<' | '>' => self.end_word(),
            // `>&1` and `&>log` belong to their command.
            '&' if matches!(before, '<' | '>') || rest.starts_with('>') => self.end_word(),
            ';' | '&' | '|' => self.end_command(),
            '(' => {
                // A substitution, a list or a pattern belongs to its word; a subshell ends it.
                let is_pattern = in_word && "?*+@!=".contains(before);
                if is_pattern || matches!(before, '$' | '<' | '>') {
                    self.begin_word();
                } else {
                    self.end_word();
                }
                self.before = before;
                return self.parenthesis(rest);
            }
            ')' if self.open.len() > 1 => self.close(),
            ')' => self.end_command(),
            '[' if !in_word && is_test(rest) => {
                self.open.push(ShellNesting::Test);
                return &rest[1..];
            }
            '[' if before == '$' || opens_subscript => {
                self.push_word(c);
                self.open.push(ShellNesting::Subscript);
            }
            c => self.quote(before, c),
        }
        rest
    }

    /// Reads a character in a construct.
    fn nested<'a>(&mut self, c: char, rest: &'a str) -> &'a str {
        let before = std::mem::replace(&mut self.before, c);
        let around = self.open.iter().rev();
        let is_quoted = around
            .take_while(|it| !matches!(it, ShellNesting::Commands(_)))
            .any(|it| matches!(it, ShellNesting::Double));
        match (self.open.last_mut(), c) {
            (Some(ShellNesting::Single | ShellNesting::Escaped), '\'')
            | (Some(ShellNesting::Double), '"')
            | (Some(ShellNesting::Backticks), '`')
            | (Some(ShellNesting::Parameter), '}') => self.close(),
            (Some(ShellNesting::Subscript), ']') => {
                self.close();
                self.push_word(c);
            }
            (Some(ShellNesting::Single | ShellNesting::Escaped | ShellNesting::Backticks), _) => {
                self.push_word(c);
            }
            (_, '(') if before == '$' => {
                self.begin_word();
                return self.parenthesis(rest);
            }
            (Some(ShellNesting::Arithmetic(depth)), '(') => *depth += 1,
            (Some(ShellNesting::Arithmetic(1)), ')') => self.close(),
            (Some(ShellNesting::Arithmetic(depth)), ')') => *depth -= 1,
            (Some(ShellNesting::Test), ']')
                if matches!(before, ' ' | '\t')
                    && rest.starts_with(']')
                    && !rest[1..].starts_with(|c: char| !" \t;&|)".contains(c)) =>
            {
                self.close();
                self.before = ']';
                return &rest[1..];
            }
            (Some(ShellNesting::Subscript), '[') => self.open.push(ShellNesting::Subscript),
            // In these, quotes and comments depend on more than the scanner knows.
            (Some(ShellNesting::Parameter | ShellNesting::Subscript), '\'') if is_quoted => {
                self.is_lost = true;
            }
            (Some(ShellNesting::Arithmetic(_)), '\'') => self.is_lost = true,
            (Some(ShellNesting::Test), '#') if matches!(before, ' ' | '\t') => self.is_lost = true,
            (_, '[') if before == '$' => self.open.push(ShellNesting::Subscript),
            _ => self.quote(before, c),
        }
        rest
    }

    /// Opens the construct that a character begins, in a word or in quotes.
    fn quote(&mut self, before: char, c: char) {
        let in_double = self.kind() == QuoteKind::Double;
        let opened = match c {
            '`' => ShellNesting::Backticks,
            '{' if before == '$' => ShellNesting::Parameter,
            '\'' if before == '$' && !in_double => ShellNesting::Escaped,
            '\'' if !in_double => ShellNesting::Single,
            '"' => ShellNesting::Double,
            '$' if before == '$' => {
                // The number of the shell's process.
                self.before = ' ';
                return self.push_word(c);
            }
            c => return self.push_word(c),
        };
        self.begin_word();
        self.open.push(opened);
        // Quotes do not make a dollar sign before them a part of what they contain.
        self.before = ' ';
    }

    /// Opens a parenthesis, of arithmetic if another one follows.
    fn parenthesis<'a>(&mut self, rest: &'a str) -> &'a str {
        let lists_values = self.before == '=';
        self.before = ' ';
        if let Some(rest) = rest.strip_prefix('(') {
            self.open.push(ShellNesting::Arithmetic(2));
            return rest;
        }
        self.open.push(ShellNesting::Commands(SimpleCommand::new(lists_values)));
        rest
    }

    /// Closes the innermost construct.
    fn close(&mut self) {
        // A here-document that has no line before its parenthesis ends.
        let is_commands = matches!(self.open.pop(), Some(ShellNesting::Commands(_)));
        self.is_lost |= is_commands && !self.documents.is_empty();
    }

    /// Reads the opener of a here-document, whose own lines come next.
    fn document<'a>(&mut self, rest: &'a str) -> &'a str {
        match HereDocument::opened(rest) {
            Some((document, length)) => {
                self.documents.push(document);
                self.before = ' ';
                &rest[length..]
            }
            None => {
                self.is_lost = true;
                rest
            }
        }
    }

    fn end_line(&mut self) {
        let in_commands = self.kind() == QuoteKind::Commands;
        self.in_document = in_commands && !self.documents.is_empty();
        self.is_lost |= !in_commands && !self.documents.is_empty()
            || matches!(
                self.open.last(),
                Some(ShellNesting::Arithmetic(_) | ShellNesting::Subscript)
            );
        if in_commands {
            self.end_command();
        }
    }

    /// Ends the word of the innermost command.
    fn end_word(&mut self) {
        let nested = self.open.len() > 1;
        let Some(command) = self.current_command() else { return };
        // The patterns of `case` have a closing parenthesis alone.
        let is_case = command.word == "case";
        let integer = command.end_word();
        self.integers.extend(integer);
        self.is_lost |= nested && is_case;
    }

    fn end_command(&mut self) {
        self.end_word();
        if let Some(command) = self.current_command() {
            *command = SimpleCommand::new(command.lists_values);
        }
    }

    pub(super) fn kind(&self) -> QuoteKind {
        match self.open.last() {
            Some(ShellNesting::Commands(_)) | None => QuoteKind::Commands,
            Some(ShellNesting::Single) => QuoteKind::Single,
            Some(ShellNesting::Double) => QuoteKind::Double,
            Some(_) => QuoteKind::Other,
        }
    }

    /// The innermost command around the position.
    fn current_command(&mut self) -> Option<&mut SimpleCommand> {
        self.open.iter_mut().rev().find_map(|nesting| match nesting {
            ShellNesting::Commands(command) => Some(command),
            _ => None,
        })
    }

    fn begin_word(&mut self) {
        if let Some(command) = self.current_command() {
            command.in_word = true;
        }
    }

    fn push_word(&mut self, c: char) {
        if let Some(command) = self.current_command() {
            command.in_word = true;
            command.word.push(c);
        }
    }
}

/// Returns true if a bracket and this text open a test.
fn is_test(rest: &str) -> bool {
    rest.strip_prefix('[').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

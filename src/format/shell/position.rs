//! The position of a value, by the constructs around it and the text beside it.

use super::ShellContext;
use super::command::{self, Reads};
use super::scanner::{QuoteKind, ShellNesting, ShellScanner};

/// The limit for nested constructs.
const DEEPEST: usize = 64;
/// The longest word whose parts are looked at.
const LONGEST_WORD: usize = 1024;

impl ShellScanner {
    /// The position of a value before the rest of its line.
    pub(super) fn context(&self, rest: &str) -> ShellContext {
        let is_known = |nesting: &ShellNesting| {
            matches!(
                nesting,
                ShellNesting::Commands(_) | ShellNesting::Single | ShellNesting::Double
            )
        };
        let is_arithmetic = |nesting: &ShellNesting| match nesting {
            ShellNesting::Commands(command) => {
                self.integers.iter().any(|name| command.assigns_to(name))
            }
            ShellNesting::Arithmetic(_) | ShellNesting::Subscript | ShellNesting::Test => true,
            _ => false,
        };
        if self.open.len() > DEEPEST {
            return ShellContext::Unclear;
        }
        if self.open.iter().any(is_arithmetic) {
            return ShellContext::Arithmetic;
        }
        if self.is_lost || !self.open.iter().all(is_known) {
            return ShellContext::Unclear;
        }
        let kind = self.kind();
        let reads = self.open.iter().filter_map(|nesting| match nesting {
            ShellNesting::Commands(command) => Some(command.reads()),
            _ => None,
        });
        match (kind, reads.max()) {
            (_, Some(Reads::Arithmetic)) => ShellContext::Arithmetic,
            // After a dollar sign it would be the name of a variable.
            (QuoteKind::Double | QuoteKind::Commands, _) if self.before == '$' => {
                ShellContext::Unclear
            }
            (_, Some(Reads::Code)) => ShellContext::Code,
            (QuoteKind::Single, _) => ShellContext::Single,
            (QuoteKind::Double, _) => ShellContext::Double,
            _ => self.word_context(rest),
        }
    }

    /// The position of a value in a word without quotes.
    fn word_context(&self, rest: &str) -> ShellContext {
        let Some(ShellNesting::Commands(command)) = self.open.last() else {
            return ShellContext::Unclear;
        };
        if command.word.len() > LONGEST_WORD {
            return ShellContext::Unclear;
        }
        if command.word.rfind('[') > command.word.rfind(']') {
            return ShellContext::Arithmetic;
        }
        let mut chars = rest.char_indices().take(LONGEST_WORD);
        let end = chars.find(|(_, c)| " \t;&|<>()".contains(*c)).map(|(at, _)| at);
        let end = end.unwrap_or(rest.len());
        if end > LONGEST_WORD {
            return ShellContext::Unclear;
        }
        let (tail, after) = rest.split_at(end);
        // A value after `!` is an earlier command, and one before `(` a pattern.
        if self.before == '!' || after.starts_with('(') {
            return ShellContext::Unclear;
        }
        // A number before a redirection is a file descriptor.
        let is_descriptor = after.starts_with(['<', '>']);
        if is_descriptor || command.word.contains(['{', '~']) {
            return ShellContext::Joined;
        }
        if !command.is_name() {
            return ShellContext::Word;
        }
        let is_part_of_no_keyword =
            |text: &str| text.contains(|c: char| c.is_ascii_digit() || "-._/".contains(c));
        let name = format!("a{tail}");
        match (command.in_word, tail) {
            _ if command::is_assignment(&name) => ShellContext::Code,
            (false, "") => ShellContext::Command,
            _ if is_part_of_no_keyword(&command.word) || is_part_of_no_keyword(tail) => {
                ShellContext::Command
            }
            _ => ShellContext::Joined,
        }
    }
}

//! The words of a simple command, as far as they decide how it reads its arguments.

use super::PLACEHOLDER;

/// A command, up to the current position.
#[derive(Default)]
pub(super) struct SimpleCommand {
    /// The current word, without quotes.
    pub(super) word: String,
    /// Whether the words are the values of an array.
    pub(super) lists_values: bool,
    /// Whether the current position is in a word.
    pub(super) in_word: bool,
    /// The words of the command so far, without assignments and keywords.
    words: usize,
    /// The first of these words.
    name: String,
    /// The word before the current one.
    last: String,
    /// Whether a word is the name of a shell.
    names_shell: bool,
    reads: Reads,
}

/// How a command reads its arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reads {
    /// As text.
    #[default]
    Text,
    /// As code, or as a name whose subscript is code.
    Code,
    /// As arithmetic, in which a name means the value of a variable.
    Arithmetic,
}

/// Words before the name of a command.
const BEFORE_NAME: [&str; 11] =
    ["if", "then", "elif", "else", "while", "until", "do", "time", "!", "{", "coproc"];
const OTHER_KEYWORDS: [&str; 10] =
    ["fi", "done", "for", "in", "case", "esac", "select", "function", "}", "[["];
/// Commands that run the command in their arguments.
const PREFIXES: [&str; 12] = [
    "sudo", "doas", "command", "builtin", "exec", "env", "nohup", "nice", "time", "timeout",
    "xargs", "watch",
];
const SHELLS: [&str; 10] =
    ["sh", "bash", "shell", "zsh", "ksh", "dash", "ash", "su", "fish", "pwsh"];
/// Commands that read arguments as code, or as the names of variables.
const READ_CODE: [&str; 14] = [
    "eval",
    "trap",
    "alias",
    "ssh",
    "watch",
    "read",
    "unset",
    "mapfile",
    "readarray",
    "getopts",
    "wait",
    "complete",
    "compgen",
    "bind",
];
/// Commands whose arguments assign to variables.
const DECLARE: [&str; 5] = ["declare", "typeset", "local", "readonly", "export"];

pub(super) fn is_keyword(word: &str) -> bool {
    BEFORE_NAME.contains(&word) || OTHER_KEYWORDS.contains(&word)
}

impl SimpleCommand {
    pub(super) fn new(lists_values: bool) -> SimpleCommand {
        SimpleCommand { lists_values, ..SimpleCommand::default() }
    }

    /// Returns true if the current word is the name of the command.
    pub(super) fn is_name(&self) -> bool {
        self.words == 0 && !is_assignment(&self.word)
    }

    /// Returns true if a bracket here opens the subscript of an array.
    pub(super) fn opens_subscript(&self) -> bool {
        let is_variable = variable(&self.word).len() == self.word.len() && self.words == 0;
        if self.in_word { is_variable } else { self.lists_values }
    }

    /// Ends the current word. Returns it if it declares a variable whose values are arithmetic.
    pub(super) fn end_word(&mut self) -> Option<String> {
        if !self.in_word {
            return None;
        }
        self.in_word = false;
        let word = std::mem::take(&mut self.word);
        if self.words == 0 && (is_assignment(&word) || BEFORE_NAME.contains(&word.as_str())) {
            return None;
        }
        // Also the end of a name that a substitution begins, or a variable such as `$SHELL`.
        let name = word.rsplit('/').next().unwrap_or_default();
        let name = name.trim_start_matches(|c: char| "${}".contains(c) || c == PLACEHOLDER);
        if self.words == 0 {
            name.clone_into(&mut self.name);
        }
        if self.words == 0 || PREFIXES.contains(&self.name.as_str()) {
            self.reads = match name {
                "let" => Reads::Arithmetic,
                name if READ_CODE.contains(&name) => Reads::Code,
                _ => self.reads,
            };
            if DECLARE.contains(&name) {
                name.clone_into(&mut self.name);
            }
        }
        self.names_shell |= SHELLS.iter().any(|shell| shell.eq_ignore_ascii_case(name));
        let is_option = word.starts_with('-') && !word.starts_with("--");
        if is_option && self.names_shell && word.contains('c') {
            self.reads = Reads::Code;
        }
        if is_option && word.contains(['i', 'n']) && DECLARE.contains(&self.name.as_str()) {
            self.reads = Reads::Arithmetic;
        }
        self.words += 1;
        let declares = self.reads == Reads::Arithmetic && !is_option;
        self.last = word;
        declares.then(|| variable(&self.last).to_owned())
    }

    /// Notes that the next word is the input of the command, which a shell runs.
    pub(super) fn reads_input(&mut self) {
        if self.names_shell {
            self.reads = Reads::Code;
        }
    }

    /// Returns true if the current word assigns to a variable.
    pub(super) fn assigns_to(&self, name: &str) -> bool {
        is_assignment(&self.word) && variable(&self.word) == name
    }

    /// How the current word is read.
    pub(super) fn reads(&self) -> Reads {
        let names_variable = match self.name.as_str() {
            "printf" | "test" | "[" => self.last == "-v",
            name => DECLARE.contains(&name) && !is_assignment(&self.word),
        };
        match self.reads {
            Reads::Text if names_variable => Reads::Code,
            reads => reads,
        }
    }
}

/// The name of the variable that a word declares or assigns to.
fn variable(word: &str) -> &str {
    let is_part = |c: char| matches!(c, '_' | PLACEHOLDER) || c.is_ascii_alphanumeric();
    let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
    &word[..end]
}

/// Returns true if a word begins with a name and `=`.
pub(super) fn is_assignment(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    let is_word = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let plain = name.strip_suffix('+').unwrap_or(name).split('[').next().unwrap_or_default();
    name.len() < word.len()
        && !plain.is_empty()
        && !plain.starts_with(|c: char| c.is_ascii_digit())
        && plain.chars().all(is_word)
}

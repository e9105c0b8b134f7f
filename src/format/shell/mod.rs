//! Values in shell code: their positions, and how each position escapes them.
//!
//! Knows the syntax of POSIX shells and Bash as far as a value could break out of its word. Values
//! must not contain line breaks. Where the meaning of a value depends on more than quotes, such as
//! in arithmetic or in a here-document, no value is allowed.

mod command;
mod document;
mod position;
mod scanner;
pub(super) mod script;
#[cfg(test)]
mod tests;

use super::placeholders::PLACEHOLDER;
use scanner::ShellScanner;

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ShellContext {
    /// Outside quotes, where a blank ends the word.
    Word,
    /// Outside quotes, as the name of a command, where some words are keywords or assignments.
    Command,
    /// Outside quotes, where even a plain word needs quotes for the text beside it.
    Joined,
    Single,
    Double,
    Comment,
    /// In an argument that a command reads as code, whatever the quotes are.
    Code,
    /// In arithmetic, where a name means the value of a variable, and a subscript is code.
    Arithmetic,
    /// A position where quotes alone do not determine the meaning of a value.
    Unclear,
}

/// The shells whose code the scanner reads.
const SHELLS: [&str; 7] = ["sh", "bash", "shell", "zsh", "ksh", "dash", "ash"];
/// Sessions, in which commands follow a prompt.
const SESSIONS: [&str; 6] =
    ["console", "terminal", "shell-session", "shellsession", "sh-session", "bash-session"];
/// Shells with other rules, in which only plain words are safe.
const OTHER_SHELLS: [&str; 9] =
    ["fish", "csh", "tcsh", "powershell", "pwsh", "ps1", "cmd", "bat", "batch"];

/// The language of a block of code, if it is one of a shell.
pub(super) fn language(info: &str) -> Option<&'static str> {
    let name = info.trim_start_matches([' ', '\t', '{', '.']);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(name.len());
    let languages = SHELLS.iter().chain(&SESSIONS).chain(&OTHER_SHELLS);
    languages.copied().find(|it| it.eq_ignore_ascii_case(&name[..end]))
}

/// The position of each value in the code of a language; `None` where a value is not in code.
pub(super) fn contexts(language: &str, code: &str) -> Vec<Option<ShellContext>> {
    if OTHER_SHELLS.contains(&language) {
        return code.matches(PLACEHOLDER).map(|_| Some(ShellContext::Code)).collect();
    }
    let is_session = SESSIONS.contains(&language);
    let mut scanner = ShellScanner::default();
    let mut contexts = Vec::new();
    for line in code.split('\n') {
        let command = match prompt(line) {
            _ if !is_session || scanner.is_open() => 0,
            Some(end) => end,
            None => {
                contexts.extend(line.matches(PLACEHOLDER).map(|_| None));
                continue;
            }
        };
        contexts.extend(scanner.line(&line[command..]).into_iter().map(Some));
    }
    contexts
}

/// The end of the prompt that a line of a session begins with.
fn prompt(line: &str) -> Option<usize> {
    let signs = ["$ ", "# ", "% ", "> "];
    let end = signs.iter().filter_map(|sign| Some(line.find(sign)? + sign.len())).min()?;
    (!line[..end].contains(PLACEHOLDER)).then_some(end)
}

/// Writes a value so that the shell reads it unchanged; `None` if no way to write it is known.
pub(super) fn push(out: &mut String, text: &str, context: ShellContext) -> Option<()> {
    match context {
        ShellContext::Word if is_plain(text) => out.push_str(text),
        ShellContext::Command if is_command(text) => out.push_str(text),
        ShellContext::Word | ShellContext::Command | ShellContext::Joined => {
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
        ShellContext::Code if is_plain(text) => out.push_str(text),
        ShellContext::Code | ShellContext::Arithmetic | ShellContext::Unclear => return None,
    }
    Some(())
}

/// Returns true if a text has no special meaning in any shell.
fn is_plain(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    !text.is_empty() && !text.starts_with('=') && text.chars().all(is_plain)
}

/// Returns true if a shell reads a text as the name of a command.
fn is_command(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "_./-".contains(c);
    !text.is_empty() && text.chars().all(is_name) && !command::is_keyword(text)
}

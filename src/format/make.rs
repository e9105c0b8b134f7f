//! Makefiles: a value in the definition of a variable, in a recipe or in a comment, and plain words
//! anywhere else.
//!
//! In a recipe, the shell reads what make has expanded: a value is quoted for the shell and its `$`
//! doubled for make.

use super::markers::{MarkedValue, Piece, ValueKind};
use super::placeholders::{PLACEHOLDER, PlaceholderText};
use super::seal::Comment;
use super::shell::script::push_value;
use super::shell::{self, ShellContext};
use super::{Format, InvalidValue, OTHER_FILTER, Printed, Refusal, TemplatePrinter};

/// Files that make reads.
pub(super) struct Make;

impl Format for Make {
    fn name(&self) -> &'static str {
        "make"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["Makefile", "makefile", "GNUmakefile", "*.mk"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }
}

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum MakeContext {
    Comment,
    /// In the text of a variable, which ends with its line.
    Variable {
        is_first: bool,
        is_last: bool,
    },
    Recipe(ShellContext),
    /// Where only a plain word means itself.
    Word,
}

const NO_WORD: Refusal = Refusal {
    reason: "value is not a plain word",
    help: "define a variable with `NAME := {{ … }}` and use `$(NAME)` here",
};
const AT_EDGE: Refusal = Refusal {
    reason: "make drops blanks at the start of a variable, and a backslash at its end continues it",
    help: "change the setting",
};
const LINE_BREAK: Refusal =
    Refusal { reason: "a value cannot contain line breaks here", help: "change the setting" };

fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let contexts = contexts(&source.text);
    source.filled(|out, value, number| push(out, value, contexts[number]))
}

/// The position of each value, by the logical lines of a text.
fn contexts(text: &str) -> Vec<MakeContext> {
    let mut contexts = Vec::new();
    let mut lines = text.split('\n').peekable();
    let mut in_define = false;
    while let Some(line) = lines.next() {
        let mut whole = line.to_owned();
        while ends_in_backslash(&whole) && lines.peek().is_some() {
            whole.push('\n');
            whole.push_str(lines.next().unwrap_or_default());
        }
        let word = whole.split_whitespace().next().unwrap_or_default();
        in_define |= matches!(word, "define");
        contexts.extend(match in_define {
            true => whole.matches(PLACEHOLDER).map(|_| MakeContext::Word).collect(),
            false => of_line(&whole),
        });
        in_define &= word != "endef";
    }
    contexts
}

fn ends_in_backslash(line: &str) -> bool {
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

fn of_line(line: &str) -> Vec<MakeContext> {
    if let Some(recipe) = line.strip_prefix('\t') {
        return of_recipe(recipe);
    }
    let comment = comment(line);
    let (code, comment) = line.split_at(comment);
    let mut contexts = match text_of_variable(code) {
        // Inside an expansion, commas and parentheses mean something else.
        Some(start) if !code.contains('$') => of_variable(&code[..start], &code[start..]),
        _ => code.matches(PLACEHOLDER).map(|_| MakeContext::Word).collect(),
    };
    contexts.extend(comment.matches(PLACEHOLDER).map(|_| MakeContext::Comment));
    contexts
}

fn of_variable(name: &str, text: &str) -> Vec<MakeContext> {
    let mut contexts: Vec<_> = name.matches(PLACEHOLDER).map(|_| MakeContext::Word).collect();
    let text = text.trim_start_matches([' ', '\t']);
    for (at, value) in text.match_indices(PLACEHOLDER) {
        let is_last = text[at + value.len()..].trim_end().is_empty();
        let is_escaped = ends_in_backslash(&text[..at]);
        contexts.push(match is_escaped {
            true => MakeContext::Word,
            false => MakeContext::Variable { is_first: at == 0, is_last },
        });
    }
    contexts
}

/// The start of the comment of a line.
fn comment(line: &str) -> usize {
    let signs = line.match_indices('#').map(|(at, _)| at);
    let mut signs = signs.filter(|at| !ends_in_backslash(&line[..*at]));
    signs.next().unwrap_or(line.len())
}

/// The start of the text that a line assigns to a variable.
fn text_of_variable(line: &str) -> Option<usize> {
    let equals = line.find('=')?;
    let name = line[..equals].trim_end_matches([':', '?', '+']).trim();
    let is_name = |word: &str| {
        word.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c) || c == PLACEHOLDER)
    };
    let mut words = name.split_whitespace().filter(|it| !matches!(*it, "export" | "override"));
    let is_one = words.next().is_some_and(is_name) && words.next().is_none();
    is_one.then_some(equals + 1)
}

/// The positions in a recipe, as the shell reads it.
fn of_recipe(recipe: &str) -> Vec<MakeContext> {
    let code = recipe.trim_start_matches(['@', '-', '+', ' ', '\t']);
    let mut shell = String::new();
    // For each value, whether it is in an expansion of make.
    let mut expanded = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        if c != '$' {
            shell.push(c);
            expanded.extend((c == PLACEHOLDER).then_some(false));
            continue;
        }
        let end = expansion(rest);
        let (inside, after) = rest.split_at(end);
        expanded.extend(inside.matches(PLACEHOLDER).map(|_| true));
        shell.push_str(if inside == "$" { "$" } else { "X" });
        rest = after;
    }
    let mut in_shell = shell::contexts("sh", &shell).into_iter().flatten();
    let context = |is_expanded| match is_expanded {
        true => MakeContext::Word,
        false => MakeContext::Recipe(in_shell.next().unwrap_or(ShellContext::Unclear)),
    };
    expanded.into_iter().map(context).collect()
}

/// The length of what a `$` expands.
fn expansion(rest: &str) -> usize {
    let Some(open) = rest.chars().next() else { return 0 };
    let close = match open {
        '(' => ')',
        '{' => '}',
        c => return c.len_utf8(),
    };
    let mut depth = 0;
    for (at, c) in rest.char_indices() {
        depth += i32::from(c == open) - i32::from(c == close);
        if depth == 0 {
            return at + 1;
        }
    }
    rest.len()
}

fn push(out: &mut String, value: &MarkedValue<'_>, context: MakeContext) -> Result<(), Refusal> {
    let text = &*value.text;
    if value.kind == ValueKind::Code {
        return Err(OTHER_FILTER);
    }
    if value.kind == ValueKind::Bare {
        out.push_str(text);
        return Ok(());
    }
    match context {
        MakeContext::Comment => {
            out.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
            if text.ends_with('\\') {
                return Err(AT_EDGE);
            }
        }
        MakeContext::Word if is_word(text) => out.push_str(text),
        MakeContext::Word => return Err(NO_WORD),
        _ if text.contains(|c: char| c.is_control() && c != '\t') => return Err(LINE_BREAK),
        MakeContext::Variable { is_first, is_last } => {
            let is_blank = |c: char| c == ' ' || c == '\t';
            let is_lost = is_first && text.starts_with(is_blank)
                || is_last && (text.ends_with(is_blank) || text.ends_with('\\'));
            if is_lost || text.is_empty() && (is_first || is_last) && !(is_first && is_last) {
                return Err(AT_EDGE);
            }
            push_variable(out, text);
        }
        MakeContext::Recipe(context) => {
            let mut quoted = String::new();
            push_value(&mut quoted, value, context)?;
            out.push_str(&quoted.replace('$', "$$"));
        }
    }
    Ok(())
}

/// Appends a text to that of a variable. Backslashes before a `#` are halved by make.
fn push_variable(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '$' => out.push_str("$$"),
            '#' => {
                let backslashes = out.len() - out.trim_end_matches('\\').len();
                out.push_str(&"\\".repeat(backslashes + 1));
                out.push('#');
            }
            c => out.push(c),
        }
    }
}

fn is_word(text: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "_./-".contains(c);
    !text.is_empty() && text.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::trial;

    fn printed(template: &str, value: &str) -> Result<String, Refusal> {
        trial::printed(print, template, ValueKind::Text, value)
    }

    #[track_caller]
    fn check(template: &str, value: &str, expected: &str) {
        assert_eq!(printed(template, value), Ok(expected.to_owned()), "{template}");
    }

    #[test]
    fn a_variable_holds_any_text_of_one_line() {
        check("A := @\n", "x $y #z 'q' \"r\"", "A := x $$y \\#z 'q' \"r\"\n");
        check("export A ?= @ b\n", "c\\", "export A ?= c\\ b\n");
        check("A += a@b\n", "\\#", "A += a\\\\\\#b\n");
        check("A=@ # @\n", "x", "A=x # x\n");
        for value in [" x", "x ", "x\\"] {
            assert_eq!(printed("A := @\n", value), Err(AT_EDGE), "{value}");
        }
        assert_eq!(printed("A := @\n", "a\nb"), Err(LINE_BREAK));
    }

    #[test]
    fn a_recipe_quotes_for_the_shell_and_doubles_the_dollars() {
        check("a:\n\techo @\n", "x $y", "a:\n\techo 'x $$y'\n");
        check("a:\n\t-echo \"@\"\n", "x $y", "a:\n\t-echo \"x \\$$y\"\n");
        check("a:\n\techo $(B) '@' $$c\n", "x", "a:\n\techo $(B) 'x' $$c\n");
        check("a:\n\techo a \\\n\t  @\n", "x y", "a:\n\techo a \\\n\t  'x y'\n");
        for template in ["a:\n\t$(call f,@)\n", "a:\n\teval @\n", "a:\n\techo $$(( @ ))\n"] {
            assert!(printed(template, "x y").is_err(), "{template}");
        }
        check("a:\n\t$(call f,@)\n", "x", "a:\n\t$(call f,x)\n");
    }

    #[test]
    fn anywhere_else_a_value_is_a_plain_word() {
        for template in [
            "@: b\n",
            "a: @\n",
            "include @\n",
            "A := $(B) @\n",
            "define A\n@\nendef\n",
            "ifeq (@,b)\n",
            "\\@ := 1\n",
        ] {
            check(template, "x-1/y.z", &template.replace('@', "x-1/y.z"));
            for value in ["x y", "$x", "a:b", "#", "", "a%", "a,b"] {
                assert_eq!(printed(template, value), Err(NO_WORD), "{template}: {value}");
            }
        }
        check("# @\n", "x $y\nz", "# x $y z\n");
        assert_eq!(printed("# @\nA := 1\n", "x\\"), Err(AT_EDGE));
    }
}

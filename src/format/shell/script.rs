//! Files of shell code: a value is one word, whatever it contains.

use serde_json::Value;

use super::{ShellContext, contexts, push};
use crate::format::markers::{MarkedValue, Piece, ValueKind};
use crate::format::placeholders::PlaceholderText;
use crate::format::seal::Comment;
use crate::format::{
    CodeFilter, Format, InvalidValue, Printed, Refusal, TemplatePrinter, in_comment,
};

/// Scripts of POSIX shells and Bash.
pub(in crate::format) struct Shell;

impl Format for Shell {
    fn name(&self) -> &'static str {
        "shell"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.sh", "*.bash"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        &[("shell", word)]
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }
}

const NOT_HERE: Refusal = Refusal {
    reason: "the value cannot be quoted safely at this position in a script",
    help: "assign the value to a variable and use `\"$VARIABLE\"` here",
};
const FILTERED: Refusal = Refusal {
    reason: "the filter `shell` prints a whole word",
    help: "remove the filter or the quotes around it",
};

/// A value as a word in quotes; the items of a list as a word each.
fn word(value: &Value) -> Result<String, String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) if !items.iter().any(Value::is_array) => {
            return items.iter().map(word).collect::<Result<Vec<_>, _>>().map(|it| it.join(" "));
        }
        _ => return Err("a word of a shell is a string, a number or a boolean".to_owned()),
    };
    match text.contains('\0') {
        true => Err("a word of a shell cannot contain a NUL".to_owned()),
        false => Ok(format!("'{}'", text.replace('\'', "'\\''"))),
    }
}

fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    // A value in the first line of a script would be a part of the interpreter's name.
    let own = match source.text.starts_with("#!") {
        true => source.text.find('\n').unwrap_or(source.text.len()),
        false => 0,
    };
    let (first, code) = source.text.split_at(own);
    let mut all = contexts("sh", first);
    all.iter_mut().for_each(|context| *context = Some(ShellContext::Code));
    all.extend(contexts("sh", code));
    source.filled(|out, value, number| {
        let context = all[number].unwrap_or(ShellContext::Unclear);
        push_value(out, value, context)
    })
}

pub(in crate::format) fn push_value(
    out: &mut String,
    value: &MarkedValue<'_>,
    context: ShellContext,
) -> Result<(), Refusal> {
    use ShellContext::{Command, Comment, Joined, Word};
    match (value.kind, context) {
        (ValueKind::Bare, _) | (ValueKind::Code, Word | Command | Joined) => {
            out.push_str(&value.text);
            Ok(())
        }
        (ValueKind::Code, _) => Err(FILTERED),
        (_, Comment) => {
            out.extend(value.text.chars().map(in_comment));
            Ok(())
        }
        _ if value.text.contains(['\n', '\r', '\0']) => Err(NOT_HERE),
        (_, context) => push(out, &value.text, context).ok_or(NOT_HERE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::trial;

    fn printed(template: &str, kind: ValueKind, value: &str) -> Result<String, Refusal> {
        trial::printed(print, template, kind, value)
    }

    #[test]
    fn a_value_is_one_word_whatever_is_around_it() {
        for (template, expected) in [
            ("a=@\n", "a='x $y'\n"),
            ("a='@'\n", "a='x $y'\n"),
            ("a=\"@\"\n", "a=\"x \\$y\"\n"),
            ("echo @ # @\n", "echo 'x $y' # x $y\n"),
            ("#!/bin/sh\n@\n", "#!/bin/sh\n'x $y'\n"),
        ] {
            assert_eq!(printed(template, ValueKind::Text, "x $y").unwrap(), expected);
        }
        assert_eq!(printed("f @\n", ValueKind::Code, "'a' 'b'").unwrap(), "f 'a' 'b'\n");
        assert_eq!(printed("f $(( @ ))\n", ValueKind::Bare, "3").unwrap(), "f $(( 3 ))\n");
    }

    #[test]
    fn a_value_that_quotes_do_not_protect_is_refused() {
        for template in [
            "eval @\n",
            "cat <<E\n@\nE\n",
            "f $(( @ ))\n",
            "f `g @`\n",
            "f ${a:-@}\n",
            "#!/bin/@\n",
        ] {
            assert_eq!(printed(template, ValueKind::Text, "x $y"), Err(NOT_HERE), "{template}");
        }
        assert_eq!(printed("f @\n", ValueKind::Text, "a\nb"), Err(NOT_HERE));
        assert_eq!(printed("f '@'\n", ValueKind::Code, "'a'"), Err(FILTERED));
        assert_eq!(printed("#!/bin/@\n", ValueKind::Text, "bash").unwrap(), "#!/bin/bash\n");
    }

    #[test]
    fn the_filter_prints_a_word_for_each_item() {
        let data = serde_json::json!(["it's", 1, true]);
        assert_eq!(word(&data).unwrap(), "'it'\\''s' '1' 'true'");
        for data in [serde_json::json!({}), serde_json::json!([[1]]), serde_json::json!("\0")] {
            assert!(word(&data).is_err(), "{data}");
        }
    }
}

//! The positions of values in shell code; `@` is a value.

use super::ShellContext::{
    Arithmetic, Code, Command, Comment, Double, Joined, Single, Unclear, Word,
};
use super::*;

fn found(language: &str, code: &str) -> Vec<Option<ShellContext>> {
    contexts(language, &code.replace('@', &PLACEHOLDER.to_string()))
}

#[track_caller]
fn check(code: &str, expected: &[ShellContext]) {
    let expected: Vec<_> = expected.iter().copied().map(Some).collect();
    assert_eq!(found("sh", code), expected, "{code}");
}

#[test]
fn the_position_depends_on_the_quotes_around_it() {
    check("a @ b=@", &[Word, Word]);
    check("a '@' \"@\" @", &[Single, Double, Word]);
    check("a 'it'\"'@'\" '\"@' \\'@", &[Double, Single, Word]);
    check("a \"$(b @ '@' \"@\" (c) @)@\" @", &[Word, Single, Double, Word, Double, Word]);
    check("a '\n@\n' @", &[Single, Word]);
    check("a # it's @\nb#@ '#@'", &[Comment, Joined, Single]);
    check("a ${b:-@} $'@' `c @` $@ \"$@\" \\@", &[Unclear; 6]);
    check("a ${b} $'c' `d` \\\\@", &[Word]);
    check("a <<END\n'@\nEND\n@", &[Unclear, Command]);
    check("a <<-'END' @ | b <<B\n@\n\tEND\n@\nB\nc @", &[Word, Unclear, Unclear, Word]);
    check("a <<<\"$(b)\" @ <<< @", &[Word, Word]);
}

#[test]
fn a_comment_begins_where_a_word_does() {
    check("(a)# it's\nb \"@\"", &[Double]);
    check("a;# it's\nb \"@\"", &[Double]);
    check("a\\\n#b' '\nc \"@\"", &[Double]);
    check("$(a)#b' '\nc \"@\"", &[Double]);
    check("a $# ${#b} \"@\"", &[Double]);
}

#[test]
fn a_here_document_ends_where_the_shell_ends_it() {
    check("a <<'B C'\n'\nB\n\"\nB C\nd @", &[Word]);
    check("a <<\\B\nb\\\nB\nc @", &[Word]);
    check("a <<B\nb\\\nB\n@\nB\nc @", &[Unclear, Word]);
    check("a <<B <<C\n'\nB\n'\nC\nd @", &[Word]);
    check("a <<B \\\n  c\n'\nB\nd @", &[Word]);
    check("a \"$(b <<C\n'\nC\n)@\"", &[Double]);
    check("a <<$B\nc @", &[Unclear]);
    check("a <<B'\nc @", &[Unclear]);
    check("a $((1<<2)) @", &[Word]);
    check("((a<<=2)); b @", &[Word]);
}

#[test]
fn arithmetic_and_subscripts_allow_no_string() {
    for code in [
        "a $((@))",
        "a \"$(( (1) + @ ))\"",
        "((a = @))",
        "a $[@]",
        "a[@]=1",
        "a[1 + @]=1",
        "a=([@]=1)",
        "let a=@",
        "let 'a = @'",
        "declare -i a=@",
        "declare -i a; a=@",
        "[[ @ -eq 1 ]]",
        "[[ a == '@' ]]",
        "a [b@",
    ] {
        check(code, &[Arithmetic]);
    }
    check("[[ a =~ (b|c) ]] && d @", &[Word]);
    check("[ @ = a ]", &[Word]);
    check("a[1]=@", &[Word]);
    check("a $((1 +\n1)) @", &[Unclear]);
}

#[test]
fn a_command_that_runs_its_arguments_takes_plain_words() {
    for code in [
        "eval @",
        "eval \"a @\"",
        "eval \"$(a '@')\"",
        "sudo eval @",
        "sh -c 'a @'",
        "b c -- /bin/bash -ec \"@\"",
        "$SHELL -c @",
        "bash <<< @",
        "trap '@' EXIT",
        "ssh a '@'",
        "unset @",
        "printf -v @",
        "test -v '@'",
        "declare @",
        "export @=1",
        "@=1",
    ] {
        check(code, &[Code]);
    }
    check("export a=@; sh @; a -c @; printf @", &[Word; 4]);
}

#[test]
fn the_name_of_a_command_is_no_keyword() {
    check("@ a", &[Command]);
    check("a | @ && @; @", &[Command; 3]);
    check("if @; then @; fi", &[Command; 2]);
    check("a=1 @ b", &[Command]);
    check("./@ a@ a-@", &[Command, Word, Word]);
    check("a-@", &[Command]);
    check("a@", &[Joined]);
    let written = |text: &str| {
        let mut out = String::new();
        push(&mut out, text, Command).map(|()| out)
    };
    assert_eq!(written("terraform").as_deref(), Some("terraform"));
    for text in ["if", "a=b", "{", "!", "%1"] {
        assert_eq!(written(text), Some(format!("'{text}'")));
    }
}

#[test]
fn text_beside_a_value_may_make_quotes_necessary() {
    check("a {b,@} ~@ @>b @ >b", &[Joined, Joined, Joined, Word]);
    check("a !@ b @(c)", &[Unclear, Unclear]);
}

#[test]
fn beyond_what_is_known_no_value_is_allowed() {
    check("a \"$(case b in c) d;; esac; e '@')\"", &[Unclear]);
    check("case a in @) b @;; esac", &[Word, Word]);
    check("case a in\n@) b \"@\";; esac", &[Command, Double]);
    check("a \"${b:-'}'}\"; c @", &[Unclear]);
    check("a ${b:-'}'}; c @", &[Word]);
}

#[test]
fn commands_of_a_session_follow_a_prompt() {
    let code = "$ a @\nb @\nc:~$ e '@'\n$ f \\\n  @";
    let expected = [Some(Word), None, Some(Single), Some(Word)];
    assert_eq!(found("console", code), expected);
    assert_eq!(found("fish", "a '@'"), [Some(Code)]);
}

#[test]
fn the_language_is_the_first_word() {
    for info in ["sh", "Bash", "bash {1}", "{.zsh}", "sh,ignore", " shell-session"] {
        assert!(language(info).is_some(), "{info}");
    }
    for info in ["", "text", "shoal", "yaml sh", "python"] {
        assert_eq!(language(info), None, "{info}");
    }
}

#[test]
fn what_is_plain_stays_plain() {
    let mut out = String::new();
    let arn = "arn:aws:iam::411706531007:role/deploy";
    push(&mut out, arn, Word).unwrap();
    assert_eq!(out, arn);
}

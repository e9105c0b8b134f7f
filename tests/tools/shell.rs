//! Values in the shell code of a Markdown page, as Bash reads them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::random::Random;
use crate::support::rounds::rounds;
use crate::support::tools::tool;
use envroot::format::markdown::MarkdownPrinter;
use envroot::format::markers::{ValueKind, marked, pieces};
use envroot::format::yaml;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// Each position of a value, with `@` for it, and whether `a` and `b` are beside it.
const PLACES: [(&str, bool); 7] = [
    ("@", false),
    ("'@'", false),
    ("\"@\"", false),
    ("\"$(printf %s @)\"", false),
    ("\"$(printf %s \"@\" # it's @\n)\"", false),
    ("a@b", true),
    ("\"a$(printf %s '@')\"b", true),
];

fn values(count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    // A block of code cannot contain a line break.
    let text = "[ab '\"\\\\$!#&;|<>(){}*?~=%`\u{e9}\u{1f600}\\[\\]-]{1,12}";
    let strategy = proptest::string::string_regex(text).unwrap();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

/// The code of a page; none if a position does not allow the value.
fn printed(code: &str) -> Option<String> {
    let page = format!("~~~sh\n{code}~~~\n");
    let printed = MarkdownPrinter::default().print(&pieces(&page)).ok()?.text;
    Some(printed.strip_prefix("~~~sh\n").unwrap().strip_suffix("~~~\n").unwrap().to_owned())
}

#[test]
fn bash_reads_every_value_as_it_is() {
    let Some(bash) = tool("bash") else { return };
    let (mut code, mut expected) = (String::new(), String::new());
    for (index, value) in values(3000).iter().enumerate() {
        let (place, beside) = PLACES[index % PLACES.len()];
        let place = place.replace('@', &marked(ValueKind::Text, 0, value));
        code.push_str(&format!("printf '%s\\n' {place}\n"));
        expected.push_str(&if beside { format!("a{value}b\n") } else { format!("{value}\n") });
    }
    let output = Command::new(bash).args(["-c", &printed(&code).unwrap()]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let found = String::from_utf8(output.stdout).unwrap();
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found, expected);
}

/// Scripts that print the value `@`, each in its way.
const PRINTING: [&str; 43] = [
    "x=@; p \"$x\"",
    "x=\"@\"; p \"$x\"",
    "x=a y='@'; p \"$y\"",
    "export x=@; p \"$x\"",
    "declare -r x=@; p \"$x\"",
    "x=(@ b); p \"${x[0]}\"",
    "for x in @; do p \"$x\"; done",
    "f() { p \"$1\"; }; f @",
    "f() { p \"$1\"; }\nf \\\n  @",
    "if true; then p @; fi",
    "{ p \"@\"; }",
    "(p @)",
    "true && p @ || p x",
    "p @ | cat",
    "p @ > f; cat f",
    "p @>f; cat f",
    "2>/dev/null p \"@\"",
    "cat <<< @",
    "cat <<<\"@\"",
    "p $'a\\'b' >/dev/null; p @",
    "p \"$(p \"$(p @)\")\"",
    "p \"$(p \"it's\" >/dev/null; p '@')\"",
    "x=$((1<<2)); p @",
    "x=$(( (1 + 2) * 3 )); p \"@\"",
    "((1)); p @",
    "(true)# it's\np \"@\"",
    "(true);# it's\np \"@\"",
    "true # it's\np \"@\"",
    "p a\\\n#b' ' >/dev/null\np \"@\"",
    "p a\\ #b' ' >/dev/null\np \"@\"",
    "cat <<'END OF' >/dev/null\n'\nEND OF\np \"@\"",
    "cat <<E >/dev/null\n'\\\nE\nE\np \"@\"",
    "cat <<-E >/dev/null\n\t\"\n\tE\np '@'",
    "cat <<A <<B >/dev/null\n'\nA\n\"\nB\np '@'",
    "cat <<E \\\n  >/dev/null\n'\nE\np \"@\"",
    "p \"$(cat <<E\n'\nE\n)\" >/dev/null\np \"@\"",
    ": ${x:-${y:-'}'}}; p @",
    ": ${x:-${y:-\"}'\"}}; p \"@\"",
    ": ${x#\"'\"} ${#x} $#; p @",
    "[[ ab =~ ^(a|b)b$ ]] && p @",
    "[[ a == a || \"'\" == b ]]\np \"@\"",
    "x=`p \"'\"`; p @",
    "p a$$'b' >/dev/null; p \"@\"",
];

/// Scripts in which Bash would run or expand a value, or take it apart.
const DANGEROUS: [&str; 57] = [
    "echo $(( @ + 1 ))",
    "echo $(( \"@\" + 1 ))",
    "echo \"$((@))\"",
    "(( x = @ ))",
    "for ((i = 0; i < @; i++)); do break; done",
    "echo $[ @ + 1 ]",
    "echo \"$[@]\"",
    "let x=@",
    "let \"x = @\"",
    "declare -i x=@",
    "declare -i x; x='@'",
    "local -i x=@",
    "x[@]=1",
    "x[1 + @]=1",
    "x[1|@]=1",
    "x[ @ ]=1",
    "x=([@]=1)",
    "echo \"${x[@]}\"",
    "echo ${x:@}",
    "echo ${x:-@}",
    "echo \"${x:-'@'}\"",
    "echo ${x/@/a}",
    "echo ${@}",
    "echo $@",
    "echo \"$@\"",
    "echo $'@'",
    "echo `echo @`",
    "echo \"`echo '@'`\"",
    "echo \\@",
    "[[ @ -eq 1 ]]",
    "[[ '@' -eq 1 ]]",
    "[[ a == @ ]]",
    "[[ -v @ ]]",
    "[[ $(echo @) -eq 1 ]]",
    "test -v @",
    "[ -v '@' ]",
    "printf -v @ x",
    "printf -v \"@\" x",
    "unset @",
    "read @ <<< a",
    "declare @",
    "export '@'",
    "readonly @=1",
    "eval @",
    "eval \"echo @\"",
    "eval \"$(echo '@')\"",
    "builtin eval 'echo @'",
    "sh -c 'echo @'",
    "env x=y bash -ec \"echo @\"",
    "bash <<< '@'",
    "trap '@' EXIT",
    "cat <<E\n@\nE",
    "cat <<'E'\n@\nE",
    "cat <<E$@\nE",
    "x=\"$(case a in a) echo a;; esac; echo \"@\")\"",
    "echo \"$(case a in (a) echo @;; esac)\"",
    "@=1",
];

/// Values that run, expand, end or open something, if a shell reads them as code.
fn hostile(count: usize) -> Vec<String> {
    let known = [
        "$(touch PWNED)",
        "`touch PWNED`",
        "; touch PWNED;",
        "' ; touch PWNED; '",
        "\"; touch PWNED; \"",
        "a[$(touch PWNED)]",
        "x[$(touch PWNED)]=1",
        "a && touch PWNED",
        "$((a[$(touch PWNED)]))",
        "E",
        "if",
        "}",
        "{a,b}",
        "a,b",
        "..9",
        "~",
        "*",
        "2",
        "\\",
        "'",
        "\"",
        "# a",
        "!",
        "$HOME",
        ")$(touch PWNED)(",
        "]$(touch PWNED)[",
        "))$(touch PWNED)((",
    ];
    known.iter().map(|it| (*it).to_owned()).chain(values(count)).collect()
}

/// What a script prints, in an empty folder, with `p` for a line of its argument. None if it ran
/// a command of a value.
fn run(bash: &Path, code: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let code = format!("p() {{ printf '%s\\n' \"$1\"; }}\n{code}");
    let output = Command::new(bash)
        .args(["-c", &code])
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .env("HOME", folder.path())
        .output()
        .unwrap();
    let is_safe = !fs::exists(folder.path().join("PWNED")).unwrap();
    is_safe.then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn a_value_comes_back_from_every_script() {
    let Some(bash) = tool("bash") else { return };
    for value in hostile(rounds(20)) {
        for script in PRINTING {
            let script = script.replace('@', &marked(ValueKind::Text, 0, &value));
            let code = printed(&format!("{script}\n")).expect(&script);
            assert_eq!(run(&bash, &code), Some(format!("{value}\n")), "{code}");
        }
    }
}

#[test]
fn no_value_becomes_code() {
    let Some(bash) = tool("bash") else { return };
    for value in hostile(rounds(20)) {
        for script in DANGEROUS {
            let script = script.replace('@', &marked(ValueKind::Text, 0, &value));
            if let Some(code) = printed(&format!("{script}\n")) {
                assert!(run(&bash, &code).is_some(), "{code}");
            }
        }
    }
}

/// The code of a step of a workflow, as a reader of YAML hands it to the shell. `None`, if a position does not allow the value.
fn printed_in_workflow(script: &str, value: &str) -> Option<String> {
    let script = script.replace('@', &marked(ValueKind::Text, 0, value));
    let lines: String = script.lines().map(|line| format!("          {line}\n")).collect();
    let workflow = format!("jobs:\n  a:\n    steps:\n      - run: |\n{lines}");
    let text = yaml::print(&pieces(&workflow)).ok()?.text;
    let read = yaml::read(&text).unwrap();
    Some(read["jobs"]["a"]["steps"][0]["run"].as_str().unwrap().to_owned())
}

#[test]
fn a_workflow_hands_every_value_to_bash_as_it_is() {
    let Some(bash) = tool("bash") else { return };
    let values = hostile(rounds(20));
    for (index, script) in PRINTING.iter().enumerate() {
        for value in [index, index + 9, index + 17].map(|at| &values[at % values.len()]) {
            let code = printed_in_workflow(script, value).expect(script);
            assert_eq!(run(&bash, &code), Some(format!("{value}\n")), "{code}");
        }
    }
    for (index, script) in DANGEROUS.iter().enumerate() {
        for value in [index, index + 5, index + 11].map(|at| &values[at % values.len()]) {
            let code = printed_in_workflow(script, value);
            assert!(code.as_ref().is_none_or(|code| run(&bash, code).is_some()), "{code:?}");
        }
    }
}

/// Parts of scripts, most of which make no sense together.
const PARTS: [&str; 52] = [
    "'",
    "\"",
    "`",
    "\\",
    "$(",
    "$((",
    "))",
    ")",
    "(",
    "((",
    "${x:-",
    "${x#",
    "}",
    "<<E\n",
    "\nE\n",
    "<<'E'\n",
    "<<-E\n",
    "<<< ",
    "#",
    " # ",
    " ",
    "\n",
    ";",
    "[[ ",
    " ]]",
    "[ ",
    " ]",
    "a[",
    "]",
    "case a in a)",
    ";; esac",
    "p ",
    "p @",
    "\"@\"",
    "'@'",
    "@",
    "@",
    "$'",
    "$\"",
    "$",
    "x=",
    "x=(",
    "eval ",
    "sh -c ",
    "|",
    "&",
    "<(",
    "$[",
    "{",
    "!",
    "\\\n",
    "declare -i x; x=",
];

#[test]
fn no_value_becomes_code_in_a_random_script() {
    let Some(bash) = tool("bash") else { return };
    let values = [
        "$(touch PWNED)",
        "`touch PWNED`",
        "'$(touch PWNED)'",
        "\"$(touch PWNED)\"",
        "a[$(touch PWNED)]",
        "E",
        ")$(touch PWNED)",
    ];
    let mut random = Random(5);
    for _ in 0..rounds(10_000) {
        let parts: String = (0..2 + random.below(10)).map(|_| *random.pick(&PARTS)).collect();
        let script = format!("{parts}\np \"@\"\np '@'\np @\n");
        let with = |value: &str| printed(&script.replace('@', &marked(ValueKind::Text, 0, value)));
        let Some(code) = with(random.pick::<&str>(&values)) else { continue };
        if run(&bash, &code).is_none() {
            // After a syntax error, Bash goes on anywhere.
            let plain = with("x").unwrap();
            let status = Command::new(&bash).args(["-n", "-c", &plain]).output().unwrap().status;
            assert!(!status.success(), "{code}");
        }
    }
}

//! Values in every position of a page; `@` is a value.

use proptest::prelude::*;
use proptest::{collection, sample::select};

use super::*;
use crate::format::markers::{marked, pieces};
use crate::format::trial;

#[track_caller]
fn check(template: &str, value: &str, expected: &str) {
    let print = |pieces: &[Piece<'_>]| MarkdownPrinter::default().print(pieces);
    assert_eq!(trial::printed(print, template, ValueKind::Text, value), Ok(expected.to_owned()));
}

#[track_caller]
fn check_refused(template: &str, kind: ValueKind, value: &str, reason: &str) {
    let output = template.replace('@', &marked(kind, 1, value));
    let invalid = MarkdownPrinter::default().print(&pieces(&output)).expect_err(template);
    assert!(invalid[0].refusal.reason.contains(reason), "{template}: {:?}", invalid[0].refusal);
}

#[test]
fn ordinary_words_stay_as_they_are() {
    for word in [
        "icepack",
        "charts/icepack",
        "main-deploy",
        "values-dev.yaml",
        "snake_case__name",
        "arn:aws:iam::411706531007:role/icepack",
        "https://icepack.example.net/?a=1",
        "a & b, (c); 2 > 1!?",
        "2026-11-20",
    ] {
        check("@ b\n", word, &format!("{word} b\n"));
    }
}

#[test]
fn text_is_no_markup() {
    check("a @\n", "`*<[]|~$\\", "a \\`\\*\\<\\[\\]\\|\\~\\$\\\\\n");
    check("a @\n", "_b_ c_d", "a \\_b\\_ c_d\n");
    check("a @\n", "C#", "a C\\#\n");
    check("@[a](b)\n", "x!", "x\\![a](b)\n");
    check("\\`@`\n", "*", "\\`\\*`\n");
    check("a @\n", "&amp; & &", "a \\&amp; & \\&\n");
    check("| a | @ |\n", "b | c\nd", "| a | b \\| c d |\n");
}

#[test]
fn text_begins_no_block() {
    for (value, expected) in [
        ("# a", "\\# a"),
        ("- a", "\\- a"),
        ("+ a", "\\+ a"),
        ("> a", "\\> a"),
        ("===", "\\==="),
        (":--", "\\:--"),
        ("1. a", "1\\. a"),
        ("12)", "12\\)"),
        ("1.5", "1.5"),
        ("    a", "&#32;   a"),
    ] {
        check("@\n", value, &format!("{expected}\n"));
        check("- @\n", value, &format!("- {expected}\n"));
    }
    check("a @\n", "- # b", "a - # b\n");
}

#[test]
fn code_is_left_alone() {
    check("a `@` b\n", "a*b_c <d> | \\", "a `a*b_c <d> | \\` b\n");
    check("``a ` @`` b\n", "*", "``a ` *`` b\n");
    check("`a @\n", "*", "`a \\*\n");
    check("```a``` @\n", "*", "```a``` \\*\n");
    check("| `@` |\n", "a | b", "| `a | b` |\n");
    check("| a |\n| --- |\n| `@` |\n", "b | c", "| a |\n| --- |\n| `b \\| c` |\n");
    check("```\n'@'\n```\n", "a`b", "```\n'a`b'\n```\n");
    check("Run:\n\n    dig @\n", "*.example.net", "Run:\n\n    dig *.example.net\n");
    check("```text\n@\n```\n@\n", "a * b", "```text\na * b\n```\na \\* b\n");
    check("~~~\n`@`\n~~~\n", "`a`", "~~~\n``a``\n~~~\n");
}

#[test]
fn code_holds_its_value() {
    check_refused("`@`\n", ValueKind::Text, "a`b", "a code span cannot");
    check_refused("`@`\n", ValueKind::Text, "", "a code span cannot");
    check_refused("```\n@\n```\n", ValueKind::Text, "```", "a value in a code block");
    check_refused("~~~\n@\n~~~\n", ValueKind::Text, "a\nb", "a value in a code block");
}

#[test]
fn a_value_in_shell_code_stays_one_word() {
    let hostile = "a'b\"$(c) \\!;#";
    check("```sh\na @\n```\n@\n", "a; b", "```sh\na 'a; b'\n```\na; b\n");
    check("~~~ bash\n@\n~~~\n", "`a`", "~~~ bash\n'`a`'\n~~~\n");
    check("```sh\na @\n```\n", hostile, "```sh\na 'a'\\''b\"$(c) \\!;#'\n```\n");
    check("```sh\na '@'\n```\n", hostile, "```sh\na 'a'\\''b\"$(c) \\!;#'\n```\n");
    let quoted = "```sh\na \"a'b\\\"\\$(c) \\\\\"'!'\";#\"\n```\n";
    check("```sh\na \"@\"\n```\n", hostile, quoted);
    check("```sh\n'a\n```\n```sh\n@\n```\n", "$b", "```sh\n'a\n```\n```sh\n'$b'\n```\n");
}

#[test]
fn shell_code_holds_its_value() {
    check_refused("```sh\n@\n```\n", ValueKind::Text, "a\nb", "a value in a code block");
    check_refused("```sh\na <<END\n@\nEND\n```\n", ValueKind::Text, "a", "quoted safely");
    check_refused("```sh\na \"$@\"\n```\n", ValueKind::Text, "a", "quoted safely");
}

#[test]
fn a_comment_ends_where_the_template_ends_it() {
    check("<!-- @ -->\n", "a --> b", "<!-- a - - > b -->\n");
    check("<!--@-->\n", ">a-", "<!-- >a- -->\n");
    check("<!--\n```\n@\n-->\n@\n", "*", "<!--\n```\n*\n-->\n\\*\n");
    check("<!--\n@\n-->\n@\n", "---", "<!--\n- - - \n-->\n\\---\n");
}

#[test]
fn a_link_leads_where_it_should() {
    check("[a](@)\n", "b c/(d)_e", "[a](b%20c/%28d%29_e)\n");
    check("[a](@)\n", "b&c", "[a](b&amp;c)\n");
    check("[@](b)\n", "a](c)", "[a\\](c)](b)\n");
}

#[test]
fn some_positions_allow_no_string() {
    check_refused("<b id=\"@\">\n", ValueKind::Text, "a", "HTML tags");
    check_refused("\\@\n", ValueKind::Text, "a", "follows a backslash");
    check_refused("@\n", ValueKind::Code, "a", "filters");
}

#[test]
fn every_value_knows_its_line_and_the_text_ends_in_one_newline() {
    let output = format!("a\n{}\n\n\n", marked(ValueKind::Bare, 7, "1"));
    let printed = MarkdownPrinter::default().print(&pieces(&output)).unwrap();
    assert_eq!((&*printed.text, &*printed.tags), ("a\n1\n", &[(1, 7)][..]));
}

#[test]
fn a_link_keeps_its_title_and_its_address() {
    check("[a](b \"@\")\n", "x\" y", "[a](b \"x&#34; y\")\n");
    check("[a](b '@')\n", "it's", "[a](b 'it&#39;s')\n");
    check_refused("[a](b '@')\n", ValueKind::Text, "c\\", "title");
    check("[a](b (@))\n", "(c)", "[a](b (&#40;c&#41;))\n");
    check("![a](@ \"b\")\n", "c d", "![a](c%20d \"b\")\n");
    check("[a](<@>)\n", "c> d", "[a](<c%3E%20d>)\n");
    check("[a]\n\n[a]: @ 'b'\n", "c 'd'", "[a]\n\n[a]: c%20'd' 'b'\n");
    check("[a]\n\n[a]: b \"@\"\n", "c\" d", "[a]\n\n[a]: b \"c&#34; d\"\n");
    check("<http://a.b/@>\n", "c_d", "<http://a.b/c_d>\n");
    check_refused("<http://a.b/@>\n", ValueKind::Text, "c d", "an address between");
    check_refused("[a][@]\n\n[a]: b\n[@]: c\n", ValueKind::Text, "a", "labels");
    check_refused("a[^@]\n\n[^@]: b\n", ValueKind::Text, "a", "labels");
}

#[test]
fn html_keeps_its_text() {
    check("<div>\n@\n</div>\n", "<b> & \"c\"", "<div>\n&lt;b&gt; &amp; &quot;c&quot;\n</div>\n");
    check("<b>@</b>\n", "<i>", "<b>\\<i></b>\n");
    check("<!--@-->\n\n<div>@</div>\n", "->", "<!-- - >-->\n\n<div>-&gt;</div>\n");
    check_refused("<script>\n@\n</script>\n", ValueKind::Text, "a", "HTML tags");
    check_refused("a <style>@</style>\n", ValueKind::Text, "a", "HTML tags");
    check_refused("a <@>\n", ValueKind::Text, "b", "structure of the page");
    check_refused("<div>\n@\n</div>\n", ValueKind::Text, "", "structure of the page");
}

#[test]
fn a_value_that_changes_the_page_is_refused() {
    check("a `@\n", "`b", "a `&#96;b\n");
    check("a `x @\n", "b`", "a `x b&#96;\n");
    check_refused("[@] b\n\n[a]: c\n", ValueKind::Text, "a", "structure of the page");
    check_refused("&@;\n", ValueKind::Text, "lt", "structure of the page");
    check_refused("- [@] a\n", ValueKind::Text, "x", "structure of the page");
    check_refused("**@**b\n", ValueKind::Text, "(a)", "structure of the page");
    check_refused("a\n@\nb\n", ValueKind::Text, "", "structure of the page");
    check_refused("$@$\n", ValueKind::Text, "a", "formulas");
    check_refused("``` @\na\n```\n", ValueKind::Text, "sh", "the language of a code block");
    check_refused("| a |\n| - |\n| b | @ |\n", ValueKind::Text, "c", "not shown");
    check_refused("    @\n", ValueKind::Text, "", "a value in a code block");
}

#[test]
fn only_the_value_that_changes_the_page_is_refused() {
    let [good, bad] = ["a", "x"].map(|text| marked(ValueKind::Text, u32::from(text == "x"), text));
    let output = format!("- {good}\n- [{bad}] {good}\n");
    let invalid = MarkdownPrinter::default().print(&pieces(&output)).unwrap_err();
    assert_eq!(invalid.iter().map(|it| it.tag).collect::<Vec<_>>(), [1]);
}

#[test]
fn private_characters_of_a_template_are_left_alone() {
    let print = |output: &str| MarkdownPrinter::default().print(&pieces(output));
    assert_eq!(print("a \u{F0001}\n").unwrap().text, "a \u{F0001}\n");
    let output = format!("\u{F0001} {}\n", marked(ValueKind::Text, 3, "a"));
    assert_eq!(print(&output).unwrap_err()[0].tag, 3);
    check("@\n", "\u{F0001}", "\u{F0001}\n");
}

/// Positions of values on a page.
const PLACES: [&str; 62] = [
    "@",
    "a @ b",
    "# @",
    "## a @ #",
    "- @",
    "- a\n  @",
    "1. @",
    "> @",
    "a\n@\nb",
    "**@**",
    "_@_",
    "*a @*",
    "~~@~~",
    "[@](http://a.b)",
    "[a](http://a.b \"@\")",
    "[a](http://a.b '@')",
    "[a](http://a.b (@))",
    "![@](a.png)",
    "[a][r]\n\n[r]: http://a.b \"@\"",
    "[a][r]\n\n[r]: http://a.b\n  (@)",
    "| a | b |\n| --- | --- |\n| @ | `@` |",
    "a | b\n--- | ---\n@ | c",
    "`@`",
    "a ``a ` @`` b",
    "    @",
    "- a\n\n      x @",
    "```\n@\n```",
    "~~~text\na @\n~~~",
    "> ```\n> @\n> ```",
    "- ```\n  @ x\n  ```",
    "<div>\n@ x\n</div>",
    "<details><summary>@</summary>\n\na @\n</details>",
    "<pre>\n@\n\n@</pre>",
    "a `x @",
    "a [@] b",
    "[x]: http://a\n\n@ [@] [a @]",
    "a <@> b",
    "a $@ b",
    "&@;",
    "a\\\\@",
    "@\n===",
    "a | b\n@ | @\nc | d",
    "[^1]: @\n\na[^1]",
    "- [ ] @",
    "- [@] a",
    "<@>",
    "@: b",
    "@) b",
    "@. b",
    "@@",
    "a@b@c",
    "*@*b",
    "_a_@_",
    "\"@\" '@'",
    "Term\n: @",
    "[a]: @\n\n[a]",
    "> [!NOTE]\n> @",
    "# a\n@",
    "a\\\n@",
    "1@",
    "![a",
    "a <b>@</b>",
];

/// A word that fits everywhere.
const WORD: &str = "Qzx";

/// What another Markdown reader finds on a page, with a value in place of a word. Blanks that a
/// page does not show are left out.
fn seen(page: &str, value: &str) -> String {
    let mut options = markdown::ParseOptions::gfm();
    options.constructs.gfm_autolink_literal = false;
    let tree = markdown::to_mdast(page, &options).unwrap();
    let mut out = String::new();
    push_seen(&mut out, &tree, value);
    out
}

fn push_seen(out: &mut String, node: &markdown::mdast::Node, value: &str) {
    use markdown::mdast::Node;
    let exact = |text: &str| text.replace(WORD, value);
    let words = |text: &str| {
        exact(text).split([' ', '\n']).filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let title = |title: &Option<String>| words(title.as_deref().unwrap_or_default());
    let html = |text: &str| {
        let (mut escaped, mut comment) = (String::new(), String::new());
        escape::push_html(&mut escaped, value);
        escape::push_comment(&mut comment, value, false);
        text.replace(WORD, if text.starts_with("<!--") { &comment } else { &escaped })
    };
    let address = |text: &str| text.replace(WORD, &escape::address(value));
    let text = match node {
        Node::Text(it) => words(&it.value),
        Node::InlineCode(it) => exact(&it.value),
        Node::Code(it) => format!("{:?} {}", it.lang, exact(&it.value)),
        Node::Html(it) => html(&it.value),
        Node::Link(it) => format!("{} {}", address(&it.url), title(&it.title)),
        Node::Image(it) => format!("{} {} {}", address(&it.url), words(&it.alt), title(&it.title)),
        Node::Definition(it) => format!("{} {}", address(&it.url), title(&it.title)),
        Node::Heading(it) => it.depth.to_string(),
        Node::ListItem(it) => format!("{:?}", it.checked),
        _ => String::new(),
    };
    let kind = format!("{node:?}");
    let kind = kind.split(' ').next().unwrap_or_default();
    if kind == "Text" && text.is_empty() {
        return;
    }
    if matches!(node, Node::Paragraph(_)) {
        let mut inner = String::new();
        node.children().into_iter().flatten().for_each(|child| push_seen(&mut inner, child, value));
        if !inner.is_empty() {
            out.push_str(&format!("(Paragraph {inner})"));
        }
        return;
    }
    out.push_str(&format!("({kind} {text}"));
    node.children().into_iter().flatten().for_each(|child| push_seen(out, child, value));
    out.push(')');
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]
    #[test]
    fn another_reader_sees_the_value_and_nothing_else(
        place in select(&PLACES[..]),
        value in "[ab1x `*_\\[\\]()<>#+=|~!&;:\"'$\\\\./-]{0,8}",
    ) {
        // Readers disagree on a box without a text.
        prop_assume!(!(place == "- [ ] @" && value.is_empty()));
        let page = |value: &str| {
            let value = marked(ValueKind::Text, 0, value);
            let output = format!("{}\n\nend\n", place.replace('@', &value));
            MarkdownPrinter::default().print(&pieces(&output)).map(|printed| printed.text)
        };
        let (Ok(printed), Ok(plain)) = (page(&value), page(WORD)) else { return Ok(()) };
        prop_assert_eq!(seen(&printed, WORD), seen(&plain, &value), "{}", printed);
    }
}

/// Parts of pages.
const PARTS: [&str; 44] = [
    "@",
    "@",
    "@",
    " ",
    "\n",
    "\n\n",
    "*",
    "_",
    "**",
    "~~",
    "`",
    "``",
    "```\n",
    "~~~ sh\n",
    "# ",
    "- ",
    "1. ",
    "> ",
    "    ",
    "[",
    "]",
    "](",
    ")",
    "]: ",
    "[^1]",
    "<",
    ">",
    "<!-- ",
    " -->",
    "<div>",
    "</div>",
    "<b ",
    "&",
    ";",
    "|",
    "\n| - |\n",
    "$",
    "\\",
    "!",
    "a",
    "1",
    "\"",
    "'",
    "===\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn words_change_no_page(
        parts in collection::vec(select(&PARTS[..]), 1..16),
        words in collection::vec("[a1]([-._/:]?[bc2]){0,4}", 16),
    ) {
        // The printer asserts that words leave the rest of a page as it is.
        let mut output = String::new();
        for (part, word) in parts.iter().zip(words) {
            output.push_str(&part.replace('@', &marked(ValueKind::Text, 0, &word)));
        }
        _ = MarkdownPrinter::default().print(&pieces(&output));
    }
}

#[test]
fn a_page_takes_time_by_its_length() {
    let value = marked(ValueKind::Text, 0, "a b*");
    for part in ["@", "@\n", "@\n\n", "<b>@\n", "<div>\n@ <i>\n", "[@](b \"@\") ", "`@` ", "| @ "] {
        let output = part.replace('@', &value).repeat(1_000);
        for (before, after) in [("", ""), ("~~~sh\n", "\n~~~"), ("<div>\n", "")] {
            _ = MarkdownPrinter::default().print(&pieces(&format!("{before}{output}{after}\n")));
        }
    }
}

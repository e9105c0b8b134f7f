//! Values in every position, and the layout around them.
//!
//! A value is written `‹text›`, `«code»` or `⟦bare⟧`. Its tag is its number in the row.

mod rewrites;

use proptest::prelude::*;
use proptest::{collection, sample::select};

use super::*;
use crate::format::markers::{ValueKind, marked, pieces};

/// The output of a template that prints the values of a row.
fn output(row: &str) -> String {
    let mut output = String::new();
    for (tag, part) in row.split_inclusive(['›', '»', '⟧']).enumerate() {
        let opening = part.find(['‹', '«', '⟦']).unwrap_or(part.len());
        let (literal, value) = part.split_at(opening);
        output.push_str(literal);
        let kind = match value.chars().next() {
            Some('‹') => ValueKind::Text,
            Some('«') => ValueKind::Code,
            Some(_) => ValueKind::Bare,
            None => continue,
        };
        let text = value.trim_matches(['‹', '›', '«', '»', '⟦', '⟧']);
        output.push_str(&marked(kind, tag as u32, text));
    }
    output
}

#[track_caller]
fn prints(row: &str, expected: &str) {
    let printed = HclPrinter::default().print(&pieces(&output(row)), LayoutMode::Keep).unwrap();
    assert_eq!(printed.text, expected);
}

#[track_caller]
fn lays_out(text: &str, expected: &str) {
    let printed =
        HclPrinter::default().print(&[Piece::Literal(text)], LayoutMode::Canonical).unwrap();
    assert_eq!(printed.text, expected);
}

/// The reasons, each with its tag in front.
#[track_caller]
fn refuses(row: &str, expected: &[&str]) {
    let invalid = HclPrinter::default().print(&pieces(&output(row)), LayoutMode::Keep).unwrap_err();
    let shown: Vec<_> =
        invalid.iter().map(|value| format!("{} {}", value.tag, value.refusal.reason)).collect();
    assert_eq!(shown, expected);
}

#[test]
fn text_in_quotes_is_escaped() {
    prints(r#"a = "‹x"y›""#, r#"a = "x\"y""#);
    prints(r#"a = "‹${x}›-‹%{y}›""#, r#"a = "$${x}-%%{y}""#);
    prints(r#"a = "${f("‹a"b›")}""#, r#"a = "${f("a\"b")}""#);
    prints("\"‹a.b›\" = \"⟦12⟧\"", r#""a.b" = "12""#);
}

#[test]
fn the_known_tokens_are_those_that_the_lexer_reads() {
    // `HclPrinter` compares the tokens that it knows with those that the lexer reads.
    let templates =
        ["a", "1", " ", "\n", "=", "\"", "${", "}", "$", "{", ".", "-", "#", "<<E\n", "\nE\n"];
    let values = ["‹›", "‹$›", "‹x\ny›", "⟦5⟧", "⟦-1.5⟧", "«[\"a\", {\nb = 1\n}]»", "«-a»"];
    for value in values {
        for first in templates {
            for second in templates {
                for third in templates {
                    let row = format!("{first}{second}{value}{third}{value}");
                    _ = HclPrinter::default().print(&pieces(&output(&row)), LayoutMode::Canonical);
                }
            }
        }
    }
}

#[test]
fn columns_after_names_are_aligned_by_their_widths() {
    let printer = HclPrinter::default();
    let print = |row: &str| {
        printer
            .print(&pieces(&output(row)), LayoutMode::Canonical)
            .map(|printed| printed.text)
            .unwrap()
    };
    let block = |name: &str| print(&format!("x {{\n«{name}»=1 # a\n  bcd = \"2\" # b\n}}\n"));
    assert_eq!(block("a"), "x {\n  a   = 1   # a\n  bcd = \"2\" # b\n}\n");
    assert_eq!(block("a-b_c"), "x {\n  a-b_c = 1   # a\n  bcd   = \"2\" # b\n}\n");
    assert_eq!(block("\"a\""), "x {\n  \"a\" = 1   # a\n  bcd = \"2\" # b\n}\n");
    assert_eq!(block("b"), "x {\n  b   = 1   # a\n  bcd = \"2\" # b\n}\n");
}

proptest! {
    #[test]
    fn the_skeletons_of_a_printer_never_change_its_output(
        template in collection::vec(select(TEMPLATE), 1..12),
        rows in collection::vec(collection::vec(select(VALUES), 12), 1..4),
        end in select(&["\n", "\nE\n", "", "\n\n"]),
    ) {
        let used = HclPrinter::default();
        for values in rows {
            let parts = template.iter().zip(values).map(|(part, value)| part.replace('@', value));
            // One invalid value prevents all output, so most are left out.
            let is_printed = |part: &String| {
                HclPrinter::default().print(&pieces(&output(part)), LayoutMode::Keep).is_ok()
            };
            let parts = parts.enumerate().filter(|(at, part)| *at == 7 || is_printed(part));
            let row: String = parts.map(|(_, part)| part).collect();
            let output = output(&(row + end));
            for layout in [LayoutMode::Canonical, LayoutMode::Keep] {
                let expected = HclPrinter::default().print(&pieces(&output), layout);
                prop_assert_eq!(used.print(&pieces(&output), layout), expected, "{}", output);
            }
        }
    }
}

/// Parts of templates; `@` is a value.
const TEMPLATE: &[&str] = &[
    "a = @\n",
    "@ = 1\n",
    "@ = @ # @\n",
    "bcd = \"@\"\n",
    "\"@\" = \"x\"\n",
    "e = [@, \"@\"]\n",
    "f @ {\n",
    "g \"@\" {\n",
    "}\n",
    "h = {\n",
    "i=\"-@-\" # @\n",
    "# @\n",
    "// @ # @\n",
    "/* @ */",
    "<<E\n@\nE\n",
    "j = <<-E\n  @${@}x @\n  E\n",
    "@",
    "@-@",
    "k@ = \"${@}\"\n",
    "l = [for x in @ : x]\n",
    "\n",
    "(@)",
    "m = \"@${x ~}@\"\n",
    "n = f(@)[@]\n",
    "o ? @ : - @\n",
    "\"$@",
    "{@}",
    "\r\n",
    "p = {q = @}\n",
    "q = \"${@}\"\n",
    "r = \"@${s}@\" # @\n",
    "t = \"${\n@\n}\"\n",
    "u = \"${f(\"@\")}\"\n",
    "v = \"${<<E\n@\nE\n}\"\n",
    "variable @ {\n",
    "type = @\n",
    "type = \"@\"\n",
    "w /* @ */ x {\n",
];

const VALUES: &[&str] = &[
    "‹›",
    "‹x›",
    "‹$›",
    "‹{›",
    "‹a b›",
    "‹x\ny›",
    "‹E›",
    "‹\u{301}›",
    "⟦5⟧",
    "⟦-1.5⟧",
    "⟦true⟧",
    "⟦1e+30⟧",
    "⟦⟧",
    "«[\"a\", \"b\"]»",
    "«[\n1,\n2,\n]»",
    "«{\nb = 1\n}»",
    "«{}»",
    "«[]»",
    "«\"a$${b}\"»",
    "«abc»",
    "«d-e_f»",
    "«-a»",
    "«a.b[0]»",
    "«{ a = 1 }»",
    "«[1,2]»",
    "«null»",
    "«f(1)»",
    "«a b»",
    "«list»",
    "«\"map\"»",
    "«type»",
    "«variable»",
];

#[test]
fn text_in_quotes_does_not_join_the_text_beside_it() {
    prints(r#"a = "$‹{x}›""#, r#"a = "$${x}""#);
    prints(r#"a = "‹%›{x}""#, r#"a = "%%{x}""#);
    prints(r#"a = "‹$›‹›‹{›""#, r#"a = "$${""#);
    prints(r#"a = "‹$›$${x}""#, r#"a = "$$${x}""#);
    prints(r#"a = "‹a$›${x}""#, r#"a = "a${"$"}${x}""#);
    prints(r#"a = "$‹›${x}""#, r#"a = "${"$"}${x}""#);
    prints(r#"a = "‹$%›%{if x}%{endif}""#, r#"a = "${"$%"}%{if x}%{endif}""#);
    prints(r#"a = "‹%›${x}""#, r#"a = "%${x}""#);
    prints(r#"a = "${x ~}‹ a›""#, r#"a = "${x ~}${" a"}""#);
    prints(r#"a = "${x ~}‹a›""#, r#"a = "${x ~}a""#);
}

#[test]
fn text_in_a_heredoc_stays_readable_if_possible() {
    prints("a = <<EOT\n‹x \"y\"\\\n z›\nEOT\n", "a = <<EOT\nx \"y\"\\\n z\nEOT\n");
    prints("a = <<EOT\n‹${x}›$‹{›\nEOT\n", "a = <<EOT\n$${x}$${\nEOT\n");
    prints("a = <<EOT\n‹a\r\nb›\nEOT\n", "a = <<EOT\n${\"a\\r\\nb\"}\nEOT\n");
    prints("a = <<EOT\n$‹\r›\nEOT\n", "a = <<EOT\n${\"$\"}${\"\\r\"}\nEOT\n");
    prints("a = <<EOT\n‹$›${x}\nEOT\n", "a = <<EOT\n${\"$\"}${x}\nEOT\n");
}

#[test]
fn text_does_not_end_a_heredoc() {
    prints("a = <<EOT\n‹EOT›\nEOT\n", "a = <<EOT\n${\"EOT\"}\nEOT\n");
    prints("a = <<EOT\n E‹OT›\nEOT\n", "a = <<EOT\n E${\"OT\"}\nEOT\n");
    prints("a = <<E1\nE⟦1⟧\nE1\n", "a = <<E1\nE${\"1\"}\nE1\n");
    prints("a = <<EOT\nx ‹EOT›\nEOT\n", "a = <<EOT\nx EOT\nEOT\n");
}

#[test]
fn text_does_not_change_the_indentation_of_a_heredoc() {
    prints("a = <<-EOT\n  ‹x›\n  EOT\n", "a = <<-EOT\n  x\n  EOT\n");
    prints("a = <<-EOT\n  ‹ x›\n  EOT\n", "a = <<-EOT\n  ${\" x\"}\n  EOT\n");
    prints("a = <<-EOT\n  ‹›\n  EOT\n", "a = <<-EOT\n  ${\"\"}\n  EOT\n");
    prints("a = <<-EOT\n  ‹\u{301}x›\n  EOT\n", "a = <<-EOT\n  ${\"\u{301}x\"}\n  EOT\n");
    prints("a = <<-EOT\n  a‹\u{301}›\n  EOT\n", "a = <<-EOT\n  a\u{301}\n  EOT\n");
    prints("a = <<-EOT\n  a‹\nb›\n  EOT\n", "a = <<-EOT\n  a${\"\\nb\"}\n  EOT\n");
}

#[test]
fn text_does_not_end_a_comment() {
    prints("# ‹a\nb = 1› c\n", "# a b = 1 c\n");
    prints("// ‹*/5 * * * *›\n", "// */5 * * * *\n");
    prints("/* ‹*/ a\n›*/\n", "/* * / a */\n");
    prints("/* ‹*›/ ‹*›*/\n", "/* * / **/\n");
}

#[test]
fn code_and_numbers_have_no_quotes() {
    prints("a = «[1, 2]»\nb = ⟦3⟧\n", "a = [1, 2]\nb = 3\n");
    prints("a = \"x${«\"y\"»}\"\n", "a = \"x${\"y\"}\"\n");
    prints("a⟦1⟧ = \"⟦2⟧\" # ⟦3⟧\n", "a1 = \"2\" # 3\n");
}

#[test]
fn every_invalid_value_is_reported() {
    let bare = "unquoted string";
    refuses("a = ‹path.cwd›\n", &["0 unquoted string"]);
    refuses("a = \"x${‹b›}\"\n⟦1⟧ = ‹c›\n", &[&format!("0 {bare}"), &format!("2 {bare}")]);
    refuses("a = <<E⟦1⟧\nx\nEOT\n", &["0 heredoc delimiters cannot contain template values"]);
    refuses("a = \"«x»\"\n", &["0 expression inside quotes"]);
    refuses("a = <<EOT\n«x»\nEOT\n", &["0 expression inside a heredoc"]);
    refuses("# «x»\n/*«x»*/", &["0 expression inside a comment", "1 expression inside a comment"]);
}

#[test]
fn a_value_does_not_complete_an_escape_sequence() {
    let reason = "0 a value follows an incomplete escape sequence";
    refuses(r#"a = "\‹n›""#, &[reason]);
    refuses(r#"a = "x\\\‹n›""#, &[reason]);
    refuses(r#"a = "\u00‹41›""#, &[reason]);
    prints(r#"a = "\\‹n›\u0041‹1›\n‹x›""#, r#"a = "\\n\u00411\nx""#);
}

#[test]
fn a_block_label_needs_no_escape() {
    let reason =
        "0 block label contains a character that `terraform fmt` or Terraform does not allow";
    refuses("a \"‹x\"y›\" {\n}\n", &[reason]);
    refuses("b = 1\na x \"x-‹$›\" \"y\" {\n}\n", &[reason]);
    refuses("a «\"%\"» {\n}\n", &[reason]);
    prints("a \"‹x›\" \"‹größe›\" {\n}\n", "a \"x\" \"größe\" {\n}\n");
    prints("a = \"‹$›\" [0]\n", "a = \"$\" [0]\n");
    prints("a = [\n\"‹$›\"\n]\n", "a = [\n\"$\"\n]\n");
    prints("a = {\n\"‹$›\" = {\n}\n}\n", "a = {\n\"$\" = {\n}\n}\n");
}

#[test]
fn tags_name_the_lines_of_values() {
    let row = "a {\nb= \"‹x›\" # ‹y\nz›\n\nc =«[\n1\n]»\n}\n";
    let printed =
        HclPrinter::default().print(&pieces(&output(row)), LayoutMode::Canonical).unwrap();
    assert_eq!(printed.text, "a {\n  b = \"x\" # y z\n\n  c = [\n    1\n  ]\n}\n");
    assert_eq!(printed.tags, [(1, 0), (1, 1), (3, 2), (4, 2), (5, 2)]);
}

#[test]
fn lines_are_indented_by_the_brackets_around_them() {
    lays_out("a{\nb {\n\n      c=1\n}\n  }\n", "a {\n  b {\n\n    c = 1\n  }\n}\n");
    lays_out("a=f({\nb=1\n})\nc=1", "a = f({\n  b = 1\n})\nc = 1\n");
    lays_out("a=f({\nb=1\n},\n2)\n", "a = f({\n  b = 1\n  },\n2)\n");
    lays_out("a=[<<EOT\n  x {\nEOT\n,1]\n\n\n", "a = [<<EOT\n  x {\nEOT\n, 1]\n");
}

#[test]
fn assignments_and_comments_line_up_in_runs() {
    lays_out("a=1\nbcd=2\n\nef=3\ng=4\n", "a   = 1\nbcd = 2\n\nef = 3\ng  = 4\n");
    lays_out("a=1\nbc={\nd=1\n}\nef=2\n", "a = 1\nbc = {\n  d = 1\n}\nef = 2\n");
    lays_out("a=1# x\nbc=22   // y\n# z\nd=3 #\n", "a  = 1  # x\nbc = 22 // y\n# z\nd = 3 #\n");
    lays_out("e\u{301}=1\nab=2\n名前=3\n", "e\u{301}  = 1\nab = 2\n名前 = 3\n");
    lays_out("a={b=1,cc=2}\nd=[ {e=1} ]\n", "a = { b = 1, cc = 2 }\nd = [{ e = 1 }]\n");
}

#[test]
fn tokens_are_spaced_by_their_neighbours() {
    lays_out("a=f ( - 1,b [ 0 ],! c ... )\n", "a = f(-1, b[0], !c...)\n");
    lays_out("a=[for k,v in[1]:k=>v... if -k]", "a = [for k, v in [1] : k => v... if - k]\n");
    lays_out("a = b . c :: d ( e [ * ] . f )\nb = c . *\n", "a = b.c::d(e[*].f)\nb = c.*\n");
    lays_out("a=\"${ x }%{ if y~}  ${ {} }\"", "a = \"${x}%{if y~}  ${ {} }\"\n");
    lays_out("a=[b,]\nc=f( d , )\n", "a = [b, ]\nc = f(d, )\n");
    lays_out("a={ }\nb=[ ]\nc=x?-1:y- 1", "a = {}\nb = []\nc = x ? -1 : y- 1\n");
}

/// Checks the columns of a quoted text, aligned with one of nine columns.
#[track_caller]
fn takes_columns(text: &str, columns: usize) {
    let row = |gap: usize| format!("\"{text}\"{} = 1\n\"nine_wide\" = 2\n", " ".repeat(gap));
    lays_out(&row(0), &row(9 - columns));
}

#[test]
fn columns_are_counted_as_terraform_counts_them() {
    takes_columns("a\u{315}", 1);
    takes_columns("a\u{315}{\u{315}", 2);
    takes_columns("$\u{315}", 2);
    takes_columns("$${\u{315}%%{\u{315}", 8);
    takes_columns("$${~\u{315}{~\u{315}", 7);
    takes_columns("\u{600}a", 1);
    takes_columns("\u{600}%", 2);
    takes_columns("\u{600}\u{fffd}\u{315}", 3);
}

//! What a template may look at: names that it sees, and entries of tables under them.
//!
//! Knows no values, and no shapes: what goes through a table as a whole may look at all in it. Only
//! a comparison may not: the tables that templates see differ in more than one entry.

use std::collections::HashSet;

use super::names::{FILE, PASSING_FILTERS, RELATIVE};
use super::scan::{Tag, TagKind, Token, TokenKind};

/// What the tags of a template read.
#[derive(Default)]
pub struct Reads {
    /// Every word that may be a name it sees, the one that a filter looks up included. Components
    /// see what they are given and no other.
    pub names: HashSet<String>,
    /// Names of entries, and texts that may hold some.
    keys: Vec<String>,
    /// Entries of which more may be read than is named.
    whole: Vec<String>,
    /// Whether that is so of something that is no entry.
    everything: bool,
    /// Whether that is so of something that a component is given.
    arguments: bool,
    /// What components are given.
    given: Given,
    /// The components that it may call.
    pub calls: Vec<String>,
    /// The components that it defines.
    pub defines: Vec<String>,
}

/// Entries, and whether there is something else that may hold any.
#[derive(Default)]
struct Given {
    entries: Vec<String>,
    more: bool,
}

impl Reads {
    pub fn of(tags: &[Tag<'_>]) -> Reads {
        let mut reads = Reads::default();
        let mut in_component = false;
        for tag in tags {
            match tag.text(0) {
                "component" if tag.kind == TagKind::Block => {
                    reads.defines.push(tag.text(1).to_owned());
                    in_component = true;
                }
                "endcomponent" => in_component = false,
                _ => {}
            }
            for index in 0..tag.tokens.len() {
                reads.token(tag, index, in_component);
            }
        }
        reads
    }

    /// Whether templates may read together what the last of these entries holds, each of which lies
    /// in the one before it or in a list there, and in nothing else that an entry holds.
    pub fn may_read(all: &[&Reads], path: &[&str]) -> bool {
        let (last, around) = path.split_last().expect("a path has entries");
        let leads_there = |key: &String| around.contains(&key.as_str());
        let given =
            |reads: &&Reads| reads.given.more || reads.given.entries.iter().any(leads_there);
        let is_named = |key: &String| key.contains(last);
        all.iter().any(|reads| reads.everything || reads.keys.iter().any(is_named))
            || all.iter().any(|reads| reads.whole.iter().any(leads_there))
            || all.iter().any(|reads| reads.arguments) && all.iter().any(given)
    }

    fn token(&mut self, tag: &Tag<'_>, index: usize, in_component: bool) {
        let Token { kind, text, .. } = tag.tokens[index];
        let before = index.checked_sub(1).map_or("", |index| tag.text(index));
        // A filter may also be called by a text that holds its name.
        if text.contains(RELATIVE) {
            self.names.insert(FILE.to_owned());
        }
        match (kind, text) {
            (TokenKind::String, _) => self.keys.push(text.to_owned()),
            (TokenKind::Word, "for") => {
                let (names, from) = split_at_in(&tag.tokens[index..]);
                if names.iter().any(|token| token.text == ",") {
                    self.whole(path_key(from), from.len() == 1 && in_component);
                }
            }
            (TokenKind::Word, "in") => {
                let count = |word| tag.tokens[..index].iter().filter(|it| it.text == word).count();
                self.everything |= count("in") == count("for");
            }
            (TokenKind::Word, "containing") => self.everything |= matches!(before, "is" | "not"),
            (TokenKind::Word, _) => match before {
                "." | "?." => self.keys.push(text.to_owned()),
                "|" if PASSING_FILTERS.contains(&text) => {}
                // A list is as long, whatever its tables hold.
                "|" if text == "length" && last_key(&tag.tokens[..index - 1]).is_some() => {}
                "|" => self.whole_end(&tag.tokens[..index - 1], in_component),
                "<" => self.calls.push(text.to_owned()),
                // `<name a />` gives the component what is called as its parameter is.
                _ => {
                    let is_read = tag.text(index + 1) != "=";
                    self.given.more |= is_read && is_in_call(&tag.tokens[..index]);
                    if is_read && (!in_component || before == "@") {
                        self.names.insert(text.to_owned());
                    }
                }
            },
            (_, "[" | "?[") => {
                let is_list =
                    matches!(before, "" | "=" | "==" | "(" | "," | "[" | "{" | ":" | "in");
                if !is_list && !is_plain_index(&tag.tokens[index..]) {
                    self.whole_end(&tag.tokens[..index], in_component);
                }
            }
            (_, "{") if before == "=" => self.argument(&tag.tokens[index + 1..]),
            // A parameter that comes from where the component is called.
            (_, "@") => self.given.more = true,
            // The first two take all of a table. An entry of one that is made here may hold
            // anything, whatever its name.
            (_, "..." | "~") => self.everything = true,
            (_, ":") => self.everything |= tag.text(0) != "component",
            _ => {}
        }
    }

    /// Notes what a component is given by an expression in braces.
    fn argument(&mut self, tokens: &[Token<'_>]) {
        let end = tokens.iter().position(|token| token.text == "}").unwrap_or(tokens.len());
        match &tokens[..end] {
            [only] if only.kind != TokenKind::Word => {}
            whole => match path_key(whole) {
                Some(key) => self.given.entries.push(key.to_owned()),
                None => self.given.more = true,
            },
        }
    }

    /// Notes that all may be read of what tokens end with.
    fn whole_end(&mut self, tokens: &[Token<'_>], in_component: bool) {
        let ends_with_name = match tokens {
            [.., before, name] => name.kind == TokenKind::Word && before.text != "|",
            [name] => name.kind == TokenKind::Word,
            [] => false,
        };
        self.whole(last_key(tokens), ends_with_name && in_component);
    }

    /// Notes that all may be read of an entry, or of a name that has come into a component.
    fn whole(&mut self, key: Option<&str>, is_argument: bool) {
        match key {
            Some(key) => self.whole.push(key.to_owned()),
            None if is_argument => self.arguments = true,
            None => self.everything = true,
        }
    }
}

/// Whether tokens end in the call of a component, outside the braces in it.
fn is_in_call(tokens: &[Token<'_>]) -> bool {
    let count = |text| tokens.iter().filter(|token| token.text == text).count();
    count("<") > 0 && count("{") == count("}")
}

/// The names that a loop gives, and what it goes through.
fn split_at_in<'a, 't>(tokens: &'a [Token<'t>]) -> (&'a [Token<'t>], &'a [Token<'t>]) {
    let at = tokens.iter().position(|token| token.text == "in").unwrap_or(tokens.len());
    (&tokens[..at], tokens.get(at + 1..).unwrap_or_default())
}

/// The entry that tokens name, where they are nothing but a path: `a.b.c`.
fn path_key<'t>(tokens: &[Token<'t>]) -> Option<&'t str> {
    let is_path = tokens.iter().enumerate().all(|(index, token)| match index % 2 {
        0 => token.kind == TokenKind::Word,
        _ => matches!(token.text, "." | "?."),
    });
    last_key(tokens).filter(|_| is_path)
}

/// The entry that tokens end with, where it is named.
fn last_key<'t>(tokens: &[Token<'t>]) -> Option<&'t str> {
    match tokens {
        [.., dot, key] if matches!(dot.text, "." | "?.") && key.kind == TokenKind::Word => {
            Some(key.text)
        }
        _ => None,
    }
}

/// Whether brackets hold nothing but a string, which is noted, or a number.
fn is_plain_index(tokens: &[Token<'_>]) -> bool {
    let literal = tokens.get(1).map(|token| token.kind);
    matches!(literal, Some(TokenKind::String | TokenKind::Number))
        && tokens.get(2).is_some_and(|token| token.text == "]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::scan;

    #[track_caller]
    fn check(template: &str, reads_size: bool) {
        let reads = Reads::of(&scan::tags(template).unwrap());
        assert_eq!(Reads::may_read(&[&reads], &["items", "size"]), reads_size, "{template}");
    }

    #[test]
    fn a_name_is_seen_that_a_template_may_look_up() {
        for (template, expected) in [
            ("{{ file.path }}", true),
            ("{% for x in file %}{% endfor %}", true),
            ("{{ x[file] }}", true),
            ("{{<c x={file} />}}", true),
            ("{{<c file />}}", true),
            ("{{ x | relative }}", true),
            ("{{ x | map(filter=\"relative\") }}", true),
            ("{% filter relative %}x{% endfilter %}", true),
            ("{% component c(@file) %}{% endcomponent %}", true),
            ("{% component c(x) %}{{ x | relative }}{% endcomponent %}", true),
            ("{{ x.file }}{{ \"file\" }} file", false),
            ("{{<c file={x} />}}{% set file = 1 %}", false),
            ("{% component c(file) %}{{ file }}{% endcomponent %}{{ x | upper }}", false),
            ("{% component c(x) %}{% endcomponent %}{{ file }}", true),
        ] {
            let reads = Reads::of(&scan::tags(template).unwrap());
            assert_eq!(reads.names.contains(FILE), expected, "{template}");
        }
    }

    #[test]
    fn an_entry_is_read_that_is_named() {
        check("{{ service.name }}{{ size }} size", false);
        check("{{ a.sizes }}", true);
        check("{{ service.size }}", true);
        check("{{ service?.size.x }}", true);
        check("{% if service[\"size\"] %}{% endif %}", true);
        check("{% for x in a | sort(attribute=\"size.y\") %}{% endfor %}", true);
        check("{% set x = a[0].name %}{{ x == [1, 2] }}{{<c a={x} b={[\"y\"]} />}}", false);
        check("{# a.size #}", false);
    }

    #[test]
    fn what_goes_through_a_table_reads_every_entry() {
        check("{% for x in a.items %}{{ x.name | upper }}{% endfor %}", false);
        check("{{ a.name | yaml }}{{ a.items | length }}{{ a.b | keys }}", false);
        check("{{ a.b[c].d }}{% for key, x in a.b %}{% endfor %}", false);
        for all in
            ["a", "a.items", "f(x)", "a.b[0]", "a.b | first", "(a)", "a.b | default(value=c)"]
        {
            check(&format!("{{% for key, x in {all} %}}{{% endfor %}}"), true);
            check(&format!("{{{{ {all} | hcl }}}}"), true);
            check(&format!("{{{{ {all} | get(key=b) }}}}"), true);
            check(&format!("{{{{ {all} | values | x }}}}"), true);
        }
        check("{{ a | length }}", true);
        check("{{ a[b] }}", true);
        check("{{ a.items[b] }}", true);
        check("{{ a?[b] }}", true);
        check("{{ a ~ \"\" }}", true);
        check("{{ [x.y for k, x in a] }}", true);
        check("{{ [x.y for x in a.b] }}", false);
        check("{% if x in a.b %}{% endif %}", true);
        check("{{ [x.y for x in a.b if k in x] }}", true);
        check("{% if a.b is containing(x) %}{% endif %}", true);
        check("{% set x = {\"b\": a.items} %}", true);
        check("{% component c(a: string) %}{% endcomponent %}", false);
        check("{{<c {...a.b} />}}", true);
    }

    #[test]
    fn what_a_component_reads_depends_on_what_it_is_given() {
        let component = "{% component c(x) %}{{ x | yaml }}{% endcomponent %}";
        for (argument, reads_size) in [
            ("a.name", false),
            ("\"a\"", false),
            ("a.items", true),
            ("a", true),
            ("b or a.name", true),
        ] {
            check(&format!("{component}{{{{<c x={{{argument}}} />}}}}"), reads_size);
        }
        check(
            "{% component c(x) %}{% for y in x %}{{ y[z] }}{% endfor %}{% endcomponent %}{{<c x={a.items} />}}",
            true,
        );
        check("{% component c(x) %}{{ x.name }}{% endcomponent %}{{<c x={a.items} />}}", false);
        check("{% component c(x) %}{{ x | first | yaml }}{% endcomponent %}", true);
        check(
            "{% component c(x) %}{% for k, v in x %}{% endfor %}{% endcomponent %}{{<c x={a} />}}",
            true,
        );
        check("{% component c(x) %}{% endcomponent %}{{ x | yaml }}", true);
        check(&format!("{component}{{{{<c x />}}}}"), true);
        check(&format!("{component}{{% set y = <c x={{a}} /> %}}"), true);
        check(&format!("{component}{{% set y = <c x={{a.b}} /> %}}"), false);
        check("{% component c(@x) %}{{ x | yaml }}{% endcomponent %}", true);
    }
}

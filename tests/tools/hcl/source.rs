//! Random Terraform source: valid, of every shape, and spaced in any way but the right one.
//!
//! With what `terraform fmt` rewrites beyond its spacing: strings that are one interpolation, block
//! labels without quotes, quoted types of variables.

use crate::support::random::Random;

/// A file of Terraform source.
pub(crate) fn file(seed: u64) -> String {
    let mut source = Source { random: Random(seed), out: String::new(), names: 0 };
    source.body(5);
    source.out
}

struct Source {
    random: Random,
    out: String,
    /// Counts names, so that no body defines one twice.
    names: usize,
}

const NAMES: [&str; 8] = ["a", "bc", "a-b", "_x1", "for_each", "größe", "e\u{301}t", "名前"];
const WORDS: [&str; 7] = ["", "a b", " x ", "// no # comment", "👩‍👩‍👧 {}", "\\\" $${ %%{ \\n", "[(=,"];
const OPERATORS: [&str; 13] =
    ["+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||"];

impl Source {
    fn body(&mut self, depth: usize) {
        for _ in 0..self.random.below(14) {
            self.blank();
            match self.random.below(9) {
                0 if depth > 0 => self.block(depth - 1),
                3 if depth == 5 => self.variable(),
                1 => self.newline(),
                2 => self.line_comment(),
                _ => self.attribute(depth),
            }
        }
    }

    fn variable(&mut self) {
        self.token("variable");
        self.label();
        self.token("{");
        self.line_end();
        for name in ["type", "default"] {
            self.token(name);
            self.token("=");
            let types = [
                "\"string\"",
                "\"list\"",
                "\"map\"",
                "\"set\"",
                "list",
                "map",
                "set",
                "any",
                "\"${list}\"",
            ];
            let value = self.random.pick(&types);
            self.token(value);
            self.line_end();
        }
        self.token("}");
        self.line_end();
    }

    fn label(&mut self) {
        if self.random.one_in(8) {
            self.block_comment();
        }
        let labels = ["\"a\"", "\"größe\"", "\"{}\"", "\"\"", "\"\\u0041\\t\"", "a", "b-c", "名前"];
        let label = self.random.pick(&labels);
        self.token(label);
    }

    fn block(&mut self, depth: usize) {
        self.name();
        for _ in 0..self.random.below(3) {
            self.label();
        }
        if self.random.one_in(16) {
            self.block_comment();
        }
        self.token("{");
        match self.random.below(4) {
            0 => {}
            1 => {
                self.name();
                self.token("=");
                self.expression(1, false);
            }
            _ => {
                self.line_end();
                self.body(depth);
            }
        }
        self.token("}");
        self.line_end();
    }

    fn attribute(&mut self, depth: usize) {
        self.name();
        self.token("=");
        if self.random.one_in(8) {
            self.heredoc(depth.min(1));
            self.newline();
        } else if self.random.one_in(6) {
            self.interpolation(depth);
            self.line_end();
        } else {
            self.expression(depth, false);
            self.line_end();
        }
    }

    /// An expression; only inside brackets may it run over several lines.
    fn expression(&mut self, depth: usize, in_brackets: bool) {
        if in_brackets && self.random.one_in(12) {
            self.line_end();
        }
        if self.random.one_in(16) {
            self.block_comment();
        }
        if depth == 0 {
            return self.scalar();
        }
        let depth = depth - 1;
        match self.random.below(16) {
            0 | 1 => self.scalar(),
            2 => self.list(depth),
            3 | 4 => self.object(depth),
            5 | 6 => self.call(depth),
            7 => self.list_of_for(depth),
            8 => self.object_of_for(depth),
            9 => self.binary(depth, in_brackets),
            10 => self.conditional(depth, in_brackets),
            11 => self.traversal(depth),
            12 => self.quoted(depth),
            13 => {
                let sign = self.random.pick(&["-", "!"]);
                self.token(sign);
                self.expression(0, in_brackets);
            }
            14 => {
                self.token("(");
                self.expression(depth, true);
                self.break_line();
                self.token(")");
            }
            _ => self.indexed(depth),
        }
    }

    fn scalar(&mut self) {
        match self.random.below(4) {
            0 => self.quoted(0),
            1 => {
                let name = self.random.pick(&NAMES);
                self.token(name);
            }
            _ => {
                let scalar = self.random.pick(&["0", "12", "1.5", "1e9", "true", "null", "a.b"]);
                self.token(scalar);
            }
        }
    }

    fn list(&mut self, depth: usize) {
        self.token("[");
        self.items(depth);
        self.token("]");
    }

    fn items(&mut self, depth: usize) {
        self.break_line();
        let count = self.random.below(4);
        for index in 0..count {
            if self.random.one_in(12) {
                self.heredoc(0);
                self.newline();
            } else {
                self.expression(depth, true);
            }
            self.break_line();
            if index + 1 < count || self.random.one_in(3) {
                self.token(",");
                self.break_line();
            }
        }
    }

    fn object(&mut self, depth: usize) {
        self.token("{");
        let on_lines = !self.random.one_in(3);
        if on_lines {
            self.line_end();
        }
        let count = self.random.below(4);
        for index in 0..count {
            self.key(depth);
            let sign = self.random.pick(&["=", "=", "=", ":"]);
            self.token(sign);
            if on_lines && self.random.one_in(10) {
                self.heredoc(0);
                self.newline();
                continue;
            }
            self.expression(depth, false);
            if !on_lines {
                if index + 1 < count {
                    self.token(",");
                }
                continue;
            }
            if self.random.one_in(4) {
                self.token(",");
            }
            self.line_end();
        }
        self.token("}");
    }

    fn key(&mut self, depth: usize) {
        match self.random.below(6) {
            0 => self.quoted(0),
            1 => {
                self.token("(");
                self.expression(depth.min(1), true);
                self.token(")");
            }
            _ => self.name(),
        }
    }

    fn call(&mut self, depth: usize) {
        self.token("f");
        if self.random.one_in(4) {
            self.token("::");
            self.token("g");
        }
        self.token("(");
        let before = self.out.len();
        self.items(depth);
        let has_last = self.out[before..].trim_end().ends_with(|c: char| !",\n#".contains(c));
        if self.random.one_in(4) && has_last && !self.out[before..].contains(['#', '/', ',', '<']) {
            self.token("...");
        }
        self.token(")");
    }

    fn list_of_for(&mut self, depth: usize) {
        self.token("[");
        self.for_intro(depth);
        self.expression(depth, true);
        self.for_condition(depth);
        self.token("]");
    }

    fn object_of_for(&mut self, depth: usize) {
        self.token("{");
        self.for_intro(depth);
        self.expression(depth, true);
        self.token("=>");
        self.expression(depth, true);
        if self.random.one_in(3) {
            self.token("...");
        }
        self.for_condition(depth);
        self.token("}");
    }

    fn for_intro(&mut self, depth: usize) {
        self.break_line();
        self.token("for");
        self.token("k");
        if self.random.one_in(2) {
            self.token(",");
            self.token("v");
        }
        self.token("in");
        self.expression(depth, true);
        self.break_line();
        self.token(":");
        self.break_line();
    }

    fn for_condition(&mut self, depth: usize) {
        self.break_line();
        if self.random.one_in(2) {
            self.token("if");
            self.expression(depth, true);
            self.break_line();
        }
    }

    fn binary(&mut self, depth: usize, in_brackets: bool) {
        self.expression(depth, in_brackets);
        let operator = self.random.pick(&OPERATORS);
        self.token(operator);
        self.expression(depth, in_brackets);
    }

    fn conditional(&mut self, depth: usize, in_brackets: bool) {
        self.expression(depth, in_brackets);
        self.token("?");
        self.expression(depth, in_brackets);
        self.token(":");
        self.expression(depth, in_brackets);
    }

    fn traversal(&mut self, depth: usize) {
        self.token("var");
        let mut has_splat = false;
        for _ in 0..self.random.below(4) {
            match self.random.below(5) {
                0 => self.index(depth),
                1 if !has_splat => {
                    self.token("[");
                    self.token("*");
                    self.token("]");
                    has_splat = true;
                }
                2 if !has_splat => {
                    self.token(".");
                    self.token("*");
                    has_splat = true;
                }
                _ => {
                    self.token(".");
                    self.token("name");
                }
            }
        }
    }

    fn indexed(&mut self, depth: usize) {
        match self.random.below(3) {
            0 => self.list(depth),
            1 => self.call(depth),
            _ => self.object(depth),
        }
        self.index(depth);
    }

    /// An index; `terraform fmt` drops one that is a bare `true` or `null`.
    fn index(&mut self, depth: usize) {
        self.token("[");
        match self.random.below(4) {
            0 => self.quoted(depth),
            1 => self.call(depth),
            _ => {
                let index = self.random.pick(&["0", "-1", "each.key", "a-b"]);
                self.token(index);
            }
        }
        self.token("]");
    }

    /// A string that is one interpolation, or nearly so.
    fn interpolation(&mut self, depth: usize) {
        let open = self.random.pick(&["\"${", "\"${~", "\"${\n", "\"${\n\n"]);
        self.token(open);
        match self.random.below(6) {
            0 => self.interpolation(depth.min(1)),
            1 => {
                self.token("(");
                self.expression(depth, true);
                self.break_line();
                self.token(")");
            }
            _ => self.expression(depth, false),
        }
        let end = self.random.pick(&["", "", "\n", "\n\n", "# a\n", "/**/", "~"]);
        self.token(end);
        self.out.push('}');
        if self.random.one_in(8) {
            self.out.push_str("${a}");
        }
        self.out.push('"');
    }

    fn quoted(&mut self, depth: usize) {
        let open = self.random.pick(&["\"a", "\""]);
        self.token(open);
        for _ in 0..self.random.below(3) {
            let text = self.random.pick(&WORDS);
            self.out.push_str(text);
            if depth > 0 {
                self.sequence(depth - 1);
            }
        }
        self.out.push('"');
    }

    fn heredoc(&mut self, depth: usize) {
        let dash = self.random.pick(&["", "-"]);
        self.token(&format!("<<{dash}EOT\n"));
        for _ in 0..self.random.below(4) {
            let line = self.random.pick(&["", "  text", "\tx \"", " EOT x", "# }  {", "a  =  1"]);
            self.out.push_str(line);
            if depth > 0 && self.random.one_in(2) {
                self.sequence(depth - 1);
            }
            self.out.push('\n');
        }
        if self.random.one_in(2) {
            self.out.push_str("  ");
        }
        self.out.push_str("EOT");
    }

    fn sequence(&mut self, depth: usize) {
        let strip = self.random.pick(&["", "", "~"]);
        let end = self.random.pick(&["", "", "~"]);
        if self.random.one_in(3) {
            let (open, close) = (format!("%{{{strip}"), format!("{end}}}"));
            self.out.push_str(&open);
            self.token("if");
            self.expression(depth, true);
            self.token(&close);
            self.out.push_str(" x ");
            self.out.push_str(&open);
            self.token("endif");
            self.token(&close);
        } else {
            self.out.push_str("${");
            self.out.push_str(strip);
            self.expression(depth, true);
            self.break_line();
            self.token(end);
            self.out.push('}');
        }
    }

    fn name(&mut self) {
        self.names += 1;
        let name = self.random.pick(&NAMES);
        let number = self.names;
        self.token(&format!("{name}{number}"));
    }

    fn token(&mut self, token: &str) {
        let joins = |c: char| c.is_alphanumeric() || "_-.=!<>&|/*:?%$\u{301}".contains(c);
        if self.out.ends_with(joins) && token.starts_with(joins) && !token.starts_with('.') {
            self.out.push(' ');
        }
        self.blank();
        self.out.push_str(token);
    }

    fn blank(&mut self) {
        let blanks = self.random.pick(&["", "", "", " ", " ", "  ", "\t", "     "]);
        self.out.push_str(blanks);
    }

    fn break_line(&mut self) {
        if self.random.one_in(6) {
            self.line_end();
        }
    }

    fn line_end(&mut self) {
        self.blank();
        if self.random.one_in(4) { self.line_comment() } else { self.newline() }
    }

    fn newline(&mut self) {
        self.out.push('\n');
    }

    fn line_comment(&mut self) {
        let comment = self.random.pick(&["#", "# a", "//b  ", "# ${  é", "#{"]);
        self.token(comment);
        self.newline();
    }

    fn block_comment(&mut self) {
        let comment = self.random.pick(&["/**/", "/* a */", "/* a\n  b */"]);
        self.token(comment);
    }
}

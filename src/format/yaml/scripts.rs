//! Shell code in the workflows of CI hosts: `run` of GitHub, `script` and its like of GitLab.
//!
//! Finds the code by its keys and the lines below them. Where it is not sure what the code is, a value must be a plain word.

use super::block::indentation;
use crate::format::placeholders::PLACEHOLDER;
use crate::format::shell::{self, ShellContext};

/// For each value of a text, its position in shell code; `None` where it is in none.
pub(super) fn contexts(text: &str) -> Vec<Option<ShellContext>> {
    let contexts = vec![None; text.matches(PLACEHOLDER).count()];
    let lines: Vec<&str> = text.split('\n').collect();
    let host = match contexts.is_empty() {
        true => None,
        false => Host::of(&lines),
    };
    let Some(host) = host else { return contexts };
    let mut first = Vec::with_capacity(lines.len());
    let mut count = 0;
    for line in &lines {
        first.push(count);
        count += line.matches(PLACEHOLDER).count();
    }
    let mut reader = ScriptReader { lines, first, host, contexts };
    let mut at = 0;
    while at < reader.lines.len() {
        at = reader.line(at);
    }
    reader.contexts
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Host {
    Github,
    Gitlab,
}

impl Host {
    /// The host whose workflow a text is.
    fn of(lines: &[&str]) -> Option<Host> {
        let has = |keys: &[&str], is_top: bool| {
            lines.iter().any(|line| {
                let is_level = line.starts_with(' ') != is_top;
                let key = line.trim_start().split(':').next().unwrap_or_default();
                is_level && key.len() < line.trim().len() && keys.contains(&key)
            })
        };
        match has(&["jobs", "runs"], true) {
            true => Some(Host::Github),
            false if has(&["stages"], true) || has(&["stage", "rules", "needs"], false) => {
                Some(Host::Gitlab)
            }
            false => None,
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            Host::Github => &["run"],
            Host::Gitlab => &["script", "before_script", "after_script"],
        }
    }
}

struct ScriptReader<'a> {
    lines: Vec<&'a str>,
    /// For each line, the number of values before it.
    first: Vec<usize>,
    host: Host,
    contexts: Vec<Option<ShellContext>>,
}

/// Code with the numbers of its values.
#[derive(Default)]
struct Script {
    code: String,
    values: Vec<usize>,
}

impl<'a> ScriptReader<'a> {
    /// Reads a key with what is below it, and returns the next line.
    fn line(&mut self, at: usize) -> usize {
        let Some((column, key, rest)) = key_of(self.lines[at]) else { return at + 1 };
        let is_block = is_block(rest);
        // The defaults of GitHub's `run` are a table.
        let is_table = || self.lines.get(at + 1).is_some_and(|next| key_of(next).is_some());
        let is_script = self.host.keys().contains(&key)
            && !(self.host == Host::Github && rest.is_empty() && is_table());
        if !is_block && !is_script {
            return at + 1;
        }
        let end = self.end(at, column, is_script && rest.is_empty());
        if is_script {
            self.script(at, column, rest, end);
        }
        end
    }

    /// The line behind what belongs to a key.
    fn end(&self, at: usize, column: usize, is_list: bool) -> usize {
        let belongs = |line: &&str| {
            let indent = indentation(line);
            let is_item = is_list && indent == column && line.trim_start().starts_with('-');
            line.trim().is_empty() || indent > column || is_item
        };
        at + 1 + self.lines[at + 1..].iter().take_while(|line| belongs(line)).count()
    }

    fn script(&mut self, at: usize, column: usize, rest: &'a str, end: usize) {
        self.doubt(at..end);
        let mut script = Script::default();
        if is_block(rest) {
            self.block(&mut script, at + 1..end, rest.starts_with('>'));
        } else if rest.is_empty() {
            self.items(&mut script, at + 1..end);
        } else {
            self.scalars(&mut script, at, rest);
        }
        let shell = self.shell(at, column);
        let contexts = shell::contexts(shell, &script.code);
        for (value, context) in script.values.into_iter().zip(contexts) {
            self.contexts[value] = context;
        }
    }

    /// Lets only plain words be the values of lines, unless they are comments.
    fn doubt(&mut self, lines: std::ops::Range<usize>) {
        for at in lines {
            let count = self.lines[at].matches(PLACEHOLDER).count();
            let values = self.first[at]..self.first[at] + count;
            self.contexts[values].fill(Some(ShellContext::Code));
        }
    }

    fn block(&mut self, script: &mut Script, lines: std::ops::Range<usize>, is_folded: bool) {
        let texts = || self.lines[lines.clone()].iter().filter(|line| !line.trim().is_empty());
        let indent = texts().map(|line| indentation(line)).next().unwrap_or_default();
        for at in lines.clone() {
            let line = self.lines[at].get(indent..).unwrap_or_default();
            let values = self.push(script, line, self.first[at]);
            self.leave(values);
            script.code.push(if is_folded && !line.trim().is_empty() { ' ' } else { '\n' });
        }
        script.code.push('\n');
    }

    /// The items of a list, each a line or a block.
    fn items(&mut self, script: &mut Script, lines: std::ops::Range<usize>) {
        let mut at = lines.start;
        while at < lines.end {
            let line = self.lines[at];
            let text = line.trim_start().trim_start_matches("- ").trim();
            let column = indentation(line);
            if text.starts_with('#') {
                let count = line.matches(PLACEHOLDER).count();
                self.leave((self.first[at]..self.first[at] + count).collect());
            }
            if is_block(text) && !text.is_empty() {
                let end = self.end(at, column, false).min(lines.end);
                self.block(script, at + 1..end, text.starts_with('>'));
                at = end;
                continue;
            }
            self.scalars(script, at, text);
            at += 1;
        }
    }

    /// The texts between quotes of a line.
    fn scalars(&mut self, script: &mut Script, at: usize, text: &str) {
        let mut number = self.first[at];
        number += self.lines[at].matches(PLACEHOLDER).count() - text.matches(PLACEHOLDER).count();
        let mut rest = text.trim_start_matches(['[', ' ']);
        while let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            let Some((scalar, after)) = unquoted(&rest[1..], quote) else { return };
            let values = self.push(script, &scalar, number);
            self.leave(values);
            script.code.push('\n');
            number += scalar.matches(PLACEHOLDER).count();
            rest = after.trim_start_matches([',', ' ']);
        }
    }

    /// Lets these values be what they are: GitHub replaces them before a shell reads the code.
    fn leave(&mut self, values: Vec<usize>) {
        values.into_iter().for_each(|value| self.contexts[value] = None);
    }

    /// Appends a line of code with a word for each `${{ … }}`, and returns the values in these.
    fn push(&self, script: &mut Script, line: &str, mut number: usize) -> Vec<usize> {
        let mut inside = Vec::new();
        let mut rest = line;
        loop {
            let start = rest.find("${{");
            let end = start.and_then(|start| Some(start + rest[start..].find("}}")? + 2));
            let code = &rest[..end.and(start).unwrap_or(rest.len())];
            script.code.push_str(code);
            let count = code.matches(PLACEHOLDER).count();
            script.values.extend(number..number + count);
            number += count;
            let (Some(start), Some(end)) = (start, end) else { return inside };
            let count = rest[start..end].matches(PLACEHOLDER).count();
            inside.extend(number..number + count);
            number += count;
            script.code.push('X');
            rest = &rest[end..];
        }
    }

    /// The shell that runs the code of a step.
    fn shell(&self, at: usize, column: usize) -> &'static str {
        if self.host == Host::Gitlab {
            return "bash";
        }
        let named = self.siblings(at, column).find_map(|line| match key_of(line) {
            Some((_, "shell", shell)) => Some(shell),
            _ => None,
        });
        let words = |key: &'static str| {
            self.lines
                .iter()
                .filter_map(move |line| key_of(line).filter(|(_, name, _)| *name == key))
        };
        let named = named.or_else(|| words("shell").map(|(.., shell)| shell).next());
        let is_windows = words("runs-on").any(|(.., system)| system.contains("windows"));
        match named.map(|name| name.split(' ').next().unwrap_or_default()) {
            Some("bash" | "sh") => "bash",
            None if !is_windows => "bash",
            _ => "pwsh",
        }
    }

    /// The lines with keys beside a key.
    fn siblings(&self, at: usize, column: usize) -> impl Iterator<Item = &'a str> + '_ {
        let key_column = |line: &str| key_of(line).map(|(column, ..)| column);
        let is_inside = move |line: &&&str| line.trim().is_empty() || indentation(line) >= column;
        let below = self.lines[at + 1..].iter().take_while(is_inside);
        let begins_item = |line: &str| line.trim_start().starts_with("- ");
        let item = (0..=at).rev().take_while(move |at| {
            let line = self.lines[*at];
            line.trim().is_empty() || indentation(line) + 2 >= column
        });
        let first = item.into_iter().find(|at| begins_item(self.lines[*at])).unwrap_or(at);
        let above = self.lines[first..at].iter();
        above.chain(below).copied().filter(move |line| key_column(line) == Some(column))
    }
}

/// The column of the key of a line, the key and what follows it.
fn key_of(line: &str) -> Option<(usize, &str, &str)> {
    let mut text = line.trim_start_matches(' ');
    while let Some(rest) = text.strip_prefix("- ") {
        text = rest.trim_start_matches(' ');
    }
    let (key, rest) = text.split_once(':')?;
    let is_key = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let is_pair = rest.is_empty() || rest.starts_with([' ', '\t']);
    (is_key && is_pair && !key.is_empty()).then(|| (line.len() - text.len(), key, rest.trim()))
}

/// Returns true for the header of a block scalar.
fn is_block(rest: &str) -> bool {
    let header = rest.split(" #").next().unwrap_or_default().trim_end();
    header.starts_with(['|', '>']) && header[1..].chars().all(|c| "+-123456789".contains(c))
}

/// The text up to the closing quote as a reader sees it, and the rest of the line.
fn unquoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if quote == c && chars.next_if(|(_, next)| *next == c).is_some() => out.push(c),
            c if c == quote => return Some((out, &text[at + 1..])),
            '\\' if quote == '"' => match chars.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                escaped => out.push(escaped),
            },
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::print;
    use crate::format::markers::{ValueKind, marked, pieces};

    /// The template with a value for each `@`, or the reason why it is refused.
    fn printed(template: &str, value: &str) -> Result<String, &'static str> {
        let output = template.replace('@', &marked(ValueKind::Text, 1, value));
        let printed = print(&pieces(&output)).map(|printed| printed.text);
        printed.map_err(|invalid| invalid[0].refusal.reason)
    }

    /// A step of GitHub and a job of GitLab with these lines.
    fn github(step: &str) -> String {
        format!("jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - name: \"b\"\n{step}")
    }

    fn gitlab(job: &str) -> String {
        format!("stages: [a]\nb:\n  stage: a\n{job}")
    }

    const HOSTILE: &str = "$(touch PWNED) 'x'";

    #[track_caller]
    fn check(template: &str, expected: &str) {
        let value = printed(template, HOSTILE).unwrap();
        assert!(value.contains(expected), "{value}");
        // A plain word stays as it is.
        assert_eq!(printed(template, "web-1.2").unwrap(), template.replace('@', "web-1.2"));
    }

    #[track_caller]
    fn check_refused(template: &str) {
        let reason = printed(template, HOSTILE).expect_err(template);
        assert!(reason.contains("quoted safely"), "{template}: {reason}");
    }

    #[test]
    fn a_value_in_a_script_stays_one_word() {
        let quoted = "'$(touch PWNED) '\\''x'\\'''";
        check(&github("        run: |\n          echo @\n"), &format!("echo {quoted}\n"));
        check(&github("        run: |\n          echo a\n\n          b '@' # @\n"), "b '$(touch");
        check(&github("        run: >-\n          echo\n          @\n"), quoted);
        check(&github("        run: \"echo @\"\n"), "\"echo '$(touch PWNED) '\\\\''x'\\\\'''\"");
        check(&github("        run: 'echo @'\n"), "'echo ''$(touch PWNED) ''\\''''x''\\'''''''");
        check(&github("        run: |\n          echo \"@\"\n"), "\"\\$(touch PWNED) 'x'\"");
        check(&github("        shell: bash -e {0}\n        run: |\n          echo @\n"), quoted);
        check(
            &github("        run: |\n          echo ${{ a == 'b' }} @\n"),
            &format!("}}}} {quoted}"),
        );
        check("runs:\n  steps:\n    - run: |\n        echo @\n", quoted);
        check(&gitlab("  script:\n    - \"echo @\"\n"), "\"echo '$(touch");
        check(&gitlab("  script:\n  - 'a'\n  - |\n    echo @\n  before_script:\n  - a\n"), quoted);
        check(&gitlab("  after_script:\n    - |\n      echo @\n"), quoted);
        check(&gitlab("  before_script: [\"a\", \"echo @\"]\n"), "\"echo '$(touch");
        check(&gitlab("  script: |\n    echo @\n"), quoted);
    }

    #[test]
    fn what_quotes_do_not_protect_is_refused() {
        for line in [
            "eval @",
            "bash -c 'echo @'",
            "echo $(( @ ))",
            "[[ @ -eq 1 ]]",
            "echo `echo @`",
            "cat <<E\n          @\n          E",
            "echo ${x:-@}",
            "x[@]=1",
            "declare -i x=@",
            "trap '@' EXIT",
        ] {
            check_refused(&github(&format!("        run: |\n          {line}\n")));
            let line = line.replace("          ", "      ");
            check_refused(&gitlab(&format!("  script:\n    - |\n      {line}\n")));
        }
        for shell in ["pwsh", "python", "cmd", "powershell"] {
            check_refused(&github(&format!(
                "        shell: {shell}\n        run: |\n          a @\n"
            )));
            check_refused(&github(&format!(
                "        run: |\n          a @\n        shell: {shell}\n"
            )));
        }
        let windows = github("        run: |\n          a @\n").replace("ubuntu", "windows");
        check_refused(&windows);
        check_refused(&github("        run: \"a\n          @\"\n"));
        assert!(printed(&github("        run: \"echo @\"\n"), "a\nb").is_err());
    }

    #[test]
    fn what_is_no_script_stays_text() {
        for template in [
            "a:\n  run: |\n    echo @\n",
            "script: |\n  echo @\n",
            &github("        env:\n          A: \"@\"\n"),
            &github("        with:\n          text: |\n            run: \"@\"\n"),
            &gitlab("  variables:\n    A: '@'\n"),
            "jobs:\n  a:\n    defaults:\n      run:\n        working-directory: \"@\"\n",
            "# @\njobs:\n  a:\n    name: \"@\"\n",
        ] {
            assert_eq!(printed(template, "a $b").unwrap(), template.replace('@', "a $b"));
        }
    }
}

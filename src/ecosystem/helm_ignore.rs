//! The files of a chart that `.helmignore` leaves out, as Helm reads it.
//!
//! This differs from `.gitignore`: a negated pattern leaves out whatever it does not match, and Helm
//! refuses `**`. A test compares the patterns with Helm.

/// A pattern that Helm refuses: its line, counted from 1, and the reason.
pub(super) type Refused = (usize, String);

/// The patterns of a `.helmignore`.
pub(super) struct Ignore(Vec<Pattern>);

struct Pattern {
    glob: Vec<Glob>,
    is_negated: bool,
    /// True if it matches a path from the top of the chart, and not a name in any folder.
    is_path: bool,
    is_folder: bool,
}

impl Ignore {
    pub(super) fn parse(text: &str) -> Result<Ignore, Refused> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut patterns = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if !line.is_empty() && !line.starts_with('#') {
                patterns.push(Pattern::parse(line).map_err(|why| (index + 1, why))?);
            }
        }
        // Helm itself adds this one.
        patterns.extend(Pattern::parse("templates/.?*"));
        Ok(Ignore(patterns))
    }

    /// Returns true if a file, or a folder around it, is left out.
    pub(super) fn leaves_out(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| (&path[..at], true));
        folders.chain([(path, false)]).any(|(path, is_folder)| self.matches(path, is_folder))
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        self.0.iter().any(|pattern| match pattern.is_folder && !is_folder {
            true => pattern.is_negated,
            false => pattern.matches(path) != pattern.is_negated,
        })
    }
}

impl Pattern {
    fn parse(line: &str) -> Result<Pattern, String> {
        if line.contains("**") {
            return Err("Helm does not support `**`".to_owned());
        }
        let (is_negated, rest) = line.strip_prefix('!').map_or((false, line), |rest| (true, rest));
        let (is_folder, rest) = rest.strip_suffix('/').map_or((false, rest), |rest| (true, rest));
        let glob = glob(rest.strip_prefix('/').unwrap_or(rest));
        let glob = glob.ok_or_else(|| format!("`{line}` is not a pattern"))?;
        Ok(Pattern { glob, is_negated, is_path: rest.contains('/'), is_folder })
    }

    fn matches(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let subject = if self.is_path { path } else { name };
        matches(&self.glob, &subject.chars().collect::<Vec<_>>())
    }
}

/// A part of a pattern, as Go's `path.Match` reads it.
enum Glob {
    Character(char),
    /// `?`
    Any,
    /// `*`
    Many,
    /// `[a-z]`, or `[^a-z]`
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// The parts of a pattern; `None` where it is not one.
fn glob(pattern: &str) -> Option<Vec<Glob>> {
    let mut parts = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        parts.push(match character {
            '*' => Glob::Many,
            '?' => Glob::Any,
            '\\' => Glob::Character(characters.next()?),
            '[' => {
                let is_negated = characters.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                while ranges.is_empty() || characters.next_if_eq(&']').is_none() {
                    let low = class_character(&mut characters)?;
                    let high = match characters.next_if_eq(&'-') {
                        Some(_) => class_character(&mut characters)?,
                        None => low,
                    };
                    ranges.push((low, high));
                }
                Glob::Class { is_negated, ranges }
            }
            character => Glob::Character(character),
        });
    }
    Some(parts)
}

fn class_character(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match characters.next()? {
        '-' | ']' => None,
        '\\' => characters.next(),
        character => Some(character),
    }
}

fn matches(glob: &[Glob], text: &[char]) -> bool {
    // The last `*`, and how much of the text it has taken: on a mismatch it takes one more.
    let (mut part, mut at) = (0, 0);
    let mut last: Option<(usize, usize)> = None;
    loop {
        match (glob.get(part), text.get(at)) {
            (None, None) => return true,
            (Some(Glob::Many), _) => {
                last = Some((part, at));
                part += 1;
                continue;
            }
            (Some(one), Some(character)) if one.takes(*character) => {
                part += 1;
                at += 1;
                continue;
            }
            _ => {}
        }
        match last {
            Some((many, taken)) if text.get(taken).is_some_and(|character| *character != '/') => {
                last = Some((many, taken + 1));
                (part, at) = (many + 1, taken + 1);
            }
            _ => return false,
        }
    }
}

impl Glob {
    fn takes(&self, character: char) -> bool {
        match self {
            Glob::Character(expected) => *expected == character,
            Glob::Any | Glob::Many => character != '/',
            Glob::Class { is_negated, ranges } => {
                let is_in = ranges.iter().any(|(low, high)| (*low..=*high).contains(&character));
                is_in != *is_negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 8] = [
        "Chart.yaml",
        "README.md",
        "docs/x/y.md",
        "a[1].txt",
        "x.txt",
        "#h.txt",
        "templates/a.yaml",
        "templates/.b",
    ];

    /// The files that are left out, beside the one that always is.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let ignore = Ignore::parse(text).unwrap();
        let left_out: Vec<&str> = FILES
            .into_iter()
            .filter(|path| ignore.leaves_out(path) && *path != "templates/.b")
            .collect();
        assert_eq!(left_out, expected, "{text}");
        assert!(ignore.leaves_out("templates/.b"), "{text}");
    }

    #[test]
    fn patterns_leave_out_what_helm_leaves_out() {
        check("", &[]);
        check("*.md\n", &["README.md", "docs/x/y.md"]);
        check("/docs", &["docs/x/y.md"]);
        check("docs/", &["docs/x/y.md"]);
        check("x/", &["docs/x/y.md"]);
        check("docs/x", &["docs/x/y.md"]);
        check("/docs/x", &["docs/x/y.md"]);
        check("docs/*", &["docs/x/y.md"]);
        check("d*.md", &[]);
        check("/y.md", &[]);
        check("./x.txt", &[]);
        check("a[1].txt", &[]);
        check("a\\[1].txt", &["a[1].txt"]);
        check("\\#h.txt", &["#h.txt"]);
        check("# x.txt\n  x.txt  \r\n\n", &["x.txt"]);
        check("[^a].txt", &["x.txt"]);
        check("[w-y].txt", &["x.txt"]);
        check("[!a].txt", &[]);
        check("?.txt", &["x.txt"]);
        check("\u{feff}x.txt", &["x.txt"]);
        check("templates/", &["templates/a.yaml"]);
        check("!*", &[]);
        let all_but = |kept: &str| {
            FILES.into_iter().filter(|it| *it != kept && *it != "templates/.b").collect::<Vec<_>>()
        };
        check("!x.txt", &all_but("x.txt"));
    }

    #[test]
    fn patterns_that_helm_refuses_are_refused() {
        for pattern in
            ["**", "**/x.md", "a/**", "[a-", "[", "[]", "[^]", "[]a]", "a\\", "[-a]", "[a-]"]
        {
            let found = Ignore::parse(&format!("*.md\n{pattern}\n"));
            assert_eq!(found.err().map(|(line, _)| line), Some(2), "{pattern}");
        }
    }
}

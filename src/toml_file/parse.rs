//! The parser from TOML text to a tree in which every value has its place.
//!
//! Knows TOML, but not which keys are allowed.

use crate::model::code::Code;
use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{DEPTH, Key, Path};
use crate::model::span::{FileId, Sources, Span};
use crate::model::tree::{Node, Origin, Table, Value};

/// Reads a whole file, `environments.toml` or the manifest of a pack. What cannot be read is a
/// problem and missing in the tree.
pub fn read(sources: &Sources, file: FileId, pack: Option<&Arc<str>>) -> (Arc<Node>, Problems) {
    let ParsedFile { tree, problems, .. } = parse(sources, file, pack);
    (tree, problems)
}

/// Reads a whole file and adds its problems to others; `None` where it is not TOML at all.
pub fn read_valid(
    sources: &Sources,
    file: FileId,
    pack: &str,
    problems: &mut Problems,
) -> Option<Arc<Node>> {
    let ParsedFile { tree, problems: found, is_toml } =
        parse(sources, file, Some(&Arc::from(pack)));
    problems.extend(found);
    is_toml.then_some(tree)
}

struct ParsedFile {
    tree: Arc<Node>,
    problems: Problems,
    is_toml: bool,
}

fn parse(sources: &Sources, file: FileId, pack: Option<&Arc<str>>) -> ParsedFile {
    let text = sources.text(file);
    if text.len() > LARGEST {
        return too_large(file, pack);
    }
    // The parser takes a byte-order mark as part of the first key.
    let skipped = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (table, errors) = DeTable::parse_recoverable(&text[skipped..]);
    let mut reader = Reader { text, file, skipped, pack, problems: Problems::default() };
    let mut syntax = Problems::default();
    let conflicts = if errors.is_empty() { Vec::new() } else { conflicts(text) };
    // The parser's errors about conflict markers would hide the conflict itself.
    for error in errors.iter().filter(|_| conflicts.is_empty()) {
        let place = reader.place(error.span().unwrap_or(0..0));
        syntax.push(syntax_problem(sources, place, error.message()));
    }
    syntax.extend(conflicts.into_iter().map(|mark| conflict_problem(file, mark)));
    let whole = reader.place(0..text.len() - skipped);
    let path = Arc::new(Path::default());
    let value = reader.table(table.into_inner(), &path);
    let tree = Node::new(value, Origin { path, pack: pack.cloned(), key: whole, value: whole });
    let is_toml = syntax.is_empty();
    // The values that the parser inserts after an error are not the user's.
    let problems = if is_toml { reader.problems } else { syntax };
    ParsedFile { tree: Arc::new(tree), problems, is_toml }
}

/// The start of each conflict that Git wrote into the text.
fn conflicts(text: &str) -> Vec<Range<usize>> {
    const MARK: &str = "<<<<<<<";
    let begins = |at: &usize| *at == 0 || text.as_bytes()[at - 1] == b'\n';
    let marks = text.match_indices(MARK).map(|(at, _)| at).filter(begins);
    marks.map(|at| at..at + MARK.len()).collect()
}

fn conflict_problem(file: FileId, mark: Range<usize>) -> Problem {
    let place = Span { file, start: mark.start as u32, end: mark.end as u32 };
    Problem::error(Code::MergeConflict, "unresolved merge conflict")
        .at(place)
        .help("resolve it, then run `envroot gen` to update the generated files")
}

/// The most that a file may hold, in bytes. What is read of it takes many times as much.
const LARGEST: usize = 8 << 20;

fn too_large(file: FileId, pack: Option<&Arc<str>>) -> ParsedFile {
    let place = Span { file, start: 0, end: 0 };
    let message = format!("this file is larger than {} MB", LARGEST >> 20);
    let mut problems = Problems::default();
    problems.push(Problem::error(Code::TooLarge, message).at(place));
    let origin = Origin { path: Arc::default(), pack: pack.cloned(), key: place, value: place };
    let tree = Arc::new(Node::new(Value::Table(Table::default()), origin));
    ParsedFile { tree, problems, is_toml: true }
}

fn syntax_problem(sources: &Sources, place: Span, message: &str) -> Problem {
    let message = message.lines().collect::<Vec<_>>().join(", ");
    let problem = Problem::error(Code::TomlSyntax, format!("invalid TOML: {message}")).at(place);
    let text = sources.slice(place);
    let number =
        sources.text(place.file)[place.start as usize..].starts_with(|c: char| c.is_ascii_digit());
    if number || text.starts_with('0') {
        problem.help("if this is an ID, such as an account ID, write it in quotes")
    } else {
        problem
    }
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    skipped: usize,
    pack: Option<&'a Arc<str>>,
    problems: Problems,
}

impl Reader<'_> {
    fn place(&self, span: Range<usize>) -> Span {
        let limit = self.text.len();
        let start = (span.start + self.skipped).min(limit) as u32;
        let end = (span.end + self.skipped).min(limit) as u32;
        Span { file: self.file, start, end: end.max(start) }
    }

    fn table(&mut self, table: DeTable<'_>, path: &Path) -> Value {
        let mut entries = Table::default();
        for (key, value) in table {
            let places = (self.place(key.span()), self.place(value.span()));
            let key = Key::from(key.into_inner().as_ref());
            if let Some(node) = self.node(value.into_inner(), path.join(&key), places) {
                entries.insert(key, node);
            }
        }
        Value::Table(entries)
    }

    /// A value below a path; the places are those of its key and of itself.
    fn node(&mut self, value: DeValue<'_>, path: Path, places: (Span, Span)) -> Option<Arc<Node>> {
        let (key, place) = places;
        if path.0.len() > DEPTH {
            let message = format!("nested more than {DEPTH} levels deep");
            let help = "reduce the nesting";
            self.problems.push(Problem::error(Code::TooDeep, message).at(place).help(help));
            return None;
        }
        let value = match value {
            DeValue::Table(table) => self.table(table, &path),
            DeValue::Array(array) => {
                let items = array.into_iter().enumerate().filter_map(|(index, item)| {
                    let place = self.place(item.span());
                    let path = path.join(&Key::from(index.to_string()));
                    self.node(item.into_inner(), path, (place, place))
                });
                Value::List(items.collect())
            }
            // The line ends of a file are no part of what a string in it means.
            DeValue::String(text) if self.text[range(place)].contains("\r\n") => {
                Value::String(text.replace("\r\n", "\n").into())
            }
            scalar => match scalar_value(scalar) {
                Ok(value) => value,
                Err((message, help)) => {
                    self.problems
                        .push(Problem::error(Code::UnusableValue, message).at(place).help(help));
                    return None;
                }
            },
        };
        let origin = Origin { path: Arc::new(path), pack: self.pack.cloned(), key, value: place };
        Some(Arc::new(Node::new(value, origin)))
    }
}

fn range(place: Span) -> Range<usize> {
    place.start as usize..place.end as usize
}

/// The value of a scalar, or its mistake and what to write instead.
fn scalar_value(value: DeValue<'_>) -> Result<Value, (&'static str, &'static str)> {
    match value {
        DeValue::String(text) => Ok(Value::String(text.into())),
        DeValue::Boolean(value) => Ok(Value::Boolean(value)),
        DeValue::Integer(integer) => {
            let number = i64::from_str_radix(integer.as_str(), integer.radix());
            number.map(Value::Integer).map_err(|_| {
                ("this integer does not fit into 64 bits", "if this is an ID, write it in quotes")
            })
        }
        DeValue::Float(float) => match float.as_str().parse() {
            Ok(number) if f64::is_finite(number) => Ok(Value::Float(number)),
            _ => Err(("this number is not finite", "write a finite number")),
        },
        DeValue::Datetime(_) => Err((
            "dates and times are not supported: YAML and HCL read them differently",
            "write it in quotes",
        )),
        DeValue::Array(_) | DeValue::Table(_) => unreachable!("the caller takes these apart"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> (Sources, Arc<Node>, Vec<Problem>) {
        let mut sources = Sources::default();
        let file = sources.add("environments.toml", text);
        let (node, problems) = read(&sources, file, None);
        (sources, node, problems.sorted())
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = "[a]\nb = \"x\"\nc = [1, { d = true }]\n";
        for text in [text.to_owned(), format!("\u{feff}{text}")] {
            let (sources, node, problems) = read_text(&text);
            assert_eq!(problems, []);
            let shown = |path: &[&str]| {
                let origin = &node.at(&Path::of(path)).unwrap().origin;
                (sources.slice(origin.key), sources.slice(origin.value))
            };
            assert_eq!(shown(&["a", "b"]), ("b", "\"x\""));
            assert_eq!(shown(&["a", "c", "1", "d"]), ("d", "true"));
        }
    }

    #[test]
    fn what_cannot_be_a_setting_is_refused_with_its_place() {
        #[track_caller]
        fn check(text: &str, code: &str, slice: &str) {
            let (sources, _, problems) = read_text(text);
            let found = |problem: &Problem| {
                (problem.code.as_str(), sources.slice(problem.labels[0].place).to_owned())
            };
            assert_eq!(problems.iter().map(found).collect::<Vec<_>>(), [(code, slice.to_owned())]);
        }
        check("a = 2026-11-20", "unusable-value", "2026-11-20");
        check("a = inf", "unusable-value", "inf");
        check("a = nan", "unusable-value", "nan");
        check("a = 99999999999999999999", "unusable-value", "99999999999999999999");
        let deep =
            |levels: usize| format!("x = {}1{}", "{ a = ".repeat(levels), " }".repeat(levels));
        check(&deep(DEPTH), "too-deep", "1");
        let (_, _, problems) = read_text(&deep(DEPTH - 1));
        assert_eq!(problems, []);
    }

    #[test]
    fn a_file_has_an_end() {
        let long = |length: usize| format!("a = 1 #{}", " ".repeat(length - 7));
        assert_eq!(read_text(&long(LARGEST)).2, []);
        let (_, node, problems) = read_text(&long(LARGEST + 1));
        assert_eq!(problems.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["too-large"]);
        assert!(node.get("a").is_none());
    }

    #[test]
    fn a_conflict_is_said_once_and_nothing_else_is() {
        let side = "<<<<<<< HEAD\na = 1\n=======\na = 2\n>>>>>>> other\n";
        let (sources, _, problems) = read_text(&format!("{side}b = \n{side}"));
        assert_eq!(
            problems.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(),
            ["merge-conflict"; 2]
        );
        assert_eq!(sources.slice(problems[1].labels[0].place), "<<<<<<<");
        // Inside a string that is TOML it is text.
        assert_eq!(read_text(&format!("a = '''\n{side}'''\n")).2, []);
    }

    #[test]
    fn all_mistakes_of_a_file_are_found_in_one_run() {
        let (_, node, problems) = read_text("a = 012345678901\nb = 1\n= 3\n");
        assert!(problems.len() >= 2, "{problems:?}");
        assert!(problems.iter().all(|problem| problem.code == Code::TomlSyntax), "{problems:#?}");
        assert!(problems[0].help.as_ref().is_some_and(|help| help.contains("in quotes")));
        assert!(node.get("b").is_some());
    }
}

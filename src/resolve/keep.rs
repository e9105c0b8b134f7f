//! The `keep` list of a service: the hand-written files that it declares.
//!
//! Reads the list. Which roots there are, and whether the files exist, is known only to a run.

use super::Kept;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::name::RelativePath;
use crate::model::tree::{Node, Value};

const KEYS: [&str; 2] = ["file", "reason"];

/// The files that the settings of a service declare.
pub(crate) fn kept(settings: &Node, problems: &mut Problems) -> Vec<Kept> {
    let Some(node) = settings.get("keep") else { return Vec::new() };
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            items.iter().filter_map(|item| entry(item, problems)).collect()
        }
        _ => {
            problems.push(wrong_entry(node));
            Vec::new()
        }
    }
}

fn entry(item: &Node, problems: &mut Problems) -> Option<Kept> {
    let Some(table) = item.table() else {
        problems.push(wrong_entry(item));
        return None;
    };
    let unknown: Vec<_> = table.iter().filter(|(key, _)| !KEYS.contains(&&***key)).collect();
    for (key, value) in &unknown {
        let message = format!("an entry of `keep` has no key `{key}`");
        let problem = Problem::error(Code::UnknownKey, message);
        problems.push(problem.unknown_word(value.origin.key, key, &KEYS));
    }
    let text =
        |key| item.get(key).and_then(|node| node.str()).filter(|text| !text.trim().is_empty());
    let (Some(file), Some(_)) = (text("file"), text("reason")) else {
        if unknown.is_empty() {
            problems.push(wrong_entry(item));
        }
        return None;
    };
    let place = item.get("file").map_or(item.origin.value, |node| node.origin.value);
    match RelativePath::parse(file) {
        Ok(file) => Some(Kept { file, place }),
        Err(message) => {
            let problem = Problem::error(Code::WrongPath, message).at(place);
            problems.push(problem.help("name a file of the root, relative to the root's folder"));
            None
        }
    }
}

fn wrong_entry(node: &Node) -> Problem {
    let message = "`keep` lists files, each with a reason";
    let help = "keep = [{ file = \"bastion.tf\", reason = \"…\" }]";
    Problem::error(Code::WrongType, message).at(node.origin.value).help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::tests::tree;

    /// The codes of the problems of a list.
    #[track_caller]
    fn check(list: &str, expected: &[&str]) {
        let mut problems = Problems::default();
        let files = kept(&tree(&format!("keep = {list}")), &mut problems);
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, expected, "{list}");
        assert_eq!(files.is_empty(), !expected.is_empty(), "{list}");
    }

    #[test]
    fn an_entry_is_a_file_of_the_root_and_a_reason() {
        check("[{ file = 'a.tf', reason = 'r' }]", &[]);
        check("[{ file = 'files/a.json', reason = 'r' }]", &[]);
        check("[{ file = 'ä b.tf', reason = 'r' }]", &[]);
        for list in ["1", "[]", "{}", "'a.tf'", "['a.tf']", "[['a.tf']]", "[{}]"] {
            check(list, &["wrong-type"]);
        }
        for entry in ["file = 'a.tf'", "reason = 'r'", "file = 1, reason = 'r'"] {
            check(&format!("[{{ {entry} }}]"), &["wrong-type"]);
        }
        for blank in ["file = ' ', reason = 'r'", "file = 'a.tf', reason = ''"] {
            check(&format!("[{{ {blank} }}]"), &["wrong-type"]);
        }
        check("[{ fil = 'a.tf', reason = 'r' }]", &["unknown-key"]);
        check("[{ why = 1, because = 2 }]", &["unknown-key"; 2]);
    }

    #[test]
    fn a_path_that_leaves_the_root_is_refused() {
        for path in [
            "../a.tf",
            "a/../../b.tf",
            "/etc/passwd",
            "./a.tf",
            "a//b.tf",
            "a/",
            "..",
            ".",
            "C:/a.tf",
            "a\\\\b.tf",
            "a\\u001b[2J",
            "a\\nb.tf",
            "a\\u0000",
        ] {
            check(&format!("[{{ file = \"{path}\", reason = 'r' }}]"), &["wrong-path"]);
        }
    }

    #[test]
    fn an_unknown_key_is_reported_beside_what_else_is_given() {
        let mut problems = Problems::default();
        let list = "keep = [{ file = 'a.tf', reason = 'r', note = 'x' }]";
        kept(&tree(list), &mut problems);
        assert_eq!(problems.len(), 1);
    }
}

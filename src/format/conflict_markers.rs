//! The two sides of a text with Git's conflict markers.
//!
//! Knows the markers, and nothing of the text between them.

/// The whole text of each side, or `None` if there are no well-formed markers.
pub fn sides(text: &str) -> Option<[String; 2]> {
    let mut sides = [String::new(), String::new()];
    let mut at = ConflictSide::Shared;
    let mut conflicts = 0;
    for line in text.split_inclusive('\n') {
        match (at, marker(line)) {
            (ConflictSide::Shared, Some('<')) => {
                conflicts += 1;
                at = ConflictSide::Ours;
            }
            (ConflictSide::Ours, Some('|')) => at = ConflictSide::Base,
            (ConflictSide::Ours | ConflictSide::Base, Some('=')) => at = ConflictSide::Theirs,
            (ConflictSide::Theirs, Some('>')) => at = ConflictSide::Shared,
            (ConflictSide::Shared, None) => sides.iter_mut().for_each(|side| side.push_str(line)),
            (ConflictSide::Ours, None) => sides[0].push_str(line),
            (ConflictSide::Theirs, None) => sides[1].push_str(line),
            (ConflictSide::Base, None) => {}
            (_, Some(_)) => return None,
        }
    }
    (conflicts > 0 && at == ConflictSide::Shared).then_some(sides)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ConflictSide {
    Shared,
    Ours,
    Base,
    Theirs,
}

/// Returns true if a line is a conflict marker.
pub fn is_marker(line: &str) -> bool {
    marker(line).is_some()
}

/// The character of a conflict marker: seven at the start of a line, alone or before a blank.
fn marker(line: &str) -> Option<char> {
    let mark = line.chars().next().filter(|c| "<|=>".contains(*c))?;
    let rest = line.trim_start_matches(mark);
    let ends = rest.trim_end().is_empty() || rest.starts_with(' ');
    (line.len() - rest.len() == 7 && ends).then_some(mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<[&str; 2]>) {
        assert_eq!(sides(text), expected.map(|sides| sides.map(str::to_owned)));
    }

    #[test]
    fn both_sides_of_a_merge_are_found() {
        check("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\nd\n", Some(["a\nb\nd\n", "a\nc\nd\n"]));
        check("<<<<<<< HEAD\n||||||| base\nz\n=======\nc\n>>>>>>> x\n", Some(["", "c\n"]));
        check("a\n", None);
        check("a\n=======\nb\n", None);
        check("<<<<<<< HEAD\na\n", None);
        check("<<<<<<<< HEAD\n=======\n>>>>>>>\n", None);
    }
}

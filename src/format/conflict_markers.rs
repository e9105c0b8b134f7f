//! The two sides of a text in which Git left conflict markers.
//!
//! Knows the markers, not what the text is.

/// The whole text as either side has it, or `None` where there are no well-formed markers.
pub fn sides(text: &str) -> Option<[String; 2]> {
    let mut sides = [String::new(), String::new()];
    let mut at = Place::Shared;
    let mut conflicts = 0;
    for line in text.split_inclusive('\n') {
        match (at, marker(line)) {
            (Place::Shared, Some('<')) => {
                conflicts += 1;
                at = Place::Ours;
            }
            (Place::Ours, Some('|')) => at = Place::Base,
            (Place::Ours | Place::Base, Some('=')) => at = Place::Theirs,
            (Place::Theirs, Some('>')) => at = Place::Shared,
            (Place::Shared, None) => sides.iter_mut().for_each(|side| side.push_str(line)),
            (Place::Ours, None) => sides[0].push_str(line),
            (Place::Theirs, None) => sides[1].push_str(line),
            (Place::Base, None) => {}
            (_, Some(_)) => return None,
        }
    }
    (conflicts > 0 && at == Place::Shared).then_some(sides)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Shared,
    Ours,
    Base,
    Theirs,
}

/// Whether a line is one that Git sets between the sides.
pub fn is_marker(line: &str) -> bool {
    marker(line).is_some()
}

/// Seven marks at the start of a line, alone or before a blank.
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

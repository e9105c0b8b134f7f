//! English that messages share: counts, lists and the nearest known word.

/// Writes a count with its noun: `1 file`, `3 files`. The plural of the noun must be a plain `s`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// Writes a list as a sentence has it: `dev, stage and prod`.
pub(crate) fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// Writes a list of names in backquotes: `` `a`, `b` and `c` ``.
pub(crate) fn names<T: AsRef<str>>(items: &[T]) -> String {
    let quoted: Vec<String> = items.iter().map(|item| format!("`{}`", item.as_ref())).collect();
    list(&quoted)
}

/// Names the choices: `` there are `a` and `b` ``.
pub(crate) fn there_are<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => "there are none".to_owned(),
        [only] => format!("there is only `{}`", only.as_ref()),
        _ => format!("there are {}", names(items)),
    }
}

/// The known word nearest to a misspelt one, if it is near enough to suggest.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = word.chars().count().max(3) / 3;
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_in_a_sentence() {
        assert_eq!(list::<&str>(&[]), "");
        assert_eq!(list(&["dev"]), "dev");
        assert_eq!(list(&["dev", "stage", "prod"]), "dev, stage and prod");
        assert_eq!(names(&["a", "b"]), "`a` and `b`");
        assert_eq!(there_are(&["a", "b"]), "there are `a` and `b`");
        assert_eq!(there_are(&["a"]), "there is only `a`");
        assert_eq!(there_are::<&str>(&[]), "there are none");
        assert_eq!((count(1, "file"), count(0, "file")), ("1 file".into(), "0 files".into()));
    }

    #[test]
    fn a_typing_mistake_finds_the_word_that_was_meant() {
        #[track_caller]
        fn check(word: &str, expected: Option<&str>) {
            let known = ["max_replicas", "polling", "hostname", "api"];
            assert_eq!(nearest(word, known), expected);
        }
        check("max_replica", Some("max_replicas"));
        check("maxReplicas", Some("max_replicas"));
        check("hsotname", Some("hostname"));
        check("aip", Some("api"));
        check("schedule", None);
        check("x", None);
    }
}

//! The depth of nested includes, each of which uses some of the stack.
//!
//! Knows names of templates only. The engine reports cycles.

use std::collections::BTreeMap;

/// The limit for nested includes.
pub(crate) const DEEPEST: usize = 20;

/// The templates that open more of each other than may be, from what each of them includes.
pub(crate) fn too_deep<'a>(includes: &BTreeMap<&'a str, Vec<&'a str>>) -> Vec<&'a str> {
    let mut depths = BTreeMap::new();
    for name in includes.keys() {
        depth(name, includes, &mut depths);
    }
    depths.into_iter().filter(|(_, depth)| *depth > DEEPEST).map(|(name, _)| name).collect()
}

fn depth<'a>(
    name: &'a str,
    includes: &BTreeMap<&'a str, Vec<&'a str>>,
    known: &mut BTreeMap<&'a str, usize>,
) -> usize {
    if let Some(depth) = known.get(name) {
        return *depth;
    }
    // Met again below itself, it is part of a circle.
    known.insert(name, 0);
    let below = includes.get(name).into_iter().flatten();
    let below = below.map(|inner| depth(inner, includes, known)).max().unwrap_or(0);
    known.insert(name, below + 1);
    below + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_of_includes_has_an_end() {
        let names: Vec<String> = (0..DEEPEST + 2).map(|index| format!("{index:02}")).collect();
        let chain = |length: usize| {
            let next = |index: usize| names[..length].get(index + 1).map(|name| name.as_str());
            let entry = |index: usize| (names[index].as_str(), next(index).into_iter().collect());
            (0..length).map(entry).collect::<BTreeMap<_, Vec<_>>>()
        };
        assert_eq!(too_deep(&chain(DEEPEST)), [""; 0]);
        assert_eq!(too_deep(&chain(DEEPEST + 2)), ["00", "01"]);
        assert_eq!(too_deep(&BTreeMap::from([("a", vec!["b"]), ("b", vec!["a"])])), [""; 0]);
    }
}

//! Values as a person, a script or a bad day types them.
//!
//! Knows nothing of commands.

use crate::edits::dice::Dice;

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sort {
    /// Anything that TOML can say, and what it cannot.
    Any,
    Text,
    /// One of a few, as they are typed.
    Of(&'static [&'static str]),
    Count,
    /// A table of counts.
    Counts(&'static [&'static str]),
}

/// What is typed behind `=`.
pub(crate) fn typed(dice: &mut Dice, sort: Sort) -> String {
    match sort {
        Sort::Any => anything(dice, 2),
        Sort::Text => match dice.below(4) {
            0 => format!("v{}", dice.below(1000)),
            1 => quoted(dice),
            2 => format!("'{}'", text(dice).replace(['\'', '\n', '\r'], "")),
            _ => text(dice),
        },
        Sort::Of(words) => (*dice.pick(words)).to_owned(),
        Sort::Count => dice.below(20).to_string(),
        Sort::Counts(keys) => {
            let mut given = Vec::new();
            for key in keys {
                if dice.chance(70) {
                    given.push(format!("{key} = {}", dice.below(9)));
                }
            }
            format!("{{ {} }}", given.join(", "))
        }
    }
}

fn anything(dice: &mut Dice, depth: usize) -> String {
    match dice.below(if depth == 0 { 8 } else { 12 }) {
        0 => dice.below(100_000).to_string(),
        1 => (*dice.pick(&["true", "false", "1e3", "0x1F", "-0.5", "1_000", "nan", "-inf"]))
            .to_owned(),
        2 => (*dice.pick(&["2026-11-20", "07:30:00", "0123", "12e4567", "no", "~", "null"]))
            .to_owned(),
        3 => text(dice),
        4 | 5 => quoted(dice),
        6 => (*dice.pick(&["{{ env.name }}", "\\{{ x }}", "a-{{ env.account_id }}", "{{", "}}"]))
            .to_owned(),
        7 => "'''\n it's # no comment\n'''".to_owned(),
        8 => "[]".to_owned(),
        9 => "{}".to_owned(),
        10 => {
            let items: Vec<_> = (0..dice.below(3)).map(|_| anything(dice, depth - 1)).collect();
            format!("[{}]", items.join(", "))
        }
        _ => {
            let item = |index| format!("k{index} = {}", anything(dice, depth - 1));
            let items: Vec<_> = (0..2).map(item).collect();
            format!("{{ {} }}", items.join(", "))
        }
    }
}

/// Pieces that mean something to one of the languages a value goes through.
const PIECES: [&str; 24] = [
    "a", "b c", "é", "日本", "🦀", "\"", "'", "\"\"\"", "'''", "\\", "\\n", "#", " # x", "=", "{{",
    "}}", "${x}", "%{", "\n", "\t", "[", "]", "$", ": ",
];

fn text(dice: &mut Dice) -> String {
    let length = dice.below(6);
    (0..length).map(|_| *dice.pick(&PIECES)).collect()
}

/// A text in TOML's own quotes.
fn quoted(dice: &mut Dice) -> String {
    toml::Value::from(text(dice)).to_string()
}

/// Paths that are reserved, open, or none.
pub(crate) fn odd_path(dice: &mut Dice) -> (&'static str, Sort) {
    *dice.pick(&[
        ("a..b", Sort::Text),
        ("", Sort::Text),
        ("name", Sort::Text),
        ("services", Sort::Text),
        ("status", Sort::Of(&["retiring", "asleep"])),
        ("profiles", Sort::Of(&["[]", "[\"small\"]", "none"])),
        ("unset", Sort::Of(&["[\"values.a\"]", "[\"hostname\"]"])),
        ("null", Sort::Of(&["[\"values.n\"]"])),
        ("environments", Sort::Of(&["[\"dev\"]", "[]"])),
        ("pack", Sort::Of(&["web", "nothing"])),
        ("nobody.knows", Sort::Any),
        ("values.a.b.c.d", Sort::Any),
    ])
}

/// An answer to what `add` asks for.
pub(crate) fn answer(dice: &mut Dice, path: &str) -> String {
    let number = dice.below(200) + 20;
    let last = path.rsplit('.').next().unwrap();
    match last.trim_matches('"') {
        "account_id" => format!("7{:011}", dice.below(1_000_000_000)),
        "hostname" => format!("h{number}-{}.example.net", dice.below(1000)),
        "cidr" => format!("10.{number}.0.0/16"),
        "vpc_id" => format!("vpc-0c41d7a9be52f6{number:03x}"),
        "region" => "eu-west-1".to_owned(),
        _ => format!("new-{number}"),
    }
}

//! Values that a neighbour names: `- name: DB_PASSWORD` and `value: …` in the next line, and blocks of HCL such as
//! `variable "db_password"` with their `default`.

use std::ops::Range;

use super::keys;
use super::lines::margin_of;
use super::pairs::{self, Pair, WrittenPair};

/// The number of lines between a name and its value.
const REACH: usize = 12;
/// The number of bytes between them in one line.
const REACH_IN_ROW: usize = 1024;

/// Blocks of HCL in which the value is a secret.
const BLOCKS: [&str; 7] = [
    "azurerm_key_vault_secret",
    "github_actions_secret",
    "google_secret_manager_secret_version",
    "kubernetes_secret",
    "kubernetes_secret_v1",
    "vault_generic_secret",
    "set_sensitive",
];

/// A pair with its line.
struct PlacedPair {
    row: usize,
    pair: Pair,
}

/// The values that a key in the same table, or the block around them, calls secrets.
pub(super) fn named(text: &str, rows: &[Range<usize>]) -> Vec<Range<usize>> {
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (row, range) in rows.iter().enumerate() {
        for pair in pairs::of(text, range.clone()) {
            let key = &text[pair.key.clone()];
            if keys::is_value_key(key) {
                values.push(PlacedPair { row, pair });
            } else if names_a_secret(text, range, &pair) {
                names.push(PlacedPair { row, pair });
            }
        }
    }
    let mut found = Vec::new();
    if !values.is_empty() {
        names.iter().for_each(|name| beside(text, rows, name, &values, &mut found));
        in_blocks(text, rows, &values, &mut found);
    }
    found
}

fn names_a_secret(text: &str, row: &Range<usize>, pair: &Pair) -> bool {
    // The value is read last: it may be the rest of a long line with many pairs.
    if !keys::is_name_key(&text[pair.key.clone()]) {
        return false;
    }
    match pair.written(text, row) {
        WrittenPair::Quoted(value, _) | WrittenPair::Bare(value) => {
            keys::names_the_value(&text[pair.key.clone()], &text[value])
        }
        _ => false,
    }
}

/// The values in the table of a name.
fn beside(
    text: &str,
    rows: &[Range<usize>],
    name: &PlacedPair,
    values: &[PlacedPair],
    found: &mut Vec<Range<usize>>,
) {
    let first = values.partition_point(|value| value.row + REACH < name.row);
    let near = values[first..].iter().take_while(|value| value.row <= name.row + REACH);
    for value in near.filter(|value| is_beside(text, rows, name, value)) {
        found.extend(value.pair.revealed(text, &rows[value.row]));
    }
}

fn is_beside(text: &str, rows: &[Range<usize>], name: &PlacedPair, value: &PlacedPair) -> bool {
    if name.row == value.row {
        let (a, b) = (name.pair.key.start, value.pair.key.start);
        return a.abs_diff(b) <= REACH_IN_ROW && !text[a.min(b)..a.max(b)].contains(['{', '}']);
    }
    let column = |it: &PlacedPair| it.pair.key.start - rows[it.row].start;
    let (from, to) = (name.row.min(value.row), name.row.max(value.row));
    let is_inside = |row: &Range<usize>| {
        let line = &text[row.clone()];
        // A quote before a key is a part of its column.
        line.trim().is_empty() || margin_of(line) + 1 >= column(name) && !line.starts_with('[')
    };
    let starts_item = |row: &Range<usize>| {
        text[row.clone()].trim_start_matches([' ', '\t', '#']).starts_with("- ")
    };
    let between = &rows[from + 1..=to];
    column(name) == column(value) && between.iter().all(|row| is_inside(row) && !starts_item(row))
}

/// The values in blocks whose header calls them secrets.
fn in_blocks(
    text: &str,
    rows: &[Range<usize>],
    values: &[PlacedPair],
    found: &mut Vec<Range<usize>>,
) {
    let mut around: Option<usize> = None;
    let mut values = values.iter().peekable();
    for (row, range) in rows.iter().enumerate() {
        let line = &text[range.clone()];
        let margin = margin_of(line);
        if around.is_some_and(|outer| margin <= outer && !line.trim().is_empty()) {
            around = None;
        }
        if around.is_none() && is_block_of_secrets(line) {
            around = Some(margin);
        }
        while let Some(value) = values.next_if(|value| value.row <= row) {
            let is_inside = value.row == row && around.is_some();
            found.extend(is_inside.then(|| value.pair.revealed(text, range)).flatten());
        }
    }
}

/// Returns true for `variable "db_password" {`, `output "token" {` and `resource "kubernetes_secret" "x" {`.
fn is_block_of_secrets(line: &str) -> bool {
    let Some(header) = line.trim().strip_suffix('{') else { return false };
    if header.contains(['=', ':']) {
        return false;
    }
    let mut words = header.split([' ', '"']).filter(|word| !word.is_empty());
    let kind = words.next().unwrap_or_default();
    let names =
        ["variable", "output", "resource"].contains(&kind) && words.clone().any(keys::is_password);
    names || BLOCKS.contains(&kind) || words.any(|word| BLOCKS.contains(&word))
}

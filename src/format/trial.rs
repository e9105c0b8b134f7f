//! A template with a value in it, printed: what the tests of the formats have in common.

use super::markers::{Piece, ValueKind, marked, pieces};
use super::{InvalidValue, Printed, Refusal};

/// What a printer makes of a template in which `@` is a value, or its first refusal.
pub(super) fn printed(
    print: impl Fn(&[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>>,
    template: &str,
    kind: ValueKind,
    value: &str,
) -> Result<String, Refusal> {
    let output = template.replace('@', &marked(kind, 1, value));
    let printed = print(&pieces(&output)).map(|printed| printed.text);
    printed.map_err(|invalid| invalid[0].refusal)
}

//! The render budget: a few lines of a template can require unbounded time, and more text than any
//! memory holds.
//!
//! Everything that can multiply is charged to the budget of the rendered file: loop iterations,
//! calls of components, includes, stored values and output. Knows nothing of templates.

use std::cell::Cell;
use std::io::{self, Write};

use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

/// The budget of a file, in bytes: many times more than a person could review.
const MOST: usize = 32 << 20;
/// The cost of a loop iteration or a call, beside its output.
const TURN: usize = 32;
/// The cost of a value beside its text.
const VALUE: usize = 16;

/// The filter that charges a value and passes it on.
pub(crate) const CHARGED: &str = "charged";

const TOO_MUCH: &str = "template exceeds the limit of 1,000,000 loop iterations or 32 MB";

thread_local! {
    /// The remaining budget of the file that this thread renders.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

/// Opens the account of a file.
pub(crate) fn open() {
    LEFT.set(MOST);
}

/// The message if the budget is exhausted.
pub(crate) fn spent() -> Option<&'static str> {
    (LEFT.get() == 0).then_some(TOO_MUCH)
}

/// Charges the writing of a value.
pub(crate) fn charge_value(value: &Value) -> TeraResult<()> {
    charge(TURN + weight(value, MOST))
}

fn charge(cost: usize) -> TeraResult<()> {
    let left = LEFT.get().checked_sub(cost);
    LEFT.set(left.unwrap_or_default());
    left.map(drop).ok_or_else(|| Error::message(TOO_MUCH))
}

/// The cost of a value and its content. Stops counting above `most`.
fn weight(value: &Value, most: usize) -> usize {
    let add = |sum: usize, (key, item): (usize, &Value)| match sum > most {
        true => sum,
        false => sum + key + weight(item, most - sum),
    };
    let items = value.as_array().into_iter().flatten().map(|item| (0, item));
    let entries = value.as_map().into_iter().flatten();
    let entries = entries.map(|(key, item)| (key.as_str().map_or(0, str::len), item));
    items.chain(entries).fold(VALUE + value.as_str().map_or(0, str::len), add)
}

/// Registers the filter that charges, and charging ones in place of Tera's that can multiply.
pub(crate) fn register(tera: &mut Tera) {
    tera.register_filter(CHARGED, |value: Value, _: Kwargs, _: &State<'_>| {
        charge_value(&value).map(|()| value)
    });
    tera.register_filter("replace", replace);
    tera.register_filter("join", join);
    tera.register_filter("str", |value: Value, _: Kwargs, _: &State<'_>| {
        charge_value(&value).map(|()| value.to_string())
    });
    tera.register_function("range", range);
}

fn replace(text: &str, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let from = arguments.must_get::<&str>("from")?;
    let to = arguments.must_get::<&str>("to")?;
    charge(text.len() + text.matches(from).count().saturating_mul(to.len()))?;
    Ok(text.replace(from, to))
}

fn join(items: Vec<Value>, arguments: Kwargs, _: &State<'_>) -> TeraResult<String> {
    let separator = arguments.get::<&str>("sep")?.unwrap_or_default();
    charge(items.len().saturating_mul(TURN + separator.len()))?;
    items.iter().try_for_each(charge_value)?;
    Ok(items.iter().map(Value::to_string).collect::<Vec<_>>().join(separator))
}

fn range(arguments: Kwargs, _: &State<'_>) -> TeraResult<Vec<i64>> {
    let start = arguments.get::<i64>("start")?.unwrap_or_default();
    let end = arguments.must_get::<i64>("end")?;
    let step = arguments.get::<i64>("step_by")?.unwrap_or(1);
    if step < 1 || start > end {
        return Err(Error::message("`range` counts up from `start` to `end`, by 1 or more"));
    }
    let count = start.abs_diff(end).div_ceil(step.unsigned_abs());
    charge(usize::try_from(count).unwrap_or(MOST).saturating_mul(TURN))?;
    Ok((start..end).step_by(step as usize).collect())
}

/// A file on its way, charged byte by byte.
pub(crate) struct Output(pub Vec<u8>);

impl Output {
    pub(crate) fn new() -> Output {
        // Most files fit, so that none of it is moved while it grows.
        Output(Vec::with_capacity(8 << 10))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        charge(bytes.len()).map_err(|_| io::Error::other(TOO_MUCH))?;
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

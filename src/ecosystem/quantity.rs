//! Quantities as Kubernetes reads them: `500m`, `1Gi`, `2e3`.
//!
//! The rules are those of Kubernetes' own parser, held against it by a test.

/// An amount in billionths, the finest that Kubernetes keeps; finer ones count as the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quantity(i128);

const UNIT: i128 = 1_000_000_000;
/// Kubernetes cuts everything off here.
const LIMIT: i128 = i64::MAX as i128 * UNIT;

impl From<i64> for Quantity {
    fn from(number: i64) -> Quantity {
        Quantity((i128::from(number) * UNIT).max(-LIMIT))
    }
}

/// Reads a quantity, `None` where it is none.
pub fn parse(text: &str) -> Option<Quantity> {
    let (negative, text) = match text.strip_prefix(['+', '-']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if fraction.contains('.') || (whole.is_empty() && fraction.is_empty()) {
        return None;
    }
    let (base, exponent) = suffix_of(suffix)?;
    let amount = scaled(whole, fraction, base, exponent);
    Some(Quantity(if negative { -amount } else { amount }))
}

/// Returns true for an amount in parts of one, such as `500m`. As an amount of memory it is a mistake
/// for `500Mi`: nothing takes a part of a byte.
pub fn is_in_parts(text: &str) -> bool {
    parse(text).is_some() && text.ends_with(['m', 'u', 'n'])
}

/// A suffix as a power: 1024 or 10, and how often.
fn suffix_of(suffix: &str) -> Option<(i128, i32)> {
    let decimal = |exponent| Some((10, exponent));
    let binary = |exponent| Some((1024, exponent));
    match suffix {
        "n" => decimal(-9),
        "u" => decimal(-6),
        "m" => decimal(-3),
        "" => decimal(0),
        "k" => decimal(3),
        "M" => decimal(6),
        "G" => decimal(9),
        "T" => decimal(12),
        "P" => decimal(15),
        "E" => decimal(18),
        "Ki" => binary(1),
        "Mi" => binary(2),
        "Gi" => binary(3),
        "Ti" => binary(4),
        "Pi" => binary(5),
        "Ei" => binary(6),
        _ => {
            let exponent = suffix.strip_prefix(['e', 'E'])?;
            decimal(exponent.parse().ok()?)
        }
    }
}

/// A decimal number times a power, in billionths, rounded up.
fn scaled(whole: &str, fraction: &str, base: i128, exponent: i32) -> i128 {
    match base {
        10 => decimal(whole, fraction, exponent),
        _ => binary(whole, fraction, base.pow(exponent as u32)),
    }
}

fn decimal(whole: &str, fraction: &str, exponent: i32) -> i128 {
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let power = i64::from(exponent) + 9 - fraction.len() as i64;
    if digits.is_empty() {
        return 0;
    }
    if digits.len() as i64 + power > 30 {
        return LIMIT;
    }
    let (amount, is_cut) = shifted(digits, power);
    (amount + i128::from(is_cut)).min(LIMIT)
}

/// The most digits behind the point that count before a binary suffix.
const FINEST: usize = 20;

fn binary(whole: &str, fraction: &str, factor: i128) -> i128 {
    let parse = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<i128>().ok() };
    let whole = parse(whole).and_then(|number| number.checked_mul(factor));
    let Some(whole) = whole.filter(|number| *number < LIMIT / UNIT) else { return LIMIT };
    let fraction = &fraction[..fraction.len().min(FINEST)];
    let part = parse(fraction).expect("few digits are a number") * factor;
    let divisor = 10_i128.pow(fraction.len() as u32);
    let part = match divisor / UNIT {
        0 => part * (UNIT / divisor),
        divisor => part / divisor + i128::from(part % divisor != 0),
    };
    (whole * UNIT + part).min(LIMIT)
}

/// A number of digits times a power of ten, and whether something was cut off behind the point.
fn shifted(digits: &str, power: i64) -> (i128, bool) {
    let parse = |text: &str| text.parse::<i128>().unwrap_or(i128::MAX / 2);
    match usize::try_from(-power) {
        Ok(cut) if cut >= digits.len() => (0, true),
        Ok(cut) => {
            let (kept, lost) = digits.split_at(digits.len() - cut);
            (parse(kept), lost.bytes().any(|byte| byte != b'0'))
        }
        Err(_) => (parse(&format!("{digits}{}", "0".repeat(power as usize))), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(parse(a).unwrap(), parse(b).unwrap(), "{a} and {b}");
    }

    #[test]
    fn a_quantity_is_what_kubernetes_takes_it_for() {
        same("1", "1000m");
        same("0.5", "500m");
        same("1Ki", "1024");
        same("1.5Gi", "1610612736");
        same("1e3", "1k");
        same("1E3", "1k");
        same(".5", "0.5");
        same("1.", "1");
        same("+1", "1");
        same("1n", "0.1n");
        same("100E", "9223372036854775807");
        same("0.1Ki", "102.4");
        assert!(parse("1G").unwrap() < parse("1Gi").unwrap());
        assert!(parse("999m").unwrap() < parse("1").unwrap());
        assert!(parse("-1").unwrap() < parse("0").unwrap());
        for text in ["500m", "1u", "1n", "1.5m"] {
            assert!(is_in_parts(text), "{text}");
        }
        for text in ["5Mi", "5M", "5", "1e3", "m"] {
            assert!(!is_in_parts(text), "{text}");
        }
        for number in [0, 1, -1, i64::MAX, i64::MIN] {
            assert_eq!(parse(&number.to_string()), Some(Quantity::from(number)), "{number}");
        }
        for text in ["", ".", "1 Gi", "1gi", "1K", "1.2.3", "1MB", "one", "1e", "--1", "1mi", "Gi"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}

//! Schedules as Kubernetes reads them: five fields, or a word such as `@hourly`.
//!
//! The rules are those of the parser that Kubernetes uses (`robfig/cron`, `ParseStandard`), held
//! against it by a test. A time zone does not belong into a schedule.

/// A field of a schedule: what it is called, its bounds and the names that numbers have.
struct Field {
    name: &'static str,
    min: u64,
    max: u64,
    names: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", min: 0, max: 59, names: &[] },
    Field { name: "hour", min: 0, max: 23, names: &[] },
    Field { name: "day of the month", min: 1, max: 31, names: &[] },
    Field {
        name: "month",
        min: 1,
        max: 12,
        names: &[
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
    },
    Field {
        name: "day of the week",
        min: 0,
        max: 6,
        names: &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
    },
];

const WORDS: [&str; 7] =
    ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

/// Checks a schedule; the error describes its mistake.
pub fn check(text: &str) -> Result<(), String> {
    if text.contains("TZ") {
        return Err(
            "it contains a time zone, which belongs into the field `timeZone` of a CronJob"
                .to_owned(),
        );
    }
    if text.starts_with('@') {
        let duration = text.strip_prefix("@every ");
        let is_known = WORDS.contains(&text) || duration.is_some_and(is_duration);
        let known = || format!("there are {} and @every with a duration", WORDS.join(", "));
        return if is_known { Ok(()) } else { Err(known()) };
    }
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() != FIELDS.len() {
        return Err(format!(
            "it has {} fields, and a schedule has five: minute, hour, day of the month, month, day of the week",
            parts.len()
        ));
    }
    FIELDS.iter().zip(parts).try_for_each(|(field, part)| field.check(part))
}

impl Field {
    fn check(&self, text: &str) -> Result<(), String> {
        let mut ranges = text.split(',').filter(|range| !range.is_empty());
        ranges.try_for_each(|range| {
            self.range(range).ok_or_else(|| {
                let Field { name, min, max, .. } = self;
                format!("`{range}` is not valid: {name} must be from {min} to {max}")
            })
        })
    }

    fn range(&self, text: &str) -> Option<()> {
        let (bounds, step) = match text.split_once('/') {
            Some((bounds, step)) => (bounds, Some(number(step)?)),
            None => (text, None),
        };
        let (first, last) = match bounds.split_once('-') {
            // The parser looks no further.
            _ if bounds.split('-').next().is_some_and(|it| it == "*" || it == "?") => {
                (self.min, self.max)
            }
            Some((first, last)) => (self.number(first)?, self.number(last)?),
            None if step.is_some() => (self.number(bounds)?, self.max),
            None => (self.number(bounds)?, self.number(bounds)?),
        };
        let fits = first >= self.min && last <= self.max && first <= last && step != Some(0);
        fits.then_some(())
    }

    fn number(&self, text: &str) -> Option<u64> {
        let lower = text.to_lowercase();
        match self.names.iter().position(|name| *name == lower) {
            Some(index) => Some(index as u64 + self.min),
            None => number(text),
        }
    }
}

fn number(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// A duration as Go reads it, such as `1h30m`.
fn is_duration(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut rest = text;
    while !rest.is_empty() {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let whole = digits(rest);
        let after = &rest[whole..];
        let fraction = after.strip_prefix('.').map_or(0, |after| digits(after) + 1);
        let has_digits = whole > 0 || fraction > 1;
        let after = &after[fraction..];
        let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
        let unit = units.iter().filter(|unit| after.starts_with(**unit)).max_by_key(|it| it.len());
        match unit {
            Some(unit) if has_digits => rest = &after[unit.len()..],
            _ => return text == "0",
        }
    }
    !text.is_empty()
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_schedule_has_five_fields_or_is_a_word() {
        for text in [
            "*/15 * * * *",
            "30 * * * *",
            "0 9-17 * * MON-FRI",
            "0 0 1,15 jan-jun ?",
            "5/10 * * * 0",
            "@hourly",
            "@every 1h30m",
            "  0 0 * * *  ",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
        for text in [
            "",
            "* * * *",
            "0 * * * * *",
            "60 * * * *",
            "0 24 * * *",
            "0 0 0 * *",
            "0 0 * 13 *",
            "0 0 * * 7",
            "*/0 * * * *",
            "5-1 * * * *",
            "1-2-3 * * * *",
            "@never",
            "@Hourly",
            "@every",
            "@every 1",
            "CRON_TZ=UTC 0 0 * * *",
            "a * * * *",
            "0 0 * * funday",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        assert_eq!(
            check("0 25 * * *").unwrap_err(),
            "`25` is not valid: hour must be from 0 to 23"
        );
        assert!(check("0 * * * * *").unwrap_err().starts_with("it has 6 fields"));
    }
}

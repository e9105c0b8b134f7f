//! Errors of Tera in our words: the one place that reads what Tera says.
//!
//! Tera keeps only the text of an error that a filter returns, and names the delimiters of the
//! prepared template. Knows no template and no place in one.

use tera::ErrorKind;

use super::prepare::{PRINT_END, PRINT_START};

/// The text of the error that a filter of ours returns for a value that is not set. It passes
/// through Tera unchanged and is no text that a template can contain.
const NOT_GIVEN: &str = "\u{1}not given";

/// An error of Tera, translated.
pub(crate) struct Translated<'a> {
    /// The template, and the bytes of its prepared text, where Tera knows them.
    pub at: Option<(&'a str, std::ops::Range<usize>)>,
    pub message: String,
    /// True if one of envroot's filters found no value.
    pub not_given: bool,
}

/// The error of a filter that finds no value.
pub(crate) fn not_given() -> tera::Error {
    tera::Error::message(NOT_GIVEN)
}

pub(crate) fn translate(error: &tera::Error) -> Translated<'_> {
    let report = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => report,
        other => return Translated { at: None, message: other.to_string(), not_given: false },
    };
    let at = Some((report.filename(), report.span().range.clone()));
    if report.message() == NOT_GIVEN {
        return Translated { at, message: "this has no value".to_owned(), not_given: true };
    }
    // The bracket that closes an expression is ours.
    let message =
        report.message().replace("Found `)` but expected", "this ends too early: expected");
    let message = message.replace(PRINT_START, "{{").replace(PRINT_END, "}}");
    Translated { at, message, not_given: false }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tera::{Context, Delimiters, Kwargs, State, Tera, Value};

    /// An error as text, from a template in the delimiters of a prepared one.
    #[track_caller]
    fn check(template: &str, expected: &str, is_missing: bool) {
        let mut tera = Tera::default();
        let delimiters = Delimiters {
            variable_start: PRINT_START.into(),
            variable_end: PRINT_END.into(),
            ..Default::default()
        };
        tera.set_delimiters(delimiters).unwrap();
        tera.register_filter("given", |value: Value, _: Kwargs, _: &State<'_>| {
            if value.is_undefined() { Err(not_given()) } else { Ok(value) }
        });
        let text = template.replace("{{", PRINT_START).replace("}}", PRINT_END);
        let added = tera.add_raw_template("t", &text);
        let error = added.and_then(|()| tera.render("t", &Context::new())).unwrap_err();
        let translated = translate(&error);
        assert_eq!((translated.message.as_str(), translated.not_given), (expected, is_missing));
        assert_eq!(translated.at.expect("a place").0, "t");
    }

    #[test]
    fn an_error_of_tera_is_translated() {
        check("{{ x | given }}", "this has no value", true);
        check(
            "{{ (1 +) }}",
            "this ends too early: expected one of: integer, float, string, bool, ident, `-`, `not`, `<`, `{`, `[` or `(`",
            false,
        );
        check("{{ 1", "Unexpected end of input", false);
        check(
            "{{ 1 + 'a' }}",
            "`+` requires both operands to be numbers, found `i64` and `string`",
            false,
        );
    }
}

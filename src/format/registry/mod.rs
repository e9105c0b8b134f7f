//! Searches in the list of all formats.

#[cfg(test)]
pub(super) mod tests;

use super::markers::Piece;
use super::{
    CodeFilter, FORMATS, FilterStyle, Format, InvalidValue, LayoutMode, Printed, TemplatePrinter,
    text,
};

/// The format of a file, by the last part of its path.
pub(crate) fn of(path: &str) -> Option<&'static dyn Format> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let has_name = |pattern: &&str| match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(ending), _) => name.ends_with(ending),
        (None, Some(start)) => name.starts_with(start),
        (None, None) => name == *pattern,
    };
    FORMATS.iter().copied().find(|format| format.file_names().iter().any(has_name))
}

/// The format of a name that a pack gives it, whatever the name of its file is.
pub(crate) fn named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name().eq_ignore_ascii_case(name))
}

/// The names of all formats.
pub(crate) fn names() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name()).collect()
}

/// The file names of all formats that are of a kind.
pub(crate) fn file_names(is_of_kind: impl Fn(&dyn Format) -> bool) -> Vec<&'static str> {
    let formats = FORMATS.iter().filter(|format| is_of_kind(**format));
    formats.flat_map(|format| format.file_names()).copied().collect()
}

/// The filters of all formats.
pub(crate) fn code_filters() -> Vec<CodeFilter> {
    let mut filters: Vec<CodeFilter> = Vec::new();
    for filter in FORMATS.iter().flat_map(|format| format.code_filters()) {
        // Formats with one syntax share its filter.
        if !filters.iter().any(|(name, _)| *name == filter.0) {
            filters.push(*filter);
        }
    }
    filters
}

/// The styles of the filters of all formats.
pub(crate) fn filter_styles() -> Vec<FilterStyle> {
    FORMATS.iter().flat_map(|format| format.filter_styles()).copied().collect()
}

/// A printer of templates' outputs for each format, for one run.
pub(crate) struct Printers(Vec<(&'static str, TemplatePrinter)>);

impl Default for Printers {
    fn default() -> Printers {
        let formats = FORMATS.iter().copied().chain(text::all());
        let printers = formats.map(|format| (format.name(), format.template_printer()));
        Printers(printers.collect())
    }
}

impl Printers {
    /// Prints a template's output in a format.
    pub(crate) fn print(
        &self,
        format: &dyn Format,
        pieces: &[Piece<'_>],
        layout: LayoutMode,
    ) -> Result<Printed, Vec<InvalidValue>> {
        let printer = self.0.iter().find(|(name, _)| *name == format.name());
        let (_, print) = printer.expect("every format is in the list");
        print(pieces, layout)
    }
}

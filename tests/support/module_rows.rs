//! The rows of `tests/rows/modules.txt`.

/// A module, and a call of it.
pub(crate) struct ModuleRow<'t> {
    /// What the rule finds: `missing a`.
    pub(crate) expected: Vec<String>,
    /// The names and texts of the module's files.
    pub(crate) files: Vec<(&'t str, &'t str)>,
    /// The arguments of the call.
    pub(crate) call: &'t str,
}

pub(crate) fn of(text: &str) -> Vec<ModuleRow<'_>> {
    let row = |row| {
        let (expected, sections) = str::split_once(row, '\n').unwrap();
        let words: Vec<&str> = expected.split_whitespace().collect();
        let expected = words.chunks(2).map(|pair| pair.join(" ")).collect();
        let sections = sections.strip_prefix("--- ").unwrap().split("\n--- ");
        let mut files: Vec<_> =
            sections.map(|it| it.split_once('\n').unwrap_or((it, ""))).collect();
        let (name, call) = files.pop().unwrap();
        assert_eq!(name, "call", "{row}");
        ModuleRow { expected, files, call: call.trim() }
    };
    text.split("\n###").skip(1).map(row).collect()
}

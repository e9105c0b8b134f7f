//! The variables of the modules that rendered files call.
//!
//! A module is read once: from the files that are rendered, or else from the disk, which also has the
//! rendered files that are current.

use std::collections::BTreeMap;

use super::RenderedFile;
use crate::ecosystem::module_variables::{self, Variable};
use crate::ecosystem::terraform::{self, Call, is_code};
use crate::render::File;
use crate::resolve::Resolved;

/// The Terraform files of a folder by name; `None` where their variables cannot be known, as in JSON.
pub(crate) type ModuleFiles = Option<Vec<(String, String)>>;

/// The call of a local module whose variables are known.
pub struct ModuleCall<'a> {
    pub file: &'a RenderedFile<'a>,
    pub call: &'a Call,
    pub folder: &'a str,
    pub variables: &'a [Variable],
    pub resolved: &'a Resolved,
}

/// The modules that are known so far.
pub(crate) struct Modules<'a, R> {
    files: &'a [File],
    /// The names and texts of the rendered files that the disk may not have, by folder, once a call
    /// needs one.
    rendered: Option<BTreeMap<&'a str, Vec<(&'a str, &'a str)>>>,
    known: BTreeMap<String, Option<Vec<Variable>>>,
    read: R,
}

impl<'a, R> Modules<'a, R> {
    pub(crate) fn of(files: &'a [File], read: R) -> Modules<'a, R> {
        Modules { files, rendered: None, known: BTreeMap::new(), read }
    }

    fn rendered_in(&mut self, folder: &str) -> &[(&'a str, &'a str)] {
        let files = self.files;
        let rendered = self.rendered.get_or_insert_with(|| {
            let mut rendered: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
            for file in files.iter().filter(|file| is_code(file.path.as_str())) {
                if let Some(text) = file.text() {
                    let named = (file.path.file_name(), text.as_str());
                    rendered.entry(file.path.directory()).or_default().push(named);
                }
            }
            rendered
        });
        rendered.get(folder).map(Vec::as_slice).unwrap_or_default()
    }

    /// The folder of the module that a file calls, and its variables; `None` where they are not known.
    pub(crate) fn called<E>(
        &mut self,
        file: &RenderedFile<'_>,
        call: &Call,
    ) -> Result<Option<(&str, &[Variable])>, E>
    where
        R: Fn(&str) -> Result<ModuleFiles, E>,
    {
        let source = terraform::given(file.line(call.source_line));
        let source = source.filter(|it| it.starts_with("./") || it.starts_with("../"));
        let folder = source.map(|it| joined(file.file.path.directory(), it));
        let Some(folder) = folder else { return Ok(None) };
        if !self.known.contains_key(&folder) {
            let variables = self.variables(&folder)?;
            self.known.insert(folder.clone(), variables);
        }
        let variables = self.known.get(&folder).and_then(Option::as_deref).unwrap_or_default();
        let given = |name: &str| call.arguments.iter().any(|it| it.name == name);
        let lacks_one = variables.iter().any(|it| it.required && !given(&it.name));
        if lacks_one && self.is_overridden(file.file.path.directory(), &call.name)? {
            return Ok(None);
        }
        let known = self.known.get_key_value(&folder);
        Ok(known.and_then(|(folder, variables)| Some((folder.as_str(), variables.as_deref()?))))
    }

    /// The variables of a module. Terraform reports one that is missing or cannot be read.
    fn variables<E>(&mut self, folder: &str) -> Result<Option<Vec<Variable>>, E>
    where
        R: Fn(&str) -> Result<ModuleFiles, E>,
    {
        self.with_texts(folder, |texts| match texts.is_empty() {
            true => None,
            false => module_variables::of_module(texts),
        })
    }

    /// Returns true if another file of a root may change the arguments of a call.
    fn is_overridden<E>(&mut self, root: &str, module: &str) -> Result<bool, E>
    where
        R: Fn(&str) -> Result<ModuleFiles, E>,
    {
        let overrides = self.with_texts(root, |texts| {
            let overrides =
                |(name, text): &(&str, &str)| module_variables::overrides_call(name, text, module);
            Some(texts.iter().any(overrides))
        })?;
        Ok(overrides.unwrap_or(true))
    }

    /// Calls a function with the names and texts of the Terraform files of a folder, in the order of
    /// their names.
    fn with_texts<T, E>(
        &mut self,
        folder: &str,
        of: impl FnOnce(&[(&str, &str)]) -> Option<T>,
    ) -> Result<Option<T>, E>
    where
        R: Fn(&str) -> Result<ModuleFiles, E>,
    {
        let Some(on_disk) = (self.read)(folder)? else { return Ok(None) };
        let rendered = self.rendered_in(folder);
        // What a file in JSON declares is not known.
        if rendered.iter().any(|(name, _)| terraform::is_json_code(name)) {
            return Ok(None);
        }
        let is_rendered = |name: &str| rendered.iter().any(|(rendered, _)| *rendered == name);
        let on_disk = on_disk.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let on_disk = on_disk.filter(|(name, _)| !is_rendered(name));
        let texts = on_disk.chain(rendered.iter().copied());
        let mut texts: Vec<(&str, &str)> =
            texts.filter(|(name, _)| !terraform::terraform_ignores(name)).collect();
        texts.sort_unstable();
        Ok(of(&texts))
    }
}

/// The folder that a path leads to from another one, as Terraform joins them: it looks at no link. It
/// may be around the project.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match (part, parts.last()) {
            ("" | ".", _) => {}
            ("..", Some(last)) if *last != ".." => _ = parts.pop(),
            (part, _) => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_path_is_joined_as_it_is_written() {
        for (folder, path, expected) in [
            ("a/b", "../../modules/x", "modules/x"),
            ("a", "./m", "a/m"),
            ("a", "../", ""),
            ("a", "./link/../m//", "a/m"),
            ("a", "../../x", "../x"),
            ("a", "../../../x/../y", "../../y"),
            ("", "../", ".."),
        ] {
            assert_eq!(joined(folder, path), expected, "{folder} {path}");
        }
    }
}

//! The variables of the modules that rendered files call.
//!
//! A module is read once: from the files that are rendered, or else from the disk, which also has the
//! rendered files that are current.

use std::collections::BTreeMap;

use super::RenderedFile;
use crate::ecosystem::terraform::{self, Call, Variable, is_code};
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
        let folder = source.and_then(|it| joined(file.file.path.directory(), it));
        let Some(folder) = folder else { return Ok(None) };
        if !self.known.contains_key(&folder) {
            let variables = self.variables(&folder)?;
            self.known.insert(folder.clone(), variables);
        }
        let known = self.known.get_key_value(&folder);
        Ok(known.and_then(|(folder, variables)| Some((folder.as_str(), variables.as_deref()?))))
    }

    fn variables<E>(&mut self, folder: &str) -> Result<Option<Vec<Variable>>, E>
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
        let on_disk = on_disk.iter().filter(|(name, _)| !is_rendered(name));
        let texts = on_disk.map(|(_, text)| text.as_str());
        let texts = texts.chain(rendered.iter().map(|(_, text)| *text));
        let texts: Vec<&str> = texts.collect();
        // Terraform reports a module that is missing or cannot be read.
        let is_readable = texts.iter().all(|text| terraform::root_facts(text).is_some());
        let variables = texts.iter().flat_map(|text| terraform::variables(text)).collect();
        Ok((is_readable && !texts.is_empty()).then_some(variables))
    }
}

/// The folder that a path leads to from another one, `None` outside the project.
fn joined(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_path_is_followed_within_the_project() {
        assert_eq!(joined("a/b", "../../modules/x").as_deref(), Some("modules/x"));
        assert_eq!(joined("a", "./m").as_deref(), Some("a/m"));
        assert_eq!(joined("a", "../").as_deref(), Some(""));
        assert_eq!(joined("a", "../../x"), None);
    }
}

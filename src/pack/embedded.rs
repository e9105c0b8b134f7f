//! The packs that come with envroot.

use include_dir::{Dir, include_dir};

use super::Folder;

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The names of the packs that come with envroot, sorted.
pub fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = TEMPLATES
        .dirs()
        .filter(|folder| folder.contains(folder.path().join("pack.toml")))
        .filter_map(|folder| folder.path().to_str())
        .collect();
    names.sort();
    names
}

/// The texts of a pack that comes with envroot.
pub fn folder(name: &str) -> Option<Folder> {
    let folder = TEMPLATES.get_dir(name)?;
    folder.contains(folder.path().join("pack.toml")).then(|| texts(name))
}

/// The components that all packs share.
pub fn components() -> Folder {
    texts("components")
}

fn texts(name: &str) -> Folder {
    let mut files = Vec::new();
    if let Some(folder) = TEMPLATES.get_dir(name) {
        collect(folder, name.len() + 1, &mut files);
    }
    files.sort();
    Folder::new(name, files)
}

fn collect(folder: &Dir<'_>, prefix: usize, files: &mut Vec<(String, Vec<u8>)>) {
    for file in folder.files() {
        let path = file.path().to_string_lossy()[prefix..].to_owned();
        files.push((path, file.contents().to_owned()));
    }
    folder.dirs().for_each(|inner| collect(inner, prefix, files));
}

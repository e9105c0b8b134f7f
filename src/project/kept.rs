//! The files that `keep` declares, compared with the roots that are rendered.

use std::collections::{BTreeMap, BTreeSet};

use crate::ecosystem::terraform::is_code;
use crate::model::code::Code;
use crate::model::diagnostic::{Problem, Problems, Target};
use crate::model::name::RelativePath;
use crate::render::File;
use crate::resolve::{Kept, Resolved};
use crate::world::World;

/// A problem for each declared file that does not exist in a root of its deployment, or that is
/// rendered there.
pub(crate) fn problems(world: &dyn World, resolved: &Resolved, files: &[File]) -> Problems {
    let mut problems = Problems::default();
    let declared = declared(resolved);
    if declared.is_empty() {
        return problems;
    }
    let roots = roots(files);
    let rendered: BTreeSet<&RelativePath> = files.iter().map(|file| &file.path).collect();
    for (target, kept) in declared {
        let folders = roots.get(&target).map(Vec::as_slice).unwrap_or_default();
        let paths = folders.iter().filter_map(|folder| in_folder(folder, &kept.file));
        let paths: Vec<RelativePath> = paths.collect();
        let fault = match paths.iter().find(|path| rendered.contains(path)) {
            Some(path) => Some((format!("`keep` names {path}, which is rendered"), RENDERED)),
            None if paths.iter().any(|path| world.has_file(path.as_str())) => None,
            None => Some((missing(kept, folders), MISSING)),
        };
        problems.extend(fault.map(|(message, help)| {
            let problem = Problem::error(Code::UnknownFile, message).at(kept.place).help(help);
            problem.for_target(target.service.as_ref(), target.environment.as_ref())
        }));
    }
    problems
}

const RENDERED: &str = "remove the entry: `keep` is for files that are written by hand";
const MISSING: &str = "correct the name, or remove the entry";

fn missing(kept: &Kept, folders: &[&str]) -> String {
    match folders {
        [] => format!("`keep` names {}, and no root is rendered that it could be in", kept.file),
        folders => {
            format!(
                "`keep` names {}, and there is no such file in {}",
                kept.file,
                folders.join(", ")
            )
        }
    }
}

/// The files that each deployment declares.
fn declared(resolved: &Resolved) -> Vec<(Target, &Kept)> {
    let mut declared = Vec::new();
    for service in &resolved.services {
        for deployment in &service.deployments {
            let environment = &resolved.environments[deployment.environment].name;
            let target = Target {
                service: Some(service.name.clone()),
                environment: Some(environment.clone()),
            };
            declared.extend(deployment.keep.iter().map(|kept| (target.clone(), kept)));
        }
    }
    declared
}

/// The folders of the Terraform files that are rendered for each deployment.
fn roots(files: &[File]) -> BTreeMap<Target, Vec<&str>> {
    let mut roots: BTreeMap<Target, Vec<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| is_code(file.path.as_str())) {
        let folders = roots.entry(file.owner.target.clone()).or_default();
        if !folders.contains(&file.path.directory()) {
            folders.push(file.path.directory());
        }
    }
    roots
}

fn in_folder(folder: &str, file: &RelativePath) -> Option<RelativePath> {
    match folder {
        "" => Some(file.clone()),
        folder => RelativePath::parse(folder).ok().map(|folder| folder.join(file)),
    }
}

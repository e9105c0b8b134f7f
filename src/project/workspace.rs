//! A project's folder, locked against other commands.

use super::abort::Abort;
use super::load;
use super::outcome::Common;
use crate::config::Config;
use crate::format::seal;
use crate::format::sealed_beside::{seal_path, sealed_path};
use crate::model::name::RelativePath;
use crate::plan;
use crate::world::{CONFIG, Failure, Listing, Lock, Matters, World};

pub(crate) struct Workspace<'w> {
    pub world: &'w dyn World,
    _lock: Lock,
}

impl<'w> Workspace<'w> {
    /// Locks the project. With `writes`, no other command may read or write until this is dropped.
    pub(crate) fn enter(
        world: &'w dyn World,
        common: &Common,
        writes: bool,
    ) -> Result<Workspace<'w>, Failure> {
        let waiting = || {
            if let Some(tell) = common.tell {
                tell("waiting for another envroot in this project\n");
            }
        };
        let lock = world.lock(writes, &waiting)?;
        Ok(Workspace { world, _lock: lock })
    }

    /// The text of `environments.toml`.
    pub(crate) fn text(&self) -> Result<String, Abort> {
        Ok(load::decode(self.world.bytes(CONFIG)?.unwrap_or_default())?)
    }

    /// The files below the folders that envroot owns, and what Git has not finished merging.
    pub(crate) fn listing(&self, owned: &[String]) -> Result<Listing, Failure> {
        // An entry that is a file may be sealed by a file beside it.
        let paths = owned.iter().filter_map(|path| RelativePath::parse(path).ok());
        let seals: Vec<String> = paths.map(|path| seal_path(&path).to_string()).collect();
        let owned: Vec<&str> = owned.iter().chain(&seals).map(String::as_str).collect();
        let matters = Matters { inside: plan::may_matter_inside, anywhere: plan::may_matter };
        self.world.list(&owned, matters, seal::fits_path, sealed_path)
    }
}

/// The folders and files that a configuration lets envroot own.
pub(crate) fn owned(config: &Config) -> Vec<String> {
    let also = config.project.also.iter().map(RelativePath::to_string);
    [config.project.output().to_owned()].into_iter().chain(also).collect()
}

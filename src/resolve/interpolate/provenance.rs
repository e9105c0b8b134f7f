//! The origin of a value that references bring.

use std::sync::Arc;

use crate::model::reference::Reference;
use crate::model::tree::{Node, Origin};

/// Picks the origin of a text with several references: that of the first reference to anything but
/// a `name`, because a name seldom explains a value, or else that of the first one.
#[derive(Default)]
pub(crate) struct Provenance {
    first: Option<Arc<Origin>>,
    first_name: Option<Arc<Origin>>,
}

impl Provenance {
    pub(crate) fn add(&mut self, reference: &Reference, target: &Node) {
        let is_name = matches!(&*reference.path.0, [only] if &**only == "name");
        let picked = if is_name { &mut self.first_name } else { &mut self.first };
        picked.get_or_insert_with(|| origin_of(target));
    }

    pub(crate) fn origin(self) -> Option<Arc<Origin>> {
        self.first.or(self.first_name)
    }
}

/// The place where a value was first written, before references passed it on.
pub(crate) fn origin_of(node: &Node) -> Arc<Origin> {
    node.referenced_origin.as_ref().unwrap_or(&node.origin).clone()
}

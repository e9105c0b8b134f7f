//! The positions that a value can have in a YAML file.

use super::block::Chomping;
use super::plain_scalars::PlainScalar;

/// The position of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum YamlContext {
    /// In a plain scalar, of which it is the whole text or a part. The number of the scalar is its
    /// position in [`YamlContexts::plain`].
    Plain {
        whole: bool,
        scalar: usize,
    },
    /// Elsewhere outside quotes, blocks and comments, such as in a tag.
    Bare,
    Double(Edges),
    Single(Edges),
    /// In a block scalar.
    Block(Edges),
    /// In double quotes after a backslash, which would escape the first character of the value.
    AfterBackslash,
    Comment,
}

/// The sides of a value where a reader drops blanks or gives them a meaning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Edges {
    pub(super) start: bool,
    pub(super) end: bool,
    /// True if a line of a block contains only values. A reader drops such a line at the end of the
    /// block if the values are empty.
    pub(super) alone: bool,
}

/// The positions of all values of a text.
#[derive(Debug, Default)]
pub(super) struct YamlContexts {
    /// For every value its position.
    pub(super) values: Vec<YamlContext>,
    /// The plain scalars that hold values, in the order of lines.
    pub(super) plain: Vec<PlainScalar>,
    /// For every line whether its end belongs to a scalar, so that blanks there are text.
    pub(super) kept_ends: Vec<bool>,
    /// The block scalar that goes on up to the end of the text.
    pub(super) open_block: Option<Chomping>,
}

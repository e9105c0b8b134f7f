//! Rules about the difference between the disk and what is rendered.

pub mod moved_state;

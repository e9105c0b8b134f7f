//! The program under load and in trouble: random histories and edits, kills, limits, and many runs at once.

mod concurrent;
mod confined;
mod crash;
mod determinism;
mod edits;
mod edits_killed;
mod histories;
mod limits;
mod patches;
mod sealed_beside;
mod strings;

#[path = "../support"]
mod support {
    pub(crate) mod beside;
    pub(crate) mod chance;
    pub(crate) mod crowd;
    pub(crate) mod project;
    pub(crate) mod random;
    pub(crate) mod rounds;
    pub(crate) mod text;
    pub(crate) mod tools;
}

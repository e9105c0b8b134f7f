//! The program under load and in trouble: random histories and edits, kills, limits, and many runs at once.

mod concurrent;
mod confined;
mod crash;
mod determinism;
mod edits;
mod histories;
mod limits;
mod patches;
mod strings;

#[path = "../support"]
mod support {
    pub mod chance;
    pub mod crowd;
    pub mod project;
    pub mod random;
    pub mod rounds;
    pub mod text;
    pub mod tools;
}

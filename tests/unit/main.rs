//! The library in memory: no test here starts a program.

mod architecture;
mod files;
mod laws;
mod promises;
mod reach;
mod regressions;
mod words;

#[path = "../support"]
mod support {
    pub(crate) mod random;
    pub(crate) mod rounds;
}

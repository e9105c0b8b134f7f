//! What a person or a pipeline sees of the program: commands, reports, files, documents, and the gate in CI.

mod command_line;
mod committed;
mod documents;
mod exit_codes;
mod gate;
mod golden;
mod guard;
mod merge;
mod narrow;
mod neighbours;
mod pack;
mod printing;
mod problems;
mod readme;
mod repository;
mod rules;
mod sealed_beside;
mod second_root;
mod terminal;
mod transcript;
mod unmerged;

#[path = "../support"]
mod support {
    pub(crate) mod beside;
    pub(crate) mod chance;
    pub(crate) mod project;
    pub(crate) mod rounds;
    pub(crate) mod tools;
}

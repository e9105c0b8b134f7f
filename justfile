# Tasks of this repository. `just` lists them; https://just.systems runs them.

_default:
    @just --list --unsorted

# Check that the code compiles, then run the tests in memory: seconds.
quick:
    cargo clippy --quiet
    cargo test --quiet --lib

# Run every test that the installed tools allow: minutes.
test *ARGS:
    cargo test {{ ARGS }}

# Run what CI runs, with all tools and the full number of rounds.
full:
    .ci/run

# Check format, lints, documentation and dependencies (`.ci/tools` installs cargo-deny).
lint:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --document-private-items
    cargo deny --locked check bans licenses sources

# Accept what the program prints and writes now as expected. Read the difference before you commit it.
bless:
    INSTA_UPDATE=always BLESS=1 cargo test --no-fail-fast --test cli --test tools
    git status --short tests

# Fuzz each target, or the ones given, for some seconds.
fuzz SECONDS="20" *TARGETS:
    PATH="$(.ci/tools):$PATH" .ci/fuzz {{ SECONDS }} {{ TARGETS }}

# Measure a project of a thousand environments.
bench:
    cargo bench

# Build the documentation of the code and open it.
docs:
    cargo doc --no-deps --document-private-items --open

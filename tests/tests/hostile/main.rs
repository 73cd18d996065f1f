//! Whatever a project's files hold, compiling ends without a panic, and says what is wrong at places that are there; one mistake is
//! told a few times at most, and what still compiles can be loaded and decides.
//!
//! How long it takes is no test, but `cargo run --release -p lictor-tests --example growth -- hostile` shows it.

// What is broken, and how.
#[path = "../support/projects.rs"]
mod projects;
mod corpus;
mod dice;
mod survive;

// The tests.
mod cuts;
mod tokens;
mod shapes;
mod bytes;
mod line_ends;

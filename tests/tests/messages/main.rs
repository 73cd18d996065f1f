//! What is said of mistakes: literate fixtures that show every message whole, and properties that hold for mistakes nobody thought of.

mod project;
mod render;
mod random;
mod fixture;
mod suite;
mod pages;
mod words;
mod typos;
mod planted;
mod tokens;

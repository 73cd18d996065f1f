//! What people see: diagnostics, decisions, summaries. Nothing is coloured for people anywhere else, and nothing is decided
//! here.

mod paint;

// What is wrong.
mod diagnostic;
mod notice;
mod excerpt;
mod report;
mod sarif;

// What came of requests and tests.
mod decision;
mod observed;
mod explanation;
mod brief;
mod progress;
mod summary;
mod tests;
mod coverage;
mod lcov;
mod junit;
mod mutation;

// What is in a bundle.
mod marks;
mod edition;
mod steps;
mod bundle;
pub mod controls;
pub mod names;
mod difference;

pub use bundle::{inspection, inspection_json, plural, sound};
pub use coverage::{coverage, coverage_json, percent};
pub use decision::{Rows, card, verdict};
pub use diagnostic::{Sources, diagnostics, diagnostics_json};
pub use difference::{Compared, difference, difference_json};
pub use edition::{edition, expires, last_moment};
pub use explanation::explanation;
pub use junit::junit;
pub use lcov::lcov;
pub use mutation::{mutation, mutation_json};
pub use notice::{Notice, tell};
pub use observed::differs;
pub use paint::{Colour, Paint};
pub use progress::Progress;
pub use sarif::sarif;
pub use summary::{changes, summary, summary_json};
pub use tests::{test_list, test_list_json, tests, tests_json};

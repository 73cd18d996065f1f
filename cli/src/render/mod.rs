//! What people see: diagnostics, decisions, summaries. Nothing is coloured for people anywhere but here and in `lictor-report`,
//! where decisions are put into words, and nothing is decided here.

// What is wrong.
mod diagnostic;
mod notice;
mod excerpt;
mod report;
mod sarif;

// What came of requests and tests.
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
mod imports;
mod bundle;
pub mod controls;
pub mod names;
mod difference;

pub use bundle::{ONLY_OBSERVED, inspection, inspection_json, mode, plural, sound};
pub use coverage::{coverage, coverage_json, percent};
pub use diagnostic::{Sources, diagnostics, diagnostics_json, errors_line};
pub use difference::{Compared, difference, difference_json};
pub use edition::{edition, expires, last_moment};
pub use junit::junit;
pub use lcov::lcov;
pub use lictor_report::{Colour, Paint, Rows, brief, card, colour, differs, explanation, verdict, visible};
pub use mutation::{mutation, mutation_json};
pub use notice::{Notice, tell};
pub use progress::Progress;
pub use sarif::sarif;
pub use summary::{changes, summary, summary_json};
pub use tests::{test_list, test_list_json, tests, tests_json};

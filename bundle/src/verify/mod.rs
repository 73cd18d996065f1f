//! What is proved about a bundle before any of it may run, so that the runtime need not check it again.
//!
//! After [`verify`] every index refers to something, every table is sorted as it says, every register has the type that its
//! instruction takes, every jump goes ahead, and every evaluation ends within [`MAX_STEPS`]. What is verified may have
//! been written by anybody: nothing here panics, recurses deeper than [`MAX_DEPTH`], or does more work than a fixed multiple of the
//! largest file.

mod names;
mod values;
mod schema;
mod params;
mod merges;
mod flow;
mod operands;
mod types;
mod compound;
mod steps;
mod code;
mod history;
mod exceptions;
mod tools;
mod source_map;
mod units;
mod verifier;

use crate::error::{BundleError, ErrorKind};
use crate::instr::Reg;
use crate::program::{Bundle, INSTRUCTION_SET_VERSION, LANGUAGE_VERSION};

pub(crate) use verifier::{Proved, Verifier};

pub use schema::{MAX_DEPTH, MAX_REQUEST_SLOTS};
pub use steps::{LayerSteps, MAX_STEPS, Steps};
pub use tools::{answers, fits, holds_attested, is_unclassified};
pub use values::is_of_type;

/// Verifies a bundle, and gives the most steps that deciding a request can take, for each action in the order of the schema.
pub fn verify(bundle: &Bundle) -> Result<Vec<Steps>, BundleError> {
    prove(bundle).map(|proved| proved.steps)
}

/// Verifies a bundle.
pub(crate) fn prove(bundle: &Bundle) -> Result<Proved, BundleError> {
    let mut verifier = Verifier::new(bundle)?;
    bundle.units.iter().try_for_each(|unit| verifier.place(unit))?;
    verifier.placed()?;
    bundle.units.iter().try_for_each(|unit| verifier.unit(unit))?;
    verifier.proved()
}

fn over_limit(action: &str, steps: u64) -> String {
    format!("{action}: deciding it can take {steps} steps, and {MAX_STEPS} is the most that is allowed")
}

/// Checks that the versions are those that are known here.
pub(crate) fn check_versions(language: u16, instruction_set: u16) -> Result<(), BundleError> {
    let checks = [
        (ErrorKind::LanguageVersion, "the language", language, LANGUAGE_VERSION),
        (ErrorKind::InstructionSetVersion, "the instruction set", instruction_set, INSTRUCTION_SET_VERSION),
    ];
    for (kind, what, version, known) in checks {
        if version != known {
            return Err(BundleError::new(
                kind,
                format!(
                    "the bundle is of version {version} of {what}, and only version {known} is known here"
                ),
            ));
        }
    }
    Ok(())
}

/// An error with where it was found put before it.
trait Within<T> {
    fn within(self, place: impl FnOnce() -> String) -> Result<T, BundleError>;
}

impl<T> Within<T> for Result<T, BundleError> {
    fn within(self, place: impl FnOnce() -> String) -> Result<T, BundleError> {
        self.map_err(|error| BundleError::new(error.kind, format!("{}: {}", place(), error.message)))
    }
}

/// Fails with this kind and message unless the condition holds.
fn ensure(condition: bool, kind: ErrorKind, message: impl FnOnce() -> String) -> Result<(), BundleError> {
    if condition { Ok(()) } else { Err(BundleError::new(kind, message())) }
}

/// The registers from one on. It ends with the last that there can be, which is never written: a row that ends early has met it.
fn row(first: Reg) -> impl Iterator<Item = Reg> {
    first..=Reg::MAX
}

//! Bundles that somebody altered: as files, of which none may be taken, and in their contents, signed again by somebody who is trusted,
//! of which none may be taken that cannot be run.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lictor_bundle::container::{Trust, open, seal};
use lictor_bundle::keys::SigningKey;
use lictor_bundle::program::Bundle;
use lictor_compiler::compile;
use lictor_compiler::project::Project;
use lictor_runtime::{Engine, Scratch};

use crate::dice::Dice;
use crate::projects;

/// A policy that is altered, and requests to decide where it can still be run.
pub struct Target {
    pub name: &'static str,
    pub bundle: Bundle,
    pub requests: Vec<String>,
}

/// The example, which is large, and the reference, in which everything occurs. Their tests are the requests.
pub fn targets() -> Vec<Target> {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language.md");
    let reference = Project {
        name: "reference".to_owned(),
        files: projects::modules(&std::fs::read_to_string(page).unwrap()),
        library: projects::library(),
        ..Project::default()
    };
    let example = projects::folder("examples/agent-payments/policy");
    let target = |(name, project): (&'static str, Project)| {
        let compiled = compile(&project);
        let errors: Vec<_> = compiled.diagnostics.iter().filter(|told| told.is_error()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        let requests: Vec<String> = compiled.tests.into_iter().map(|test| test.request).collect();
        assert!(requests.len() > 10, "{name}");
        Target { name, bundle: compiled.bundle.unwrap(), requests }
    };
    [("example", example), ("reference", reference)].into_iter().map(target).collect()
}

pub fn key() -> SigningKey {
    SigningKey::from_seed([7; 32])
}

/// What became of the edits.
#[derive(Default, Debug)]
pub struct Tally {
    /// Those that are no bundle any more, as far as its encoding goes.
    pub unreadable: usize,
    /// Those that were refused, by code.
    pub refused: BTreeMap<&'static str, usize>,
    /// Those that are another policy, and were run.
    pub accepted: usize,
}

/// Edits the file at random so many times, and fails where one of the files is taken.
pub fn edit_file(target: &Target, seed: u64, edits: usize) -> Tally {
    let file = seal(&target.bundle, &[key()]).unwrap();
    let keys = [key().verifying_key()];
    assert!(open(&file, Trust::Keys(&keys)).is_ok());
    let mut dice = Dice(seed);
    let mut tally = Tally::default();
    for number in 0..edits {
        let mut edited = file.clone();
        edit(&mut dice, &mut edited);
        // Some edits put back what was there.
        if edited == file {
            continue;
        }
        match open(&edited, Trust::Keys(&keys)) {
            Err(error) => *tally.refused.entry(error.code()).or_default() += 1,
            Ok(_) => panic!("{}: edit {number} of seed {seed} is taken", target.name),
        }
    }
    tally
}

/// Edits the contents at random so many times and signs them again. What is taken then is another policy: it is run, and fails the test where
/// running it panics.
pub fn edit_contents(target: &Target, seed: u64, edits: usize) -> Tally {
    let keys = [key().verifying_key()];
    let mut dice = Dice(seed);
    let mut scratch = Scratch::default();
    let mut tally = Tally::default();
    for number in 0..edits {
        let mut changed = target.bundle.clone();
        if !edit_part(&mut dice, &mut changed) {
            tally.unreadable += 1;
            continue;
        }
        let first = dice.below(target.requests.len());
        let run = || -> Option<&'static str> {
            let file = seal(&changed, &[key()]).ok()?;
            let engine = match Engine::load(&file, Trust::Keys(&keys)) {
                Ok(engine) => engine,
                Err(error) => return Some(error.code()),
            };
            let around = target.requests.iter().cycle().skip(first).take(3);
            for request in around {
                engine.decide(&mut scratch, request.as_bytes());
                engine.facts_needed(&mut scratch, request.as_bytes());
                engine.trace(&mut scratch, request.as_bytes(), None);
            }
            None
        };
        match catch_unwind(AssertUnwindSafe(run)) {
            Ok(Some(code)) => *tally.refused.entry(code).or_default() += 1,
            Ok(None) => tally.accepted += 1,
            Err(_) => panic!("{}: edit {number} of seed {seed} panics", target.name),
        }
    }
    tally
}

/// Edits one part of a bundle as it is encoded; whether it can still be read.
fn edit_part(dice: &mut Dice, bundle: &mut Bundle) -> bool {
    fn part<T: borsh::BorshSerialize + borsh::BorshDeserialize>(dice: &mut Dice, part: &mut T) -> bool {
        let mut bytes = borsh::to_vec(part).unwrap();
        edit(dice, &mut bytes);
        borsh::from_slice(&bytes).map(|edited| *part = edited).is_ok()
    }
    match dice.below(8) {
        0 => part(dice, &mut bundle.manifest),
        1 => part(dice, &mut bundle.schema),
        2 => part(dice, &mut bundle.condition_code),
        3 => part(dice, &mut bundle.conditions) && part(dice, &mut bundle.tools),
        _ => {
            let number = dice.below(bundle.units.len());
            let unit = &mut bundle.units[number];
            match dice.below(4) {
                0 => part(dice, &mut unit.code),
                1 => part(dice, &mut unit.rules),
                2 => part(dice, &mut unit.map),
                _ => part(dice, unit),
            }
        }
    }
}

/// One to three edits: a bit, a byte, a number of two bytes, a run that is put elsewhere, something more or less.
fn edit(dice: &mut Dice, bytes: &mut Vec<u8>) {
    for _ in 0..=dice.below(3) {
        if bytes.is_empty() {
            return;
        }
        let at = dice.below(bytes.len());
        match dice.below(8) {
            0..=2 => bytes[at] ^= 1 << dice.below(8),
            3 => bytes[at] = *dice.pick(&[0, 1, 2, 3, 0x7f, 0x80, 0xff]),
            4 | 5 => {
                let number = *dice.pick(&[0u16, 1, 2, 255, 1023, 1024, 1025, 32_767, 65_535]);
                for (byte, new) in bytes[at..].iter_mut().zip(number.to_le_bytes()) {
                    *byte = new;
                }
            }
            6 => {
                let (from, length) = (dice.below(bytes.len()), 1 + dice.below(8));
                let run: Vec<u8> = bytes[from..].iter().take(length).copied().collect();
                for (byte, new) in bytes[at..].iter_mut().zip(run) {
                    *byte = new;
                }
            }
            _ if dice.below(2) == 0 => bytes.insert(at, bytes[at]),
            _ => drop(bytes.remove(at)),
        }
    }
}

//! The highest edition that was in force, which survives a restart, so that nobody brings an old policy back by waiting for one.

use std::io;

use lictor_runtime::Engine;
use serde::{Deserialize, Serialize};

use super::Refused;
use crate::file::Dir;

/// Which edition was reached.
const FILE: &str = "edition.json";
/// The newest signed bundle that was in force.
const BUNDLE: &str = "current.bundle";
/// Where every bundle is kept that was in force, under its id: without it nobody can decide again what it has decided.
pub(super) const BUNDLES: &str = "bundles";

/// What was reached.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reached {
    sequence: u64,
    /// The id of the bundle of that number; those without numbers are not told apart.
    bundle: String,
}

/// The file of it.
#[derive(Debug)]
pub(super) struct Editions {
    dir: Dir,
    reached: Reached,
}

impl Editions {
    /// What was reached before; nothing yet in a new directory.
    pub fn open(dir: Dir) -> io::Result<Editions> {
        let reached = match dir.read(FILE)? {
            Some(bytes) => serde_json::from_slice(&bytes).map_err(io::Error::from)?,
            None => Reached::default(),
        };
        Ok(Editions { dir, reached })
    }

    /// The lowest number that is taken.
    pub fn reached(&self) -> u64 {
        self.reached.sequence
    }

    /// The newest signed bundle that was in force.
    pub fn sent(&self) -> io::Result<Option<Vec<u8>>> {
        self.dir.read(BUNDLE)
    }

    /// Refuses a second bundle of one number: of two that claim to be the same edition, one is not.
    pub fn admit(&self, engine: &Engine) -> Result<(), Refused> {
        let Reached { sequence, bundle } = &self.reached;
        let number = engine.release().sequence;
        if number > 0 && number == *sequence && *bundle != engine.id().to_string() {
            return Err(Refused::SameNumber(number));
        }
        Ok(())
    }

    /// Keeps a bundle for as long as there are records of its decisions.
    pub fn keep(&self, engine: &Engine, bytes: &[u8]) -> io::Result<()> {
        let id = engine.id().to_string();
        let name = format!("{}.bundle", id.trim_start_matches("sha256:"));
        let kept = Dir::open(&self.dir.path(BUNDLES))?;
        if kept.path(&name).is_file() { Ok(()) } else { kept.replace(&name, bytes) }
    }

    /// Keeps that this one is in force, and it itself where it was signed.
    pub fn reach(&mut self, engine: &Engine, signed: Option<&[u8]>) -> io::Result<()> {
        let reached = Reached { sequence: engine.release().sequence, bundle: engine.id().to_string() };
        if reached == self.reached {
            return Ok(());
        }
        let _lock = self.dir.lock(FILE)?;
        // The bundle first: a number without its bundle would keep the gateway from starting.
        if let Some(bytes) = signed {
            self.dir.replace(BUNDLE, bytes)?;
        }
        self.dir.replace(FILE, &serde_json::to_vec(&reached).map_err(io::Error::from)?)?;
        self.reached = reached;
        Ok(())
    }
}

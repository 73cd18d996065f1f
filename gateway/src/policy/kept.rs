//! Bundles that were in force before: what they decided is shown with the rules that they had.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use lictor_runtime::{Digest, Engine, Now, Requirements, Trust};

use super::InForce;
use super::edition::BUNDLES;
use crate::file::Dir;

/// How many are held, so that a page that is looked at again is not read again.
const HELD: usize = 4;

/// The bundles that were in force, by their ids.
pub(crate) struct Kept {
    dir: Dir,
    /// The one that was asked for last stands first.
    held: Mutex<VecDeque<Arc<Engine>>>,
}

impl Kept {
    /// Those of a data directory.
    pub fn of(dir: &Dir) -> Kept {
        Kept { dir: dir.clone(), held: Mutex::default() }
    }

    /// The bundle of this id, where it is kept and still is what it was. It may read a file, so not on a thread that serves connections.
    pub fn find(&self, id: [u8; 32]) -> Option<Arc<Engine>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let known = held.iter().position(|engine| engine.id().0 == id);
        let engine = match known.and_then(|at| held.remove(at)) {
            Some(engine) => engine,
            None => Arc::new(self.read(id)?),
        };
        held.push_front(Arc::clone(&engine));
        held.truncate(HELD);
        Some(engine)
    }

    fn read(&self, id: [u8; 32]) -> Option<Engine> {
        let digits = Digest(id).to_string();
        let name = format!("{BUNDLES}/{}.bundle", digits.trim_start_matches("sha256:"));
        let bytes = self.dir.read(&name).ok()??;
        // It decides nothing any more, so it does not matter who signed it and whether its time is over: its id says that it is the one.
        let any = Requirements { trust: Trust::Integrity, min_sequence: 0, now: Now::Any, max_steps: None };
        Engine::load(&bytes, any).ok().filter(|engine| engine.id().0 == id)
    }
}

impl InForce {
    /// Whether this is the bundle of this id.
    pub fn is(&self, id: [u8; 32]) -> bool {
        self.engine.id().0 == id
    }
}

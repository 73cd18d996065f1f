//! What the tools of servers were when somebody last looked at them: a digest of each definition.
//!
//! A server may change the description of a tool after somebody has agreed to it, and a model obeys descriptions. So a definition that is another
//! one than it was is neither shown nor called, until somebody accepts it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sha2::{Digest, Sha256};

use crate::mirrors::Mirror;
use crate::tree::Tree;

/// Pins that several sessions share.
pub type Shared = Arc<Mutex<Pins>>;

/// The digests of one server's tools, by their names.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Pins {
    known: BTreeMap<String, String>,
    /// What was seen since this program began, by name: whether it is as it was.
    seen: BTreeMap<String, bool>,
    /// Which arguments of those tools clients repeat in headers.
    mirrors: BTreeMap<String, Vec<Mirror>>,
    /// Tools whose change is accepted.
    accepted: Vec<String>,
    /// Whether only what was seen may be called.
    strict: bool,
    /// Whether something is to be kept that was not kept yet.
    unkept: bool,
}

/// What came of looking at a definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seen {
    /// Nobody has seen it before.
    First,
    /// It is as it was.
    Same,
    /// It is another one, and somebody has said that this is right.
    Accepted,
    /// It is another one.
    Changed,
}

impl Pins {
    /// Pins that hold beyond this run: a tool whose definition was not listed in it is not called. `accepted` may change, once.
    pub fn kept(known: BTreeMap<String, String>, accepted: Vec<String>) -> Pins {
        Pins { known, accepted, strict: true, ..Pins::default() }
    }

    /// The digests, where some are new since somebody asked last: to keep them.
    pub fn to_keep(&mut self) -> Option<BTreeMap<String, String>> {
        std::mem::take(&mut self.unkept).then(|| self.known.clone())
    }

    /// Looks at the definition of a tool.
    pub fn look(&mut self, name: &str, definition: &Tree) -> Seen {
        let digest = digest(definition);
        let seen = match self.known.get(name) {
            None => Seen::First,
            Some(known) if *known == digest => Seen::Same,
            Some(_) => match self.accepted.iter().position(|accepted| accepted == name) {
                Some(at) => {
                    self.accepted.remove(at);
                    Seen::Accepted
                }
                None => Seen::Changed,
            },
        };
        if matches!(seen, Seen::First | Seen::Accepted) {
            self.known.insert(name.to_owned(), digest);
            self.unkept = true;
        }
        self.seen.insert(name.to_owned(), seen != Seen::Changed);
        self.mirrors.insert(name.to_owned(), Mirror::of(definition));
        seen
    }

    /// Which arguments of a tool clients repeat in headers; nothing where it was not listed in this run.
    pub fn mirrors(&self, name: &str) -> Option<&[Mirror]> {
        self.mirrors.get(name).map(Vec::as_slice)
    }

    /// Whether a tool may be called: not where it has changed, nor where nobody can know whether it has.
    pub fn holds(&self, name: &str) -> Holds {
        match self.seen.get(name) {
            Some(true) => Holds::Yes,
            Some(false) => Holds::Changed,
            None if self.strict => Holds::Unseen,
            None => Holds::Yes,
        }
    }
}

/// Whether a tool is what it was.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// It may be called.
    Yes,
    /// It is another one than it was.
    Changed,
    /// Its definition was not listed yet.
    Unseen,
}

/// The digest of a definition: of all of it, in one way to write it.
pub fn digest(definition: &Tree) -> String {
    let digest = Sha256::digest(definition.canonical().as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

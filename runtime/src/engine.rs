//! The engine: a verified bundle, ready to decide.

use std::sync::Arc;

use lictor_bundle::container::{self, Trust};
use lictor_bundle::digest::{BundleId, bundle_id};
use lictor_bundle::error::BundleError;
use lictor_bundle::program::Bundle;
use lictor_bundle::verify::verify;

use crate::decide;
use crate::decision::Decision;
use crate::plan::Program;
use crate::scratch::Scratch;

/// A verified bundle, ready to decide. Cloning shares it; threads may use one at the same time, each with its own [`Scratch`].
#[derive(Clone, Debug)]
pub struct Engine(Arc<Program>);

impl Engine {
    /// Loads the bytes of a bundle file. Refused unless `trust` is satisfied and everything was verified.
    pub fn load(file: &[u8], trust: Trust<'_>) -> Result<Engine, BundleError> {
        let sealed = container::open(file, trust)?;
        Ok(Engine(Arc::new(Program::new(sealed.bundle, sealed.id)?)))
    }

    /// Takes a bundle from memory, such as one that was just compiled. It is verified like one from a file, except that
    /// nobody needs to have signed it.
    pub fn from_bundle(bundle: Bundle) -> Result<Engine, BundleError> {
        verify(&bundle)?;
        let id = bundle_id(&bundle)?;
        Ok(Engine(Arc::new(Program::new(bundle, id)?)))
    }

    /// Decides a request, a JSON object that carries its facts.
    ///
    /// Never fails: what cannot be read or evaluated is refused, and the decision says why.
    pub fn decide(&self, scratch: &mut Scratch, request: &[u8]) -> Decision {
        decide::decide(&self.0, scratch, request, None)
    }

    /// Decides a request with facts that come apart from it, a JSON array. The request itself may then carry none, since who
    /// asks is not who vouches for facts.
    pub fn decide_with_facts(&self, scratch: &mut Scratch, request: &[u8], facts: &[u8]) -> Decision {
        decide::decide(&self.0, scratch, request, Some(facts))
    }

    /// Decides a single request, without keeping memory for the next.
    pub fn decide_once(&self, request: &[u8]) -> Decision {
        self.decide(&mut Scratch::default(), request)
    }

    /// What was loaded.
    pub fn bundle(&self) -> &Bundle {
        &self.0.bundle
    }

    /// What it is called.
    pub fn id(&self) -> BundleId {
        self.0.id
    }
}

//! What units of users do, apart from what they are called: users whose policies differ in values and names only share it.

use std::collections::BTreeMap;
use std::sync::Arc;

use lictor_bundle::encoded;
use lictor_bundle::error::BundleError;
use lictor_bundle::program::{Unit, UnitKey};

use crate::rules::Rules;

/// What a unit does.
#[derive(Debug)]
pub(crate) struct Body {
    /// The unit without names, texts and places, and without constants and settings, which lie elsewhere.
    pub unit: Unit,
    pub rules: Rules,
}

impl Body {
    /// The body of a unit: one of these, where it is the same.
    pub fn among(known: &[Arc<Body>], mut unit: Unit) -> Arc<Body> {
        forget_names(&mut unit);
        let same = known.iter().find(|body| body.unit == unit);
        same.cloned().unwrap_or_else(|| Arc::new(Body::new(unit)))
    }

    fn new(unit: Unit) -> Body {
        // Users with other constants share it.
        Body { rules: Rules::of(&unit, &[]), unit }
    }
}

/// The bodies met so far, each once.
#[derive(Default)]
pub(super) struct Bodies(BTreeMap<Vec<u8>, Arc<Body>>);

impl Bodies {
    /// The body of a unit.
    pub fn of(&mut self, mut unit: Unit) -> Result<Arc<Body>, BundleError> {
        forget_names(&mut unit);
        let bytes = encoded::encode(&unit)?;
        if let Some(known) = self.0.get(&bytes) {
            return Ok(known.clone());
        }
        let body = Arc::new(Body::new(unit));
        self.0.insert(bytes, body.clone());
        Ok(body)
    }
}

/// Takes away what makes no difference to what is decided.
fn forget_names(unit: &mut Unit) {
    let nobody = || UnitKey::User(String::new());
    unit.key = nobody();
    unit.sets = Vec::new();
    unit.code.constants = Vec::new();
    unit.map = Default::default();
    unit.sources = Vec::new();
    unit.groups = Vec::new();
    for rule in &mut unit.rules {
        rule.name = String::new();
        rule.key.module = String::new();
        rule.docs = String::new();
        rule.cites = Vec::new();
        rule.source = Default::default();
        for statement in &mut rule.statements {
            statement.message = Vec::new();
            statement.line = 0;
        }
        for exception in &mut rule.exceptions {
            exception.name = String::new();
            exception.module = String::new();
            exception.granted_by = String::new();
            exception.because = String::new();
            // One of a user's layer can only be of this user's.
            if exception.layer.is_user() {
                exception.layer = nobody();
            }
        }
    }
}

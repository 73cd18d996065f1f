//! What a host asks of a bundle, beyond that it is whole: who signed it, that it is no old one, and what deciding by it may cost.

use crate::error::{BundleError, ErrorKind};
use crate::keys::VerifyingKey;
use crate::keyset::KeySet;
use crate::release::Now;
use crate::schema::Schema;
use crate::verify::Steps;

/// Whose bundles are taken.
#[derive(Clone, Copy, Debug)]
pub enum Trust<'a> {
    /// Those that carry a signature by at least one of these keys.
    Keys(&'a [VerifyingKey]),
    /// Those that carry as many signatures as this set asks for, each by a key that may sign bundles, was in force, and was not revoked.
    Set(&'a KeySet),
    /// Anybody's. Everything is verified but the signer.
    Integrity,
}

/// What a host asks of a bundle. Made of a [`Trust`], it asks for nothing else, except that no bundle is taken which expires.
#[derive(Clone, Copy, Debug)]
pub struct Requirements<'a> {
    /// Who must have signed it.
    pub trust: Trust<'a>,
    /// The lowest sequence number that is taken: the highest one that this host has loaded. 0 takes every bundle.
    pub min_sequence: u64,
    /// What time it is.
    pub now: Now,
    /// The most steps that deciding a request may take, where the host wants fewer than every bundle is held to.
    pub max_steps: Option<u64>,
}

impl<'a> From<Trust<'a>> for Requirements<'a> {
    fn from(trust: Trust<'a>) -> Requirements<'a> {
        Requirements { trust, min_sequence: 0, now: Now::Unsaid, max_steps: None }
    }
}

/// Checks that no action can take more steps than the host allows.
pub(crate) fn check_steps(schema: &Schema, steps: &[Steps], limit: Option<u64>) -> Result<(), BundleError> {
    let Some(limit) = limit else { return Ok(()) };
    for (action, steps) in schema.actions.iter().zip(steps) {
        let total = steps.total();
        if total > limit {
            return Err(BundleError::new(
                ErrorKind::StepLimit,
                format!(
                    "action {}: deciding it can take {total} steps, and this host allows {limit}",
                    action.name
                ),
            ));
        }
    }
    Ok(())
}

//! Changes of single users' policies: of an engine, another one is made that shares all but what was replaced.
//!
//! What is copied and hashed again is the chunk and the group of units that a replaced one stands in, and the way from there to the root:
//! the same few pages, whether there are a thousand users or a million. The old engine goes on as it was.

use std::sync::Arc;

use lictor_bundle::container::Requirements;
use lictor_bundle::delta::{Delta, Received};
use lictor_bundle::encoded;
use lictor_bundle::error::{BundleError, ErrorKind};
use lictor_bundle::interface::Links;
use lictor_bundle::program::{Manifest, Unit, UnitKey};
use lictor_bundle::release::Release;
use lictor_bundle::tree::{GROUP, Tree};

use crate::engine::Engine;
use crate::plan::Program;

impl Engine {
    /// Applies the file of a change to this engine's policy, and gives the engine that comes of it; this one stays as it is. Deciding
    /// threads need not wait: hand them the new one with [`Live::swap`](crate::Live::swap).
    ///
    /// # Errors
    /// It is not signed by a key that may sign changes, is of another bundle or no newer edition, would hold for longer, replaces what is
    /// not there, holds something that cannot be verified, or makes another bundle than it says.
    pub fn apply<'a>(
        &self,
        file: &[u8],
        requirements: impl Into<Requirements<'a>>,
    ) -> Result<Engine, BundleError> {
        let requirements = requirements.into();
        let received = Received::open(file, requirements)?;
        if received.from != self.id() {
            let message = format!("it changes the bundle {}, and {} is in force", received.from, self.id());
            return Err(refused(ErrorKind::DeltaBase, message));
        }
        let (Delta { to, release, units, .. }, links) = received.link(self.bundle(), &self.0.standing)?;
        let engine = self.replaced(&units, links, release, requirements.max_steps)?;
        if engine.id() != to {
            let message = format!("it states that the bundle {to} comes of it, and {} does", engine.id());
            return Err(refused(ErrorKind::Digest, message));
        }
        Ok(engine)
    }

    /// The change that puts these units into the places of those that they replace, to be signed and applied elsewhere. `release` is
    /// the edition that it is.
    ///
    /// # Errors
    /// As of [`Engine::apply`], but for what is about signatures.
    pub fn change(&self, mut units: Vec<Unit>, release: Release) -> Result<Delta, BundleError> {
        units.sort_by(|left, right| (&left.key, left.mode).cmp(&(&right.key, right.mode)));
        let links = self.0.standing.links().clone();
        let to = self.replaced(&units, links, release, None)?.id();
        Ok(Delta { from: self.id(), to, release, units })
    }

    fn replaced(
        &self,
        units: &[Unit],
        mut links: Links,
        release: Release,
        max_steps: Option<u64>,
    ) -> Result<Engine, BundleError> {
        let program = &*self.0;
        check_release(program.release, release)?;
        program.standing.verify(&program.bundle, units, max_steps)?;
        let mut users = (*program.users).clone();
        let mut ranks = Vec::with_capacity(units.len());
        let mut exporter = links.exporter(&program.bundle);
        let encoded = units.iter().map(|unit| exporter.encode(unit)).collect::<Result<Vec<_>, _>>()?;
        links.take(exporter)?;
        for (unit, bytes) in units.iter().zip(encoded) {
            let place = place_of(program, unit)?;
            // As whoever decodes it later will find it.
            users = users.with(place, &links.decode(&bytes)?, &bytes)?;
            ranks.extend(users.rank(place));
        }
        let mut tree = program.standing.tree().clone();
        let first = program.first_user();
        for rank in ranks {
            let group = (first + rank) / GROUP;
            exchange(&mut tree, group, |number| match number.checked_sub(first) {
                Some(rank) => users.encoded(rank),
                None => encoded::encode(program.bundle.units.get(number)?).ok(),
            });
        }
        let standing = program.standing.with(tree, links);
        let id = standing.id(&program.manifest(release))?;
        Ok(Engine(Arc::new(program.with_users(id, release, standing, users))))
    }
}

impl Program {
    /// The manifest of this edition.
    pub fn manifest(&self, release: Release) -> Manifest {
        Manifest { release, ..self.bundle.manifest.clone() }
    }
}

/// A change is a newer edition, and gives the policy no longer life: who may change a user's policy may not renew the rest.
fn check_release(before: Release, release: Release) -> Result<(), BundleError> {
    if release.sequence <= before.sequence {
        let message = format!(
            "the change is number {}, and number {} is in force; a change has a higher number",
            release.sequence, before.sequence
        );
        return Err(refused(ErrorKind::Rollback, message));
    }
    let longer = match (before.expires, release.expires) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(before), Some(expires)) => expires > before,
    };
    match longer {
        true => Err(refused(
            ErrorKind::DeltaExpiry,
            "the policy would hold for longer with it than without".to_owned(),
        )),
        false => Ok(()),
    }
}

/// The place of the unit that a unit replaces.
fn place_of(program: &Program, unit: &Unit) -> Result<usize, BundleError> {
    let UnitKey::User(id) = &unit.key else {
        return Err(refused(ErrorKind::DeltaLayer, "a change is of users' policies".to_owned()));
    };
    program.users.find(id).of(unit.mode).ok_or_else(|| {
        let layer = unit.layer(&program.bundle.schema);
        refused(ErrorKind::DeltaUser, format!("it replaces {layer}, which the bundle does not have"))
    })
}

/// Hashes a group of units again, each as `encoded` gives it by number.
fn exchange(tree: &mut Tree, group: usize, encoded: impl Fn(usize) -> Option<Vec<u8>>) {
    let members: Vec<Vec<u8>> = (group * GROUP..(group + 1) * GROUP).map_while(encoded).collect();
    tree.exchange(group, members.iter().map(Vec::as_slice));
}

fn refused(kind: ErrorKind, message: String) -> BundleError {
    BundleError { kind, message }
}

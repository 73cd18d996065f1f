//! The policies by whose words a page tells what was decided: each record by the edition that decided it.

use std::collections::BTreeMap;
use std::sync::Arc;

use lictor_bundle::program::Bundle;
use lictor_journal::Body;
use lictor_journal::record::Judged;

use crate::gateway::Shared;
use crate::policy::Ever;

/// The most editions of a page. Whatever others have decided is shown without their declarations.
const MOST: usize = 4;

/// Editions by their ids.
pub(super) struct Editions(BTreeMap<[u8; 32], Ever>);

impl Editions {
    /// Those that decided what these records say.
    pub async fn of(shared: &Arc<Shared>, bodies: impl Iterator<Item = &Body>) -> Editions {
        let mut ids: Vec<[u8; 32]> = Vec::new();
        for id in bodies.filter_map(|body| body.record.step.judged()).map(|judged| judged.bundle.0) {
            if ids.len() < MOST && !ids.contains(&id) {
                ids.push(id);
            }
        }
        let at = Arc::clone(shared);
        // One that is not in force is read.
        let read = move || ids.into_iter().filter_map(|id| Some((id, at.policy.ever(id)?))).collect();
        Editions(tokio::task::spawn_blocking(read).await.unwrap_or_default())
    }

    /// The one that made a decision, where it is kept.
    pub fn get(&self, judged: &Judged) -> Option<&Bundle> {
        self.0.get(&judged.bundle.0).map(Ever::bundle)
    }
}

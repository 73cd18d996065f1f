//! Asking: a request that was written a moment ago, and those about which nobody has asked though they wait.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use lictor_store::{Approval, ApprovalState, Reader, StoreError, TenantId};

use super::claim::{self, Claim};
use super::effect::{Effect, Reviewed};
use super::{ApprovalId, Asked, Fresh};
use crate::approvals::desk::{Unanswered, look, opened, place};
use crate::clock;
use crate::gateway::Shared;
use crate::sources::Reviewer;

/// How old a request is about which whoever wrote it should have asked by now, in milliseconds.
const OVERLOOKED: i64 = 5_000;
/// How many of those are asked about at a time; fewer than a reviewer is asked at a time, so that new ones have a place.
const AT_A_TIME: usize = 16;
/// The most requests that are looked at.
const MOST: usize = 4_096;

/// Asks the reviewer, where there is one, about a request that has just been written, and has take effect what it says. Nobody waits for that.
pub(crate) fn review(shared: &Arc<Shared>, fresh: Fresh, trace: String) {
    if shared.sources.reviewer.is_none() {
        return;
    }
    let shared = Arc::clone(shared);
    tokio::spawn(async move {
        let Some(reviewer) = &shared.sources.reviewer else { return };
        ask(&shared, reviewer, fresh, trace).await;
    });
}

/// Asks about one, unless somebody else does or has.
async fn ask(shared: &Shared, reviewer: &Reviewer, fresh: Fresh, trace: String) {
    let tenant = &shared.tenant;
    let claimed = async {
        let now = shared.clock.now().map_err(|_| Unanswered::Clock)?;
        tenant.store.submit(tenant.id, Claim { now, id: fresh.id }).await.map_err(Unanswered::Store)
    };
    match claimed.await {
        Ok(true) => {}
        Ok(false) => return,
        // It waits, and is asked about when the store answers.
        Err(why) => {
            tracing::warn!(why = why.message(), "the reviewer was not asked");
            return;
        }
    }
    let question = fresh.question(&tenant.identity.name, reviewer.pii);
    let review = reviewer.ask(question).await;
    let done = async {
        let now = shared.clock.now().map_err(|_| Unanswered::Clock)?;
        let place = place(shared, fresh.id, trace).await?;
        let reviewed = Reviewed { now, id: fresh.id, review, place };
        tenant.store.submit(tenant.id, reviewed).await.map_err(Unanswered::Store)
    };
    let effect = done.await.unwrap_or_else(|why| {
        // As where it had said nothing.
        tracing::warn!(why = why.message(), "what the reviewer said could not be written down");
        Effect::None
    });
    shared.metrics.reviewed(effect);
    shared.bell.ring();
}

/// Requests that wait, and about which nobody has asked: whoever wrote them has ended before, or cannot reach the store.
#[derive(Debug, Default)]
pub(crate) struct Overlooked {
    /// Whether they are being asked about.
    busy: Arc<AtomicBool>,
}

impl Overlooked {
    /// Asks about them, beside everything else.
    pub async fn ask(&self, shared: &Arc<Shared>) {
        if shared.sources.reviewer.is_none() || self.busy.load(Ordering::Relaxed) {
            return;
        }
        let now = clock::system();
        let found = look(&shared.tenant, move |reader, tenant| overlooked(reader, tenant, now)).await;
        let Some(found) = found.filter(|found| !found.is_empty()) else { return };
        self.busy.store(true, Ordering::Relaxed);
        let (shared, busy) = (Arc::clone(shared), Arc::clone(&self.busy));
        tokio::spawn(async move {
            if let Some(reviewer) = &shared.sources.reviewer {
                let mut left = found.into_iter().peekable();
                while left.peek().is_some() {
                    let some = left.by_ref().take(AT_A_TIME);
                    let asks: Vec<_> =
                        some.map(|fresh| ask(&shared, reviewer, fresh, String::new())).collect();
                    futures_util::future::join_all(asks).await;
                }
            }
            busy.store(false, Ordering::Relaxed);
        });
    }
}

fn overlooked(reader: &mut Reader, tenant: TenantId, now: i64) -> Result<Vec<Fresh>, StoreError> {
    let waiting = reader.approvals(tenant, ApprovalState::Pending, MOST)?;
    if waiting.is_empty() {
        return Ok(Vec::new());
    }
    let notes: BTreeMap<_, _> = reader.slots(tenant, claim::names())?.into_iter().collect();
    let is_overlooked = |approval: &Approval| {
        let note = notes.get(&claim::slot(ApprovalId::of(approval)));
        let asked_at = Asked::from_bytes(&approval.body).map(|asked| asked.at);
        approval.expires_at >= now
            && asked_at.is_some_and(|at| at.saturating_add(OVERLOOKED) < now)
            && claim::is_free(note.map(|note| note.value.as_slice()), now)
    };
    let mut found = Vec::new();
    for approval in waiting.into_iter().filter(is_overlooked) {
        let approval = opened(reader, tenant, approval)?;
        let (id, expires_at) = (ApprovalId::of(&approval), approval.expires_at);
        found.extend(Asked::from_bytes(&approval.body).map(|asked| Fresh { id, asked, expires_at }));
    }
    Ok(found)
}

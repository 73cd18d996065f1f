//! Requests for approval as those who serve them reach them.

use std::sync::Arc;

use lictor_journal::record::Judged;
use lictor_journal::{Body, Step};
use lictor_store::{Approval, ApprovalState, ErrorKind, Reader, StoreError, TenantId};

use super::asked::Asked;
use super::evidence::Means;
use super::id::ApprovalId;
use super::record::{Place, Receipts};
use super::refused::Refused;
use super::vote::{Ballot, Outcome};
use crate::clock;
use crate::gateway::Shared;
use crate::key::Key;
use crate::tenant::Tenant;

/// The most requests of one state that are listed.
const LISTED: usize = 200;

/// An answer as it came.
pub(crate) struct Said {
    /// The request.
    pub id: ApprovalId,
    /// The version that the person saw, where they say so.
    pub seen: Option<u32>,
    /// Whether they approve.
    pub approves: bool,
    /// How they answer.
    pub means: Means,
    /// The trace id of the request.
    pub trace: String,
}

/// Why an answer could not be given.
#[derive(Debug)]
pub(crate) enum Unanswered {
    /// There is no policy in force, or its time is over, so nobody can say whether it is the one that asked.
    NoBundle,
    /// The clock of the host went back.
    Clock,
    /// The system gives no random numbers.
    Random,
    /// The store.
    Store(StoreError),
}

impl Unanswered {
    /// It in words, with what to do.
    pub fn message(&self) -> &'static str {
        match self {
            Unanswered::NoBundle => {
                "there is no policy in force, or it has expired, so nothing can be answered"
            }
            Unanswered::Clock => "the clock of this host went back, so nothing can be answered",
            Unanswered::Random => "the system gives no random numbers, so nothing can be answered",
            // One that was lost at the commit may have done it.
            Unanswered::Store(error) if error.kind == ErrorKind::Unknown => {
                "the store was lost while it wrote; look at the request again before you answer again"
            }
            Unanswered::Store(_) => {
                "the store does not answer, and nothing was changed; try again in a moment"
            }
        }
    }
}

/// Looks at the store without holding up whoever serves others.
pub(crate) async fn look<T: Send + 'static>(
    tenant: &Arc<Tenant>,
    look: impl Fn(&mut Reader, TenantId) -> Result<T, StoreError> + Send + 'static,
) -> Option<T> {
    let tenant = Arc::clone(tenant);
    let looked = tokio::task::spawn_blocking(move || tenant.look(look)).await.ok()?;
    looked.inspect_err(|error| tracing::warn!(code = error.kind.code(), "the store cannot be looked at")).ok()
}

/// Requests in a state, the newest first; nothing where the store does not answer.
pub(crate) async fn listed(shared: &Shared, state: ApprovalState) -> Option<Vec<Approval>> {
    let listed = move |reader: &mut Reader, tenant| {
        let found = reader.approvals(tenant, state, LISTED)?;
        found.into_iter().map(|approval| opened(reader, tenant, approval)).collect()
    };
    look(&shared.tenant, listed).await
}

/// A request by its id; the outer nothing where the store does not answer.
pub(crate) async fn found(shared: &Shared, id: ApprovalId) -> Option<Option<Approval>> {
    let found = move |reader: &mut Reader, tenant| {
        let found = reader.approval(tenant, id.index)?.filter(|approval| id.is_of(approval));
        found.map(|approval| opened(reader, tenant, approval)).transpose()
    };
    look(&shared.tenant, found).await
}

/// What a form at the machine of the agent may show of a request to the holder of a key; the outer nothing where the store does not answer.
pub(crate) async fn form(
    shared: &Shared,
    key: &Key,
    id: ApprovalId,
) -> Option<Result<serde_json::Value, Refused>> {
    let found = found(shared, id).await?;
    let found = found.ok_or(Refused::Unknown);
    Some(found.and_then(|approval| super::form::form(&*shared.keys, key, &approval, clock::system())))
}

/// A row with what is personal as it was, as long as the record of the decision that asked was not erased: it is the one before.
pub(super) fn opened(
    reader: &mut Reader,
    tenant: TenantId,
    approval: Approval,
) -> Result<Approval, StoreError> {
    let Some(asked) = Asked::from_bytes(&approval.body) else { return Ok(approval) };
    let decided = approval.index.checked_sub(1).map(|of| reader.record(tenant, of)).transpose()?.flatten();
    let key = decided.and_then(|record| record.secret);
    let body = asked.opened(key.as_ref(), approval.index).to_bytes();
    Ok(Approval { body, ..approval })
}

/// Gives an answer.
///
/// # Errors
/// It could not be given, and nothing was changed, as far as is known.
pub(crate) async fn answer(shared: &Shared, key: &Arc<Key>, said: Said) -> Result<Outcome, Unanswered> {
    let now = shared.clock.now().map_err(|_| Unanswered::Clock)?;
    let policy = shared.policy.deciding(now).map_err(|_| Unanswered::NoBundle)?;
    let tenant = &shared.tenant;
    let place = place(shared, said.id, said.trace).await?;
    let ballot = Ballot {
        now,
        id: said.id,
        seen: said.seen,
        key: Arc::clone(key),
        approves: said.approves,
        means: said.means,
        bundle: policy.engine.id().to_string(),
        place,
        keys: Arc::clone(&shared.keys),
    };
    let done = tenant.store.submit(tenant.id, ballot).await.map_err(Unanswered::Store);
    // Also where it does not count: it may have ended by that.
    shared.bell.ring();
    let row = match done? {
        Outcome::Counted(row) => row,
        refused @ Outcome::Refused(_) => return Ok(refused),
    };
    let kept = row.clone();
    let shown = look(tenant, move |reader, tenant| opened(reader, tenant, (*kept).clone())).await;
    Ok(Outcome::Counted(shown.map_or(row, Box::new)))
}

/// Where an answer is written, and what its receipt says.
pub(super) async fn place(shared: &Shared, id: ApprovalId, trace: String) -> Result<Place, Unanswered> {
    let tenant = &shared.tenant;
    let mut random = [0u8; 16];
    getrandom::fill(&mut random).map_err(|_| Unanswered::Random)?;
    let index = id.index;
    let judged = look(tenant, move |reader, tenant| judged(reader, tenant, index)).await.flatten();
    let receipts = judged.map(|judged| Receipts {
        issuer: tenant.identity.issuer.clone(),
        origin: tenant.identity.origin.clone(),
        random,
        judged: Box::new(judged),
    });
    Ok(Place { tenant: tenant.identity.name.clone(), trace, receipts })
}

/// The decision that asks, which never changes; nothing where it was erased.
fn judged(reader: &mut Reader, tenant: TenantId, index: u64) -> Result<Option<Judged>, StoreError> {
    let step = |reader: &mut Reader, index: u64| -> Result<Option<Step>, StoreError> {
        let body = reader.record(tenant, index)?.and_then(|record| record.body);
        Ok(body.and_then(|body| Body::from_bytes(&body).ok()).map(|body| body.record.step))
    };
    let Some(Step::ApprovalAsked(asked)) = step(reader, index)? else { return Ok(None) };
    Ok(step(reader, asked.of)?.and_then(|step| step.judged().cloned()))
}

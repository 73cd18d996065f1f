//! Sweeping: what nobody has done in time is put in order. A token that was not used gives back what it had reserved, the outcome of one that was used and never
//! settled is unknown, and what people did not answer, or nobody collected, is over.

use std::sync::Arc;

use lictor_evidence::receipt::State;
use lictor_evidence::token::TokenId;
use lictor_journal::Record;
use lictor_journal::record::{About, Released, Settled, Step as Recorded, Void, VoidReason};
use lictor_store::{Approval, ApprovalState, Reads, StoreError, Token, TokenState, View, Writes};

use super::grant::Grant;
use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;
use crate::approvals::{ApprovalId, Asked};
use crate::tenant::{Identity, Tenant};

/// The most that is put in order at once.
const MOST: usize = 512;
/// The most requests for approval that are looked at.
const APPROVALS: usize = 4_096;

/// Puts in order what is overdue at this moment; how much that was.
pub(crate) async fn sweep(tenant: &Arc<Tenant>, now: i64) -> usize {
    let at = Arc::clone(tenant);
    // Reading blocks.
    let due = tokio::task::spawn_blocking(move || at.look(|reader, id| due(reader, id, now))).await;
    let Ok(Ok((tokens, approvals))) = due else { return 0 };
    let identity = &tenant.identity;
    let mut done = 0;
    // Handed in together, so that they become one batch.
    let tokens = tokens
        .into_iter()
        .map(|token| tenant.take(Overdue { now, index: token.index, identity: Arc::clone(identity) }));
    let approvals = approvals
        .into_iter()
        .map(|approval| tenant.take(Over { now, index: approval.index, identity: Arc::clone(identity) }));
    for outcome in futures_util::future::join_all(tokens).await {
        done += usize::from(outcome.is_ok_and(|done| done));
    }
    for outcome in futures_util::future::join_all(approvals).await {
        done += usize::from(outcome.is_ok_and(|done| done));
    }
    done
}

type Due = (Vec<Token>, Vec<Approval>);

fn due(
    reader: &mut lictor_store::Reader,
    tenant: lictor_store::TenantId,
    now: i64,
) -> Result<Due, StoreError> {
    let tokens = reader.due(tenant, now, MOST)?;
    let mut approvals = reader.approvals(tenant, ApprovalState::Pending, APPROVALS)?;
    approvals.extend(reader.approvals(tenant, ApprovalState::Approved, APPROVALS)?);
    approvals.retain(|approval| approval.expires_at < now);
    approvals.truncate(MOST);
    Ok((tokens, approvals))
}

/// A token that must be looked at.
struct Overdue {
    now: i64,
    index: u64,
    identity: Arc<Identity>,
}

impl Step for Overdue {
    type Done = bool;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        Wanted::new()
    }

    fn reads(&self, _: &Wanted, _: i64) -> Reads {
        Reads::none().token(self.index)
    }

    fn run(&self, view: &View<'_>, _: &Wanted) -> Result<(Writes, Turn<bool>), Unwritable> {
        let mut pen = Pen::new(view, &self.identity);
        let due = |token: &&Token| token.due_at.is_some_and(|due| due <= view.now());
        let Some(token) = view.token(self.index).filter(due) else {
            return Ok((pen.writes, Turn::Done(false)));
        };
        let grant = Grant::from_bytes(&token.body);
        let (agent, action, trace) =
            grant.map_or_else(Default::default, |grant| (grant.agent, grant.action, grant.trace));
        let (of, about) = (token.index, About { agent, action });
        let id = TokenId { random: token.id, index: of };
        let (state, said) = match token.state {
            TokenState::Issued => {
                (TokenState::Released, Recorded::Released(Released { of, token: id, about }))
            }
            TokenState::Burned => {
                let (outcome, by, amounts) = (State::Unknown, None, None);
                (
                    TokenState::Unknown,
                    Recorded::Settled(Settled { of, token: id, about, outcome, by, amounts }),
                )
            }
            _ => return Ok((pen.writes, Turn::Done(false))),
        };
        pen.put(Record::new(&trace, said), None)?;
        pen.writes.advance(token.state, Token { state, due_at: None, ..token.clone() });
        Ok((pen.writes, Turn::Done(true)))
    }
}

/// A request for approval whose time is over.
struct Over {
    now: i64,
    index: u64,
    identity: Arc<Identity>,
}

impl Step for Over {
    type Done = bool;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        Wanted::new()
    }

    fn reads(&self, _: &Wanted, _: i64) -> Reads {
        Reads::none().approval(self.index)
    }

    fn run(&self, view: &View<'_>, _: &Wanted) -> Result<(Writes, Turn<bool>), Unwritable> {
        let mut pen = Pen::new(view, &self.identity);
        let open = |kept: &&Approval| matches!(kept.state, ApprovalState::Pending | ApprovalState::Approved);
        let over = view.approval(self.index).filter(open).filter(|kept| kept.expires_at < view.now());
        let Some(kept) = over else { return Ok((pen.writes, Turn::Done(false))) };
        let action = Asked::from_bytes(&kept.body).map(|asked| asked.action).unwrap_or_default();
        let about = About { agent: kept.agent.clone(), action };
        let id = ApprovalId::of(kept).to_string();
        let void = Void { of: kept.index, id, about, because: VoidReason::Expired };
        pen.put(Record::new("", Recorded::ApprovalVoid(void)), None)?;
        let version = kept.version.saturating_add(1);
        pen.writes.approval(Approval { version, state: ApprovalState::Expired, ..kept.clone() });
        Ok((pen.writes, Turn::Done(true)))
    }
}

//! Sweeping: what nobody has done in time is put in order. A token that was not used gives back what it had reserved, the outcome of one that was used and never
//! settled is unknown, and what people did not answer, or nobody collected, is over; so is what has lost the ground on which it was asked.

use std::borrow::Cow;
use std::sync::Arc;

use lictor_evidence::receipt::State;
use lictor_evidence::token::TokenId;
use lictor_journal::Record;
use lictor_journal::record::{About, Released, Settled, Step as Recorded, Void, VoidReason};
use lictor_store::{
    Approval, ApprovalState, Head, Reader, Reads, StoreError, TenantId, Token, TokenState, View, Writes,
};

use super::grant::Grant;
use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;
use crate::approvals::{ApprovalId, Asked, lost};
use crate::key::Keys;
use crate::tenant::{Identity, Tenant};

/// The most that is put in order at once.
const MOST: usize = 512;
/// The most requests for approval that are looked at.
const APPROVALS: usize = 4_096;

/// What requests for approval stand on.
#[derive(Clone)]
pub(crate) struct Ground {
    /// The bundle in force, as decisions name it; where there is none, nothing is known to have lost its ground.
    pub bundle: Option<String>,
    /// Whose keys count.
    pub keys: Arc<dyn Keys>,
}

/// Puts in order what is overdue at this moment; how much that was.
pub(crate) async fn sweep(tenant: &Arc<Tenant>, ground: Ground, now: i64) -> usize {
    let (at, on) = (Arc::clone(tenant), ground.clone());
    // Reading blocks.
    let due = tokio::task::spawn_blocking(move || at.look(|reader, id| due(reader, id, &on, now))).await;
    let Ok(Ok(due)) = due else { return 0 };
    // Handed in together, so that they become one batch.
    let steps = due.into_iter().map(|what| {
        let (identity, ground) = (Arc::clone(&tenant.identity), ground.clone());
        tenant.take(Overdue { now, what, identity, ground })
    });
    let done = futures_util::future::join_all(steps).await;
    done.into_iter().filter(|outcome| matches!(outcome, Ok(true))).count()
}

fn due(reader: &mut Reader, tenant: TenantId, ground: &Ground, now: i64) -> Result<Vec<What>, StoreError> {
    let mut due: Vec<What> =
        reader.due(tenant, now, MOST)?.into_iter().map(|token| What::Token(token.index)).collect();
    let Some(head) = reader.head(tenant)? else { return Ok(due) };
    for state in [ApprovalState::Pending, ApprovalState::Approved] {
        let open = reader.approvals(tenant, state, APPROVALS)?;
        let over = open.iter().filter(|approval| ground.over(approval, &head, now).is_some());
        due.extend(over.map(|approval| What::Approval(approval.index)).take(MOST));
    }
    Ok(due)
}

impl Ground {
    /// Why a request for approval is over, where it is.
    fn over(&self, approval: &Approval, head: &Head, now: i64) -> Option<VoidReason> {
        if approval.expires_at < now {
            return Some(VoidReason::Expired);
        }
        let (bundle, asked) = (self.bundle.as_ref()?, Asked::from_bytes(&approval.body)?);
        // Where nobody can say which keys were revoked, that is not the end of what was answered: whoever collects it is refused meanwhile.
        lost(approval, &asked, head, bundle, |key| self.keys.is_revoked(key).unwrap_or(false))
    }
}

/// What must be looked at, by the index at which it lies.
#[derive(Clone, Copy)]
enum What {
    Token(u64),
    Approval(u64),
}

struct Overdue {
    now: i64,
    what: What,
    identity: Arc<Identity>,
    ground: Ground,
}

impl Step for Overdue {
    type Done = bool;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        Wanted::default()
    }

    fn reads(&self, _: &Wanted, _: i64) -> Reads {
        match self.what {
            What::Token(index) => Reads::none().token(index),
            What::Approval(index) => Reads::none().approval(index),
        }
    }

    fn run(&self, view: &View<'_>, _: &Wanted) -> Result<(Writes, Turn<bool>), Unwritable> {
        let mut pen = Pen::new(view, &self.identity);
        let done = match self.what {
            What::Token(index) => token(&mut pen, index)?,
            What::Approval(index) => self.approval(&mut pen, index)?,
        };
        Ok((pen.writes, Turn::Done(done)))
    }
}

/// Releases a token that was not used, or writes that nobody knows how the action went.
fn token(pen: &mut Pen<'_, '_>, index: u64) -> Result<bool, Unwritable> {
    let view = pen.view;
    let due = |token: &&Token| token.due_at.is_some_and(|due| due <= view.now());
    let Some(token) = view.token(index).filter(due) else { return Ok(false) };
    let grant = Grant::from_bytes(&token.body);
    let [agent, action, trace] = grant
        .map_or_else(Default::default, |grant| [grant.agent, grant.action, grant.trace].map(Cow::into_owned));
    let (of, about) = (token.index, About { agent, action });
    let id = TokenId { random: token.id, index: of };
    let (state, said) = match token.state {
        TokenState::Issued => (TokenState::Released, Recorded::Released(Released { of, token: id, about })),
        TokenState::Burned => {
            let (outcome, by, amounts) = (State::Unknown, None, None);
            let settled = Settled { of, token: id, about, outcome, by, amounts };
            (TokenState::Unknown, Recorded::Settled(settled))
        }
        _ => return Ok(false),
    };
    pen.put(Record::new(&trace, said), None)?;
    pen.writes.advance(token.state, Token { state, due_at: None, ..token.clone() });
    Ok(true)
}

impl Overdue {
    /// Ends a request for approval whose time is over, or that has lost its ground.
    fn approval(&self, pen: &mut Pen<'_, '_>, index: u64) -> Result<bool, Unwritable> {
        let view = pen.view;
        let open = |kept: &&Approval| matches!(kept.state, ApprovalState::Pending | ApprovalState::Approved);
        let Some(kept) = view.approval(index).filter(open) else { return Ok(false) };
        let Some(because) = self.ground.over(kept, view.head(), view.now()) else { return Ok(false) };
        let action = Asked::from_bytes(&kept.body).map(|asked| asked.action).unwrap_or_default();
        let about = About { agent: kept.agent.clone(), action };
        let id = ApprovalId::of(kept).to_string();
        let state = match because {
            VoidReason::Expired => ApprovalState::Expired,
            _ => ApprovalState::Void,
        };
        let void = Void { of: kept.index, id, about, because };
        pen.put(Record::new("", Recorded::ApprovalVoid(void)), None)?;
        let version = kept.version.saturating_add(1);
        pen.writes.approval(Approval { version, state, ..kept.clone() });
        Ok(true)
    }
}

//! Sweeping: what nobody has done in time is put in order. A token that was not used gives back what it had reserved, and the outcome of one that was used and never
//! settled is unknown.

use std::sync::Arc;

use lictor_evidence::receipt::State;
use lictor_evidence::token::TokenId;
use lictor_journal::Record;
use lictor_journal::record::{About, Released, Settled, Step as Recorded};
use lictor_store::{Reads, Token, TokenState, View, Writes};

use super::grant::Grant;
use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;
use crate::tenant::{Identity, Tenant};

/// The most that is put in order at once.
const MOST: usize = 512;

/// Puts in order what is overdue at this moment; how much that was.
pub(crate) async fn sweep(tenant: &Arc<Tenant>, now: i64) -> usize {
    let at = Arc::clone(tenant);
    // Reading blocks.
    let due = tokio::task::spawn_blocking(move || at.look(|reader, id| reader.due(id, now, MOST))).await;
    let Ok(Ok(tokens)) = due else { return 0 };
    // Handed in together, so that they become one batch.
    let steps = tokens.into_iter().map(|token| {
        tenant.take(Overdue { now, index: token.index, identity: Arc::clone(&tenant.identity) })
    });
    let outcomes = futures_util::future::join_all(steps).await;
    outcomes.into_iter().filter(|outcome| matches!(outcome, Ok(true))).count()
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

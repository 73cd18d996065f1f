//! Which records are wanted.

use lictor_evidence::receipt::Verdict;

use crate::audit::{Peek, Row};
use crate::body::Body;
use crate::record::Kind;
use crate::row::decision;

/// Which records are wanted. What is none does not matter. What a record is found by is read from the record, and not from what stands beside it.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Wanted {
    /// Not before this moment, in milliseconds.
    pub since: Option<i64>,
    /// Before this moment, in milliseconds.
    pub until: Option<i64>,
    /// What step.
    pub kind: Option<Kind>,
    /// Whose action.
    pub agent: Option<String>,
    /// The action.
    pub action: Option<String>,
    /// What was decided.
    pub decision: Option<Verdict>,
    /// A citation, a rule or a code that it rested on, or the beginning of one.
    pub cites: Option<String>,
}

impl Wanted {
    /// Whether a row is wanted. Of one that was erased only its time and kind are known.
    pub fn takes(&self, row: &Row) -> bool {
        let Wanted { since, until, kind, agent, action, decision: verdict, cites } = self;
        if since.is_some_and(|since| row.time < since)
            || until.is_some_and(|until| row.time >= until)
            || kind.is_some_and(|kind| row.kind != kind.number())
        {
            return false;
        }
        if agent.is_none() && action.is_none() && verdict.is_none() && cites.is_none() {
            return true;
        }
        let logged = row.body.as_deref().map(Body::logged).unwrap_or_default();
        let Some(columns) = Peek::into(logged).as_ref().and_then(Peek::columns) else { return false };
        agent.as_ref().is_none_or(|agent| columns.agent == *agent)
            && action.as_ref().is_none_or(|action| columns.action == *action)
            && verdict.is_none_or(|verdict| columns.decision == decision(Some(verdict)))
            && cites.as_ref().is_none_or(|wanted| {
                columns.cites.split('\n').any(|cited| cited.starts_with(wanted.as_str()))
            })
    }
}

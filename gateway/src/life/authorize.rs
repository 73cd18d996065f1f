//! Authorizing: an action is decided, what it counts for is reserved, and a token is granted for it; or people are asked, or it is refused.

use std::sync::Arc;

use lictor_bundle::time::render_timestamp;
use lictor_evidence::Digest;
use lictor_evidence::binding::{BindingSecret, BoundFields};
use lictor_evidence::receipt::Approval;
use lictor_evidence::time::Moment;
use lictor_evidence::token::{Claims, Commerce, Envelope, Mode, TokenId};
use lictor_journal::Record;
use lictor_journal::record::{Decided, Issued, Step as Recorded};
use lictor_runtime::{ActionFields, Verdict};
use lictor_store::counter::{Own, Standing};
use lictor_store::{Reads, Token, TokenState, View, Writes};
use serde::{Deserialize, Serialize};

use super::case::{Case, Found, Ground, Made, Rehearsed};
use super::collect::{Collected, Ready};
use super::drawn::Drawn;
use super::grant::{Grant, lets};
use super::once::{Given, Once};
use super::past::Wanted;
use super::told::Told;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;
use crate::approvals::{ApprovalId, Fresh};
use crate::ask::Answer;
use crate::config::Terms;
use crate::key::Keys;

/// What tokens are good for: their `scope`.
pub(crate) const SCOPE: &str = "agent_exec";
/// How long after its end a token that was not used gives back what it had reserved, in milliseconds.
const RELEASED_AFTER: i64 = 5_000;

/// An agent asks for an action.
pub(crate) struct Authorize {
    pub case: Arc<Case>,
    pub rehearsed: Rehearsed,
    /// When, by the gateway's clock.
    pub now: i64,
    pub terms: Terms,
    pub once: Once,
    pub drawn: Drawn,
    /// The id of the request.
    pub trace: String,
    /// The request for approval whose answer the agent collects, where it does.
    pub collects: Option<ApprovalId>,
    /// Who is let in.
    pub keys: Arc<dyn Keys>,
    /// What its token says of a purchase, where it is one.
    pub purchase: Option<Commerce>,
    /// What its token permits in the place of exact values. What is asked has the most of it.
    pub envelope: Option<Envelope>,
}

/// What an agent is told, and what its token says, which is signed afterwards.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Authorized {
    /// The members of the answer.
    pub body: Told,
    /// The claims of the token, where one was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Claims>,
    /// What people are asked from now on, where they were not before. An answer that is given again asks nobody again.
    #[serde(skip)]
    pub asks: Option<Box<Fresh>>,
}

/// An answer without a token.
impl From<Told> for Authorized {
    fn from(body: Told) -> Authorized {
        Authorized { body, claims: None, asks: None }
    }
}

impl Step for Authorize {
    type Done = Given<Authorized>;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        self.rehearsed.wanted.clone()
    }

    fn reads(&self, wanted: &Wanted, now: i64) -> Reads {
        let reads = self.once.read(Reads::none());
        let reads = match wanted.people {
            false => reads,
            true => {
                let reads = reads.subject(self.subject());
                reads.pending(&self.case.agent.name).pending_at_all()
            }
        };
        let reads = self.collects.iter().fold(reads, |reads, id| reads.approval(id.index));
        self.case.counters(self.own()).read(reads, wanted, now)
    }

    fn run(&self, view: &View<'_>, wanted: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable> {
        if let Some(given) = self.once.before(view) {
            return Ok((Writes::none(), Turn::Done(given)));
        }
        let mut pen = Pen::new(view, &self.case.identity);
        let ready = match self.collects {
            None => None,
            Some(id) => match self.collect(id, &mut pen)? {
                Collected::Ready(ready) => Some(*ready),
                Collected::Not(told) => return Ok(self.done(pen, *told)),
            },
        };
        let (known, own, record) = (&self.case.known, self.own(), &self.drawn.record);
        let ground = Ground { view, wanted, known, own, record, rehearsed: &self.rehearsed };
        let Found { made, since, mut missing } = self.case.find(ground);
        missing.people = made.decision.decision == Verdict::StepUp && !wanted.people;
        if !missing.is_empty() {
            return Ok((Writes::none(), Turn::Again(missing)));
        }
        since.keep(view, &mut pen.writes);
        let told = self.decided(&mut pen, &made, ready)?;
        Ok(self.done(pen, told))
    }
}

impl Authorize {
    /// What it counted for when people were asked does not count against it once they have answered.
    fn own(&self) -> Option<Own> {
        self.collects.map(|id| Own::Approval(id.index))
    }

    /// What requests for approval of this are called by.
    pub(super) fn subject(&self) -> [u8; 32] {
        self.case.subject(&self.rehearsed)
    }

    fn done(&self, mut pen: Pen<'_, '_>, told: Authorized) -> (Writes, Turn<Given<Authorized>>) {
        // What wrote nothing has no effect that could be asked for twice.
        if !pen.writes.is_empty() {
            let first = pen.view.next_index();
            self.once.remember(pen.view, &mut pen.writes, first, &told);
        }
        (pen.writes, Turn::Done(Given::First(told)))
    }

    fn decided(
        &self,
        pen: &mut Pen<'_, '_>,
        made: &Made,
        ready: Option<Ready>,
    ) -> Result<Authorized, Unwritable> {
        let answered = ready.as_ref().map_or(&[][..], |ready| &ready.answered);
        let observes = self.case.counts() == Mode::Observe;
        let allowed = observes || lets(&made.decision, answered);
        match (allowed, made.decision.decision, &ready) {
            (true, ..) => match &made.fields {
                Some(fields) => self.grant(pen, made, fields, ready),
                // What cannot be read is let through where nothing holds, and cannot be bound.
                None => {
                    self.record(pen, made, None)?;
                    Ok(Told::new("allowed", "OK", None, &self.trace).into())
                }
            },
            (false, Verdict::StepUp, None) if self.envelope.is_some() => {
                let reason = "people are asked about exact values; ask for those, without an envelope";
                let told = Told::new("denied", "APPROVAL_IMPOSSIBLE", Some(reason), &self.trace);
                self.attempt(pen, made, told)
            }
            (false, Verdict::StepUp, None) => self.ask(pen, made),
            (false, Verdict::StepUp, Some(ready)) => self.asks_more(pen, ready, &made.judged.action),
            (false, ..) => {
                let told = self.told("denied", made);
                // What was asked before counts as an attempt already.
                if ready.is_none() {
                    self.attempted(pen, made);
                }
                let receipt = Some(self.record(pen, made, None)?);
                Ok(Told { receipt, ..told }.into())
            }
        }
    }

    /// What an agent is told of a decision: of its reasons those that are for agents.
    pub(super) fn told(&self, decision: &'static str, made: &Made) -> Told {
        let answer = Answer::of(made.decision.clone(), true);
        Told::new(decision, answer.code().to_owned(), Some(answer.reason()), &self.trace)
    }

    /// An action that was not allowed counts as an attempt.
    pub(super) fn attempted(&self, pen: &mut Pen<'_, '_>, made: &Made) {
        let entries = self.case.counters(None).entries(&made.counts_for, pen.view.now(), pen.next());
        entries.into_iter().for_each(|entry| pen.writes.count(entry, Standing::Attempted));
    }

    /// Writes the record of a decision without a token; where its receipt is.
    pub(super) fn record(
        &self,
        pen: &mut Pen<'_, '_>,
        made: &Made,
        token: Option<Issued>,
    ) -> Result<String, Unwritable> {
        self.record_with(pen, made, token, None)
    }

    fn record_with(
        &self,
        pen: &mut Pen<'_, '_>,
        made: &Made,
        token: Option<Issued>,
        ready: Option<(u64, Vec<Approval>)>,
    ) -> Result<String, Unwritable> {
        let (approval, approvals) = ready.map_or((None, Vec::new()), |(index, all)| (Some(index), all));
        let judged = made.judged.clone();
        let decided = Decided { judged, token, approval, approvals, evaluated: None };
        let record = Record::new(&self.trace, Recorded::Decided(Box::new(decided)));
        let (record, id) = pen.with_receipt(record, self.drawn.receipt, None)?;
        pen.put(record, Some(&made.covering))?;
        Ok(self.case.identity.receipt(id))
    }

    /// Grants a token, and reserves what the action counts for.
    fn grant(
        &self,
        pen: &mut Pen<'_, '_>,
        made: &Made,
        fields: &ActionFields,
        ready: Option<Ready>,
    ) -> Result<Authorized, Unwritable> {
        let (index, now, case) = (pen.next(), pen.view.now(), &*self.case);
        let secret = BindingSecret::new(self.drawn.binding);
        let bound = fields.bound.iter().map(|(name, value)| (name.as_str(), value.as_slice())).collect();
        let bound = secret.bind(&BoundFields { action: &fields.action, fields: bound });
        let issued_at = now.div_euclid(1_000);
        let expires = issued_at.saturating_add(i64::from(self.terms.token_lifetime));
        let id = TokenId { random: self.drawn.id, index };
        let (mode, agent) = (case.counts(), &case.agent.name);
        let generation = pen.view.head().generation;
        let claims = Claims {
            issuer: case.identity.issuer.clone(),
            audience: case.identity.name.clone(),
            subject: agent.clone(),
            id,
            issued_at,
            not_before: issued_at,
            expires,
            action: fields.action.clone(),
            bound,
            bundle: Digest::from(case.policy.engine.id()),
            decision: index.to_string(),
            generation,
            mode,
            confirmation: case.known.signed,
            scope: SCOPE.to_owned(),
            envelope: self.envelope.clone(),
            commerce: self.purchase.clone(),
        };
        let mut grant = Grant::new(agent, &fields.action, &self.trace, mode, &secret, case.known.kept());
        let (mut action, mut entries) = (index, case.counters(None).entries(&made.counts_for, now, index));
        let mut used = None;
        if let Some(Ready { approval, answered, approvals, keys }) = ready {
            (grant.answered, grant.approvals, grant.keys) = (answered, approvals.clone(), keys);
            // What was asked counts from the moment in which it was.
            action = approval.index;
            entries = case.counters(None).on_mandate(approval.entries.clone(), now, action);
            used = Some((approval.index, approvals));
            pen.writes.approval(approval);
        }
        let end = expires.saturating_mul(1_000);
        pen.writes.issue(Token {
            index,
            id: self.drawn.id,
            state: TokenState::Issued,
            generation,
            // The last moment at which it burns is the one before its end.
            expires_at: end - 1,
            due_at: Some(end.saturating_add(RELEASED_AFTER)),
            burned_by: None,
            action,
            entries,
            body: grant.to_bytes(),
        });
        let obligations = (!made.decision.obligations.is_empty())
            .then(|| Answer::of(made.decision.clone(), true).obligations());
        let issued = Issued { id, expires: Moment(end), envelope: self.envelope.clone() };
        let receipt = self.record_with(pen, made, Some(issued), used)?;
        let body = Told {
            expires_at: Some(render_timestamp(end)),
            obligations: obligations.filter(|all| all.as_array().is_some_and(|all| !all.is_empty())),
            receipt: Some(receipt),
            ..Told::new("allowed", "OK", None, &self.trace)
        };
        claims.is_sound()?;
        Ok(Authorized { claims: Some(claims), ..body.into() })
    }
}

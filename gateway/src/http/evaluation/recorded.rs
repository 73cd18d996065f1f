//! Evaluations that are recorded: each is a step like an authorization, with a record, and what it says yes to counts.

use std::sync::Arc;

use lictor_journal::record::{About, UNREAD};

use super::super::exec::{self, case, drawn, given};
use super::asked::Asked;
use super::{Desk, Refusal, Told};
use crate::ask::{Answer, Entities, fields, written};
use crate::key::Key;
use crate::life::{Decline, Evaluate, Once};
use crate::signature::Nonce;

impl Desk<'_> {
    /// Decides within the store, where what it counts for is reserved and recorded.
    pub(super) async fn record(
        &self,
        asked: &Asked<'_>,
        once: Once,
        nonce: Option<&Nonce>,
    ) -> Result<Told, Refusal> {
        let (Asked { entities, agent }, shared, caller, now) = (asked, self.shared, self.caller, self.now);
        let Some(agent) = agent else {
            return self.decline(None, once, nonce, self.nobody(&entities.subject)).await;
        };
        let about = || Some(self.about(agent, entities));
        let mut known = self.known();
        let vouched = shared.vouch(&entities.stated, &agent.name, now, &mut known);
        if let Some(why) = vouched.err().filter(|_| self.holds()) {
            return self.decline(about(), once, nonce, Answer::denied(why.code, why.reason)).await;
        }
        let text = match written(&self.policy, entities) {
            Ok(text) => text,
            Err(answer) => return self.decline(about(), once, nonce, answer.counting(self.holds())).await,
        };
        let timing = caller.noted.timing("facts");
        let wanted = exec::Asked::of_action(entities.action.clone(), text);
        let case = case(shared, Arc::clone(&self.policy), Arc::clone(agent), wanted, known, now).await;
        drop(timing);
        let timing = caller.noted.timing("decide");
        // What is not of the form that the policy declares asks nothing of the past. AuthZEN knows no other answer to it than no.
        let drawn = drawn()?;
        let rehearsed = case.rehearse(now, &drawn.record).unwrap_or_default();
        drop(timing);
        let (trace, by) = (caller.trace.to_string(), caller.key.name.clone());
        let step = Evaluate { case: Arc::new(case), rehearsed, now, once, drawn, trace, by };
        let _timing = caller.noted.timing("store");
        let (answer, repeated) = given(shared.tenant.take_once(step, nonce).await)?;
        Ok(Told { answer, repeated })
    }

    /// Records what no policy is asked about.
    async fn decline(
        &self,
        about: Option<About>,
        once: Once,
        nonce: Option<&Nonce>,
        told: Answer,
    ) -> Result<Told, Refusal> {
        let tenant = &self.shared.tenant;
        let step = Decline {
            now: self.now,
            trace: self.caller.trace.to_string(),
            once,
            identity: Arc::clone(&tenant.identity),
            code: told.code().to_owned(),
            by: self.caller.key.name.clone(),
            about,
            told,
        };
        let (answer, repeated) = given(tenant.take_once(step, nonce).await)?;
        Ok(Told { answer, repeated })
    }

    /// Whose action it would be, and which: an action that no policy declares may be any text.
    fn about(&self, agent: &Key, entities: &Entities<'_>) -> About {
        let declared = fields(&self.policy.engine.bundle().schema, &entities.action);
        let action = declared.map_or(UNREAD, |_| &entities.action);
        About { agent: agent.name.clone(), action: action.to_owned() }
    }
}

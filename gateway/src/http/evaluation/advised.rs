//! Advice: nothing is reserved and nothing is recorded, so what a counter or a person would decide is denied.

use super::super::exec::undone;
use super::asked::Asked;
use super::{Desk, Refusal};
use crate::ask::{Answer, decide, written};
use crate::life::Spend;
use crate::policy::Moment;
use crate::signature::Nonce;

impl Desk<'_> {
    /// Decides, and leaves it at that.
    pub(super) async fn advise(&self, asked: &Asked<'_>, nonce: Option<&Nonce>) -> Result<Answer, Refusal> {
        let (Asked { entities, agent }, shared, now) = (asked, self.shared, self.now);
        if nonce.is_some() {
            // There is no effect with which it could be used up.
            let spent = shared.tenant.take_once(Spend { now }, nonce).await;
            spent.map_err(|why| undone(&why))?;
        }
        let Some(agent) = agent else { return Ok(self.nobody(&entities.subject)) };
        let mut known = self.known();
        let vouched = shared.vouch(&entities.stated, &agent.name, now, &mut known);
        if let Some(why) = vouched.err().filter(|_| self.holds()) {
            return Ok(Answer::denied(why.code, why.reason));
        }
        if !self.policy.outside.is_empty()
            && let Ok(asked) = written(&self.policy, entities)
        {
            shared.look_up(&self.policy, &agent.agent, &asked, now, &mut known).await;
        }
        let moment = Moment { now, keys_as_of: shared.keys_as_of(), known: &known, counted: &[] };
        Ok(decide(&self.policy, shared.mode, &shared.zones, agent, entities, &moment)?)
    }
}

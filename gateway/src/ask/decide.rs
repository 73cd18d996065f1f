//! Deciding, in `advisory` form: nothing is reserved and nothing is written, so what a counter or a person would decide is denied.

use std::cell::RefCell;

use lictor_runtime::{Scratch, Verdict};
use lictor_zones::Zones;

use super::answer::Answer;
use super::entities::Entities;
use super::{asked, attested};
use crate::config::Mode;
use crate::json::Wrong;
use crate::key::Key;
use crate::policy::{InForce, Moment};

thread_local! {
    /// Memory to decide in: each thread has its own, and uses it again. A decision takes microseconds, so it is made where the request is.
    static MEMORY: RefCell<Memory> = RefCell::default();
}

#[derive(Default)]
struct Memory {
    scratch: Scratch,
    asked: Vec<u8>,
    said: Vec<u8>,
}

/// What the caller asks for, as the engine reads it; or the answer, where the policy has no place for the resource.
pub(crate) fn written(policy: &InForce, entities: &Entities<'_>) -> Result<Vec<u8>, Answer> {
    let mut out = Vec::new();
    asked::write(entities, &policy.engine.bundle().schema, &mut out).map(|()| out)
}

/// Decides what an agent may do at this moment.
///
/// `zones` knows what clocks show and nothing of what happened before: a rule that counts has no answer, and what has none is refused.
///
/// # Errors
/// The caller has sent what only the host may say.
pub(crate) fn decide(
    policy: &InForce,
    mode: Mode,
    zones: &Zones,
    agent: &Key,
    entities: &Entities<'_>,
    moment: &Moment<'_>,
) -> Result<Answer, Wrong> {
    let counts = mode == Mode::Enforce;
    let answer = MEMORY.with_borrow_mut(|Memory { scratch, asked, said }| {
        if let Err(answer) = asked::write(entities, &policy.engine.bundle().schema, asked) {
            return answer.counting(counts);
        }
        policy.say(&agent.agent, moment, said);
        let mut prepared = match policy.engine.prepare_asked(scratch, asked, said) {
            Ok(prepared) => prepared,
            Err(refused) => return Answer::of(*refused, counts),
        };
        let evaluated = prepared.evaluate(Some(zones));
        // Mostly nothing objects, and then there is nothing to be put into words.
        match evaluated.verdict() {
            Verdict::Allow if !evaluated.obliges() => Answer::allowed(counts),
            _ => Answer::of(evaluated.decision(), counts),
        }
    });
    let wrong =
        answer.is_unreadable().then(|| attested::sent(entities, &policy.engine.bundle().schema)).flatten();
    wrong.map_or(Ok(answer), Err)
}

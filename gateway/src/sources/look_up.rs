//! Looking up what a decision needs, before it is made.

use std::cell::RefCell;
use std::collections::BTreeSet;

use futures_util::future::join_all;
use lictor_runtime::{FactQuery, Scratch};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Answered, Missing, Sources};
use crate::metrics::Metrics;
use crate::policy::{Circumstances, InForce, Moment};

/// How often a fact may be asked with what another one answered.
const ROUNDS: usize = 8;
/// The most facts that are looked up for a decision. No policy asks for more.
const MOST: usize = 64;

/// A fact that was looked up, as a request carries it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lookup {
    /// Its name.
    pub fact: String,
    /// What it was asked with.
    pub args: Map<String, Value>,
    /// What was found.
    pub value: Value,
    /// Of when that is, in milliseconds.
    pub as_of: i64,
    /// Whether it says what was revoked, which counts only now.
    #[serde(skip)]
    pub revokes: bool,
    /// Whether it is nothing to keep: it is marked `secret`, or was asked with what is.
    #[serde(skip)]
    pub secret: bool,
}

/// What a decision is about, for whoever looks up what it needs.
#[derive(Clone, Copy)]
pub(crate) struct Looking<'a> {
    /// The policy that decides.
    pub policy: &'a InForce,
    /// What is asked for, as the engine reads it.
    pub asked: &'a [u8],
    /// What stands beside the agent's key.
    pub agent: &'a str,
    /// When, in milliseconds.
    pub now: i64,
    /// When it was last looked which keys count.
    pub keys_as_of: i64,
}

thread_local! {
    /// Memory to find out what is needed: each thread has its own, and uses it again.
    static MEMORY: RefCell<(Scratch, Vec<u8>)> = RefCell::default();
}

impl Sources {
    /// Adds to what is known what deciding may need. What is known already is not looked up again.
    pub async fn look_up(&self, looking: Looking<'_>, known: &mut Circumstances, metrics: &Metrics) {
        if looking.policy.outside.is_empty() {
            return;
        }
        // What was known to another edition of the policy may be nothing to this one.
        known.facts.retain(|fact| fact.is_declared(looking.policy));
        // What has no answer is not asked again.
        let mut tried = BTreeSet::new();
        for _ in 0..ROUNDS {
            let mut wanted = looking.wanted(known, &mut tried);
            wanted.retain(|query| !self.is_of_store(&query.fact));
            if wanted.is_empty() || known.facts.len() >= MOST {
                return;
            }
            let asked = wanted.into_iter().map(|query| self.look(looking, query, metrics));
            known.facts.extend(join_all(asked).await.into_iter().flatten());
        }
    }

    async fn look(&self, looking: Looking<'_>, query: FactQuery, metrics: &Metrics) -> Option<Lookup> {
        let shape = looking.policy.outside.get(&query.fact)?;
        let found = self.ask(&query.fact, &query.args, shape, looking.now).await;
        let found = found.and_then(|Answered { value, as_of, revokes }| {
            let fact =
                Lookup { fact: query.fact, args: query.args, value, as_of, revokes, secret: shape.secret };
            fact.is_declared(looking.policy).then_some(fact).ok_or(Missing::OtherType)
        });
        metrics.looked_up(found.as_ref().err().map(|missing| missing.name()));
        found.ok()
    }
}

impl Looking<'_> {
    /// What deciding may need and is not known.
    fn wanted(&self, known: &Circumstances, tried: &mut BTreeSet<String>) -> Vec<FactQuery> {
        let Looking { policy, asked, agent, now, keys_as_of } = *self;
        let needed = MEMORY.with_borrow_mut(|(scratch, said)| {
            policy.say(agent, &Moment { now, keys_as_of, known, counted: &[] }, said);
            policy.engine.facts_needed_asked(scratch, asked, said)
        });
        let ours = needed.into_iter().filter(|query| policy.outside.get(&query.fact).is_some());
        ours.filter(|query| {
            let question = json!([query.fact, query.args]).to_string();
            tried.insert(question)
        })
        .collect()
    }
}

impl Lookup {
    /// A fact that somebody has said at this moment.
    pub fn new(fact: &str, args: Map<String, Value>, value: Value, as_of: i64) -> Lookup {
        Lookup { fact: fact.to_owned(), args, value, as_of, revokes: false, secret: false }
    }

    /// Writes it as a request carries it.
    pub fn write(&self, out: &mut Vec<u8>) {
        let Lookup { fact, args, value, .. } = self;
        // Writing to memory does not fail.
        let _ = serde_json::to_writer(out, &json!({ "fact": fact, "args": args, "value": value }));
    }

    /// Whether it is what the policy declares.
    fn is_declared(&self, policy: &InForce) -> bool {
        MEMORY.with_borrow_mut(|(scratch, facts)| {
            facts.clear();
            facts.push(b'[');
            self.write(facts);
            facts.push(b']');
            policy.engine.check_facts(scratch, facts).is_ok()
        })
    }
}

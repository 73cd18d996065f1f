//! What is decided: who asks for what, by which policy. It stays the same however often it is decided.

use std::cell::RefCell;
use std::sync::Arc;

use lictor_evidence::commitment::RecordKey;
use lictor_evidence::token;
use lictor_journal::Covering;
use lictor_journal::record::{Asking, Judged};
use lictor_runtime::{ActionFields, Contribution, Decision, Engine, Past, Scratch, Verdict};
use lictor_store::View;
use lictor_store::counter::{Counter, Own};
use lictor_zones::Zones;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::past::{Counted, Counters, Rehearsal, Wanted};
use crate::config::Mode;
use crate::key::Key;
use crate::policy::{Circumstances, InForce, Moment};
use crate::sources::Lookup;
use crate::tenant::{Identity, Since};

/// The engine's code for what is not of the declared form.
const UNREADABLE: &str = "STRUCTURE_INVALID";

/// The parts of a request that the gateway says.
const OF_HOST: [&str; 6] = ["agent", "user", "mandate", "context", "facts", "what the host says"];

thread_local! {
    /// Memory to decide in: each thread has its own, and uses it again.
    static MEMORY: RefCell<(Scratch, Vec<u8>)> = RefCell::default();
}

/// What is decided.
#[derive(Clone)]
pub(crate) struct Case {
    /// By which policy.
    pub policy: Arc<InForce>,
    /// Who asks.
    pub agent: Arc<Key>,
    /// What is asked for, as the engine reads it.
    pub asked: Vec<u8>,
    /// The action's name, as it was sent; empty for the call of a tool.
    pub action: String,
    /// What the gateway knows of it.
    pub known: Circumstances,
    /// When it was last looked which keys count.
    pub keys_as_of: i64,
    /// The facts that say whether the mandate was used.
    pub mandate_used: Arc<[String]>,
    /// Whether what is decided holds.
    pub mode: Mode,
    /// What clocks show.
    pub zones: Zones,
    /// For whom.
    pub identity: Arc<Identity>,
}

/// What is known of a case before the store is asked.
#[derive(Default)]
pub(crate) struct Rehearsed {
    /// What its policy asks of the past, as far as is known.
    pub wanted: Wanted,
    /// The fields of the action; none where it cannot be read, or where they stand in what was foreseen.
    fields: Option<ActionFields>,
    /// What was decided, where nothing of the past was asked and no person is. It ends with the step, on a thread that serves connections: the store's has enough to do.
    foreseen: Option<Foreseen>,
}

/// A decision that was made before the store was asked. A decision follows from what is asked, what the gateway says to that, and what it is answered of the past; so where
/// nothing of the past was asked and the same is said, the moment included, it is the one that the store's own thread would make, and that need not make it again.
struct Foreseen {
    said: Vec<u8>,
    made: Arc<Made>,
}

/// On what a step decides.
pub(super) struct Ground<'a, 'v> {
    /// What its job sees.
    pub view: &'a View<'v>,
    /// What was read of the past.
    pub wanted: &'a Wanted,
    /// What is known of the circumstances.
    pub known: &'a Circumstances,
    /// Whose own entries do not count.
    pub own: Option<Own>,
    /// The key of the commitments of its record.
    pub record: &'a [u8; 32],
    /// What was rehearsed.
    pub rehearsed: &'a Rehearsed,
}

/// What a step decided.
pub(super) struct Found {
    pub made: Arc<Made>,
    /// Since when its policy's counters count.
    pub since: Since,
    /// What its policy asked of the past and had not been read: then nothing was decided.
    pub missing: Wanted,
}

/// A decision and all that follows from it.
pub(super) struct Made {
    pub decision: Decision,
    /// The fields of the action; none where the request could not be read.
    pub fields: Option<ActionFields>,
    /// What the action counts for.
    pub counts_for: Vec<Contribution>,
    /// What a record says of it.
    pub judged: Judged,
    /// The fields of the action as people read them, where people are asked.
    pub params: Option<Map<String, Value>>,
    /// What covers what the record of it must not say.
    pub covering: Covering,
}

impl Case {
    /// Decides as if nothing had happened before, to know what will be asked. `record` is the key of the commitments of the record to come.
    ///
    /// # Errors
    /// What is asked for is not of the form that the policy declares: the place and what is wrong.
    pub fn rehearse(&self, now: i64, record: &[u8; 32]) -> Result<Rehearsed, String> {
        let past = Rehearsal { zones: &self.zones, wanted: RefCell::default() };
        self.decide(now, &past, &self.known, Some(false), |engine, scratch, said, decision| {
            let fields = engine.action_fields(scratch);
            // Where the policy is only observed, it says beside its decision what it would have been.
            let observed = decision.observed.as_ref().filter(|_| decision.decision == Verdict::Allow);
            let code = observed.map_or(&decision.reason_code, |observed| &observed.reason_code);
            if fields.is_none() && code == UNREADABLE {
                let first = observed.and_then(|observed| observed.reasons.first());
                let reason = first.map_or_else(|| decision.reason.to_string(), |first| first.reason.clone());
                // What the gateway does not know of an agent is no fault of whoever asks: that is denied, and recorded.
                if !OF_HOST.iter().any(|part| reason.starts_with(part)) {
                    return Err(reason);
                }
            }
            let people = decision.decision == Verdict::StepUp;
            let wanted = Wanted { people, ..past.wanted.take() };
            if !wanted.is_empty() {
                return Ok(Rehearsed { wanted, fields, foreseen: None });
            }
            let made = self.made(engine, scratch, &self.known, decision, fields, record);
            // What cannot be written is told when it is to be.
            let _ = made.judged.make_ready();
            let foreseen = Some(Foreseen { said: said.to_vec(), made: Arc::new(made) });
            Ok(Rehearsed { wanted, fields: None, foreseen })
        })
    }

    /// The fields of the action; none where it cannot be read.
    pub fn fields(&self, now: i64) -> Option<ActionFields> {
        let past = Rehearsal { zones: &self.zones, wanted: RefCell::default() };
        self.decide(now, &past, &self.known, Some(false), |engine, scratch, _, _| {
            engine.action_fields(scratch)
        })
    }

    /// Decides within a job, by what the store counts.
    pub(super) fn find(&self, ground: Ground<'_, '_>) -> Found {
        let Ground { view, wanted, known, own, record, rehearsed } = ground;
        let (counters, since) =
            (self.counters(own), Since::deciding(view, &self.policy, self.identity.counts_from_nothing));
        let past = Counted { view, counters: &counters, since: &since, wanted, missing: RefCell::default() };
        let made = self.make(view.now(), &past, known, counters.mandate_used(view), record, rehearsed);
        let missing = past.missing.into_inner();
        Found { made, since, missing }
    }

    /// Decides, with what is known of the circumstances, and whether the mandate was used before; or takes what was foreseen.
    fn make(
        &self,
        now: i64,
        past: &dyn Past,
        known: &Circumstances,
        used: Option<bool>,
        record: &[u8; 32],
        rehearsed: &Rehearsed,
    ) -> Arc<Made> {
        if let Some(Foreseen { said, made }) = &rehearsed.foreseen
            && made.judged.agent.key == known.signed
            && self.says(now, known, used, |same, _| same == said)
        {
            return Arc::clone(made);
        }
        self.decide(now, past, known, used, |engine, scratch, _, decision| {
            let fields = engine.action_fields(scratch);
            Arc::new(self.made(engine, scratch, known, decision, fields, record))
        })
    }

    /// All that follows from the decision that was made last with this scratch.
    fn made(
        &self,
        engine: &Engine,
        scratch: &mut Scratch,
        known: &Circumstances,
        decision: Decision,
        fields: Option<ActionFields>,
        record: &[u8; 32],
    ) -> Made {
        let mut covering = Covering::new(RecordKey::new(*record));
        let asking = Asking {
            agent: known.authenticated(&self.agent.name),
            action: &self.action,
            raw: &self.asked,
            mode: self.counts(),
        };
        let judged = Judged::of(asking, engine, scratch, &decision, &mut covering);
        let counts_for = engine.contributions(scratch).map(|(_, found)| found).unwrap_or_default();
        let asks = decision.decision == Verdict::StepUp;
        // People see what was asked, but for what is secret.
        let shown = asks.then(|| engine.request_shown(scratch)).flatten();
        let params = shown.and_then(|mut shown| match shown.get_mut("params").map(Value::take) {
            Some(Value::Object(params)) => Some(params),
            _ => None,
        });
        Made { decision, fields, counts_for, judged, params, covering }
    }

    /// What its questions are called in the store.
    pub(super) fn counters(&self, own: Option<Own>) -> Counters<'_> {
        let InForce { engine, counting, .. } = &*self.policy;
        let schema = &engine.bundle().schema;
        let key = &self.identity.counters;
        let mandate = self.known.mandate_id().map(|(issuer, id)| {
            Counter(key.digest(b"lictor mandate 1\n", &[issuer.as_bytes(), id.as_bytes()]))
        });
        Counters { schema, counting, key, zones: &self.zones, own, mandate }
    }

    /// Whether what is decided holds: the gateway enforces, and so does the policy.
    pub(super) fn counts(&self) -> token::Mode {
        match (self.mode, self.policy.engine.mode()) {
            (Mode::Enforce, lictor_runtime::Mode::Enforced) => token::Mode::Enforce,
            _ => token::Mode::Observe,
        }
    }

    fn decide<T>(
        &self,
        now: i64,
        past: &dyn Past,
        known: &Circumstances,
        used: Option<bool>,
        then: impl FnOnce(&Engine, &mut Scratch, &[u8], Decision) -> T,
    ) -> T {
        let engine = &self.policy.engine;
        self.says(now, known, used, |said, scratch| {
            let decision = engine.decide_asked(scratch, &self.asked, said, Some(past));
            then(engine, scratch, said, decision)
        })
    }

    /// What the gateway says to what is asked.
    fn says<T>(
        &self,
        now: i64,
        known: &Circumstances,
        used: Option<bool>,
        then: impl FnOnce(&Vec<u8>, &mut Scratch) -> T,
    ) -> T {
        let counted = self.counted(known, used, now);
        MEMORY.with_borrow_mut(|(scratch, said)| {
            let moment = Moment { now, keys_as_of: self.keys_as_of, known, counted: &counted };
            self.policy.say(&self.agent.agent, &moment, said);
            then(said, scratch)
        })
    }

    /// The facts that say whether the mandate was used before.
    fn counted(&self, known: &Circumstances, used: Option<bool>, now: i64) -> Vec<Lookup> {
        let Some(((_, id), used)) = known.mandate_id().zip(used) else { return Vec::new() };
        let facts = self.mandate_used.iter().filter_map(|fact| {
            let [param] = self.policy.outside.get(fact)?.params.as_slice() else { return None };
            let args = [(param.clone(), id.into())].into_iter().collect();
            Some(Lookup::new(fact, args, used.into(), now))
        });
        facts.collect()
    }

    /// Agent, user, action and bundle in one digest: requests for approval with the same one are one.
    pub(super) fn subject(&self, rehearsed: &Rehearsed) -> [u8; 32] {
        let fields = match &rehearsed.foreseen {
            Some(foreseen) => foreseen.made.fields.as_ref(),
            None => rehearsed.fields.as_ref(),
        };
        let mut digest = Sha256::new_with_prefix(b"lictor approval subject 1\n");
        let mut put = |part: &[u8]| {
            digest.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            digest.update(part);
        };
        put(self.agent.name.as_bytes());
        put(&self.policy.engine.id().0);
        // Whoever may not answer for one user may be asked for another.
        self.known.person().into_iter().for_each(|person| put(person.as_bytes()));
        match fields {
            None => put(&self.asked),
            Some(fields) => {
                put(fields.action.as_bytes());
                for (name, value) in fields.bound.iter().chain(&fields.unbound) {
                    put(name.as_bytes());
                    put(value);
                }
            }
        }
        digest.finalize().into()
    }
}

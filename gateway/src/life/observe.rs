//! Observing: an action that came without a token is recorded, with what would have been decided. It has happened, so it counts.

use std::sync::Arc;

use lictor_evidence::receipt::{Agent, Authenticated};
use lictor_journal::Record;
use lictor_journal::record::{Observed, Step as Recorded};
use lictor_store::counter::Standing;
use lictor_store::{Reads, View, Writes};
use serde_json::{Map, Value, json};

use super::case::{Case, Found, Ground, Rehearsed};
use super::drawn::Drawn;
use super::once::{Given, Once};
use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;

/// A checkout reports an action that came without a token.
pub(crate) struct Observe {
    pub case: Arc<Case>,
    pub rehearsed: Rehearsed,
    /// When, by the gateway's clock.
    pub now: i64,
    pub once: Once,
    pub drawn: Drawn,
    /// The id of the request.
    pub trace: String,
    /// The checkout.
    pub by: String,
    /// Whether the agent has no key in force: then it is denied whatever the policy says.
    pub of_nobody: bool,
}

/// Why what an agent without a key in force has done is denied.
const UNKNOWN_AGENT: &str = "UNKNOWN_AGENT";

impl Step for Observe {
    type Done = Given<Map<String, Value>>;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        self.rehearsed.wanted.clone()
    }

    fn reads(&self, wanted: &Wanted, now: i64) -> Reads {
        self.case.counters(None).read(self.once.read(Reads::none()), wanted, now)
    }

    fn run(&self, view: &View<'_>, wanted: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable> {
        if let Some(given) = self.once.before(view) {
            return Ok((Writes::none(), Turn::Done(given)));
        }
        let (known, record) = (&self.case.known, &self.drawn.record);
        let ground = Ground { view, wanted, known, own: None, record, rehearsed: &self.rehearsed };
        let Found { made, since, missing } = self.case.find(ground);
        if !missing.is_empty() {
            return Ok((Writes::none(), Turn::Again(missing)));
        }
        let mut pen = Pen::new(view, &self.case.identity);
        since.keep(view, &mut pen.writes);
        for entry in self.case.counters(None).entries(&made.counts_for, view.now(), pen.next()) {
            pen.writes.count(entry, Standing::Live);
        }
        let mut judged = made.judged.clone();
        if self.of_nobody {
            let agent = Agent { authenticated: Authenticated::Reported, ..judged.agent.clone() };
            judged = judged.of_agent(agent);
        }
        let code = self.of_nobody.then(|| UNKNOWN_AGENT.to_owned());
        let observed = Observed { by: self.by.clone(), code, judged };
        let record = Record::new(&self.trace, Recorded::Observed(Box::new(observed)));
        let (record, receipt) = pen.with_receipt(record, self.drawn.receipt, None)?;
        let index = pen.put(record, Some(&made.covering))?;
        let receipt = self.case.identity.receipt(receipt);
        let told = json!({ "observed": true, "traceId": self.trace, "receipt": receipt });
        let mut told = told.as_object().cloned().unwrap_or_default();
        if self.of_nobody {
            told.insert("reasonCode".to_owned(), UNKNOWN_AGENT.into());
        }
        self.once.remember(view, &mut pen.writes, index, &told);
        Ok((pen.writes, Turn::Done(Given::First(told))))
    }
}

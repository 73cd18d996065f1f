//! Observing: an action that came without a token is recorded, with what would have been decided. It has happened, so it counts.

use std::sync::Arc;

use lictor_evidence::commitment::RecordKey;
use lictor_evidence::receipt::Authenticated;
use lictor_journal::record::{Observed, Step as Recorded};
use lictor_journal::{Covering, Record};
use lictor_store::counter::Standing;
use lictor_store::{Reads, View, Writes};
use serde_json::{Map, Value, json};

use super::case::{Case, Rehearsed};
use super::drawn::Drawn;
use super::once::{Given, Once};
use super::past::{Counted, Wanted};
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
        let (counters, since) = (self.case.counters(None), self.case.since(view));
        let past = Counted { view, counters: &counters, since: &since, wanted, missing: Default::default() };
        let mut covering = Covering::new(RecordKey::new(self.drawn.record));
        let mut made =
            self.case.make(view.now(), &past, &self.case.known, counters.mandate_used(view), &mut covering);
        let missing = past.missing.into_inner();
        if !missing.is_empty() {
            return Ok((Writes::none(), Turn::Again(missing)));
        }
        let mut pen = Pen::new(view, &self.case.identity);
        since.keep(view, &mut pen.writes);
        for entry in counters.entries(&made.counts_for, view.now(), pen.next()) {
            pen.writes.count(entry, Standing::Live);
        }
        if self.of_nobody {
            made.judged.agent.authenticated = Authenticated::Reported;
        }
        let code = self.of_nobody.then(|| UNKNOWN_AGENT.to_owned());
        let observed = Observed { by: self.by.clone(), code, judged: made.judged };
        let record = Record::new(&self.trace, Recorded::Observed(Box::new(observed)));
        let (record, receipt) = pen.with_receipt(record, self.drawn.receipt, None)?;
        let index = pen.put(record, Some(&covering))?;
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

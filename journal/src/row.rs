//! A record as a row of the store: beside its body what it can be found by, all of which follows from what it says.

use std::collections::BTreeSet;

use lictor_evidence::error::EvidenceError;
use lictor_evidence::receipt::Verdict;
use lictor_evidence::record::LogEntry;
use lictor_ledger::Hash;
use lictor_store::NewRecord;

use crate::body::Body;
use crate::covering::Covering;
use crate::record::{Held, Kind, Record};

/// A record that is to be written: where, and with what it is opened.
#[derive(Clone, Copy)]
pub struct New<'a> {
    /// The tenant, by name.
    pub tenant: &'a str,
    /// The index that the record gets: [`View::next_index`](lictor_store::View::next_index) for the first of a job.
    pub index: u64,
    /// The time that it gets, in milliseconds: [`View::now`](lictor_store::View::now).
    pub time: i64,
    /// What covered it; none where nothing in it could have been covered.
    pub covering: Option<&'a Covering>,
    /// Whether what was covered and is not secret is kept beside the record, so that it can be opened.
    pub keep_opened: bool,
}

/// What a record can be found by.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Columns {
    /// What step.
    pub kind: u16,
    /// The agent whose action it is about; for what operators do, who did it.
    pub agent: String,
    /// The action.
    pub action: String,
    /// What was decided: see [`decision`].
    pub decision: u16,
    /// Codes, rules and citations of the causes, a line each, in the order of their bytes.
    pub cites: String,
}

/// What of a record says what it can be found by.
#[derive(Default)]
pub(crate) struct Told<'a> {
    /// Whose action it is about, and which, where it says so itself.
    pub about: Option<(&'a str, &'a str)>,
    /// Who asked for which action in the decision that it made.
    pub asked: Option<(&'a str, &'a str)>,
    /// Who did it.
    pub by: Option<&'a str>,
    /// What was decided.
    pub verdict: Option<Verdict>,
    /// Codes, rules and citations.
    pub cited: BTreeSet<&'a str>,
}

impl Columns {
    pub(crate) fn of(kind: Kind, told: Told<'_>) -> Columns {
        let of_operator = matches!(kind, Kind::Erased | Kind::Operator);
        let by = told.by.filter(|_| of_operator).map(|by| (by, ""));
        let (agent, action) = told.about.or(told.asked).or(by).unwrap_or_default();
        Columns {
            kind: kind.number(),
            agent: agent.to_owned(),
            action: action.to_owned(),
            decision: decision(told.verdict),
            cites: Vec::from_iter(told.cited).join("\n"),
        }
    }
}

/// The number of a verdict in the store: 1 for `allow`, 2 for `step_up`, 3 for `deny`. A step that decided nothing has 0.
pub fn decision(verdict: Option<Verdict>) -> u16 {
    match verdict {
        None => 0,
        Some(Verdict::Allow) => 1,
        Some(Verdict::StepUp) => 2,
        Some(Verdict::Deny) => 3,
    }
}

impl Record {
    /// What it can be found by.
    pub fn columns(&self) -> Columns {
        let judged = self.step.judged();
        let (about, by) = self.step.about();
        let outcome = judged.map(|judged| &judged.outcome);
        let causes = outcome.map_or(&[][..], Held::causes);
        let cited =
            causes.iter().flat_map(|cause| [&cause.code].into_iter().chain(&cause.rule).chain(&cause.cites));
        let told = Told {
            about: about.map(|about| (about.agent.as_str(), about.action.as_str())),
            asked: judged.map(|judged| (judged.agent.id.as_str(), judged.action.as_str())),
            by,
            verdict: self.step.denied().map(|_| Verdict::Deny).or(outcome.map(Held::decision)),
            // What no policy has refused is found by what everybody was told of it.
            cited: cited.map(String::as_str).chain(self.step.refused()).collect(),
        };
        Columns::of(self.kind(), told)
    }

    /// The row of it.
    ///
    /// # Errors
    /// Those of [`Record::to_bytes`] and [`LogEntry::to_bytes`].
    pub fn row(self, new: New<'_>) -> Result<NewRecord, EvidenceError> {
        let Columns { kind, agent, action, decision, cites } = self.columns();
        let secret = new.covering.map(|covering| *covering.key().expose());
        let opened = new.covering.filter(|_| new.keep_opened).map(Covering::opened).unwrap_or_default();
        let body = Body { record: self, opened };
        let (bytes, logged) = body.written()?;
        let entry =
            body.record.entry_of(bytes.get(..logged).unwrap_or_default(), new.tenant, new.index, new.time);
        let leaf = Hash::leaf(&entry.to_bytes()?);
        Ok(NewRecord { leaf, kind, agent, action, decision, cites, secret, body: bytes })
    }
}

/// What a body says, and the entry of the log that it must have at this place.
///
/// # Errors
/// Those of [`Body::from_bytes`].
pub fn entry<'t>(
    body: &[u8],
    tenant: &'t str,
    index: u64,
    time: i64,
) -> Result<(Body, LogEntry<'t>), EvidenceError> {
    let read = Body::from_bytes(body)?;
    let entry = read.record.entry_of(Body::logged(body), tenant, index, time);
    Ok((read, entry))
}

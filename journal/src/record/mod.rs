//! What one step of an action says in the log.
//!
//! ```text
//! {"type": "lictor-step", "version": 1, "kind": "burned", "trace": "…", …}
//! ```
//!
//! It is canonical JSON (RFC 8785). Its digest stands in the entry that the log hashes, beside the tenant, the index, the time and the kind, which it does not
//! repeat. Steps that follow another name it: `of` is the index of its record.

// The kinds of steps, and what each says.
mod steps;
mod actions;
mod people;
mod upkeep;

// What all of them are made of.
mod judged;
mod outcome;
mod texts;
mod held;
mod told;
mod receipt;

use lictor_evidence::Digest;
use lictor_evidence::error::{ErrorKind, EvidenceError};
use lictor_evidence::json::Json;
use lictor_evidence::record::LogEntry;
use lictor_evidence::time::Moment;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::actions::{Burned, Decided, Evaluated, Issued, Observed, Refused, Released, Settled};
pub use self::held::Held;
pub use self::judged::{Asking, Fact, Judged, Judgement, UNREAD};
pub use self::outcome::{Asked, Cause, Exception, Obligation, Outcome, Points, Risk, Shadow};
pub use self::people::{Answered, ApprovalState, Pending, SignedStatement, Void, VoidReason};
pub use self::receipt::{Issuer, Receipted};
pub use self::steps::{About, Kind, Step};
pub use self::texts::Texts;
pub use self::upkeep::{Act, Bundle, Erased, Operated};

const TYPE: &str = "lictor-step";
const VERSION: i64 = 1;
/// The longest record, in bytes: a request and its facts have 64 KiB each, and what came of them is less.
pub const LONGEST: usize = 1 << 20;

/// What one step says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Record {
    /// The trace id that everybody was told who took part.
    pub trace: String,
    /// The record whose answer was given once more, where that is all that happened (`Idempotency-Key`).
    pub repeats: Option<u64>,
    /// The receipt of the step, where it has one.
    pub receipt: Option<Receipted>,
    /// What happened.
    pub step: Step,
}

/// A record as it is written: what the step says stands beside what every record says.
#[derive(Serialize)]
struct Written<'r> {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<&'r Receipted>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<u64>,
    #[serde(flatten)]
    step: &'r Step,
    trace: &'r str,
    r#type: &'static str,
    version: i64,
}

impl Record {
    /// A step under a trace id, without a receipt.
    pub fn new(trace: &str, step: Step) -> Record {
        Record { trace: trace.to_owned(), repeats: None, receipt: None, step }
    }

    /// What kind of step it is.
    pub fn kind(&self) -> Kind {
        self.step.kind()
    }

    /// Its canonical bytes, whose digest the log's entry has.
    ///
    /// # Errors
    /// `V0101` where it is longer than [`LONGEST`], `V0102` where it holds a time beyond the year 9999 or an index beyond 2^53 − 1.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EvidenceError> {
        let Record { trace, repeats, receipt, step } = self;
        let kind = self.kind().name();
        let written = Written {
            r#type: TYPE,
            version: VERSION,
            kind,
            trace,
            repeats: *repeats,
            receipt: receipt.as_ref(),
            step,
        };
        let bytes = match step.judged() {
            None => Json::canonical_of(&written)?,
            Some(judged) => Json::canonical_with(&written, &[("judged", &judged.written()?.bytes)])?,
        };
        if bytes.len() > LONGEST { Err(too_long()) } else { Ok(bytes) }
    }

    /// Reads a record, in its one form.
    ///
    /// # Errors
    /// `V0101` to `V0103`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Record, EvidenceError> {
        if bytes.len() > LONGEST {
            return Err(too_long());
        }
        let json = Json::parse(bytes)?;
        if json.canonical()? != bytes {
            return Err(form("the record is not canonical JSON"));
        }
        let Json::Object(mut members) = json else { return Err(form("the record is no object")) };
        let marks = (members.remove("type"), members.remove("version"));
        if marks != (Some(Json::Text(TYPE.to_owned())), Some(Json::Int(VERSION))) {
            return Err(form(&format!("it is not of type `{TYPE}` and version {VERSION}")));
        }
        let text = |json: Option<Json>| json.as_ref().and_then(Json::text).map(str::to_owned);
        let kind = text(members.remove("kind")).and_then(|name| Kind::of_name(&name));
        let kind =
            kind.ok_or_else(|| form("it does not say what kind of step it is, or one that is not known"))?;
        let trace = text(members.remove("trace")).ok_or_else(|| form("it has no trace id"))?;
        let repeats = members.remove("repeats").map(|index| typed(&index)).transpose()?;
        let receipt = members.remove("receipt").map(|receipt| typed(&receipt)).transpose()?;
        let step = Step::of_json(kind, &Json::Object(members))?;
        Ok(Record { trace, repeats, receipt, step })
    }

    /// The entry that the log hashes for it.
    ///
    /// # Errors
    /// As [`Record::to_bytes`].
    pub fn entry<'t>(&self, tenant: &'t str, index: u64, time: i64) -> Result<LogEntry<'t>, EvidenceError> {
        Ok(self.entry_of(&self.to_bytes()?, tenant, index, time))
    }

    /// The same where its canonical bytes are known.
    pub(crate) fn entry_of<'t>(&self, bytes: &[u8], tenant: &'t str, index: u64, time: i64) -> LogEntry<'t> {
        LogEntry {
            tenant: tenant.into(),
            index,
            time: Moment(time),
            kind: self.kind().name().into(),
            body: Digest::of(bytes),
            receipt: self.receipt.as_ref().map(|receipt| receipt.digest),
        }
    }
}

/// Reads a typed value.
pub(crate) fn typed<T: DeserializeOwned>(json: &Json) -> Result<T, EvidenceError> {
    json.read().map_err(|error| form(&error.0))
}

pub(crate) fn form(message: &str) -> EvidenceError {
    EvidenceError { kind: ErrorKind::Form, message: message.to_owned() }
}

fn too_long() -> EvidenceError {
    EvidenceError { kind: ErrorKind::TooLarge, message: format!("the record is longer than {LONGEST} bytes") }
}

//! A quick look into the bytes of a record: only what the log's entry and the columns of a row follow from. A million are looked at in seconds.

use std::borrow::Cow;

use lictor_evidence::Digest;
use lictor_evidence::receipt::Verdict;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::lives::Seen;
use crate::record::Kind;
use crate::row::{Columns, Told};

/// What is looked at. Everything else is passed over, since its digest says that it is what was logged.
#[derive(Deserialize)]
pub(crate) struct Peek<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    receipt: Option<Receipt>,
    #[serde(borrow)]
    about: Option<Place<'a>>,
    #[serde(borrow)]
    judged: Option<Judged<'a>>,
    #[serde(borrow)]
    by: Option<Cow<'a, str>>,
    of: Option<u64>,
    /// Why a presentation was refused, or what was observed is denied.
    #[serde(borrow)]
    code: Option<Cow<'a, str>>,
    #[serde(borrow)]
    entry: Option<Cow<'a, str>>,
    /// The token that was issued, used, settled or released.
    token: Option<IgnoredAny>,
    /// The request for approval whose answer a decision used.
    approval: Option<u64>,
}

#[derive(Deserialize)]
struct Receipt {
    digest: Digest,
}

#[derive(Deserialize)]
struct Place<'a> {
    #[serde(borrow)]
    agent: Cow<'a, str>,
    #[serde(borrow)]
    action: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Judged<'a> {
    #[serde(borrow)]
    agent: Agent<'a>,
    #[serde(borrow)]
    action: Cow<'a, str>,
    #[serde(borrow)]
    outcome: Outcome<'a>,
}

#[derive(Deserialize)]
struct Agent<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Outcome<'a> {
    decision: Verdict,
    #[serde(borrow, default)]
    causes: Vec<Cause<'a>>,
}

#[derive(Deserialize)]
struct Cause<'a> {
    #[serde(borrow)]
    code: Cow<'a, str>,
    #[serde(borrow)]
    rule: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    cites: Vec<Cow<'a, str>>,
}

impl<'a> Peek<'a> {
    /// Looks into the bytes of a record; none where they are not those of one.
    pub fn into(bytes: &'a [u8]) -> Option<Peek<'a>> {
        serde_json::from_slice(bytes).ok()
    }

    /// What kind of step it is.
    pub fn kind(&self) -> Option<Kind> {
        Kind::of_name(&self.kind)
    }

    /// The digest of its receipt.
    pub fn receipt(&self) -> Option<Digest> {
        self.receipt.as_ref().map(|receipt| receipt.digest)
    }

    /// Where it is a tombstone: which record was erased, and the entry that the log has hashed for it.
    pub fn erased(&self) -> Option<(u64, &str)> {
        self.kind().filter(|kind| *kind == Kind::Erased)?;
        Some((self.of?, self.entry.as_deref()?))
    }

    /// What it says of the life of a token.
    pub fn seen(&self) -> Option<Seen> {
        let of = self.of;
        match self.kind()? {
            Kind::Decided => self.token.map(|_| Seen::Issued { approval: self.approval }),
            Kind::Burned => Some(Seen::Used { of: of? }),
            Kind::Settled => Some(Seen::Settled { of: of? }),
            Kind::Released => Some(Seen::Released { of: of? }),
            _ => None,
        }
    }

    /// What it can be found by.
    pub fn columns(&self) -> Option<Columns> {
        let outcome = self.judged.as_ref().map(|judged| &judged.outcome);
        let causes = outcome.map_or(&[][..], |outcome| &outcome.causes);
        let cited =
            causes.iter().flat_map(|cause| [&cause.code].into_iter().chain(&cause.rule).chain(&cause.cites));
        let kind = self.kind()?;
        let code = |of: &[Kind]| self.code.as_deref().filter(|_| of.contains(&kind));
        let (refused, denied) = (code(&[Kind::Refused, Kind::Observed]), code(&[Kind::Observed]));
        let told = Told {
            about: self.about.as_ref().map(|about| (&*about.agent, &*about.action)),
            asked: self.judged.as_ref().map(|judged| (&*judged.agent.id, &*judged.action)),
            by: self.by.as_deref(),
            verdict: denied.map(|_| Verdict::Deny).or(outcome.map(|outcome| outcome.decision)),
            cited: cited.map(|cited| &**cited).chain(refused).collect(),
        };
        Some(Columns::of(kind, told))
    }
}

//! Settling: whoever has used a token says how the action went.

use std::sync::Arc;

use lictor_bundle::currency::Currency;
use lictor_evidence::json::Json;
use lictor_evidence::receipt::State;
use lictor_evidence::token::Claims;
use lictor_journal::Record;
use lictor_journal::record::{About, Refused, Settled as Said, Step as Recorded};
use lictor_store::counter::{Entry, Taken};
use lictor_store::{Reads, Token, TokenState, View, Writes};
use serde_json::json;

use super::once::{Given, Once};
use super::past::Wanted;
use super::turn::{Step, Turn, Unwritable};
use super::write::Pen;
use crate::tenant::Identity;

/// A checkout says how an action went.
pub(crate) struct Settle {
    /// When, by the gateway's clock.
    pub now: i64,
    /// The checkout.
    pub by: String,
    /// The id of the request.
    pub trace: String,
    pub once: Once,
    pub identity: Arc<Identity>,
    /// What the token says; its time may be over.
    pub claims: Claims,
    /// How it went.
    pub outcome: Outcome,
    /// What was done in the end, in minor units, where that is less than what was reserved.
    pub amount: Option<(Currency, i64)>,
}

/// How an action went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It was done.
    Executed,
    /// It was tried and failed.
    Failed,
    /// Nobody can say.
    Unknown,
}

impl Outcome {
    /// The outcome that is written so.
    pub fn named(name: &str) -> Option<Outcome> {
        let all = [Outcome::Executed, Outcome::Failed, Outcome::Unknown];
        all.into_iter().find(|outcome| outcome.name() == name)
    }

    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Executed => "executed",
            Outcome::Failed => "failed",
            Outcome::Unknown => "unknown",
        }
    }

    pub(super) fn states(self) -> (TokenState, State) {
        match self {
            Outcome::Executed => (TokenState::Executed, State::Executed),
            Outcome::Failed => (TokenState::Failed, State::Failed),
            Outcome::Unknown => (TokenState::Unknown, State::Unknown),
        }
    }
}

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) enum Settled {
    /// It is settled.
    Done,
    /// The store does not know this token.
    NoSuchToken,
    /// Nobody has used the token.
    NotBurned,
    /// Somebody else has used it.
    NotYours,
    /// It was settled before, or the time for it is over.
    Already,
    /// More was done than was reserved, or in another currency.
    TooMuch,
    /// Several amounts were reserved, and one number does not say what became of each.
    SeveralAmounts,
}

impl Step for Settle {
    type Done = Given<Settled>;

    fn now(&self) -> i64 {
        self.now
    }

    fn wanted(&self) -> Wanted {
        Wanted::default()
    }

    fn reads(&self, _: &Wanted, _: i64) -> Reads {
        self.once.read(Reads::none()).token(self.claims.id.index)
    }

    fn run(&self, view: &View<'_>, _: &Wanted) -> Result<(Writes, Turn<Self::Done>), Unwritable> {
        if let Some(given) = self.once.before(view) {
            return Ok((Writes::none(), Turn::Done(given)));
        }
        let mut pen = Pen::new(view, &self.identity);
        let done = match self.settled(view) {
            Ok(token) => {
                let amounts = self.amount.map(|(currency, minor)| {
                    Json::of(&json!({ "amount": { "minor": minor, "currency": currency.to_string() } }))
                });
                let said = Said {
                    of: token.index,
                    token: self.claims.id,
                    about: self.about(),
                    outcome: self.outcome.states().1,
                    by: Some(self.by.clone()),
                    amounts: amounts.transpose().map_err(lictor_evidence::error::EvidenceError::from)?,
                };
                pen.put(Record::new(&self.trace, Recorded::Settled(said)), None)?;
                pen.writes.advance(TokenState::Burned, token);
                Settled::Done
            }
            Err(why) => {
                let refused = Refused {
                    code: why.code().to_owned(),
                    by: self.by.clone(),
                    of: Some(self.claims.id.index),
                    token: Some(self.claims.id),
                    about: Some(self.about()),
                    judged: None,
                };
                pen.put(Record::new(&self.trace, Recorded::Refused(Box::new(refused))), None)?;
                why
            }
        };
        self.once.remember(view, &mut pen.writes, view.next_index(), &done);
        Ok((pen.writes, Turn::Done(Given::First(done))))
    }
}

impl Settle {
    fn about(&self) -> About {
        About { agent: self.claims.subject.clone(), action: self.claims.action.clone() }
    }

    /// The token as it is from now on, or why it is not settled.
    fn settled(&self, view: &View<'_>) -> Result<Token, Settled> {
        let claims = &self.claims;
        let token = view.token(claims.id.index).filter(|token| token.id == claims.id.random);
        let token = token.ok_or(Settled::NoSuchToken)?;
        if matches!(token.state, TokenState::Issued | TokenState::Released) {
            return Err(Settled::NotBurned);
        }
        if token.burned_by.as_deref() != Some(&*self.by) {
            return Err(Settled::NotYours);
        }
        if token.state != TokenState::Burned {
            return Err(Settled::Already);
        }
        let mut entries = token.entries.clone();
        if let Some((currency, minor)) = self.amount {
            lessen(&mut entries, currency.0, minor)?;
        }
        Ok(Token { state: self.outcome.states().0, due_at: None, entries, ..token.clone() })
    }
}

/// Puts what was done in the place of what was reserved, which it may not be more than.
fn lessen(entries: &mut [Entry], currency: u64, minor: i64) -> Result<(), Settled> {
    let mut reserved = entries.iter().filter_map(|entry| match entry.taken {
        Taken::Amount(currency, minor) => Some((currency, minor)),
        Taken::Presence | Taken::Value(_) | Taken::Unclear => None,
    });
    // Where nothing is counted in amounts, nothing is to be corrected.
    let Some(first) = reserved.next() else { return Ok(()) };
    if reserved.any(|other| other != first) {
        return Err(Settled::SeveralAmounts);
    }
    if first.0 != currency || minor > first.1 || minor < 0 {
        return Err(Settled::TooMuch);
    }
    for entry in entries {
        if matches!(entry.taken, Taken::Amount(..)) {
            entry.taken = Taken::Amount(currency, minor);
        }
    }
    Ok(())
}

impl Settled {
    /// The code, for records and for whoever settles.
    pub fn code(self) -> &'static str {
        match self {
            Settled::Done => "OK",
            Settled::NoSuchToken => "INVALID_SIGNATURE",
            Settled::NotBurned => "NOT_BURNED",
            Settled::NotYours => "NOT_YOURS",
            Settled::Already => "ALREADY_SETTLED",
            Settled::TooMuch => "MORE_THAN_RESERVED",
            Settled::SeveralAmounts => "SEVERAL_AMOUNTS",
        }
    }

    /// It in words.
    pub fn message(self) -> &'static str {
        match self {
            Settled::Done => "it is settled",
            Settled::NoSuchToken => "executionToken: this gateway has granted no such token",
            Settled::NotBurned => "the token was not used: validate it first",
            Settled::NotYours => "the token was used by somebody else, and only they say how the action went",
            Settled::Already => "it was said before how this action went, or the time for that is over",
            Settled::TooMuch => {
                "amount: is more than what was reserved, or in another currency; ask for another token"
            }
            Settled::SeveralAmounts => {
                "amount: several amounts were reserved, and one does not say what became of each; leave it out"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use lictor_store::counter::Counter;

    use super::*;

    fn entries(taken: &[Taken]) -> Vec<Entry> {
        let entry = |(part, taken): (u16, &Taken)| Entry {
            counter: Counter([0; 16]),
            at: 0,
            index: 0,
            part,
            taken: *taken,
        };
        (0..).zip(taken).map(entry).collect()
    }

    #[test]
    fn what_was_done_is_never_more_than_what_was_reserved() {
        let (usd, eur) = (1, 2);
        let mut both = entries(&[Taken::Amount(usd, 100), Taken::Presence, Taken::Amount(usd, 100)]);
        assert_eq!(lessen(&mut both, usd, 101), Err(Settled::TooMuch));
        assert_eq!(lessen(&mut both, usd, -1), Err(Settled::TooMuch));
        assert_eq!(lessen(&mut both, eur, 1), Err(Settled::TooMuch));
        assert_eq!(lessen(&mut both, usd, 40), Ok(()));
        assert_eq!(both, entries(&[Taken::Amount(usd, 40), Taken::Presence, Taken::Amount(usd, 40)]));
        let mut several = entries(&[Taken::Amount(usd, 100), Taken::Amount(usd, 7)]);
        assert_eq!(lessen(&mut several, usd, 5), Err(Settled::SeveralAmounts));
        assert_eq!(lessen(&mut entries(&[Taken::Presence]), usd, 5), Ok(()));
    }
}

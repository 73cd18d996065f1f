//! Verifying a receipt with nothing but the history of its issuer's keys.
//!
//! A signature by a key that is revoked proves nothing by itself: whoever has the key can sign anything, with any date. What the log provably had before is another
//! matter, since the one who took the key could not put it there. So such a receipt is good only with a proof of inclusion under a checkpoint of a size
//! at which the key was still in good hands; and that checkpoint must be signed by a key that is not itself revoked, or be one that was kept elsewhere.

use lictor_ledger::Checkpoint;
use lictor_ledger::note::{KeyName, SignatureType, VerifierKey};

use crate::document::Document;
use crate::history::{KeyEntry, KeyHistory};
use crate::keys::{self, Purpose};
use crate::time::Moment;

use super::KIND;
use super::content::{Authenticated, Evidence, Receipt};
use super::inclusion::{Believed, Found, Inclusion};
use super::report::{Check, Line, Outcome, Report};

/// What whoever verifies has from elsewhere, and vouches for. Nothing, unless told.
#[derive(Clone, Copy, Debug, Default)]
pub struct Elsewhere<'a> {
    /// Checkpoints that were kept elsewhere: in an anchor file, in another receipt.
    pub anchors: &'a [Checkpoint],
    /// The keys of witnesses.
    pub witnesses: &'a [VerifierKey],
    /// How many of them must have cosigned the checkpoint of a proof.
    pub quorum: usize,
}

/// The last second of the year 9999, since 1970.
const LAST_SECOND: u64 = 253_402_300_799;

/// Verifies a receipt. It never fails otherwise than in its report, whatever the bytes are.
pub fn verify(bytes: &[u8], history: &KeyHistory, elsewhere: &Elsewhere<'_>) -> Report {
    let mut lines = Lines(Vec::new());
    let receipt = lines.receipt(bytes, history, elsewhere);
    Report { receipt, lines: lines.0 }
}

struct Lines(Vec<Line>);

/// A checkpoint that has the record of the receipt.
struct Covered {
    checkpoint: Checkpoint,
    /// Whether somebody vouches for it who is not the thief of a key.
    vouched: bool,
}

impl Lines {
    fn put(&mut self, check: Check, outcome: Outcome, text: impl Into<String>) {
        self.0.push(Line { check, outcome, text: text.into() });
    }

    fn passed(&mut self, check: Check, text: impl Into<String>) {
        self.put(check, Outcome::Passed, text);
    }

    fn failed<T>(&mut self, check: Check, text: impl Into<String>) -> Option<T> {
        self.put(check, Outcome::Failed, text);
        None
    }

    /// What the receipt says, where all checks pass.
    fn receipt(
        &mut self,
        bytes: &[u8],
        history: &KeyHistory,
        elsewhere: &Elsewhere<'_>,
    ) -> Option<Receipt<'static>> {
        let document = match KIND.read(bytes) {
            Ok(document) => document,
            Err(error) => return self.failed(Check::Form, error.to_string()),
        };
        let entry = self.signed(&document, history)?;
        // What it says is looked at now that it is somebody's word.
        let receipt =
            match document.content::<Receipt>().and_then(|receipt| receipt.is_sound().map(|()| receipt)) {
                Ok(receipt) => receipt,
                Err(error) => return self.failed(Check::Form, error.to_string()),
            };
        self.passed(Check::Form, format!("a receipt of version 1, named {}", receipt.id));
        self.of_history(&receipt, history)?;
        self.in_force(&receipt, entry)?;
        let covered = self.logged(&receipt, &document, history, elsewhere)?;
        self.revocation(entry, covered.as_ref())?;
        self.beyond(&receipt, history);
        Some(receipt)
    }

    /// The key that signed it.
    fn signed<'h>(&mut self, document: &Document, history: &'h KeyHistory) -> Option<&'h KeyEntry> {
        let kid = document.kid;
        let Some(entry) = history.find(kid) else {
            return self.failed(Check::Key, format!("the key {kid} is not in the history"));
        };
        if entry.purpose != Purpose::Receipt {
            return self.failed(
                Check::Key,
                format!("the key \"{}\" is for {}s, not for receipts", entry.name, entry.purpose.name()),
            );
        }
        let key = match entry.typed::<keys::Receipt>() {
            Ok(key) => key,
            Err(error) => return self.failed(Check::Key, error.to_string()),
        };
        self.passed(Check::Key, format!("\"{}\" ({kid}), for receipts", entry.name));
        if !document.is_signed_with(&key) {
            return self.failed(Check::Signature, "it was not made with this key over these contents");
        }
        self.passed(Check::Signature, "made with this key over these contents");
        Some(entry)
    }

    fn of_history(&mut self, receipt: &Receipt<'_>, history: &KeyHistory) -> Option<()> {
        if (&*receipt.issuer, &*receipt.tenant) != (history.issuer(), history.tenant()) {
            return self.failed(
                Check::Issuer,
                format!(
                    "it says to be of {} for {}, and its key signs for {} and {} only",
                    receipt.issuer,
                    receipt.tenant,
                    history.issuer(),
                    history.tenant()
                ),
            );
        }
        self.passed(Check::Issuer, format!("{}, for {}", receipt.issuer, receipt.tenant));
        Some(())
    }

    fn in_force(&mut self, receipt: &Receipt<'_>, entry: &KeyEntry) -> Option<()> {
        let KeyEntry { from, until, .. } = entry;
        let until_text = until.map_or_else(|| "on".to_owned(), |until| format!("to {until}"));
        let text = format!("the key signs from {from} {until_text}, and the receipt is of {}", receipt.time);
        if receipt.time < *from || until.is_some_and(|until| receipt.time > until) {
            return self.failed(Check::InForce, text);
        }
        self.passed(Check::InForce, text);
        Some(())
    }

    /// The checkpoint that has the record, where a proof is given. A proof that does not hold speaks against the receipt.
    fn logged(
        &mut self,
        receipt: &Receipt<'_>,
        document: &Document,
        history: &KeyHistory,
        elsewhere: &Elsewhere<'_>,
    ) -> Option<Option<Covered>> {
        let Some(inclusion) = document.beside.get("inclusion") else {
            if elsewhere.quorum > 0 {
                return self.failed(
                    Check::Log,
                    "witnesses are asked for, and no proof is given that the log has its record",
                );
            }
            self.put(Check::Log, Outcome::NotChecked, "no proof is given that the log has its record");
            return Some(None);
        };
        let (good, all) = checkpoint_keys(history);
        let Elsewhere { anchors, witnesses, quorum } = *elsewhere;
        let believed = Believed { good: &good, all: &all, witnesses, quorum };
        let found = inclusion
            .read::<Inclusion>()
            .map_err(|error| format!("the proof has not the form of one: {error}"))
            .and_then(|inclusion| inclusion.open(receipt, document.digest(), &believed));
        let Found { checkpoint, vouched, cosigned } = match found {
            Ok(found) => found,
            Err(why) => return self.failed(Check::Log, why),
        };
        let size = checkpoint.head.size;
        self.passed(
            Check::Log,
            format!("record {} of {}, which then had {size}", receipt.log.index, receipt.log.origin),
        );

        for (witness, at) in cosigned {
            // Moments are written with four digits of the year; a time that has none is not told.
            let at =
                at.filter(|seconds| *seconds <= LAST_SECOND).and_then(|seconds| i64::try_from(seconds).ok());
            let at = at.map_or_else(String::new, |at| format!(" at {}", Moment(at * 1_000)));
            self.passed(Check::Witness, format!("{witness} cosigned this checkpoint{at}"));
        }

        let same_log =
            |anchor: &&Checkpoint| anchor.origin() == checkpoint.origin() && anchor.head.size == size;
        let anchor = anchors.iter().find(same_log);
        if anchor.is_some_and(|anchor| anchor.head.root != checkpoint.head.root) {
            return self.failed(Check::Anchor, format!("another checkpoint of {size} records was kept elsewhere: the log was shown in two versions"));
        }
        match anchor {
            Some(_) => self.passed(Check::Anchor, "the checkpoint is the one that was kept elsewhere"),
            None => self.put(Check::Anchor, Outcome::NotChecked, "no checkpoint of this size was kept elsewhere: the log may have been shown to others in another version"),
        }
        Some(Some(Covered { vouched: vouched || anchor.is_some(), checkpoint }))
    }

    fn revocation(&mut self, entry: &KeyEntry, covered: Option<&Covered>) -> Option<()> {
        let Some(revoked) = &entry.revoked else {
            self.passed(Check::Revocation, "the key is not revoked");
            return Some(());
        };
        let since = format!(
            "the key is revoked since the log had {} records ({})",
            revoked.log_size, revoked.because
        );
        let Some(Covered { checkpoint, vouched }) = covered else {
            return self
                .failed(Check::Revocation, format!("{since}, and nothing shows that the receipt is older"));
        };
        let size = checkpoint.head.size;
        if size > revoked.log_size {
            return self.failed(Check::Revocation, format!("{since}, and the checkpoint is of {size}"));
        }
        if !vouched {
            return self.failed(
                Check::Revocation,
                format!("{since}, and the key of the checkpoint is revoked, too"),
            );
        }
        self.passed(Check::Revocation, format!("{since}, and its record was among the first {size}"));
        Some(())
    }

    fn beyond(&mut self, receipt: &Receipt<'_>, history: &KeyHistory) {
        let beyond = |lines: &mut Lines, text: String| lines.put(Check::Beyond, Outcome::NotChecked, text);
        beyond(
            self,
            format!(
                "what was revoked after edition {} of the history of keys, of {}",
                history.edition(),
                history.issued()
            ),
        );
        if receipt.token.is_some() {
            beyond(self, "what became of the token since: only the gateway knows".to_owned());
        }
        let by = |evidence: Evidence| {
            receipt.approvals.iter().filter(|approval| approval.evidence == evidence).count()
        };
        let (signed, reviewed) = (by(Evidence::Signature), by(Evidence::Reviewer));
        let in_forms = by(Evidence::LocalOperator);
        let of_people = receipt.approvals.len() - reviewed;
        let on_trust = of_people - signed - in_forms;
        if on_trust > 0 {
            beyond(
                self,
                format!("{on_trust} of {of_people} answers of people: they stand on the gateway's word"),
            );
        }
        if in_forms > 0 {
            beyond(
                self,
                format!(
                    "{in_forms} of {of_people} answers of people: given in a form at the agent's machine, and they stand on the word of the programs there and of the gateway"
                ),
            );
        }
        if reviewed > 0 {
            beyond(self, "what a reviewer answered, which is no person: the gateway's word".to_owned());
        }
        if signed > 0 {
            beyond(self, "what people signed themselves: the gateway keeps it with the record".to_owned());
        }
        if receipt.agent.authenticated == Authenticated::Signature {
            let what = "the agent's signature on its request: the gateway has verified it, and keeps the name of the key";
            beyond(self, what.to_owned());
        }
    }
}

/// The keys of a history that sign checkpoints, as notes name them: those that are not revoked, and all.
fn checkpoint_keys(history: &KeyHistory) -> (Vec<VerifierKey>, Vec<VerifierKey>) {
    let (mut good, mut all) = (Vec::new(), Vec::new());
    for entry in history.keys().iter().filter(|entry| entry.purpose == Purpose::Checkpoint) {
        let (Ok(name), Ok(key)) = (KeyName::new(&entry.name), entry.key()) else { continue };
        let key = VerifierKey::new(name, SignatureType::Ed25519, key);
        if entry.revoked.is_none() {
            good.push(key.clone());
        }
        all.push(key);
    }
    (good, all)
}

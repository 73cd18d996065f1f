//! Who asks a reviewer about a request: one gateway, and once, whoever wrote the request, and also where that one died before it asked.
//!
//! A note in the store says until when somebody is asking, and then that it was asked. Where whoever asked is gone without having said what came of it, nobody
//! knows whether the reviewer has heard the question, and it is asked again when the time of the note is over.

use lictor_store::{Approval, ApprovalState, Job, Reads, Slot, View, Writes};

use crate::approvals::id::ApprovalId;

/// What the names of the notes begin with.
const NAMES: &str = "review/";
/// How long whoever asks has until what came of it is written down, in milliseconds; longer than a reviewer may take.
const ASKING: i64 = 90_000;
/// How much longer than the request a note is kept, in milliseconds.
const LONGER: i64 = 300_000;
/// What stands in the note of a request about which nobody asks any more.
const OVER: &[u8] = b"over";

/// The name of the note of a request.
pub(super) fn slot(id: ApprovalId) -> String {
    // In the order of the indexes, for whoever looks.
    format!("{NAMES}{:016x}", id.index)
}

/// The names of all notes begin so.
pub(super) fn names() -> &'static str {
    NAMES
}

/// Whether somebody may ask about a request at a moment, by its note.
pub(super) fn is_free(note: Option<&[u8]>, now: i64) -> bool {
    match note {
        None => true,
        Some(OVER) => false,
        // What cannot be read was written by another version, which knows what it means.
        Some(until) => {
            let until = std::str::from_utf8(until).ok().and_then(|until| until.parse::<i64>().ok());
            until.is_some_and(|until| until < now)
        }
    }
}

fn note(writes: &mut Writes, id: ApprovalId, value: &[u8], expires_at: i64) {
    let expires_at = Some(expires_at.saturating_add(LONGER));
    writes.set(&slot(id), Slot { value: value.to_vec(), expires_at });
}

/// Notes that nobody asks about a request any more.
pub(super) fn over(writes: &mut Writes, id: ApprovalId, expires_at: i64) {
    note(writes, id, OVER, expires_at);
}

/// Somebody wants to ask about a request; whether they may.
pub(in crate::approvals) struct Claim {
    /// When, by the gateway's clock, in milliseconds.
    pub now: i64,
    /// The request.
    pub id: ApprovalId,
}

impl Job for Claim {
    type Answer = bool;

    fn now(&self) -> i64 {
        self.now
    }

    fn reads(&self, _: i64) -> Reads {
        Reads::none().approval(self.id.index).slot(&slot(self.id))
    }

    fn run(self, view: &View<'_>) -> (Writes, bool) {
        let waits = |kept: &&Approval| {
            self.id.is_of(kept) && kept.state == ApprovalState::Pending && kept.expires_at >= view.now()
        };
        let kept = view.approval(self.id.index).filter(waits);
        let Some(kept) = kept.filter(|_| is_free(view.slot(&slot(self.id)), view.now())) else {
            return (Writes::none(), false);
        };
        let mut writes = Writes::none();
        let until = view.now().saturating_add(ASKING);
        note(&mut writes, self.id, until.to_string().as_bytes(), kept.expires_at);
        (writes, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_frees_what_nobody_answered_for_and_nothing_else() {
        assert!(is_free(None, 7));
        assert!(is_free(Some(b"6"), 7));
        for taken in [&b"7"[..], b"8", OVER, b"", b"-", b"six", b"\xff"] {
            assert!(!is_free(Some(taken), 7), "{taken:?}");
        }
    }
}

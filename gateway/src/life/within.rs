//! What is presented within an envelope: each of its fields at most so much, all else as it was decided.

use lictor_runtime::ActionFields;
use lictor_store::counter::{Entry, Taken};

/// What is presented with a token that has an envelope.
pub(crate) struct Within {
    /// Whether every field of the envelope is there and at most what it may be.
    pub holds: bool,
    /// The action with these fields at their most, as the token is bound to it; none where it cannot be read.
    pub at_most: Option<ActionFields>,
}

impl Within {
    /// What the token is bound to, where what is presented is within it.
    pub fn bound(&self) -> Option<&ActionFields> {
        self.at_most.as_ref().filter(|_| self.holds)
    }
}

/// What is reserved, with what is presented in the place of the most. Nothing where it counts for something that was not reserved, or for more.
///
/// What is reserved and not presented stays: it counts for too much rather than for too little.
pub(super) fn presented(reserved: &[Entry], presented: &[Entry]) -> Option<Vec<Entry>> {
    let mut kept = reserved.to_vec();
    let mut met = vec![false; kept.len()];
    for entry in presented {
        let fits = |(own, met): (&Entry, &bool)| {
            !met && own.counter == entry.counter && covers(own.taken, entry.taken)
        };
        let at = kept.iter().zip(&met).position(fits)?;
        if let (Some(own), Some(met)) = (kept.get_mut(at), met.get_mut(at)) {
            (own.taken, *met) = (entry.taken, true);
        }
    }
    Some(kept)
}

/// Whether what is reserved is enough for what is presented.
fn covers(reserved: Taken, presented: Taken) -> bool {
    match (reserved, presented) {
        (Taken::Amount(currency, most), Taken::Amount(other, minor)) => currency == other && minor <= most,
        (reserved, presented) => reserved == presented,
    }
}

#[cfg(test)]
mod tests {
    use lictor_store::counter::Counter;

    use super::*;

    fn entries(taken: &[(u8, Taken)]) -> Vec<Entry> {
        let entry = |(part, (counter, taken)): (u16, &(u8, Taken))| Entry {
            counter: Counter([*counter; 16]),
            at: 0,
            index: 0,
            part,
            taken: *taken,
        };
        (0..).zip(taken).map(entry).collect()
    }

    #[test]
    fn what_is_presented_is_never_more_than_what_is_reserved() {
        let usd = |minor| Taken::Amount(1, minor);
        let reserved = entries(&[(1, usd(100)), (2, Taken::Presence), (3, usd(100))]);
        let less = presented(&reserved, &entries(&[(1, usd(40)), (2, Taken::Presence), (3, usd(40))]));
        assert_eq!(less, Some(entries(&[(1, usd(40)), (2, Taken::Presence), (3, usd(40))])));
        // What no longer counts stays reserved, wherever it stands.
        let fewer = presented(&reserved, &entries(&[(3, usd(40))]));
        assert_eq!(fewer, Some(entries(&[(1, usd(100)), (2, Taken::Presence), (3, usd(40))])));
        for other in [
            entries(&[(1, usd(101))]),
            entries(&[(1, Taken::Amount(2, 1))]),
            entries(&[(4, usd(1))]),
            entries(&[(1, usd(40)), (1, usd(40))]),
            entries(&[(2, Taken::Value([0; 16]))]),
            entries(&[(2, Taken::Unclear)]),
        ] {
            assert_eq!(presented(&reserved, &other), None, "{other:?}");
        }
    }
}

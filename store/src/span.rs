//! How a window is cut: exact to the millisecond at both edges, minutes further in, hours in the middle.
//!
//! Buckets of minutes and hours hold sums of entries. A window of a day is at most 118 minutes, 24 hours and the entries of two
//! minutes, however much happened in it.

/// A minute, in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;
/// An hour, in milliseconds.
pub(crate) const HOUR: i64 = 3_600_000;
/// The lengths of the buckets that are kept.
pub(crate) const SPANS: [i64; 2] = [MINUTE, HOUR];

/// A part of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Piece {
    /// The length of the buckets to sum, or zero for single entries.
    pub(crate) span: i64,
    /// The first moment in it.
    pub(crate) from: i64,
    /// The first moment after it.
    pub(crate) to: i64,
}

/// The last moment of the bucket, of the longest kind, that a moment lies in. A window that ends now is read to there where nothing lies beyond now, and needs no
/// single entries at that end: however many there were in this minute.
pub(crate) fn rounded(until: i64) -> i64 {
    start(until, HOUR).saturating_add(HOUR - 1)
}

/// The parts of the window from just after `after` to `until`, which counts: at most five, none of them empty.
pub(crate) fn pieces(after: i64, until: i64) -> Vec<Piece> {
    let (from, to) = (after.saturating_add(1), until.saturating_add(1));
    let mut found = Vec::with_capacity(5);
    cut(from, to, &[HOUR, MINUTE], &mut found);
    found
}

fn cut(from: i64, to: i64, spans: &[i64], found: &mut Vec<Piece>) {
    if from >= to {
        return;
    }
    let Some((span, finer)) = spans.split_first() else {
        found.push(Piece { span: 0, from, to });
        return;
    };
    let last = to.div_euclid(*span).saturating_mul(*span);
    // The first whole bucket that begins not before `from`.
    let first =
        from.div_euclid(*span).saturating_add(i64::from(from.rem_euclid(*span) != 0)).saturating_mul(*span);
    if first >= last {
        cut(from, to, finer, found);
        return;
    }
    cut(from, first, finer, found);
    found.push(Piece { span: *span, from: first, to: last });
    cut(last, to, finer, found);
}

/// The beginning of the bucket of this length that a moment lies in.
pub(crate) fn start(at: i64, span: i64) -> i64 {
    at.div_euclid(span).saturating_mul(span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_are_the_window_and_nothing_else(after in -20_000_000i64..20_000_000, length in 0i64..20_000_000) {
            let until = after + length;
            let mut expected = after + 1;
            for piece in pieces(after, until) {
                prop_assert_eq!(piece.from, expected);
                prop_assert!(piece.from < piece.to);
                if piece.span > 0 {
                    prop_assert_eq!(piece.from.rem_euclid(piece.span), 0);
                    prop_assert_eq!(piece.to.rem_euclid(piece.span), 0);
                } else {
                    prop_assert!(piece.to - piece.from < 2 * MINUTE);
                }
                expected = piece.to;
            }
            prop_assert_eq!(expected, until + 1);
        }
    }

    #[test]
    fn a_window_reaches_to_the_ends_of_time() {
        assert_eq!(pieces(5, 5), []);
        assert_eq!(pieces(9, 5), []);
        assert!(pieces(i64::MIN, i64::MAX).len() <= 5);
    }
}

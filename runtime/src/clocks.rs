//! What clocks show in a time zone. That changes with every edition of the time zone database, so it is no business of the evaluator: a
//! host looks it up, and the decision records what it was told.

use lictor_bundle::zone::Zone;

/// What the clock of a zone shows at a moment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalTime {
    /// The day, counted from 1970-01-01.
    pub date: i64,
    /// Milliseconds since midnight, as the clock shows them.
    pub time: i64,
    /// The edition of the time zone database that says so; at most 64 bytes.
    pub table: String,
}

/// Whoever knows what clocks show. One can be moved to another thread, and so can a memory that asks it.
pub trait Clocks: std::fmt::Debug + Send {
    /// What the clock of a zone shows at a moment, in milliseconds; nothing where that cannot be said.
    fn shown(&self, at: i64, zone: Zone) -> Option<LocalTime>;

    /// The first moment at which the clock of a zone shows this day, in milliseconds.
    fn day_starts(&self, date: i64, zone: Zone) -> Option<i64>;
}

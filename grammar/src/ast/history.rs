//! History terms: what is asked about actions that were decided before.

use super::{ActionPattern, Expr, Name, Number, Path};
use crate::span::Span;

/// `total(amount of executed payment.* per user.id over 24h in USD where merchant.mcc == 7995)`
#[derive(Clone, PartialEq, Debug)]
pub struct History {
    /// What is asked.
    pub kind: HistoryKind,
    /// The word that says so.
    pub name: Name,
    /// The field of the past action that is totalled or told apart.
    pub field: Option<Expr>,
    /// What became of the past actions: `attempted`, `allowed` or `executed`.
    pub state: Name,
    /// Which actions.
    pub actions: Vec<ActionPattern>,
    /// The fields in which they must be as the request is; none means all there are.
    pub keys: Vec<Path>,
    /// How far back.
    pub window: Window,
    /// The currency of a total.
    pub currency: Option<Name>,
    /// What must hold of the past action.
    pub filter: Option<Expr>,
}

/// What a history term asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HistoryKind {
    /// How many there were.
    Times,
    /// The sum of an amount.
    Total,
    /// How many different values a field had.
    Distinct,
    /// When the last one was.
    Latest,
}

/// How far back a history term looks.
#[derive(Clone, PartialEq, Debug)]
pub enum Window {
    /// `over 1h`
    Over(Expr),
    /// `over 7 days in UTC`, the last of which is the day of the request
    Days {
        /// How many.
        count: Number,
        /// The time zone, and where it is named.
        zone: Name,
        /// The clause.
        span: Span,
    },
    /// `since latest executed auth.sca, at most 90d`
    Since(Box<Since>),
}

/// The beginning of a window that an action sets.
#[derive(Clone, PartialEq, Debug)]
pub struct Since {
    /// What became of it.
    pub state: Name,
    /// Which actions.
    pub action: ActionPattern,
    /// The longest that the window may be.
    pub at_most: Expr,
    /// The clause.
    pub span: Span,
}

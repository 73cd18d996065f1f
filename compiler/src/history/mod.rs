//! History: what rules ask of actions that were decided before.
//!
//! A term is a fact that nobody looks up: its name is the term in words, its arguments are the keys, and how it is counted
//! stands beside it in the schema. So terms are declared before anything is checked, once for all places where one stands;
//! what holds of a past action is checked when functions are known; and rules read a term like any other fact.

pub(crate) mod walk;
mod window;
mod declare;
mod check;
mod cap;

use std::collections::BTreeMap;

use lictor_bundle::history::{HistoryKind, HistoryState};
use lictor_bundle::schema::ActionId;
use lictor_bundle::zone::Zone;
use lictor_grammar::ast;
use lictor_grammar::span::Span;

pub(crate) use cap::check as check_cap;
pub(crate) use check::terms;
pub(crate) use declare::{declare, words_of};
pub(crate) use window::{happened, state};

/// The terms of all rules.
#[derive(Default)]
pub struct Terms<'a> {
    /// By their words.
    pub(crate) all: BTreeMap<String, Term<'a>>,
    /// The words of the term at each place; none where something is wrong with it, which was reported.
    pub(crate) places: BTreeMap<Span, Option<String>>,
}

/// A term.
pub(crate) struct Term<'a> {
    pub kind: HistoryKind,
    pub state: HistoryState,
    pub actions: Vec<ActionId>,
    pub keys: &'a [ast::Path],
    pub reach: Reach,
    pub field: Option<&'a ast::Expr>,
    pub filter: Option<&'a ast::Expr>,
    /// The first place where it stands.
    pub span: Span,
    /// What stands at the others.
    pub others: Vec<&'a ast::History>,
}

/// How far back a term looks, before it is known how its keys are read.
pub(crate) enum Reach {
    /// So many milliseconds.
    Over(i64),
    /// So many days of the calendar in a zone.
    Days(u16, Zone),
    /// As far as the latest of these actions, and at most so many milliseconds.
    Since { state: HistoryState, actions: Vec<ActionId>, at_most: i64 },
}

//! Marks on data: what is `secret` or `pii` is followed from where it is read, through every value that is made of it, to
//! where values leave the policy; and which fields an execution token does not bind, so that nothing may rest on them.
//!
//! A condition may test anything: what it decides is one of a few words that the policy itself has written. What leaves a
//! policy are the values in messages, the moments of obligations, the values of amplifiers, what facts and history are asked with,
//! and what history keeps.

mod flow;
mod check;
mod show;

use std::collections::BTreeMap;

use lictor_bundle::schema::{ActionId, Schema};

use crate::typed::Expr;
pub(crate) use check::{Parts, check};
pub use flow::Source;
pub(crate) use show::Shows;

/// What in an expression is not attested: the first field it reads that the caller says. What facts answer is attested, and so are constants and
/// parameters. `actions` are those whose requests it reads; an expression that reads a `let` from outside it rests on nothing that is known.
pub fn first_unattested(schema: &Schema, actions: &[ActionId], expr: &Expr) -> Option<Source> {
    let mut flow = flow::Flow::new(schema, actions, BTreeMap::new());
    flow.of(expr).unattested
}

/// Whether an expression rests on attested fields and facts only.
pub fn is_attested(schema: &Schema, actions: &[ActionId], expr: &Expr) -> bool {
    first_unattested(schema, actions, expr).is_none()
}

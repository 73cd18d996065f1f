//! What can still happen to a request of which a promise says something: `promise ACTION is never held when CONDITION`.

use std::cell::Cell;

use lictor_bundle::schema::Schema;

use crate::check::Roots;
use crate::lints::abs::Abs;
use crate::lints::known::Known;
use crate::typed::{Expr, ExprKind, Fires, Statement};
use crate::visit;

/// How many expressions are looked at for one promise. Where that is not enough, anything can happen.
pub(super) const FUEL: u32 = 200_000;

/// The requests to which a promise applies, as far as is known at a place of a rule.
#[derive(Clone)]
pub(super) struct Under<'a> {
    known: Known<'a>,
    /// Whether the promise says to which requests it applies. One that does not is about all there are, and then nothing is left out
    /// because it cannot happen: its author is warned of that anyway.
    narrowed: bool,
}

/// Something that a rule may come to.
pub(super) enum Met<'a> {
    /// A value that is evaluated.
    Value(&'a Expr),
    /// A statement; whether it can fire; and what of its condition is evaluated.
    Effect(&'a Fires, bool, Option<&'a Expr>),
}

impl<'a> Under<'a> {
    pub fn new(
        when: Option<&'a Expr>,
        schema: &'a Schema,
        roots: &'a Roots,
        fuel: &'a Cell<u32>,
    ) -> Under<'a> {
        let mut under = Under { known: Known::new(schema, roots, fuel), narrowed: false };
        // Names within a condition are numbered as those of rules are, and must not be taken for them.
        if let Some(when) = when.filter(|when| !names_values(when)) {
            under.known.assume(when, true);
            under.narrowed = true;
        }
        under
    }

    /// The most that an amplifier can be, scaled; nothing where nobody knows.
    pub fn most(&self, amplifier: &'a Expr) -> Option<i128> {
        match self.known.value(amplifier) {
            Abs::Range(_, high) => Some(high),
            _ => None,
        }
    }

    /// Goes through what the statements of a rule may come to.
    pub fn walk(mut self, body: &'a [Statement], see: &mut impl FnMut(Met<'a>)) {
        for statement in body {
            match statement {
                Statement::Let(id, value) => {
                    see(Met::Value(value));
                    self.known.bind(*id, value);
                }
                Statement::When(condition, body) => {
                    see(Met::Value(self.looked_at(condition)));
                    let mut inside = self.clone();
                    inside.known.assume(condition, true);
                    if !(self.narrowed && inside.known.impossible) {
                        inside.walk(body, see);
                    }
                }
                Statement::Effect(fires) => {
                    let condition = fires.condition.as_ref().map(|condition| self.looked_at(condition));
                    see(Met::Effect(fires, !self.narrowed || self.can_fire(fires), condition));
                }
            }
        }
    }

    fn can_fire(&self, fires: &'a Fires) -> bool {
        fires.condition.as_ref().is_none_or(|condition| self.known.value(condition).may_be(fires.on))
    }

    /// The part of a condition that is evaluated: what stands behind an `and` or an `or` is not, where the first part has decided.
    fn looked_at(&self, condition: &'a Expr) -> &'a Expr {
        let first = match &condition.kind {
            ExprKind::And(first, _) if self.narrowed && !self.known.value(first).may_be(true) => first,
            ExprKind::Or(first, _) if self.narrowed && !self.known.value(first).may_be(false) => first,
            _ => return condition,
        };
        self.looked_at(first)
    }
}

fn names_values(expr: &Expr) -> bool {
    let mut named = |expr: &Expr| match expr.kind {
        ExprKind::Let(..) | ExprKind::Local(_) | ExprKind::Quantifier(_) => Some(()),
        _ => None,
    };
    visit::first(expr, &mut named).is_some()
}

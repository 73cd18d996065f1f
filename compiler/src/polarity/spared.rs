//! The other half of "a stricter value never lets more through": what cannot be evaluated refuses, so a stricter value must not
//! spare a rule that either.
//!
//! It could in two ways. Where the value decides whether something is looked at, in `n > few or seen(n) == 1`, a stricter `few` decides
//! alone for more requests, and what would have failed on the right is not asked for. And where the value is computed with, a
//! looser one may give what does not fit, and a stricter one what does. Neither is allowed, unless the statement refuses then anyway, or
//! what fails has failed before.

use std::collections::{BTreeMap, BTreeSet};

use lictor_bundle::program::Effect;
use lictor_bundle::schema::{ParamId, Schema};
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use super::failing::{Failing, Failure, What};
use super::{Move, Polarity, Way, outside};
use crate::typed::{Expr, ExprKind, Fires, LocalId, Piece, Quantifier, QuantifierKind, Rule, Statement};
use crate::visit;

/// Checks that no stricter value spares a rule a failure.
pub(super) fn check(schema: &Schema, rule: &Rule, out: &mut Vec<Diagnostic>) {
    let mut pass = Spared {
        schema,
        ways: Polarity::new(schema),
        failing: Failing::new(schema),
        lets: BTreeMap::new(),
        looked: BTreeSet::new(),
        sure: BTreeSet::new(),
        passed: Vec::new(),
        told: BTreeSet::new(),
        out,
    };
    pass.statements(&rule.body);
}

/// For which outcomes of a condition it does harm that it has one, where it failed before.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Harm {
    when_true: bool,
    when_false: bool,
}

impl Harm {
    const ALWAYS: Harm = Harm { when_true: true, when_false: true };

    fn flip(self) -> Harm {
        Harm { when_true: self.when_false, when_false: self.when_true }
    }

    /// What is true of the first parts of an `or` or an `and`: where one does not decide, the rest does.
    fn of_first(self, is_or: bool) -> Harm {
        let any = self.when_true || self.when_false;
        if is_or { Harm { when_false: any, ..self } } else { Harm { when_true: any, ..self } }
    }
}

struct Spared<'s, 'e, 'o> {
    schema: &'s Schema,
    ways: Polarity<'s>,
    failing: Failing<'s>,
    lets: BTreeMap<LocalId, &'e Expr>,
    /// The names whose values were looked at, and with which harm.
    looked: BTreeSet<(LocalId, Harm)>,
    /// What has been evaluated at this place, whatever the parameters are.
    sure: BTreeSet<What>,
    /// The same in the order in which it came, so that it can be taken back.
    passed: Vec<What>,
    /// The places told of: a function may be unfolded often.
    told: BTreeSet<Span>,
    out: &'o mut Vec<Diagnostic>,
}

impl<'e> Spared<'_, 'e, '_> {
    fn statements(&mut self, body: &'e [Statement]) {
        for statement in body {
            match statement {
                Statement::Let(id, value) => self.bind(*id, value),
                Statement::When(condition, inner) => {
                    self.condition(condition, Harm::ALWAYS);
                    let before = self.passed.len();
                    self.statements(inner);
                    self.back_to(before);
                }
                Statement::Effect(fires) => self.effect(fires),
            }
        }
    }

    /// A condition that is evaluated in any case, with all that is sure to be evaluated in it.
    fn condition(&mut self, condition: &'e Expr, harm: Harm) {
        self.look(condition, harm);
        self.pass(condition);
    }

    fn effect(&mut self, fires: &'e Fires) {
        let refuses = fires.effect == Effect::Deny;
        if let Some(condition) = &fires.condition {
            let harm = Harm { when_true: !refuses || !fires.on, when_false: !refuses || fires.on };
            self.condition(condition, harm);
        }
        if refuses {
            // It refuses where it fires, and where what it says cannot be evaluated.
            return;
        }
        let before = self.passed.len();
        let values = fires.message.iter().filter_map(|piece| match piece {
            Piece::Value(value) => Some(value),
            Piece::Text(_) => None,
        });
        for value in values.chain(&fires.by).chain(&fires.by_at_loosest).chain(&fires.other_than) {
            self.condition(value, Harm::ALWAYS);
        }
        if let Some(by) = &fires.by {
            self.due(by, fires.by_at_loosest.as_ref());
        }
        self.back_to(before);
    }

    /// Whether an obligation refuses for what no parameter decides: where its moment cannot be written for the loosest values, it refuses. Those
    /// between are then written as well, if they all move one way.
    fn due(&mut self, by: &'e Expr, at_loosest: Option<&'e Expr>) {
        let moves = self.ways.of(by);
        let is_known = at_loosest.is_some_and(|day| self.ways.of(day).way == Way::Still);
        let Some((param, at)) = moves.by.filter(|_| moves.way == Way::Either || !is_known) else { return };
        let Some(param) = self.schema.params.get(usize::from(param)) else { return };
        if !self.told.insert(by.span) {
            return;
        }
        self.out.push(
            Diagnostic::error(
                "E0411",
                by.span,
                format!("a stricter `{}` could let through what is refused now", param.name),
            )
            .here("this refuses where the moment lies before the year 0001 or after 9999")
            .also(at, "the stricter this is, the more moments lie between")
            .help("add the parameter to a moment, or take it from one, in the `by` itself: `by context.now + time_to_answer`"),
        );
    }

    fn bind(&mut self, id: LocalId, value: &'e Expr) {
        self.ways.bind(id, value);
        self.failing.bind(id, value);
        self.lets.insert(id, value);
    }

    fn look(&mut self, expr: &'e Expr, harm: Harm) {
        self.fits(expr);
        match &expr.kind {
            ExprKind::And(..) | ExprKind::Or(..) => self.chain(expr, harm),
            ExprKind::Not(inner) => self.look(inner, harm.flip()),
            ExprKind::Let(id, value, body) => {
                self.bind(*id, value);
                self.look(body, harm);
            }
            ExprKind::Local(id) => {
                if let Some(value) = self.lets.get(id).copied()
                    && self.looked.insert((*id, harm))
                {
                    self.look(value, harm);
                }
            }
            ExprKind::If(condition, yes, no) => {
                self.chosen(condition, &[yes, no], harm);
            }
            ExprKind::Otherwise(of, other) => self.chosen(of, &[other], harm),
            ExprKind::Quantifier(quantifier) => self.quantifier(quantifier, harm),
            _ => visit::children(expr).for_each(|child| self.look(child, Harm::ALWAYS)),
        }
    }

    /// Parts of which the first decides whether the others are looked at.
    fn chosen(&mut self, first: &'e Expr, others: &[&'e Expr], harm: Harm) {
        self.look(first, Harm::ALWAYS);
        let before = self.passed.len();
        self.pass(first);
        let decides = self.ways.of(first).by;
        for other in others {
            if let Some((param, at)) = decides {
                self.scan(other, param, at);
            }
            self.look(other, harm);
        }
        self.back_to(before);
    }

    /// `a or b or c`, `a and b and c`
    fn chain(&mut self, expr: &'e Expr, harm: Harm) {
        let is_or = matches!(expr.kind, ExprKind::Or(..));
        let mut parts = Vec::new();
        links(expr, is_or, &mut parts);
        let last = parts.len() - 1;
        let before = self.passed.len();
        let mut decided = None;
        for (at, part) in parts.into_iter().enumerate() {
            if let Some((param, by)) = decided {
                self.scan(part, param, by);
            }
            self.look(part, if at == last { harm } else { harm.of_first(is_or) });
            let moves = self.ways.of(part);
            let harms = if is_or { harm.when_true } else { harm.when_false };
            if decided.is_none() && harms && may_come(moves, is_or) {
                decided = moves.by;
            }
            self.pass(part);
        }
        self.back_to(before);
    }

    fn quantifier(&mut self, quantifier: &'e Quantifier, harm: Harm) {
        self.look(&quantifier.over, Harm::ALWAYS);
        let before = self.passed.len();
        self.pass(&quantifier.over);
        self.failing.element(quantifier);
        self.ways.quantifier(quantifier);
        // Which elements there are, and where the search for one stops.
        let over = self.ways.of(&quantifier.over);
        let body = self.ways.of(&quantifier.body);
        let (stops, inside) = match quantifier.kind {
            QuantifierKind::Any => (harm.when_true && may_come(body, true), harm.of_first(true)),
            QuantifierKind::All => (harm.when_false && may_come(body, false), harm.of_first(false)),
            QuantifierKind::Count | QuantifierKind::Sum(_) => (false, Harm::ALWAYS),
        };
        if let Some((param, at)) = over.by.or(body.by.filter(|_| stops)) {
            self.scan(&quantifier.body, param, at);
        }
        self.look(&quantifier.body, inside);
        self.back_to(before);
    }

    /// Takes it that an expression has been evaluated.
    fn pass(&mut self, expr: &Expr) {
        for failure in self.failing.of(expr) {
            if failure.surely && self.sure.insert(failure.what) {
                self.passed.push(failure.what);
            }
        }
    }

    /// Leaves a place where more had been evaluated.
    fn back_to(&mut self, before: usize) {
        for what in self.passed.drain(before..) {
            self.sure.remove(&what);
        }
    }

    /// Whether what fails has been evaluated: the same, or a price in the same currency of a parameter that has no more of them.
    fn is_sure(&self, what: What) -> bool {
        match what {
            What::Unknown => false,
            What::Price(amount, wanted) => {
                let mut asked =
                    self.sure.range(What::Price(amount, ParamId::MIN)..=What::Price(amount, ParamId::MAX));
                let has = |asked: ParamId| outside::has_currencies_of(self.schema, wanted, asked);
                asked.any(|asked| matches!(asked, What::Price(_, asked) if has(*asked)))
            }
            _ => self.sure.contains(&what),
        }
    }

    /// Tells of what can fail in an expression that is looked at, or not, as a parameter decides.
    fn scan(&mut self, expr: &Expr, param: ParamId, by: Span) {
        let failures = self.failing.of(expr);
        let spared = failures.into_iter().find(|failure| !self.is_sure(failure.what));
        if let Some(failure) = spared {
            self.tell(failure, param, by);
        }
    }

    fn tell(&mut self, failure: Failure, param: ParamId, by: Span) {
        let Some(param) = self.schema.params.get(usize::from(param)) else { return };
        if !self.told.insert(failure.span) {
            return;
        }
        self.out.push(
            Diagnostic::error(
                "E0410",
                failure.span,
                format!("a stricter `{}` could let through what is refused now", param.name),
            )
            .here(format!("this refuses where {}", failure.when))
            .also(by, "the stricter it is, the more often this decides, and what follows is not looked at")
            .help("put what can fail before what the parameter decides, or into a statement of its own"),
        );
    }

    /// Tells of a number that fits only where a parameter is strict enough.
    fn fits(&mut self, expr: &Expr) {
        let Some(result) = self.failing.unchecked(expr) else { return };
        let moves = self.ways.of(expr);
        let (below, above) = (result.raw.low < result.held.low, result.raw.high > result.held.high);
        let spares = match moves.way {
            Way::Still => false,
            Way::Up => below,
            Way::Down => above,
            Way::Either => below || above || result.otherwise,
        };
        let Some((param, at)) = moves.by.filter(|_| spares) else { return };
        let Some(param) = self.schema.params.get(usize::from(param)) else { return };
        if !self.told.insert(expr.span) {
            return;
        }
        let mut told = Diagnostic::error(
            "E0411",
            expr.span,
            format!("a stricter `{}` could let through what is refused now", param.name),
        )
        .here("this refuses where the result does not fit");
        if at != expr.span {
            told = told.also(at, "the stricter this is, the more results fit");
        }
        self.out.push(told.help(
            "give the parameter a `range`, or compute with what does not depend on it: `price / usual <= factor` instead of `price <= usual * factor`",
        ));
    }
}

/// Whether a condition can come to be `outcome` as parameters get stricter.
fn may_come(moves: Move, outcome: bool) -> bool {
    match moves.way {
        Way::Still => false,
        Way::Either => true,
        Way::Up => outcome,
        Way::Down => !outcome,
    }
}

/// The parts of a chain of one operator, from left to right.
fn links<'e>(expr: &'e Expr, is_or: bool, into: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Or(a, b) if is_or => [a, b].into_iter().for_each(|part| links(part, is_or, into)),
        ExprKind::And(a, b) if !is_or => [a, b].into_iter().for_each(|part| links(part, is_or, into)),
        _ => into.push(expr),
    }
}

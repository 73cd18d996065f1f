//! Polarity: the proof that a stricter parameter never weakens a rule.
//!
//! For every expression the pass says which way its value can move when parameters get stricter: up, down, not at all, or
//! either. A `require` must not become easier, so its condition may only move down (from true to false); a `deny`, a `step_up`
//! or a `risk` must not fire less, so theirs may only move up. Bool moves from false to true, numbers as numbers do, sets by
//! inclusion. Whatever is not known to keep to one way counts as both: the proof errs towards refusing.

mod outside;
mod loosest;
mod failing;
mod computed;
mod spared;

use std::collections::BTreeMap;

use lictor_bundle::instr::{Arith, BusinessOp, CivilOp, Comparison};
use lictor_bundle::schema::{Direction, ParamId, Scalar, Schema, Type};
use lictor_grammar::ast;
use lictor_grammar::diagnostic::Diagnostic;
use lictor_grammar::span::Span;

use crate::names::Declared;
use crate::typed::{Expr, ExprKind, Fires, LocalId, QuantifierKind, Rule, Statement};
use crate::visit;

/// Which way a value can move when parameters get stricter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Still,
    Up,
    Down,
    Either,
}

/// A way, and the parameter that made it so.
#[derive(Clone, Copy, Debug)]
struct Move {
    way: Way,
    by: Option<(ParamId, Span)>,
}

const STILL: Move = Move { way: Way::Still, by: None };

impl Move {
    fn flip(self) -> Move {
        let way = match self.way {
            Way::Up => Way::Down,
            Way::Down => Way::Up,
            way => way,
        };
        Move { way, ..self }
    }

    fn join(self, other: Move) -> Move {
        match (self.way, other.way) {
            (_, Way::Still) => self,
            (Way::Still, _) => other,
            (a, b) if a == b => self,
            _ => Move { way: Way::Either, by: other.by.or(self.by) },
        }
    }

    /// The same parameters, in a place where nothing is known about the way.
    fn unknown(self) -> Move {
        if self.way == Way::Still { self } else { Move { way: Way::Either, ..self } }
    }
}

pub(crate) use loosest::loosest;

/// Checks a rule's use of parameters, and the values it gives to what is absent.
pub(crate) fn check(declared: &Declared<'_>, rule: &Rule, out: &mut Vec<Diagnostic>) {
    let (before, schema) = (out.len(), &declared.schema);
    let mut pass = Polarity { params: Some(&declared.params), ..Polarity::new(schema) };
    pass.statements(&rule.body, out);
    // Of a use that goes the wrong way there is no more to say.
    if pass.reads && out.iter().skip(before).all(|told| !told.is_error()) {
        spared::check(schema, rule, out);
    }
}

/// Where an expression uses a parameter, if it does.
pub(crate) fn first_parameter(expr: &Expr) -> Option<Span> {
    visit::first(expr, &mut |expr| match expr.kind {
        ExprKind::Param(_) | ExprKind::MoneyParam(..) => Some(expr.span),
        _ => None,
    })
}

struct Polarity<'a> {
    schema: &'a Schema,
    /// The declarations of parameters, where something may be told of one.
    params: Option<&'a BTreeMap<&'a str, &'a ast::Param>>,
    locals: BTreeMap<LocalId, Local>,
    /// Whether a parameter was read that layers can make stricter.
    reads: bool,
}

/// What is known of a local.
#[derive(Clone, Copy)]
struct Local {
    /// How its value moves.
    moves: Move,
    /// How its currency moves, for an amount.
    currency: Move,
    /// Whether it is known not to be negative.
    not_negative: bool,
}

impl<'a> Polarity<'a> {
    fn new(schema: &'a Schema) -> Polarity<'a> {
        Polarity { schema, params: None, locals: BTreeMap::new(), reads: false }
    }

    fn statements(&mut self, body: &[Statement], out: &mut Vec<Diagnostic>) {
        for statement in body {
            match statement {
                Statement::Let(id, value) => self.bind(*id, value),
                Statement::When(condition, inner) => {
                    // What stands under a condition must not disappear from under it.
                    let moves = self.of(condition);
                    self.judge(moves, true, out);
                    weak_otherwise(condition, true, out);
                    self.statements(inner, out);
                }
                Statement::Effect(fires) => self.effect(fires, out),
            }
        }
    }

    fn effect(&mut self, fires: &Fires, out: &mut Vec<Diagnostic>) {
        if let Some(condition) = &fires.condition {
            let moves = self.of(condition);
            self.judge(moves, fires.on, out);
            weak_otherwise(condition, fires.on, out);
        }
        // An obligation is stricter the sooner it must be met.
        if let Some(by) = &fires.by {
            let moves = self.of(by);
            self.judge(moves, false, out);
        }
    }

    fn bind(&mut self, id: LocalId, value: &Expr) {
        let (moves, currency) = (self.of(value), self.currency(value));
        self.locals.insert(id, Local { moves, currency, not_negative: self.not_negative(value) });
    }

    /// `on` is the value for which the statement fires: it must not fire less as parameters get stricter.
    fn judge(&self, moves: Move, on: bool, out: &mut Vec<Diagnostic>) {
        let right = if on { Way::Up } else { Way::Down };
        let Some((param, span)) = moves.by else { return };
        if moves.way == right || moves.way == Way::Still {
            return;
        }
        let Some(param) = self.schema.params.get(usize::from(param)) else { return };
        let (direction, example) = match param.direction {
            Direction::Lower => ("it is lower", format!("require … <= {}", param.name)),
            Direction::Higher => ("it is higher", format!("require … >= {}", param.name)),
            Direction::Subset => ("it is a smaller set", format!("require … in {}", param.name)),
            Direction::Superset => ("it is a larger set", format!("deny when … in {}", param.name)),
            Direction::True => ("it is true", format!("deny when {}", param.name)),
            Direction::False => ("it is false", format!("require {}", param.name)),
            Direction::Fixed => return,
        };
        let (message, label) = if moves.way == Way::Either {
            (
                format!("a stricter `{}` could weaken this rule", param.name),
                "it is used so that nobody can tell which way it works".to_string(),
            )
        } else {
            (
                format!("a stricter `{}` would weaken this rule", param.name),
                format!("it is stricter when {direction}, and here that refuses less"),
            )
        };
        let error = Diagnostic::error("E0401", span, message)
            .here(label)
            .help(format!("use it so that the stricter value refuses more, such as `{example}`"));
        out.push(match self.params.and_then(|params| params.get(param.name.as_str())) {
            Some(declared) => error.also(declared.name.span, "it is declared here"),
            None => error,
        });
    }

    fn of(&mut self, expr: &Expr) -> Move {
        match &expr.kind {
            ExprKind::Scalar(_) | ExprKind::Set(_) | ExprKind::Root(_) => STILL,
            ExprKind::Local(id) => self.locals.get(id).map_or(STILL, |local| local.moves),
            ExprKind::Param(id) => self.param(*id, expr.span),
            // Of the amount that it is taken like, only the currency counts.
            ExprKind::MoneyParam(id, like) => self.currency(like).join(self.param(*id, expr.span)),
            ExprKind::Not(inner) | ExprKind::Negate(_, inner) => self.of(inner).flip(),
            // A later moment has no earlier date; what a clock shows, and which day of the week it is, come round again.
            ExprKind::ToDecimal(inner) | ExprKind::Length(inner) | ExprKind::Civil(CivilOp::Date, inner) => {
                self.of(inner)
            }
            ExprKind::Civil(CivilOp::TimeOfDay | CivilOp::Weekday, inner) => self.of(inner).unknown(),
            ExprKind::And(a, b) | ExprKind::Or(a, b) => self.of(a).join(self.of(b)),
            ExprKind::Compare(Comparison::Less | Comparison::LessOrEqual, _, a, b) => {
                self.of(a).flip().join(self.of(b))
            }
            ExprKind::Compare(Comparison::Equal | Comparison::NotEqual, _, a, b) => {
                self.of(a).join(self.of(b)).unknown()
            }
            ExprKind::Between(between) => {
                let item = self.of(&between.item);
                item.join(item.flip()).join(self.of(&between.low).flip()).join(self.of(&between.high))
            }
            ExprKind::Contains(_, item, collection) | ExprKind::Within(_, item, collection) => {
                self.of(item).unknown().join(self.of(collection))
            }
            ExprKind::Arith(op, a, b) => self.arith(*op, a, b),
            ExprKind::Business(BusinessOp::Between, _, a, b) => self.of(a).flip().join(self.of(b)),
            ExprKind::Business(BusinessOp::Add, _, a, b) => self.of(a).join(self.of(b)),
            ExprKind::If(condition, a, b) => self.of(condition).unknown().join(self.of(a)).join(self.of(b)),
            ExprKind::Quantifier(quantifier) => self.quantifier(quantifier),
            ExprKind::Otherwise(a, b) => self.of(a).unknown().join(self.of(b)),
            ExprKind::Let(id, value, body) => {
                self.bind(*id, value);
                self.of(body)
            }
            ExprKind::Field(inner, ..) | ExprKind::Known(inner) | ExprKind::Present(inner) => {
                self.of(inner).unknown()
            }
            ExprKind::Fact(_, arguments) => {
                arguments.iter().fold(STILL, |sum, a| sum.join(self.of(a).unknown()))
            }
            ExprKind::Part(_, inner) | ExprKind::LowerAscii(inner) | ExprKind::Sourced(_, inner) => {
                self.of(inner).unknown()
            }
            ExprKind::Text(_, a, b) | ExprKind::Lookup(a, b) => self.of(a).join(self.of(b)).unknown(),
        }
    }

    fn param(&mut self, id: ParamId, span: Span) -> Move {
        let way = match self.schema.params.get(usize::from(id)).map(|param| param.direction) {
            Some(Direction::Lower | Direction::Subset | Direction::False) => Way::Down,
            Some(Direction::Higher | Direction::Superset | Direction::True) => Way::Up,
            Some(Direction::Fixed) | None => return STILL,
        };
        self.reads = true;
        Move { way, by: Some((id, span)) }
    }

    fn arith(&mut self, op: Arith, a: &Expr, b: &Expr) -> Move {
        let (left, right) = (self.of(a), self.of(b));
        match op {
            Arith::AddInt
            | Arith::AddDecimal
            | Arith::AddMoney
            | Arith::AddTime
            | Arith::AddDuration
            | Arith::AddDays
            | Arith::AddMonths => left.join(right),
            Arith::SubInt
            | Arith::SubDecimal
            | Arith::SubMoney
            | Arith::SubTime
            | Arith::SubDuration
            | Arith::SubDays
            | Arith::SubMonths
            | Arith::DaysBetween
            | Arith::Elapsed => left.join(right.flip()),
            Arith::MulInt | Arith::MulDecimal | Arith::MulMoney | Arith::MulDuration => {
                // A factor that is never negative keeps the way of the other; of another factor nothing is known.
                match (left.way, right.way) {
                    (Way::Still, Way::Still) => STILL,
                    (_, Way::Still) if self.not_negative(b) => left,
                    (Way::Still, _) if self.not_negative(a) => right,
                    _ => left.join(right).unknown(),
                }
            }
            Arith::DivInt | Arith::DivDecimal | Arith::DivMoney | Arith::RatioMoney => {
                match (left.way, right.way) {
                    (_, Way::Still) if self.not_negative(b) => left,
                    _ => left.join(right).unknown(),
                }
            }
        }
    }

    fn quantifier(&mut self, quantifier: &crate::typed::Quantifier) -> Move {
        let over = self.of(&quantifier.over);
        // An element is what it is; which elements there are is what moves. Which currency one is of moves with it.
        let currency = over.unknown();
        self.locals.insert(quantifier.variable, Local { moves: STILL, currency, not_negative: false });
        let body = self.of(&quantifier.body);
        // Fewer elements make `all` truer and everything else less.
        let elements = match quantifier.kind {
            QuantifierKind::All if !quantifier.refuse_empty => over.flip(),
            QuantifierKind::Any | QuantifierKind::Count => over,
            QuantifierKind::Sum(_) if self.not_negative(&quantifier.body) => over,
            _ => over.unknown(),
        };
        elements.join(body)
    }

    /// Whether parameters can decide which currency an amount is of: they can only where they decide which amount it is.
    fn currency(&mut self, expr: &Expr) -> Move {
        match &expr.kind {
            ExprKind::Local(id) => self.locals.get(id).map_or(STILL, |local| local.currency),
            ExprKind::MoneyParam(_, like) => self.currency(like),
            ExprKind::Negate(_, inner) => self.currency(inner),
            ExprKind::Arith(Arith::AddMoney | Arith::SubMoney, a, b) => {
                self.currency(a).join(self.currency(b))
            }
            ExprKind::Arith(_, a, _) => self.currency(a),
            ExprKind::If(condition, a, b) => {
                self.of(condition).unknown().join(self.currency(a)).join(self.currency(b))
            }
            ExprKind::Otherwise(a, b) => self.of(a).unknown().join(self.currency(b)),
            ExprKind::Let(id, value, body) => {
                self.bind(*id, value);
                self.currency(body)
            }
            ExprKind::Quantifier(quantifier) => {
                let over = self.of(&quantifier.over).unknown();
                self.locals
                    .insert(quantifier.variable, Local { moves: over, currency: over, not_negative: false });
                over.join(self.currency(&quantifier.body))
            }
            _ => self.of(expr).unknown(),
        }
    }

    /// Whether a number is known not to be negative.
    fn not_negative(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Scalar(value) => match value {
                Scalar::Int(n) | Scalar::Money(_, n) | Scalar::Duration(n) => *n >= 0,
                Scalar::Decimal(n) => *n >= 0,
                _ => false,
            },
            ExprKind::Local(id) => self.locals.get(id).is_some_and(|local| local.not_negative),
            ExprKind::Field(_, record, index) => {
                let record = self.schema.records.get(usize::from(*record));
                let field = record.and_then(|record| record.fields.get(usize::from(*index)));
                field.is_some_and(|field| self.unsigned(field.ty))
            }
            ExprKind::Root(name) => {
                // Signed in one action is signed.
                let mut fields = self.schema.actions.iter().flat_map(|action| {
                    let record = self.schema.records.get(usize::from(action.request));
                    record.map(|record| record.fields.as_slice()).unwrap_or_default()
                });
                fields.all(|field| field.name != *name || self.unsigned(field.ty))
            }
            ExprKind::Length(_) => true,
            ExprKind::Fact(id, _) => {
                let fact = self.schema.facts.get(usize::from(*id));
                fact.is_some_and(|fact| self.unsigned(fact.result))
            }
            ExprKind::Lookup(..) | ExprKind::Sourced(..) => {
                expr.taken_out(self.schema).is_some_and(|ty| self.unsigned(ty))
            }
            ExprKind::Known(inner) | ExprKind::ToDecimal(inner) => self.not_negative(inner),
            ExprKind::Otherwise(a, b) => self.not_negative(a) && self.not_negative(b),
            ExprKind::Quantifier(quantifier) => match quantifier.kind {
                QuantifierKind::Count => true,
                QuantifierKind::Sum(_) => self.not_negative(&quantifier.body),
                _ => false,
            },
            _ => false,
        }
    }

    fn unsigned(&self, ty: u16) -> bool {
        match self.schema.types.get(usize::from(ty)) {
            Some(
                Type::Int { signed }
                | Type::Decimal { signed }
                | Type::Money { signed }
                | Type::Duration { signed },
            ) => !signed,
            Some(Type::Optional(inner)) => self.unsigned(*inner),
            _ => false,
        }
    }
}

/// Warns where leaving something out makes a rule pass: `require x otherwise true`, `deny when x otherwise false`.
fn weak_otherwise(condition: &Expr, on: bool, out: &mut Vec<Diagnostic>) {
    match &condition.kind {
        ExprKind::Not(inner) => weak_otherwise(inner, !on, out),
        ExprKind::And(a, b) | ExprKind::Or(a, b) => {
            weak_otherwise(a, on, out);
            weak_otherwise(b, on, out);
        }
        ExprKind::Otherwise(_, other) => {
            if let ExprKind::Scalar(Scalar::Bool(value)) = other.kind
                && value != on
            {
                let harmless = if on { "x is present and x" } else { "x is absent or x" };
                out.push(
                    Diagnostic::warning("W0402", other.span, "leaving this field out makes the rule pass")
                        .here("this value stands for an absent field")
                        .help(format!(
                            "write `otherwise {on}`; if leaving it out does no harm, say so: `{harmless}`"
                        )),
                );
            }
        }
        _ => {}
    }
}

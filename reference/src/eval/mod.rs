//! What an expression is worth, by walking it.

mod arith;
mod collection;
mod text;
mod walk;

use std::cell::RefCell;
use std::collections::BTreeMap;

use lictor_bundle::currency::Currency;
use lictor_bundle::history::HistoryKind;
use lictor_bundle::instr::{Comparison, TextOp};
use lictor_bundle::schema::FactId;
use lictor_bundle::shape::SourcePart;
use lictor_compiler::typed::{Expr, ExprKind, LocalId, Program, Unit};

pub use walk::children;

use crate::params;
use crate::past::{self, PastAction};
use crate::read::Request;
use crate::time::is_writable;
use crate::value::{Failure, Value};

/// What comes of evaluating: a value, or its absence, or a failure.
pub type Outcome = Result<Option<Value>, Failure>;

/// A fact that was asked for and not supplied: which, and with what.
pub type Missing = (FactId, Vec<Value>);

/// What is the same for all rules that look at a request.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The policy.
    pub program: &'a Program,
    /// The request.
    pub request: &'a Request,
    /// The layers that apply, in their order.
    pub layers: &'a [&'a Unit],
    /// What happened before, where somebody knows.
    pub past: Option<&'a [PastAction]>,
    /// Where the first fact that is missing is noted.
    pub missing: &'a RefCell<Option<Missing>>,
}

/// What a name stands for.
enum Local<'a> {
    /// This value.
    Is(Option<Value>),
    /// Something that nobody has needed yet.
    Will(&'a Expr),
}

/// Evaluates the expressions of one rule.
pub struct Evaluator<'a> {
    situation: Situation<'a>,
    locals: BTreeMap<LocalId, Local<'a>>,
}

impl<'a> Evaluator<'a> {
    /// Begins a rule, where no name means anything yet.
    pub fn new(situation: Situation<'a>) -> Evaluator<'a> {
        Evaluator { situation, locals: BTreeMap::new() }
    }

    /// Gives an expression a name. It is evaluated where the name is first needed, and at most once.
    pub fn name(&mut self, id: LocalId, value: &'a Expr) {
        self.locals.insert(id, Local::Will(value));
    }

    /// A value that is certainly there.
    pub fn value(&mut self, expr: &'a Expr) -> Result<Value, Failure> {
        let found = self.eval(expr)?;
        Ok(found.unwrap_or_else(|| unreachable!("the compiler proved that this is present: {expr:?}")))
    }

    /// Whether a condition holds.
    pub fn holds(&mut self, condition: &'a Expr) -> Result<bool, Failure> {
        Ok(self.value(condition)?.truth())
    }

    /// The value of an expression.
    pub fn eval(&mut self, expr: &'a Expr) -> Outcome {
        let value = match &expr.kind {
            ExprKind::Scalar(scalar) => Value::constant(scalar),
            ExprKind::Set(elements) => Value::set(elements.iter().map(Value::constant).collect()),
            ExprKind::Root(name) => return Ok(self.root(name)),
            ExprKind::Local(id) => return self.local(*id),
            ExprKind::Field(of, _, number) => match self.eval(of)? {
                Some(Value::Record(fields)) => return Ok(fields[usize::from(*number)].clone()),
                Some(other) => unreachable!("{other:?} has no fields"),
                None => return Ok(None),
            },
            ExprKind::Param(id) => {
                let Situation { program, layers, .. } = self.situation;
                let value = params::in_force(&program.schema, layers, *id, None);
                value.unwrap_or_else(|| unreachable!("a parameter has a default"))
            }
            ExprKind::MoneyParam(id, like) => {
                let Value::Money(currency, _) = self.value(like)? else { unreachable!("an amount") };
                let Situation { program, layers, .. } = self.situation;
                params::in_force(&program.schema, layers, *id, Some(currency))
                    .ok_or(Failure::CurrencyMismatch)?
            }
            ExprKind::Fact(id, arguments) => return self.fact(*id, arguments),
            ExprKind::Known(inner) => self.value(inner)?,
            ExprKind::Otherwise(first, second) => match self.eval(first)? {
                Some(value) => value,
                None => return self.eval(second),
            },
            ExprKind::Present(inner) => Value::Bool(self.eval(inner)?.is_some()),
            ExprKind::Not(inner) => Value::Bool(!self.holds(inner)?),
            ExprKind::And(left, right) => Value::Bool(self.holds(left)? && self.holds(right)?),
            ExprKind::Or(left, right) => Value::Bool(self.holds(left)? || self.holds(right)?),
            ExprKind::If(condition, then, other) => {
                return if self.holds(condition)? { self.eval(then) } else { self.eval(other) };
            }
            ExprKind::Compare(comparison, _, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let order = left.compare(&right)?;
                Value::Bool(match comparison {
                    Comparison::Equal => order.is_eq(),
                    Comparison::NotEqual => order.is_ne(),
                    Comparison::Less => order.is_lt(),
                    Comparison::LessOrEqual => order.is_le(),
                })
            }
            ExprKind::Between(between) => {
                let item = self.value(&between.item)?;
                // As `low <= item and item < high` would be: the upper end is not asked for where the lower one decides.
                let above = self.value(&between.low)?.compare(&item)?.is_le();
                Value::Bool(
                    above && {
                        let order = item.compare(&self.value(&between.high)?)?;
                        order.is_lt() || (between.closed && order.is_eq())
                    },
                )
            }
            ExprKind::Text(op @ (TextOp::Below | TextOp::Inside), inner, outer) => {
                let (inner, outer) = (self.value(inner)?, self.value(outer)?);
                Value::Bool(text::lies_within(*op, &inner, &outer))
            }
            ExprKind::Within(op, inner, outers) => {
                let (inner, outers) = (self.value(inner)?, self.value(outers)?);
                Value::Bool(outers.elements().iter().any(|outer| text::lies_within(*op, &inner, outer)))
            }
            ExprKind::Text(TextOp::Matches, text, pattern) => {
                let text = self.value(text)?;
                Value::Bool(text::matches(&text, pattern))
            }
            ExprKind::Part(part, whole) => {
                return Ok(self.eval(whole)?.map(|whole| text::part(*part, &whole)));
            }
            ExprKind::LowerAscii(inner) => text::lower_ascii(&self.value(inner)?),
            ExprKind::Text(op, text, part) => {
                let (Value::Text(text), Value::Text(part)) = (self.value(text)?, self.value(part)?) else {
                    unreachable!("only texts are asked what they contain")
                };
                Value::Bool(match op {
                    TextOp::StartsWith => text.starts_with(&*part),
                    TextOp::EndsWith => text.ends_with(&*part),
                    TextOp::Contains => text.contains(&*part),
                    other => unreachable!("{other:?} was asked above"),
                })
            }
            ExprKind::Contains(_, item, collection) => {
                // An amount is never equal to one in another currency; looking for it is no comparison of the two.
                let (item, collection) = (self.value(item)?, self.value(collection)?);
                Value::Bool(collection.elements().contains(&item))
            }
            ExprKind::Length(inner) => self.length(inner)?,
            ExprKind::Lookup(map, key) => {
                let (map, key) = (self.eval(map)?, self.value(key)?);
                let Some(map) = map else { return Ok(None) };
                let entry = map.elements().iter().map(Value::entry).find(|(known, _)| **known == key);
                return Ok(entry.map(|(_, value)| value.clone()));
            }
            ExprKind::Sourced(part, whole) => {
                let parts = match self.eval(whole)? {
                    Some(Value::Sourced(parts)) => parts,
                    Some(other) => unreachable!("{other:?} has no source"),
                    None => return Ok(None),
                };
                let [state, verified_at, confidence, value] = &*parts;
                return match part {
                    SourcePart::State => Ok(state.clone()),
                    SourcePart::VerifiedAt => Ok(verified_at.clone()),
                    SourcePart::Confidence => Ok(confidence.clone()),
                    SourcePart::Value => value.clone().map(Some).ok_or(Failure::Arithmetic),
                };
            }
            ExprKind::Quantifier(quantifier) => self.quantifier(quantifier)?,
            ExprKind::Arith(op, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                arith::arith(*op, left, right)?
            }
            ExprKind::Business(op, calendar, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let calendar = &self.situation.program.schema.calendars[usize::from(*calendar)];
                arith::business(*op, calendar, &left, &right)?
            }
            ExprKind::Civil(op, inner) => arith::civil(*op, &self.value(inner)?)?,
            ExprKind::Negate(_, inner) => arith::negate(self.value(inner)?)?,
            ExprKind::ToDecimal(inner) => arith::to_decimal(self.value(inner)?)?,
            ExprKind::Let(id, value, body) => {
                self.name(*id, value);
                return self.eval(body);
            }
        };
        Ok(Some(value))
    }

    fn root(&self, name: &str) -> Option<Value> {
        let Situation { program, request, .. } = self.situation;
        let fields = &program.schema.records[usize::from(request.record)].fields;
        let number = fields.iter().position(|field| field.name == name);
        let number =
            number.unwrap_or_else(|| unreachable!("a rule reads only what its actions have, not {name}"));
        request.fields[number].clone()
    }

    fn local(&mut self, id: LocalId) -> Outcome {
        let expr = match self.locals.get(&id) {
            Some(Local::Is(value)) => return Ok(value.clone()),
            Some(Local::Will(expr)) => *expr,
            None => unreachable!("{id:?} is not named here"),
        };
        let value = self.eval(expr)?;
        self.locals.insert(id, Local::Is(value.clone()));
        Ok(value)
    }

    fn fact(&mut self, id: FactId, arguments: &'a [Expr]) -> Outcome {
        let arguments =
            arguments.iter().map(|argument| self.value(argument)).collect::<Result<Vec<_>, _>>()?;
        let supplied = &self.situation.request.facts;
        match supplied.iter().find(|fact| fact.fact == id && fact.arguments == arguments) {
            Some(fact) => match (&fact.value, self.total_in(id)) {
                // A sum in another currency says that amounts in it were among those to be summed.
                (Some(Value::Money(found, _)), Some(currency)) if *found != currency => {
                    Err(Failure::CurrencyMismatch)
                }
                (value, _) => Ok(value.clone()),
            },
            // Nobody can be asked about a moment that cannot be written.
            None if arguments
                .iter()
                .any(|one| matches!(one, Value::Timestamp(moment) if !is_writable(*moment))) =>
            {
                Err(Failure::Arithmetic)
            }
            None => {
                let Situation { program, request, past, missing, .. } = self.situation;
                let history = program.history.iter().find(|history| history.fact == id);
                if let (Some(history), Some(past)) = (history, past) {
                    return past::answer(program, past, history, request, &arguments);
                }
                missing.borrow_mut().get_or_insert((id, arguments));
                Err(Failure::FactUnavailable)
            }
        }
    }

    /// The currency in which a fact sums amounts of the past, if that is what it is.
    fn total_in(&self, id: FactId) -> Option<Currency> {
        let history = self.situation.program.history.iter().find(|history| history.fact == id)?;
        match history.kind {
            HistoryKind::Total(currency) => Some(currency),
            _ => None,
        }
    }
}

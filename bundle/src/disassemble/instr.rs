//! One instruction as a line of text.

use crate::instr::{Arith, BusinessOp, CivilOp, Comparison, Failure, Instr, Kind, Reg, TEMPORARIES, TextOp};
use crate::program::{Argument, Code, CodeBlock, Constant, Effect, Piece, Rule};
use crate::schema::{FactId, ParamId, Schema};

use super::names;

/// A code with what its operands refer to.
pub(super) struct Listing<'a> {
    pub(super) schema: &'a Schema,
    pub(super) block: &'a CodeBlock,
    pub(super) code: &'a Code,
    /// The paths of the slots of the request.
    pub(super) slots: Vec<String>,
    pub(super) rule: Option<&'a Rule>,
    /// Whether long sets are written out.
    pub(super) whole: bool,
}

impl Listing<'_> {
    pub(super) fn instr(&self, instr: &Instr) -> String {
        let r = |register: Reg| self.register(register);
        match *instr {
            Instr::Constant { to, constant } => format!("{} = {}", r(to), self.constant(constant)),
            Instr::Copy { to, from } => format!("{} = {}", r(to), r(from)),
            Instr::Jump { target } => format!("goto L{target}"),
            Instr::JumpIf { condition, target } => format!("if {} goto L{target}", r(condition)),
            Instr::JumpUnless { condition, target } => format!("unless {} goto L{target}", r(condition)),
            Instr::Loop { list, index, element, exit } => {
                format!("for {}.. = {}[{}] else L{exit}", r(element), r(list), r(index))
            }
            Instr::Repeat { head } => format!("repeat L{head}"),
            Instr::Not { to, from } => format!("{} = not {}", r(to), r(from)),
            Instr::Compare { op, kind, to, left, right } => {
                format!("{} = {} {} {} as {}", r(to), r(left), comparison(op), r(right), kind_name(kind))
            }
            Instr::Arith { op, to, left, right } => {
                let (sign, kind) = arith(op);
                format!("{} = {} {sign} {} as {kind}", r(to), r(left), r(right))
            }
            Instr::Negate { kind, to, from } => format!("{} = -{} as {}", r(to), r(from), kind_name(kind)),
            Instr::ToDecimal { to, from } => format!("{} = decimal({})", r(to), r(from)),
            Instr::Civil { op, to, from } => format!("{} = {}({})", r(to), civil_op(op), r(from)),
            Instr::Business { op, to, calendar, left, right } => {
                let name = names::at(&self.schema.calendars, calendar, |declared| declared.name.as_str());
                let asked = match op {
                    BusinessOp::Between => "business_days",
                    BusinessOp::Add => "add_business_days",
                };
                format!("{} = {asked}({}, {}, {name})", r(to), r(left), r(right))
            }
            Instr::Contains { kind, to, item, collection } => {
                format!("{} = {} in {} as {}", r(to), r(item), r(collection), kind_name(kind))
            }
            Instr::Length { to, collection } => format!("{} = size({})", r(to), r(collection)),
            Instr::Lookup { to, map, key, .. } => format!("{}.. = {}[{}]", r(to), r(map), r(key)),
            Instr::Source { part, to, from, .. } => format!("{}.. = {}.{}", r(to), r(from), part.name()),
            Instr::Accumulate { kind: Kind::Money, sum, currency, value } => {
                format!("{} += {} as money of {}", r(sum), r(value), r(currency))
            }
            Instr::Accumulate { kind, sum, value, .. } => {
                format!("{} += {} as {}", r(sum), r(value), kind_name(kind))
            }
            Instr::Total { kind: Kind::Money, to, sum, currency } => {
                format!("{} = total({}) as money of {}", r(to), r(sum), r(currency))
            }
            Instr::Total { kind, to, sum, .. } => {
                format!("{} = total({}) as {}", r(to), r(sum), kind_name(kind))
            }
            Instr::Text { op, to, text, part } => {
                format!("{} = {}({}, {})", r(to), text_op(op), r(text), r(part))
            }
            Instr::Part { part, to, from } => format!("{} = {}.{}", r(to), r(from), part.name()),
            Instr::LowerAscii { to, text } => format!("{} = lower_ascii({})", r(to), r(text)),
            Instr::Within { op, to, text, parts } => {
                format!("{} = {}({}, any of {})", r(to), text_op(op), r(text), r(parts))
            }
            Instr::Param { to, param } => format!("{} = param {}", r(to), self.param(param)),
            Instr::ParamMoney { to, param, like } => {
                format!("{} = param {} in the currency of {}", r(to), self.param(param), r(like))
            }
            Instr::Fact { to, fact, arguments } => format!("{}.. = {}", r(to), self.fact(fact, arguments)),
            Instr::Fail { failure } => format!("fail {}", failure_name(failure)),
            Instr::Deny { site } | Instr::StepUp { site } | Instr::Risk { site } | Instr::Oblige { site } => {
                self.effect(site)
            }
            Instr::Amplifier { amplifier, from } => {
                let name = names::at(&self.schema.amplifiers, amplifier, |declared| declared.name.as_str());
                format!("amplifier {name} = {}", r(from))
            }
            Instr::Answer { from } => format!("answer {}", r(from)),
            Instr::End => "end".to_owned(),
        }
    }

    fn register(&self, register: Reg) -> String {
        match register.checked_sub(TEMPORARIES) {
            None => format!("r{register}"),
            Some(slot) => names::at(&self.slots, slot, String::as_str).to_owned(),
        }
    }

    fn constant(&self, constant: u16) -> String {
        match self.block.constants.get(usize::from(constant)) {
            None => "?".to_owned(),
            Some(Constant::Scalar(scalar)) => names::scalar(self.schema, scalar),
            Some(Constant::Set(_, elements)) if self.whole => names::whole_set(self.schema, elements),
            Some(Constant::Set(_, elements)) => names::set(self.schema, elements),
        }
    }

    fn param(&self, param: ParamId) -> &str {
        names::at(&self.schema.params, param, |param| param.name.as_str())
    }

    fn fact(&self, fact: FactId, arguments: Reg) -> String {
        let Some(fact) = self.schema.facts.get(usize::from(fact)) else {
            return "?".to_owned();
        };
        let shown: Vec<String> =
            fact.params.iter().zip(arguments..).map(|(_, register)| self.register(register)).collect();
        format!("fact {}({})", fact.name, shown.join(", "))
    }

    /// What a site does, with its message as the policy words it.
    fn effect(&self, site: u16) -> String {
        let site = self.code.sites.get(usize::from(site));
        let statement = site.and_then(|site| self.rule?.statements.get(usize::from(site.statement)));
        let (Some(site), Some(statement)) = (site, statement) else {
            return "?".to_owned();
        };
        let verb = match &statement.effect {
            Effect::Deny => "deny".to_owned(),
            Effect::StepUp(approver) => {
                let asked = format!("step_up {}", names::approver(self.schema, approver));
                let first = site.arguments.len().saturating_sub(usize::from(statement.others));
                let others: Vec<_> =
                    site.arguments.iter().skip(first).map(|other| self.argument(other)).collect();
                if others.is_empty() { asked } else { format!("{asked} other than {}", others.join(", ")) }
            }
            Effect::Risk(points) => format!("risk +{points}"),
            Effect::Flag(flag) => {
                format!("flag {}", names::at(&self.schema.flags, *flag, |flag| flag.name.as_str()))
            }
            Effect::Amplify(amplifier, points) => {
                let declared = &self.schema.amplifiers;
                let name = names::at(declared, *amplifier, |amplifier| amplifier.name.as_str());
                format!("amplify {name} +{points}")
            }
            Effect::Oblige { id, by } => {
                let by = by.and_then(|by| site.arguments.get(usize::from(by)));
                by.map_or_else(
                    || format!("oblige {id}"),
                    |by| format!("oblige {id} by {}", self.argument(by)),
                )
            }
        };
        let Some(reason) = statement.reason else { return verb };
        let named = |id| names::at(&self.schema.reasons, id, |reason| reason.name.as_str());
        let code = match statement.told_as {
            None => named(reason).to_owned(),
            Some(told_as) => format!("{} told as {}", named(reason), named(told_as)),
        };
        if statement.message.is_empty() {
            return format!("{verb} as {code}");
        }
        let mut message = String::new();
        for piece in &statement.message {
            match piece {
                Piece::Text(text) => message.push_str(text),
                Piece::Argument(number) => {
                    message.push_str(&match site.arguments.get(usize::from(*number)) {
                        Some(argument) => self.argument(argument),
                        None => "?".to_owned(),
                    })
                }
            }
        }
        format!("{verb} as {code} {message:?}")
    }

    fn argument(&self, argument: &Argument) -> String {
        match argument.present {
            Some(present) => {
                format!("{{{} if {}}}", self.register(argument.register), self.register(present))
            }
            None => format!("{{{}}}", self.register(argument.register)),
        }
    }
}

fn comparison(op: Comparison) -> &'static str {
    match op {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Bits => "bits",
        Kind::Int => "int",
        Kind::Decimal => "decimal",
        Kind::Money => "money",
        Kind::Text => "text",
    }
}

/// The sign and, where the sign alone does not say it, the kind of both operands.
fn arith(op: Arith) -> (&'static str, &'static str) {
    match op {
        Arith::AddInt => ("+", "int"),
        Arith::SubInt => ("-", "int"),
        Arith::MulInt => ("*", "int"),
        Arith::DivInt => ("div", "int"),
        Arith::AddDecimal => ("+", "decimal"),
        Arith::SubDecimal => ("-", "decimal"),
        Arith::MulDecimal => ("*", "decimal"),
        Arith::DivDecimal => ("/", "decimal"),
        Arith::AddMoney => ("+", "money"),
        Arith::SubMoney => ("-", "money"),
        Arith::MulMoney => ("*", "money by decimal"),
        Arith::DivMoney => ("/", "money by decimal"),
        Arith::RatioMoney => ("/", "money by money"),
        Arith::AddTime => ("+", "time and duration"),
        Arith::SubTime => ("-", "time and duration"),
        Arith::Elapsed => ("-", "time and time"),
        Arith::AddDuration => ("+", "duration"),
        Arith::SubDuration => ("-", "duration"),
        Arith::MulDuration => ("*", "duration by int"),
        Arith::AddDays => ("+", "date and days"),
        Arith::SubDays => ("-", "date and days"),
        Arith::AddMonths => ("+", "date and months"),
        Arith::SubMonths => ("-", "date and months"),
        Arith::DaysBetween => ("-", "date and date"),
    }
}

fn civil_op(op: CivilOp) -> &'static str {
    match op {
        CivilOp::Date => "date",
        CivilOp::TimeOfDay => "time_of_day",
        CivilOp::Weekday => "weekday",
    }
}

fn text_op(op: TextOp) -> &'static str {
    match op {
        TextOp::StartsWith => "starts_with",
        TextOp::EndsWith => "ends_with",
        TextOp::Contains => "contains",
        TextOp::Matches => "matches",
        TextOp::Below => "below",
        TextOp::Inside => "inside",
    }
}

fn failure_name(failure: Failure) -> &'static str {
    match failure {
        Failure::Arithmetic => "EVALUATION_ERROR",
        Failure::CurrencyMismatch => "CURRENCY_MISMATCH",
        Failure::FactUnavailable => "FACT_UNAVAILABLE",
        Failure::EmptyCollection => "EMPTY_COLLECTION",
    }
}
